"""Walmart's items, stock and ship nodes in canonical words. Pure: every function takes rows and returns an entity, or None.

An item is a variant. What Walmart groups is one product, whose key is the group's; an item alone is its own product.
"""

from collections.abc import Sequence
from typing import Any

import orjson

from adapters.walmart import manifest
from adapters.walmart.extras import WalmartProductExtras, WalmartVariantExtras
from adapters.walmart.manifest import PLATFORM, WALMART
from adapters.walmart.values import WHOLE, Json, Seen, address, at, counted, flag, leftovers, moment, money, rows, text, texts
from schema.inventory import InventoryLevel, Location
from schema.products import Product, ProductOption, ProductStatus, ProductVariant, SelectedOption

GROUP, ITEM = "group", "item"

ITEM_KNOWN = frozenset({
    "sku", "condition", "wpid", "upc", "gtin", "productName", "shelf", "productType", "price", "publishedStatus",
    "unpublishedReasons", "lifecycleStatus", "variantGroupId", "variantGroupInfo",
})  # fmt: skip


def product_key(item: Json) -> str | None:
    """Return the key id of the product an item belongs to."""
    group, sku = text(item.get("variantGroupId")), text(item.get("sku"))
    if group:
        return f"{GROUP}:{group}"
    return f"{ITEM}:{sku}" if sku else None


def split_key(key: str) -> tuple[str, str]:
    """Return a product's key id as its kind and the platform's id; both are "" when it is no such key."""
    kind, _, own = key.partition(":")
    return (kind, own) if kind in {GROUP, ITEM} and own else ("", "")


def product(items: Sequence[Json], seen: Seen) -> Product | None:
    """Map the items of a product; the primary one speaks for them, but the product is on sale when any of them is."""
    head = next((item for item in items if flag(at(item, "variantGroupInfo", "isPrimary"))), items[0] if items else {})
    key = product_key(head)
    if key is None:
        return None
    shown = next((item for item in items if _status(item) is ProductStatus.ACTIVE), head)
    group = text(head.get("variantGroupId"))
    return Product(
        **seen.ids(key, split_key(key)[1]),
        raw=leftovers(head, ITEM_KNOWN),
        title=text(head.get("productName")) or "",
        handle=None,
        status=_status(shown),
        platform_status=_word(shown),
        description_html=None,
        vendor=None,
        product_type=text(head.get("productType")),
        tags=[],
        options=_options(items) if group else [],
        image_url=None,
        created_at=None,
        updated_at=None,
        published_at=None,
        extras=WalmartProductExtras(
            platform=PLATFORM,
            variant_group_id=group,
            wpid=text(head.get("wpid")),
            published_status=text(shown.get("publishedStatus")),
            lifecycle_status=text(shown.get("lifecycleStatus")),
            unpublished_reasons=texts(at(shown, "unpublishedReasons", "reason")),
            shelf=_shelf(head),
            condition=text(head.get("condition")),
        ),
    )


def variant(item: Json, seen: Seen) -> ProductVariant | None:
    """Map an item."""
    sku, above = text(item.get("sku")), product_key(item)
    if sku is None or above is None:
        return None
    options = [SelectedOption(name=name, value=value) for name, value in _attributes(item)]
    gtin, upc = text(item.get("gtin")), text(item.get("upc"))
    return ProductVariant(
        **seen.ids(sku, sku),
        product_key_id=above,
        raw=leftovers(item, ITEM_KNOWN),
        title=", ".join(each.value for each in options) or text(item.get("productName")) or "",
        sku=sku,
        barcode=gtin or upc,
        price=money(item.get("price")),
        compare_at_price=None,
        options=options,
        position=None,
        weight=None,
        requires_shipping=None,
        inventory_tracked=True,
        sells_when_out_of_stock=None,
        created_at=None,
        updated_at=None,
        extras=WalmartVariantExtras(
            platform=PLATFORM,
            wpid=text(item.get("wpid")),
            gtin=gtin,
            upc=upc,
            condition=text(item.get("condition")),
            published_status=text(item.get("publishedStatus")),
            lifecycle_status=text(item.get("lifecycleStatus")),
            unpublished_reasons=texts(at(item, "unpublishedReasons", "reason")),
            variant_group_id=text(item.get("variantGroupId")),
            is_primary=flag(at(item, "variantGroupInfo", "isPrimary")),
        ),
    )


