# SPDX-License-Identifier: MIT
"""Parties: tasks that wait for each other's signs, and never in vain.

A party is made for a place by a generator. It gives the ops of each role, which
run as tasks of their own, and ops to be run before any of them starts. Each of
its objects is new: a party that was cancelled may leave items and signs behind.
One that leaves nothing is repeatable.
"""

from program import Op

PARTIES = []


def party(is_repeatable):
    def register(make):
        make.is_repeatable = is_repeatable
        PARTIES.append(make)
        return make

    return register


@party(is_repeatable=True)
def mutex(g, place):
    """All want the same."""
    lock = g.lockable(contended=True)
    roles = []
    for _ in range(g.rng.randint(2, 4)):
        calm = place.inside(floor=99, sure=False)
        body = [*g.pause(), g.wait(), *g.block(calm, 1)]
        roles.append(g.role(place, [g.hold(lock, body, place)]))
    return roles, []


def waits_for_event(g, event):
    if g.rng.random() < 0.2:
        return [Op("log", "event_wait_for", [event, g.delay()])]
    return [Op(g.any_policy(), "event_wait", [event])]


@party(is_repeatable=True)
def announcement(g, place):
    """One sets an event, others wait for it; one of them without a limit."""
    event = g.declare("event")
    sign = g.bears(place, Op("log", "event_set", [event]))
    roles = [
        g.role(place, [waits_for_event(g, event)])
        for _ in range(g.rng.randint(0, 2))
    ]
    roles.append(g.role(place, [[Op("raise", "event_wait", [event])]]))
    roles.append(g.role(place, [[sign]]))
    return roles, []


@party(is_repeatable=False)
def ping_pong(g, place):
    """Two events, set and cleared in turn."""
    ping, pong = g.declare("event"), g.declare("event")
    rounds = g.rng.randint(1, 3)
    serve = [
        Op("log", "event_set", [ping]),
        *g.pause(),
        Op("raise", "event_wait", [pong]),
        Op("log", "event_clear", [pong]),
    ]
    back = g.bears(place, Op("log", "event_set", [pong]))
    reply = [
        Op("raise", "event_wait", [ping]),
        Op("log", "event_clear", [ping]),
        *g.pause(),
        back,
    ]
    return [
        g.role(place, [[Op("raise", "repeat", [rounds], serve)]]),
        g.role(place, [[Op("raise", "repeat", [rounds], reply)]]),
    ], []


@party(is_repeatable=True)
def promise(g, place):
    """One resolves a future, others wait for it, and all hear of an error."""
    future = g.declare("future")
    ref = f"f{future}"
    fails = g.rng.random() < 0.3
    name = "future_fail" if fails else "future_set"
    sign = g.bears(place, Op("log", name, [future, g.rng.randint(1, 9)]))
    roles = [g.role(place, [[sign]])]
    for _ in range(g.rng.randint(1, 3)):
        # A cancelled `await` cancels the future, which then must not be set:
        # so none of a future that is pending.
        wait = g.rng.choice((
            Op("log", "shield", [ref]),
            Op("log", "wait", ["all", "none", ref]),
            Op("log", "as_completed", ["none", ref]),
        ))
        asks = g.rng.choice((
            [Op("log", "result", [ref]), Op("log", "state", [ref])],
            [Op("log", "await", [ref])],
        ))
        roles.append(g.role(place, [[wait], asks]))
    # Cancelled after it failed, they would not hear of it: ask in any case.
    look = Op("log", "result", [ref])
    roles[0] = [Op("raise", "try", [], roles[0], [look])]
    return roles, [Op("log", "future_new", [future])]


@party(is_repeatable=True)
def condition(g, place):
    """Waiting for something to become true, under a lock."""
    if g.rng.random() < 0.5:
        cond = g.declare("shared", g.declare("lock"))
    else:
        cond = g.declare("cond")
    future = g.declare("future")
    waiters = g.rng.randint(1, 3)
    roles = []
    for _ in range(waiters):
        wait = Op("raise", "cond_wait_until", [cond, future])
        body = [*g.pause(), wait, *g.pause()]
        if g.rng.random() < 0.2:
            body.insert(0, Op("log", "cond_wait_for", [cond, g.delay()]))
        roles.append(g.role(place, [g.hold(("cond", cond), body, None)]))
    if g.rng.random() < 0.5:
        notify = Op("log", "cond_notify_all", [cond])
    else:
        one = Op("log", "cond_notify", [cond, 1])
        # A waiter with a limit may take one and wait again.
        notify = Op("raise", "repeat", [2 * waiters], [one])
    sign = g.bears(place, Op("log", "future_set", [future, 1]))
    body = [*g.pause(), sign, g.bears(place, notify), *g.pause()]
    roles.append(g.role(place, [g.hold(("cond", cond), body, None)]))
    return roles, [Op("log", "future_new", [future])]


