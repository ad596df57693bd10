"""One store, asked for rows: pages of a list from a place on, whole lists, and rows by ids in batches that run side by side.

What is learned of the store (its currency, its attributes, which modules it has) is kept in the session's memory.

One broken row fails the whole page it is on. So after such a failure rows are read one by one, then twice as many each time, until the
broken row is alone; that one is left out. A failure that is no row's is told from it by failing there too.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, tzinfo
from typing import Any, TypeVar
from urllib.parse import quote
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from adapters.kit.failures import PlatformError
from adapters.kit.http import Request
from adapters.kit.rows import attempt, mapped
from adapters.kit.session import Session
from adapters.magento.manifest import INTERNAL, NO_ROUTE, OPTIONAL, PAGE
from adapters.magento.search import KEY, Group, Search, among, batches, behind
from adapters.magento.values import WHOLE, Json, Seen, identity, rows, text, texts, whole
from schema.errors import Category

T = TypeVar("T")

QUEUE = "async/bulk"
SCHEDULING = frozenset({"Magento_CatalogStaging", "Magento_Enterprise"})  # modules by which an edition is known that schedules prices

log = logging.getLogger("cartograph.platform")


@dataclass(frozen=True, slots=True)
class Listing:
    """A list of the platform: its path, and what its rows call the id that searches call `entity_id`."""

    path: str
    id: str = KEY


ORDERS, SHIPMENTS, MEMOS, INVOICES = Listing("orders"), Listing("shipments"), Listing("creditmemos"), Listing("invoices")
PRODUCTS, CUSTOMERS = Listing("products", "id"), Listing("customers/search", "id")


@dataclass(frozen=True, slots=True)
class Listed:
    """The next rows of a list. `more` says whether others follow, `width` how many to ask for then, `broken` how many were left out."""

    rows: list[Json]
    seen: Seen
    more: bool
    width: int
    broken: int = 0


@dataclass(frozen=True, slots=True)
class Found:
    """One row that was asked for by its id."""

    row: Json
    seen: Seen


class Shop:
    """The platform's lists, as one store has them."""

    def __init__(self, session: Session) -> None:
        self.session = session
        view = session.store.credentials.get(OPTIONAL)
        cloud = "client_id" in session.store.credentials
        self._view = view
        self._cloud = cloud
        self._root = self._path(view)
        self._headers = self._scope(view)

    def seen(self) -> Seen:
        """Return where and when something is seen now."""
        return Seen(self.session.store.name, self.session.clock.now())

    async def get(self, path: str, operation: str, params: Mapping[str, str] | None = None) -> Any:
        """Ask for one thing; raises PlatformError."""
        request = Request("GET", f"{self._root}/{path}", operation, params=params or {}, headers=self._headers)
        return (await self.session.send(request)).body

    async def tell(self, path: str, operation: str, body: Json) -> Any:
        """Ask for something that is asked for with a body, and changes nothing; raises PlatformError."""
        request = Request("POST", f"{self._root}/{path}", operation, json=body, headers=self._headers)
        return (await self.session.send(request)).body

    async def change(self, method: str, path: str, operation: str, body: Any = None, *, goods: bool = False, queued: bool = False) -> Any:
        """Change something and return what the store answers; raises PlatformError. It is sent once.

        `goods` are written for all store views, unless the store is one of them. `queued` hands a list of bodies over to be done later.
        """
        view = self._view or ("all" if goods else None)
        place = self._path(view, queued=queued)
        request = Request(method, f"{place}/{path}", operation, json=body, headers=self._scope(view), safe=False)
        return (await self.session.send(request)).body

    async def view_id(self) -> int:
        """Return the number of the store view that prices are written for; 0 is all of them."""
        setting, _ = await self.setting()
        return (identity(setting.get("id")) or 0) if self._view else 0

    async def schedules_prices(self) -> bool:
        """Say whether special prices need a beginning and an end, as they do in the paid editions."""
        return self._cloud or await self.session.remember("schedules", self._schedules)

    async def next_rows(self, path: str, operation: str, search: Search, size: int, width: int | None = None) -> Listed:
        """Return the first rows of what a search finds, at most `size`, fewer while a broken row is being looked for (`width`)."""
        width = min(width or size, size)
        try:
            return await self._page(path, operation, search, width, 1, size)
        except PlatformError as error:
            if error.code != INTERNAL:
                raise
        if width > 1:
            return await self.next_rows(path, operation, search, size, 1)
        after = await self._page(path, operation, search, 1, 2, size)
        log.warning("rows skipped: the store can't show them", extra={"store": self.session.store.name, "operation": operation, "rows": 1})
        return Listed(after.rows, after.seen, after.more, 1, broken=1)

    async def every(self, listing: Listing, operation: str, search: Search, size: int = PAGE) -> tuple[list[Found], int]:
        """Return all rows of what a search finds, by id, and how many could not be shown."""
        found: list[Found] = []
        groups: list[Group] = []
        width, broken = size, 0
        while True:
            listed = await self.next_rows(listing.path, operation, search.narrowed(groups), size, width)
            found += [Found(row, listed.seen) for row in listed.rows]
            width, broken = listed.width, broken + listed.broken
            last = identity(listed.rows[-1].get(listing.id)) if listed.rows else None
            if not listed.more or last is None:
                return found, broken
            groups = behind(search.orders, (str(last),))

    async def walk(self, path: str, operation: str, search: Search) -> list[Found]:
        """Return all rows of a list that has no numbers: the way on is by the fields it lies by."""
        found: list[Found] = []
        groups: list[Group] = []
        while True:
            listed = await self.next_rows(path, operation, search.narrowed(groups), PAGE)
            found += [Found(row, listed.seen) for row in listed.rows]
            last = [text(listed.rows[-1].get(field)) or "" for field, _ in search.orders] if listed.rows else []
            if not listed.more or not all(last):
                return found
            groups = behind(search.orders, tuple(last))

    async def by_ids(self, listing: Listing, operation: str, ids: Iterable[str], fields: str = "") -> dict[str, Found | PlatformError]:
        """Return the rows of these ids, or why they could not be read; an id that is absent is none.

        What is no id of the platform's is not sent.
        """
        good = [key for key in ids if WHOLE.fullmatch(key) and identity(key)]
        parts = await asyncio.gather(*(self._by_ids(listing, operation, batch, fields) for batch in batches(good)))
        return {key: value for part in parts for key, value in part.items()}

    async def below(self, listing: Listing, operation: str, field: str, parents: Iterable[str]) -> dict[str, list[Found]]:
        """Return the rows below each of some parents, which they name in a field; raises PlatformError."""
        good = [key for key in parents if WHOLE.fullmatch(key) and identity(key)]
        parts = await asyncio.gather(*(self.every(listing, operation, Search((among(field, batch),))) for batch in batches(good)))
        grouped: dict[str, list[Found]] = {key: [] for key in good}
        for found, _ in parts:
            for each in found:
                grouped.setdefault(str(identity(each.row.get(field))), []).append(each)
        return grouped

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

    async def setting(self) -> tuple[Json, tzinfo]:
        """Return how the store view is set up (its currency, its unit of weight, the address of its pictures), and its time zone."""
        return await self.session.remember("setting", self._setting)

    async def has_sources(self) -> bool:
        """Say whether the store has the inventory modules."""
        return await self.session.remember("sources", self._has_sources)

    def _path(self, view: str | None, *, queued: bool = False) -> str:
        """Return the path that requests begin with; what is handed over to be done later has its word in another place in the cloud."""
        if self._cloud:
            return f"/V1/{QUEUE}" if queued else "/V1"
        place = f"/rest/{quote(view, safe='')}" if view else "/rest"
        return f"{place}/{QUEUE}/V1" if queued else f"{place}/V1"

    def _scope(self, view: str | None) -> Mapping[str, str]:
        return {"store": view} if self._cloud and view else {}

    async def _schedules(self) -> bool:
        modules = await self.get("modules", "Modules")
        return isinstance(modules, list) and not SCHEDULING.isdisjoint(texts(modules))

    async def _page(self, path: str, operation: str, search: Search, width: int, page: int, size: int) -> Listed:
        seen = self.seen()
        body = await self.get(path, operation, search.params(width, page))
        if not isinstance(body, dict):
            raise PlatformError(Category.TRANSIENT, "The store gave no list where one was asked for.", code="NO_LIST")
        given, total = rows(body.get("items")), whole(body.get("total_count"))
        reached = width * (page - 1) + len(given)
        more = bool(given) and (reached < total if total is not None else len(given) == width)
        return Listed(given, seen, more, min(size, width * 2))

    async def _by_ids(self, listing: Listing, operation: str, ids: Sequence[str], fields: str) -> dict[str, Found | PlatformError]:
        search = Search((among(KEY, ids),), fields=fields)
        try:
            found, broken = await self.every(listing, operation, search, len(ids))
        except PlatformError as error:
            return dict.fromkeys(ids, error)
        rows_of: dict[str, Found | PlatformError] = {str(key): each for each in found if (key := identity(each.row.get(listing.id)))}
        if broken:
            unseen = PlatformError(Category.TRANSIENT, "Magento can't show this row; its own log says why.", code=INTERNAL)
            return {key: rows_of.get(key, unseen) for key in ids}
        return rows_of

    async def _setting(self) -> tuple[Json, tzinfo]:
        views = rows(await self.get("store/storeConfigs", "Setting"))
        code = self.session.store.credentials.get(OPTIONAL, "default")
        found = next((view for view in views if text(view.get("code")) == code), views[0] if views else {})
        return found, await asyncio.to_thread(_zone, text(found.get("timezone")) or "UTC")  # zones are read from files

    async def _has_sources(self) -> bool:
        try:
            await self.get("inventory/sources", "HasSources", Search(orders=(("source_code", False),)).params(1, 1))
        except PlatformError as error:
            if error.code != NO_ROUTE:
                raise
            return False
        return True


def raise_first(results: Iterable[T | PlatformError]) -> list[T]:
    """Return results that must all be there, since a list is whole or not given; raises the first failure."""
    good: list[T] = []
    for each in results:
        if isinstance(each, PlatformError):
            raise each
        good.append(each)
    return good


def _zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC
