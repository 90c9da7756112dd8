#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Runs programs on CPython's asyncio and prints their event sequences.

usage: oracle.py [--uncured] [FILE]      (standard input by default)

interpret.c does the same on Heddle; the two outputs must be equal. Every
event is one line, `time actor.line op status`; README.md explains the words.
"""

import asyncio
import gc
import sys
import warnings
from asyncio import runners

import clock
import cured
import oracle_ops
import program as programs
from words import status_of, status_of_future, value_of

EVENTS_MAX = 4_000
INSTANCES_MAX = 60


class Frame:
    """One run of a section or callback: the actor of its events."""

    def __init__(self, name):
        self.name = name
        self.value = 0
        self.timeouts = []
        self.groups = []


class Interpreter(oracle_ops.Ops):
    """One execution of one program."""

    def __init__(self, program, loop):
        super().__init__()
        self.program = program
        self.loop = loop
        self.clock = loop._selector
        self.events = []
        self.instances = 0
        self.running = {}
        self.make_objects(program.objects)

    # Events.

    def log(self, frame, line, name, status):
        self.events.append(
            f"{self.clock.now} {frame.name}.{line} {name} {status}"
        )
        if len(self.events) > EVENTS_MAX:
            # Only exceptions of this kind leave the loop through a task.
            raise SystemExit

    def new_frame(self, letter, number):
        self.instances += 1
        return Frame(f"{letter}{number}#{self.instances}")

    # Sections and callbacks.

    def section(self, number):
        """A coroutine that runs a section; None when there are too many."""
        if self.instances >= INSTANCES_MAX:
            return None
        ops = self.program.sections.get(number, [])
        return self.run_section(ops, self.new_frame("s", number))

    async def run_section(self, ops, frame):
        self.log(frame, 0, "section", "begin")
        self.running[frame.name] = frame
        try:
            await self.run_block(ops, frame)
        except (Exception, asyncio.CancelledError) as error:
            del self.running[frame.name]
            self.log(frame, 0, "section", status_of(error))
            raise
        del self.running[frame.name]
        self.log(frame, 0, "section", f"ok:{frame.value}")
        return frame.value

    def callback(self, number):
        """The function for a callback: one object per number."""
        if number not in self.callbacks:
            ops = self.program.callbacks.get(number, [])

            def call(future=None):
                frame = self.new_frame("c", number)
                status = "run" if future is None else status_of_future(future)
                self.log(frame, 0, "callback", status)
                for op in ops:
                    self.run_plain(op, frame)

            self.callbacks[number] = call
        return self.callbacks[number]

    # Ops.

    async def run_block(self, ops, frame):
        """Run ops in order; True means that a `return` was met."""
        for op in ops:
            if op.name in oracle_ops.PLAIN:
                error = self.run_plain(op, frame)
                if error is not None and goes_on(error, op.policy):
                    raise error
                if op.name == "return":
                    return True
            elif await self.run_waiting(op, frame):
                return True
        return False

    def run_plain(self, op, frame):
        """Run an op that cannot suspend: one event. Returns its error."""
        try:
            status = getattr(self, "op_" + op.name)(frame, *op.args)
        except (Exception, asyncio.CancelledError) as error:
            self.log(frame, op.line, op.name, status_of(error))
            return error
        self.log(frame, op.line, op.name, status)
        return None

    async def run_waiting(self, op, frame):
        """Run an op that may suspend: an event before, an event after."""
        self.log(frame, op.line, op.name, "begin")
        returned = False
        try:
            if op.body is not None:
                status, returned = await self.run_nested(op, frame)
            else:
                status = await getattr(self, "op_" + op.name)(frame, *op.args)
        except (Exception, asyncio.CancelledError) as error:
            self.log(frame, op.line, op.name, status_of(error))
            if goes_on(error, op.policy):
                raise
            return False
        self.log(frame, op.line, op.name, status)
        return returned

    async def run_nested(self, op, frame):
        run = getattr(self, "block_" + op.name)
        return await run(op, frame)


def goes_on(error, policy):
    """Whether an error leaves the op that met it."""
    if policy == "log":
        return isinstance(error, asyncio.CancelledError)
    return policy == "raise"


def run_program(program):
    """Execute one program; returns its lines of output."""
    loop = clock.VirtualLoop()
    interpreter = Interpreter(program, loop)
    events = interpreter.events
    runner = runners.Runner(loop_factory=lambda: loop)
    try:
        try:
            value = runner.run(interpreter.section(0))
            status = f"ok:{value_of(value)}"
        except (Exception, asyncio.CancelledError) as error:
            status = status_of(error)
        runner.close()
        ending = [f"end {status}"]
    except clock.Deadlock:
        ending = ["deadlock"]
        ending += [f"unfinished {name}" for name in in_birth_order(interpreter)]
    except (clock.Bounded, SystemExit):
        ending = ["bounded"]
    # What still happens while Python drops the coroutines does not count.
    interpreter.events = []
    return [f"program {program.seed}", *events[:EVENTS_MAX], *ending]


def in_birth_order(interpreter):
    return sorted(
        interpreter.running, key=lambda name: int(name.partition("#")[2])
    )


def main():
    warnings.simplefilter("ignore")
    sys.unraisablehook = lambda unraisable: None
    clock.make_orders_explicit()
    # Collecting drops coroutines, which runs code: only between programs.
    gc.disable()
    args = sys.argv[1:]
    if args[:1] == ["--uncured"]:
        cured.leave_as_they_are()
        del args[0]
    source = open(args[0]) if args else sys.stdin
    with source:
        for count, program in enumerate(programs.read_programs(source)):
            sys.stdout.write("\n".join(run_program(program)) + "\n")
            if count % 50 == 49:
                gc.collect()


if __name__ == "__main__":
    main()