def shares(g, total):
    """The total in a few parts."""
    first = g.rng.randint(1, total)
    return [first, total - first] if first < total else [first]


def new_queue(g):
    kind = g.rng.choice(("queue", "queue", "lifo", "prio"))
    size = g.rng.choice((0, 1, 1, 2))
    return g.declare(kind, size), size


def put(g, queue, size):
    value = g.rng.randint(1, 9)
    if size == 0 and g.rng.random() < 0.3:
        return Op("log", "queue_put_now", [queue, value])
    return Op(g.any_policy(), "queue_put", [queue, value])


@party(is_repeatable=False)
def work(g, place):
    """As many are put as are taken, and all that is taken is finished."""
    queue, size = new_queue(g)
    total = g.rng.randint(1, 5)
    roles = []
    for count in shares(g, total):
        steps = [[g.bears(place, put(g, queue, size))] for _ in range(count)]
        roles.append(g.role(place, steps))
    joins = g.rng.random() < 0.5
    for count in shares(g, total):
        steps = []
        for _ in range(count):
            steps.append([Op(g.any_policy(), "queue_get", [queue])])
            done = Op("log", "queue_task_done", [queue])
            steps.append([g.bears(place, done) if joins else done])
        roles.append(g.role(place, steps))
    if joins:
        # Who joins before the first is put does not wait.
        first = roles[0]
        first.append(Op("raise", "queue_join", [queue]))
    return roles, []


@party(is_repeatable=False)
def late_work(g, place):
    """Who takes does not wait for ever, and so may leave some."""
    queue = g.declare(g.rng.choice(("queue", "lifo", "prio")), 0)
    take = [
        [Op("log", "queue_get_for", [queue, g.delay()])]
        for _ in range(g.rng.randint(1, 3))
    ]
    give = [[put(g, queue, 0)] for _ in range(2)]
    return [g.role(place, take), g.role(place, give)], []


@party(is_repeatable=False)
def servers(g, place):
    """Workers that never end by themselves, cancelled when all is done."""
    queue, size = new_queue(g)
    total = g.rng.randint(1, 4)
    workers = []
    for _ in range(g.rng.randint(1, 2)):
        done = g.bears(place, Op("log", "queue_task_done", [queue]))
        turn = [Op("raise", "queue_get", [queue]), *g.pause(), done]
        body = [Op("raise", "repeat", [total + 1], turn)]
        workers.append(g.section(place, body))
    feed = [put(g, queue, size) for _ in range(total)]
    feed = g.role(place, [[op] for op in feed])
    feed.append(Op("raise", "queue_join", [queue]))
    # Meanwhile they wait for more, in vain.
    feed += g.block(place, g.rng.randint(0, 1))
    tasks = [f"t{number}" for number in workers]
    client = g.joined(place, workers, feed, g.cancel(tasks))
    return [client], []


@party(is_repeatable=False)
def pipeline(g, place):
    """From one queue to the next, in order or not."""
    queues = [new_queue(g) for _ in range(2)]
    total = g.rng.randint(1, 3)
    (first, first_size), (second, second_size) = queues
    source = [[g.bears(place, put(g, first, first_size))] for _ in range(total)]
    between = [
        [Op("raise", "queue_get", [first]), *g.pause(),
         g.bears(place, put(g, second, second_size))]
        for _ in range(total)
    ]
    sink = [[Op("raise", "queue_get", [second])] for _ in range(total)]
    return [g.role(place, steps) for steps in (source, between, sink)], []


@party(is_repeatable=False)
def permits(g, place):
    """A semaphore that starts at 0: as many are given as are taken."""
    semaphore = g.declare("sem", 0)
    total = g.rng.randint(1, 4)
    give = [
        [g.bears(place, Op("log", "sem_release", [semaphore]))]
        for _ in range(total)
    ]
    roles = [g.role(place, give)]
    for count in shares(g, total):
        take = [[Op(g.any_policy(), "sem_acquire", [semaphore])]
                for _ in range(count)]
        roles.append(g.role(place, take))
    return roles, []


@party(is_repeatable=True)
def barrier(g, place):
    """All come as often as all the others."""
    parties = g.rng.randint(2, 4)
    number = g.declare("barrier", parties)
    rounds = g.rng.randint(1, 3)
    roles = []
    for _ in range(parties):
        come = [
            [g.bears(place, Op(g.any_policy(), "barrier_wait", [number]))]
            for _ in range(rounds)
        ]
        roles.append(g.role(place, come))
    return roles, []


@party(is_repeatable=False)
def broken_barrier(g, place):
    """Too few come, and somebody gives up for all."""
    comers = g.rng.randint(1, 3)
    number = g.declare("barrier", comers + 1)
    sign = g.bears(place, Op("log", "barrier_abort", [number]))
    roles = [
        g.role(place, [[Op("log", "barrier_wait", [number])]])
        for _ in range(comers)
    ]
    roles.append(g.role(place, [[sign]]))
    return roles, []
