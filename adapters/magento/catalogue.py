"""Reads products and their variants. A form of a configurable product does not say what it is a form of, so lists keep an index of that."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from adapters.kit.failures import PlatformError
from adapters.kit.port import Filter, ListQuery, Page
from adapters.kit.rows import attempt
from adapters.kit.slices import whole as whole_list
from adapters.magento import wares
from adapters.magento.manifest import CONFIGURABLE, GROUPED, HIDDEN, PRODUCT_STATUSES, UNSOLD
from adapters.magento.mapping import variant_key
from adapters.magento.search import Group, Search, among, batches, containing, within, without
from adapters.magento.shop import PRODUCTS, Found, Listed, Shop, raise_first
from adapters.magento.timeline import page_of
from adapters.magento.values import Json, identity, part, rows, text, whole
from adapters.magento.wares import Attribute, Roof
from schema.errors import Category
from schema.products import ProductStatus

INDEX_SECONDS = 300.0
INDEX_FIELDS = "id,sku,type_id,extension_attributes[configurable_product_links,configurable_product_options]"

Result = Any | PlatformError | None
Roofs = Mapping[int, Sequence[Roof]]  # the configurable products above each product


class Catalogue:
    """The products and variants of one shop."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop

    async def products_by_ids(self, ids: Sequence[str]) -> Sequence[Result]:
        """Return products; forms of a configurable one are found, too."""
        found = await self.products(ids, "ProductsByIds")
        known = await self._known(each.row for each in found.values() if isinstance(each, Found))
        return self._shop.results(ids, found, lambda each: wares.product(each.row, known, each.seen))

    async def products_page(self, query: ListQuery) -> Page:
        """Return a page of products by one of their times, without those that only make up a configurable one."""
        groups = _narrowed(query.filter)
        if groups is None:
            return Page([], None)

        async def unfold(listed: Listed) -> list[list[Any]]:
            given = await self._complete(listed.rows, "ProductsPage")
            above = await self.roofs() if any(whole(row.get("visibility")) == HIDDEN for row in given) else {}
            shown = [row for row in given if not _only_a_form(row, above)]
            known = await self._known(shown)
            return self._shop.build("ProductsPage", shown, lambda row: wares.product(row, known, listed.seen))

        return await page_of(self._shop, PRODUCTS, "ProductsPage", query, groups, unfold)

    async def variants_by_ids(self, ids: Sequence[str]) -> Sequence[Result]:
        """Return variants; the key of one below a configurable product names that first."""
        found = await self.products({own for key in ids for own in key.split("-")}, "VariantsByIds")
        known = await self._known(each.row for each in found.values() if isinstance(each, Found))
        return [self._variant(key, found, known) for key in ids]

    async def variants_of_products(self, ids: Sequence[str]) -> Sequence[Result]:
        """Return all variants of each product, in the shop's order."""
        found = await self.products(ids, "VariantProducts")
        keys = {key: _keys_of(each.row) for key, each in found.items() if isinstance(each, Found)}
        inner = {own for each in keys.values() for key in each if (own := key.rpartition("-")[2]) not in found}
        found |= await self.products(inner, "VariantsByProductIds")
        known = await self._known(each.row for each in found.values() if isinstance(each, Found))
        return [self._variants(found.get(key), keys.get(key, []), found, known) for key in ids]

    async def variants_page(self, query: ListQuery) -> Page:
        """Return a page of variants by number or by last change; those of some SKUs or of one product are read whole."""
        wanted = query.filter
        if wanted.product is not None:
            found = raise_first([(await self.variants_of_products([wanted.product]))[0]])[0]
            return whole_list(found or [], query)
        if wanted.skus is not None:
            return whole_list(await self._by_skus(wanted.skus), query)

        async def unfold(listed: Listed) -> list[list[Any]]:
            return await self._all_variants(listed.rows, listed, "VariantsPage")

        groups = [without("type_id", UNSOLD), *within("updated_at", wanted.updated)]
        return await page_of(self._shop, PRODUCTS, "VariantsPage", query, groups, unfold)

    async def products(self, ids: Iterable[str], operation: str) -> dict[str, Found | PlatformError]:
        """Return rows of products by their ids, configurable ones with the ids of their variants."""
        found = await self._shop.by_ids(PRODUCTS, operation, ids)
        there = [(key, each) for key, each in found.items() if isinstance(each, Found)]
        whole_rows = await self._complete([each.row for _, each in there], operation)
        return found | {key: Found(row, each.seen) for (key, each), row in zip(there, whole_rows, strict=True)}

    async def roofs(self) -> Roofs:
        """Return what is above each product that makes up a configurable one."""
        found: Roofs = await self._shop.session.remember("roofs", self._roofs, INDEX_SECONDS)
        return found

    async def attribute(self, number: str) -> Attribute:
        """Return an attribute by its number; raises PlatformError."""
        return await self._shop.session.remember(f"attribute {number}", lambda: self._read_attribute(number))

    def keys(self, row: Json, above: Roofs) -> list[str]:
        """Return the keys of the variants a product is: that of its own unless it only makes up others."""
        product_id = identity(row.get("id"))
        if product_id is None or row.get("type_id") in UNSOLD:
            return []
        own = [] if _only_a_form(row, above) else [variant_key(product_id)]
        return own + [variant_key(product_id, each.id) for each in above.get(product_id, ())]

    async def _known(self, given: Iterable[Json]) -> wares.Catalogue:
        """Return what these rows need beside themselves."""
        numbers = {key for row in given for each in rows(_options(row)) if (key := text(each.get("attribute_id")))}
        return await self._with_attributes(numbers)

    async def _with_attributes(self, numbers: Iterable[str]) -> wares.Catalogue:
        wanted = sorted(numbers)
        (setting, zone), found = await asyncio.gather(self._shop.setting(), asyncio.gather(*(self.attribute(each) for each in wanted)))
        return wares.Catalogue(setting, zone, dict(zip(wanted, found, strict=True)))

    async def _read_attribute(self, number: str) -> Attribute:
        """Return an attribute, asked for by its number, which does as well as its code; one that can't be read has no words."""
        try:
            row = await self._shop.get(f"products/attributes/{quote(number, safe='')}", "Attribute")
        except PlatformError as error:
            if error.category not in {Category.AUTH, Category.VALIDATION}:
                raise
            row = {}
        options = rows(row.get("options"))
        words = {key: label for each in options if (key := text(each.get("value"))) and (label := text(each.get("label")))}
        return Attribute(text(row.get("attribute_code")), text(row.get("default_frontend_label")), words)

    async def _roofs(self) -> Roofs:
        search = Search((among("type_id", [CONFIGURABLE]),), fields=INDEX_FIELDS)
        found, _ = await self._shop.every(PRODUCTS, "Configurables", search)
        above: dict[int, list[Roof]] = {}
        for row in await self._complete([each.row for each in found], "Configurables"):
            if (roof := attempt(wares.roof, row)) is not None:
                for key in dict.fromkeys(roof.links):
                    above.setdefault(key, []).append(roof)
        return above

    async def _complete(self, given: Sequence[Json], operation: str) -> list[Json]:
        """Read those configurable products again, one by one, whose variants some stores keep for the single read.

        One with a slash in its SKU most servers refuse to read so: its variants stay products of their own.
        """

        async def complete(row: Json) -> Json:
            sku = text(row.get("sku"))
            if row.get("type_id") != CONFIGURABLE or sku is None or wares.roof(row) is not None:
                return row
            try:
                again = await self._shop.get(f"products/{quote(sku, safe='')}", operation)
            except PlatformError as error:
                if error.category is not Category.VALIDATION:
                    raise
                return row
            return again if isinstance(again, dict) else row

        return list(await asyncio.gather(*(complete(row) for row in given)))

    async def _by_skus(self, skus: Sequence[str]) -> list[Any]:
        """Return the variants with these SKUs."""
        searches = [Search((among("sku", batch),)) for batch in batches(each for each in skus if each)]
        parts = await asyncio.gather(*(self._shop.every(PRODUCTS, "VariantsBySku", search) for search in searches))
        found = [each for listed, _ in parts for each in listed]
        made = [await self._all_variants([each.row for each in found], Listed([], self._shop.seen(), more=False, width=0), "VariantsBySku")]
        return [entity for listed in made for each in listed for entity in each]

    async def _all_variants(self, given: Sequence[Json], listed: Listed, operation: str) -> list[list[Any]]:
        above = await self.roofs()
        known = await self._with_attributes({key for row in given for each in _above(row, above) for key, _ in each.attributes})

        def make(row: Json) -> list[Any]:
            roofs: list[Roof | None] = [None] if not _only_a_form(row, above) else []
            made = [wares.variant(row, roof, known, listed.seen) for roof in (*roofs, *_above(row, above))]
            return [each for each in made if each is not None]

        return self._shop.build(operation, [row for row in given if row.get("type_id") not in UNSOLD], make)

    def _variant(self, key: str, found: Mapping[str, Found | PlatformError], known: wares.Catalogue) -> Result:
        above, _, own = key.rpartition("-")
        row = found.get(own)
        if not isinstance(row, Found):
            return row
        if not above:
            return None if row.row.get("type_id") in UNSOLD else attempt(lambda each: wares.variant(each.row, None, known, each.seen), row)
        outer = found.get(above)
        if not isinstance(outer, Found):
            return outer
        roof = attempt(wares.roof, outer.row)
        if roof is None or identity(row.row.get("id")) not in roof.links:
            return None
        return attempt(lambda each: wares.variant(each.row, roof, known, each.seen), row)

    def _variants(
        self, outer: Found | PlatformError | None, keys: Sequence[str], found: Mapping[str, Found | PlatformError], known: wares.Catalogue
    ) -> Result:
        if not isinstance(outer, Found):
            return outer
        made = [self._variant(key, found, known) for key in keys]
        failed = next((each for each in made if isinstance(each, PlatformError)), None)
        return failed or [each for each in made if each is not None]


