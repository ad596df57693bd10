"""Reads stock and ship nodes. The seller's own stock and what Walmart keeps for him are two lists, one by a cursor, one by an offset.

How long they are is remembered for a while: it tells which way of reading takes fewer calls, and that a seller has nothing at Walmart.
"""

import asyncio
from collections.abc import Sequence
from typing import Any

from adapters.kit.failures import PlatformError
from adapters.kit.port import ListQuery, Page
from adapters.kit.slices import whole
from adapters.walmart import wares
from adapters.walmart.manifest import STOCK_PAGE, WALMART, WALMART_STOCK_PAGE
from adapters.walmart.shop import Found, Shop, cheaper_whole, circle, no_list, raise_first, results
from adapters.walmart.values import Json, at, rows, text
from adapters.walmart.values import whole as number
from schema.errors import Category
from schema.inventory import InventoryLevel, Location

INVENTORIES, WALMART_INVENTORY, NODES = "/v3/inventories", "/v3/wfs/inventory", "/v3/settings/shipping/shipnodes"
OVERLAP = 10  # rows of the offset's list that may leave meanwhile without hiding another

Levels = list[InventoryLevel]


class Stock:
    """The stock of one store, and where it is."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop
        self._turn = asyncio.Lock()

    async def levels_of_variants(self, ids: Sequence[str]) -> Sequence[Any]:
        """Return the stock of each SKU at all places; None for one that has none anywhere."""
        return results(ids, await self._levels(ids, "LevelsByVariantIds"), lambda found: found or None)

    async def levels_by_ids(self, ids: Sequence[str]) -> Sequence[Any]:
        """Return single levels; their ids begin with their node's."""
        skus = [sku for node, _, sku in (key.partition(":") for key in ids) if _is_node(node)]
        found = await self._levels(skus, "LevelsByIds")
        return [_level(key, found) for key in ids]

    async def levels_page(self, query: ListQuery) -> Page:
        """Return all stock, or that of some SKUs."""
        if query.filter.variants is not None:
            found = raise_first((await self._levels(query.filter.variants, "LevelsPage")).values())
            return whole([level for levels in found for level in levels or ()], query)
        return whole(await self._all("LevelsPage"), query)

    async def locations_by_ids(self, ids: Sequence[str]) -> Sequence[Any]:
        """Return ship nodes."""
        if not any(_is_node(key) for key in ids):
            return [None for _ in ids]
        found = {each.key_id: each for each in await self._locations("LocationsByIds")}
        return [found.get(key) for key in ids]

    async def locations_page(self, query: ListQuery) -> Page:
        """Return all ship nodes, inactive ones included."""
        return whole(await self._locations("LocationsPage"), query)

    async def _locations(self, operation: str) -> list[Location]:
        seen = self._shop.seen()
        body, kept = await asyncio.gather(self._shop.ask(NODES, operation, "nodes"), self._kept_by_walmart())
        if body is not None and not isinstance(body, list):
            raise no_list()
        made: list[Location] = self._shop.build(operation, rows(body), lambda row: wares.location(row, seen))
        return [*made, wares.walmart_location(seen)] if kept else made

    async def _levels(self, skus: Sequence[str], operation: str) -> dict[str, Levels | PlatformError | None]:
        wanted = [sku for sku in dict.fromkeys(skus) if sku]
        if len(wanted) > 1 and cheaper_whole(wanted, await self._size(), STOCK_PAGE):
            found: dict[str, Levels] = {}
            for level in await self._all(operation):
                found.setdefault(level.variant_key_id or "", []).append(level)
            return {sku: found.get(sku) for sku in wanted}
        return await self._shop.each(wanted, lambda sku: self._levels_of(sku, operation))

    async def _levels_of(self, sku: str, operation: str) -> Levels | None:
        kept = await self._kept_by_walmart() > 0
        seen = self._shop.seen()
        own, other = await asyncio.gather(
            self._shop.one(INVENTORIES, sku, operation, "inventory"),
            self._shop.ask(WALMART_INVENTORY, operation, "walmart_inventory", {"sku": sku}) if kept else _nothing(),
        )
        found: Levels = self._shop.build(operation, [own] if isinstance(own, dict) else [], lambda row: wares.levels(row, seen))
        found += self._shop.build(operation, rows(at(other, "payload", "inventory")), lambda row: wares.walmart_levels(row, seen))
        return [level for level in found if level.variant_key_id == sku] or None

    async def _all(self, operation: str) -> Levels:
        """Return all stock there is, each level once."""
        async with self._turn:
            own = await self._walked(operation)
        kept = await self._walked_at_walmart(operation) if await self._kept_by_walmart() else []
        levels = self._shop.build(operation, own, lambda each: wares.levels(each.row, each.seen))
        levels += self._shop.build(operation, kept, lambda each: wares.walmart_levels(each.row, each.seen))
        return list({level.key_id: level for level in levels}.values())

    async def _walked(self, operation: str) -> list[Found]:
        """Return the seller's own stock. Pages may be short: only an empty cursor is the end."""
        found: list[Found] = []
        params = {"limit": str(STOCK_PAGE)}
        cursors: set[str] = set()
        while True:
            seen = self._shop.seen()
            body = await self._shop.ask(INVENTORIES, operation, "inventories", params)
            if body is None:
                return found
            found += [Found(row, seen) for row in _listed(body, "elements", "inventories")]
            cursor = text(at(body, "meta", "nextCursor"))
            if cursor is None:
                return found
            if cursor in cursors:
                raise circle()
            cursors.add(cursor)
            params = {"limit": str(STOCK_PAGE), "nextCursor": cursor}

    async def _walked_at_walmart(self, operation: str) -> list[Found]:
        """Return what Walmart keeps."""
        found: dict[str, Found] = {}
        offset = 0
        while True:
            seen = self._shop.seen()
            params = {"limit": str(WALMART_STOCK_PAGE), "offset": str(offset)}
            body = await self._shop.ask(WALMART_INVENTORY, operation, "walmart_inventory", params)
            got = [] if body is None else _listed(body, "payload", "inventory")
            before = len(found)
            found |= {str(text(row.get("sku"))): Found(row, seen) for row in got}
            reached, size = offset + len(got), number(at(body, "headers", "totalCount"))
            if not got or (size is not None and reached >= size):
                return list(found.values())
            if len(found) == before:
                raise circle()
            offset = max(offset + 1, reached - OVERLAP)

    async def _size(self) -> int:
        """Return how many SKUs have stock at the seller's nodes."""
        return await self._shop.session.remember("stock", self._count)

    async def _kept_by_walmart(self) -> int:
        """Return how many SKUs Walmart keeps for the seller; most sellers have none, and are spared the calls for it."""
        return await self._shop.session.remember("walmart stock", self._count_at_walmart)

    async def _count(self) -> int:
        body = await self._shop.ask(INVENTORIES, "StockCount", "inventories", {"limit": "1"})
        return number(at(body, "meta", "totalCount")) or 0

    async def _count_at_walmart(self) -> int:
        try:
            body = await self._shop.ask(WALMART_INVENTORY, "WalmartStockCount", "walmart_inventory", {"limit": "1"})
        except PlatformError as error:
            if error.category is not Category.VALIDATION:
                raise
            return 0  # so a seller without this service may be answered
        return number(at(body, "headers", "totalCount")) or len(rows(at(body, "payload", "inventory")))


async def _nothing() -> None:
    return None


def _listed(body: Any, *path: str) -> list[Json]:
    found = at(body, *path)
    if not isinstance(found, list):
        raise no_list()
    return rows(found)


def _is_node(key: str) -> bool:
    return key == WALMART or key.isalnum()


def _level(key: str, found: dict[str, Levels | PlatformError | None]) -> Any:
    node, _, sku = key.partition(":")
    levels = found.get(sku) if _is_node(node) else None
    if levels is None or isinstance(levels, PlatformError):
        return levels
    return next((level for level in levels if level.key_id == key), None)
