"""Reads products, variants and stock. Items come 25 SKUs at once, groups and offers one by one: a price costs a call.

Nothing orders or narrows the list of items, so all SKUs are read as an index, kept for a minute, and walked by a number made of each key.
"""

import json
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from adapters.ebay import wares
from adapters.ebay.account import Account, Found, Listing, Result, among, raise_first
from adapters.ebay.inventory import Inventory
from adapters.ebay.manifest import INVENTORY, PAGE
from adapters.ebay.values import Json, Seen, number_of, text, texts
from adapters.kit.failures import PlatformError
from adapters.kit.port import ListQuery, Page
from adapters.kit.rows import attempt
from adapters.kit.slices import whole

INDEX_NAME, INDEX_SECONDS = "index", 60.0
INDEX = Listing(f"{INVENTORY}/inventory_item", "ItemIndex", "inventoryItems", "sku", PAGE, by_page=True)

Read = Callable[[Sequence[str]], Awaitable[Sequence[Result]]]


@dataclass(frozen=True, slots=True)
class _Owner:
    """What a product is: a group, or an item in none; and its SKUs, in the seller's order."""

    found: Found
    group: Found | None
    skus: list[str]


class Catalogue:
    """The products of one seller."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._inventory = Inventory(account)

    async def products_by_ids(self, ids: Sequence[str]) -> Sequence[Result]:
        """Return products; the key of a SKU in a group leads to the group's product."""
        owners = await self._owners(ids, "ProductsByIds")
        # All SKUs of a group are one listing: the offers of the first speak for all.
        spokesmen = {key: each.skus[0] for key, each in owners.items() if isinstance(each, _Owner) and each.skus}
        offers = await self._inventory.offers(spokesmen.values(), "ProductsByIds")
        return [_product(owners.get(key), offers.get(spokesmen.get(key, ""))) for key in ids]

    async def products_page(self, query: ListQuery) -> Page:
        """Return a page of products by number."""
        keys = [wares.GROUP + group if group else wares.SKU + sku for sku, group in await self._index()]
        return await _numbered(query, dict.fromkeys(keys), self.products_by_ids)

    async def variants_by_ids(self, ids: Sequence[str]) -> Sequence[Result]:
        """Return variants with their prices."""
        found = await self._variants(ids, "VariantsByIds", {})
        return [found.get(key) for key in ids]

    async def variants_of_products(self, ids: Sequence[str]) -> Sequence[Result]:
        """Return all variants of each product, in the seller's order."""
        owners = await self._owners(ids, "VariantsByProductIds")
        there = {key: each for key, each in owners.items() if isinstance(each, _Owner)}
        groups: dict[str, Found | PlatformError] = {key: each.group for each in there.values() if each.group and (key := _group_key(each))}
        found = await self._variants([sku for each in there.values() for sku in each.skus], "VariantsByProductIds", groups)
        return [_all(there[key].skus, found) if key in there else owners.get(key) for key in ids]

    async def variants_page(self, query: ListQuery) -> Page:
        """Return a page of variants by number; those of some SKUs or of one product are read whole."""
        if query.filter.product is not None:
            found = raise_first(await self.variants_of_products([query.filter.product]))
            return whole(found[0] if found else [], query)
        if query.filter.skus is not None:
            return whole(raise_first(await self.variants_by_ids(list(dict.fromkeys(query.filter.skus)))), query)
        return await _numbered(query, (sku for sku, _ in await self._index()), self.variants_by_ids)

    async def levels_by_ids(self, ids: Sequence[str]) -> Sequence[Result]:
        """Return stock levels; their ids end with their SKU."""
        skus = [wares.sku_of_level(key) for key in ids]
        found = await self._levels(skus, "LevelsByIds")
        return [among(key, siblings) for key, siblings in zip(ids, found, strict=True)]

    async def levels_of_variants(self, ids: Sequence[str]) -> Sequence[Result]:
        """Return all stock levels of each variant."""
        return await self._levels(ids, "LevelsByVariantIds")

    async def levels_page(self, query: ListQuery) -> Page:
        """Return a page of stock levels by the number of their SKU."""
        if query.filter.variants is not None:
            found = raise_first(await self.levels_of_variants(list(dict.fromkeys(query.filter.variants))))
            return whole([level for levels in found for level in levels], query)
        return await _numbered(query, (sku for sku, _ in await self._index()), self.levels_of_variants)

    async def _index(self) -> tuple[tuple[str, str | None], ...]:
        """Return every SKU with the group it is in."""
        return await self._account.session.remember(INDEX_NAME, self._read_index, INDEX_SECONDS)

    async def _read_index(self) -> tuple[tuple[str, str | None], ...]:
        found = await self._account.everything(INDEX) or []
        pairs = [(text(each.row.get("sku")), next(iter(wares.group_keys(each.row)), None)) for each in found]
        return tuple((sku, group) for sku, group in pairs if sku is not None)

    async def _owners(self, ids: Iterable[str], operation: str) -> dict[str, _Owner | PlatformError]:
        """Return what products are, by their keys; one that is absent is none."""
        keys = list(dict.fromkeys(ids))
        items = await self._inventory.items([key.removeprefix(wares.SKU) for key in keys if key.startswith(wares.SKU)], operation)
        groups_of = {
            wares.SKU + sku: found[0] for sku, each in items.items() if isinstance(each, Found) and (found := wares.group_keys(each.row))
        }
        groups_of |= {key: key.removeprefix(wares.GROUP) for key in keys if key.startswith(wares.GROUP)}
        groups = await self._inventory.groups(groups_of.values(), operation)
        singles = {wares.SKU + sku: each for sku, each in items.items()}
        owners = {key: _owner(groups.get(groups_of.get(key, "")), singles.get(key)) for key in keys}
        return {key: each for key, each in owners.items() if each is not None}

    async def _variants(self, skus: Iterable[str], operation: str, groups: dict[str, Found | PlatformError]) -> dict[str, Result]:
        """Return variants by their SKUs; `groups` are those already known."""
        items = await self._inventory.items(skus, operation)
        there = {sku: each for sku, each in items.items() if isinstance(each, Found)}
        groups_of = {sku: next(iter(wares.group_keys(each.row)), "") for sku, each in there.items()}
        groups = {**await self._inventory.groups((key for key in groups_of.values() if key not in groups), operation), **groups}
        offers = await self._inventory.offers(there, operation)
        found: dict[str, Result] = {sku: each for sku, each in items.items() if sku not in there}
        for sku, item in there.items():
            found[sku] = _variant(item, offers[sku], groups.get(groups_of[sku]))
        return found

    async def _levels(self, skus: Sequence[str], operation: str) -> list[Result]:
        items = await self._inventory.items(skus, operation)
        found = (items.get(sku) for sku in skus)
        return [attempt(lambda item: wares.levels(item.row, item.seen), each) if isinstance(each, Found) else each for each in found]


