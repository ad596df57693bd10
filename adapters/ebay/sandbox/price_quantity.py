"""The bulk write of prices and quantities: up to 25 elements, each an item's total and some of its published offers.

Each offer has a status of its own in the answer; an element without offers has one for its SKU. Nothing that was not sent changes: a
total alone leaves the locations' shares as they are.
"""

from dataclasses import dataclass, field
from typing import Any

from adapters.ebay.sandbox import given
from adapters.ebay.sandbox.calls import Answer, Call
from adapters.ebay.sandbox.documents import AUCTION, LIVE, PUBLISHED, auctioned, listings, live, relist, stock_of, told_stock
from adapters.ebay.sandbox.errors import ApiError, entry, refusal
from adapters.ebay.sandbox.inventory import find_offer, find_ware
from adapters.ebay.sandbox.items import MOST, checked_stock
from adapters.ebay.sandbox.listings import SELLING_LIMIT
from adapters.ebay.sandbox.seed.wares import Ware

Json = dict[str, Any]


@dataclass(slots=True)
class Done:
    """What one element did, to be recorded once for its SKU: its number of units, and each price once; `counted` are revised listings."""

    ware: Ware | None = None
    units: int | None = None
    prices: dict[str, None] = field(default_factory=dict)
    counted: set[str] = field(default_factory=set)


def bulk_update(call: Call) -> Answer:
    """Change prices and quantities; 207 when any part is refused. A store may take one element a call, as the documents also say."""
    wanted = given.requests(call.body, 1 if call.store.settings.one_sku else MOST, 25709)
    responses = [response for each in wanted for response in _element(call, each)]
    return Answer({"responses": responses}, 200 if all(each["statusCode"] == 200 for each in responses) else 207)


def _element(call: Call, wanted: Json) -> list[Json]:
    """Carry out one element and return its part of the answer."""
    done, sku = Done(), wanted.get("sku")
    shown = {"sku": sku} if isinstance(sku, str) and sku else {}
    try:
        offers = given.records(wanted.get("offers"), "offers")
        _check(wanted, offers)
        if "shipToLocationAvailability" in wanted:
            _set_stock(call, given.text(sku, "sku"), wanted["shipToLocationAvailability"], done)
    except ApiError as error:
        named = [{"offerId": str(each.get("offerId"))} for each in wanted["offers"]] if _listed(wanted) else [{}]
        return [{"statusCode": error.status, **name, **shown, "errors": [entry(error)]} for name in named]
    responses = [_offer(call, each, sku, done) for each in offers]
    _record(call, done)
    return responses or [{"statusCode": 200, **shown}]


def _listed(wanted: Json) -> bool:
    offers = wanted.get("offers")
    return isinstance(offers, list) and bool(offers) and all(isinstance(each, dict) for each in offers)


def _check(wanted: Json, offers: list[Json]) -> None:
    if not offers and "shipToLocationAvailability" not in wanted:
        raise refusal(25709, fieldName="offers")
    ids = [each.get("offerId") for each in offers]
    if len(set(map(str, ids))) < len(ids):
        raise refusal(25002, additionalInfo="An offerId is there twice")


def _set_stock(call: Call, sku: str, wanted: Any, done: Done) -> None:
    sent = given.record(wanted, "shipToLocationAvailability")
    if not sent:
        raise refusal(25709, fieldName="shipToLocationAvailability")
    ware = find_ware(call, sku)
    item, offers = call.store.catalogue.keep(ware)
    stock = stock_of(item)
    before = {"availability": {"shipToLocationAvailability": dict(stock)}}
    after = checked_stock(call, {**({} if "availabilityDistributions" in sent else stock), **sent})
    if after["quantity"] < auctioned(offers):
        raise refusal(25759)
    _count(call, offers, done)
    stock.clear()
    stock.update(after)
    relist(ware)
    told = told_stock(before, item)
    if told is not None:
        ware.told["stock"] = [("stock.set", told)]
    done.ware, done.units = ware, ware.told.get("stock", [("", after["quantity"])])[0][1]


def _offer(call: Call, wanted: Json, sku: Any, done: Done) -> Json:
    named = {"offerId": str(wanted.get("offerId"))}
    try:
        ware, offer = find_offer(call, named["offerId"], 400)
        _check_offer(call, ware, offer, sku)
        changes = _changes(call, offer, wanted)
        _count(call, [offer], done)
    except ApiError as error:
        return {"statusCode": error.status, **named, "errors": [entry(error)]}
    _, kept = call.store.catalogue.keep(ware)
    document = next(each for each in kept if each["offerId"] == offer["offerId"])
    done.ware = ware
    if "price" in changes:
        document.setdefault("pricingSummary", {})["price"] = {"value": f"{float(changes['price']):.2f}", "currency": _currency(offer)}
        done.prices[changes["price"]] = None
    if "availableQuantity" in changes:
        document["availableQuantity"] = changes["availableQuantity"]
        done.units = changes["availableQuantity"] if done.units is None else done.units
    relist(ware)
    return {"statusCode": 200, **named, "sku": ware.sku}


def _check_offer(call: Call, ware: Ware, offer: Json, sku: Any) -> None:
    """Refuse an offer that is not of the element's SKU, or no listing that can be revised."""
    if sku is not None and sku != ware.sku:
        raise refusal(25002, additionalInfo=f"The offer {offer['offerId']} is not of the SKU {sku}")
    if offer["status"] != PUBLISHED:
        raise refusal(25713, 400, additionalInfo=offer["offerId"])
    if offer["listing"].get("listingOnHold"):
        raise refusal(25097)
    if offer["listing"]["listingStatus"] not in LIVE:
        raise refusal(25019, additionalInfo=f"The listing {offer['listing']['listingId']} is no longer active")


def _changes(call: Call, offer: Json, wanted: Json) -> Json:
    changes: Json = {}
    if wanted.get("price") is None and wanted.get("availableQuantity") is None:
        raise refusal(25709, fieldName="price or availableQuantity")
    if offer["format"] == AUCTION:
        raise refusal(25762) if "availableQuantity" in wanted else refusal(25002, additionalInfo="An auction has no fixed price")
    if wanted.get("price") is not None:
        changes["price"] = given.price(wanted["price"], _currency(offer))
    if wanted.get("availableQuantity") is not None:
        changes["availableQuantity"] = given.units(wanted["availableQuantity"])
        if changes["availableQuantity"] > SELLING_LIMIT:
            raise refusal(25026, additionalInfo=f"This seller may list {SELLING_LIMIT} units")
    return changes


def _currency(offer: Json) -> str:
    return given.CURRENCIES[offer["marketplaceId"]]


def _count(call: Call, offers: list[Json], done: Done) -> None:
    """Count one revision of each listing in this element."""
    revised = listings(live(offers)) - done.counted
    refused = call.store.revisions.refused(revised, call.now)
    if refused is not None:
        raise refused
    done.counted |= revised


def _record(call: Call, done: Done) -> None:
    if done.ware is None:
        return
    if done.units is not None:
        call.did("stock.set", done.ware.sku, done.units)
    for price in done.prices:
        call.did("price.set", done.ware.sku, price)
