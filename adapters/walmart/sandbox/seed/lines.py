"""One line of an order as it is shown: its charges, its pieces by status, its parcels and what was paid back."""

from typing import Any

from adapters.walmart.sandbox.seed.bills import Bill, bill_of
from adapters.walmart.sandbox.seed.catalogue import Item
from adapters.walmart.sandbox.seed.heads import SELLER, OrderHead
from adapters.walmart.sandbox.seed.money import charge_row, tax_on
from adapters.walmart.sandbox.seed.nodes import partner_of
from adapters.walmart.sandbox.seed.planned import changed_at, planned_number, planned_refund, planned_tracking
from adapters.walmart.sandbox.seed.plans import Part

Row = dict[str, Any]
SHIP_METHODS = {"Value": "VALUE", "Standard": "STANDARD", "Express": "EXPEDITED", "OneDay": "RUSH"}
DAY = 86_400


def line_row(head: OrderHead, turn: int, item: Item, returned: str, *, per_unit: bool) -> Row:
    """Return one line; `returned` is the return it is part of, `per_unit` shows the charges of one piece."""
    bill = bill_of(head, turn, item)
    state = head.states[turn] if head.states else None
    refund = state.refund if state else planned_refund(head, turn, bill)
    row: Row = {
        "lineNumber": str(head.line_number(turn)),
        "item": {"productName": item.name, "sku": item.sku},
        "charges": {"charge": _charges(bill, times=1 if per_unit else bill.quantity)},
        "orderLineQuantity": _pieces(bill.quantity),
        "statusDate": state.dated if state else changed_at(head),
        "orderLineStatuses": {"orderLineStatus": [_status(head, turn, part, count) for part, count in head.divided(turn)]},
        "fulfillment": _fulfillment(head),
    }
    if returned:
        row["returnOrderId"] = returned
    if refund:
        row["refund"] = refund
    if head.plan.unwanted and not head.overdue:
        row["intentToCancel"] = "CUSTOMER_INTENT_TO_CANCEL"
    if number := (state.seller_number if state else "") or planned_number(head):
        row["sellerOrderId"] = number
    if head.place % 19 == 8:
        row |= {"configId": f"CFG-{head.place}-{turn}", "originalCarrierMethod": "20", "serialNumbers": [f"SN{head.place:05d}{turn:03d}"]}
    return row


def partner_node(store: str, head: OrderHead) -> Row:
    """Return the kind of fulfilment of an order, as its last field shows it."""
    return {"type": head.node_type, "id": partner_of(store)} if head.node_type == SELLER else {"type": head.node_type}


def _pieces(count: int) -> Row:
    return {"unitOfMeasurement": "EACH", "amount": str(count)}


def _charges(bill: Bill, times: int) -> list[Row]:
    rows = [charge_row("PRODUCT", "ItemPrice", bill.price * times, (bill.tax if not bill.discount else tax_on(bill.price)) * times)]
    if bill.discount:
        # The discount's tax is what the price's tax is too high by, so that both add up to the tax of the piece.
        rows.append(charge_row("PRODUCT", "SubscriptionDiscount", -bill.discount * times, (bill.tax - tax_on(bill.price)) * times))
    if bill.fee:
        rows.append(charge_row("FEE", "Recycling Fee", bill.fee * times, None))
    if bill.shipping:
        rows.append(charge_row("SHIPPING", "Shipping", bill.shipping, tax_on(bill.shipping)))
    return rows


def _status(head: OrderHead, turn: int, part: Part, count: int) -> Row:
    row: Row = {"status": part.status, "statusQuantity": _pieces(count)}
    if part.reason:
        row["cancellationReason"] = part.reason
    if tracking := part.tracking or planned_tracking(head, part):
        row["trackingInfo"] = tracking
    if part.address:
        row["returnCenterAddress"] = part.address
    elif part.status == "Delivered" and head.plan.returned and turn == 0:
        row["returnCenterAddress"] = {
            "name": "Returns Desk",
            "address1": "4 Silo Road",
            "city": "Millbrook",
            "state": "TX",
            "postalCode": "75001",
            "country": "USA",
        }
    return row


def _fulfillment(head: OrderHead) -> Row:
    row: Row = {"fulfillmentOption": "S2H", "shipMethod": SHIP_METHODS.get(head.method, head.method.upper())}
    row["pickUpDateTime"] = (head.ship_by + 2 * DAY) * 1000
    return row | ({"shippingProgramType": head.program} if head.program else {})
