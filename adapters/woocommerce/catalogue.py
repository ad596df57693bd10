"""Reads products, their variants and the stock of these. Products in one form come from one list, variations from another.

Where the store is too old to list all variations at once, they are asked for product by product.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from adapters.kit.failures import PlatformError
from adapters.kit.port import Filter, ListQuery, Page
from adapters.kit.slices import whole
from adapters.woocommerce import wares
from adapters.woocommerce.manifest import PAGE, PRODUCT_STATUSES, TRASH, UNLISTED
from adapters.woocommerce.seek import ranked
from adapters.woocommerce.shop import Found, Listed, Shop, raise_first
from adapters.woocommerce.streams import page_of
from adapters.woocommerce.timeline import Unfold, changed_within, timeline
from adapters.woocommerce.values import Json, Seen, identity
from schema.errors import Category

SKUS = 50  # of one call: fewer than a page, since a shop may have lifted the rule that they are unique
INDEX_SECONDS = 300.0
INDEX_FIELDS = {"_fields": "id,type,variations"}

Result = Any | PlatformError | None
Make = Callable[[Json, Seen], Any]


class Catalogue:
    """The products, variants and stock of one shop."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop

    async def products_by_ids(self, ids: Sequence[str]) -> Sequence[Result]:
        """Return products, those in the bin included."""
        found = await self._products(ids, "ProductsByIds")
        return self._shop.results(ids, found, lambda each: wares.product(each.row, each.seen))

    async def products_page(self, query: ListQuery) -> Page:
        """Return a page of products by one of their times."""
        search = {"search": query.filter.text} if query.filter.text else {}
        unfold = self._unfold("ProductsPage", wares.product)
        lists = [{**search, "status": status} for status in _statuses(query.filter)]
        return await page_of(query, [timeline(self._shop, "products", "ProductsPage", query, unfold, params) for params in lists])

    async def variants_by_ids(self, ids: Sequence[str]) -> Sequence[Result]:
        """Return variants with their prices in the shop's currency."""
        return await self._by_ids(ids, "VariantsByIds", await self._variant())

    async def levels_by_ids(self, ids: Sequence[str]) -> Sequence[Result]:
        """Return stock levels; a level has its variant's id."""
        return await self._by_ids(ids, "LevelsByIds", wares.level)

    async def levels_of_variants(self, ids: Sequence[str]) -> Sequence[Result]:
        """Return the one stock level of each variant."""
        found = await self._by_ids(ids, "LevelsByVariantIds", wares.level)
        return [each if each is None or isinstance(each, PlatformError) else [each] for each in found]

    async def variants_of_products(self, ids: Sequence[str]) -> Sequence[Result]:
        """Return all variants of each product, in the shop's order."""
        products = await self._products(ids, "VariantProducts")
        keys = {key: _variant_keys(each.row) for key, each in products.items() if isinstance(each, Found)}
        variations = await self.wares([key for each in keys.values() for key in each if "-" in key], "VariantsByProductIds")
        make = await self._variant()
        return [self._variants(key, products, keys, variations, make) for key in ids]

    async def variants_page(self, query: ListQuery) -> Page:
        """Return a page of variants by number or by last change; those of some SKUs or of one product are read whole."""
        wanted = query.filter
        if wanted.product is not None:
            found = (await self.variants_of_products([wanted.product]))[0]
            return whole(raise_first([found])[0] or [], query)
        make = await self._variant()
        if wanted.skus is not None:
            return whole(await self._by_skus(wanted.skus, make), query)
        if query.ordering.by == "sequence":
            return await self._numbered(query, "VariantsPage", make)
        if not await self._shop.has("variations"):
            message = "Ordering variants by their last change needs WooCommerce 10.3 or later in this store; order them by id."
            raise PlatformError(Category.VALIDATION, message, code="UNSUPPORTED")
        unfold = self._unfold("VariantsPage", _ware_or_nothing(make))
        streams = [timeline(self._shop, path, "VariantsPage", query, unfold, {}) for path in ("products", "variations")]
        return await page_of(query, streams)

    async def levels_page(self, query: ListQuery) -> Page:
        """Return a page of stock levels by number."""
        wanted = query.filter
        if wanted.locations is not None and wares.STORE not in wanted.locations:
            return Page([], None)
        if wanted.variants is None:
            return await self._numbered(query, "LevelsPage", wares.level)
        found = await self.levels_by_ids(wanted.variants)
        return whole([each for each in raise_first(found) if each is not None], query)

    async def _products(self, ids: Iterable[str], operation: str) -> dict[str, Found | PlatformError]:
        return await self._shop.by_include("products", operation, ids, bin_too=True)

    async def _variant(self) -> Make:
        currency = await self._shop.currency()
        return lambda row, seen: wares.variant(row, currency, seen)

    async def _by_ids(self, keys: Sequence[str], operation: str, make: Make) -> list[Result]:
        found = await self.wares(keys, operation)
        return self._shop.results(keys, found, lambda each: make(each.row, each.seen))

    async def wares(self, keys: Sequence[str], operation: str) -> dict[str, Found | PlatformError]:
        """Return the rows of variants by their key ids; what is absent is none."""
        plain = [key for key in keys if "-" not in key]
        products, variations = await asyncio.gather(self._products(plain, operation), self._variations(keys, operation))
        single = {key: each for key, each in products.items() if isinstance(each, PlatformError) or not wares.is_roof(each.row)}
        return {**single, **variations}

    async def _variations(self, keys: Sequence[str], operation: str) -> dict[str, Found | PlatformError]:
        """Return variations by their key ids, all together where the store can, else product by product."""
        grouped: dict[str, list[str]] = {}
        for key in keys:
            above, dash, own = key.partition("-")
            if dash and identity(above):
                grouped.setdefault(above, []).append(own)
        if not grouped:
            return {}
        if await self._shop.has("variations"):
            found = await self._shop.by_include("variations", operation, [own for each in grouped.values() for own in each])
            return {f"{above}-{own}": found[own] for above, each in grouped.items() for own in each if _belongs(found.get(own), above)}
        parts = await asyncio.gather(*(self._children(above, each, operation) for above, each in grouped.items()))
        return {key: value for part in parts for key, value in part.items()}

    async def _children(self, above: str, ids: Sequence[str], operation: str) -> dict[str, Found | PlatformError]:
        found = await self._shop.by_include(f"products/{above}/variations", operation, ids)
        return {f"{above}-{own}": _under(each, above) for own, each in found.items() if not _gone(each)}

    def _variants(
        self,
        key: str,
        products: Mapping[str, Found | PlatformError],
        keys: Mapping[str, list[str]],
        variations: Mapping[str, Found | PlatformError],
        make: Make,
    ) -> Result:
        product = products.get(key)
        if not isinstance(product, Found):
            return product
        found = [product if each == key else variations.get(each) for each in keys[key]]
        failure = next((each for each in found if isinstance(each, PlatformError)), None)
        if failure is not None:
            return failure
        there = [each for each in found if isinstance(each, Found)]
        return [one for each in self._shop.build("Variants", there, lambda each: make(each.row, each.seen)) for one in each]

    async def _by_skus(self, skus: Sequence[str], make: Make) -> list[Any]:
        """Return the variants with these SKUs. The products' list finds variations too, but shows them in another shape: those are read
        again.
        """
        if any("," in sku for sku in skus):
            raise PlatformError(Category.VALIDATION, "WooCommerce can't be asked for a SKU with a comma in it.", code="UNSUPPORTED")
        wanted = [sku for sku in skus if sku]
        asked = [",".join(wanted[begin : begin + SKUS]) for begin in range(0, len(wanted), SKUS)]
        listed = await asyncio.gather(
            *(self._shop.ask("products", "VariantsBySku", {"sku": each, "per_page": str(PAGE), "orderby": "id"}) for each in asked)
        )
        rows = [Found(row, each.seen) for each in listed for row in each.rows]
        inner = [key for each in rows if wares.is_variation(each.row) and (key := wares.ware_key(each.row))]
        again = await self._variations(inner, "VariantsBySku")
        raise_first(again.values())
        there = [each for each in rows if not wares.is_variation(each.row) and not wares.is_roof(each.row)]
        there += [each for each in again.values() if isinstance(each, Found)]
        return [one for each in self._shop.build("VariantsBySku", there, lambda each: make(each.row, each.seen)) for one in each]

    async def _numbered(self, query: ListQuery, operation: str, make: Make) -> Page:
        """Return a page of wares by number."""
        if not await self._shop.has("variations"):
            return await self._numbered_by_index(query, operation, make)
        unfold = self._unfold(operation, _ware_or_nothing(make))
        params = changed_within(query.filter.updated)
        return await page_of(query, [ranked(self._shop, path, operation, query, unfold, params) for path in ("products", "variations")])

    async def _numbered_by_index(self, query: ListQuery, operation: str, make: Make) -> Page:
        """Return a page of wares by number of a store that lists variations only product by product: products name theirs."""
        if query.cursor is None:
            self._shop.session.forget("ware keys")
        index = await self._shop.session.remember("ware keys", lambda: self._index(query), INDEX_SECONDS)
        descending = query.ordering.descending
        begin = int(query.cursor) if query.cursor else query.start
        ahead = [key for number, key in (reversed(index) if descending else index) if _follows(number, begin, query)]
        chosen = ahead[: query.size]
        found = await self.wares(chosen, operation)
        raise_first(found.values())
        there = [ware for key in chosen if isinstance(ware := found.get(key), Found)]
        rows = [one for each in self._shop.build(operation, there, lambda each: make(each.row, each.seen)) for one in each]
        return Page(rows, chosen[-1].rpartition("-")[2] if len(ahead) > len(chosen) else None)

    async def _index(self, query: ListQuery) -> list[tuple[int, str]]:
        """Return the number and key id of every ware, in order."""
        everything = ListQuery(query.ordering, 99)

        async def unfold(listed: Listed) -> list[list[Any]]:
            return [_variant_keys(row) for row in listed.rows]

        stream = ranked(self._shop, "products", "WareKeys", everything, unfold, INDEX_FIELDS)
        keys: list[str] = []
        place = None
        while True:
            leg = await stream(place)
            keys += [key for row in leg.rows for key in row.found]
            if leg.ended:
                return sorted((int(key.rpartition("-")[2]), key) for key in set(keys))
            place = leg.rows[-1].place

    def _unfold(self, operation: str, make: Make) -> Unfold:
        async def unfold(listed: Listed) -> list[list[Any]]:
            return self._shop.build(operation, listed.rows, lambda row: make(row, listed.seen))

        return unfold


