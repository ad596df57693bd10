"""Reads orders, and what comes with them: packages along with the order, refunds from the finances, one call an order."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Any

from adapters.amazon import mapping
from adapters.amazon.manifest import LONG_MEMORY, MARKETPLACES, STATUS_FILTERS, UNSEARCHABLE
from adapters.amazon.shop import MOST_PAGES, Found, Result, Shop
from adapters.amazon.values import Json, Seen, written
from adapters.amazon.windows import BEGINNING, Read, Window, read_windows
from adapters.kit.failures import PlatformError
from adapters.kit.port import Filter, ListQuery, Page, Span
from adapters.kit.rows import attempt
from adapters.kit.slices import whole
from schema.orders import Order

ORDER_ID = re.compile(r"[A-Z0-9]{3}-\d{7}-\d{7}", re.ASCII)
MEMORY = timedelta(days=735)  # two years, and some days for what they mean by that
COLUMNS = {"created_at": "created", "order_created_at": "created", "updated_at": "lastUpdated", "order_updated_at": "lastUpdated"}

Make = Callable[[Json, Seen], Any]


class Orders:
    """The orders of one seller."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop

    async def by_ids(self, ids: Sequence[str]) -> Sequence[Result]:
        """Return orders; each costs a call, as nothing reads several by their ids."""
        found = await self._found(ids, "OrdersByIds", self._shop.order)
        return [_built(found.get(key), mapping.order) for key in ids]

    async def page(self, query: ListQuery) -> Page:
        """Return a page of orders by time; those of some numbers are read one by one."""
        if query.filter.numbers is not None:
            answers = await self.by_ids(list(dict.fromkeys(query.filter.numbers)))
            return whole(_raise_first(answers), query)
        return await self._page(query, "Orders", _alone, {})

    async def lines_of(self, ids: Sequence[str]) -> Sequence[Result]:
        """Return the lines of each order."""
        found = await self._found(ids, "LinesByOrderIds", self._shop.recent_order)
        return [_built(found.get(key), mapping.lines) for key in ids]

    async def shipments_of(self, ids: Sequence[str]) -> Sequence[Result]:
        """Return the packages of each order."""
        found = await self._found(ids, "ShipmentsByOrderIds", self._shop.recent_order)
        return [_built(found.get(key), mapping.shipments) for key in ids]

    async def shipments_by_ids(self, ids: Sequence[str]) -> Sequence[Result]:
        """Return shipments."""
        return await _picked(ids, self.shipments_of)

    async def shipments_page(self, query: ListQuery) -> Page:
        """Return a page of shipments by their orders' times; only what the seller sends has any."""
        return await self._page(query, "Shipments", mapping.shipments, {"fulfilledBy": "MERCHANT"})

    async def refunds_of(self, ids: Sequence[str]) -> Sequence[Result]:
        """Return the refunds of each order, oldest first."""
        keys = list(dict.fromkeys(ids))
        found = dict(zip(keys, await asyncio.gather(*(self._refunds(key) for key in keys)), strict=True))
        return [found[key] for key in ids]

    async def refunds_by_ids(self, ids: Sequence[str]) -> Sequence[Result]:
        """Return refunds."""
        return await _picked(ids, self.refunds_of)

    async def _page(self, query: ListQuery, operation: str, make: Make, params: dict[str, str]) -> Page:
        narrowed = _statuses(query.filter)
        if narrowed == []:
            return Page([], None)
        asked = params if narrowed is None else {**params, "fulfillmentStatuses": ",".join(narrowed)}
        column = COLUMNS[query.ordering.by]

        async def search(window: Window, to_its_end: bool) -> Read | None:
            bounds = {f"{column}After": written(window.low or BEGINNING)}
            if window.high is not None:
                bounds[f"{column}Before"] = written(window.high)
            found = await self._search({**asked, **bounds}, operation, to_its_end=to_its_end)
            if found is None:
                return None
            entities = [each for made in self._shop.build(operation, found, make) for each in made]
            return Read(entities, len(found))

        limits = await self._limits(query)
        guess = self._shop.session.kept.setdefault(f"windows {sorted(asked.items())}", {})
        return await read_windows(query, limits, search, self._shop.session.clock.now(), guess)

    async def _search(self, params: dict[str, str], operation: str, *, to_its_end: bool) -> list[Found] | None:
        """Return all orders of a search, None when one answer does not hold them."""
        listed = await self._shop.search_orders(params, operation)
        found = listed.rows
        for _ in range(MOST_PAGES):
            if listed.following is None:
                break
            if not to_its_end:
                return None
            listed = await self._shop.search_orders({**params, "paginationToken": listed.following}, operation)
            found = found + listed.rows
        return found

    async def _limits(self, query: ListQuery) -> Span:
        """Return between which times all rows lie: no order changed before it was made, and none is kept for ever."""
        created, updated = query.filter.created or Span(), query.filter.updated or Span()
        if COLUMNS[query.ordering.by] == "created":
            first, last = [created.start], [created.end, updated.end]
        else:
            first, last = [created.start, updated.start], [updated.end]
        countries = {MARKETPLACES[each].country for each in await self._shop.marketplaces() if each in MARKETPLACES}
        if countries and countries.isdisjoint(LONG_MEMORY):
            first.append(self._shop.session.clock.now() - MEMORY)
        return Span(max((each for each in first if each), default=None), min((each for each in last if each), default=None))

    async def _found(
        self, ids: Sequence[str], operation: str, read: Callable[[str, str], Awaitable[Found | None]]
    ) -> dict[str, Found | PlatformError | None]:
        """Return orders by their ids; what is no order's id is not asked for."""
        keys = [key for key in dict.fromkeys(ids) if ORDER_ID.fullmatch(key)]

        async def one(key: str) -> Found | PlatformError | None:
            try:
                return await read(key, operation)
            except PlatformError as error:
                return error

        return dict(zip(keys, await asyncio.gather(*(one(key) for key in keys)), strict=True))

    async def _refunds(self, order_id: str) -> Result:
        if not ORDER_ID.fullmatch(order_id):
            return None
        operation = "RefundsByOrderIds"
        try:
            moved = {mapping.refund_key(each.row): each for each in await self._shop.transactions(order_id, operation)}
            back = [each for each in moved.values() if mapping.is_refund(each.row)]
            parent = await self._shop.recent_order(order_id, operation) if back else None
        except PlatformError as error:
            return error
        if parent is None:
            return []
        made = self._shop.build(operation, back, lambda row, seen: mapping.refund(row, parent.row, seen))
        return sorted(made, key=lambda each: (each.created_at is None, each.created_at, each.key_id))


