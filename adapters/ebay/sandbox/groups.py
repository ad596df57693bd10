"""Writes of item groups: which SKUs are the variants of one product, and by what they differ."""

from typing import Any

from adapters.ebay.sandbox import given
from adapters.ebay.sandbox.calls import Answer, Call
from adapters.ebay.sandbox.documents import AUCTION, kind_of, listings, live
from adapters.ebay.sandbox.errors import refusal
from adapters.ebay.sandbox.listings import withdraw
from adapters.ebay.sandbox.seed.wares import Ware

Json = dict[str, Any]
FIELDS = frozenset({"aspects", "description", "imageUrls", "subtitle", "title", "variantSKUs", "variesBy", "videoIds"})
SHOWN = frozenset({"inventoryItemGroupKey"})


def put_group(call: Call) -> Answer:
    """Make a group or replace all of it: 201 for a new one, 204 for an old one. SKUs it no longer names leave its listing."""
    catalogue, key = call.store.catalogue, call.names["inventoryItemGroupKey"]
    shown = {"Content-Language": given.language(call.headers).replace("_", "-")}
    document = _document(key, given.record(call.body, "body"))
    wares = _wares(call, key, document["variantSKUs"])
    before = catalogue.group_document(key)
    old = {ware.sku: ware for ware in catalogue.group(key)}
    offers = [offer for ware in old.values() for offer in catalogue.offers(ware)]
    refused = call.store.revisions.refused(listings(live(offers)), call.now)
    if refused is not None:
        raise refused
    catalogue.groups[key] = document
    for ware in wares:
        catalogue.keep(ware)
        ware.group = key
    for sku in old.keys() - set(document["variantSKUs"]):
        _let_go(call, old[sku])
    _record(call, key, before, document, [ware for ware in wares if ware.sku not in old])
    return Answer({}, 201, shown) if before is None else Answer(None, 204, shown)


def delete_group(call: Call) -> Answer:
    """Delete a group: its listing ends, its items stay as products of their own."""
    catalogue, key = call.store.catalogue, call.names["inventoryItemGroupKey"]
    if catalogue.group_document(key) is None:
        raise refusal(25705, inventoryItemGroupKey=key)
    catalogue.keep_group(key)
    for ware in catalogue.group(key):
        _let_go(call, ware)
    del catalogue.groups[key]
    call.did("product.delete", key)
    return Answer(None, 204)


def group_names(call: Call) -> list[str]:
    """Return what a write of a group holds meanwhile: the group and its SKUs."""
    skus = call.body.get("variantSKUs") if isinstance(call.body, dict) else None
    return [f"group:{call.names['inventoryItemGroupKey']}", *(f"sku:{sku}" for sku in skus or [] if isinstance(sku, str))]


def _let_go(call: Call, ware: Ware) -> None:
    _, offers = call.store.catalogue.keep(ware)
    for offer in offers:
        withdraw(offer)
    call.store.catalogue.leave(ware)


def _record(call: Call, key: str, before: Json | None, after: Json, joined: list[Ware]) -> None:
    """A new group is a new product; a SKU that joins an old one is a new variant of it."""
    if before is None:
        call.did("product.create", key, after)
        return
    for ware in joined:
        call.did("variant.create", ware.sku, {"inventoryItemGroupKey": key})
    changed = {name: after.get(name) for name in FIELDS if before.get(name) != after.get(name)}
    if changed.keys() - {"variantSKUs", "variesBy"} or not joined:
        call.did("product.update", key, changed)


def _document(key: str, body: Json) -> Json:
    if not given.SKU.fullmatch(key):
        raise refusal(25709, fieldName="inventoryItemGroupKey")
    unknown = sorted(body.keys() - FIELDS - SHOWN)
    if unknown:
        raise refusal(2004, why=f"a group has no {', '.join(unknown)}")
    skus = given.words(body.get("variantSKUs"), "variantSKUs")
    if not skus or len(set(skus)) < len(skus):
        raise refusal(25709, fieldName="variantSKUs")
    for url in given.words(body.get("imageUrls"), "imageUrls"):
        if not url.startswith("https://"):
            raise refusal(25015, additionalInfo="A picture's address begins with https://")
    varies = given.record(body.get("variesBy"), "variesBy")
    for each in given.records(varies.get("specifications"), "specifications"):
        given.text(each.get("name"), "specifications name")
        given.words(each.get("values"), "specifications values")
    return {name: part for name, part in body.items() if name in FIELDS and part is not None}


def _wares(call: Call, key: str, skus: list[str]) -> list[Ware]:
    """Return the wares a group is to have, or refuse one that can't be in it."""
    catalogue = call.store.catalogue
    unknown = [sku for sku in skus if sku not in catalogue.by_sku]
    if unknown:
        raise refusal(25701, additionalInfo=", ".join(unknown))
    wares = [catalogue.by_sku[sku] for sku in skus]
    for ware in wares:
        offers = catalogue.offers(ware)
        if ware.group not in {"", key}:
            raise refusal(25703, skuValue=ware.sku, inventoryItemGroupKey=ware.group)
        if any(offer["format"] == AUCTION for offer in offers):
            raise refusal(25756)
        alone = sorted(listings(live(offers))) if kind_of(ware) == "product" else []
        if alone:
            raise refusal(25704, skuValue=ware.sku, listingId=alone[0])
    return wares