def _owner(group: Found | PlatformError | None, item: Found | PlatformError | None) -> _Owner | PlatformError | None:
    if isinstance(group, Found):
        return _Owner(group, group, texts(group.row.get("variantSKUs")))
    if isinstance(item, Found) and group is None:
        return _Owner(item, None, [str(item.row["sku"])])
    return group or (item if isinstance(item, PlatformError) else None)


def _group_key(owner: _Owner) -> str | None:
    return text(owner.group.row.get("inventoryItemGroupKey")) if owner.group else None


def _product(owner: _Owner | PlatformError | None, offers: list[Json] | PlatformError | None) -> Result:
    if not isinstance(owner, _Owner):
        return owner
    if isinstance(offers, PlatformError):
        return offers
    make: Callable[[Json, list[Json], Seen], Any] = wares.product_of_group if owner.group else wares.product_of_item
    return attempt(lambda found: make(found.row, offers or [], found.seen), owner.found)


def _variant(item: Found, offers: list[Json] | PlatformError, group: Found | PlatformError | None) -> Result:
    if isinstance(offers, PlatformError):
        return offers
    if isinstance(group, PlatformError):
        return group
    return attempt(lambda found: wares.variant(found.row, offers, group.row if group else None, found.seen), item)


def _all(skus: Sequence[str], found: dict[str, Result]) -> Result:
    """Return all of these variants, or why one of them could not be read."""
    there = [each for sku in skus if (each := found.get(sku)) is not None]
    return next((each for each in there if isinstance(each, PlatformError)), there)


async def _numbered(query: ListQuery, keys: Iterable[str], read: Read) -> Page:
    """Return a page of what the next keys are, by the keys' numbers."""
    descending = query.ordering.descending
    places = sorted(((number_of(key), key) for key in keys), reverse=descending)
    if query.cursor is not None:
        last = tuple(json.loads(query.cursor))
        places = [place for place in places if (place < last if descending else place > last)]
    elif isinstance(query.start, int):
        start = query.start
        places = [place for place in places if (place[0] <= start if descending else place[0] >= start)]
    given = places[: query.size]
    found = raise_first(await read([key for _, key in given]))
    flat = [entity for each in found for entity in (each if isinstance(each, list) else [each])]
    return Page(flat, json.dumps(given[-1]) if len(given) < len(places) else None)
