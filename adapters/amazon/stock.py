"""Reads stock: the seller's own along with the listings, Amazon's marketplace by marketplace for the SKUs that it keeps."""

import asyncio
from collections.abc import Sequence

from adapters.amazon import wares
from adapters.amazon.catalogue import Catalogue, raise_first
from adapters.amazon.manifest import STOCK_SKUS
from adapters.amazon.shop import Found, Result, Shop
from adapters.kit.failures import PlatformError
from adapters.kit.port import ListQuery, Page
from adapters.kit.slices import whole
from schema.inventory import InventoryLevel

Levels = list[InventoryLevel]


class Stock:
    """The stock of one seller."""

    def __init__(self, shop: Shop, catalogue: Catalogue) -> None:
        self._shop = shop
        self._catalogue = catalogue

    async def levels_of_variants(self, ids: Sequence[str]) -> Sequence[Result]:
        """Return all stock levels of each variant."""
        operation = "LevelsByVariantIds"
        found = await self._catalogue.listings(ids, operation)
        there = {sku: each for sku, each in found.items() if isinstance(each, Found) and wares.is_variant(each.row)}
        amazons = await self._at_amazon(there, operation)
        levels: dict[str, Result] = {sku: each for sku, each in found.items() if isinstance(each, PlatformError)}
        for sku, each in there.items():
            kept = amazons.get(sku, [])
            levels[sku] = kept if isinstance(kept, PlatformError) else [*wares.own_levels(each.row, each.seen), *kept]
        return [levels.get(key) for key in ids]

    async def levels_by_ids(self, ids: Sequence[str]) -> Sequence[Result]:
        """Return stock levels; their ids end with their SKU."""
        skus = [wares.sku_of_level(key) for key in ids]
        found = await self.levels_of_variants(skus)
        return [_among(key, siblings) for key, siblings in zip(ids, found, strict=True)]

    async def levels_page(self, query: ListQuery) -> Page:
        """Return a page of stock levels by the number of their SKU; those of some variants are read whole."""
        if query.filter.variants is not None:
            found = raise_first(await self.levels_of_variants(list(dict.fromkeys(query.filter.variants))))
            return whole([level for levels in found for level in levels], query)
        return await self._catalogue.numbered(query, self.levels_of_variants)

    async def locations_by_ids(self, ids: Sequence[str]) -> Sequence[Result]:
        """Return locations."""
        known = {each.key_id: each for each in wares.locations(self._shop.seen(), await self._shop.marketplaces())}
        return [known.get(key) for key in ids]

    async def locations_page(self, query: ListQuery) -> Page:
        """Return all locations."""
        return whole(wares.locations(self._shop.seen(), await self._shop.marketplaces()), query)

    async def _at_amazon(self, listings: dict[str, Found], operation: str) -> dict[str, Levels | PlatformError]:
        """Return what Amazon keeps, by SKU. Only marketplaces a SKU is listed in are asked."""
        kept = {sku: each for sku, each in listings.items() if wares.channels_of(each.row) - {wares.OWN}}
        asked = []
        for marketplace in await self._shop.marketplaces():
            here = [sku for sku, each in kept.items() if marketplace in wares.places_of(each.row)]
            asked += [(marketplace, batch) for batch in _batches(here)]
        answers = await asyncio.gather(*(self._of_marketplace(marketplace, batch, operation) for marketplace, batch in asked))
        found: dict[str, Levels | PlatformError] = {}
        for (_, batch), answer in zip(asked, answers, strict=True):
            for sku in batch:
                before = found.get(sku, [])
                if isinstance(before, PlatformError) or isinstance(answer, PlatformError):
                    found[sku] = before if isinstance(before, PlatformError) else answer
                else:
                    found[sku] = [*before, *(level for level in answer if level.variant_key_id == sku)]
        return found

    async def _of_marketplace(self, marketplace: str, skus: Sequence[str], operation: str) -> Levels | PlatformError:
        try:
            found = await self._shop.stock(marketplace, skus, operation)
        except PlatformError as error:
            return error
        return self._shop.build(operation, found, lambda row, seen: wares.amazons_level(row, marketplace, seen))


def _batches(skus: Sequence[str]) -> list[list[str]]:
    """Return lists of SKUs to ask for at once; one with a comma, which joins a list, is asked for alone."""
    plain = [sku for sku in skus if "," not in sku]
    together = [plain[begin : begin + STOCK_SKUS] for begin in range(0, len(plain), STOCK_SKUS)]
    return [*together, *([sku] for sku in skus if "," in sku)]


def _among(key: str, siblings: Result) -> Result:
    if siblings is None or isinstance(siblings, PlatformError):
        return siblings
    return next((each for each in siblings if each.key_id == key), None)
