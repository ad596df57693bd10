"""Reads orders and what hangs below them. Lists are read in slices of a time, since no sort can be asked for.

Only the list and the single order show the taxes that eBay collects; fifty orders at once are shown without. So orders that are asked for
by their ids and were taxed are read once more, one by one, as are those that somebody wants to cancel.
"""

import asyncio
import dataclasses
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from adapters.ebay import afterwards, mapping
from adapters.ebay.account import Account, Found, Listing, Result, among, raise_first
from adapters.ebay.manifest import FULFILMENT_SETS, MISSING, ORDER_IDS, ORDERS, ORDERS_BUCKET, PAGE
from adapters.ebay.values import rows, text
from adapters.kit.failures import PlatformError
from adapters.kit.port import Filter, ListQuery, Page, Span
from adapters.kit.rows import attempt, mapped
from adapters.kit.slices import read_slices, whole
from schema.errors import Category

ORDER_ID = re.compile(r"[\w!-]{1,80}", re.ASCII)
BREAKDOWN = {"fieldGroups": "TAX_BREAKDOWN"}
HISTORY = timedelta(days=730, hours=-1)  # an hour less than two years: a span that is too long by a clock's error is refused
SKEW = timedelta(minutes=5)
GRAIN = timedelta(milliseconds=1)
IN_FUTURE = "30850"

Unfold = Callable[[list[Found]], Awaitable[list[Any]]]


class Orders:
    """The orders of one seller."""

    def __init__(self, account: Account) -> None:
        self._account = account

    async def by_ids(self, ids: Sequence[str]) -> Sequence[Result]:
        """Return orders of the last two years."""
        found = await self._full(ids, "OrdersByIds")
        return self._made(ids, found, "OrdersByIds", lambda each: mapping.order(each.row, each.seen))

    async def lines(self, ids: Sequence[str]) -> Sequence[Result]:
        """Return all lines of each order."""
        found = await self._full(ids, "LinesByOrderIds")
        return self._made(ids, found, "LinesByOrderIds", lambda each: mapping.lines(each.row, each.seen))

    async def page(self, query: ListQuery) -> Page:
        """Return a page of orders by one of their times."""
        if query.filter.numbers is not None:
            return whole(raise_first(await self.by_ids(query.filter.numbers)), query)

        async def unfold(found: list[Found]) -> list[Any]:
            told = await asyncio.gather(*(self._told(each, "OrdersPage") for each in found))
            return mapped(self._account.session, "OrdersPage", told, lambda each: mapping.order(each.row, each.seen))

        return await self._sliced(query, query.filter, "OrdersPage", unfold)

    async def refunds_by_ids(self, ids: Sequence[str]) -> Sequence[Result]:
        """Return refunds; their ids begin with their order's."""
        return await _among_siblings(ids, self.refunds)

    async def refunds(self, ids: Sequence[str]) -> Sequence[Result]:
        """Return all refunds of each order."""
        found = await self._plain(ids, "RefundsByOrderIds")
        return self._made(ids, found, "RefundsByOrderIds", lambda each: afterwards.refunds(each.row, each.seen))

    async def refunds_page(self, query: ListQuery) -> Page:
        """Return the refunds of the next orders, by one of the orders' times."""

        async def unfold(found: list[Found]) -> list[Any]:
            made = mapped(self._account.session, "RefundsPage", found, lambda each: afterwards.refunds(each.row, each.seen))
            return [refund for each in made for refund in each or ()]

        return await self._sliced(query, _orders_of(query.filter), "RefundsPage", unfold)

    async def shipments_by_ids(self, ids: Sequence[str]) -> Sequence[Result]:
        """Return packages; their ids begin with their order's."""
        return await _among_siblings(ids, self.shipments)

    async def shipments(self, ids: Sequence[str]) -> Sequence[Result]:
        """Return all packages of each order. They are asked for order by order; orders tell whether they have any."""
        found = await self._plain(ids, "ShipmentOrders")
        known = list(found)
        packages = dict(
            zip(known, await asyncio.gather(*(self._packages(found[key], "ShipmentsByOrderIds") for key in known)), strict=True)
        )
        return [packages.get(key) for key in ids]

    async def shipments_page(self, query: ListQuery) -> Page:
        """Return the packages of the next orders, by one of the orders' times."""

        async def unfold(found: list[Found]) -> list[Any]:
            packages = raise_first(await asyncio.gather(*(self._packages(each, "ShipmentsPage") for each in found)))
            return [each for some in packages for each in some]

        return await self._sliced(query, _orders_of(query.filter), "ShipmentsPage", unfold, query.size)  # each order costs a call

    async def _sliced(self, query: ListQuery, wanted: Filter, operation: str, unfold: Unfold, widest: int = PAGE) -> Page:
        """Return a page of what `unfold` makes of orders, at most `widest` of them at once.

        A slice is one answer, which nothing can shift, unless a second holds more.
        """

        async def read(span: Span, most: int | None) -> list[Any] | None:
            asked = _filter(span, query, wanted, self._account.session.clock.now())
            if asked is None:
                return []
            params = {**BREAKDOWN, "filter": asked}
            listing = Listing(ORDERS, operation, "orders", "orderId", PAGE, params, bucket=ORDERS_BUCKET)
            try:
                found = await self._account.everything(listing, None if most is None else min(most, widest))
            except PlatformError as error:
                if error.code == IN_FUTURE:  # by the platform's clock nothing can have happened yet
                    return []
                raise
            return None if found is None else [each for each in await unfold(found) if each is not None]

        now = self._account.session.clock.now()
        if not query.ordering.descending and (not isinstance(query.start, datetime) or query.start < now - HISTORY):
            query = dataclasses.replace(query, start=now - HISTORY)  # slices would grow on the way through what is forgotten
        return await read_slices(query, read, now)

    async def _plain(self, ids: Sequence[str], operation: str) -> dict[str, Found | PlatformError]:
        """Return orders as they are shown many at once: without the breakdown of taxes."""
        good = [key for key in dict.fromkeys(ids) if ORDER_ID.fullmatch(key)]
        batches = [good[begin : begin + ORDER_IDS] for begin in range(0, len(good), ORDER_IDS)]
        parts = await asyncio.gather(*(self._batch(batch, operation) for batch in batches))
        return {key: value for part in parts for key, value in part.items()}

    async def _batch(self, ids: Sequence[str], operation: str) -> dict[str, Found | PlatformError]:
        try:
            answer = await self._account.ask(ORDERS, operation, {"orderIds": ",".join(ids)}, bucket=ORDERS_BUCKET)
        except PlatformError as error:
            if error.category is Category.VALIDATION:  # one id that can't be must not cost the others
                return await self._one_by_one(ids, operation)
            return dict.fromkeys(ids, error)
        return {key: Found(row, answer.seen) for row in rows(answer.row.get("orders")) if (key := text(row.get("orderId")))}

    async def _full(self, ids: Sequence[str], operation: str) -> dict[str, Found | PlatformError]:
        """Return orders with everything the list shows, and what is told of cancellations."""
        good = [key for key in dict.fromkeys(ids) if ORDER_ID.fullmatch(key)]
        if len(good) == 1:
            return await self._one_by_one(good, operation)
        found = await self._plain(good, operation)
        lacking = [key for key, each in found.items() if isinstance(each, Found) and not mapping.is_whole(each.row)]
        return {**found, **await self._one_by_one(lacking, operation)}

    async def _one_by_one(self, ids: Sequence[str], operation: str) -> dict[str, Found | PlatformError]:
        found = await asyncio.gather(*(self._one(key, operation) for key in ids))
        return {key: each for key, each in zip(ids, found, strict=True) if each is not None}

    async def _one(self, order_id: str, operation: str) -> Found | PlatformError | None:
        try:
            return await self._account.ask(f"{ORDERS}/{order_id}", operation, BREAKDOWN, bucket=ORDERS_BUCKET)
        except PlatformError as error:
            return None if error.code in MISSING else error

    async def _told(self, listed: Found, operation: str) -> Found:
        """Return a listed order with what only it alone tells of its cancellation; raises PlatformError."""
        key = text(listed.row.get("orderId"))
        if not mapping.is_cancelling(listed.row) or key is None:
            return listed
        found = await self._one(key, operation)
        if isinstance(found, PlatformError):
            raise found
        return found or listed

    def _made(
        self, ids: Sequence[str], found: Mapping[str, Found | PlatformError], operation: str, make: Callable[[Found], Any]
    ) -> list[Result]:
        """Return what each order maps to, or why it could not be read; one that can't be understood is none, and counted."""
        there = {key: each for key, each in found.items() if isinstance(each, Found)}
        made = dict(zip(there, mapped(self._account.session, operation, there.values(), make), strict=True))
        return [made[key] if key in made else found.get(key) for key in ids]

    async def _packages(self, order: Found | PlatformError, operation: str) -> Result:
        if isinstance(order, PlatformError):
            return order
        if not order.row.get("fulfillmentHrefs"):
            return []
        try:
            answer = await self._account.ask(f"{ORDERS}/{order.row['orderId']}/shipping_fulfillment", operation, bucket=ORDERS_BUCKET)
        except PlatformError as error:
            return [] if error.code in MISSING else error
        return attempt(lambda each: afterwards.shipments(rows(each.row.get("fulfillments")), order.row, each.seen), answer)


