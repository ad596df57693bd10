"""Reads orders and their refunds. Lines come with their order; refunds are asked for by the ids of theirs."""

import asyncio
import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from adapters.kit.failures import PlatformError
from adapters.kit.port import Filter, ListQuery, Page, Span
from adapters.kit.rows import attempt
from adapters.kit.slices import whole
from adapters.woocommerce import mapping
from adapters.woocommerce.manifest import BATCH, DERIVED, ORDER_STATUSES, PAGE, TRASH, UNLISTED
from adapters.woocommerce.shop import Found, Listed, Shop, raise_first
from adapters.woocommerce.streams import Stream, page_of
from adapters.woocommerce.timeline import Unfold, timeline
from adapters.woocommerce.values import WHOLE, Json, identity, rows

ANY = {"status": "any"}
# Of orders that are only walked through, no more than this is asked for: whole orders are large.
LINK_FIELDS = {"_fields": "id,currency,date_created_gmt,date_modified_gmt,refunds"}

Result = Any | PlatformError | None


class Orders:
    """The orders of one shop."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop

    async def by_ids(self, ids: Sequence[str]) -> Sequence[Result]:
        """Return orders, those in the bin included."""
        found = await self._shop.by_include("orders", "OrdersByIds", ids, ANY, bin_too=True)
        return self._shop.results(ids, found, _order)

    async def lines(self, ids: Sequence[str]) -> Sequence[Result]:
        """Return all lines of each order."""
        found = await self._shop.by_include("orders", "LinesByOrderIds", ids, ANY, bin_too=True)
        return self._shop.results(ids, found, lambda each: mapping.lines(each.row, each.seen))

    async def page(self, query: ListQuery) -> Page:
        """Return a page of orders by one of their times."""
        narrowed = _narrowed(query.filter)
        if query.filter.numbers is not None:
            return await self._numbered(query, narrowed)
        streams = [self._stream(query, {**narrowed, "status": status}) for status in _statuses(query.filter)]
        return await page_of(query, streams)

    async def refunds_by_ids(self, ids: Sequence[str]) -> Sequence[Result]:
        """Return refunds; their ids begin with their order's."""
        wanted = {key: split for key in ids if (split := _split(key))}
        parents, found = await asyncio.gather(
            self._parents([order for order, _ in wanted.values()], "RefundOrders", LINK_FIELDS),
            self._refunds(wanted.values(), "RefundsByIds"),
        )
        return [self._refund(parents.get(key.partition("-")[0]), found.get(key)) for key in ids]

    async def refunds(self, ids: Sequence[str]) -> Sequence[Result]:
        """Return all refunds of each order; orders tell which they have, so those without cost no further call."""
        parents = await self._parents(ids, "RefundOrders", LINK_FIELDS)
        found = await self._refunds(_all_refunds(parents), "RefundsByOrderIds")
        return [self._refunds_of(parents.get(key), found) for key in ids]

    async def refunds_page(self, query: ListQuery) -> Page:
        """Return the refunds of the next orders, by one of the orders' times."""
        wanted = query.filter
        made = wanted.created or Span()
        # A refund changes its order and is younger than it.
        orders = Filter(created=Span(end=made.end), updated=Span(start=made.start))
        params = {**LINK_FIELDS, **ANY}
        if wanted.orders is not None:
            params["include"] = ",".join(key for key in wanted.orders if WHOLE.fullmatch(key)) or "0"

        async def unfold(listed: Listed) -> list[list[Any]]:
            parents = {str(identity(row.get("id"))): Found(row, listed.seen) for row in listed.rows}
            found = await self._refunds(_all_refunds(parents), "RefundsPage")
            results = [self._refunds_of(parents.get(str(identity(row.get("id")))), found) for row in listed.rows]
            return [each or [] for each in raise_first(results)]

        stream = timeline(self._shop, "orders", "RefundsPage", dataclasses.replace(query, filter=orders), unfold, params, PAGE)
        return await page_of(query, [stream])

    def _stream(self, query: ListQuery, params: Mapping[str, str], operation: str = "OrdersPage", size: int | None = None) -> Stream:
        return timeline(self._shop, "orders", operation, query, self._unfold(operation), params, size)

    def _unfold(self, operation: str) -> Unfold:
        async def unfold(listed: Listed) -> list[list[Any]]:
            return self._shop.build(operation, listed.rows, lambda row: mapping.order(row, listed.seen))

        return unfold

    async def _numbered(self, query: ListQuery, narrowed: Mapping[str, str]) -> Page:
        """Return the orders with some numbers, whole. A number is the id unless a plugin gives others, which only a search may find."""
        numbers = query.filter.numbers or ()
        ids = [number for number in numbers if WHOLE.fullmatch(number) and identity(number)]
        asked = [{"include": ",".join(ids[begin : begin + BATCH])} for begin in range(0, len(ids), BATCH)]
        asked += [{"search": number} for number in numbers if number.strip()]
        if query.filter.text:
            asked = [{}]  # one search a list: the words can't be looked for here, the numbers can
        everywhere = dataclasses.replace(query, start=None)
        streams = [
            self._stream(everywhere, {**narrowed, **each, "status": status}, "OrdersByNumber", PAGE)
            for each in asked
            for status in _statuses(query.filter)
        ]
        found = await asyncio.gather(*(_drained(query, stream) for stream in streams))
        fitting = {order.key_id: order for orders in found for order in orders if order.number in numbers}
        return whole(list(fitting.values()), query)

    async def _parents(self, ids: Iterable[str], operation: str, fields: Mapping[str, str]) -> dict[str, Found | PlatformError]:
        return await self._shop.by_include("orders", operation, ids, {**fields, **ANY}, bin_too=True)

    async def _refunds(self, wanted: Iterable[tuple[str, str]], operation: str) -> dict[str, Found | PlatformError]:
        """Return refunds by their key ids, asked for all together where the store can, else order by order."""
        pairs = list(wanted)
        if not pairs:
            return {}
        if await self._shop.has("refunds"):
            found = await self._shop.by_include("refunds", operation, [refund for _, refund in pairs])
            return {f"{order}-{refund}": found[refund] for order, refund in pairs if _belongs(found.get(refund), order)}
        grouped: dict[str, list[str]] = {}
        for order, refund in pairs:
            grouped.setdefault(order, []).append(refund)
        parts = await asyncio.gather(
            *(self._shop.by_include(f"orders/{order}/refunds", operation, refunds) for order, refunds in grouped.items())
        )
        return {f"{order}-{key}": each for order, part in zip(grouped, parts, strict=True) for key, each in part.items()}

    def _refund(self, parent: Found | PlatformError | None, own: Found | PlatformError | None) -> Result:
        if not isinstance(parent, Found) or not isinstance(own, Found):
            return own if isinstance(parent, Found) else parent
        return attempt(lambda each: mapping.refund(each.row, parent.row, each.seen), own)

    def _refunds_of(self, parent: Found | PlatformError | None, found: Mapping[str, Found | PlatformError]) -> Result:
        if not isinstance(parent, Found):
            return parent
        own = [found.get(f"{order}-{refund}") for order, refund in _refund_keys(parent.row)]
        failure = next((each for each in own if isinstance(each, PlatformError)), None)
        if failure is not None:
            return failure
        there = [each for each in own if isinstance(each, Found)]
        built = self._shop.build("Refunds", there, lambda each: mapping.refund(each.row, parent.row, each.seen))
        return sorted((refund for each in built for refund in each), key=lambda refund: refund.sequence)


