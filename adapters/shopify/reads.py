"""Reads Shopify stores: by ids through `nodes`, which costs the same for one id as for 250, and lists by search.

Lists follow the platform's own cursors, which name a row and not a position: rows that come or go meanwhile shift nothing. Variants
cannot be ordered by their last change and are read in slices of time. Shipments and refunds hang below orders and are read through them.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from functools import partial
from typing import Any

from adapters.kit.failures import PlatformError
from adapters.kit.port import ByIds, ListQuery, Lists, Page, Reader, Readers, Span
from adapters.kit.rows import mapped
from adapters.kit.session import Session
from adapters.kit.slices import read_slices, whole
from adapters.shopify import mapping, wares
from adapters.shopify.calls import Calls, is_gid
from adapters.shopify.manifest import BATCH, EVERY_PRODUCT, PAGE
from adapters.shopify.search import search, span
from adapters.shopify.values import Json, Seen
from schema.keys import Kind

ORDER_SEARCH = {
    "created": "created_at", "updated": "updated_at", "numbers": "name", "statuses": "status", "email": "email",
    "customer": "customer_id", "text": "",
}  # fmt: skip
LINKED_SEARCH = {"created": "created_at", "updated": "updated_at"}
PRODUCT_SEARCH = {"created": "created_at", "updated": "updated_at", "statuses": "status", "text": ""}
VARIANT_SEARCH = {"sequence": "id", "skus": "sku", "product": "product_id", "updated": "updated_at"}
CUSTOMER_SEARCH = {"created": "customer_date", "updated": "updated_at", "email": "email", "text": ""}
SORT_KEYS = {
    "created_at": "CREATED_AT", "updated_at": "UPDATED_AT", "order_created_at": "CREATED_AT", "order_updated_at": "UPDATED_AT",
}  # fmt: skip

Map = Callable[[Json, Seen], Any]


def connect(session: Session) -> Readers:
    """Return all that a Shopify store can be asked."""
    shop = Shop(session)
    orders = shop.lists("OrdersPage", "orders", ORDER_SEARCH, mapping.order)
    products = shop.lists("ProductsPage", "products", PRODUCT_SEARCH, wares.product, also=[EVERY_PRODUCT])
    customers = shop.lists("CustomersPage", "customers", CUSTOMER_SEARCH, mapping.customer)
    return Readers(
        kinds={
            Kind.ORDER: Reader(shop.ids("OrdersByIds", "Order", mapping.order), orders),
            Kind.PRODUCT: Reader(shop.ids("ProductsByIds", "Product", wares.product), products),
            Kind.VARIANT: Reader(shop.variants_by_ids, shop.variants_page),
            Kind.CUSTOMER: Reader(shop.ids("CustomersByIds", "Customer", mapping.customer), customers),
            Kind.INVENTORY_LEVEL: Reader(shop.ids("LevelsByIds", "InventoryLevel", _level), shop.levels_page),
            Kind.LOCATION: Reader(shop.ids("LocationsByIds", "Location", wares.location), shop.locations_page),
            Kind.SHIPMENT: Reader(shop.ids("ShipmentsByIds", "Fulfillment", _shipment), shop.linked("ShipmentsPage", _shipments)),
            Kind.REFUND: Reader(shop.ids("RefundsByIds", "Refund", _refund), shop.linked("RefundsPage", _refunds)),
        },
        parts={
            "lines": shop.lines_by_orders,
            "shipments": shop.ids("ShipmentsByOrderIds", "Order", _shipments),
            "refunds": shop.ids("RefundsByOrderIds", "Order", _refunds),
            "variants": shop.variants_by_products,
            "inventory_levels": shop.ids("LevelsByVariantIds", "ProductVariant", _levels_of_variant),
        },
    )


class Shop:
    """One store: runs the documents and walks their connections."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._calls = Calls(session)

    def ids(self, operation: str, typename: str, build: Map) -> ByIds[Any]:
        """Return a reader by ids that runs `operation`."""

        async def by_ids(ids: Sequence[str]) -> Sequence[Any | PlatformError | None]:
            return await self._by_ids(operation, typename, ids, lambda node, _, seen: build(node, seen))

        return by_ids

    def lists(self, operation: str, root: str, fields: dict[str, str], build: Map, also: Iterable[str] = ()) -> Lists:
        """Return a reader of the list `root` in the platform's own order."""

        async def page(query: ListQuery) -> Page:
            terms = () if query.filter.statuses and also else also
            variables = {
                "first": min(query.size, PAGE),
                "after": query.cursor,
                "query": search(query, fields, also=terms) or None,
                "sort": SORT_KEYS[query.ordering.by],
                "reverse": query.ordering.descending,
            }
            data, seen = await self._run(operation, variables)
            return self._page(operation, data[root], lambda node: build(node, seen))

        return page

    def linked(self, operation: str, build: Callable[[Json, Seen], list[Any]]) -> Lists:
        """Return a reader of what hangs below orders. A part is never older than its order's last change."""

        async def page(query: ListQuery) -> Page:
            made = query.filter.created
            also = span("updated_at", Span(made.start)) if made else []
            if made and made.end:
                also += span("created_at", Span(None, made.end))
            variables = {
                "first": min(PAGE, max(50, 4 * query.size)),
                "after": query.cursor,
                "query": search(_unfiltered(query), LINKED_SEARCH, also=also) or None,
                "sort": SORT_KEYS[query.ordering.by],
                "reverse": query.ordering.descending,
            }
            data, seen = await self._run(operation, variables)
            return self._page(operation, data["orders"], lambda node: build(node, seen))

        return page

    async def lines_by_orders(self, ids: Sequence[str]) -> Sequence[list[Any] | PlatformError | None]:
        """Return all lines of each order; an order with more than a page of lines takes further calls."""
        found = await self._by_ids("LinesByOrderIds", "Order", ids, self._first_lines, first=PAGE)
        return await _completed(ids, found, self._rest_of_lines)

    async def variants_by_ids(self, ids: Sequence[str]) -> Sequence[Any | PlatformError | None]:
        """Return variants, with prices in the shop's currency."""
        return await self._by_ids("VariantsByIds", "ProductVariant", ids, _variant)

    async def variants_by_products(self, ids: Sequence[str]) -> Sequence[list[Any] | PlatformError | None]:
        """Return all variants of each product; a product with more than a page of them takes further calls."""
        found = await self._by_ids("VariantsByProductIds", "Product", ids, self._first_variants, first=PAGE)
        return await _completed(ids, found, self._rest_of_variants)

    async def variants_page(self, query: ListQuery) -> Page:
        """Return a page of variants: in the platform's order by id, in slices of time by last change."""
        if query.ordering.by == "sequence":
            return await self._variants_by_number(query)
        if query.filter.skus or query.filter.product:
            return whole(await self._all_variants(search(_from_the_end(query), VARIANT_SEARCH), None) or [], query)
        return await read_slices(query, self._variants_of_span, self._session.clock.now())

    async def levels_page(self, query: ListQuery) -> Page:
        """Return a page of stock levels in the order of their items."""
        variables = {
            "first": max(1, min(PAGE, query.size)),
            "after": query.cursor,
            "query": search(query, {"sequence": "id"}) or None,
            "reverse": query.ordering.descending,
        }
        data, seen = await self._run("LevelsPage", variables)
        return self._page("LevelsPage", data["inventoryItems"], lambda item: _levels_of_item(item, seen))

    async def locations_page(self, query: ListQuery) -> Page:
        """Return all locations, inactive ones included."""
        rows: list[Any] = []
        after = None
        while True:
            data, seen = await self._run("LocationsPage", {"first": PAGE, "after": after})
            rows += [wares.location(node, seen) for node in data["locations"]["nodes"]]
            after = _next(data["locations"])
            if after is None:
                return whole(rows, query)

    async def _variants_by_number(self, query: ListQuery) -> Page:
        text = search(query, VARIANT_SEARCH) or None
        variables = {"first": min(query.size, PAGE), "after": query.cursor, "query": text, "reverse": query.ordering.descending}
        data, seen = await self._run("VariantsPage", variables)
        return self._page("VariantsPage", data["productVariants"], partial(_build, _variant, data, seen))

    async def _variants_of_span(self, wanted: Span, most: int | None) -> list[Any] | None:
        return await self._all_variants(" AND ".join(span("updated_at", wanted)), most)

    async def _all_variants(self, text: str, most: int | None) -> list[Any] | None:
        rows: list[Any] = []
        after = None
        while True:
            data, seen = await self._run("VariantsPage", {"first": PAGE, "after": after, "query": text or None, "reverse": False})
            rows += self._page("VariantsPage", data["productVariants"], partial(_build, _variant, data, seen)).rows
            after = _next(data["productVariants"])
            if after is None:
                return rows
            if most is not None and len(rows) >= most:
                return None

    def _first_lines(self, order: Json, _: Json, seen: Seen) -> Page:
        return self._page("LinesOfOrder", order["lineItems"], partial(_line, order["id"], seen))

    async def _rest_of_lines(self, order_id: str, after: str) -> Page:
        data, seen = await self._run("LinesOfOrder", {"id": order_id, "first": PAGE, "after": after})
        return self._page("LinesOfOrder", data["order"]["lineItems"], partial(_line, order_id, seen))

    def _first_variants(self, product: Json, data: Json, seen: Seen) -> Page:
        return self._page("VariantsOfProduct", product["variants"], partial(_build, _variant, data, seen))

    async def _rest_of_variants(self, product_id: str, after: str) -> Page:
        data, seen = await self._run("VariantsOfProduct", {"id": product_id, "first": PAGE, "after": after})
        return self._page("VariantsOfProduct", data["product"]["variants"], partial(_build, _variant, data, seen))

    async def _by_ids(
        self, operation: str, typename: str, ids: Sequence[str], build: Callable[[Json, Json, Seen], Any], **variables: Any
    ) -> list[Any]:
        """Run `operation` for ids in batches. An id that is none of Shopify's is not sent: one bad id fails a whole call there."""
        good = [key for key in dict.fromkeys(ids) if is_gid(key, typename)]
        found: dict[str, Any] = {}
        for begin in range(0, len(good), BATCH):
            batch = good[begin : begin + BATCH]
            try:
                data, seen = await self._run(operation, {"ids": batch, **variables})
            except PlatformError as error:
                found.update(dict.fromkeys(batch, error))
                continue
            nodes = [node if node and node["__typename"] == typename else None for node in data["nodes"]]
            known = [(key, node) for key, node in zip(batch, nodes, strict=True) if node]
            made = mapped(self._session, operation, [node for _, node in known], partial(_build, build, data, seen))
            found.update(zip((key for key, _ in known), made, strict=True))
        return [found.get(key) for key in ids]

    def _page(self, operation: str, connection: Json, make: Callable[[Json], Any]) -> Page:
        """Return a page of what the nodes of a connection map to; one node may make several rows."""
        made = mapped(self._session, operation, connection["nodes"], make)
        return Page([row for each in made if each is not None for row in (each if isinstance(each, list) else [each])], _next(connection))

    async def _run(self, operation: str, variables: Json) -> tuple[Json, Seen]:
        """Run one document; returns its data and where and when it was seen."""
        seen = Seen(self._session.store.name, self._session.clock.now())
        return await self._calls.ask(operation, variables), seen


