"""Stock: all SKUs by node, one SKU, and what Walmart itself keeps. At a node, availToSellQty = inputQty - reservedQty."""

import base64
import uuid
from datetime import UTC, datetime
from typing import Any

from adapters.walmart.sandbox.calls import Call
from adapters.walmart.sandbox.dates import bound, within
from adapters.walmart.sandbox.errors import ApiError, invalid, nothing_found, unknown_row
from adapters.walmart.sandbox.seed.catalogue import Item
from adapters.walmart.sandbox.seed.heads import WFS
from adapters.walmart.sandbox.seller import Seller

Row = dict[str, Any]
DEFAULT_LIMIT, MOST, WFS_MOST = 10, 50, 300


def list_inventories(seller: Seller, call: Call) -> Row:
    """Answer one page of all SKUs. Pages may be short: only an empty cursor is the end."""
    limit, start = call.number("limit", DEFAULT_LIMIT, MOST, 1), 0
    if cursor := call.text("nextCursor"):
        kept = seller.stock_cursors.take(cursor)
        if kept is None:
            raise invalid(call.api, "nextCursor")
        start = kept
    items = [item for item in seller.listed() if item.inputs]
    size = limit - 1 if limit > 1 and start // limit % 2 == 1 else limit
    chosen = items[start : start + size]
    if not chosen:
        raise nothing_found(call.api, "Inventories")
    reserved, after = seller.reserved(), start + size
    rows = [{"sku": item.sku, "nodes": _nodes(item, reserved)} for item in chosen]
    following = seller.stock_cursors.give(_handle(after), after) if after < len(items) else ""
    return {"meta": {"totalCount": len(items), "nextCursor": following}, "elements": {"inventories": rows}}


def one_inventory(seller: Seller, call: Call) -> Row:
    """Answer one SKU at all its nodes or one of them."""
    item = _stocked(seller, call, call.argument)
    node = call.text("shipNode")
    rows = [row for row in _nodes(item, seller.reserved()) if node in {"", row["shipNode"]}]
    if not rows:
        raise unknown_row(call.api, f"Ship node {node} of {item.sku}")
    return {"sku": item.sku, "nodes": rows}


def default_inventory(seller: Seller, call: Call) -> Row:
    """Answer what the seller sent for one SKU at its default node, or at the node that is named."""
    item = _stocked(seller, call, call.needed("sku"))
    inputs = item.inputs or {}
    node = call.text("shipNode") or next(iter(inputs))
    if node not in inputs:
        raise unknown_row(call.api, f"Ship node {node} of {item.sku}")
    return {"sku": item.sku, "quantity": _quantity(inputs[node])}


def walmart_inventory(seller: Seller, call: Call) -> Row:
    """Answer what Walmart keeps for the seller."""
    limit, offset = call.number("limit", DEFAULT_LIMIT, WFS_MOST, 1), call.number("offset", 0, 1_000_000)
    low, high = bound(call, "fromModifiedDate"), bound(call, "toModifiedDate")
    kept = [item for item in seller.listed() if item.wfs is not None and call.text("sku") in {"", item.sku}]
    kept = [item for item in kept if within(item.stocked, low, high)]
    chosen = kept[offset : offset + limit]
    if not chosen:
        raise nothing_found(call.api, "Inventory")
    rows = [{"sku": item.sku, "shipNodes": [_walmart_node(item)]} for item in chosen]
    return {"headers": {"totalCount": len(kept), "limit": limit, "offset": offset}, "payload": {"inventory": rows}}


def legacy_inventory(seller: Seller, call: Call) -> Row:
    """Answer for the address that was switched off in March 2026."""
    raise ApiError(404, "URI_NOT_FOUND", "This address was switched off; use /v3/wfs/inventory")


def _stocked(seller: Seller, call: Call, sku: str) -> Item:
    item = seller.items.get(sku)
    if item is None or item.gone or not item.inputs:
        raise unknown_row(call.api, f"SKU {sku}")
    return item


def _nodes(item: Item, reserved: dict[str, int]) -> list[Row]:
    """Return a SKU's stock by node; orders reserve at the default node, which comes first."""
    rows = []
    for place, (node, sent) in enumerate((item.inputs or {}).items()):
        held = min(reserved.get(item.sku, 0), sent) if place == 0 else 0
        quantities = {"inputQty": sent, "availToSellQty": sent - held, "reservedQty": held}
        rows.append({"shipNode": node, **{name: _quantity(count) for name, count in quantities.items()}})
    return rows


def _walmart_node(item: Item) -> Row:
    kept = item.wfs or 0
    changed = datetime.fromtimestamp(item.stocked, UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    return {"modifiedDate": changed, "availToSellQty": kept - kept // 8, "onHandQty": kept, "shipNodeType": WFS}


def _quantity(count: int) -> Row:
    return {"unit": "EACH", "amount": count}


def _handle(start: int) -> str:
    return base64.b64encode(f"{uuid.uuid4()} {start}".encode()).decode()
