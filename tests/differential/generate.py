#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Random programs for the differential test.

usage: generate.py SEED [--pair PRIMITIVE]     one program
       generate.py SEED --suite N              N programs: pairs, then mixed

The programs are biased to contention (few objects, many tasks, short times
that tie) and to cancellation just before, at, and just after a wake-up. They
use nothing whose order CPython leaves open, and avoid its plain bugs; both
lists are in README.md.
"""

import argparse
import random
import sys

import program as programs
from generate_ops import PRIMITIVES, Palette
from program import Op

PAIR_PROGRAMS = 50


class Generator:
    """Makes one program from a random stream."""

    def __init__(self, seed, primitive=None):
        self.rng = random.Random(f"{seed}/{primitive}")
        self.primitive = primitive
        name = f"{seed}" if primitive is None else f"{seed}/{primitive}"
        self.program = programs.Program(name)
        self.section_count = self.rng.randint(2, 6) + 1
        self.callback_count = self.rng.randint(0, 3)
        kinds = self.choose_kinds()
        self.palette = Palette(self.rng, self.program, kinds, self)

    def choose_kinds(self):
        if self.primitive is not None:
            return [self.primitive]
        return self.rng.sample(PRIMITIVES, self.rng.randint(1, 4))

    def generate(self):
        self.palette.declare_objects()
        for number in range(1, self.section_count):
            self.program.sections[number] = self.worker(number)
        self.program.sections[0] = self.main_section()
        for number in range(self.callback_count):
            self.program.callbacks[number] = self.callback(number)
        self.program.number_lines()
        return self.program

    # Sections.

    def worker(self, number):
        """A section that contends, and now and then meddles."""
        ops = self.block(number, self.rng.randint(1, 5), 0)
        ending = self.rng.random()
        if ending < 0.15:
            ops.append(Op("raise", "fail", [self.rng.randint(1, 9)]))
        elif ending < 0.5:
            ops.append(Op("raise", "return", [self.rng.randint(1, 99)]))
        return ops

    def main_section(self):
        """Starts everybody, then interferes, then mostly just ends."""
        rng = self.rng
        ops = []
        workers = list(range(1, self.section_count))
        workers += [rng.choice(workers) for _ in range(rng.randint(0, 2))]
        rng.shuffle(workers)
        for number in workers:
            ops.append(Op("log", "spawn", [number]))
            if rng.random() < 0.12:
                ops += self.interference(0)
        ops += [Op("raise", "yield") for _ in range(rng.randint(0, 2))]
        for _ in range(rng.randint(2, 6)):
            ops += self.pause() + self.interference(0)
        ops += self.pause()
        if rng.random() < 0.4:
            ops.append(self.palette.joining_op(0))
        if rng.random() < 0.3:
            ops += [Op("eat", "sleep", [5]), *self.interference(0)]
        return ops

    def callback(self, number):
        count = self.rng.randint(0, 3)
        ops = []
        for _ in range(count):
            ops += self.palette.meddling(self.section_count, number)
        return [op for op in ops if op.name not in ("return", "reschedule")]

    # Blocks.

    def block(self, number, count, depth):
        ops = []
        for _ in range(count):
            ops += self.statement(number, depth)
        return ops

    def statement(self, number, depth):
        """One or a few ops for the section of this number."""
        # A pair's program spends twice as much on its primitive.
        roll = self.rng.random() * (2 if self.primitive else 1)
        if depth < 2 and roll < 0.22:
            return [self.nested(number, depth)]
        if roll < 0.32:
            return self.pause()
        if roll < 0.42:
            return self.interference(number)
        if roll < 0.50 and number + 1 < self.section_count:
            return [self.palette.joining_op(number)]
        return self.palette.using(number, depth)

    def nested(self, number, depth):
        rng = self.rng
        body = self.block(number, rng.randint(1, 3), depth + 1)
        kind = rng.choice(("timeout", "timeout", "group", "try", "repeat"))
        if kind == "timeout":
            return self.timeout_over(body)
        if kind == "group":
            return self.op("group", [], self.group_body(number, body))
        if kind == "try":
            cleanup = self.block(number, rng.randint(1, 2), depth + 1)
            return self.op("try", [], body, cleanup)
        return self.op("repeat", [rng.randint(2, 3)], body)

    def timeout_over(self, body):
        if self.rng.random() < 0.25:
            at = self.rng.randint(0, len(body))
            body.insert(at, Op("log", "reschedule", [self.delay("none")]))
        return self.op("timeout", [self.delay("none")], body)

    def timeout_scope(self, number, depth):
        """A timeout scope where a program is about timeouts."""
        if depth >= 3:
            return self.pause()
        body = self.block(number, self.rng.randint(1, 2), depth + 1)
        return [self.timeout_over(body)]

    def group_body(self, number, body):
        """Spawns strewn over the body; children may fail or be cancelled."""
        if number + 1 >= self.section_count:
            return body
        for _ in range(self.rng.randint(1, 3)):
            child = self.rng.randrange(number + 1, self.section_count)
            at = self.rng.randint(0, len(body))
            body.insert(at, Op("log", "group_spawn", [child]))
        return body

    # Time and interference.

    def delay(self, *others):
        choices = [0, 1, 1, 2, 2, 3, 4, *others]
        return self.rng.choice(choices)

    def pause(self):
        if self.rng.random() < 0.5:
            policy = self.policy()
            return [
                Op(policy, "yield") for _ in range(self.rng.randint(1, 3))
            ]
        return [Op(self.policy(), "sleep", [self.delay()])]

    def moment(self, number):
        """A cancellation at one of the moments that matter."""
        wake = self.palette.waking()
        cancel = self.palette.cancel_op(number)
        ref = cancel.args[0]
        turn = Op("raise", "yield")
        moments = [
            [*wake, cancel],
            [cancel, *wake],
            [*wake, turn, cancel],
            [cancel, turn, *wake],
            [*wake, cancel, cancel, *wake],
            [cancel, cancel],
            [cancel, turn, cancel],
            [cancel, turn, turn, cancel],
        ]
        if ref[0] == "t":
            moments.append([cancel, Op("log", "uncancel", [ref])])
        if ref[0] == "t" and int(ref[1:]) > number:
            spawn = Op("log", "spawn", [int(ref[1:])])
            moments += [
                [spawn, turn, *wake, cancel],
                [spawn, turn, cancel, *wake],
                [spawn, cancel, Op("log", "await", [ref])],
            ]
        # One op object may stand twice in a moment: each place gets its own.
        chosen = self.rng.choice(moments)
        return [Op(op.policy, op.name, op.args) for op in chosen]

    def interference(self, number):
        """Wake-ups and cancellations close to each other."""
        rng = self.rng
        if rng.random() < 0.4:
            return self.moment(number)
        ops = []
        for _ in range(rng.choice((1, 1, 2, 2, 3))):
            roll = rng.random()
            if roll < 0.45:
                ops.append(self.palette.cancel_op(number))
                again = ops[-1].args
                if rng.random() < 0.2:
                    # Once more: in the same turn, or a turn later.
                    if rng.random() < 0.5:
                        ops.append(Op("raise", "yield"))
                    ops.append(Op("log", "cancel", again))
            elif roll < 0.8:
                ops += self.palette.waking()
            else:
                ops += self.palette.meddling(number, -1)
            if rng.random() < 0.15:
                ops.append(Op("raise", "yield"))
        if rng.random() < 0.3:
            rng.shuffle(ops)
        return ops

    # Policies.

    def policy(self):
        return self.rng.choice(("raise", "raise", "raise", "log", "log", "eat"))

    def op(self, name, args, body=None, cleanup=None):
        return Op(self.policy(), name, args, body, cleanup)


def suite(seed, count):
    """Fifty programs for each primitive, and a mixed rest."""
    made = 0
    for primitive in PRIMITIVES:
        for index in range(PAIR_PROGRAMS):
            if made < count:
                made += 1
                yield Generator(f"{seed}.{index}", primitive).generate()
    for index in range(count - made):
        yield Generator(f"{seed}.{index}").generate()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("seed")
    parser.add_argument("--pair", choices=PRIMITIVES, metavar="PRIMITIVE")
    parser.add_argument("--suite", type=int, metavar="N")
    options = parser.parse_args()
    if options.suite is None:
        made = [Generator(options.seed, options.pair).generate()]
    else:
        made = suite(options.seed, options.suite)
    for program in made:
        sys.stdout.write(programs.write_program(program))


if __name__ == "__main__":
    main()
