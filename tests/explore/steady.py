# SPDX-License-Identifier: MIT
"""An execution costs no system call and leaves no memory behind.

usage: steady.py calls|memory STEADY [EXECUTIONS]

STEADY is the test program of that name (steady.c). `calls` counts the system
calls of each worker under strace, in a short search and in one of EXECUTIONS;
they must be the same but for a few. `memory` compares the worker's largest
resident set of a tenth of EXECUTIONS with that of all of them.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time

SKIPPED = 77
CALLS_MORE_MAX = 16
KIB_MORE_MAX = 512


def command_of(steady, test, executions):
    return [steady, test, "--strategy=random", f"--schedules={executions}",
            "--keep-going", "-q"]


def count_calls(steady, test, executions):
    """System calls of the busiest worker."""
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            ["strace", "-ff", "-o", os.path.join(folder, "of"),
             *command_of(steady, test, executions)],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            check=False)
        counts = []
        for name in os.listdir(folder):
            with open(os.path.join(folder, name), encoding="utf-8",
                      errors="replace") as calls:
                text = calls.read()
            # The supervisor is the one that forks.
            if "SIGCHLD" not in text.split("exit_group")[0]:
                counts.append(text.count("\n"))
        if f" {executions} schedules" not in done.stdout or not counts:
            print(f"strace does not work here: {done.stderr[-300:]}")
            sys.exit(SKIPPED)
        return max(counts)


def children_of(process):
    path = f"/proc/{process}/task/{process}/children"
    with open(path, encoding="utf-8") as children:
        return children.read().split()


def peak_kib(process):
    with open(f"/proc/{process}/status", encoding="utf-8") as status:
        for line in status:
            if line.startswith("VmHWM"):
                return int(line.split()[1])
    return 0


def measure(steady, test, executions):
    """The largest resident set of any worker, in KiB."""
    peak = 0
    with subprocess.Popen(command_of(steady, test, executions),
                          stdout=subprocess.DEVNULL,
                          stderr=subprocess.DEVNULL) as supervisor:
        while supervisor.poll() is None:
            try:
                for child in children_of(supervisor.pid):
                    peak = max(peak, peak_kib(child))
            except OSError:
                pass
            time.sleep(0.005)
    return peak


def compare(measured, steady, test, few, many, more_max):
    first = measured(steady, test, few)
    second = measured(steady, test, many)
    print(f"{test}: {first} in {few} executions, {second} in {many}")
    return second <= first + more_max


def main():
    what, steady = sys.argv[1:3]
    executions = int(sys.argv[3]) if len(sys.argv) > 3 else 200000
    if what == "calls" and shutil.which("strace") is None:
        print("strace is missing")
        sys.exit(SKIPPED)
    with open(steady, "rb") as binary:
        if b"__asan_init" in binary.read():
            print("AddressSanitizer has calls and memory of its own")
            sys.exit(SKIPPED)
    good = True
    for test in ("turns_well", "turns_and_deadlocks", "turns_and_fails",
                 "walks_well", "changes_globals"):
        if what == "calls":
            good &= compare(count_calls, steady, test, 1000, executions,
                            CALLS_MORE_MAX)
        else:
            good &= compare(measure, steady, test, executions // 10,
                            executions, KIB_MORE_MAX)
    if what == "memory":
        # 1 KiB each: replaced before it holds a hundred MiB.
        good &= measure(steady, "leaks", executions) < 100 * 1024
    sys.exit(not good)


if __name__ == "__main__":
    main()
