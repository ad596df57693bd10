"""Writes of offers: what of a SKU is offered on which marketplace, at first as a draft."""

from typing import Any

from adapters.ebay.sandbox import given
from adapters.ebay.sandbox.calls import Answer, Call
from adapters.ebay.sandbox.documents import AUCTION, LIVE, PUBLISHED, kind_of, listings, live, relist
from adapters.ebay.sandbox.errors import ApiError, entry, refusal
from adapters.ebay.sandbox.inventory import FORMATS, LONGEST_SKU, find_offer, find_ware
from adapters.ebay.sandbox.listings import problem
from adapters.ebay.sandbox.seed.wares import Ware

Json = dict[str, Any]
MOST = 25
FIRST_WRITTEN = 98_000_000_000
KEYS = ("sku", "marketplaceId", "format")
SHOWN = frozenset({"offerId", "status", "listing"})
FIELDS = frozenset(
    {
        *(
            "availableQuantity",
            "categoryId",
            "charity",
            "extendedProducerResponsibility",
            "hideBuyerDetails",
            "includeCatalogProductDetails",
        ),
        *("listingDescription", "listingDuration", "listingPolicies", "listingStartDate", "lotSize", "merchantLocationKey"),
        *("pricingSummary", "quantityLimitPerBuyer", "regulatory", "secondaryCategoryId", "storeCategoryNames", "tax"),
    }
)


def create_offer(call: Call) -> Answer:
    """Make a draft of an offer; there is one for each SKU, marketplace and format."""
    locale = given.language(call.headers)
    offer = _create(call, given.record(call.body, "body"))
    return Answer({"offerId": offer["offerId"]}, 201, {"Content-Language": locale.replace("_", "-")})


def bulk_create_offers(call: Call) -> Answer:
    """Make up to 25 drafts for one marketplace, each with a status of its own; 207 when any is refused."""
    given.language(call.headers)
    wanted = given.requests(call.body, MOST, 25730)
    keys = [tuple(each.get(name) for name in KEYS) for each in wanted]
    if not all(isinstance(part, str) and part for key in keys for part in key):
        raise refusal(25735)
    if len(set(keys)) < len(keys):
        raise refusal(25729)
    if len({each["marketplaceId"] for each in wanted}) > 1:
        raise refusal(25709, fieldName="marketplaceId")
    responses = [_bulk_entry(call, each) for each in wanted]
    return Answer({"responses": responses}, 200 if all(each["statusCode"] == 200 for each in responses) else 207)


def put_offer(call: Call) -> Answer:
    """Replace all of an offer but what it is of; a listing made of it is revised."""
    locale = given.language(call.headers)
    ware, found = find_offer(call, call.names["offerId"])
    body = given.record(call.body, "body")
    document = {name: found[name] for name in ("offerId", *KEYS)} | _document(body, found["marketplaceId"], found["format"])
    document |= {name: found[name] for name in ("status", "listing") if name in found}
    if document["status"] == PUBLISHED:
        _check_revision(call, ware, document)
    told = _told(ware, found, document)
    _, offers = call.store.catalogue.keep(ware)
    place = next(place for place, each in enumerate(offers) if each["offerId"] == document["offerId"])
    offers[place] = document
    relist(ware)
    for what, value in told:
        call.did(what, ware.sku, value)
    return Answer({"offerId": document["offerId"]}, 200, {"Content-Language": locale.replace("_", "-")})


def delete_offer(call: Call) -> Answer:
    """Delete an offer. Its listing ends; a variant leaves its group, unless it was ever sold."""
    ware, found = find_offer(call, call.names["offerId"])
    if ware.group and found["status"] == PUBLISHED:
        if found["listing"]["soldQuantity"]:
            raise refusal(25002, additionalInfo="A variation that has sales can't leave its listing")
        call.store.catalogue.keep_group(ware.group)
        call.store.catalogue.leave(ware)
    _, offers = call.store.catalogue.keep(ware)
    offers[:] = [each for each in offers if each["offerId"] != found["offerId"]]
    call.did(f"{kind_of(ware)}.update", ware.sku, {"offerId": found["offerId"], "deleted": True})
    return Answer(None, 204)


def offer_names(call: Call) -> list[str]:
    """Return what a write of an offer holds meanwhile: its SKU."""
    found = call.store.catalogue.offer(call.names["offerId"])
    return [f"sku:{found[0].sku}"] if found else []


