"""The catalogue in the platform's shapes: inventory items, item groups and offers, written from the wares when asked for."""

from typing import Any

from adapters.ebay.sandbox.seed.profiles import Profile
from adapters.ebay.sandbox.seed.wares import OFFERS, Ware
from adapters.ebay.sandbox.seed.words import PICKUP_STATES

FIRST_OFFER = 36_445_000_000
IMAGES = "https://images.example.com"
Json = dict[str, Any]


def item_row(profile: Profile, ware: Ware) -> Json:
    """Return the inventory item of a ware."""
    groups = {"inventoryItemGroupKeys": [ware.group]} if ware.group else {}
    if ware.item is not None:
        return {"sku": ware.sku, **ware.item, **groups}
    stock: Json = {"quantity": ware.stock}
    if profile.locations and ware.number % 6 != 5:
        stock["availabilityDistributions"] = spread(profile, ware.stock)
    availability: Json = {"shipToLocationAvailability": stock}
    if ware.number % 7 == 3:
        state = PICKUP_STATES[ware.number // 7 % len(PICKUP_STATES)]
        availability["pickupAtLocationAvailability"] = [
            {"availabilityType": state, "merchantLocationKey": "wh-2", "quantity": min(ware.stock, 2) if state == "IN_STOCK" else 0}
        ]
    item: Json = {
        "sku": ware.sku,
        "locale": profile.locale,
        "condition": ware.condition,
        "product": _product(ware),
        "availability": availability,
        "packageWeightAndSize": {
            "weight": {"value": 0.5 + ware.number % 9 * 0.25, "unit": "POUND" if profile.country == "US" else "KILOGRAM"},
            "dimensions": {
                "length": 10.0,
                "width": 5.0,
                "height": 2.0,
                "unit": "INCH" if profile.country == "US" else "CENTIMETER",
            },
        },
    }
    return item | groups


def group_row(key: str, wares: list[Ware]) -> Json:
    """Return the group of some wares, which vary by their aspects."""
    names = [name for name, _ in wares[0].aspects] if wares else []
    specifications = [{"name": name, "values": list(dict.fromkeys(dict(ware.aspects)[name] for ware in wares))} for name in names]
    first = wares[0] if wares else None
    return {
        "inventoryItemGroupKey": key,
        "title": first.title if first else key,
        "description": f"{first.title}, in many variants" if first else "",
        "aspects": {"Brand": [first.brand]} if first else {},
        "imageUrls": [f"{IMAGES}/{key.lower()}.jpg"],
        "variantSKUs": [ware.sku for ware in wares],
        "variesBy": {"aspectsImageVariesBy": names[:1], "specifications": specifications},
    }


def offer_rows(profile: Profile, ware: Ware) -> list[Json]:
    """Return the offers of a ware: none, one, or a fixed price beside an auction."""
    if ware.listings is not None:
        return ware.listings
    return [_offer(profile, ware, place) for place in range(len(OFFERS[ware.offers]))]


def offer_id(ware: Ware, place: int) -> str:
    """Return the id of an offer."""
    return str(FIRST_OFFER + ware.number * 10 + place)


def ware_number(offer: str) -> int:
    """Return the number of the ware that an offer with this id would be of."""
    return (int(offer) - FIRST_OFFER) // 10


def spread(profile: Profile, stock: int) -> list[Json]:
    """Deal a stock out over the enabled locations; the disabled one, the last of several, has none."""
    count = max(1, profile.locations - 1)
    shares = [stock // count + (place < stock % count) for place in range(count)]
    return [{"merchantLocationKey": f"wh-{place + 1}", "quantity": share} for place, share in enumerate(shares)]


def _product(ware: Ware) -> Json:
    aspects = {"Brand": [ware.brand], **{name: [text] for name, text in ware.aspects}}
    product: Json = {
        "title": ware.title,
        "description": f"{ware.title}. Checked by hand.",
        "aspects": aspects,
        "imageUrls": [f"{IMAGES}/{ware.sku.lower()}-{turn}.jpg" for turn in range(1, 2 + ware.number % 3)],
        "brand": ware.brand,
        "mpn": f"EX-{ware.number}",
    }
    if ware.number % 4:
        product["upc" if ware.number % 2 else "ean"] = [f"0{12_345_000_000 + ware.number:011d}"]
    return product


def _offer(profile: Profile, ware: Ware, place: int) -> Json:
    kind, status, listed, on_hold = OFFERS[ware.offers][place]
    auction = kind == "AUCTION"
    money = {"value": f"{ware.price / 100:.2f}", "currency": profile.currency}
    offer: Json = {
        "offerId": offer_id(ware, place),
        "sku": ware.sku,
        "marketplaceId": profile.marketplace,
        "format": kind,
        "availableQuantity": min(1, ware.offered) if auction else ware.offered,
        "categoryId": str(30_120 + ware.number % 9),
        "listingDescription": f"{ware.title}. Checked by hand.",
        "listingDuration": "DAYS_7" if auction else "GTC",
        "listingPolicies": {
            "fulfillmentPolicyId": "3000000000",
            "paymentPolicyId": "3000000001",
            "returnPolicyId": "3000000002",
            "eBayPlusIfEligible": False,
        },
        "merchantLocationKey": "wh-1",
        "pricingSummary": {"auctionStartPrice": money} if auction else {"price": money},
        "includeCatalogProductDetails": True,
        "hideBuyerDetails": False,
        "status": status,
    }
    if status == "PUBLISHED":
        listing = str(int(ware.listing_id) + place)
        offer["listing"] = {"listingId": listing, "listingStatus": listed, "soldQuantity": ware.number % 9}
        offer["listing"] |= {"listingOnHold": True} if on_hold else {}
    return offer