async def _completed(ids: Sequence[str], found: Sequence[Any], more: Callable[[str, str], Awaitable[Page]]) -> list[Any]:
    """Return the complete list of each id, whose first page was found already; a failure belongs to its id alone."""

    async def complete(key: str, page: Page) -> Any:
        rows = [*page.rows]
        try:
            while page.cursor is not None:
                page = await more(key, page.cursor)
                rows += page.rows
        except PlatformError as error:
            return error
        return rows

    begun = {key: each for key, each in zip(ids, found, strict=True) if isinstance(each, Page) and each.cursor is not None}
    ended = dict(zip(begun, await asyncio.gather(*(complete(key, page) for key, page in begun.items())), strict=True)) if begun else {}
    return [ended[key] if key in ended else each.rows if isinstance(each, Page) else each for key, each in zip(ids, found, strict=True)]


def _build(build: Callable[[Json, Json, Seen], Any], data: Json, seen: Seen, node: Json) -> Any:
    return build(node, data, seen)


def _line(order_id: str, seen: Seen, node: Json) -> Any:
    return mapping.line(node, order_id, seen)


def _variant(node: Json, data: Json, seen: Seen) -> Any:
    return wares.variant(node, data["shop"]["currencyCode"], seen)


def _shipment(node: Json, seen: Seen) -> Any:
    return mapping.shipment(node, node["order"], seen)


