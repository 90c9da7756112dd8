#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Compares searches over small random programs; shrinks those that differ.

usage: traces.py TRACES [--suite=N] [--seed=S] [--programs=FILE]
                 [--directory=DIR] [OPTIONS OF TRACES]

With a directory, each shrunk program is kept there as a file.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile

import program as programs
import shrink
from generate_small import suite

SHOWN_MAX = 5
COMPLAINT = re.compile(r"^(\S+) \((\S+)\): (\S+): (.*)$")


class Traces:
    """The program of traces.c with some options."""

    def __init__(self, path, options):
        self.command = [path, *options]

    def run(self, made, extra=()):
        """All its complaints as (index, settings, strategy, text), its end."""
        with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
            for index, each in enumerate(made):
                text = programs.write_program(each).split("\n", 1)[1]
                file.write(f"program {index}\n{text}")
            file.flush()
            done = subprocess.run(
                [*self.command, *extra, file.name],
                capture_output=True, text=True, check=False,
            )
        found = []
        for line in done.stdout.splitlines():
            match = COMPLAINT.match(line)
            if match:
                number, settings, strategy, text = match.groups()
                found.append((int(number), settings, strategy, text))
        if done.returncode not in (0, 1):
            sys.exit(f"traces: status {done.returncode}: {done.stderr}")
        return found, done

    def differing(self, complaint):
        """What shrink() wants: the first that has the same complaint."""
        _, settings, strategy, text = complaint
        kind = text.split(" ")[0]

        def first(made):
            found, _ = self.run(made)
            for number, *rest in found:
                if rest[:2] == [settings, strategy] and (
                    rest[2].startswith(kind) or kind.isdigit()
                ):
                    return made[number], rest, None
            return None

        return first


def show(traces, made, complaint, directory):
    number, settings, strategy, text = complaint
    name = made[number].seed
    small, rest, _ = shrink.shrink(
        made[number], [settings, strategy, text], None,
        traces.differing(complaint),
    )
    head = f"{name} ({settings}): {strategy}: {rest[2]}"
    body = programs.write_program(small)
    print(f"--- {head}; shrunk to:\n{body}", end="")
    if strategy == "dfs":
        print(traces.run([small], ["--show"])[1].stdout, end="")
    sys.stdout.flush()
    if directory is not None:
        path = os.path.join(directory, name.replace("/", "-") + ".txt")
        with open(path, "w", encoding="utf-8") as file:
            file.write(f"# {head}\n{body}")


def main():
    parser = argparse.ArgumentParser(
        description=__doc__.splitlines()[0], allow_abbrev=False
    )
    parser.add_argument("traces", metavar="TRACES")
    parser.add_argument("--suite", type=int, default=100, metavar="N")
    parser.add_argument("--seed", default="1", metavar="S")
    parser.add_argument("--programs", metavar="FILE")
    parser.add_argument("--directory", metavar="DIR")
    parser.add_argument("--shown", type=int, default=SHOWN_MAX, metavar="N")
    options, rest = parser.parse_known_args()

    if options.programs is not None:
        with open(options.programs, encoding="utf-8") as source:
            made = list(programs.read_programs(source))
    else:
        made = list(suite(options.seed, options.suite))
    traces = Traces(options.traces, rest)
    found, done = traces.run(made)
    for complaint in found[:options.shown]:
        show(traces, made, complaint, options.directory)
    print(done.stdout.splitlines()[-1])
    sys.exit(done.returncode)


if __name__ == "__main__":
    main()