def _bulk_entry(call: Call, wanted: Json) -> Json:
    shown = {name: wanted[name] for name in KEYS}
    try:
        offer = _create(call, wanted)
    except ApiError as error:
        return {"statusCode": error.status, **shown, "errors": [entry(error)]}
    return {"statusCode": 200, "offerId": offer["offerId"], **shown}


def _create(call: Call, body: Json) -> Json:
    sku, market, kind = (given.text(body.get(name), name) for name in KEYS)
    if market not in given.CURRENCIES:
        raise refusal(25709, fieldName="marketplaceId")
    if kind not in FORMATS:
        raise refusal(25709, fieldName="format")
    catalogue = call.store.catalogue
    if len(sku) > LONGEST_SKU or sku not in catalogue.by_sku:
        raise refusal(25702, 400, sku=sku)
    ware = find_ware(call, sku)
    twin = next((each for each in catalogue.offers(ware) if (each["marketplaceId"], each["format"]) == (market, kind)), None)
    if twin is not None:
        raise refusal(25002, additionalInfo="Offer entity already exists", offerId=twin["offerId"])
    if kind == AUCTION and ware.group:
        raise refusal(25756)
    offer = {"offerId": str(FIRST_WRITTEN + next(call.store.numbers)), "sku": sku, "marketplaceId": market, "format": kind}
    offer |= _document(body, market, kind) | {"status": "UNPUBLISHED"}
    catalogue.add_offer(ware, offer)
    call.did(f"{kind_of(ware)}.update", sku, {"offerId": offer["offerId"], **body})
    return offer


def _document(body: Json, market: str, kind: str) -> Json:
    """Return the part of a body that is an offer, or refuse it."""
    unknown = sorted(body.keys() - FIELDS - SHOWN - set(KEYS))
    if unknown:
        raise refusal(2004, why=f"an offer has no {', '.join(unknown)}")
    document = {name: part for name, part in body.items() if name in FIELDS and part is not None}
    prices = dict(given.record(document.get("pricingSummary"), "pricingSummary"))
    if kind == AUCTION:
        _check_auction(document, prices)
    elif prices.keys() & {"auctionStartPrice", "auctionReservePrice"}:
        raise refusal(25758)
    elif document.setdefault("listingDuration", "GTC") != "GTC":
        raise refusal(25709, fieldName="listingDuration")
    for name in prices.keys() & {"price", "auctionStartPrice", "originalRetailPrice"}:
        sum_ = given.price(prices[name], given.CURRENCIES[market])
        prices[name] = {"value": f"{float(sum_):.2f}", "currency": given.CURRENCIES[market]}
    if "availableQuantity" in document:
        given.units(document["availableQuantity"])
    given.record(document.get("listingPolicies"), "listingPolicies")
    return {"includeCatalogProductDetails": True, "hideBuyerDetails": False, **document} | ({"pricingSummary": prices} if prices else {})


def _check_auction(document: Json, prices: Json) -> None:
    if not document.get("listingDuration"):
        raise refusal(25755)
    if not prices.get("auctionStartPrice"):
        raise refusal(25757)
    if "availableQuantity" in document:
        raise refusal(25762)


def _check_revision(call: Call, ware: Ware, document: Json) -> None:
    if document["listing"]["listingStatus"] not in LIVE:
        raise (
            refusal(25097)
            if document["listing"].get("listingOnHold")
            else refusal(25019, additionalInfo=f"The listing {document['listing']['listingId']} is no longer active")
        )
    if not document.get("listingDescription"):
        raise refusal(25017, fieldName="listingDescription")
    wrong = problem(call.store, call.store.catalogue.item(ware), document)
    wrong = wrong or call.store.revisions.refused(listings(live([document])), call.now)
    if wrong is not None:
        raise wrong


def _told(ware: Ware, before: Json, after: Json) -> list[tuple[str, Any]]:
    """Say what a replacement changes. One that changes nothing was sent before, and does once more what it did."""
    told: list[tuple[str, Any]] = []
    prices = [(each.get("pricingSummary") or {}).get("price", {}).get("value") for each in (before, after)]
    if prices[0] != prices[1]:
        told.append(("price.set", prices[1]))
    if before.get("availableQuantity") != after.get("availableQuantity"):
        told.append(("stock.set", after.get("availableQuantity")))
    changed = {name: after.get(name) for name in {**before, **after} if before.get(name) != after.get(name)}
    others = changed.keys() - {"pricingSummary", "availableQuantity"}
    if others:
        told.append((f"{kind_of(ware)}.update", {name: changed[name] for name in sorted(others)}))
    if told:
        ware.told[after["offerId"]] = told
    return ware.told.get(after["offerId"]) or [(f"{kind_of(ware)}.update", {})]
