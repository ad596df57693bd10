"""Gives each job a result of its own, whatever the others meet."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Concatenate, ParamSpec, TypeVar

from adapters.kit.failures import PlatformError
from adapters.kit.writing import Job

T = TypeVar("T")
P = ParamSpec("P")


async def each(jobs: Sequence[Job], act: Callable[[Job], Awaitable[T]]) -> list[T | PlatformError]:
    """Return what comes of jobs that are taken one by one, side by side."""

    async def attempt(job: Job) -> T | PlatformError:
        try:
            return await act(job)
        except PlatformError as error:
            return error

    return list(await asyncio.gather(*(attempt(job) for job in jobs)))


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