def levels(row: Json, seen: Seen) -> list[InventoryLevel]:
    """Map the stock of one SKU at the seller's nodes: what was sent there, less what is ordered and not shipped."""
    sku = text(row.get("sku"))
    nodes = [(text(node.get("shipNode")), node) for node in rows(row.get("nodes"))]
    return [
        _level(sku, key, seen, counted(node.get("availToSellQty")), counted(node.get("inputQty")), counted(node.get("reservedQty")))
        for key, node in nodes
        if sku and key
    ]


def walmart_levels(row: Json, seen: Seen) -> list[InventoryLevel]:
    """Map the stock of one SKU that Walmart itself keeps."""
    sku, nodes = text(row.get("sku")), rows(row.get("shipNodes"))
    if sku is None or not nodes:
        return []
    available, there = ([counted(node.get(name)) for node in nodes] for name in ("availToSellQty", "onHandQty"))
    changed = [found for node in nodes if (found := moment(node.get("modifiedDate")))]
    return [_level(sku, WALMART, seen, _sum(available), _sum(there), None, changed=max(changed, default=None))]


def location(row: Json, seen: Seen) -> Location | None:
    """Map a ship node."""
    node = text(row.get("shipNode"))
    if node is None:
        return None
    word = text(row.get("status"))
    return Location(
        **seen.ids(node, node, int(node) if WHOLE.fullmatch(node) else 0),
        name=text(row.get("shipNodeName")) or node,
        is_active=None if word is None else word.upper() == "ACTIVE",
        fulfils_online_orders=None,
        address=address(row.get("postalAddress")),
        created_at=None,
        updated_at=None,
    )


def walmart_location(seen: Seen) -> Location:
    """Return the location that stands for all of Walmart's own warehouses."""
    return Location(
        **seen.ids(WALMART, WALMART),
        name="Walmart Fulfillment Services",
        is_active=True,
        fulfils_online_orders=True,
        address=None,
        created_at=None,
        updated_at=None,
    )


def level_key(node: str, sku: str) -> str:
    """Return the key id of a stock level; a SKU may hold anything, a node no colon."""
    return f"{node}:{sku}"


def _level(
    sku: str, node: str, seen: Seen, available: int | None, there: int | None, held: int | None, *, changed: Any = None
) -> InventoryLevel:
    return InventoryLevel(
        **seen.ids(level_key(node, sku), level_key(node, sku)),
        variant_key_id=sku,
        location_key_id=node,
        available=available,
        on_hand=there,
        committed=held,
        incoming=None,
        tracked=True,
        updated_at=changed,
    )


def _sum(counts: Sequence[int | None]) -> int | None:
    known = [count for count in counts if count is not None]
    return sum(known) if known else None


def _status(item: Json) -> ProductStatus:
    life = text(item.get("lifecycleStatus"))
    status = manifest.LIFECYCLES.get(life, ProductStatus.OTHER) if life else None
    return status or manifest.PUBLISHED_STATUSES.get(text(item.get("publishedStatus")) or "", ProductStatus.OTHER)


def _word(item: Json) -> str:
    """Return the word the status comes from."""
    life = text(item.get("lifecycleStatus")) or ""
    return text(item.get("publishedStatus")) or life if manifest.LIFECYCLES.get(life, "") is None or not life else life


def _options(items: Sequence[Json]) -> list[ProductOption]:
    values: dict[str, dict[str, None]] = {}
    for item in items:
        for name, value in _attributes(item):
            values.setdefault(name, {})[value] = None
    return [ProductOption(name=name, values=list(found)) for name, found in values.items()]


def _attributes(item: Json) -> list[tuple[str, str]]:
    pairs = [(text(each.get("name")), text(each.get("value"))) for each in rows(at(item, "variantGroupInfo", "groupingAttributes"))]
    return [(name, value) for name, value in pairs if name and value]


def _shelf(item: Json) -> list[str]:
    """The shelf is a list written as a text."""
    try:
        return texts(orjson.loads(item.get("shelf") or "[]"))
    except (orjson.JSONDecodeError, TypeError):
        return []
