"""Changes of listings: understood at once, refused by issues inside a good answer, and made some moments after they were accepted.

What is accepted is made on the attributes as they are then, so that two changes of different attributes do not undo each other. A change
of a SKU that is not there is accepted too, as half a listing is none, and nothing comes of it.
"""

from typing import Any

import orjson

from adapters.amazon.sandbox.calls import Answer, Call
from adapters.amazon.sandbox.errors import ApiError, invalid
from adapters.amazon.sandbox.listing_changes import Change, MalformedError, Rows, change_of
from adapters.amazon.sandbox.listing_rules import PRODUCT_TYPES, issues_in, refused
from adapters.amazon.sandbox.listings import asked_markets, sold_in
from adapters.amazon.sandbox.seed.listing_rows import OFFER, STOCK, attributes_of, price_of
from adapters.amazon.sandbox.seed.wares import Ware
from adapters.amazon.sandbox.shop import Shop

Row = dict[str, Any]
PREVIEW = "VALIDATION_PREVIEW"
SHOWN = ("identifiers", "issues")
FAMILY, LEVEL = "child_parent_sku_relationship", "parentage_level"
ORPHAN = {"code": "8007", "message": "The parent SKU is not known or holds no variations.", "severity": "ERROR", "categories": []}


def patch_listing(shop: Shop, call: Call) -> Answer:
    """Answer patchListingsItem."""
    return _submitted(shop, call, "PATCH")


def put_listing(shop: Shop, call: Call) -> Answer:
    """Answer putListingsItem."""
    return _submitted(shop, call, "UPDATE")


def delete_listing(shop: Shop, call: Call) -> Answer:
    """Answer deleteListingsItem."""
    return _submitted(shop, call, "DELETE")


def judge(shop: Shop, change: Change) -> list[Row]:
    """Return what is wrong with a change as things are now. MalformedError for a product type that is none."""
    if change.kind != "DELETE" and change.product_type not in PRODUCT_TYPES:
        raise MalformedError
    ware = shop.wares.get(change.sku)
    return issues_in(change, ware, change.result(_whole(shop, ware) if ware else {}))


def make(shop: Shop, change: Change, operation: str) -> None:
    """Make a change that was accepted."""
    ware = shop.wares.get(change.sku)
    if change.kind == "UPDATE":
        _update(shop, change, ware, operation)
    elif ware is not None and sold_in(shop, ware, change.markets):
        if change.kind == "DELETE":
            _delete(shop, change, ware, operation)
        else:
            _rewrite(shop, change, ware)
            _remember_patch(shop, change, ware, operation)


def _submitted(shop: Shop, call: Call, kind: str) -> Answer:
    markets = asked_markets(shop, call)
    if kind != "PATCH" and len(markets) != 1:
        raise invalid("marketplaceIds takes one value.")
    shown, preview = call.query.words("includedData", SHOWN) or ["issues"], call.query.text("mode", (PREVIEW,)) == PREVIEW
    try:
        change = change_of(call.path["sku"], markets, kind, None if kind == "DELETE" else orjson.loads(call.body))
        issues = judge(shop, change)
    except (MalformedError, orjson.JSONDecodeError) as error:
        raise ApiError(400, "InvalidInput", "Request has missing or invalid parameters and cannot be parsed.") from error
    status = "INVALID" if refused(issues) else "VALID" if preview else "ACCEPTED"
    shop.submissions += 1
    answer: Row = {"sku": change.sku, "status": status, "submissionId": f"{shop.submissions:032x}"}
    if "identifiers" in shown:
        answer["identifiers"] = _identifiers(shop, change)
    if status == "ACCEPTED":
        shop.jobs.add(shop.write_time, lambda: make(shop, change, call.operation))
    return Answer({**answer, "issues": issues} if "issues" in shown else answer)


def _identifiers(shop: Shop, change: Change) -> list[Row]:
    ware = shop.wares.get(change.sku)
    return [{"marketplaceId": market.id, "asin": ware.asin} for market in sold_in(shop, ware, change.markets)] if ware else []


def _whole(shop: Shop, ware: Ware) -> dict[str, Rows]:
    """Return a listing's attributes over all its marketplaces."""
    return attributes_of(ware, sold_in(shop, ware, shop.facts.markets))


def _update(shop: Shop, change: Change, ware: Ware | None, operation: str) -> None:
    """Replace a listing in a marketplace, or make it."""
    is_new = ware is None
    if ware is None:
        place, now = 1 + max((each.place for each in shop.wares.values()), default=0), shop.instant()
        ware = Ware(place, change.sku, "", change.product_type, 0, 0, now, now, ("DISCOVERABLE",), spots=frozenset(), attributes={})
        shop.wares[ware.sku] = ware
    spots = {shop.facts.markets.index(market) for market in [*change.markets, *sold_in(shop, ware, shop.facts.markets)]}
    attributes = change.result(_whole(shop, ware))
    ware.spots, ware.type = frozenset(spots), change.product_type
    _settle(shop, ware, attributes)
    shop.effect(f"{_kind(ware)}.{'create' if is_new else 'update'}", ware.sku, change.sent, operation)


