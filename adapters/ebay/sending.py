"""How jobs are taken: one by one side by side, each with a result of its own; and how a read on the way to a write fails."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Concatenate, ParamSpec, TypeVar

from adapters.ebay.refusals import unsent
from adapters.kit.failures import PlatformError
from adapters.kit.writing import Job

T = TypeVar("T")
P = ParamSpec("P")


async def each(jobs: Sequence[Job], act: Callable[[Job], Awaitable[T]]) -> list[T | PlatformError]:
    """Return what comes of jobs that are taken one by one, side by side."""
    return list(await asyncio.gather(*(_attempt(act, job) for job in jobs)))


async def in_turn(jobs: Sequence[Job], act: Callable[[Job], Awaitable[T]]) -> list[T | PlatformError]:
    """Return what comes of jobs that may change the same thing, so that each waits for the one before."""
    return [await _attempt(act, job) for job in jobs]


async def unwritten(reading: Awaitable[T]) -> T:
    """Return what is read before a write; raises PlatformError, of which nothing is in doubt."""
    try:
        return await reading
    except PlatformError as error:
        raise unsent(error) from error


def complete(
    act: Callable[Concatenate[Sequence[Job], P], Awaitable[Sequence[T]]],
) -> Callable[Concatenate[Sequence[Job], P], Awaitable[Sequence[T | PlatformError]]]:
    """Return what gives each job the failure that all of them met together, instead of raising it."""

    async def attempt(jobs: Sequence[Job], /, *more: P.args, **named: P.kwargs) -> Sequence[T | PlatformError]:
        try:
            return await act(jobs, *more, **named)
        except PlatformError as error:
            return [error for _ in jobs]

    return attempt


async def _attempt(act: Callable[[Job], Awaitable[T]], job: Job) -> T | PlatformError:
    try:
        return await act(job)
    except PlatformError as error:
        return error
