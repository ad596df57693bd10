"""Reads orders and what hangs below them. An order by its id is a call of its own; lists are searches by the time orders were made.

Walmart orders a search as it likes and its cursor counts rows, so lists are read in slices of time, each of them to its end. A search sees
one kind of fulfilment only: a slice is one search for each.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from adapters.kit.failures import PlatformError
from adapters.kit.port import Filter, ListQuery, Page, Span
from adapters.kit.rows import attempt
from adapters.kit.slices import read_slices, whole
from adapters.walmart import mapping, movements
from adapters.walmart.manifest import KEPT, NODE_TYPES, PAGE, SEARCH_WORDS
from adapters.walmart.shop import Found, Shop, circle, no_list, raise_first, results
from adapters.walmart.values import Json, at, moment, rows, text
from adapters.walmart.values import whole as number
from schema.orders import OrderStatus

ORDERS, RETURNS = "/v3/orders", "/v3/returns"
DETAILS = {"productInfo": "true", "replacementInfo": "true"}
RETURNS_PAGE = 200
GRAIN = timedelta(seconds=1)  # of the bounds, which may or may not count themselves in
SKEW = timedelta(hours=1)  # what clocks may differ by, and the platform's record of a change by the change
MARGIN = timedelta(minutes=1)  # an order that is about to leave the list

Unfold = Callable[[list[Found]], Any]


class Orders:
    """The orders of one store."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop

    async def by_ids(self, ids: Sequence[str]) -> Sequence[Any]:
        """Return orders by their purchase order ids, however old."""
        return results(ids, await self.read(ids, "OrdersByIds"), _order)

    async def lines(self, ids: Sequence[str]) -> Sequence[Any]:
        """Return all lines of each order."""
        return results(ids, await self.read(ids, "LinesByOrderIds"), lambda each: mapping.lines(each.row, each.seen))

    async def shipments(self, ids: Sequence[str]) -> Sequence[Any]:
        """Return all parcels of each order."""
        return results(ids, await self.read(ids, "ShipmentsByOrderIds"), _shipments)

    async def refunds(self, ids: Sequence[str]) -> Sequence[Any]:
        """Return all refunds of each order; those with a return that no line tells the outcome of take a call more."""
        found = await self.read(ids, "RefundsByOrderIds")
        return await self._refunds_of([found.get(key) for key in ids], "RefundsByOrderIds")

    async def shipments_by_ids(self, ids: Sequence[str]) -> Sequence[Any]:
        """Return parcels; their ids begin with their order's."""
        return await self._below(ids, self.shipments)

    async def refunds_by_ids(self, ids: Sequence[str]) -> Sequence[Any]:
        """Return refunds; their ids begin with their order's."""
        return await self._below(ids, self.refunds)

    async def page(self, query: ListQuery) -> Page:
        """Return a page of orders by the time they were made."""
        if query.filter.numbers is not None:
            found = raise_first(await self.by_ids(tuple(dict.fromkeys(query.filter.numbers))))
            return whole([each for each in found if each is not None], query)

        async def unfold(found: list[Found]) -> list[Any]:
            return self._shop.build("OrdersPage", found, _order)

        return await self._page(query, "OrdersPage", unfold)

    async def shipments_page(self, query: ListQuery) -> Page:
        """Return the parcels of the next orders."""
        if query.filter.orders is not None:
            return whole(_flat(await self.shipments(query.filter.orders)), query)

        async def unfold(found: list[Found]) -> list[Any]:
            return self._shop.build("ShipmentsPage", found, _shipments)

        return await self._page(query, "ShipmentsPage", unfold)

    async def refunds_page(self, query: ListQuery) -> Page:
        """Return the refunds of the next orders."""
        if query.filter.orders is not None:
            return whole(_flat(await self.refunds(query.filter.orders)), query)

        async def unfold(found: list[Found]) -> list[Any]:
            dated = [each for each in found if moment(each.row.get("orderDate"))]
            return _flat(await self._refunds_of(dated, "RefundsPage"))

        return await self._page(query, "RefundsPage", unfold)

    async def read(self, ids: Sequence[str], operation: str) -> dict[str, Any]:
        """Return the rows of orders as the platform has them now, or why they could not be read; what is no such id is absent."""

        async def one(key: str) -> Found | None:
            seen = self._shop.seen()
            row = at(await self._shop.one(ORDERS, key, operation, "order", DETAILS), "order")
            return Found(row, seen) if isinstance(row, dict) and text(row.get("purchaseOrderId")) == key else None

        return await self._shop.each([key for key in ids if mapping.number_of(key) > 0], one)

    async def _page(self, query: ListQuery, operation: str, unfold: Unfold) -> Page:
        async def read(span: Span, most: int | None) -> list[Any] | None:
            found = await self._slice(operation, span, query.filter, most)
            made: list[Any] | None = None if found is None else await unfold(found)
            return made

        return await read_slices(query, read, self._shop.session.clock.now())

    async def _slice(self, operation: str, span: Span, wanted: Filter, most: int | None) -> list[Found] | None:
        """Return the orders made in a span, in any order; None when they are more than `most`."""
        params = self._params(span, wanted)
        if params is None:
            return []
        legs = await asyncio.gather(*(self._search(operation, {**params, "shipNodeType": kind}, most) for kind in NODE_TYPES))
        found: dict[str | None, Found] = {}
        for leg in legs:
            if leg is None:
                return None
            found |= {text(each.row.get("purchaseOrderId")): each for each in leg}
        return None if most is not None and len(found) > most else list(found.values())

    def _params(self, span: Span, wanted: Filter) -> dict[str, str] | None:
        """Return the search for a span, None when nothing can be in it. Without a beginning Walmart would take the last week's."""
        now = self._shop.session.clock.now()
        created, updated = wanted.created or Span(), wanted.updated or Span()
        first = max(time for time in (span.start, created.start, now - KEPT + MARGIN + GRAIN) if time) - GRAIN
        last = min((time for time in (span.end, created.end, updated.end) if time), default=None)
        if first > now + SKEW or (last is not None and last < first):
            return None
        params = {**DETAILS, "limit": str(PAGE), "createdStartDate": _written(min(first, now))}
        if last is not None:
            params["createdEndDate"] = _written(last + GRAIN)
        if updated.start is not None:
            # No end: a change that came later may have hidden the one that is looked for.
            params["lastModifiedStartDate"] = _written(updated.start - SKEW)
        return params | _worded(wanted)

    async def _search(self, operation: str, params: Mapping[str, str], most: int | None) -> list[Found] | None:
        """Return all rows of a search, None when they are more than `most`, or can't be read without one slipping away."""
        found: list[Found] = []
        path, cursors = ORDERS, set[str]()
        while True:
            seen = self._shop.seen()
            body = await self._shop.ask(path, operation, "orders", {} if cursors else params)
            if body is None:
                return found
            got = at(body, "list", "elements", "order")
            if not isinstance(got, (list, dict)):
                raise no_list()
            found += [Found(row, seen) for row in rows(got)]
            cursor, size = text(at(body, "list", "meta", "nextCursor")), number(at(body, "list", "meta", "totalCount"))
            if most is not None and (len(found) > most or (size or 0) > most or (cursor and "status" in params)):
                return None
            if cursor is None:
                return found
            if cursor in cursors or not cursor.startswith("?"):
                raise circle()
            cursors.add(cursor)
            path = ORDERS + cursor  # a whole query, to be sent as it is

    async def _refunds_of(self, found: Sequence[Any], operation: str) -> list[Any]:
        """Return the refunds of orders, of which some may have failed."""
        shoppers = [_shopper(each) for each in found if isinstance(each, Found) and mapping.unsettled(each.row)]
        returns = await self._shop.each([key for key in shoppers if key], lambda key: self._returns(key, operation))

        def make(each: Any) -> Any:
            if not isinstance(each, Found):
                return each
            known = returns.get(_shopper(each), []) if mapping.unsettled(each.row) else []
            return known if isinstance(known, PlatformError) else attempt(lambda own: movements.refunds(own.row, known, own.seen), each)

        return [make(each) for each in found]

    async def _returns(self, shopper: str, operation: str) -> list[Json]:
        """Return the returns of a shopper's order; a cursor that repeats is the end."""
        found: dict[str | None, Json] = {}
        path, cursors = RETURNS, set[str]()
        params = {"customerOrderId": shopper, "limit": str(RETURNS_PAGE), "replacementInfo": "true"}
        while True:
            body = await self._shop.ask(path, operation, "returns", {} if cursors else params)
            got = rows(at(body, "returnOrders"))
            found |= {text(row.get("returnOrderId")): row for row in got}
            cursor, size = text(at(body, "meta", "nextCursor")), number(at(body, "meta", "totalCount"))
            if not got or cursor is None or cursor in cursors or not cursor.startswith("?") or len(found) >= (size or RETURNS_PAGE):
                return list(found.values())
            cursors.add(cursor)
            path = RETURNS + cursor

    async def _below(self, ids: Sequence[str], read: Callable[[Sequence[str]], Any]) -> list[Any]:
        """Return parts by ids that begin with their order's."""
        owners = list(dict.fromkeys(key.partition("-")[0] for key in ids))
        found = dict(zip(owners, await read(owners), strict=True))
        return [_part(key, found.get(key.partition("-")[0])) for key in ids]


def _order(found: Found) -> Any:
    return mapping.order(found.row, found.seen)


def _shipments(found: Found) -> Any:
    return movements.shipments(found.row, found.seen) if moment(found.row.get("orderDate")) else []


def _shopper(found: Found) -> str:
    return text(found.row.get("customerOrderId")) or ""


def _flat(found: Sequence[Any]) -> list[Any]:
    return [row for each in raise_first(found) for row in each or ()]


def _part(key: str, siblings: Any) -> Any:
    if siblings is None or isinstance(siblings, PlatformError):
        return siblings
    return next((each for each in siblings if each.key_id == key), None)


def _worded(wanted: Filter) -> dict[str, str]:
    """Return the one line status all wanted orders have somewhere, if there is one."""
    words = {SEARCH_WORDS.get(status) if isinstance(status, OrderStatus) else None for status in wanted.statuses or ()}
    word = words.pop() if len(words) == 1 else None
    return {"status": word} if word else {}


def _written(time: datetime) -> str:
    """Milliseconds are refused."""
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
