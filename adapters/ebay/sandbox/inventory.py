"""The Inventory interface: items, groups, offers and locations. None of them knows when it was changed."""

from typing import Any

from adapters.ebay.sandbox import paging
from adapters.ebay.sandbox.calls import Answer, Call
from adapters.ebay.sandbox.errors import ApiError, entry, refusal
from adapters.ebay.sandbox.seed.wares import Ware

MOST_SKUS = 25
LONGEST_SKU = 50
FORMATS = frozenset({"FIXED_PRICE", "AUCTION"})


def list_items(call: Call) -> Answer:
    """Answer a page of items; what it calls its size is the number of pages."""
    page = paging.page_of(call, list(call.store.catalogue.by_sku.values()), paging.ITEMS)
    items = [call.store.catalogue.item(ware) for ware in page.rows]
    return Answer({**page.links(call), "total": page.total, "size": page.pages, "limit": page.limit, "inventoryItems": items})


def get_item(call: Call) -> Answer:
    """Answer one item."""
    return Answer(call.store.catalogue.item(find_ware(call, call.names["sku"])))


def bulk_get_items(call: Call) -> Answer:
    """Answer up to 25 items, each with a status of its own; 207 when any is missing."""
    requests = call.body.get("requests") if isinstance(call.body, dict) else None
    if not isinstance(requests, list) or not requests or not all(isinstance(each, dict) for each in requests):
        raise refusal(25709, fieldName="requests")
    skus = [each.get("sku") for each in requests]
    if len(skus) > MOST_SKUS:
        raise refusal(25727, additionalInfo=MOST_SKUS)
    if not all(isinstance(sku, str) and 0 < len(sku) <= LONGEST_SKU for sku in skus):
        raise refusal(25708)
    if len(set(skus)) < len(skus):
        raise refusal(25734)
    responses = [_bulk_entry(call, str(sku)) for sku in skus]
    whole = all(response["statusCode"] == 200 for response in responses)
    return Answer({"responses": responses}, 200 if whole else 207)


def get_group(call: Call) -> Answer:
    """Answer a group; there is no list of groups."""
    key = call.names["inventoryItemGroupKey"]
    group = call.store.catalogue.group_document(key)
    if group is None:
        raise refusal(25705, inventoryItemGroupKey=key)
    return Answer(group)


def list_offers(call: Call) -> Answer:
    """Answer the offers of one SKU; what it calls its size is the number of rows on the page. A SKU without any is not found."""
    sku = call.query.get("sku", "")
    if not 0 < len(sku) <= LONGEST_SKU:
        raise refusal(25709, fieldName="sku")
    if call.query.get("format", "FIXED_PRICE") not in FORMATS:
        raise refusal(25709, fieldName="format")
    ware = call.store.catalogue.by_sku.get(sku)
    offers = [offer for offer in call.store.catalogue.offers(ware) if _asked(call, offer)] if ware else []
    if not offers:
        raise refusal(25713, additionalInfo=sku)
    page = paging.page_of(call, offers, paging.OFFERS)
    return Answer({**page.links(call), "total": page.total, "size": len(page.rows), "limit": page.limit, "offers": page.rows})


def get_offer(call: Call) -> Answer:
    """Answer one offer."""
    return Answer(find_offer(call, call.names["offerId"])[1])


def list_locations(call: Call) -> Answer:
    """Answer a page of locations."""
    page = paging.page_of(call, call.store.places, paging.LOCATIONS)
    frame = {**page.links(call), "total": page.total, "limit": page.limit, "offset": page.offset}
    return Answer({**frame, "locations": page.rows})


def get_location(call: Call) -> Answer:
    """Answer one location."""
    key = call.names["merchantLocationKey"]
    place = next((place for place in call.store.places if place["merchantLocationKey"] == key), None)
    if place is None:
        raise refusal(25805, fieldName="merchantLocationKey")
    return Answer(place)


def find_ware(call: Call, sku: str) -> Ware:
    """Return the ware of a SKU, or refuse."""
    if len(sku) > LONGEST_SKU:
        raise refusal(25709, fieldName="sku")
    ware = call.store.catalogue.by_sku.get(sku)
    if ware is None:
        raise refusal(25710)
    return ware


def find_offer(call: Call, offer_id: str, missing: int = 404) -> tuple[Ware, dict[str, Any]]:
    """Return an offer and the ware it is of, or refuse."""
    found = call.store.catalogue.offer(offer_id)
    if found is None:
        raise refusal(25713, missing, additionalInfo=offer_id)
    return found


def _bulk_entry(call: Call, sku: str) -> dict[str, Any]:
    try:
        item = call.store.catalogue.item(find_ware(call, sku))
    except ApiError as error:
        return {"statusCode": error.status, "sku": sku, "errors": [entry(error)]}
    return {"statusCode": 200, "sku": sku, "inventoryItem": item}


def _asked(call: Call, offer: dict[str, Any]) -> bool:
    fits = {"format": offer["format"], "marketplace_id": offer["marketplaceId"]}
    return all(call.query.get(name, value) == value for name, value in fits.items())
