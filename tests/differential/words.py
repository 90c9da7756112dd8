# SPDX-License-Identifier: MIT
"""Short names for results and errors, the same on both sides."""

import asyncio


class UserError(Exception):
    """What the op `fail` raises; its code is its only argument."""


def status_of(error):
    """The short name of an exception, the same on both sides."""
    if isinstance(error, UserError):
        return f"err:{error.args[0]}"
    for kind, name in (
        (asyncio.CancelledError, "cancelled"),
        (TimeoutError, "timeout"),
        (asyncio.BrokenBarrierError, "broken"),
        (asyncio.QueueFull, "full"),
        (asyncio.QueueEmpty, "empty"),
        (BaseExceptionGroup, "group"),
        ((asyncio.InvalidStateError, RuntimeError, ValueError), "invalid"),
    ):
        if isinstance(error, kind):
            return name
    raise error


def status_of_future(future):
    if not future.done():
        return "pending"
    try:
        return f"ok:{value_of(future.result())}"
    except (Exception, asyncio.CancelledError) as error:
        return status_of(error)


def value_of(result):
    """Results are integers; whatever else asyncio returns counts as 0."""
    return result if type(result) is int else 0
