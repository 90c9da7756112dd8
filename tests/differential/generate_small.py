#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Random programs of which every schedule can be run.

usage: generate_small.py SEED --suite N

The palette is that of generate.py; there are two or three tasks of one or two
ops each, on one or two primitives, and not much that interferes.
"""

import argparse
import sys

import program as programs
from generate import Generator
from generate_ops import PRIMITIVES
from program import Op


class SmallGenerator(Generator):
    """As its parent, but small."""

    def __init__(self, seed, primitive=None):
        super().__init__(seed, primitive)
        self.section_count = self.rng.choice((2, 3, 3, 3, 4))
        self.callback_count = self.rng.choice((0, 0, 1, 2))

    def choose_kinds(self):
        if self.primitive is not None:
            return [self.primitive]
        return self.rng.sample(PRIMITIVES, self.rng.randint(1, 2))

    def worker(self, number):
        rng = self.rng
        count = rng.choice((1, 2)) if self.section_count < 4 else 1
        ops = self.block(number, count, 1)
        if rng.random() < 0.1:
            ops[0] = Op("raise", "maybe", [], [ops[0]])
        if rng.random() < 0.3:
            ops.append(Op("raise", "return", [rng.randint(1, 99)]))
        return ops

    def main_section(self):
        rng = self.rng
        workers = list(range(1, self.section_count))
        rng.shuffle(workers)
        ops = [Op("log", "spawn", [number]) for number in workers]
        roll = rng.random()
        if roll < 0.5:
            ops += self.interference(0)[:2]
        elif roll < 0.8:
            ops.append(Op("raise", "yield"))
            ops += self.interference(0)[:2]
        # Whoever is left behind is cancelled: that is the end of many.
        for number in workers:
            if rng.random() < 0.6:
                ops.append(Op("log", "await", [f"t{number}"]))
        return ops

    def pause(self):
        if self.rng.random() < 0.7:
            return [Op(self.policy(), "yield")]
        return [Op(self.policy(), "sleep", [self.delay()])]

    def callback(self, number):
        return super().callback(number)[:1]


def suite(seed, count):
    """Each primitive in turn, and then a program of any."""
    for index in range(count):
        turn = index % (len(PRIMITIVES) + 1)
        primitive = PRIMITIVES[turn] if turn < len(PRIMITIVES) else None
        yield SmallGenerator(f"{seed}.{index}", primitive).generate()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("seed")
    parser.add_argument("--suite", type=int, metavar="N", default=1)
    options = parser.parse_args()
    for made in suite(options.seed, options.suite):
        sys.stdout.write(programs.write_program(made))


if __name__ == "__main__":
    main()
