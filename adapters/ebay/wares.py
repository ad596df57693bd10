"""eBay's inventory items, groups, offers and locations in canonical words. Pure, like `mapping`.

An item is a variant. A group of items is a product; an item in no group is a product of its own. Price and state are the offers'.
A product's key is `group:<key>` or `sku:<SKU>`; the latter also leads from a SKU in a group to the group's product.
"""

from collections.abc import Iterable, Sequence

from adapters.ebay import manifest
from adapters.ebay.extras import EbayOffer, EbayProductExtras, EbayVariantExtras
from adapters.ebay.values import PLATFORM, Json, Seen, address, flag, leftovers, money, number, record, rows, text, texts, whole
from schema.inventory import InventoryLevel, Location
from schema.products import Product, ProductOption, ProductStatus, ProductVariant, SelectedOption, Weight

GROUP, SKU = "group:", "sku:"
ANYWHERE = "*"  # key id of the location that stands for stock without one
NO_CODE = "does not apply"  # what eBay wants to be written where a ware has no barcode
CODES = ("upc", "ean", "isbn")

ITEM_KNOWN = frozenset({"sku", "condition", "product", "inventoryItemGroupKeys", "groupIds"})
PRODUCT_KNOWN = frozenset({"title", "description", "brand", "mpn", "epid", *CODES})
GROUP_KNOWN = frozenset({"inventoryItemGroupKey", "title", "description", "variantSKUs", "variesBy"})


def product_key(sku: str) -> str:
    """Return a key that leads to the product of a SKU."""
    return SKU + sku


def group_keys(item: Json) -> list[str]:
    """Return the groups an item is in; the first is its product."""
    return texts(item.get("inventoryItemGroupKeys")) or texts(item.get("groupIds"))


def product_of_item(item: Json, offers: Sequence[Json], seen: Seen) -> Product | None:
    """Map an item in no group as a product."""
    sku, described = text(item.get("sku")), record(item.get("product"))
    if sku is None:
        return None
    return _product(
        seen, SKU + sku, sku, described, offers, None, text(item.get("condition")), [], text(described.get("brand")), _free(item)
    )


def product_of_group(group: Json, offers: Sequence[Json], seen: Seen) -> Product | None:
    """Map a group as a product; `offers` are those of one of its items, since all share one listing."""
    key = text(group.get("inventoryItemGroupKey"))
    if key is None:
        return None
    brands = texts(record(group.get("aspects")).get("Brand"))
    options = [
        ProductOption(name=text(each.get("name")) or "", values=texts(each.get("values")))
        for each in rows(record(group.get("variesBy")).get("specifications"))
    ]
    vendor = brands[0] if brands else None
    return _product(seen, GROUP + key, key, group, offers, key, None, options, vendor, leftovers(group, GROUP_KNOWN))


def variant(item: Json, offers: Sequence[Json], group: Json | None, seen: Seen) -> ProductVariant | None:
    """Map an item; its group tells by what it differs from its sisters."""
    sku, described = text(item.get("sku")), record(item.get("product"))
    if sku is None:
        return None
    options = _options(described, group)
    sisters = texts(group.get("variantSKUs")) if group else [sku]
    weight = record(record(item.get("packageWeightAndSize")).get("weight"))
    value, prices = number(weight.get("value")), record(_best(offers).get("pricingSummary"))
    stock = _stock(item)
    return ProductVariant(
        **seen.ids(sku, sku),
        product_key_id=GROUP + (text(group.get("inventoryItemGroupKey")) or "") if group else SKU + sku,
        known_levels=levels(item, seen),
        raw=_free(item),
        title=", ".join(each.value for each in options) or text(described.get("title")) or "",
        sku=sku,
        barcode=next((code for name in CODES for code in texts(described.get(name)) if code.casefold() != NO_CODE), None),
        price=money(prices.get("price")) or money(prices.get("auctionStartPrice")),
        compare_at_price=money(prices.get("originalRetailPrice")),
        options=options,
        position=sisters.index(sku) + 1 if sku in sisters else None,
        weight=None if value is None else Weight(value=value, unit=text(weight.get("unit"))),
        requires_shipping=None,
        inventory_tracked=True if stock else None,
        sells_when_out_of_stock=None,
        created_at=None,
        updated_at=None,
        extras=EbayVariantExtras(
            platform=PLATFORM,
            condition=text(item.get("condition")),
            mpn=text(described.get("mpn")),
            epid=text(described.get("epid")),
            quantity=whole(stock.get("quantity")),
            group_keys=group_keys(item),
            offers=[_offer(each) for each in offers],
        ),
    )


def levels(item: Json, seen: Seen) -> list[InventoryLevel]:
    """Map an item's stock: a row for each location, or one for all where it is not told apart."""
    sku, stock = text(item.get("sku")), _stock(item)
    if sku is None or not stock:
        return []
    spread = [(text(each.get("merchantLocationKey")), each) for each in rows(stock.get("availabilityDistributions"))]
    told = {key: each for key, each in spread if key is not None}
    return [_level(sku, key, each, seen) for key, each in (told or {ANYWHERE: stock}).items()]


