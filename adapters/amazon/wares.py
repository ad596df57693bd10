"""Amazon's listings and stock in canonical words. Pure, like `mapping`.

A listing is a SKU with an entry for each marketplace it is in; where one value is wanted, that of the store's first marketplace is taken.
A product is the parent of a variation, which nobody can buy, or a SKU without a parent; every other SKU is a variant.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from adapters.amazon.extras import AmazonIssue, AmazonListing, AmazonOffer, AmazonProductExtras, AmazonVariantExtras
from adapters.amazon.manifest import MARKETPLACES, PRODUCT_STATUSES
from adapters.amazon.mapping import PLATFORM
from adapters.amazon.values import Json, Seen, moment, money, number, record, rows, text, texts, whole, without
from schema.inventory import InventoryLevel, Location
from schema.money import Money
from schema.products import Product, ProductOption, ProductStatus, ProductVariant, SelectedOption, Weight

OWN = "DEFAULT"  # Amazon's word for stock the seller keeps, and the key id of its location
AMAZONS = "FBA:"  # what key ids of Amazon's locations begin with; a marketplace follows
LISTING_KNOWN = frozenset({"sku", "offers", "issues", "fulfillmentAvailability"})
INBOUND = ("inboundWorkingQuantity", "inboundShippedQuantity", "inboundReceivingQuantity")

Markets = Sequence[str]  # marketplace ids, the home first


def product(row: Json, seen: Seen, markets: Markets) -> Product | None:
    """Map a listing that is a product; one with a parent is none."""
    sku = sku_of(row)
    if sku is None or not is_product(row):
        return None
    home = _home(row.get("summaries"), markets)
    words = _statuses(row)
    return Product(
        **seen.ids(sku, sku),
        raw=without(row, LISTING_KNOWN),
        title=text(home.get("itemName")) or _attribute(row, "item_name", markets) or "",
        handle=None,
        status=PRODUCT_STATUSES.get(frozenset(words), ProductStatus.OTHER),
        platform_status=" ".join(words),
        description_html=_attribute(row, "product_description", markets),
        vendor=_attribute(row, "brand", markets),
        product_type=text(home.get("productType")),
        tags=[],
        options=[ProductOption(name=name, values=[]) for name in _options(row)] if children_of(row) else [],
        image_url=text(record(home.get("mainImage")).get("link")),
        **_times(row),
        published_at=None,
        extras=AmazonProductExtras(
            platform=PLATFORM,
            asin=text(home.get("asin")),
            variation_theme=text(_theme(row).get("theme")),
            listings=_listings(row),
            issues=_issues(row),
        ),
    )


def variant(row: Json, seen: Seen, markets: Markets) -> ProductVariant | None:
    """Map a listing that can be bought; the parent of a variation is none."""
    sku = sku_of(row)
    if sku is None or not is_variant(row):
        return None
    home, parent = _home(row.get("summaries"), markets), parent_of(row)
    title = text(home.get("itemName")) or _attribute(row, "item_name", markets) or ""
    names = _options(row) if parent else []
    options = [SelectedOption(name=name, value=value) for name in names if (value := _attribute(row, name, markets))]
    channels = channels_of(row)
    return ProductVariant(
        **seen.ids(sku, sku),
        product_key_id=parent or sku,
        known_levels=None if channels - {OWN} else own_levels(row, seen),
        raw=without(row, LISTING_KNOWN),
        title=", ".join(each.value for each in options) or title,
        sku=sku,
        barcode=_attribute(row, "externally_assigned_product_identifier", markets),
        price=_price(row, markets),
        compare_at_price=None,
        options=options,
        position=None if parent else 1,
        weight=_weight(row, markets),
        requires_shipping=None,
        inventory_tracked=True if channels else None,
        sells_when_out_of_stock=None,
        **_times(row),
        extras=AmazonVariantExtras(
            platform=PLATFORM,
            asin=text(home.get("asin")),
            fnsku=text(home.get("fnSku")),
            condition=text(home.get("conditionType")),
            channels=sorted(channels),
            offers=[
                AmazonOffer(
                    marketplace_id=text(each.get("marketplaceId")), type=text(each.get("offerType")), price=money(each.get("price"))
                )
                for each in rows(row.get("offers"))
            ],
            listings=_listings(row),
            issues=_issues(row),
        ),
    )


def own_levels(row: Json, seen: Seen) -> list[InventoryLevel]:
    """Map what the seller keeps of a listing: one quantity for all marketplaces."""
    sku = sku_of(row)
    if sku is None:
        return []
    own = (each for each in rows(row.get("fulfillmentAvailability")) if each.get("fulfillmentChannelCode") == OWN)
    quantity = next((whole(each.get("quantity")) for each in own), None)
    return [_level(OWN, sku, seen, available=quantity, tracked=quantity is not None)] if OWN in channels_of(row) else []


def amazons_level(row: Json, marketplace: str, seen: Seen) -> InventoryLevel | None:
    """Map what Amazon keeps of a SKU for a marketplace."""
    sku, details = text(row.get("sellerSku")), record(row.get("inventoryDetails"))
    if sku is None:
        return None
    coming = _sum(whole(details.get(name)) for name in INBOUND)
    total = whole(row.get("totalQuantity"))
    return _level(
        AMAZONS + marketplace,
        sku,
        seen,
        available=whole(details.get("fulfillableQuantity")),
        on_hand=None if total is None or coming is None else total - coming,
        committed=whole(record(details.get("reservedQuantity")).get("pendingCustomerOrderQuantity")),
        incoming=coming,
        tracked=True,
        updated_at=moment(row.get("lastUpdatedTime")),
    )


def sku_of_level(key: str) -> str:
    """Return the SKU a stock level's key ends with."""
    return key.split(":", 2)[-1] if key.startswith(AMAZONS) else key.removeprefix(f"{OWN}:")


