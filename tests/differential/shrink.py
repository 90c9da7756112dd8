# SPDX-License-Identifier: MIT
"""Delta debugging of programs: the smallest one that still differs.

Every round tries all ways to make the program smaller by one step, as one
suite, and keeps the first that still differs. A step takes away a stretch of
a list of ops (long stretches first), or puts a block's body in its place.
"""

import copy

import program as programs

ROUNDS_MAX = 200


def shrink(program, expected, got, differing):
    """(program, expected, got) of the smallest one found.

    differing takes programs, gives the first on which the sides differ, with
    both event sequences, or None.
    """
    best = program, expected, got
    for _ in range(ROUNDS_MAX):
        smaller = differing(list(reductions(best[0])))
        if smaller is None:
            break
        best = smaller
    return best


def reductions(program):
    """Every program that is one step smaller, largest steps first."""
    steps = []
    for position, ops in enumerate(programs.lists_of(program)):
        length = len(ops)
        while length > 0:
            for start in range(0, len(ops), length):
                steps.append((length, position, start))
            length //= 2
    for length, position, start in sorted(steps, reverse=True):
        yield changed(program, position, lambda ops: cut(ops, start, length))
    for position, ops in enumerate(programs.lists_of(program)):
        for at, op in enumerate(ops):
            if op.body is not None:
                yield changed(program, position, lambda ops: unwrap(ops, at))


def cut(ops, start, length):
    del ops[start:start + length]


def unwrap(ops, at):
    op = ops[at]
    ops[at:at + 1] = op.body + (op.cleanup or [])


def changed(program, position, change):
    smaller = copy.deepcopy(program)
    change(list(programs.lists_of(smaller))[position])
    smaller.number_lines()
    return smaller