def _refund(node: Json, seen: Seen) -> Any:
    return mapping.refund(node, node["order"], seen) if node.get("order") else None


def _shipments(order: Json, seen: Seen) -> list[Any]:
    return [mapping.shipment(node, order, seen) for node in order["fulfillments"]]


def _refunds(order: Json, seen: Seen) -> list[Any]:
    return [mapping.refund(node, order, seen) for node in order["refunds"]]


def _level(node: Json, seen: Seen) -> Any:
    item = node["item"]
    return wares.level(node, item, _first_variant(item), seen)


def _levels_of_item(item: Json, seen: Seen) -> list[Any]:
    return [wares.level(node, item, _first_variant(item), seen) for node in item["inventoryLevels"]["nodes"]]


def _levels_of_variant(variant: Json, seen: Seen) -> list[Any]:
    item = variant["inventoryItem"]
    return [wares.level(node, item, variant["id"], seen) for node in item["inventoryLevels"]["nodes"]]


def _first_variant(item: Json) -> str | None:
    nodes = item["variants"]["nodes"]
    return nodes[0]["id"] if nodes else None


def _next(connection: Json) -> str | None:
    info = connection["pageInfo"]
    return info["endCursor"] if info["hasNextPage"] else None


def _unfiltered(query: ListQuery) -> ListQuery:
    """Return the query without its filter: that speaks of the parts, the search of their orders."""
    return ListQuery(query.ordering, query.size, query.start, cursor=query.cursor)


def _from_the_end(query: ListQuery) -> ListQuery:
    """Return the query without its place: a list read whole is put in its place by the core."""
    return ListQuery(query.ordering, query.size, filter=query.filter)
