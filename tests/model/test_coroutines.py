#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Coroutines on plain variables have as many traces as their model versions.

usage: test_coroutines.py HEDDLE PUBLISHED COMPILER LEVEL SOURCE...

Each source is built with `heddle cc`; dpor has to execute as many schedules of
each of its tests as the published table, a C source, has traces of the program
that the test is called after. Those called _queue are on Heddle's own queue,
which tells its ends apart: they may have fewer, and must have some that does.
"""

import os
import re
import subprocess
import sys
import tempfile

ROW = re.compile(r'\{"(\w+)", (\d+), \d+, \d+, \d+, (\d+),')
VERDICT = re.compile(r"^(?:ok|FAILED) +(\w+): .* in all (\d+) ", re.MULTILINE)
COMMON_MIN = 40  # rows that have a coroutine version


def published(path):
    """Traces by name: those of inc, 2 are called inc_2."""
    with open(path, encoding="utf-8") as file:
        rows = ROW.findall(file.read())
    return {
        name if number == "0" else f"{name}_{number}": int(traces)
        for name, number, traces in rows
    }


def counted(program):
    """Schedules that dpor executes of each test, to the last."""
    done = subprocess.run(
        [program, "--strategy=dpor", "--keep-going", "--no-shrink"],
        capture_output=True, text=True, check=False,
    )
    if done.returncode not in (0, 1):
        sys.exit(f"{program}: status {done.returncode}: {done.stderr}")
    tests = subprocess.run(
        [program, "--list"], capture_output=True, text=True, check=True
    ).stdout.split()
    found = {name: int(count) for name, count in VERDICT.findall(done.stdout)}
    missing = set(tests) - set(found)
    if missing:
        sys.exit(f"not searched to the end: {', '.join(sorted(missing))}")
    return found


def main():
    heddle, table, compiler, level, *sources = sys.argv[1:]
    wanted = published(table)
    common = fewer = failed = 0
    with tempfile.TemporaryDirectory() as directory:
        program = os.path.join(directory, "program")
        for source in sources:
            subprocess.run(
                [heddle, "cc", f"--compiler={compiler}", level, "-g",
                 "-Wall", "-Wextra", "-Werror", source, "-o", program],
                check=True,
            )
            for name, count in counted(program).items():
                row = name.removesuffix("_queue")
                own_queue = row != name
                common += not own_queue
                fewer += own_queue and count < wanted[row]
                right = count == wanted[row]
                if not right and not (own_queue and count < wanted[row]):
                    failed += 1
                    print(f"{name}: {count} schedules, {wanted[row]} traces")
    print(f"{common} rows of the table, {fewer} with fewer on hd_queue")
    return failed > 0 or common < COMMON_MIN or fewer == 0


if __name__ == "__main__":
    sys.exit(main())
