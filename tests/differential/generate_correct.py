#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Random programs that are right under every schedule, clock and points.

usage: generate_correct.py SEED [--suite N] [--broken]

They use all primitives, nest them, cancel, time out and fail; and yet there is
nothing to find in them, because of how they are made:

* Tasks form a tree. Whoever starts one waits until it has ended, also when it
  is cancelled meanwhile: in a group, or under `finally`. Errors end in whoever
  waits. Cancellations go up, always.
* Locks and semaphores have levels. Who holds one takes only higher ones, and
  starts and awaits only tasks that do the same. `finally` gives it back.
* What waits for a sign of another task (an event, an item, a barrier) does so
  inside of a *party*: a few tasks with objects of their own, which start
  together, are awaited together, and are cancelled together or not at all.
  None of them holds a lock from outside of the party while it waits for a
  sign, and none fails before it has given all of its own.
* A cancelled task may still run on to its next wait, if --points=await
  switches inside a call that does not wait. So what must not happen after a
  cancellation comes right behind a wait, or at once.

--broken leaves out one op whose loss must show: a sign that somebody waits for,
a release that somebody needs, the wait for a task at the very end.
"""

import argparse
import random
import sys

import program as programs
from correct_parties import PARTIES
from program import Op

# Where the generator stops to add, and what the interpreter can hold.
SECTIONS_WANTED = 20
INSTANCES_WANTED = 45
SECTIONS_MAX = 32
INSTANCES_MAX = 60
OBJECTS_MAX = 32
CALLBACKS_MAX = 8
OPS_MAX = 1000


class Place:
    """What ops made for here may rely on, and must respect.

    floor     the level of the highest lock that is held around them
    depth     how deep they are nested
    may_fail  an error may end the section here
    times     how often they are executed at most
    sure      nothing skips or cancels them
    """

    def __init__(self, floor=-1, depth=0, may_fail=False, times=1, sure=True):
        self.floor = floor
        self.depth = depth
        self.may_fail = may_fail
        self.times = times
        self.sure = sure

    def inside(self, **changed):
        """One level deeper."""
        values = {**vars(self), "depth": self.depth + 1, **changed}
        return Place(**values)


class Generator:
    """Makes one program from a random stream."""

    def __init__(self, seed):
        self.rng = random.Random(f"correct/{seed}")
        self.program = programs.Program(seed)
        self.counts = {}
        self.section_count = 1
        self.instance_count = 1
        self.slot_count = 0
        # Levels of locks: kind, number, and how it is taken and given back.
        self.levels = []
        # Ops whose loss must show.
        self.bearing = []

    def generate(self):
        for _ in range(self.rng.randint(1, 4)):
            self.levels.append(self.lockable())
        place = Place()
        ops = self.block(place, self.rng.randint(1, 4))
        ops += self.party(place)
        ops += self.last(place)
        self.program.sections[0] = ops
        self.program.number_lines()
        return self.program

    # What there is room for.

    def declare(self, kind, *size):
        """A new object; its number among those of its table."""
        table = {"shared": "cond", "bounded": "sem", "lifo": "queue",
                 "prio": "queue"}.get(kind, kind)
        number = self.counts.get(table, 0)
        self.counts[table] = number + 1
        self.program.objects.append((kind, *size))
        return number

    def has_room(self, place, sections, objects=0):
        return (
            place.depth < 5
            and self.section_count + sections <= SECTIONS_WANTED
            and self.instance_count + sections * place.times
            <= INSTANCES_WANTED
            and len(self.program.objects) + objects <= OBJECTS_MAX
        )

    def section(self, place, ops):
        """A new section, started `place.times` times at most."""
        number = self.section_count
        self.section_count += 1
        self.instance_count += place.times
        self.program.sections[number] = ops
        return number

    def reserve(self, place):
        """A section whose ops are made before it is known what they are."""
        return self.section(place, [])

    def callback(self, place, ops):
        number = len(self.program.callbacks)
        self.instance_count += place.times
        self.program.callbacks[number] = ops
        return number

    def has_callback(self, place):
        return (
            len(self.program.callbacks) < CALLBACKS_MAX
            and self.instance_count + place.times <= INSTANCES_WANTED
        )

    def slot(self):
        self.slot_count = (self.slot_count + 1) % 32
        return self.slot_count

    def bears(self, place, op):
        if place.sure:
            self.bearing.append(op)
        return op

    # Small things.

    def delay(self):
        return self.rng.choice((0, 1, 1, 2, 2, 3, 4))

    def any_policy(self):
        """Where only a cancellation can come, which both pass on."""
        return self.rng.choice(("raise", "log"))

    def policy(self, place):
        return self.any_policy() if place.may_fail else "log"

    def wait(self):
        """One true wait: behind it, a cancellation has been heard of."""
        if self.rng.random() < 0.5:
            return Op(self.any_policy(), "yield")
        return Op(self.any_policy(), "sleep", [self.delay()])

    def hearing_wait(self):
        """A wait behind which there is no request to be heard of."""
        return Op("raise", "yield")

    def pause(self):
        return [self.wait() for _ in range(self.rng.choice((0, 1, 1, 2)))]

    def question(self):
        kinds = [kind for kind in self.counts if kind != "future"]
        if not kinds:
            return []
        kind = self.rng.choice(kinds)
        number = self.rng.randrange(self.counts[kind])
        return [Op("log", "peek", [kind, number])]

    # Locks.

    def lockable(self, contended=False):
        """A new object that is taken and given back."""
        kind = self.rng.choice(("lock", "lock", "sem", "bounded", "cond"))
        most = 1 if contended else 2
        if kind in ("sem", "bounded"):
            return "sem", self.declare(kind, self.rng.randint(1, most))
        return kind, self.declare(kind)

    def hold(self, lock, body, sure_place=None):
        """acquire, body, release; the last whatever happens."""
        kind, number = lock
        release = Op("log", f"{kind}_release", [number])
        if sure_place is not None:
            self.bears(sure_place, release)
        guarded = Op("raise", "try", [], body, [release])
        if kind != "cond" and sure_place is None and self.rng.random() < 0.2:
            acquire = Op("raise", f"{kind}_acquire_for", [number, self.delay()])
            return [self.catching([acquire, guarded])]
        acquire = Op(self.any_policy(), f"{kind}_acquire", [number])
        return [acquire, guarded]

    def catching(self, body):
        """Errors of the body end here, cancellations do not."""
        return Op("log", "repeat", [1], body)

    def critical(self, place):
        levels = range(place.floor + 1, len(self.levels))
        if not levels:
            return self.pause()
        level = self.rng.choice(levels)
        body = self.block(place.inside(floor=level), self.rng.randint(1, 2))
        return self.hold(self.levels[level], body)

    # Blocks.

    def block(self, place, count):
        ops = []
        for _ in range(count):
            ops += self.statement(place)
        return ops

    def statement(self, place):
        if place.depth >= 4 or self.rng.random() < 0.15:
            return self.pause()
        make = self.rng.choice((
            self.critical, self.critical, self.timed, self.repeated,
            self.called, self.waited_for, self.children, self.children,
            self.party, self.party, self.caught, self.asked, self.rang,
            self.called_off,
        ))
        return make(place)

    def asked(self, place):
        return [Op("log", "cancelling", ["self"]), *self.question()]

    def timed(self, place):
        policy = self.policy(place)
        body = self.block(
            place.inside(may_fail=True, sure=False), self.rng.randint(1, 3)
        )
        if self.rng.random() < 0.3:
            again = Op("log", "reschedule", [self.rng.choice((1, 3, "none"))])
            before = [self.hearing_wait()] if self.rng.random() < 0.3 else []
            body = [*before, again, *body]
        limit = self.rng.choice((0, 1, 2, 2, 3, 5, 9, "none"))
        return [Op(policy, "timeout", [limit], body)]

    def repeated(self, place):
        times = self.rng.randint(2, 3)
        body = self.block(
            place.inside(times=place.times * times, sure=False), 1
        )
        return [Op(self.policy(place), "repeat", [times], body)]

    def caught(self, place):
        body = self.block(place.inside(may_fail=True, sure=False), 1)
        if self.rng.random() < 0.5:
            body.append(Op("raise", "fail", [self.rng.randint(1, 9)]))
        return [self.catching(body)]

    def rang(self, place):
        """A callback that wakes this task, or is called off."""
        if not self.has_callback(place) or not self.has_room(place, 0, 1):
            return self.pause()
        event = self.declare("event")
        sign = Op("log", "event_set", [event])
        rings = self.callback(place, [sign, *self.question()])
        slot = self.slot()
        name = self.rng.choice(("call_soon", "call_later", "call_at"))
        args = [slot, rings] + ([self.delay()] if name != "call_soon" else [])
        start = Op("log", name, args)
        undo = Op("log", "handle_cancel", [slot])
        if self.rng.random() < 0.3:
            return [start, Op("raise", "try", [], self.pause(), [undo])]
        self.bears(place, sign)
        wait = Op("raise", "event_wait", [event])
        return [start, Op("raise", "try", [], [*self.pause(), wait], [undo])]

    # Tasks that need nothing of each other.

    def child(self, place):
        """A section that ends by itself, with a value, an error, or neither."""
        number = self.reserve(place)
        inside = place.inside(may_fail=True, sure=False)
        ops = self.block(inside, self.rng.randint(1, 3))
        self.program.sections[number] = ops + self.ending()
        return number

    def ending(self, may_fail=True):
        roll = self.rng.random()
        if may_fail and roll < 0.2:
            return [Op("raise", "fail", [self.rng.randint(1, 9)])]
        if roll < 0.6:
            return [Op("raise", "return", [self.rng.randint(1, 99)])]
        return []

    def called(self, place):
        if not self.has_room(place, 1):
            return self.pause()
        return [Op(self.policy(place), "call", [self.child(place)])]

    def waited_for(self, place):
        if not self.has_room(place, 1):
            return self.pause()
        policy = self.policy(place)
        number = self.child(place)
        limit = self.rng.choice((0, 1, 2, 5, "none"))
        return [Op(policy, "wait_for", [f"c{number}", limit])]

    def children(self, place):
        count = self.rng.randint(1, 3)
        if not self.has_room(place, count):
            return self.pause()
        numbers = [self.child(place) for _ in range(count)]
        roll = self.rng.random()
        if roll < 0.25:
            return self.grouped(place, numbers, [])
        if roll < 0.35:
            refs = [f"c{number}" for number in numbers]
            return [Op(self.any_policy(), "gather", ["keep", *refs])]
        body = self.meddling(place, numbers)
        if self.rng.random() < 0.4:
            tasks = [f"t{number}" for number in numbers]
            cancelled = self.rng.sample(tasks, self.rng.randint(1, count))
            body += [*self.pause(), *self.cancel(cancelled)]
        return self.joined(place, numbers, body, [])

    def meddling(self, place, numbers):
        """Waits for some or all of one's children, in any of the ways."""
        tasks = [f"t{number}" for number in numbers]
        one = self.rng.choice(tasks)
        ways = [
            Op("raise", "wait_for", [one, self.delay()]),
            Op("raise", "shield", [one]),
            Op("raise", "await", [one]),
            *self.ways_to_wait(tasks),
        ]
        way = self.rng.choice(ways)
        ops = [*self.pause(), way]
        if self.rng.random() < 0.2 and self.has_callback(place):
            note = self.callback(place, self.question())
            ops.insert(0, Op("log", "on_done", [one, note]))
            if self.rng.random() < 0.3:
                ops.append(Op("log", "off_done", [one, note]))
        return ops

    def ways_to_wait(self, tasks):
        """Those that do not cancel one without the others."""
        until = self.rng.choice(("all", "first", "error"))
        limit = self.rng.choice((1, 3, "none", "none"))
        return [
            Op("raise", "gather", ["fail", *tasks]),
            Op("raise", "gather", ["keep", *tasks]),
            Op("raise", "wait", [until, limit, *tasks]),
            Op("raise", "as_completed", [limit, *tasks]),
        ]

    def called_off(self, place):
        """Tasks that wait for what never comes, until somebody ends that."""
        count = self.rng.randint(1, 2)
        if not self.has_room(place, count, 4):
            return self.pause()
        waits = [self.pause() + self.in_vain() for _ in range(count)]
        if self.rng.random() < 0.3:
            ops = [op for ops in waits for op in ops]
            scope = Op("raise", "timeout", [self.rng.randint(0, 5)], ops)
            return [self.catching([scope])]
        numbers = [self.section(place, ops) for ops in waits]
        if self.rng.random() < 0.3:
            refs = [f"c{number}" for number in numbers]
            limit = self.rng.randint(0, 5)
            return [Op("log", "wait_for", [ref, limit]) for ref in refs]
        tasks = [f"t{number}" for number in numbers]
        body = self.block(place.inside(sure=False), self.rng.randint(0, 2))
        return self.joined(place, numbers, body, self.cancel(tasks))

    def in_vain(self):
        kind = self.rng.choice(("sleep", "event", "queue", "sem", "barrier",
                                "future", "cond", "join"))
        if kind == "sleep":
            return [Op("raise", "sleep", ["none"])]
        if kind == "cond":
            cond = self.declare("cond")
            wait = Op("raise", "cond_wait", [cond])
            return self.hold(("cond", cond), [wait])
        if kind == "join":
            queue = self.declare("queue", 0)
            put = Op("log", "queue_put_now", [queue, 1])
            return [put, Op("raise", "queue_join", [queue])]
        if kind == "future":
            # Fresh each time: who is cancelled cancels it.
            future = self.declare("future")
            fresh = Op("log", "future_new", [future])
            return [fresh, Op("raise", "await", [f"f{future}"])]
        sizes = {"queue": [1], "sem": [0], "barrier": [2]}
        names = {"queue": "queue_get", "sem": "sem_acquire"}
        number = self.declare(kind, *sizes.get(kind, []))
        return [Op("raise", names.get(kind, f"{kind}_wait"), [number])]

    # Starting tasks together, and never without waiting for them.

    def cancel(self, tasks):
        return [Op("log", "cancel", [task]) for task in tasks]

    def spawns(self, numbers, name="spawn"):
        return [Op("log", name, [number]) for number in numbers]

    def grouped(self, place, numbers, inline):
        """In a group. A group that shuts down takes no more: so all at first,
        or right behind a wait, which would have heard of it."""
        body = self.spawns(numbers, "group_spawn")
        if not inline and self.rng.random() < 0.5:
            at = self.rng.randint(0, len(body))
            body.insert(at, self.hearing_wait())
        return [Op(self.policy(place), "group", [], body + inline)]

    def joined(self, place, numbers, body, before):
        """Around the body, which may end anywhere: before the end all of them
        have ended, too."""
        tasks = [f"t{number}" for number in numbers]
        join = Op("log", "gather", ["keep", *tasks])
        guarded = Op(self.policy(place), "try", [], body, [*before, join])
        return [*self.spawns(numbers), guarded]

    def apart(self, numbers):
        """A gather future, awaited later; awaited again if that was left."""
        tasks = [f"t{number}" for number in numbers]
        slot = numbers[0]
        mode = self.rng.choice(("keep", "fail"))
        again = Op("log", "await", [f"g{slot}"])
        start = Op("log", "gather_start", [slot, mode, *tasks])
        body = [*self.pause(), Op("raise", "await", [f"g{slot}"])]
        return [start, Op("log", "try", [], body, [again])]

    # Parties.

    def party(self, place):
        """Tasks that wait for each other's signs."""
        usable = [
            make for make in PARTIES
            if place.times == 1 or make.is_repeatable
        ]
        make = self.rng.choice(usable)
        if not self.has_room(place, 5, 3):
            return self.pause()
        calm = place.inside(may_fail=False)
        roles, before = make(self, calm)
        return before + self.started(place, roles)

    def role(self, place, steps):
        """The steps of one role, and other things between them."""
        ops = []
        for step in steps:
            if self.rng.random() < 0.35:
                ops += self.statement(place.inside(may_fail=False))
            ops += step
        return ops

    def started(self, place, roles):
        """The roles as sections, awaited together."""
        inline = []
        if len(roles) > 1 and self.rng.random() < 0.3:
            inline = roles.pop(self.rng.randrange(len(roles)))
        make = self.rng.choice(
            (self.in_a_group, self.first_first) if inline
            else (self.in_a_group, self.all_at_once, self.one_by_one)
        )
        # Who fails in a group cancels the others.
        may_fail = make == self.all_at_once
        numbers = [
            self.section(place, ops + self.ending(may_fail)) for ops in roles
        ]
        return make(place, numbers, inline)

    def in_a_group(self, place, numbers, inline):
        return self.grouped(place, numbers, inline)

    def all_at_once(self, place, numbers, inline):
        """Waiting for all of them, or not cancelling any."""
        tasks = [f"t{number}" for number in numbers]
        roll = self.rng.random()
        if roll < 0.35:
            join = Op(self.any_policy(), "gather", ["keep", *tasks])
            return [*self.spawns(numbers), join]
        if roll < 0.65:
            return self.joined(place, numbers, self.apart(numbers), [])
        body = [*self.pause(), self.rng.choice(self.ways_to_wait(tasks))]
        return self.joined(place, numbers, body, [])

    def one_by_one(self, place, numbers, inline):
        """A cancellation reaches one of them: then all are cancelled."""
        tasks = [f"t{number}" for number in numbers]
        body = [Op("raise", "await", [task]) for task in tasks]
        return self.joined(place, numbers, body, self.cancel(tasks))

    def first_first(self, place, numbers, inline):
        """One of them is the one that waits for the others."""
        tasks = [f"t{number}" for number in numbers]
        body = [*inline, Op("raise", "gather", ["keep", *tasks])]
        return self.joined(place, numbers, body, self.cancel(tasks))

    def last(self, place):
        """A task that main's end would leave behind."""
        number = self.section(place, [Op("raise", "sleep", [1])])
        join = self.bears(place, Op("log", "await", [f"t{number}"]))
        return [Op("log", "spawn", [number]), join]


def generate(seed):
    """A program, and its generator; not too long for the interpreter."""
    attempt = 0
    while True:
        name = f"{seed}" if attempt == 0 else f"{seed}/{attempt}"
        generator = Generator(name)
        program = generator.generate()
        count = sum(len(ops) for ops in programs.lists_of(program))
        if (
            count <= OPS_MAX
            and generator.section_count <= SECTIONS_MAX
            and generator.instance_count < INSTANCES_MAX
        ):
            return program, generator
        attempt += 1


def break_one(program, generator):
    """Leave out an op that matters."""
    op = generator.rng.choice(generator.bearing)
    for ops in programs.lists_of(program):
        ops[:] = [other for other in ops if other is not op]
    program.seed += f"/without-{op.name}"
    program.number_lines()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("seed")
    parser.add_argument("--suite", type=int, metavar="N", default=1)
    parser.add_argument("--broken", action="store_true")
    options = parser.parse_args()
    for index in range(options.suite):
        program, generator = generate(f"{options.seed}.{index}")
        if options.broken:
            break_one(program, generator)
        sys.stdout.write(programs.write_program(program))


if __name__ == "__main__":
    main()
