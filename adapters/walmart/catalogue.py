"""Reads items: as variants, and grouped as products. Walmart can't give several at once by id, so many are looked for in the whole list.

The list's cursor names a snapshot that lives for two minutes; within it pages are told apart by an offset, which reaches only so far: a
longer list is read in parts. Nothing of it can be ordered, so a list is given whole.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from adapters.kit.failures import PlatformError
from adapters.kit.port import ListQuery, Page
from adapters.kit.slices import whole
from adapters.walmart import wares
from adapters.walmart.manifest import FARTHEST, ITEMS_PAGE, LIFECYCLES, PUBLISHED_STATUSES
from adapters.walmart.shop import Found, Result, Shop, cheaper_whole, circle, no_list, raise_first, results
from adapters.walmart.values import rows, text
from adapters.walmart.values import whole as number
from adapters.walmart.wares import GROUP, ITEM
from schema.errors import Category

ITEMS = "/v3/items"
DEAD = frozenset({"INVALID_REQUEST", "INVALID_REQUEST_PARAM"})  # how a snapshot is refused that has gone
PARTS = (("lifecycleStatus", tuple(LIFECYCLES)), ("publishedStatus", tuple(PUBLISHED_STATUSES)))

Members = list[Found]


class Catalogue:
    """The items of one store."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop

    async def variants_by_ids(self, ids: Sequence[str]) -> Sequence[Any]:
        """Return items by SKU."""
        return results(ids, await self._items(ids, "VariantsByIds"), lambda each: wares.variant(each.row, each.seen))

    async def products_by_ids(self, ids: Sequence[str]) -> Sequence[Any]:
        """Return products; the key of an item that is in a group finds the group's."""
        return results(ids, await self._members(ids, "ProductsByIds"), _product)

    async def variants_of_products(self, ids: Sequence[str]) -> Sequence[Any]:
        """Return all items of each product."""
        found = await self._members(ids, "VariantsByProductIds")
        return results(ids, found, lambda members: self._shop.build("VariantsByProductIds", members, _variant))

    async def variants_page(self, query: ListQuery) -> Page:
        """Return all items, or those with some SKUs or of a product."""
        wanted = query.filter
        if wanted.skus is not None:
            found = raise_first((await self._items(wanted.skus, "VariantsPage")).values())
            return whole(self._shop.build("VariantsPage", [each for each in found if each is not None], _variant), query)
        if wanted.product is not None:
            members = raise_first((await self._members([wanted.product], "VariantsPage")).values())
            return whole(self._shop.build("VariantsPage", [each for found in members for each in found or ()], _variant), query)
        return whole(self._shop.build("VariantsPage", await self._all("VariantsPage"), _variant), query)

    async def products_page(self, query: ListQuery) -> Page:
        """Return all products."""
        found = _by_product(await self._all("ProductsPage"))
        return whole(self._shop.build("ProductsPage", found.values(), _product), query)

    async def _items(self, skus: Sequence[str], operation: str) -> dict[str, Result]:
        wanted = [sku for sku in dict.fromkeys(skus) if sku]
        if await self._all_is_cheaper(wanted):
            found = {str(text(each.row.get("sku"))): each for each in await self._all(operation)}
            return {sku: found.get(sku) for sku in wanted}
        return await self._shop.each(wanted, lambda sku: self._item(sku, operation))

    async def _item(self, sku: str, operation: str) -> Found | None:
        seen = self._shop.seen()
        body = await self._shop.one(ITEMS, sku, operation, "item", {"productIdType": "SKU"})
        found = rows(body.get("ItemResponse")) if isinstance(body, dict) else []
        return next((Found(row, seen) for row in found if text(row.get("sku")) == sku), None)

    async def _members(self, keys: Sequence[str], operation: str) -> dict[str, Members | PlatformError | None]:
        """Return the items of each product."""
        wanted = {key: split for key in dict.fromkeys(keys) if (split := wares.split_key(key))[0]}
        if await self._all_is_cheaper(list(wanted)):
            everything = await self._all(operation)
            products = _by_product(everything)
            owners = {str(text(each.row.get("sku"))): wares.product_key(each.row) for each in everything}
            return {key: products.get((owners.get(own) if kind == ITEM else key) or "") for key, (kind, own) in wanted.items()}
        items = await self._items([own for kind, own in wanted.values() if kind == ITEM], operation)
        groups = {own for kind, own in wanted.values() if kind == GROUP}
        groups |= {group for each in items.values() if isinstance(each, Found) and (group := text(each.row.get("variantGroupId")))}
        found = await self._shop.each(groups, lambda group: self._listed(operation, {"variantGroupId": group}))
        return {key: _of_product(items.get(own) if kind == ITEM else own, found) for key, (kind, own) in wanted.items()}

    async def _all_is_cheaper(self, keys: Sequence[str]) -> bool:
        """A call for the size of the list is worth its while only when there is something to choose."""
        if len(keys) <= 1:
            return False
        return cheaper_whole(keys, await self._shop.session.remember("items", self._size), ITEMS_PAGE)

    async def _size(self) -> int:
        body = await self._shop.ask(ITEMS, "ItemsCount", "items", {"nextCursor": "*", "limit": "1"})
        return (number(body.get("totalItems")) if isinstance(body, dict) else None) or 0

    async def _all(self, operation: str) -> Members:
        return await self._listed(operation, {})

    async def _listed(self, operation: str, params: Mapping[str, str]) -> Members:
        """Return a whole list, each SKU once; raises PlatformError when it is longer than Walmart shows."""
        try:
            found = await self._walked(operation, params)
        except PlatformError as error:
            if error.code not in DEAD:
                raise
            found = await self._walked(operation, params)  # the snapshot had died
        if isinstance(found, list):
            return list({text(each.row.get("sku")): each for each in reversed(found)}.values())[::-1]
        parts = [part for part in PARTS if part[0] not in params]
        listed = [await self._listed(operation, {**params, parts[0][0]: word}) for word in parts[0][1]] if parts else []
        members = [each for part in listed for each in part]
        if len(members) < found:
            message = f"Walmart shows at most {FARTHEST + ITEMS_PAGE} items of a kind; this store has more."
            raise PlatformError(Category.VALIDATION, message, code="TOO_MANY_ITEMS")
        return members

    async def _walked(self, operation: str, params: Mapping[str, str]) -> Members | int:
        """Return all rows of a list, or how many there are when its end can't be reached."""
        found: Members = []
        cursor, size = "*", 0
        while True:
            seen = self._shop.seen()
            place = {"offset": str(len(found))} if found else {}
            body = await self._shop.ask(ITEMS, operation, "items", {**params, "nextCursor": cursor, "limit": str(ITEMS_PAGE), **place})
            if body is None and not found:
                return found
            if not isinstance(body, dict) or not isinstance(body.get("ItemResponse"), list):
                raise no_list()
            got = rows(body["ItemResponse"])
            if found and got and got[0].get("sku") == found[0].row.get("sku"):
                raise circle()
            found += [Found(row, seen) for row in got]
            cursor, size = text(body.get("nextCursor")) or "", number(body.get("totalItems")) or size
            if len(found) >= size:
                return found
            if len(found) > FARTHEST:
                return size
            if not got or not cursor:
                raise no_list()


def _variant(found: Found) -> Any:
    return wares.variant(found.row, found.seen)


def _product(members: Members) -> Any:
    return wares.product([each.row for each in members], members[0].seen) if members else None


def _by_product(found: Members) -> dict[str, Members]:
    products: dict[str, Members] = {}
    for each in found:
        if key := wares.product_key(each.row):
            products.setdefault(key, []).append(each)
    return products


def _of_product(own: str | Result, groups: Mapping[str, Any]) -> Members | PlatformError | None:
    """Return the items of a product, whose group or item is `own`."""
    if isinstance(own, str):
        return groups.get(own) or None
    if own is None or isinstance(own, PlatformError):
        return own
    group = text(own.row.get("variantGroupId"))
    return groups.get(group) or [own] if group else [own]