def _only_a_form(row: Json, above: Roofs) -> bool:
    """Say whether a product is shown only as a form of a configurable one."""
    return whole(row.get("visibility")) == HIDDEN and identity(row.get("id")) in above


def _above(row: Json, above: Roofs) -> Sequence[Roof]:
    product_id = identity(row.get("id"))
    return above.get(product_id, ()) if product_id else ()


def _options(row: Json) -> object:
    return part(row, "extension_attributes").get("configurable_product_options")


def _keys_of(row: Json) -> list[str]:
    """Return the keys of a product's variants."""
    product_id = identity(row.get("id"))
    if product_id is None or row.get("type_id") == GROUPED:
        return []
    if row.get("type_id") != CONFIGURABLE:
        return [variant_key(product_id)]
    roof = wares.roof(row)
    return [variant_key(key, product_id) for key in dict.fromkeys(roof.links)] if roof else []


def _narrowed(wanted: Filter) -> list[Group] | None:
    """Return what of a filter the platform answers; None when no product can fit."""
    groups = [*within("created_at", wanted.created), *within("updated_at", wanted.updated)]
    if wanted.statuses is not None and ProductStatus.OTHER not in wanted.statuses:
        words = [word for word, status in PRODUCT_STATUSES.items() if status in wanted.statuses]
        if not words:
            return None
        groups.append(among("status", words))
    if wanted.text:
        groups.append(containing(("name", "sku"), wanted.text))
    return groups
