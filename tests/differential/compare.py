#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs the same random programs on Heddle and on CPython and compares.

usage: compare.py INTERPRET [--suite N] [--seed S]    N programs (2000)
       compare.py INTERPRET --seconds T [--seed S]    fresh seeds, for long
       compare.py INTERPRET --programs FILE           programs from a file
       compare.py INTERPRET --mutate K                must find a difference
       compare.py INTERPRET --uncured --programs FILE  all must differ

--host=libuv runs Heddle's loop on the libuv host over the simulated libuv.

On a difference it prints the program, shrunk as far as it still differs,
and both event sequences around the first different event. The exit status is
0 if all are equal (with --mutate: if any differs; with --uncured, which leaves
CPython its bugs: if all do), else 1.
"""

import argparse
import itertools
import pathlib
import subprocess
import sys
import time

import generate
import program as programs
import shrink

HERE = pathlib.Path(__file__).resolve().parent
ORACLE = ["/usr/bin/python3", "-B", str(HERE / "oracle.py")]
SECONDS_FOR_ALL, SECONDS_FOR_EACH = 5, 0.05
SHOWN_MAX = 3
CONTEXT_EVENTS = 6
ENDED_EARLY_MAX = 20


class Sides:
    """The two interpreters, run on the same text at the same time."""

    def __init__(self, interpreter, mutate=None, host=None, uncured=False):
        self.oracle = [*ORACLE, "--uncured"] if uncured else ORACLE
        self.heddle = [interpreter]
        if mutate is not None:
            self.heddle.append(f"--mutate={mutate}")
        if host is not None:
            self.heddle.append(f"--host={host}")

    def run(self, made):
        """(program, CPython's events, Heddle's events) for each program."""
        text = "".join(map(programs.write_program, made))
        sides = [start(self.oracle), start(self.heddle)]
        seconds = SECONDS_FOR_ALL + SECONDS_FOR_EACH * len(made)
        outputs = [finish(side, text, seconds) for side in sides]
        for position, each in enumerate(made):
            yield each, *(output.get(position, []) for output in outputs)

    def differing(self, made):
        """The first program on which the sides differ, with both events."""
        for each, expected, got in self.run_all(made):
            if expected != got:
                return each, expected, got
        return None

    def run_all(self, made):
        """As run; a program that ends the process does not end the rest.

        Nor do twenty of them; what comes after those is left out.
        """
        rest = list(made)
        runs = 0
        while rest and runs < ENDED_EARLY_MAX:
            runs += 1
            done = 0
            for each, expected, got in self.run(rest):
                done += 1
                yield each, expected, got
                if any(map(ended_early, (expected, got))):
                    break
            rest = rest[done:]


def ended_early(events):
    return bool(events) and events[-1].startswith("process ")


def start(command):
    return subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
    )


def finish(side, text, seconds):
    """The events of every program, by its position in the text."""
    try:
        output, errors = side.communicate(text, timeout=seconds)
        ending = f"process ended with status {side.returncode}"
    except subprocess.TimeoutExpired:
        side.kill()
        output, errors = side.communicate()
        ending = "process ran too long"
    events, position = {}, -1
    for line in output.splitlines():
        if line.startswith("program "):
            position += 1
            events[position] = []
        elif position >= 0:
            events[position].append(line)
    if side.returncode != 0:
        tail = [f"process says: {line}" for line in errors.splitlines()[-8:]]
        events.setdefault(max(position, 0), []).extend([*tail, ending])
    return events


def first_difference(expected, got):
    pairs = itertools.zip_longest(expected, got)
    return next(i for i, (a, b) in enumerate(pairs) if a != b)


def show(sides, each, expected, got):
    """Print one difference, shrunk."""
    name = each.seed
    small, expected, got = shrink.shrink(each, expected, got, sides.differing)
    at = first_difference(expected, got)
    print(f"--- seed {name} differs; shrunk to:")
    print(programs.write_program(small), end="")
    for event in expected[max(at - CONTEXT_EVENTS, 0):at]:
        print(f"  both     {event}")
    for event in expected[at:at + CONTEXT_EVENTS]:
        print(f"  CPython  {event}")
    for event in got[at:at + CONTEXT_EVENTS]:
        print(f"  Heddle   {event}")
    sys.stdout.flush()


def compare(sides, made, shown_max):
    """Compare all; returns how many there were and how many differ."""
    count = different = 0
    for each, expected, got in sides.run_all(made):
        count += 1
        if expected == got:
            continue
        different += 1
        if different <= shown_max:
            show(sides, each, expected, got)
    return count, different


def compare_for(sides, seed, seconds):
    """Fresh seeds until the time is up, or something differs."""
    end = time.monotonic() + seconds
    count = different = 0
    for number in itertools.count():
        if time.monotonic() >= end or different:
            return count, different
        made = list(generate.suite(f"{seed}.{number}", 2000))
        more, different = compare(sides, made, SHOWN_MAX)
        count += more


def programs_to_run(options):
    if options.programs is not None:
        with open(options.programs) as source:
            return list(programs.read_programs(source))
    return list(generate.suite(options.seed, options.suite))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("interpreter", metavar="INTERPRET")
    parser.add_argument("--suite", type=int, default=2000, metavar="N")
    parser.add_argument("--seed", default="1", metavar="S")
    parser.add_argument("--seconds", type=float, metavar="T")
    parser.add_argument("--programs", metavar="FILE")
    parser.add_argument("--mutate", type=int, metavar="K")
    parser.add_argument("--uncured", action="store_true")
    parser.add_argument("--host", choices=["libuv"])
    parser.add_argument("--show", type=int, default=SHOWN_MAX, metavar="N")
    options = parser.parse_args()

    sides = Sides(
        options.interpreter, options.mutate, options.host, options.uncured
    )
    mutated = options.mutate is not None
    if options.seconds is not None:
        count, different = compare_for(sides, options.seed, options.seconds)
    else:
        shown_max = 0 if mutated or options.uncured else options.show
        made = programs_to_run(options)
        count, different = compare(sides, made, shown_max)
    print(f"{count} programs, {different} of them different")
    if options.uncured:
        sys.exit(0 if different == count > 0 else 1)
    sys.exit(0 if (different > 0) == mutated and count > 0 else 1)


if __name__ == "__main__":
    main()
