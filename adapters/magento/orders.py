"""Reads orders and what hangs below them. Lines come with their order; shipments and credit memos are asked for by their orders' ids."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from adapters.kit.failures import PlatformError
from adapters.kit.port import Filter, ListQuery, Page, Span
from adapters.kit.rows import attempt
from adapters.magento import mapping
from adapters.magento.manifest import ORDER_STATUSES
from adapters.magento.search import Condition, Group, among, within
from adapters.magento.shop import MEMOS, ORDERS, SHIPMENTS, Found, Listed, Listing, Shop
from adapters.magento.timeline import page_of
from adapters.magento.values import Json, Seen, identity, part, text
from schema.orders import OrderStatus

# Of orders that are only walked through, no more than this is asked for: whole orders are large.
LINK_FIELDS = "entity_id,created_at,updated_at,total_refunded,items[item_id,parent_item_id]"
LINE_FIELDS = "entity_id,order_currency_code,items,extension_attributes[item_applied_taxes]"
REFUNDED = (Condition("total_refunded", "notnull", "1"),)

Result = Any | PlatformError | None


class Orders:
    """The orders of one shop."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop

    async def by_ids(self, ids: Sequence[str]) -> Sequence[Result]:
        """Return orders."""
        found = await self._shop.by_ids(ORDERS, "OrdersByIds", ids)
        return self._shop.results(ids, found, lambda each: mapping.order(each.row, each.seen))

    async def lines(self, ids: Sequence[str]) -> Sequence[Result]:
        """Return all lines of each order."""
        found = await self._shop.by_ids(ORDERS, "LinesByOrderIds", ids, LINE_FIELDS)
        return self._shop.results(ids, found, lambda each: mapping.lines(each.row, each.seen))

    async def page(self, query: ListQuery) -> Page:
        """Return a page of orders by one of their times."""
        groups = _narrowed(query.filter)
        if groups is None:
            return Page([], None)

        async def unfold(listed: Listed) -> list[list[Any]]:
            return self._shop.build("OrdersPage", listed.rows, lambda row: mapping.order(row, listed.seen))

        return await page_of(self._shop, ORDERS, "OrdersPage", query, groups, unfold)

    async def refunds_by_ids(self, ids: Sequence[str]) -> Sequence[Result]:
        """Return credit memos."""
        return await self._documents_by_ids(MEMOS, "Refunds", ids)

    async def refunds(self, ids: Sequence[str]) -> Sequence[Result]:
        """Return all credit memos of each order; orders tell whether they have any, so those without cost no further call."""
        parents = await self._parents(ids, "RefundOrders")
        having = [key for key, each in parents.items() if isinstance(each, Found) and each.row.get("total_refunded") is not None]
        return await self._documents(MEMOS, "RefundsByOrderIds", ids, parents, having)

    async def refunds_page(self, query: ListQuery) -> Page:
        """Return the credit memos of the next orders that have some, by one of the orders' times."""
        return await self._documents_page(MEMOS, "RefundsPage", query, [REFUNDED])

    async def shipments_by_ids(self, ids: Sequence[str]) -> Sequence[Result]:
        """Return shipments."""
        return await self._documents_by_ids(SHIPMENTS, "Shipments", ids)

    async def shipments(self, ids: Sequence[str]) -> Sequence[Result]:
        """Return all shipments of each order."""
        parents = await self._parents(ids, "ShipmentOrders")
        return await self._documents(SHIPMENTS, "ShipmentsByOrderIds", ids, parents, parents)

    async def shipments_page(self, query: ListQuery) -> Page:
        """Return the shipments of the next orders, by one of the orders' times."""
        return await self._documents_page(SHIPMENTS, "ShipmentsPage", query, [])

    async def _parents(self, ids: Iterable[str], operation: str) -> dict[str, Found | PlatformError]:
        return await self._shop.by_ids(ORDERS, operation, ids, LINK_FIELDS)

    async def _documents_by_ids(self, listing: Listing, operation: str, ids: Sequence[str]) -> list[Result]:
        """Return shipments or credit memos by their own ids, then what their orders tell of them."""
        found = await self._shop.by_ids(listing, f"{operation}ByIds", ids)
        owners = {key: _owner(each.row) for key, each in found.items() if isinstance(each, Found)}
        parents = await self._parents([key for key in owners.values() if key], f"{operation}Orders")
        there = await self._completed(listing, f"{operation}ByIds", [each for each in found.values() if isinstance(each, Found)])
        own = {str(identity(each.row.get(listing.id))): each for each in there}
        return [self._document(listing, own.get(key, found.get(key)), parents.get(owners.get(key) or "")) for key in ids]

    async def _documents(
        self, listing: Listing, operation: str, ids: Sequence[str], parents: Mapping[str, Found | PlatformError], having: Iterable[str]
    ) -> list[Result]:
        """Return all shipments or credit memos of each order; `having` are the orders that may have some."""
        try:
            below = await self._shop.below(listing, operation, "order_id", [key for key in having if isinstance(parents[key], Found)])
            below = {key: await self._completed(listing, operation, each) for key, each in below.items()}
        except PlatformError as error:
            return [error if isinstance(parents.get(key), Found) else parents.get(key) for key in ids]
        return [self._documents_of(listing, operation, parents.get(key), below.get(key, [])) for key in ids]

    async def _documents_page(self, listing: Listing, operation: str, query: ListQuery, groups: list[Group]) -> Page:
        made = query.filter.created or Span()
        # A document changes its order and is younger than it.
        narrowed = [*groups, *within("created_at", Span(end=made.end)), *within("updated_at", Span(start=made.start))]
        if query.filter.orders is not None:
            narrowed.append(among("entity_id", [key for key in query.filter.orders if identity(key)] or ["0"]))

        async def unfold(listed: Listed) -> list[list[Any]]:
            parents: dict[str, Found | PlatformError] = {
                str(identity(row.get("entity_id"))): Found(row, listed.seen) for row in listed.rows
            }
            made = await self._documents(listing, operation, list(parents), parents, parents)
            failed = next((each for each in made if isinstance(each, PlatformError)), None)
            if failed is not None:
                raise failed
            return [each if isinstance(each, list) else [] for each in made]

        return await page_of(self._shop, ORDERS, operation, query, narrowed, unfold, LINK_FIELDS)

    async def _completed(self, listing: Listing, operation: str, found: list[Found]) -> list[Found]:
        """Read those shipments again, one by one, whose source some stores keep for the single read."""
        lacking = [each for each in found if text(part(each.row, "extension_attributes").get("source_code")) is None]
        if listing is not SHIPMENTS or not lacking or not await self._shop.has_sources():
            return found
        again = await asyncio.gather(*(self._single(operation, each) for each in lacking))
        known = {identity(each.row.get("entity_id")): each for each in again}
        return [known.get(identity(each.row.get("entity_id")), each) for each in found]

    async def _single(self, operation: str, found: Found) -> Found:
        row = await self._shop.get(f"shipment/{identity(found.row.get('entity_id'))}", operation)
        return Found(row, found.seen) if isinstance(row, dict) else found

    def _document(self, listing: Listing, own: Found | PlatformError | None, parent: Found | PlatformError | None) -> Result:
        if not isinstance(own, Found) or not isinstance(parent, Found):
            return parent if isinstance(own, Found) else own
        return attempt(lambda each: _make(listing, each.row, parent.row, each.seen), own)

    def _documents_of(self, listing: Listing, operation: str, parent: Found | PlatformError | None, found: list[Found]) -> Result:
        if not isinstance(parent, Found):
            return parent
        made = self._shop.build(operation, found, lambda each: _make(listing, each.row, parent.row, each.seen))
        return [entity for each in made for entity in each]


def _make(listing: Listing, row: Json, parent: Json, seen: Seen) -> Any:
    return mapping.refund(row, parent, seen) if listing is MEMOS else mapping.shipment(row, parent, seen)


def _owner(row: Json) -> str | None:
    found = identity(row.get("order_id"))
    return str(found) if found else None


def _narrowed(wanted: Filter) -> list[Group] | None:
    """Return what of a filter the platform answers; None when no order can fit."""
    groups = [*within("created_at", wanted.created), *within("updated_at", wanted.updated)]
    if wanted.numbers is not None:
        groups.append(among("increment_id", wanted.numbers))
    if wanted.statuses is not None and OrderStatus.OTHER not in wanted.statuses:
        states = [state for state, status in ORDER_STATUSES.items() if status in wanted.statuses]
        if not states:
            return None
        groups.append(among("state", states))
    if wanted.email is not None:
        groups.append((Condition("customer_email", "eq", wanted.email),))
    if wanted.customer is not None:
        groups.append((Condition("customer_id", "eq", wanted.customer),))
    return groups