def location(row: Json, seen: Seen) -> Location | None:
    """Map a location."""
    key = text(row.get("merchantLocationKey"))
    if key is None:
        return None
    return Location(
        **seen.ids(key, key),
        name=text(row.get("name")) or key,
        is_active=manifest.LOCATION_STATUSES.get(text(row.get("merchantLocationStatus")) or ""),
        fulfils_online_orders=True if manifest.ONLINE_LOCATIONS.intersection(texts(row.get("locationTypes"))) else None,
        address=address(record(row.get("location")).get("address"), phone=text(row.get("phone"))),
        created_at=None,
        updated_at=None,
    )


def anywhere(seen: Seen) -> Location:
    """Return the location of stock without one."""
    return Location(
        **seen.ids(ANYWHERE, ANYWHERE),
        name="Unassigned",
        is_active=True,
        fulfils_online_orders=None,
        address=None,
        created_at=None,
        updated_at=None,
    )


def sku_of_level(key: str) -> str:
    """Return the SKU a stock level's key ends with; locations have no slash in their keys."""
    return key.partition("/")[2]


def _product(
    seen: Seen,
    key: str,
    platform_id: str,
    described: Json,
    offers: Sequence[Json],
    group_key: str | None,
    condition: str | None,
    options: list[ProductOption],
    vendor: str | None,
    raw: Json,
) -> Product:
    word = _word(_best(offers))
    images = texts(described.get("imageUrls"))
    mapped = [_offer(each) for each in offers]
    return Product(
        **seen.ids(key, platform_id),
        raw=raw,
        title=text(described.get("title")) or "",
        handle=None,
        status=manifest.LISTING_STATUSES.get(word, ProductStatus.OTHER),
        platform_status=word,
        description_html=text(described.get("description")),
        vendor=vendor,
        product_type=None,
        tags=[],
        options=options,
        image_url=images[0] if images else None,
        created_at=None,
        updated_at=None,
        published_at=None,
        extras=EbayProductExtras(
            platform=PLATFORM,
            group_key=group_key,
            condition=condition,
            category_ids=_distinct(each.category_id for each in mapped),
            listing_ids=_distinct(each.listing_id for each in mapped),
            marketplaces=_distinct(each.marketplace_id for each in mapped),
        ),
    )


def _best(offers: Sequence[Json]) -> Json:
    """Return the offer that tells price and state: a published one before others, a fixed price before an auction."""
    ranked = sorted(
        offers, key=lambda each: (_word(each) != "ACTIVE", each.get("status") != manifest.PUBLISHED, each.get("format") == "AUCTION")
    )
    return ranked[0] if ranked else {}


def _word(offer: Json) -> str:
    """Return the state of an offer's listing; an offer that is not published has none."""
    listed = text(record(offer.get("listing")).get("listingStatus"))
    return listed if listed and offer.get("status") != manifest.UNPUBLISHED else text(offer.get("status")) or ""


def _offer(row: Json) -> EbayOffer:
    listing, prices = record(row.get("listing")), record(row.get("pricingSummary"))
    return EbayOffer(
        offer_id=text(row.get("offerId")),
        marketplace_id=text(row.get("marketplaceId")),
        format=text(row.get("format")),
        status=text(row.get("status")),
        category_id=text(row.get("categoryId")),
        price=money(prices.get("price")) or money(prices.get("auctionStartPrice")),
        available_quantity=whole(row.get("availableQuantity")),
        listing_id=text(listing.get("listingId")),
        listing_status=text(listing.get("listingStatus")),
        on_hold=flag(listing.get("listingOnHold")),
        sold_quantity=whole(listing.get("soldQuantity")),
    )


def _options(described: Json, group: Json | None) -> list[SelectedOption]:
    aspects = record(described.get("aspects"))
    names = [name for each in rows(record((group or {}).get("variesBy")).get("specifications")) if (name := text(each.get("name")))]
    return [SelectedOption(name=name, value=", ".join(values)) for name in names if (values := texts(aspects.get(name)))]


def _stock(item: Json) -> Json:
    return record(record(item.get("availability")).get("shipToLocationAvailability"))


def _level(sku: str, place: str, row: Json, seen: Seen) -> InventoryLevel:
    key = f"{place}/{sku}"
    return InventoryLevel(
        **seen.ids(key, key, sorted_by=sku),
        variant_key_id=sku,
        location_key_id=place,
        available=whole(row.get("quantity")),
        on_hand=None,
        committed=None,
        incoming=None,
        tracked=True,
        updated_at=None,
    )


def _free(item: Json) -> Json:
    """Return the free fields of an item, those of its description beside its own."""
    described = leftovers(record(item.get("product")), PRODUCT_KNOWN)
    return leftovers(item, ITEM_KNOWN) | ({"product": described} if described else {})


def _distinct(values: Iterable[str | None]) -> list[str]:
    return list(dict.fromkeys(each for each in values if each))
