# SPDX-License-Identifier: MIT
"""The generator's palette: which ops exist, and which objects they take.

A section waits only for tasks of sections with a higher number, and for
gather futures of its own or a higher number: so waits never form a cycle,
along which a cancellation would recurse without end.
"""

from program import Op

PRIMITIVES = (
    "lock", "event", "cond", "sem", "bounded", "barrier", "queue", "lifo",
    "prio", "future", "task", "sleep", "gather", "wait", "wait_for",
    "timeout", "shield", "as_completed", "group", "call", "callback",
)

# The table of objects that a primitive lives in.
TABLES = {
    "shared": "cond", "bounded": "sem", "lifo": "queue", "prio": "queue",
}

# Ops that have a twin with a time.
TIMED = frozenset(
    """lock_acquire event_wait cond_wait sem_acquire queue_put
    queue_get""".split()
)


class Palette:
    """Makes ops on the objects of one program."""

    def __init__(self, rng, program, kinds, generator):
        self.rng = rng
        self.program = program
        self.kinds = kinds
        self.generator = generator
        self.numbers = {}
        self.future_count = 0

    def declare_objects(self):
        for kind in self.kinds:
            for _ in range(self.rng.choice((1, 1, 1, 2))):
                self.declare(kind)
        for _ in range(self.rng.choice((1, 1, 2))):
            self.program.objects.append(("future",))
            self.future_count += 1

    def declare(self, kind):
        rng = self.rng
        sizes = {
            "lock": (), "event": (), "cond": (),
            "sem": (rng.choice((0, 1, 1, 2)),),
            "bounded": (rng.choice((1, 1, 2)),),
            "barrier": (rng.choice((1, 2, 2, 3)),),
            "queue": (rng.choice((0, 1, 1, 2)),),
            "lifo": (rng.choice((0, 1, 2)),),
            "prio": (rng.choice((0, 1, 2)),),
        }
        if kind not in sizes:
            return
        table = TABLES.get(kind, kind)
        taken = sum(
            TABLES.get(name, name) == table
            for name, *_ in self.program.objects
        )
        declared = (kind, *sizes[kind])
        if kind == "cond" and "lock" in self.numbers and rng.random() < 0.5:
            declared = ("shared", rng.choice(self.numbers["lock"]))
        self.program.objects.append(declared)
        self.numbers.setdefault(kind, []).append(taken)

    # References.

    def task_above(self, number):
        """A section that this one may wait for; None above the last."""
        above = range(number + 1, self.generator.section_count)
        return self.rng.choice(above) if above else None

    def ref(self, number, coroutines=True):
        """Something awaitable: task, future, gather future, coroutine."""
        above = self.task_above(number)
        roll = self.rng.random()
        if above is None or roll < 0.15:
            return f"f{self.rng.randrange(self.future_count)}"
        if roll < 0.22:
            return f"g{above}"
        if coroutines and roll < 0.45:
            return f"c{above}"
        return f"t{above}"

    def refs(self, number, coroutines=True):
        count = self.rng.randint(1, 3)
        made = [self.ref(number, coroutines) for _ in range(count)]
        if self.rng.random() < 0.1:
            made.append(made[0])
            return made
        return list(dict.fromkeys(made))

    def any_task(self):
        return f"t{self.rng.randrange(1, self.generator.section_count)}"

    # Ops that wait.

    def using(self, number, depth):
        """Ops on one of the program's primitives, paired more or less."""
        kind = self.rng.choice(self.kinds)
        family = TABLES.get(kind, kind)
        make = getattr(self, "use_" + family)
        if family in ("lock", "event", "cond", "sem", "barrier", "queue"):
            return make(self.rng.choice(self.numbers[kind]), number)
        return make(number, depth)

    def op(self, name, *args):
        if name in TIMED and self.rng.random() < 0.12:
            limit = self.generator.delay("none")
            return Op(self.generator.policy(), name + "_for", (*args, limit))
        return Op(self.generator.policy(), name, args)

    def held(self, acquire, release, inner):
        """acquire, inner, release; the release usually under `finally`."""
        roll = self.rng.random()
        if roll < 0.65:
            acquire.policy = "raise"
            return [acquire, self.generator.op("try", [], inner, [release])]
        if roll < 0.9:
            return [acquire, *inner, release]
        return [acquire, *inner]

    def use_lock(self, index, number):
        release = Op("log", "lock_release", [index])
        return self.held(
            self.op("lock_acquire", index), release, self.generator.pause()
        )

    def use_event(self, index, number):
        roll = self.rng.random()
        if roll < 0.7:
            return [self.op("event_wait", index)]
        name = self.rng.choice(("event_set", "event_clear"))
        return [Op("log", name, [index])]

    def use_cond(self, index, number):
        inner = [self.op("cond_wait", index)]
        if self.rng.random() < 0.15:
            future = self.rng.randrange(self.future_count)
            inner = [self.op("cond_wait_until", index, future)]
        if self.rng.random() < 0.35:
            inner = [self.notify(index)]
        if self.rng.random() < 0.5:
            # Who was notified must wait for the lock now.
            inner += self.generator.pause()
        release = Op("log", "cond_release", [index])
        return self.held(self.op("cond_acquire", index), release, inner)

    def notify(self, index):
        if self.rng.random() < 0.3:
            return Op("log", "cond_notify_all", [index])
        return Op("log", "cond_notify", [index, self.rng.randint(1, 2)])

    def use_sem(self, index, number):
        release = Op("log", "sem_release", [index])
        return self.held(
            self.op("sem_acquire", index), release, self.generator.pause()
        )

    def use_barrier(self, index, number):
        roll = self.rng.random()
        if roll < 0.85:
            return [self.op("barrier_wait", index)]
        name = "barrier_reset" if roll < 0.95 else "barrier_abort"
        return [self.op(name, index)]

    def use_queue(self, index, number):
        roll = self.rng.random()
        if roll < 0.35:
            return [self.op("queue_put", index, self.rng.randint(1, 9))]
        if roll < 0.75:
            ops = [self.op("queue_get", index)]
            if self.rng.random() < 0.5:
                ops.append(Op("log", "queue_task_done", [index]))
            return ops
        if roll < 0.9:
            return [self.op("queue_join", index)]
        return [Op("log", "queue_task_done", [index])]

    def use_future(self, number, depth):
        future = self.rng.randrange(self.future_count)
        roll = self.rng.random()
        if roll < 0.6:
            return [self.op("await", f"f{future}")]
        return [self.future_op(future)]

    def future_op(self, future):
        roll = self.rng.random()
        if roll < 0.4:
            return Op("log", "future_set", [future, self.rng.randint(1, 9)])
        if roll < 0.6:
            return Op("log", "future_fail", [future, self.rng.randint(1, 9)])
        if roll < 0.8:
            return Op("log", "cancel", [f"f{future}"])
        return Op("log", "future_new", [future])

    def use_task(self, number, depth):
        above = self.task_above(number)
        if above is None:
            return self.generator.pause()
        if self.rng.random() < 0.4:
            return [Op("log", "spawn", [above]), self.op("await", f"t{above}")]
        return [self.op("await", f"t{above}")]

    def use_sleep(self, number, depth):
        return self.generator.pause()

    def use_gather(self, number, depth):
        mode = self.rng.choice(("keep", "fail"))
        refs = self.refs(number)
        if self.rng.random() < 0.3:
            above = [ref for ref in refs if ref != f"g{number}"]
            start = Op("log", "gather_start", [number, mode, *above])
            waiting = self.op("await", f"g{number}")
            return [start, *self.generator.pause(), waiting]
        return [self.op("gather", mode, *refs)]

    def use_wait(self, number, depth):
        until = self.rng.choice(("all", "first", "error"))
        timeout = self.generator.delay("none", "none")
        return [self.op("wait", until, timeout, *self.refs(number))]

    def use_wait_for(self, number, depth):
        timeout = self.generator.delay("none")
        return [self.op("wait_for", self.ref(number), timeout)]

    def use_timeout(self, number, depth):
        return self.generator.timeout_scope(number, depth)

    def use_shield(self, number, depth):
        return [self.op("shield", self.ref(number))]

    def use_as_completed(self, number, depth):
        timeout = self.generator.delay("none", "none")
        return [self.op("as_completed", timeout, *self.refs(number))]

    def use_group(self, number, depth):
        body = self.generator.pause() if self.rng.random() < 0.6 else []
        return [
            self.generator.op(
                "group", [], self.generator.group_body(number, body)
            )
        ]

    def use_call(self, number, depth):
        above = self.task_above(number)
        if above is None:
            return self.generator.pause()
        return [self.op("call", above)]

    def use_callback(self, number, depth):
        return self.meddling(number, -1)

    def joining_op(self, number):
        """Waits for other tasks, in any of the ways."""
        make = self.rng.choice((
            self.use_task, self.use_task, self.use_gather, self.use_wait,
            self.use_wait_for, self.use_shield, self.use_as_completed,
            self.use_call,
        ))
        return make(number, 2)[-1]

    # Ops that do not wait.

    def cancel_op(self, number):
        roll = self.rng.random()
        if roll < 0.75:
            ref = self.any_task()
        elif roll < 0.83 and number > 0:
            ref = "self"
        elif roll < 0.92:
            ref = f"g{self.rng.randrange(self.generator.section_count)}"
        else:
            ref = f"f{self.rng.randrange(self.future_count)}"
        return Op("log", "cancel", [ref])

    def waking(self):
        """Ops that make a waiter ready."""
        kind = self.rng.choice(self.kinds)
        family = TABLES.get(kind, kind)
        if family not in ("lock", "event", "cond", "sem", "barrier", "queue"):
            return [self.future_op(self.rng.randrange(self.future_count))]
        index = self.rng.choice(self.numbers[kind])
        roll = self.rng.random()
        if family == "lock":
            return [Op("log", "lock_release", [index])]
        if family == "event":
            ops = [Op("log", "event_set", [index])]
            if roll < 0.5:
                ops.append(Op("log", "event_clear", [index]))
            return ops
        if family == "cond":
            return [self.notify(index)]
        if family == "sem":
            return [Op("log", "sem_release", [index])]
        if family == "barrier":
            return [Op("log", "peek", ["barrier", index])]
        if roll < 0.5:
            return [Op("log", "queue_put_now", [index, self.rng.randint(1, 9)])]
        return [Op("log", "queue_get_now", [index])]

    def meddling(self, number, callback):
        """Plain ops: callbacks, handles, questions, spawning."""
        rng = self.rng
        make = rng.choice((
            self.callback_op, self.callback_op, self.question, self.question,
            self.spawn_op, self.undo, self.undo,
        ))
        if callback >= 0 and rng.random() < 0.5:
            return self.waking() if rng.random() < 0.5 else [
                self.cancel_op(number)
            ]
        return make(number, callback)

    def callback_op(self, number, callback):
        """Only callbacks with a higher number: no callback re-arms itself."""
        rng = self.rng
        above = range(callback + 1, self.generator.callback_count)
        if not above:
            return self.question(number, callback)
        target, slot = rng.choice(above), rng.randrange(3)
        name = rng.choice(
            ("call_soon", "call_later", "call_at", "on_done", "on_done")
        )
        if name == "call_soon":
            return [Op("log", name, [slot, target])]
        if name == "on_done":
            return [Op("log", name, [self.any_ref(), target])]
        return [Op("log", name, [slot, target, self.generator.delay()])]

    def any_ref(self):
        roll = self.rng.random()
        if roll < 0.6:
            return self.any_task()
        if roll < 0.9:
            return f"f{self.rng.randrange(self.future_count)}"
        return f"g{self.rng.randrange(self.generator.section_count)}"

    def question(self, number, callback):
        kind = self.rng.choice(self.kinds)
        if kind in self.numbers and self.rng.random() < 0.5:
            index = self.rng.choice(self.numbers[kind])
            return [Op("log", "peek", [TABLES.get(kind, kind), index])]
        name = self.rng.choice(("state", "result", "cancelling"))
        if name == "cancelling":
            return [Op("log", name, [self.any_task()])]
        return [Op("log", name, [self.any_ref()])]

    def spawn_op(self, number, callback):
        above = self.task_above(number if callback < 0 else 0)
        if above is None:
            return self.question(number, callback)
        return [Op("log", "spawn", [above])]

    def undo(self, number, callback):
        rng = self.rng
        name = rng.choice(("handle_cancel", "off_done", "uncancel"))
        if name == "handle_cancel":
            return [Op("log", name, [rng.randrange(3)])]
        if name == "uncancel":
            own = number > 0 and callback < 0 and rng.random() < 0.5
            return [Op("log", name, ["self" if own else self.any_task()])]
        if self.generator.callback_count == 0:
            return self.question(number, callback)
        target = rng.randrange(self.generator.callback_count)
        return [Op("log", name, [self.any_ref(), target])]
