"""Stock: what lies at Amazon, and what lies at the seller's own places where the seller is enrolled for them.

A place is called by its supply source's id or by its code.
"""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import orjson

from adapters.amazon.sandbox.calls import Answer, Call
from adapters.amazon.sandbox.errors import invalid, refusal
from adapters.amazon.sandbox.instants import DAY, SECOND, second_of
from adapters.amazon.sandbox.pages import seal, unseal
from adapters.amazon.sandbox.seed.listing_rows import STOCK
from adapters.amazon.sandbox.seed.people import warehouse
from adapters.amazon.sandbox.seed.wares import Ware
from adapters.amazon.sandbox.shop import Shop

Row = dict[str, Any]
PAGE, SKUS, BATCH = 50, 50, 10
TOKEN_LIFE = 30 * SECOND
REACH = 548 * DAY  # eighteen months
CONDITIONS = {"new_new": "NewItem", "used_like_new": "UsedLikeNew", "refurbished_refurbished": "Refurbished"}
STATUSES = ("Active", "Inactive", "Archived")


def get_summaries(shop: Shop, call: Call) -> Answer:
    """Answer getInventorySummaries."""
    query, now = call.query, shop.instant()
    markets = query.words("marketplaceIds", most=1)
    if query.text("granularityType", ("Marketplace",)) == "" or not markets or query.text("granularityId") != markets[0]:
        raise invalid("granularityType, granularityId and the same marketplaceIds are required.")
    spots = {market.id: spot for spot, market in enumerate(shop.facts.markets)}
    if markets[0] not in spots:
        raise refusal("no role")
    since = query.instant("startDateTime")
    if since is not None and since < now - REACH:
        raise invalid("startDateTime must be within the last eighteen months.")
    asked = query.items(but=("nextToken",))
    token, details = query.text("nextToken"), query.flag("details")
    start = int(unseal(token, "stock", asked, now, TOKEN_LIFE)["start"]) if token else 0
    skus = frozenset(query.words("sellerSkus", most=SKUS)) | ({query.text("sellerSku")} if "sellerSku" in query else frozenset())
    wares = [ware for ware in shop.wares.values() if ware.fba and ware.sold_at(spots[markets[0]])]
    # With a start time the platform forgets which SKUs were named.
    chosen = [ware for ware in wares if (ware.updated >= since if since is not None else not skus or ware.sku in skus)]
    payload = {
        "granularity": {"granularityType": "Marketplace", "granularityId": markets[0]},
        "inventorySummaries": [_summary(ware, details=details) for ware in chosen[start : start + PAGE]],
    }
    if start + PAGE < len(chosen):
        return Answer({"payload": payload, "pagination": {"nextToken": seal("stock", asked, now, start=start + PAGE)}})
    return Answer({"payload": payload})


def list_sources(shop: Shop, call: Call) -> Answer:
    """Answer getSupplySources; a seller who is not enrolled has none."""
    now, size, token = shop.instant(), call.query.number("pageSize", 10, 100), call.query.text("nextPageToken")
    start = int(unseal(token, "sources", {}, now, DAY)["start"]) if token else 0
    numbers = range(1, shop.facts.profile.locations + 1)
    rows = [{key: _source(shop, number)[key] for key in ("supplySourceId", "supplySourceCode", "alias", "address")} for number in numbers]
    answer: Row = {"supplySources": rows[start : start + size]}
    if start + size < len(rows):
        answer["nextPageToken"] = seal("sources", {}, now, start=start + size)
    return Answer(answer)


def get_source(shop: Shop, call: Call) -> Answer:
    """Answer getSupplySource."""
    number = _places(shop).get(call.path["supplySourceId"])
    if number is None:
        raise refusal("no source")
    return Answer(_source(shop, number))


def work_on_batch(shop: Shop, call: Call) -> Answer:
    """Answer batchInventory: every entry has its own status, the whole has 207."""
    try:
        entries = orjson.loads(call.body)["requests"]
    except (orjson.JSONDecodeError, KeyError, TypeError) as error:
        raise invalid("requests is required.") from error
    if not 1 <= len(entries) <= BATCH:
        raise invalid(f"requests takes 1 to {BATCH} entries.")
    return Answer({"responses": [_entry(shop, entry, call.operation) for entry in entries]}, 207)