async def _among_siblings(ids: Sequence[str], parts: Callable[[Sequence[str]], Awaitable[Sequence[Result]]]) -> list[Result]:
    """Return parts of orders by their own ids, which begin with their order's."""
    owners = list(dict.fromkeys(key.partition("/")[0] for key in ids))
    found = dict(zip(owners, await parts(owners), strict=True))
    return [among(key, found[key.partition("/")[0]]) for key in ids]


def _orders_of(wanted: Filter) -> Filter:
    """Return which orders can have what is wanted: whatever hangs below one is younger than it, and its making changed it."""
    made = wanted.created or Span()
    return Filter(created=Span(end=made.end), updated=Span(start=made.start))


def _filter(span: Span, query: ListQuery, wanted: Filter, now: datetime) -> str | None:
    """Return how to ask for the orders of a span, None when there can be none.

    Only one of the two times narrows a list. An order never changed before it was made: what is too late for one time is so for the other.
    """
    created, updated = wanted.created or Span(), wanted.updated or Span()
    by_change = query.ordering.by in {"updated_at", "order_updated_at"}
    own = updated if by_change else created
    begins = [own.start, created.start if by_change else None, span.start, now - HISTORY]
    ends = [own.end, None if by_change else updated.end, span.end]
    first = max(each for each in begins if each is not None)
    last = min((each for each in ends if each is not None), default=None)
    if first > now or (last is not None and last <= first):
        return None
    # An end near the present may be the future by the platform's clock, which it refuses.
    ending = _written(last - GRAIN) if last is not None and last < now - SKEW else ""
    asked = f"{'lastmodifieddate' if by_change else 'creationdate'}:[{_written(first)}..{ending}]"
    words = _words(wanted)
    return f"{asked},orderfulfillmentstatus:{{{words}}}" if words else asked


def _words(wanted: Filter) -> str | None:
    if not wanted.fulfilment_statuses:
        return None
    return next((words for words, statuses in FULFILMENT_SETS if statuses.issuperset(wanted.fulfilment_statuses)), None)


def _written(time: datetime) -> str:
    return time.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"
