"""Fulfillment orders as the wire shows them, and how seeded orders come by theirs."""

from typing import Any

from adapters.shopify.sandbox.connections import page_of_rows
from adapters.shopify.sandbox.execution import Run
from adapters.shopify.sandbox.seed.identifiers import BASES, child, gid, iso, order_of
from adapters.shopify.sandbox.seed.orders import Order
from adapters.shopify.sandbox.store import Store
from adapters.shopify.sandbox.tables import Row
from adapters.shopify.sandbox.work import Work, WorkLine

# What an order shows of its fulfilment, and in which state that leaves what is not sent yet.
STATES = {"SCHEDULED": "SCHEDULED", "ON_HOLD": "ON_HOLD", "IN_PROGRESS": "IN_PROGRESS", "PENDING_FULFILLMENT": "IN_PROGRESS"}
ACTIONS = {
    "OPEN": ("CREATE_FULFILLMENT", "REPORT_PROGRESS", "MOVE", "HOLD"),
    "IN_PROGRESS": ("CREATE_FULFILLMENT", "REPORT_PROGRESS", "HOLD", "MARK_AS_OPEN"),
    "ON_HOLD": ("RELEASE_HOLD", "HOLD", "MOVE"),
    "SCHEDULED": ("MARK_AS_OPEN", "MOVE"),
}
DIGITAL = "FULFILLMENT_NOT_REQUIRED"
LINES = 1_000  # numbers kept free for the lines of one fulfillment order


def work_of(store: Store, head: Order) -> list[Work]:
    """Return an order's fulfillment orders, oldest first; they may be changed in place."""
    found = store.work.get(head.id)
    if found is None:
        found = store.work[head.id] = _seeded(store, head)
    return found


def add_work(store: Store, head: Order, place: int, units: list[tuple[int, int]], moment: int) -> Work:
    """Open another fulfillment order for units of lines."""
    found = work_of(store, head)
    made = _work(head, len(found), place, "OPEN", moment, [(at, count, count) for at, count in units])
    found.append(made)
    return made


def work_at(store: Store, number: int) -> tuple[Order, Work] | None:
    """Find a fulfillment order by its number."""
    head = store.orders.heads.get(BASES["Order"] + order_of("FulfillmentOrder", number))
    return next(((head, work) for work in work_of(store, head) if work.number == number), None) if head else None


def work_of_order(run: Run, row: Row, arguments: dict[str, Any]) -> Row:
    """Page through an order's fulfillment orders."""
    store = run.subject.store
    head = store.orders.heads[int(row["legacyResourceId"])]
    return page_of_rows([work_row(store, head, work) for work in work_of(store, head)], arguments)


def work_row(store: Store, head: Order, work: Work) -> Row:
    """Write one fulfillment order."""
    order = store.orders.row(head.id) or {}
    location = store.locations.row(BASES["Location"] + work.place) or {}
    return {
        "__typename": "FulfillmentOrder",
        "id": gid("FulfillmentOrder", work.number),
        "status": work.status,
        "requestStatus": work.request,
        "createdAt": iso(work.created),
        "updatedAt": iso(work.updated),
        "fulfillAt": iso(work.created),
        "fulfillBy": None,
        "order": head.id,
        "orderId": gid("Order", head.id),
        "orderName": head.name,
        "orderProcessedAt": iso(head.processed),
        "assignedLocation": {**location["address"], "name": location["name"], "location": location},
        "deliveryMethod": _delivery(order, work),
        "fulfillmentHolds": [_hold(work)] if work.status == "ON_HOLD" else [],
        "supportedActions": [{"action": action} for action in _actions(work)],
        "lineItems": [_line_row(store, order["lineItems"][line.at], line) for line in work.lines],
    }


def _seeded(store: Store, head: Order) -> list[Work]:
    if head.fulfillment == DIGITAL:
        return []
    row = store.orders.row(head.id) or {}
    parcels = [parcel for parcel in row["fulfillments"] if parcel["status"] == "SUCCESS"]
    made = [
        _work(head, at, parcel["location"] - BASES["Location"], "CLOSED", head.created, [
            (content["lineItem"], content["quantity"], 0) for content in parcel["fulfillmentLineItems"]
        ])
        for at, parcel in enumerate(parcels)
    ]  # fmt: skip
    if head.cancelled:
        rest = [(at, line["quantity"], line["quantity"]) for at, line in enumerate(row["lineItems"])]
        return [*made, _work(head, len(made), 0, "CLOSED", head.created, rest)]
    rest = [(at, units, units) for at, line in enumerate(row["lineItems"]) if (units := line["unfulfilledQuantity"])]
    for place, lines in _places(store, head, rest):
        made.append(_work(head, len(made), place, STATES.get(head.fulfillment, "OPEN"), head.created, lines))
        made[-1].request = "REJECTED" if head.fulfillment == "REQUEST_DECLINED" else "UNSUBMITTED"
    return made


def _places(store: Store, head: Order, lines: list[tuple[int, int, int]]) -> list[tuple[int, list[tuple[int, int, int]]]]:
    """Divide lines among locations: now and then the last line waits elsewhere than the rest."""
    active = [place.index for place in store.locations.heads.values() if place.active]
    if len(lines) > 1 and len(active) > 1 and head.index % 4 == 1:
        return [(active[0], lines[:-1]), (active[1], lines[-1:])]
    return [(active[0], lines)] if lines else []


def _work(head: Order, at: int, place: int, status: str, moment: int, lines: list[tuple[int, int, int]]) -> Work:
    numbered = [
        WorkLine(child("FulfillmentOrderLineItem", head.index, at * LINES + row), line, total, remaining)
        for row, (line, total, remaining) in enumerate(lines)
    ]
    return Work(child("FulfillmentOrder", head.index, at), place, status, moment, moment, lines=numbered)


def _actions(work: Work) -> tuple[str, ...]:
    known = ACTIONS.get(work.status, ())
    return (*known, "SPLIT") if work.status == "OPEN" and work.remaining > 1 else known


def _delivery(order: Row, work: Work) -> Row:
    lines = order["shippingLines"]
    title = lines[0]["title"] if lines else None
    kind = "SHIPPING" if order["requiresShipping"] else "NONE"
    number = gid("DeliveryMethod", work.number)
    return {"__typename": "DeliveryMethod", "id": number, "methodType": kind, "presentedName": title, "serviceCode": title,
            "sourceReference": None, "minDeliveryDateTime": None, "maxDeliveryDateTime": None}  # fmt: skip


def _hold(work: Work) -> Row:
    return {
        "__typename": "FulfillmentHold",
        "id": gid("FulfillmentHold", work.number),
        "reason": "OTHER",
        "reasonNotes": "The merchant looks at it",
        "displayReason": "Other",
        "handle": None,
        "heldByRequestingApp": False,
    }


def _line_row(store: Store, line: Row, work_line: WorkLine) -> Row:
    variant = store.variants.heads.get(line["variant"]) if line["variant"] is not None else None
    return {
        "__typename": "FulfillmentOrderLineItem",
        "id": gid("FulfillmentOrderLineItem", work_line.number),
        "totalQuantity": work_line.total,
        "remainingQuantity": work_line.remaining,
        "sku": line["sku"],
        "productTitle": line["title"],
        "variantTitle": line["variantTitle"],
        "vendor": line["vendor"],
        "requiresShipping": line["requiresShipping"],
        "inventoryItemId": gid("InventoryItem", variant.item_id) if variant else None,
        "variant": line["variant"],
        "lineItem": line,
    }
