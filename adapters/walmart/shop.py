"""One store, asked for rows: orders by search or number, items and stock one by one or all; and told of changes.

Every list has a cursor of its own kind. None of them outlives a read: what is given to callers is a place in time, or a list is read whole.
"""

import asyncio
import math
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import quote

from adapters.kit.failures import PlatformError
from adapters.kit.http import Request
from adapters.kit.rows import attempt, mapped
from adapters.kit.session import Session
from adapters.walmart.refusals import gone, unreadable
from adapters.walmart.values import Json, Seen
from schema.errors import Category

T = TypeVar("T")

NO_PATHS = frozenset({"", ".", ".."})  # ids that would change the path they stand in


@dataclass(frozen=True, slots=True)
class Found:
    """One row, and when it was seen."""

    row: Json
    seen: Seen


Result = Found | PlatformError | None


class Shop:
    """The platform's calls, as one store answers them."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def seen(self) -> Seen:
        """Return where and when something is seen now."""
        return Seen(self.session.store.name, self.session.clock.now())

    async def ask(self, path: str, operation: str, bucket: str, params: Mapping[str, str] | None = None) -> Any:
        """Return the body of an answer, None when the platform has nothing such; raises PlatformError."""
        answer = await self.session.send(Request("GET", path, operation, params=params or {}, bucket=bucket))
        return None if answer.status == 404 else answer.body

    async def one(self, path: str, key: str, operation: str, bucket: str, params: Mapping[str, str] | None = None) -> Any:
        """Return what has a key, None when nothing has; what can't stand in a path is not sent."""
        if key in NO_PATHS:
            return None
        return await self.ask(f"{path}/{quote(key, safe='')}", operation, bucket, params)

    async def change(
        self, method: str, path: str, operation: str, bucket: str, *, body: Json | None = None, params: Mapping[str, str] | None = None
    ) -> Json:
        """Send a change, and return what the platform answers to it; raises PlatformError, also when there is nothing to be changed."""
        return await self.deliver(Request(method, path, operation, params=params or {}, json=body, bucket=bucket, safe=False))

    async def deliver(self, request: Request) -> Json:
        """Send a request that changes something; raises PlatformError."""
        answer = await self.session.send(request)
        if answer.status == 404:
            raise gone()
        if not isinstance(answer.body, dict):
            raise unreadable()
        return answer.body

    async def each(self, keys: Iterable[str], read: Callable[[str], Any]) -> dict[str, Any]:
        """Return what each key reads to, or why it could not be read."""
        wanted = list(dict.fromkeys(keys))

        async def attempted(key: str) -> Any:
            try:
                return await read(key)
            except PlatformError as error:
                return error

        return dict(zip(wanted, await asyncio.gather(*(attempted(key) for key in wanted)), strict=True))

    def build(self, operation: str, found: Iterable[T], make: Callable[[T], Any]) -> list[Any]:
        """Return the entities of rows: `make` gives one, several, or None. A row that can't be mapped costs no other."""
        made = mapped(self.session, operation, found, make)
        return [entity for each in made if each is not None for entity in (each if isinstance(each, list) else [each])]


def results(keys: Iterable[str], found: Mapping[str, Any], make: Callable[[Any], Any]) -> list[Any]:
    """Return a result for each key: what its row is, None, or why it could not be read."""
    rows = (found.get(key) for key in keys)
    return [each if each is None or isinstance(each, PlatformError) else attempt(make, each) for each in rows]


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


def path_of(root: str, key: str, end: str = "") -> str:
    """Return the path of what has a key; raises PlatformError for what can't stand in one."""
    if key in NO_PATHS:
        raise gone()
    return f"{root}/{quote(key, safe='')}{end}"


def raise_first(found: Iterable[T | PlatformError]) -> list[T]:
    """Return results that must all be there, since a list is whole or not given; raises the first failure."""
    good: list[T] = []
    for each in found:
        if isinstance(each, PlatformError):
            raise each
        good.append(each)
    return good


def circle() -> PlatformError:
    """Return the failure of a list whose cursor leads back."""
    return PlatformError(Category.TRANSIENT, "Walmart's list leads back to a page it gave before.", code="CIRCLE")


def no_list() -> PlatformError:
    """Return the failure of an answer that has not what was asked for."""
    return PlatformError(Category.TRANSIENT, "Walmart gave no list where one was asked for.", code="NO_LIST")


def cheaper_whole(keys: Sequence[str], size: int, page: int) -> bool:
    """Say whether reading a whole list takes fewer calls than its rows one by one."""
    return len(keys) > max(1, math.ceil(size / page))