def _ware_or_nothing(make: Make) -> Make:
    """Return a mapping that gives nothing for products that are sold through their variations only."""
    return lambda row, seen: [] if wares.is_roof(row) else make(row, seen)


def _variant_keys(row: Json) -> list[str]:
    """Return the key ids of a product's variants."""
    own = identity(row.get("id"))
    if own is None or not wares.is_roof(row):
        return [str(own)] if own else []
    return [f"{own}-{key}" for each in row.get("variations") or () if (key := identity(each))]


def _belongs(found: Found | PlatformError | None, above: str) -> bool:
    if found is None:
        return False
    return isinstance(found, PlatformError) or str(identity(found.row.get("parent_id"))) == above


def _under(found: Found | PlatformError, above: str) -> Found | PlatformError:
    """Write into a variation what older stores leave out: that it is one, and of which product."""
    if isinstance(found, PlatformError):
        return found
    return Found({**found.row, "type": "variation", "parent_id": int(above)}, found.seen)


def _gone(found: Found | PlatformError) -> bool:
    """Say whether a read failed only since the product is gone."""
    return isinstance(found, PlatformError) and found.code.endswith("invalid_id")


def _follows(number: int, begin: Any, query: ListQuery) -> bool:
    """Say whether a ware is still to come: a cursor names the last one given, a start the first one wanted."""
    if begin is None:
        return True
    beyond = number < begin if query.ordering.descending else number > begin
    return beyond or (number == begin and query.cursor is None)


def _statuses(wanted: Filter) -> list[str]:
    """Return the `status` of each list to be read; a list takes one word, and `any` hides the bin."""
    if wanted.statuses is None:
        return ["any"]
    words = [word for word, status in PRODUCT_STATUSES.items() if status in wanted.statuses and word not in UNLISTED]
    shown = [word for word in words if word != TRASH]
    if any(status.name == "OTHER" for status in wanted.statuses) or (len(shown) > 1 and "publish" in shown):
        shown = ["any"]
    return [*shown, TRASH] if TRASH in words else shown
