"""Carries out jobs: side by side, or in lists that go out in as few requests as the store takes."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Concatenate, ParamSpec, TypeVar
from urllib.parse import quote

from adapters.kit.failures import PlatformError
from adapters.kit.writing import Job
from adapters.magento.manifest import ARRAY, ARRAY_SIZE
from adapters.magento.refusals import gone
from adapters.magento.shop import Found, Shop
from adapters.magento.values import WHOLE, Json, identity
from schema.errors import Category

T = TypeVar("T")
P = ParamSpec("P")
E = TypeVar("E")

REFUSED = frozenset({Category.VALIDATION, Category.CONFLICT})  # categories of what was surely not done, and never will be as it is

_LEARNED = "array size"
_ENDING = frozenset({Category.AUTH, Category.QUOTA})  # what comes after these would fail alike


async def unwritten(reading: Awaitable[T]) -> T:
    """Read what has to be known before something is written: a failure there leaves no doubt that nothing was."""
    try:
        found = await reading
    except PlatformError as error:
        error.sent = False
        raise
    for each in found.values() if isinstance(found, dict) else found if isinstance(found, list) else ():
        if isinstance(each, PlatformError):
            each.sent = False
    return found


async def each(jobs: Sequence[E], act: Callable[[E], Awaitable[T]]) -> list[T | PlatformError]:
    """Return what comes of jobs that are taken one by one, side by side."""
    return list(await asyncio.gather(*(outcome(act(job)) for job in jobs)))


async def outcome(doing: Awaitable[T]) -> T | PlatformError:
    """Return what comes of something, or why it failed."""
    try:
        return await doing
    except PlatformError as error:
        return error


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


async def in_parts(
    shop: Shop, entries: Iterable[E], send: Callable[[Sequence[E]], Awaitable[T]]
) -> list[tuple[Sequence[E], T | PlatformError]]:
    """Send a list in as few requests as the store takes, and return each part with its answer.

    Most stores take a list of any length. One that does not is asked for less from then on: for what such stores take by default.
    """
    answered: list[tuple[Sequence[E], T | PlatformError]] = []
    rest: Sequence[E] = list(entries)
    while rest:
        part = rest[: shop.session.kept.get(_LEARNED, len(rest))]
        answer = await outcome(send(part))
        if isinstance(answer, PlatformError) and answer.code == ARRAY_SIZE and len(part) > 1:
            shop.session.kept[_LEARNED] = ARRAY if len(part) > ARRAY else len(part) // 2
            continue
        if isinstance(answer, PlatformError) and answer.category in _ENDING:
            return [*answered, (rest, answer)]
        answered.append((part, answer))
        rest = rest[len(part) :]
    return answered


def known(key: str) -> str:
    """Return an id that the platform could have given; raises PlatformError."""
    if not WHOLE.fullmatch(key) or identity(key) is None:
        raise gone()
    return key


def row_of(found: Found | PlatformError | None) -> Json:
    """Return a row that was asked for; raises PlatformError when it is not there."""
    if isinstance(found, Found):
        return found.row
    raise found or gone()


def path_of(sku: str) -> str:
    """Return a SKU as a part of a path."""
    return quote(sku, safe="")