def locations(seen: Seen, markets: Markets) -> list[Location]:
    """Return the places that stand for the seller's own stock, and for Amazon's of each marketplace."""
    countries = {each: MARKETPLACES[each].country if each in MARKETPLACES else each for each in markets}
    named = {OWN: "Seller", **{AMAZONS + each: f"Amazon {country}" for each, country in countries.items()}}
    return [
        Location(
            **seen.ids(key, key),
            name=name,
            is_active=True,
            fulfils_online_orders=True,
            address=None,
            created_at=None,
            updated_at=None,
        )
        for key, name in named.items()
    ]


def sku_of(row: Json) -> str | None:
    """Return a listing's SKU, exactly: it is a key."""
    sku = row.get("sku")
    return sku if isinstance(sku, str) and sku else None


def is_product(row: Json) -> bool:
    """Say whether a listing is a product: the parent of a variation, or a SKU without a parent."""
    return parent_of(row) is None


def is_variant(row: Json) -> bool:
    """Say whether a listing can be bought: anything but the parent of a variation."""
    return not children_of(row)


def parent_of(row: Json) -> str | None:
    """Return the SKU of a variation's parent."""
    return next((sku for each in _variations(row) for sku in texts(each.get("parentSkus"))), None)


def children_of(row: Json) -> list[str]:
    """Return the SKUs of a parent's variations, in Amazon's order."""
    return list(dict.fromkeys(sku for each in _variations(row) for sku in texts(each.get("childSkus"))))


def channels_of(row: Json) -> frozenset[str]:
    """Return who keeps a SKU: the seller, or Amazon."""
    return frozenset(word for each in rows(row.get("fulfillmentAvailability")) if (word := text(each.get("fulfillmentChannelCode"))))


def places_of(row: Json) -> frozenset[str]:
    """Return the marketplaces a listing is in."""
    return frozenset(word for each in rows(row.get("summaries")) if (word := text(each.get("marketplaceId"))))


def _level(location: str, sku: str, seen: Seen, **numbers: Any) -> InventoryLevel:
    known: dict[str, Any] = {"available": None, "on_hand": None, "committed": None, "incoming": None, "updated_at": None, **numbers}
    key = f"{location}:{sku}"
    return InventoryLevel(**seen.ids(key, key, sorted_by=sku), variant_key_id=sku, location_key_id=location, **known)


def _variations(row: Json) -> list[Json]:
    found = [each for place in rows(row.get("relationships")) for each in rows(place.get("relationships"))]
    return [each for each in found if each.get("type") == "VARIATION"]


def _theme(row: Json) -> Json:
    return next((theme for each in _variations(row) if (theme := record(each.get("variationTheme")))), {})


def _options(row: Json) -> list[str]:
    return texts(_theme(row).get("attributes"))


def _home(value: object, markets: Markets, name: str = "marketplaceId") -> Json:
    """Return the entry of the first of the store's marketplaces that has one."""
    found = rows(value)
    ranks = {each: rank for rank, each in enumerate(markets)}
    return min(found, key=lambda each: ranks.get(str(each.get(name)), len(ranks)), default={})


def _attribute(row: Json, name: str, markets: Markets) -> str | None:
    value = _home(record(row.get("attributes")).get(name), markets, "marketplace_id").get("value")
    return text(value) if not isinstance(value, float) else str(value)


def _statuses(row: Json) -> list[str]:
    """Return the words of all marketplaces: what is on sale in one of them is on sale."""
    return sorted({word for each in rows(row.get("summaries")) for word in texts(each.get("status"))})


def _times(row: Json) -> dict[str, Any]:
    summaries = rows(row.get("summaries"))
    made = [found for each in summaries if (found := moment(each.get("createdDate")))]
    changed = [found for each in summaries if (found := moment(each.get("lastUpdatedDate")))]
    return {"created_at": min(made, default=None), "updated_at": max(changed, default=None)}


def _price(row: Json, markets: Markets) -> Money | None:
    """Return the price for everybody; where there is no offer just now, the one the seller has set."""
    offer = _home([each for each in rows(row.get("offers")) if each.get("offerType") == "B2C"], markets)
    if offer:
        return money(offer.get("price"))
    asked = [each for each in rows(record(row.get("attributes")).get("purchasable_offer")) if each.get("audience") in {None, "ALL"}]
    found = _home(asked, markets, "marketplace_id")
    schedule = [step for each in rows(found.get("our_price")) for step in rows(each.get("schedule"))]
    return money({"amount": schedule[0].get("value_with_tax"), "currencyCode": found.get("currency")}) if schedule else None


def _weight(row: Json, markets: Markets) -> Weight | None:
    found = _home(record(row.get("attributes")).get("item_weight"), markets, "marketplace_id")
    value = number(found.get("value"))
    return None if value is None else Weight(value=value, unit=text(found.get("unit")))


def _listings(row: Json) -> list[AmazonListing]:
    return [
        AmazonListing(marketplace_id=text(each.get("marketplaceId")), asin=text(each.get("asin")), status=texts(each.get("status")))
        for each in rows(row.get("summaries"))
    ]


def _issues(row: Json) -> list[AmazonIssue]:
    return [
        AmazonIssue(
            code=text(each.get("code")),
            message=text(each.get("message")),
            severity=text(each.get("severity")),
            actions=[word for found in rows(record(each.get("enforcements")).get("actions")) if (word := text(found.get("action")))],
        )
        for each in rows(row.get("issues"))
    ]


def _sum(values: Iterable[int | None]) -> int | None:
    known = list(values)
    return None if None in known else sum(value for value in known if value is not None)
