# SPDX-License-Identifier: MIT
"""An asyncio event loop on virtual time, with every order made explicit.

CPython leaves three orders open: equal deadlines in its heap, the iteration
of sets (asyncio.wait, as_completed, TaskGroup, all_tasks), and the wall
clock. This file closes each of them the way Heddle documents it: by start
order, by argument order, and by a clock that moves only when nothing is
ready. Everything else is CPython's own code, untouched but for what cured.py
cures.
"""

import asyncio
import heapq
from asyncio import base_events, events, taskgroups, tasks

import cured

TURNS_MAX = 20_000


class Deadlock(BaseException):
    """Nothing is ready, and no timer will ever make anything ready."""


class Bounded(BaseException):
    """The program took more turns than any finite program needs."""


class OrderedSet(dict):
    """A set that iterates in insertion order, for asyncio's modules."""

    def __init__(self, items=()):
        super().__init__((item, None) for item in items)

    def add(self, item):
        self[item] = None

    def discard(self, item):
        self.pop(item, None)

    def remove(self, item):
        del self[item]


class Timer(events.TimerHandle):
    """A timer that breaks ties of deadlines by the order of starting."""

    __slots__ = ["_number"]

    def __lt__(self, other):
        return (self._when, self._number) < (other._when, other._number)


class Clock:
    """Stands in for the selector: waiting is a jump of the clock."""

    def __init__(self):
        self.now = 0
        self.turns = 0

    def select(self, timeout):
        self.turns += 1
        if self.turns > TURNS_MAX:
            raise Bounded
        if timeout is None:
            raise Deadlock
        self.now += timeout
        return ()


class VirtualLoop(base_events.BaseEventLoop):
    """BaseEventLoop's own turns, on a Clock, with numbered tasks."""

    def __init__(self):
        super().__init__()
        self._selector = Clock()
        # In whole units, "due" means: before now plus one unit.
        self._clock_resolution = 1
        self.timers_started = 0
        self.tasks_started = []
        self.set_task_factory(VirtualLoop.start_task)
        self.set_exception_handler(lambda loop, context: None)

    def time(self):
        return self._selector.now

    def start_task(self, coroutine, context=None):
        task = cured.Task(coroutine, loop=self, context=context)
        # The list also keeps tasks alive; asyncio itself only refers weakly.
        self.tasks_started.append(task)
        return task

    def call_at(self, when, callback, *args, context=None):
        self._check_closed()
        timer = Timer(when, callback, args, self, context)
        timer._number = self.timers_started
        self.timers_started += 1
        heapq.heappush(self._scheduled, timer)
        timer._scheduled = True
        return timer

    def _process_events(self, event_list):
        pass

    def _write_to_self(self):
        pass


def all_tasks_in_start_order(loop=None):
    loop = loop or events.get_running_loop()
    return [task for task in loop.tasks_started if not task.done()]


def make_orders_explicit():
    """Replace the set-ordered parts of asyncio, once per process."""
    # A module's global shadows the builtin of the same name.
    tasks.set = OrderedSet
    taskgroups.set = OrderedSet
    tasks.all_tasks = all_tasks_in_start_order


def as_completed(futures, timeout):
    """asyncio.as_completed of 3.11 with `todo` kept in argument order.

    Its set comprehension cannot be shadowed, so the function is restated. It
    gives the futures themselves, so that a time-out of the wait can be told
    from a child that failed with one.
    """
    loop = events.get_running_loop()
    done = asyncio.Queue()
    todo = OrderedSet(asyncio.ensure_future(future) for future in futures)
    timeout_handle = None

    def on_timeout():
        for future in todo:
            future.remove_done_callback(on_completion)
            done.put_nowait(None)
        todo.clear()

    def on_completion(future):
        if not todo:
            return
        todo.remove(future)
        done.put_nowait(future)
        if not todo and timeout_handle is not None:
            timeout_handle.cancel()

    async def wait_for_one():
        future = await done.get()
        if future is None:
            raise asyncio.TimeoutError
        return future

    for future in todo:
        future.add_done_callback(on_completion)
    if todo and timeout is not None:
        timeout_handle = loop.call_later(timeout, on_timeout)
    for _ in range(len(todo)):
        yield wait_for_one()