def _alone(row: Json, seen: Seen) -> list[Order] | None:
    found = mapping.order(row, seen)
    return None if found is None else [found]


def _built(found: Found | PlatformError | None, make: Make) -> Result:
    return attempt(lambda each: make(each.row, each.seen), found) if isinstance(found, Found) else found


async def _picked(ids: Sequence[str], parts_of: Callable[[Sequence[str]], Awaitable[Sequence[Result]]]) -> list[Result]:
    """Return parts of orders by their key ids, each of which begins with its order's."""
    orders = list(dict.fromkeys(key.partition(":")[0] for key in ids))
    found = dict(zip(orders, await parts_of(orders), strict=True))
    return [_among(key, found[key.partition(":")[0]]) for key in ids]


def _among(key: str, siblings: Result) -> Result:
    if siblings is None or isinstance(siblings, PlatformError):
        return siblings
    return next((each for each in siblings if each.key_id == key), None)


def _raise_first(answers: Sequence[Result]) -> list[Any]:
    """Return what is there of some answers; raises the first failure among them."""
    for each in answers:
        if isinstance(each, PlatformError):
            raise each
    return [each for each in answers if each is not None]


def _statuses(wanted: Filter) -> list[str] | None:
    """Return the words that orders of a filter can have, None for any."""
    words: set[str] | None = None
    for name, table in STATUS_FILTERS:
        statuses = getattr(wanted, name)
        # A status no word stands for may be one of those this gateway does not know.
        if statuses is not None and all(status in table.values() for status in statuses):
            fitting = {word for word, status in table.items() if status in statuses} - UNSEARCHABLE
            words = fitting if words is None else words & fitting
    return None if words is None else sorted(words)
