"""Writes of inventory items. A PUT makes an item or replaces all of it: what is not sent again is lost."""

from collections.abc import Mapping
from typing import Any

from adapters.ebay.sandbox import given
from adapters.ebay.sandbox.calls import Answer, Call
from adapters.ebay.sandbox.documents import auctioned, kind_of, listings, live, relist, stock_of, told_fields, told_stock, total_of
from adapters.ebay.sandbox.errors import ApiError, entry, refusal
from adapters.ebay.sandbox.inventory import find_ware
from adapters.ebay.sandbox.listings import problem
from adapters.ebay.sandbox.seed.wares import Ware
from adapters.ebay.sandbox.seed.words import CONDITIONS

Json = dict[str, Any]
MOST = 25
LONGEST_TITLE = 80
FIELDS = frozenset({"availability", "condition", "conditionDescription", "conditionDescriptors", "packageWeightAndSize", "product"})
# Fields that reading shows; whoever writes back what was read sends them too, and they count for nothing.
SHOWN = frozenset({"sku", "locale", "inventoryItemGroupKeys", "groupIds"})


def put_item(call: Call) -> Answer:
    """Make or replace one item: 201 for a new one, 204 for an old one, 200 where there is something to warn of."""
    locale = given.language(call.headers)
    made, warnings = _replace(call, call.names["sku"], locale, given.record(call.body, "body"))
    shown = {"Content-Language": locale.replace("_", "-")}
    if warnings:
        return Answer({"warnings": warnings}, 201 if made else 200, shown)
    return Answer({}, 201, shown) if made else Answer(None, 204, shown)


def bulk_put_items(call: Call) -> Answer:
    """Make or replace up to 25 items, each with a status of its own; 207 when any is refused."""
    given.language(call.headers)
    wanted = given.requests(call.body, MOST, 25727)
    names = [(each.get("sku"), each.get("locale")) for each in wanted]
    if not all(isinstance(sku, str) and isinstance(locale, str) and given.LOCALE.fullmatch(locale) for sku, locale in names):
        raise refusal(25733)
    if len({sku for sku, _ in names}) < len(names):
        raise refusal(25728)
    responses = [_bulk_entry(call, each) for each in wanted]
    return Answer({"responses": responses}, 200 if all(each["statusCode"] < 300 for each in responses) else 207)


def delete_item(call: Call) -> Answer:
    """Delete an item with all its offers; its listings end, and its group goes on without it."""
    catalogue = call.store.catalogue
    ware = find_ware(call, call.names["sku"])
    kind = kind_of(ware)
    if ware.group:
        catalogue.keep_group(ware.group)
    catalogue.remove(ware.sku)
    call.did(f"{kind}.delete", ware.sku)
    return Answer(None, 204)


def item_names(call: Call) -> list[str]:
    """Return what a write of an item holds meanwhile."""
    return [f"sku:{call.names['sku']}"]


def bulk_item_names(call: Call) -> list[str]:
    """Return what a write of many items holds meanwhile."""
    return [f"sku:{each.get('sku')}" for each in given.requests(call.body, MOST, 25727)]


def _bulk_entry(call: Call, wanted: Json) -> Json:
    sku, locale = wanted["sku"], wanted["locale"]
    shown = {"sku": sku, "locale": locale}
    try:
        made, warnings = _replace(call, sku, locale, wanted)
    except ApiError as error:
        return {"statusCode": error.status, **shown, "errors": [entry(error)]}
    return {"statusCode": 201 if made else 200, **shown} | ({"warnings": warnings} if warnings else {})


def _replace(call: Call, sku: str, locale: str, body: Json) -> tuple[bool, list[Json]]:
    """Make or replace an item; tell whether it is new, and what to warn of."""
    catalogue = call.store.catalogue
    document = {"locale": locale, **_document(call, sku, body)}
    ware = catalogue.by_sku.get(sku)
    if ware is None:
        catalogue.make(sku, document)
        call.did("product.create", sku, {name: part for name, part in body.items() if name not in SHOWN})
        return True, []
    before, offers = catalogue.keep(ware)
    _check_listings(call, document, offers)
    told = _told(ware, before, document)
    ware.item = document
    relist(ware)
    for what, value in told:
        call.did(what, sku, value)
    held = any(offer.get("listing", {}).get("listingOnHold") for offer in offers)
    return False, [entry(refusal(25096))] if held else []


def _check_listings(call: Call, document: Json, offers: list[Json]) -> None:
    """Refuse an item that its live listings can't take: they are revised along with it."""
    if total_of(document) < auctioned(offers):
        raise refusal(25759)
    for offer in live(offers):
        wrong = problem(call.store, document, offer)
        if wrong is not None:
            raise wrong
    refused = call.store.revisions.refused(listings(live(offers)), call.now)
    if refused is not None:
        raise refused


def _told(ware: Ware, before: Json, after: Json) -> list[tuple[str, Any]]:
    """Say what a replacement changes. One that changes nothing was sent before, and does once more what it did."""
    fields, stock = told_fields(before, after), told_stock(before, after)
    told: list[tuple[str, Any]] = [("stock.set", stock)] if stock is not None else []
    if fields:
        told.append((f"{kind_of(ware)}.update", fields))
    if told:
        ware.told["item"] = told
    return ware.told.get("item") or [(f"{kind_of(ware)}.update", {})]


def _document(call: Call, sku: str, body: Json) -> Json:
    """Return the part of a body that is an item, or refuse it."""
    if not given.SKU.fullmatch(sku):
        raise refusal(25707)
    unknown = sorted(body.keys() - FIELDS - SHOWN)
    if unknown:
        raise refusal(2004, why=f"an item has no {', '.join(unknown)}")
    if body.get("condition", CONDITIONS[0]) not in CONDITIONS:
        raise refusal(25021, additionalInfo=f"There is no condition {body['condition']}")
    document = {name: part for name, part in body.items() if name in FIELDS and part is not None}
    if "product" in document:
        _check_product(given.record(document["product"], "product"))
    availability = given.record(document.get("availability"), "availability")
    if given.record(availability.get("shipToLocationAvailability"), "shipToLocationAvailability"):
        document["availability"] = availability | {"shipToLocationAvailability": checked_stock(call, stock_of(document))}
    return document


def checked_stock(call: Call, stock: Mapping[str, Any]) -> Json:
    """Return the numbers of an item as they will stand: without a total it is the sum over the locations."""
    shares = given.records(stock.get("availabilityDistributions"), "availabilityDistributions")
    known = {place["merchantLocationKey"] for place in call.store.places}
    for share in shares:
        if str(share.get("merchantLocationKey")) not in known:
            raise refusal(25012, additionalInfo=f"There is no location {share.get('merchantLocationKey')}")
    counted = [share | {"quantity": given.units(share.get("quantity", 0))} for share in shares]
    total = given.units(stock["quantity"]) if "quantity" in stock else sum(share["quantity"] for share in counted)
    return {"quantity": total} | ({"availabilityDistributions": counted} if counted else {})


def _check_product(product: Json) -> None:
    if len(product.get("title") or "") > LONGEST_TITLE:
        raise refusal(25503, additionalInfo=f"A title has at most {LONGEST_TITLE} characters")
    for name, values in given.record(product.get("aspects"), "aspects").items():
        given.words(values, f"aspects {name}")
    for url in given.words(product.get("imageUrls"), "imageUrls"):
        if not url.startswith("https://"):
            raise refusal(25015, additionalInfo="A picture's address begins with https://")