def _order(found: Found) -> Any:
    return mapping.order(found.row, found.seen)


def _narrowed(wanted: Filter) -> dict[str, str]:
    """Return what of a filter the platform answers beside times and statuses."""
    params = {}
    if wanted.customer is not None:
        params["customer"] = wanted.customer
    if search := wanted.text or wanted.email:
        params["search"] = search
    return params


def _statuses(wanted: Filter) -> list[str]:
    """Return the `status` of each list to be read: `any` hides the bin, and any other word beside it is ignored."""
    words = frozenset(ORDER_STATUSES) - UNLISTED
    if wanted.statuses is not None:
        words = frozenset(word for word in words if ORDER_STATUSES[word] in wanted.statuses)
    open_ended = wanted.statuses is None or any(status.name == "OTHER" for status in wanted.statuses)
    for derived in (wanted.payment_statuses, wanted.fulfilment_statuses):
        if derived is not None and all(status in DERIVED for status in derived):
            words &= frozenset().union(*(DERIVED[status] for status in derived))
            open_ended = False
    if not open_ended:
        return [",".join(sorted(words))] if words else []
    return ["any", TRASH] if wanted.statuses is not None and TRASH in words else ["any"]


def _split(key: str) -> tuple[str, str] | None:
    """Return the two ids of a part's key id."""
    order, _, own = key.partition("-")
    return (order, own) if WHOLE.fullmatch(order) and WHOLE.fullmatch(own) else None


def _belongs(found: Found | PlatformError | None, order: str) -> bool:
    if found is None:
        return False
    return isinstance(found, PlatformError) or str(identity(found.row.get("parent_id"))) == order


def _refund_keys(row: Json) -> list[tuple[str, str]]:
    order = str(identity(row.get("id")))
    return [(order, str(refund)) for each in rows(row.get("refunds")) if (refund := identity(each.get("id")))]


def _all_refunds(parents: Mapping[str, Found | PlatformError]) -> list[tuple[str, str]]:
    return [key for parent in parents.values() if isinstance(parent, Found) for key in _refund_keys(parent.row)]


async def _drained(query: ListQuery, stream: Stream) -> list[Any]:
    """Return all of a stream."""
    found: list[Any] = []
    place = None
    while True:
        leg = await stream(place)
        found += [entity for row in leg.rows for entity in row.found]
        if leg.ended:
            return found
        place = leg.rows[-1].place
