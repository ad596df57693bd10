"""Publishing and withdrawing: offers become live listings and drafts again, one by one or a group's all together."""

from typing import Any

from adapters.ebay.sandbox import given
from adapters.ebay.sandbox.calls import Answer, Call
from adapters.ebay.sandbox.documents import AUCTION, PUBLISHED, kind_of, listings, live
from adapters.ebay.sandbox.errors import ApiError, entry, refusal
from adapters.ebay.sandbox.inventory import find_offer
from adapters.ebay.sandbox.listings import next_listing, problem, publish, withdraw
from adapters.ebay.sandbox.offers import MOST
from adapters.ebay.sandbox.seed.wares import Ware

Json = dict[str, Any]


def publish_offer(call: Call) -> Answer:
    """Make one offer a listing; one that is a listing already is revised, and stays the same."""
    return Answer({"listingId": _publish(call, call.names["offerId"])})


def bulk_publish_offers(call: Call) -> Answer:
    """Make up to 25 offers listings, each with a status of its own; 207 when any is refused."""
    wanted = given.requests(call.body, MOST, 25730)
    ids = [given.text(each.get("offerId"), "offerId") for each in wanted]
    if len(set(ids)) < len(ids):
        raise refusal(25731)
    responses = [_bulk_entry(call, offer_id) for offer_id in ids]
    return Answer({"responses": responses}, 200 if all(each["statusCode"] == 200 for each in responses) else 207)


def publish_group(call: Call) -> Answer:
    """Make the offers of a group one listing. Variants that lack something are left out of it, with a warning."""
    key, members = _members(call)
    if not members:
        raise refusal(25713, 400, additionalInfo=key)
    _check_group(call.store.catalogue.group_document(key) or {}, [ware for ware, _ in members])
    wrong = {ware.sku: problem(call.store, call.store.catalogue.item(ware), offer) for ware, offer in members}
    ready = [(ware, offer) for ware, offer in members if wrong[ware.sku] is None]
    if not ready:
        raise next(each for each in wrong.values() if each is not None)
    lives = listings(live([offer for _, offer in members]))
    refused = call.store.revisions.refused(lives, call.now)
    if refused is not None:
        raise refused
    listing = min(lives, default="") or next_listing(call.store)
    for _, offer in ready:
        if not live([offer]):
            publish(offer, listing)
    call.did("product.update", key, {"status": PUBLISHED, "listingId": listing})
    left = [entry(refusal(25402, additionalInfo=f"{sku} is not in the listing")) for sku, each in wrong.items() if each is not None]
    return Answer({"listingId": listing} | ({"warnings": left} if left else {}))


def withdraw_offer(call: Call) -> Answer:
    """End the listing of one offer; a second time there is none."""
    ware, found = find_offer(call, call.names["offerId"])
    if found["status"] != PUBLISHED:
        raise refusal(25713, 400, additionalInfo=found["offerId"])
    if ware.group:
        raise refusal(25002, additionalInfo="The listing of a group is withdrawn by its group")
    listing = found["listing"]["listingId"]
    withdraw(_kept(call, ware, found["offerId"]))
    call.did(f"{kind_of(ware)}.update", ware.sku, {"offerId": found["offerId"], "status": "UNPUBLISHED"})
    return Answer({"listingId": listing})


def withdraw_group(call: Call) -> Answer:
    """End the listing of a group."""
    key, members = _members(call)
    published = [offer for _, offer in members if offer["status"] == PUBLISHED]
    if not published:
        raise refusal(25725)
    for offer in published:
        withdraw(offer)
    call.did("product.update", key, {"status": "UNPUBLISHED"})
    return Answer(None, 204)


def bulk_names(call: Call) -> list[str]:
    """Return what a publication of many offers holds meanwhile: their SKUs."""
    ids = [str(each.get("offerId")) for each in given.requests(call.body, MOST, 25730)]
    found = [call.store.catalogue.offer(offer_id) for offer_id in ids]
    return [f"sku:{each[0].sku}" for each in found if each]


def group_name(call: Call) -> list[str]:
    """Return what a publication of a group holds meanwhile."""
    return [f"group:{given.record(call.body, 'body').get('inventoryItemGroupKey')}"]


def _bulk_entry(call: Call, offer_id: str) -> Json:
    try:
        listing = _publish(call, offer_id, missing=400)
    except ApiError as error:
        return {"statusCode": error.status, "offerId": offer_id, "errors": [entry(error)]}
    return {"statusCode": 200, "offerId": offer_id, "listingId": listing}


def _publish(call: Call, offer_id: str, missing: int = 404) -> str:
    ware, found = find_offer(call, offer_id, missing)
    if ware.group:
        raise refusal(25732)
    wrong = problem(call.store, call.store.catalogue.item(ware), found)
    wrong = wrong or call.store.revisions.refused(listings(live([found])), call.now)
    if wrong is not None:
        raise wrong
    offer = _kept(call, ware, offer_id)
    if not live([offer]):
        publish(offer, next_listing(call.store))
    listing = str(offer["listing"]["listingId"])
    call.did(f"{kind_of(ware)}.update", ware.sku, {"offerId": offer_id, "status": PUBLISHED, "listingId": listing})
    return listing


def _kept(call: Call, ware: Ware, offer_id: str) -> Json:
    return next(offer for offer in call.store.catalogue.keep(ware)[1] if offer["offerId"] == offer_id)


def _members(call: Call) -> tuple[str, list[tuple[Ware, Json]]]:
    """Return the group a call names, and the fixed-price offers of its wares on the call's marketplace."""
    catalogue, body = call.store.catalogue, given.record(call.body, "body")
    key = given.text(body.get("inventoryItemGroupKey"), "inventoryItemGroupKey")
    market = given.text(body.get("marketplaceId"), "marketplaceId")
    if catalogue.group_document(key) is None:
        raise refusal(25705, 400, inventoryItemGroupKey=key)
    offers = [(ware, offer) for ware in catalogue.group(key) for offer in catalogue.keep(ware)[1]]
    return key, [(ware, offer) for ware, offer in offers if (offer["marketplaceId"], offer["format"] == AUCTION) == (market, False)]


def _check_group(group: Json, wares: list[Ware]) -> None:
    """Refuse a group without what a listing shows, or whose variants can't be told apart by its aspects."""
    missing = next((name for name in ("title", "description", "imageUrls", "aspects") if not group.get(name)), None)
    if missing:
        raise refusal(25017, fieldName=missing)
    specifications = (group.get("variesBy") or {}).get("specifications") or []
    if not specifications:
        raise refusal(25013, additionalInfo="variesBy is missing")
    seen = set()
    for ware in wares:
        aspects = (ware.item or {}).get("product", {}).get("aspects", {})
        values = tuple((aspects.get(each["name"]) or [""])[0] for each in specifications)
        if any(value not in each["values"] for value, each in zip(values, specifications, strict=True)):
            raise refusal(25013, additionalInfo=f"The aspects of {ware.sku} are none of the group's")
        if values in seen:
            raise refusal(25013, additionalInfo=f"Another variant has the aspects of {ware.sku}")
        seen.add(values)
