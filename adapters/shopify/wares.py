"""Shopify's catalogue in canonical words: products, variants, stock and locations. Pure, as `mapping` is."""

from adapters.shopify import manifest
from adapters.shopify.extras import ShopifyProductExtras, ShopifyVariantExtras
from adapters.shopify.values import Json, Seen, address, decimal, money, price, time
from schema.inventory import InventoryLevel, Location
from schema.products import Product, ProductOption, ProductStatus, ProductVariant, SelectedOption, Weight

PLATFORM = "shopify"


def product(node: Json, seen: Seen) -> Product:
    """Map a Product."""
    image = ((node.get("featuredMedia") or {}).get("preview") or {}).get("image") or {}
    return Product(
        **seen.ids(node),
        raw={},
        title=node["title"],
        handle=node.get("handle"),
        status=manifest.PRODUCT_STATUSES.get(node["status"], ProductStatus.OTHER),
        platform_status=node["status"],
        description_html=node.get("descriptionHtml"),
        vendor=node.get("vendor"),
        product_type=node.get("productType") or None,
        tags=node.get("tags") or [],
        options=[
            ProductOption(name=each["name"], values=[value["name"] for value in each.get("optionValues") or ()])
            for each in node.get("options") or ()
        ],
        image_url=image.get("url"),
        created_at=time(node.get("createdAt")),
        updated_at=time(node.get("updatedAt")),
        published_at=time(node.get("publishedAt")),
        extras=ShopifyProductExtras(
            platform=PLATFORM,
            category=(node.get("category") or {}).get("fullName"),
            is_gift_card=node.get("isGiftCard"),
            total_inventory=node.get("totalInventory"),
        ),
    )


def variant(node: Json, currency: str, seen: Seen) -> ProductVariant:
    """Map a ProductVariant; its prices are in the shop's `currency`."""
    item = node.get("inventoryItem") or {}
    weight = (item.get("measurement") or {}).get("weight")
    return ProductVariant(
        **seen.ids(node),
        product_key_id=node["product"]["id"],
        raw={},
        title=node["title"],
        sku=node.get("sku") or None,
        barcode=node.get("barcode") or None,
        price=price(node.get("price"), currency),
        compare_at_price=price(node.get("compareAtPrice"), currency),
        options=[SelectedOption(name=each["name"], value=each["value"]) for each in node.get("selectedOptions") or ()],
        position=node.get("position"),
        weight=Weight(value=decimal(weight["value"]), unit=weight["unit"]) if weight else None,
        requires_shipping=item.get("requiresShipping"),
        inventory_tracked=item.get("tracked"),
        sells_when_out_of_stock={"CONTINUE": True, "DENY": False}.get(node.get("inventoryPolicy") or ""),
        created_at=time(node.get("createdAt")),
        updated_at=time(node.get("updatedAt")),
        extras=ShopifyVariantExtras(
            platform=PLATFORM,
            inventory_item_id=item.get("id"),
            taxable=node.get("taxable"),
            unit_cost=money(item.get("unitCost")),
            country_of_origin=item.get("countryCodeOfOrigin"),
            harmonized_system_code=item.get("harmonizedSystemCode"),
        ),
    )


def level(node: Json, item: Json, variant_id: str | None, seen: Seen) -> InventoryLevel:
    """Map an InventoryLevel of an item. The numbers of an item that is not tracked mean nothing and become null."""
    tracked = item.get("tracked")
    counts = {each["name"]: each.get("quantity") for each in node.get("quantities") or ()} if tracked else {}
    return InventoryLevel(
        **seen.ids({"id": node["id"], "legacyResourceId": item.get("legacyResourceId")}),
        variant_key_id=variant_id,
        location_key_id=node["location"]["id"],
        available=counts.get("available"),
        on_hand=counts.get("on_hand"),
        committed=counts.get("committed"),
        incoming=counts.get("incoming"),
        tracked=tracked,
        updated_at=time(node.get("updatedAt")),
    )


def location(node: Json, seen: Seen) -> Location:
    """Map a Location; its address has its country's code under another name than a person's address."""
    place = node.get("address")
    return Location(
        **seen.ids(node),
        name=node["name"],
        is_active=node.get("isActive"),
        fulfils_online_orders=node.get("fulfillsOnlineOrders"),
        address=address({**place, "countryCodeV2": place.get("countryCode")}) if place else None,
        created_at=time(node.get("createdAt")),
        updated_at=time(node.get("updatedAt")),
    )
