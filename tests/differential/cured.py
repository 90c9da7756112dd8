# SPDX-License-Identifier: MIT
"""What Heddle does otherwise than CPython 3.11.2, because that has a bug.

docs/guide/asyncio-differences.md says which bugs these are. Each is cured here
by a class or function of our own in the place of asyncio's, with the same steps
wherever the bug does not matter, so that all the rest is still compared.
"""

import asyncio
from asyncio import events, tasks


class Task(tasks._PyTask):
    """Knows how many requests of cancellation it has not been told of.

    The task in C does not let that be changed; the one in Python does the same
    otherwise.
    """

    _requests_left = 0

    def cancel(self, msg=None):
        was_left, self._must_cancel = self._must_cancel, False
        taken = super().cancel(msg)
        if self._must_cancel:
            before = self._requests_left if was_left else 0
            self._requests_left = before + 1
        else:
            self._must_cancel = was_left
        return taken

    def known(self):
        """The requests outstanding that it has been told of."""
        return max(self.cancelling() - self.left(), 0)

    def left(self):
        return self._requests_left if self._must_cancel else 0

    def take_back(self, known):
        """Nobody's request is delivered any more."""
        super().uncancel()
        left = min(self.left(), max(self.cancelling() - known, 0))
        self._requests_left = left
        self._must_cancel = left > 0

    def uncancel(self):
        self.take_back(0)
        return self.cancelling()

    def cancel_again(self):
        left = self.left()
        if left < self.cancelling():
            self._requests_left = left + 1
            self._must_cancel = True


class Condition(asyncio.Condition):
    """A notification whose receiver is cancelled goes to the next."""

    async def wait(self):
        if not self.locked():
            raise RuntimeError("wait without the lock")
        self.release()
        call = self._get_loop().create_future()
        self._waiters.append(call)
        cancelled = False
        try:
            await call
        except asyncio.CancelledError:
            cancelled = True
        self._waiters.remove(call)
        while not await self.takes_lock_back():
            cancelled = True
        if cancelled:
            if not call.cancelled():
                self.notify(1)
            raise asyncio.CancelledError
        return True

    async def takes_lock_back(self):
        try:
            return await self.acquire()
        except asyncio.CancelledError:
            return False


class Arrival:
    place = None


class Barrier(asyncio.Barrier):
    """Places are numbered when the round is full."""

    def __init__(self, parties):
        super().__init__(parties)
        self.arrivals = []

    async def wait(self):
        async with self._cond:
            await self._block()
            arrival = Arrival()
            self.arrivals.append(arrival)
            self._count += 1
            try:
                if self._count == self._parties:
                    for place, each in enumerate(self.arrivals):
                        each.place = place
                    await self._release()
                else:
                    await self._wait()
                return arrival.place
            finally:
                self.arrivals.remove(arrival)
                self._count -= 1
                self._exit()


class Timeout(asyncio.Timeout):
    """Not disturbed by requests that the task was told of before."""

    async def __aenter__(self):
        await super().__aenter__()
        self.known = self._task.known()
        return self

    async def __aexit__(self, kind, error, trace):
        expired = self.expired()
        if self._timeout_handler is not None:
            self._timeout_handler.cancel()
            self._timeout_handler = None
        if expired:
            self._task.take_back(self.known)
            ours = self._task.cancelling() <= self.known
            if ours and kind is asyncio.CancelledError:
                raise TimeoutError


def timeout(delay):
    now = events.get_running_loop().time()
    return Timeout(None if delay is None else now + delay)


class TaskGroup(asyncio.TaskGroup):
    """Takes its request back at the end, and forgets nobody else's."""

    async def __aenter__(self):
        await super().__aenter__()
        self.known = self._parent_task.known()
        return self

    async def __aexit__(self, kind, error, trace):
        self._exiting = True
        is_cancelled = kind is asyncio.CancelledError
        if kind is not None and not self._aborting:
            self._abort()
        while self._tasks:
            self._on_completed_fut = self._loop.create_future()
            try:
                await self._on_completed_fut
            except asyncio.CancelledError:
                if not self._aborting:
                    is_cancelled = True
                    self._abort()
            self._on_completed_fut = None
        self.conclude(error, is_cancelled)

    def conclude(self, error, is_cancelled):
        parent = self._parent_task
        if self._parent_cancel_requested:
            parent.take_back(self.known)
        if is_cancelled and not self._errors:
            raise asyncio.CancelledError
        if not isinstance(error, (asyncio.CancelledError, type(None))):
            self._errors.append(error)
        if self._errors:
            if parent.cancelling() > self.known and not parent.left():
                parent.cancel_again()
            raise BaseExceptionGroup("the group failed", self._errors)


async def wait_for(awaited, limit):
    """Loses neither a result nor a cancellation, and leaves nothing behind."""
    if limit is None:
        return await awaited
    loop = events.get_running_loop()
    if limit <= 0:
        future = asyncio.ensure_future(awaited)
        if future.done():
            return future.result()
        return await end_late(future, False)
    waiter = loop.create_future()
    timer = loop.call_later(limit, tasks._release_waiter, waiter)
    future = asyncio.ensure_future(awaited)

    def release(_):
        tasks._release_waiter(waiter)

    future.add_done_callback(release)
    cut = False
    try:
        try:
            await waiter
        except asyncio.CancelledError:
            cut = True
        if future.done():
            if cut:
                asyncio.current_task().cancel_again()
            return future.result()
        future.remove_done_callback(release)
        return await end_late(future, cut)
    finally:
        timer.cancel()


async def end_late(future, cut):
    while True:
        try:
            await tasks._cancel_and_wait(future, events.get_running_loop())
        except asyncio.CancelledError:
            cut = True
        if future.done():
            break
    if cut:
        if future.cancelled() or future.exception() is None:
            raise asyncio.CancelledError
        asyncio.current_task().cancel_again()
    try:
        return future.result()
    except asyncio.CancelledError:
        raise asyncio.TimeoutError


class GatheringFuture(tasks._GatheringFuture):
    """Does not take a cancellation where it will tell of an error."""

    keeps_errors = False

    def cancel(self, msg=None):
        decided = not self.keeps_errors and any(
            child.done() and not child.cancelled() and child.exception()
            for child in self._children
        )
        return super().cancel(msg) and not decided


def gather(*futures, return_exceptions=False):
    outer = asyncio.gather(*futures, return_exceptions=return_exceptions)
    if futures:
        outer.keeps_errors = return_exceptions
    return outer


asyncios_own = tasks._GatheringFuture
tasks._GatheringFuture = GatheringFuture


def leave_as_they_are():
    """Use asyncio's own, bugs and all."""
    for name in (
        "Task Condition Barrier Timeout TaskGroup timeout wait_for "
        "gather".split()
    ):
        globals()[name] = getattr(asyncio, name)
    tasks._GatheringFuture = asyncios_own
