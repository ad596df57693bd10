"""One store, asked for rows: single lists, and rows by ids in batches that run side by side.

What is learned of the store (its routes, its currency) is kept in the session's memory.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from adapters.kit.failures import PlatformError
from adapters.kit.http import Request
from adapters.kit.rows import attempt, mapped
from adapters.kit.session import Session
from adapters.woocommerce.manifest import API_VERSION, BATCH, PAGE, ROUTES, TRASH
from adapters.woocommerce.values import NO_CURRENCY, WHOLE, Json, Seen, identity, rows, text, whole
from schema.errors import Category

T = TypeVar("T")

INDEX = "/wp-json/"
ROOT = f"/wp-json/{API_VERSION}"


@dataclass(frozen=True, slots=True)
class Listed:
    """One answer of a list: its rows, when they were seen, and how many the whole list has, where the platform told."""

    rows: list[Json]
    seen: Seen
    total: int | None


@dataclass(frozen=True, slots=True)
class Found:
    """One row that was asked for by its id."""

    row: Json
    seen: Seen


class Shop:
    """The platform's lists, as one store has them."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def seen(self) -> Seen:
        """Return where and when something is seen now."""
        return Seen(self.session.store.name, self.session.clock.now())

    async def ask(self, path: str, operation: str, params: Mapping[str, str]) -> Listed:
        """Ask for one list; raises PlatformError."""
        seen = self.seen()
        answer = await self.session.send(Request("GET", f"{ROOT}/{path}", operation, params=params))
        if not isinstance(answer.body, list):
            raise PlatformError(Category.TRANSIENT, "The store gave no list where one was asked for.", code="NO_LIST")
        return Listed(rows(answer.body), seen, whole(answer.headers.get("x-wp-total")))

    async def has(self, feature: str) -> bool:
        """Say whether the store has one of the routes that only some have."""
        return ROUTES[feature] in await self.session.remember("routes", self._routes)

    async def currency(self) -> str:
        """Return the currency of the shop's prices."""
        return await self.session.remember("currency", self._currency)

    async def by_include(
        self, path: str, operation: str, ids: Iterable[str], params: Mapping[str, str] | None = None, *, bin_too: bool = False
    ) -> dict[str, Found | PlatformError]:
        """Return the rows of these ids, or why they could not be read; an id that is absent is none.

        `bin_too` looks for what is missing in the bin, which no other list shows. What is no id of the platform's is not sent.
        """
        good = [key for key in dict.fromkeys(ids) if WHOLE.fullmatch(key) and identity(key)]
        batches = [good[begin : begin + BATCH] for begin in range(0, len(good), BATCH)]
        parts = await asyncio.gather(*(self._batch(path, operation, batch, params or {}) for batch in batches))
        found = {key: value for part in parts for key, value in part.items()}
        missing = [key for key in good if key not in found]
        if bin_too and missing:
            found |= await self.by_include(path, operation, missing, {**(params or {}), "status": TRASH})
        return found

    def build(self, operation: str, found: Iterable[T], make: Callable[[T], Any]) -> list[list[Any]]:
        """Return the entities of each row: `make` gives one, a list, or None for a row that is no entity.

        A row that can't be mapped is left out and counted in the log; it never costs the others.
        """
        made = mapped(self.session, operation, found, make)
        return [entity if isinstance(entity, list) else [] if entity is None else [entity] for entity in made]

    def results(self, ids: Iterable[str], found: Mapping[str, Found | PlatformError], make: Callable[[Found], Any]) -> list[Any]:
        """Return a result for each id: what its row is, None, or why it could not be read."""
        rows_of = (found.get(key) for key in ids)
        return [each if each is None or isinstance(each, PlatformError) else attempt(make, each) for each in rows_of]

    async def _batch(self, path: str, operation: str, ids: Sequence[str], params: Mapping[str, str]) -> dict[str, Found | PlatformError]:
        try:
            listed = await self.ask(path, operation, {**params, "include": ",".join(ids), "per_page": str(PAGE)})
        except PlatformError as error:
            return dict.fromkeys(ids, error)
        return {str(key): Found(row, listed.seen) for row in listed.rows if (key := identity(row.get("id")))}

    async def _routes(self) -> frozenset[str]:
        try:
            answer = await self.session.send(Request("GET", INDEX, "Index", params={"_fields": "routes"}))
        except PlatformError as error:
            if error.category not in {Category.AUTH, Category.VALIDATION}:
                raise
            return frozenset()  # some sites hide their index; the routes every version has are enough for most
        routes = answer.body.get("routes") if isinstance(answer.body, dict) else None
        return frozenset(routes) if isinstance(routes, dict) else frozenset()

    async def _currency(self) -> str:
        answer = await self.session.send(Request("GET", f"{ROOT}/data/currencies/current", "Currency"))
        return (text(answer.body.get("code")) if isinstance(answer.body, dict) else None) or NO_CURRENCY


def raise_first(results: Iterable[T | PlatformError]) -> list[T]:
    """Return results that must all be there, since a list is whole or not given; raises the first failure."""
    good: list[T] = []
    for each in results:
        if isinstance(each, PlatformError):
            raise each
        good.append(each)
    return good
