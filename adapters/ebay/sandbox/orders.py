"""The Fulfillment interface: orders by list, by ids and one by one, and the parcels of an order."""

import re
import zlib
from typing import Any

from adapters.ebay.sandbox import paging
from adapters.ebay.sandbox.book import Column
from adapters.ebay.sandbox.calls import Answer, Call
from adapters.ebay.sandbox.dates import stamp
from adapters.ebay.sandbox.errors import refusal
from adapters.ebay.sandbox.filters import HISTORY, order_filter
from adapters.ebay.sandbox.seed.events import Parcel
from adapters.ebay.sandbox.seed.history import Head
from adapters.ebay.sandbox.seed.lines import line_id
from adapters.ebay.sandbox.seed.parcels import parcels_of
from adapters.ebay.sandbox.views import shown_order

MOST_IDS = 50
ORDER_ID = re.compile(r"[\w!-]{3,60}")


def list_orders(call: Call) -> Answer:
    """Answer a page of orders, or those asked for by their ids; then nothing else that was asked counts."""
    if "orderIds" in call.query:
        return _by_ids(call)
    breakdown = _breakdown(call)
    page = paging.page_of(call, _matching(call), paging.ORDERS)
    rows = [shown_order(call, head, listed=True, breakdown=breakdown) for head in page.rows]
    frame: dict[str, Any] = {**page.links(call, call.home), "total": page.total, "limit": page.limit, "offset": page.offset}
    return Answer({**frame, "orders": rows})


def get_order(call: Call) -> Answer:
    """Answer one order with all that only this path shows."""
    return Answer(shown_order(call, find_head(call), listed=False, breakdown=_breakdown(call)))


def list_parcels(call: Call) -> Answer:
    """Answer all parcels of an order; this path knows no other status for a wrong id than 400."""
    head = find_head(call, missing=400)
    parcels = [_parcel(head, parcel) for parcel in parcels_of(head)]
    return Answer({"total": len(parcels), "fulfillments": parcels})


def get_parcel(call: Call) -> Answer:
    """Answer one parcel."""
    head, wanted = find_head(call), call.names["fulfillmentId"]
    parcel = next((parcel for parcel in parcels_of(head) if parcel.id == wanted), None)
    if parcel is None:
        raise refusal(32110, fulfillmentId=wanted)
    return Answer(_parcel(head, parcel))


def _by_ids(call: Call) -> Answer:
    wanted = list(dict.fromkeys(part for part in call.query["orderIds"].split(",") if part))
    if len(wanted) > MOST_IDS:
        raise refusal(30900)
    heads = [call.store.orders.heads[order_id] for order_id in wanted if order_id in call.store.orders.heads]
    found = [head for head in heads if visible(call, head)]
    # The breakdown is a query parameter too, and all others are ignored.
    rows = [shown_order(call, head, listed=True, breakdown=False) for head in found]
    frame = {"href": call.home + call.page(), "total": len(rows), "limit": MOST_IDS, "offset": 0}
    return Answer({**frame, "orders": rows})


def _matching(call: Call) -> list[Head]:
    """Return the orders that the filter asks for.

    By creation they come oldest first. By change the platform promises no order; a shuffled one keeps clients from relying on any.
    """
    wanted = order_filter(call.query.get("filter", ""), call.now)
    column: Column = "modified" if wanted.by_change else "created"
    oldest = call.now - HISTORY
    heads = call.store.orders.between(column, wanted.first, wanted.last)
    kept = [head for head in heads if head.created >= oldest and (not wanted.states or head.story.shipped in wanted.states)]
    return sorted(kept, key=lambda head: zlib.crc32(head.id.encode())) if wanted.by_change else kept


def _breakdown(call: Call) -> bool:
    asked = call.query.get("fieldGroups")
    if asked not in {None, "TAX_BREAKDOWN"}:
        raise refusal(32800, fieldGroup=asked)
    return asked is not None


def find_head(call: Call, missing: int = 404) -> Head:
    """Return the order a path names, or refuse."""
    order_id = call.names["orderId"]
    head = call.store.orders.heads.get(order_id)
    if head is None or not visible(call, head):
        raise refusal(32100, missing if ORDER_ID.fullmatch(order_id) else 400, orderId=order_id)
    return head


def visible(call: Call, head: Head) -> bool:
    """Tell whether an order is young enough to be shown."""
    return head.created >= call.now - HISTORY


def _parcel(head: Head, parcel: Parcel) -> dict[str, Any]:
    tracking = {"shipmentTrackingNumber": parcel.tracking, "shippingCarrierCode": parcel.carrier} if parcel.tracking else {}
    return {
        "fulfillmentId": parcel.id,
        **tracking,
        "shippedDate": stamp(parcel.shipped),
        "lineItems": [{"lineItemId": line_id(head, place), "quantity": quantity} for place, quantity in parcel.units.items()],
    }
