# SPDX-License-Identifier: MIT
"""What each op does on asyncio: one method per op.

Plain ops cannot suspend; they return their status at once. The others are
coroutines. Blocks return (status, whether a `return` was met).
"""

import asyncio

import clock
import cured
from words import UserError, status_of, status_of_future, value_of

PLAIN = frozenset(
    """spawn fail return lock_release event_set event_clear cond_notify
    cond_notify_all cond_release sem_release queue_put_now queue_get_now
    queue_task_done future_new future_set future_fail on_done off_done cancel
    cancelling uncancel call_soon call_later call_at handle_cancel result
    state peek reschedule group_spawn gather_start""".split()
)

UNTIL = {
    "all": asyncio.ALL_COMPLETED,
    "first": asyncio.FIRST_COMPLETED,
    "error": asyncio.FIRST_EXCEPTION,
}


class Ops:
    """The state of a program's objects, and the ops on them."""

    def __init__(self):
        self.tables = {
            kind: []
            for kind in ("lock", "event", "cond", "sem", "barrier", "queue")
        }
        self.tasks = {}
        self.futures = {}
        self.gathers = {}
        self.handles = {}
        self.callbacks = {}

    def make_objects(self, declared):
        makers = {
            "lock": ("lock", asyncio.Lock),
            "event": ("event", asyncio.Event),
            "cond": ("cond", cured.Condition),
            "sem": ("sem", asyncio.Semaphore),
            "bounded": ("sem", asyncio.BoundedSemaphore),
            "barrier": ("barrier", cured.Barrier),
            "queue": ("queue", asyncio.Queue),
            "lifo": ("queue", asyncio.LifoQueue),
            "prio": ("queue", asyncio.PriorityQueue),
        }
        for kind, *args in declared:
            if kind == "future":
                self.futures[len(self.futures)] = self.loop.create_future()
            elif kind == "shared":
                lock = self.object("lock", *args)
                self.tables["cond"].append(cured.Condition(lock))
            else:
                table, make = makers[kind]
                self.tables[table].append(make(*args))

    def object(self, kind, number):
        return self.tables[kind][number]

    # References: t3 is the last task of section 3, f0 a future, g2 the
    # gather future of section 2, c4 a fresh coroutine of section 4.

    def lookup(self, frame, ref):
        """The future behind a reference, or None."""
        if ref == "self":
            return asyncio.current_task(self.loop)
        kind, number = ref[0], int(ref[1:])
        if kind == "c":
            return self.section(number)
        table = {"t": self.tasks, "f": self.futures, "g": self.gathers}[kind]
        return table.get(number)

    def lookup_all(self, frame, refs):
        """(reference, future) for those that exist; coroutines are tasks."""
        found = []
        for ref in refs:
            future = self.lookup(frame, ref)
            if future is None:
                continue
            if ref[0] == "c":
                future = self.loop.create_task(future)
            found.append((ref, future))
        return found

    # Tasks.

    def op_spawn(self, frame, number):
        coroutine = self.section(number)
        if coroutine is None:
            return "limit"
        self.tasks[number] = self.loop.create_task(coroutine)
        return "ok"

    def op_group_spawn(self, frame, number):
        if not frame.groups:
            return "none"
        coroutine = self.section(number)
        if coroutine is None:
            return "limit"
        self.tasks[number] = frame.groups[-1].create_task(coroutine)
        return "ok"

    def op_fail(self, frame, code):
        raise UserError(code)

    def op_return(self, frame, value):
        frame.value = value
        return "ok"

    def op_cancel(self, frame, ref):
        future = self.lookup(frame, ref)
        return "none" if future is None else f"ok:{int(future.cancel())}"

    def op_cancelling(self, frame, ref):
        task = self.lookup(frame, ref)
        return "none" if task is None else f"ok:{task.cancelling()}"

    def op_uncancel(self, frame, ref):
        task = self.lookup(frame, ref)
        return "none" if task is None else f"ok:{task.uncancel()}"

    def op_result(self, frame, ref):
        future = self.lookup(frame, ref)
        if future is None:
            return "none"
        result = future.result()
        return f"ok:{value_of(result)}"

    def op_state(self, frame, ref):
        """0 pending, 1 done, 2 cancelled."""
        future = self.lookup(frame, ref)
        if future is None:
            return "none"
        if ref[0] != "g" and future.cancelled():
            return "ok:2"
        return f"ok:{int(future.done())}"

    def op_on_done(self, frame, ref, number):
        future = self.lookup(frame, ref)
        if future is None:
            return "none"
        future.add_done_callback(self.callback(number))
        return "ok"

    def op_off_done(self, frame, ref, number):
        future = self.lookup(frame, ref)
        if future is None:
            return "none"
        return f"ok:{future.remove_done_callback(self.callback(number))}"

    async def op_await(self, frame, ref):
        future = self.lookup(frame, ref)
        if future is None:
            return "none"
        result = await future
        return f"ok:{value_of(result)}"

    async def op_sleep(self, frame, delay):
        await asyncio.sleep(delay)
        return "ok"

    async def op_yield(self, frame):
        await asyncio.sleep(0)
        return "ok"

    # Futures and handles.

    def op_future_new(self, frame, number):
        self.futures[number] = self.loop.create_future()
        return "ok"

    def op_future_set(self, frame, number, value):
        self.futures[number].set_result(value)
        return "ok"

    def op_future_fail(self, frame, number, code):
        self.futures[number].set_exception(UserError(code))
        return "ok"

    def op_call_soon(self, frame, slot, number):
        return self.arm(slot, number, self.loop.call_soon)

    def op_call_later(self, frame, slot, number, delay):
        return self.arm(slot, number, self.loop.call_later, delay)

    def op_call_at(self, frame, slot, number, when):
        return self.arm(slot, number, self.loop.call_at, when)

    def arm(self, slot, number, schedule, *time):
        """asyncio's handles do not tell whether they have run: ours do."""
        entry = {"pending": True}

        def call():
            entry["pending"] = False
            self.callback(number)()

        entry["handle"] = schedule(*time, call)
        self.handles[slot] = entry
        return "ok"

    def op_handle_cancel(self, frame, slot):
        entry = self.handles.get(slot)
        if entry is None:
            return "none"
        pending, entry["pending"] = entry["pending"], False
        entry["handle"].cancel()
        return f"ok:{int(pending)}"

    # Locks, events, conditions, semaphores, barriers.

    async def op_lock_acquire(self, frame, number):
        await self.object("lock", number).acquire()
        return "ok"

    def op_lock_release(self, frame, number):
        self.object("lock", number).release()
        return "ok"

    def op_event_set(self, frame, number):
        self.object("event", number).set()
        return "ok"

    def op_event_clear(self, frame, number):
        self.object("event", number).clear()
        return "ok"

    async def op_event_wait(self, frame, number):
        await self.object("event", number).wait()
        return "ok"

    async def op_cond_acquire(self, frame, number):
        await self.object("cond", number).acquire()
        return "ok"

    async def op_cond_wait(self, frame, number):
        await self.object("cond", number).wait()
        return "ok"

    def op_cond_notify(self, frame, number, count):
        self.object("cond", number).notify(count)
        return "ok"

    def op_cond_notify_all(self, frame, number):
        self.object("cond", number).notify_all()
        return "ok"

    def op_cond_release(self, frame, number):
        self.object("cond", number).release()
        return "ok"

    async def op_sem_acquire(self, frame, number):
        await self.object("sem", number).acquire()
        return "ok"

    def op_sem_release(self, frame, number):
        self.object("sem", number).release()
        return "ok"

    async def op_barrier_wait(self, frame, number):
        return f"ok:{await self.object('barrier', number).wait()}"

    async def op_barrier_reset(self, frame, number):
        await self.object("barrier", number).reset()
        return "ok"

    async def op_barrier_abort(self, frame, number):
        await self.object("barrier", number).abort()
        return "ok"

    # Queues.

    async def op_queue_put(self, frame, number, item):
        await self.object("queue", number).put(item)
        return "ok"

    async def op_queue_get(self, frame, number):
        return f"ok:{await self.object('queue', number).get()}"

    def op_queue_put_now(self, frame, number, item):
        self.object("queue", number).put_nowait(item)
        return "ok"

    def op_queue_get_now(self, frame, number):
        return f"ok:{self.object('queue', number).get_nowait()}"

    def op_queue_task_done(self, frame, number):
        self.object("queue", number).task_done()
        return "ok"

    async def op_queue_join(self, frame, number):
        await self.object("queue", number).join()
        return "ok"

    # The waiting calls with a time of their own: scopes around them.

    async def op_lock_acquire_for(self, frame, number, limit):
        async with within(limit):
            return await self.op_lock_acquire(frame, number)

    async def op_event_wait_for(self, frame, number, limit):
        async with within(limit):
            return await self.op_event_wait(frame, number)

    async def op_cond_wait_for(self, frame, number, limit):
        async with within(limit):
            return await self.op_cond_wait(frame, number)

    async def op_sem_acquire_for(self, frame, number, limit):
        async with within(limit):
            return await self.op_sem_acquire(frame, number)

    async def op_queue_put_for(self, frame, number, item, limit):
        async with within(limit):
            return await self.op_queue_put(frame, number, item)

    async def op_queue_get_for(self, frame, number, limit):
        async with within(limit):
            return await self.op_queue_get(frame, number)

    async def op_cond_wait_until(self, frame, number, future):
        awaited = self.futures[future]
        await self.object("cond", number).wait_for(awaited.done)
        return "ok"

    def op_peek(self, frame, kind, number):
        """What an object tells about itself without waiting."""
        target = self.object(kind, number)
        if kind in ("lock", "cond"):
            return f"ok:{int(target.locked())}"
        if kind == "event":
            return f"ok:{int(target.is_set())}"
        if kind == "sem":
            return f"ok:{int(target.locked())}/{target._value}"
        if kind == "barrier":
            return f"ok:{target.n_waiting}/{int(target.broken)}"
        return f"ok:{target.qsize()}"

    # Several at once.

    async def op_gather(self, frame, mode, *refs):
        found = self.lookup_all(frame, refs)
        keep = mode == "keep"
        await cured.gather(
            *(future for _, future in found), return_exceptions=keep
        )
        return statuses(found)

    def op_gather_start(self, frame, number, mode, *refs):
        found = self.lookup_all(frame, refs)
        if not found:
            return "none"
        self.gathers[number] = cured.gather(
            *(future for _, future in found), return_exceptions=mode == "keep"
        )
        return "ok"

    async def op_wait(self, frame, until, timeout, *refs):
        found = self.lookup_all(frame, refs)
        if not found:
            return "none"
        await asyncio.wait(
            [future for _, future in found],
            timeout=None if timeout == "none" else timeout,
            return_when=UNTIL[until],
        )
        return statuses(found)

    async def op_wait_for(self, frame, ref, timeout):
        target = self.lookup(frame, ref)
        if target is None:
            return "none"
        result = await cured.wait_for(
            target, None if timeout == "none" else timeout
        )
        return f"ok:{value_of(result)}"

    async def op_shield(self, frame, ref):
        found = self.lookup_all(frame, [ref])
        if not found:
            return "none"
        result = await asyncio.shield(found[0][1])
        return f"ok:{value_of(result)}"

    async def op_as_completed(self, frame, timeout, *refs):
        found = self.lookup_all(frame, refs)
        names = {future: ref for ref, future in found}
        limit = None if timeout == "none" else timeout
        order = []
        for each in clock.as_completed(names, limit):
            future = await each
            order.append(f"{names[future]}={status_of_future(future)}")
        return "ok:" + ",".join(order)

    async def op_call(self, frame, number):
        coroutine = self.section(number)
        if coroutine is None:
            return "limit"
        return f"ok:{await coroutine}"

    # Blocks.

    def op_reschedule(self, frame, delay):
        if not frame.timeouts:
            return "none"
        when = None if delay == "none" else self.loop.time() + delay
        frame.timeouts[-1].reschedule(when)
        return "ok"

    async def block_timeout(self, op, frame):
        delay = None if op.args[0] == "none" else op.args[0]
        scope = cured.timeout(delay)
        frame.timeouts.append(scope)
        try:
            async with scope:
                try:
                    returned = await self.run_block(op.body, frame)
                finally:
                    frame.timeouts.pop()
        finally:
            self.log_expired(op, frame, scope)
        return "ok", returned

    def log_expired(self, op, frame, scope):
        self.log(frame, op.line, "expired", f"ok:{int(scope.expired())}")

    async def block_group(self, op, frame):
        """Heddle gives a failing body's own error where no task failed."""
        group = cured.TaskGroup()
        body_error = None
        frame.groups.append(group)
        depth = len(frame.groups)
        try:
            async with group:
                try:
                    returned = await self.run_block(op.body, frame)
                except BaseException as error:
                    body_error = error
                    raise
                finally:
                    del frame.groups[depth - 1:]
        except BaseExceptionGroup as errors:
            if errors.exceptions == (body_error,):
                raise body_error
            names = ",".join(map(status_of, errors.exceptions))
            self.log(frame, op.line, "errors", names)
            raise
        return "ok", returned

    async def block_try(self, op, frame):
        failure = None
        returned = False
        try:
            returned = await self.run_block(op.body, frame)
        except (Exception, asyncio.CancelledError) as error:
            failure = error
        self.log(frame, op.line, "finally", "begin")
        returned |= await self.run_block(op.cleanup, frame)
        if failure is not None:
            raise failure
        return "ok", returned

    async def block_repeat(self, op, frame):
        for _ in range(op.args[0]):
            if await self.run_block(op.body, frame):
                return "ok", True
        return "ok", False


def within(limit):
    return cured.timeout(None if limit == "none" else limit)


def statuses(found):
    return "ok:" + ",".join(
        f"{ref}={status_of_future(future)}" for ref, future in found
    )