def _delete(shop: Shop, change: Change, ware: Ware, operation: str) -> None:
    """Take a listing out of a marketplace; out of the last one it is gone."""
    left = [market for market in sold_in(shop, ware, shop.facts.markets) if market not in change.markets]
    if left:
        attributes = _whole(shop, ware)
        ware.spots = frozenset(shop.facts.markets.index(market) for market in left)
        ware.attributes, ware.updated = attributes, shop.instant()
    else:
        shop.remove_ware(ware.sku)
    shop.effect(f"{_kind(ware)}.delete", ware.sku, ",".join(market.id for market in change.markets), operation)


def _rewrite(shop: Shop, change: Change, ware: Ware) -> None:
    attributes = change.result(_whole(shop, ware))
    if change.product_type != "PRODUCT":  # that one stands for whichever it is
        ware.type = change.product_type
    _settle(shop, ware, attributes)


def _settle(shop: Shop, ware: Ware, attributes: dict[str, Rows]) -> None:
    """Let a listing have these attributes, and all that follows from them."""
    sold_before = ware.attributes is None or OFFER in ware.attributes
    ware.attributes, ware.updated, ware.issues = attributes, shop.instant(), []
    ware.name = str(_first(shop, ware, "item_name").get("value", ware.name))
    ware.condition = str(_first(shop, ware, "condition_type").get("value", ware.condition))
    ware.color, ware.size = (str(_first(shop, ware, name).get("value", "")) for name in ("color", "size"))
    ware.barcode = str(_first(shop, ware, "externally_assigned_product_identifier").get("value", ware.barcode))
    ware.level = str(_first(shop, ware, LEVEL).get("value", ""))
    _stock(ware, _first(shop, ware, STOCK))
    ware.prices = _prices(shop, ware)
    _join(shop, ware, str(_first(shop, ware, FAMILY).get("parent_sku", "")))
    sold = OFFER in attributes and not ware.is_parent
    kept = set(ware.status) if sold else set(ware.status) - {"BUYABLE"}
    ware.status = tuple(sorted(kept | ({"BUYABLE"} if sold and not sold_before else set())))


def _stock(ware: Ware, row: Row) -> None:
    """Stock what the seller keeps by what was written; of what Amazon keeps only Amazon knows the number."""
    at_amazon = row.get("fulfillment_channel_code", "DEFAULT") != "DEFAULT"
    kept = ware.quantity if ware.fba else 0
    ware.fba, ware.quantity = at_amazon, kept if at_amazon else row.get("quantity", 0)


def _first(shop: Shop, ware: Ware, name: str) -> Row:
    """Return a row of an attribute, of the store's first marketplace if there is one."""
    rows, home = (ware.attributes or {}).get(name, []), shop.facts.markets[0].id
    return next((row for row in rows if row.get("marketplace_id", home) == home), next(iter(rows), {}))


def _prices(shop: Shop, ware: Ware) -> dict[str, int]:
    found = {}
    for market in sold_in(shop, ware, shop.facts.markets):
        for offer in attributes_of(ware, [market]).get(OFFER, []):
            price = price_of(offer, market)
            if offer.get("audience", "ALL") == "ALL" and price is not None:
                found[market.id] = price
    return found


def _join(shop: Shop, ware: Ware, parent_sku: str) -> None:
    """Put a listing below its parent; a parent that is none is found only now, and told as an issue of the listing."""
    if ware.parent in shop.wares and ware.parent != parent_sku:
        shop.wares[ware.parent].children.remove(ware.sku)
    parent = shop.wares.get(parent_sku)
    if parent_sku and (parent is None or not parent.is_parent):
        ware.parent, ware.issues = "", [{**ORPHAN, "attributeNames": [FAMILY]}]
        return
    ware.parent = parent_sku
    if parent is not None and ware.sku not in parent.children:
        parent.children.append(ware.sku)


def _kind(ware: Ware) -> str:
    return "variant" if ware.parent else "product"


def _remember_patch(shop: Shop, change: Change, ware: Ware, operation: str) -> None:
    """Remember what a patch did: to the stock, to the prices, and to the rest."""
    rest = change.sent
    if any(row.get("fulfillment_channel_code") == "DEFAULT" and "quantity" in row for row in _written(change, STOCK)):
        shop.effect("stock.set", ware.sku, ware.quantity, operation)
        del rest[STOCK]
    priced = [row for row in _written(change, OFFER) if "our_price" in row and row.get("audience", "ALL") == "ALL"]
    for market in sold_in(shop, ware, change.markets):
        if any(row.get("marketplace_id", market.id) == market.id for row in priced):
            shop.effect("price.set", ware.sku, market.text(ware.prices[market.id]), operation)
            rest.pop(OFFER, None)
    if rest:
        shop.effect(f"{_kind(ware)}.update", ware.sku, rest, operation)


def _written(change: Change, name: str) -> Rows:
    return [row for patch in change.patches if patch.name == name and patch.op != "delete" for row in patch.rows or []]