def _summary(ware: Ware, *, details: bool) -> Row:
    """Write what Amazon has of a ware: the total is what can be sold, what is on its way, reserved, looked for, and damaged."""
    held, coming, broken = ware.place % 4, ware.place % 3 * 20, ware.place % 2
    row: Row = {"asin": ware.asin, "fnSku": ware.fnsku, "sellerSku": ware.sku, "condition": CONDITIONS.get(ware.condition, "NewItem")}
    if details:
        row["inventoryDetails"] = {
            "fulfillableQuantity": ware.quantity,
            "inboundWorkingQuantity": 0,
            "inboundShippedQuantity": coming,
            "inboundReceivingQuantity": 0,
            "reservedQuantity": {
                "totalReservedQuantity": held,
                "pendingCustomerOrderQuantity": held,
                "pendingTransshipmentQuantity": 0,
                "fcProcessingQuantity": 0,
            },
            "researchingQuantity": {"totalResearchingQuantity": 0, "researchingQuantityBreakdown": []},
            "unfulfillableQuantity": {"totalUnfulfillableQuantity": broken, "customerDamagedQuantity": broken},
        }
    total = ware.quantity + held + coming + broken
    return row | {"lastUpdatedTime": second_of(ware.updated), "productName": ware.name, "totalQuantity": total, "stores": []}


def _places(shop: Shop) -> dict[str, int]:
    numbers = range(1, shop.facts.profile.locations + 1)
    return {name: number for number in numbers for name in (_source_id(number), f"LOC{number}")}


def _source_id(number: int) -> str:
    return f"5f0c0000-0000-4000-8000-{number:012d}"


def _source(shop: Shop, number: int) -> Row:
    market = shop.facts.markets[0]
    return {
        "supplySourceId": _source_id(number),
        "supplySourceCode": f"LOC{number}",
        "alias": f"{shop.facts.title} {number}",
        "status": STATUSES[(number - 1) // 2 % len(STATUSES)],
        "address": warehouse(number, market.country),
        "configuration": {"timezone": "UTC"},
        "capabilities": {"outbound": {"isSupported": True}},
        "createdAt": "2024-01-01T00:00:00Z",
        "updatedAt": "2024-06-01T00:00:00Z",
    }


def _entry(shop: Shop, entry: Row, operation: str) -> Row:
    uri = urlsplit(entry.get("uri", ""))
    asked = {name: values[0] for name, values in parse_qs(uri.query).items()}
    place, sku = asked.get("locationId", ""), asked.get("skuId", "")
    body: Row = {"skuId": sku, "locationId": place}
    step = uri.path.strip("/").rpartition("/")[2]
    if step not in {"fetch", "update"}:
        return _failed(body, 404, "Not Found", "INVALID_URI", "The requested operation does not exist.")
    number, ware = _places(shop).get(place), shop.wares.get(sku)
    if number is None:
        return _failed(body, 400, "Invalid Input", "INVALID_LOCATION", "The requested location does not exist for the seller.")
    if ware is None or f"LOC{number}" not in ware.stocks:
        return _failed(
            body, 400, "Invalid Input", "INVALID_SKU", "The requested Sku does not exist for the seller in requested marketplace."
        )
    if step == "update" and not _updated(shop, ware, f"LOC{number}", entry, operation):
        return _failed(body, 400, "Invalid Input", "INVALID_QUANTITY", "The quantity must be a whole number that is not below zero.")
    sequence = ware.sequences.get(f"LOC{number}", ware.updated)
    more: Row = {"sellableQuantity": ware.stocks[f"LOC{number}"], "reservedQuantity": ware.place % 3, "clientSequenceNumber": sequence}
    return {"status": {"statusCode": 200, "reasonPhrase": "Success"}, "body": {**body, **more, "actionableErrors": []}}


def _updated(shop: Shop, ware: Ware, place: str, entry: Row, operation: str) -> bool:
    """Set the units at a place; False for what is no number of them. An older sequence number than the last one changes nothing."""
    sent = entry.get("body") or {}
    quantity, sequence = sent.get("quantity"), sent.get("clientSequenceNumber", shop.instant())
    if not isinstance(quantity, int) or not isinstance(sequence, int) or quantity < 0 or entry.get("method") != "POST":
        return False
    if sequence > ware.sequences.get(place, 0):
        ware.stocks, ware.sequences = {**ware.stocks, place: quantity}, {**ware.sequences, place: sequence}
        ware.quantity, ware.updated = sum(ware.stocks.values()), shop.instant()
        if ware.attributes is not None and STOCK in ware.attributes:
            ware.attributes = {**ware.attributes, STOCK: [{**row, "quantity": ware.quantity} for row in ware.attributes[STOCK]]}
        shop.effect("stock.set", f"{ware.sku}|{place}", quantity, operation)
    return True


def _failed(body: Row, status: int, reason: str, kind: str, detail: str) -> Row:
    errors = [{"errorType": kind, "errorSubType": detail}]
    return {"status": {"statusCode": status, "reasonPhrase": reason}, "body": {**body, "actionableErrors": errors}}
