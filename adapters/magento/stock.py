"""Reads stock and the places it lies at. Stock is asked for by SKU; a store without the inventory modules has one place and one number."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from adapters.kit.failures import PlatformError
from adapters.kit.port import ListQuery, Page
from adapters.kit.rows import attempt
from adapters.kit.slices import whole as whole_list
from adapters.magento import wares
from adapters.magento.catalogue import Catalogue
from adapters.magento.manifest import UNSTOCKED
from adapters.magento.search import Group, Search, among, batches, without
from adapters.magento.shop import PRODUCTS, Found, Listed, Shop, raise_first
from adapters.magento.timeline import page_of
from adapters.magento.values import identity, text
from schema.errors import Category

WARE_FIELDS = "id,sku,type_id,visibility"
BY_SKU = (("sku", False), ("source_code", False))
BY_SOURCE = (("source_code", False),)
SKUS = 50  # of one call

Result = Any | PlatformError | None


class Stock:
    """The stock and the locations of one shop."""

    def __init__(self, shop: Shop, catalogue: Catalogue) -> None:
        self._shop = shop
        self._catalogue = catalogue

    async def levels_by_ids(self, ids: Sequence[str]) -> Sequence[Result]:
        """Return stock levels; their keys are those of a variant and a source."""
        owners = list(dict.fromkeys(key.partition(":")[0] for key in ids if ":" in key))
        found = dict(zip(owners, await self.levels_of_variants(owners), strict=True))
        return [_level(key, found) for key in ids]

    async def levels_of_variants(self, ids: Sequence[str]) -> Sequence[Result]:
        """Return all stock levels of each variant; a bundle has none of its own."""
        variants = await self._catalogue.variants_by_ids(ids)
        there = {each.key_id: each for each in variants if each is not None and not isinstance(each, PlatformError)}
        wanted = {key: each for key, each in there.items() if each.extras.type not in UNSTOCKED}
        goods = {key: (each.sequence, each.sku) for key, each in wanted.items() if each.sku}
        found = await self._levels(goods, "LevelsByVariantIds")
        return [each if each is None or isinstance(each, PlatformError) else found.get(each.key_id, []) for each in variants]

    async def levels_page(self, query: ListQuery) -> Page:
        """Return a page of stock levels by the number of their product, each once: under its first variant."""
        wanted = query.filter
        if wanted.variants is not None:
            found = [level for levels in raise_first(await self.levels_of_variants(wanted.variants)) for level in levels or []]
            return whole_list([each for each in found if wanted.locations is None or each.location_key_id in wanted.locations], query)

        async def unfold(listed: Listed) -> list[list[Any]]:
            above = await self._catalogue.roofs()
            keys = [self._catalogue.keys(row, above)[:1] for row in listed.rows]
            goods = {
                key: (identity(row.get("id")) or 0, sku)
                for row, own in zip(listed.rows, keys, strict=True)
                for key in own
                if (sku := text(row.get("sku")))
            }
            found = await self._levels(goods, "LevelsPage", wanted.locations)
            return raise_first(_readable(found.get(key, [])) for own in keys for key in own)

        groups = [without("type_id", UNSTOCKED)]
        return await page_of(self._shop, PRODUCTS, "LevelsPage", query, groups, unfold, WARE_FIELDS)

    async def locations_by_ids(self, ids: Sequence[str]) -> Sequence[Result]:
        """Return locations by their codes."""
        try:
            found = {each.key_id: each for each in await self.locations("LocationsByIds")}
        except PlatformError as error:
            return [error for _ in ids]
        return [found.get(key) for key in ids]

    async def locations_page(self, query: ListQuery) -> Page:
        """Return all locations, inactive ones included."""
        return whole_list(await self.locations("LocationsPage"), query)

    async def locations(self, operation: str) -> list[Any]:
        """Return all locations; raises PlatformError."""
        if not await self._shop.has_sources():
            return [wares.whole_store(self._shop.seen())]
        found = await self._shop.walk("inventory/sources", operation, Search(orders=BY_SOURCE))
        made = self._shop.build(operation, found, lambda each: wares.location(each.row, each.seen))
        return [entity for each in made for entity in each]

    async def _levels(
        self, goods: Mapping[str, tuple[int, str]], operation: str, sources: Sequence[str] | None = None
    ) -> dict[str, list[Any] | PlatformError]:
        """Return the stock levels of variants, given by their keys with number and SKU of the product."""
        if not goods:
            return {}
        if not await self._shop.has_sources():
            return await self._legacy_levels(goods, operation, sources)
        skus = list(dict.fromkeys(sku for _, sku in goods.values()))
        asked = list(batches(skus, SKUS))
        answers = await asyncio.gather(*(self._source_items(batch, operation, sources) for batch in asked))
        items = {sku: each for batch, each in zip(asked, answers, strict=True) for sku in batch}
        return {key: _made(items[sku], key, product_id, sku) for key, (product_id, sku) in goods.items()}

    async def _source_items(self, skus: Sequence[str], operation: str, sources: Sequence[str] | None) -> list[Found] | PlatformError:
        groups: list[Group] = [among("sku", skus)]
        if sources is not None:
            groups.append(among("source_code", sources or [""]))
        try:
            return await self._shop.walk("inventory/source-items", operation, Search(tuple(groups), BY_SKU))
        except PlatformError as error:
            return error

    async def _legacy_levels(
        self, goods: Mapping[str, tuple[int, str]], operation: str, sources: Sequence[str] | None
    ) -> dict[str, list[Any] | PlatformError]:
        if sources is not None and wares.DEFAULT not in sources:
            return {}

        async def read(key: str, product_id: int, sku: str) -> list[Any] | PlatformError:
            seen = self._shop.seen()
            try:
                row = await self._shop.get(f"stockItems/{quote(sku, safe='')}", operation)
            except PlatformError as error:
                return error
            return [wares.legacy_level(row, key, product_id, seen)]

        made = await asyncio.gather(*(read(key, *each) for key, each in goods.items()))
        return dict(zip(goods, made, strict=True))


def _made(found: list[Found] | PlatformError, key: str, product_id: int, sku: str) -> list[Any] | PlatformError:
    """Return the levels of one variant among those of others; the platform's SKUs are the same whatever their case."""
    if isinstance(found, PlatformError):
        return found
    own = [each for each in found if (text(each.row.get("sku")) or "").casefold() == sku.casefold()]
    made = [attempt(lambda each: wares.level(each.row, key, product_id, each.seen), each) for each in own]
    return [each for each in made if each is not None]


def _readable(levels: list[Any] | PlatformError) -> list[Any] | PlatformError:
    """Leave out what can never be read: the stock of a SKU with a slash, in a store without the inventory modules."""
    return [] if isinstance(levels, PlatformError) and levels.category is Category.VALIDATION else levels


def _level(key: str, found: Mapping[str, Result]) -> Result:
    levels = found.get(key.partition(":")[0])
    if levels is None or isinstance(levels, PlatformError):
        return levels
    return next((each for each in levels if each.key_id == key), None)
