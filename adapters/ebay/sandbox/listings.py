"""What a ware needs before it can be a listing: the platform takes drafts with anything missing, and refuses to publish them."""

from typing import Any

from adapters.ebay.sandbox.documents import AUCTION, PUBLISHED, live, total_of
from adapters.ebay.sandbox.errors import ApiError, refusal
from adapters.ebay.sandbox.store import Store

Json = dict[str, Any]
SELLING_LIMIT = 100_000  # units of one seller's listing, as its privileges say
POLICIES = {"fulfillmentPolicyId": 25007, "paymentPolicyId": 25008, "returnPolicyId": 25009}


def problem(store: Store, item: Json, offer: Json) -> ApiError | None:
    """Return the first thing that keeps an offer of an item from being a listing, or from staying one."""
    product = item.get("product", {})
    if not product.get("title"):
        return refusal(25017, fieldName="title")
    if not product.get("imageUrls"):
        return refusal(25002, additionalInfo="Add at least 1 photo")
    if not product.get("aspects", {}).get("Brand"):
        return refusal(25002, additionalInfo="The item specific Brand is missing")
    if not item.get("condition"):
        return refusal(25021, additionalInfo="The condition is missing")
    if not (offer.get("listingDescription") or product.get("description")):
        return refusal(25017, fieldName="listingDescription")
    return _offer_problem(store, offer) or _units_problem(item, offer)


def publish(offer: Json, listing: str) -> None:
    """Make an offer a live listing."""
    offer["status"] = PUBLISHED
    offer["listing"] = {"listingId": listing, "listingStatus": "ACTIVE", "soldQuantity": 0}


def withdraw(offer: Json) -> None:
    """End the listing of an offer, which stays as a draft."""
    offer["status"] = "UNPUBLISHED"
    offer.pop("listing", None)


def next_listing(store: Store) -> str:
    """Return the id of a new listing."""
    return str(287_900_000_000 + next(store.numbers))


def _offer_problem(store: Store, offer: Json) -> ApiError | None:
    if not offer.get("categoryId"):
        return refusal(25005, additionalInfo="The category is missing")
    wanted = "auctionStartPrice" if offer["format"] == AUCTION else "price"
    if not offer.get("pricingSummary", {}).get(wanted):
        return refusal(25003, additionalInfo="The price is missing")
    for name, code in POLICIES.items():
        if not offer.get("listingPolicies", {}).get(name):
            return refusal(code, additionalInfo=f"{name} is missing")
    places = {place["merchantLocationKey"]: place["merchantLocationStatus"] for place in store.places}
    if places.get(offer.get("merchantLocationKey", "")) != "ENABLED":
        return refusal(25012, additionalInfo="The offer names no enabled location")
    return None


def _units_problem(item: Json, offer: Json) -> ApiError | None:
    """A new listing shows something; one that is live may run dry."""
    offered = 1 if offer["format"] == AUCTION else offer.get("availableQuantity", 0)
    left = min(total_of(item), offered)
    if left > SELLING_LIMIT:
        return refusal(25026, additionalInfo=f"This seller may list {SELLING_LIMIT} units")
    if not left and not live([offer]):
        return refusal(25004, additionalInfo="There is nothing to sell: the quantity must be 1 or more")
    return None
