"""WooCommerce's products, variations and stock in canonical words. Pure, like `mapping`.

A ware is a row that has a price and stock: a product in one form, or a variation. `variable` products are only the roof over theirs.
"""

import re

from adapters.woocommerce import manifest
from adapters.woocommerce.extras import WooCommerceProductExtras, WooCommerceVariantExtras
from adapters.woocommerce.mapping import PLATFORM, variant_key
from adapters.woocommerce.refusals import gone
from adapters.woocommerce.values import (
    Json,
    Seen,
    flag,
    identity,
    leftovers,
    moment,
    money,
    names,
    number,
    rows,
    text,
    texts,
    whole,
)
from schema.inventory import InventoryLevel, Location
from schema.products import Product, ProductOption, ProductStatus, ProductVariant, SelectedOption, Weight

STORE = "store"  # key id of the one location that stands for the whole shop
KEY = re.compile(r"[1-9]\d{0,17}(-[1-9]\d{0,17})?", re.ASCII)
ANY_OPTION = "Any"  # a variation may leave an option open

PRODUCT_KNOWN = frozenset({
    "id", "name", "slug", "date_created", "date_created_gmt", "date_modified", "date_modified_gmt", "type", "status",
    "catalog_visibility", "description", "sku", "price", "regular_price", "sale_price", "total_sales", "manage_stock",
    "stock_quantity", "stock_status", "backorders", "backorders_allowed", "weight", "shipping_required",
    "global_unique_id", "parent_id", "images", "image", "attributes", "variations", "tags", "categories",
    "price_html", "related_ids", "meta_data", "virtual", "_links",
})  # fmt: skip


def product(row: Json, seen: Seen) -> Product | None:
    """Map a product."""
    product_id = identity(row.get("id"))
    if product_id is None:
        return None
    word, images = text(row.get("status")) or "", rows(row.get("images"))
    categories, brands = names(row.get("categories")), names(row.get("brands"))
    return Product(
        **seen.ids(str(product_id), product_id),
        raw=leftovers(row, PRODUCT_KNOWN),
        title=text(row.get("name")) or "",
        handle=text(row.get("slug")),
        status=manifest.PRODUCT_STATUSES.get(word, ProductStatus.OTHER),
        platform_status=word,
        description_html=text(row.get("description")),
        vendor=brands[0] if brands else None,
        product_type=categories[0] if categories else None,
        tags=names(row.get("tags")),
        options=[
            ProductOption(name=text(each.get("name")) or "", values=texts(each.get("options")))
            for each in rows(row.get("attributes"))
            if each.get("variation") is True
        ],
        image_url=next((source for each in images if (source := text(each.get("src")))), None),
        created_at=moment(row.get("date_created_gmt")),
        updated_at=moment(row.get("date_modified_gmt")),
        published_at=None,
        extras=WooCommerceProductExtras(
            platform=PLATFORM,
            type=text(row.get("type")),
            catalog_visibility=text(row.get("catalog_visibility")),
            categories=categories,
            stock_status=text(row.get("stock_status")),
            backorders=text(row.get("backorders")),
            total_sales=whole(row.get("total_sales")),
        ),
    )


def variant(row: Json, currency: str, seen: Seen) -> ProductVariant | None:
    """Map a ware; its prices are in the shop's `currency`."""
    key = ware_key(row)
    if key is None:
        return None
    variation = is_variation(row)
    options = [SelectedOption(name=text(each.get("name")) or "", value=text(each.get("option")) or ANY_OPTION) for each in _chosen(row)]
    weight, place = number(row.get("weight")), whole(row.get("menu_order"))
    stock = level(row, seen)
    virtual = flag(row.get("virtual"))
    return ProductVariant(
        **seen.ids(key, _number(row)),
        product_key_id=key.partition("-")[0],
        known_levels=None if stock is None else [stock],
        raw=leftovers(row, PRODUCT_KNOWN),
        title=", ".join(each.value for each in options) or text(row.get("name")) or "",
        sku=text(row.get("sku")),
        barcode=text(row.get("global_unique_id")),
        price=money(row.get("price"), currency),
        compare_at_price=money(row.get("regular_price"), currency) if row.get("on_sale") is True else None,
        options=options,
        position=(place or None) if variation else 1,
        weight=None if weight is None else Weight(value=weight, unit=None),
        requires_shipping=None if virtual is None else not virtual,
        inventory_tracked=tracked(row),
        sells_when_out_of_stock=flag(row.get("backorders_allowed")),
        created_at=moment(row.get("date_created_gmt")),
        updated_at=moment(row.get("date_modified_gmt")),
        extras=WooCommerceVariantExtras(
            platform=PLATFORM,
            regular_price=money(row.get("regular_price"), currency),
            sale_price=money(row.get("sale_price"), currency),
            stock_status=text(row.get("stock_status")),
            backorders=text(row.get("backorders")),
            shares_stock=row.get("manage_stock") == "parent",
        ),
    )


def level(row: Json, seen: Seen) -> InventoryLevel | None:
    """Map a ware's stock. Of stock held by the product the platform gives each of its variations the product's number."""
    key = ware_key(row)
    if key is None:
        return None
    counted = tracked(row)
    return InventoryLevel(
        **seen.ids(key, _number(row)),
        variant_key_id=key,
        location_key_id=STORE,
        available=whole(row.get("stock_quantity")) if counted else None,
        on_hand=None,
        committed=None,
        incoming=None,
        tracked=counted,
        updated_at=moment(row.get("date_modified_gmt")),
    )


def location(seen: Seen) -> Location:
    """Return the one location of a shop."""
    return Location(
        store_name=seen.store,
        key_id=STORE,
        observed_at=seen.at,
        platform_id=STORE,
        name="Store",
        is_active=True,
        fulfils_online_orders=None,
        address=None,
        created_at=None,
        updated_at=None,
    )


def is_variation(row: Json) -> bool:
    """Say whether a row is a variation of a product."""
    return row.get("type") == "variation"


def is_roof(row: Json) -> bool:
    """Say whether a product is sold through its variations only; plugins have kinds of such products of their own."""
    return bool(row.get("variations")) or (text(row.get("type")) or "").startswith("variable")


def ware_key(row: Json) -> str | None:
    """Return a ware's key id, None when it lacks one."""
    own, above = identity(row.get("id")), identity(row.get("parent_id"))
    if own is None or (is_variation(row) and above is None):
        return None
    return variant_key(above, own) if is_variation(row) and above else str(own)


def place(key: str) -> tuple[str, str]:
    """Return the collection a ware is in, and its id there: what `ware_key` put together. Raises PlatformError for what is no such id."""
    if not KEY.fullmatch(key):
        raise gone()
    above, dash, own = key.partition("-")
    return (f"products/{above}/variations", own) if dash else ("products", above)


def pool(key: str, row: Json) -> str:
    """Return the key id of what holds a ware's stock: itself, or its product."""
    return key.partition("-")[0] if row.get("manage_stock") == "parent" else key


def tracked(row: Json) -> bool | None:
    """Say whether a ware's stock is counted, by itself or by its product."""
    counted = row.get("manage_stock")
    return True if counted == "parent" else flag(counted)


def _number(row: Json) -> int:
    return identity(row.get("id")) or 0


def _chosen(row: Json) -> list[Json]:
    """Return what tells a variation from its sisters; the attributes of a product in one form are a mere description."""
    return rows(row.get("attributes")) if is_variation(row) else []
