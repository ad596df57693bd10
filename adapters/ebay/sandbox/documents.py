"""What the documents of the catalogue say when somebody reads or changes them: stock, listings, and what differs between two of them."""

from typing import Any

from adapters.ebay.sandbox.seed.wares import Ware

Json = dict[str, Any]
PUBLISHED, UNPUBLISHED = "PUBLISHED", "UNPUBLISHED"
LIVE = frozenset({"ACTIVE", "OUT_OF_STOCK", "INACTIVE"})
AUCTION = "AUCTION"


def stock_of(item: Json) -> Json:
    """Return the part of an item that tells how many can be shipped; it is there afterwards."""
    stock: Json = item.setdefault("availability", {}).setdefault("shipToLocationAvailability", {})
    return stock


def total_of(item: Json) -> int:
    """Return how many of an item there are."""
    return int(item.get("availability", {}).get("shipToLocationAvailability", {}).get("quantity", 0))


def told_stock(before: Json, after: Json) -> int | None:
    """Return what a change of an item did to its stock: the number of the one location it changed, else the total; None for nothing."""
    old, new = (each.get("availability", {}).get("shipToLocationAvailability", {}) for each in (before, after))
    if old == new:
        return None
    shares = [
        {each["merchantLocationKey"]: each.get("quantity", 0) for each in part.get("availabilityDistributions", [])} for part in (old, new)
    ]
    changed = [key for key in {**shares[0], **shares[1]} if shares[0].get(key, 0) != shares[1].get(key, 0)]
    return shares[1].get(changed[0], 0) if len(changed) == 1 else int(new.get("quantity", 0))


def told_fields(before: Json, after: Json) -> Json:
    """Return the fields that differ, by their new values, None for those that are gone; stock is another matter."""
    old, new = _flat(before), _flat(after)
    return {name: new.get(name) for name in {**old, **new} if old.get(name) != new.get(name)}


def live(offers: list[Json]) -> list[Json]:
    """Return the offers that are live listings: who revises the item revises them."""
    return [offer for offer in offers if offer["status"] == PUBLISHED and offer["listing"]["listingStatus"] in LIVE]


def listings(offers: list[Json]) -> set[str]:
    """Return the ids of the listings of some published offers."""
    return {offer["listing"]["listingId"] for offer in offers if "listing" in offer}


def auctioned(offers: list[Json]) -> int:
    """Return how many units auctions are holding."""
    return sum(1 for offer in live(offers) if offer["format"] == AUCTION)


def relist(ware: Ware) -> None:
    """Let live listings show whether anything is left: a buyer sees the smaller of the item's and the offer's numbers."""
    for offer in live(ware.listings or []):
        if offer["format"] != AUCTION and offer["listing"]["listingStatus"] != "INACTIVE":
            left = min(total_of(ware.item or {}), offer.get("availableQuantity", 0))
            offer["listing"]["listingStatus"] = "ACTIVE" if left else "OUT_OF_STOCK"


def kind_of(ware: Ware) -> str:
    """Return what a ware is in canonical words: a SKU without a group is a product of its own."""
    return "variant" if ware.group else "product"


def _flat(item: Json) -> Json:
    plain = {name: part for name, part in item.items() if name not in {"product", "availability"}}
    others = {name: part for name, part in item.get("availability", {}).items() if name != "shipToLocationAvailability"}
    return {**plain, **others, **item.get("product", {})}
