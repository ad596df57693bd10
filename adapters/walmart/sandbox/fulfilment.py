"""Accepting an order, shipping it, and putting its tracking right: a whole order, or some pieces of some of its lines.

A request is carried out as a whole or not at all: everything is looked at before anything changes.
"""

from dataclasses import replace
from functools import partial
from typing import Any

from adapters.walmart.sandbox.calls import Call
from adapters.walmart.sandbox.carriers import CARRIERS, SERVICES
from adapters.walmart.sandbox.errors import refused
from adapters.walmart.sandbox.order_changes import (
    answer,
    change_lines,
    in_status,
    own_order_of,
    pieces_of,
    take_from_stock,
    turn_of,
)
from adapters.walmart.sandbox.pieces import Test, becoming, count_of, moved, of_status
from adapters.walmart.sandbox.seed.heads import OrderHead, Pieces
from adapters.walmart.sandbox.seed.plans import ACKNOWLEDGED, Part
from adapters.walmart.sandbox.seed.states import opened
from adapters.walmart.sandbox.seller import Seller
from adapters.walmart.sandbox.sent import Sent, body_of

Row = dict[str, Any]
HOUR, DAY = 3_600, 86_400
LAST_SHIPPING, LAST_TRACKING = 30 * DAY, 4 * HOUR
PARTIAL_UPDATE = "PARTIAL_UPDATE"
LONGEST_NUMBER = 30
CREATED, WAITING, SHIPPED = of_status("Created"), of_status("Acknowledged"), of_status("Shipped")
BEFORE_SHIPPING = {"Created", "Acknowledged", "Cancelled"}


def acknowledge(seller: Seller, call: Call) -> Row:
    """Accept a whole order. Doing it again changes nothing; what went further can't be taken back."""
    head = own_order_of(seller, call)
    words = head.words()
    if words - BEFORE_SHIPPING or words == {"Cancelled"}:
        raise refused("Acknowledge refused: some or all qty in higher status")
    if "Created" not in words:
        return answer(seller, call, head)
    lines = opened(head, seller.items)
    waiting = {turn: state.pieces for turn, state in enumerate(lines) if count_of(state.pieces, CREATED)}
    accepted = {turn: moved(pieces, CREATED, count_of(pieces, CREATED), becoming(ACKNOWLEDGED)) for turn, pieces in waiting.items()}
    seller.record("order.acknowledge", head.id, None, call.operation)
    return change_lines(seller, call, head, accepted)


def ship(seller: Seller, call: Call) -> Row:
    """Ship pieces of an order, or with PARTIAL_UPDATE replace the tracking of pieces that were shipped."""
    head = own_order_of(seller, call)
    shipment = body_of(call).part("orderShipment")
    sent = shipment.part("orderLines").rows("orderLine")
    if shipment.has("processMode"):
        shipment.text("processMode", known=(PARTIAL_UPDATE,))
        return _retrack(seller, call, head, sent)
    if call.now - head.created > LAST_SHIPPING:
        raise refused("Shipping refused: the PO is older than 30 days")
    changes: dict[int, Pieces] = {}
    for line in sent:
        turn = turn_of(head, line)
        changes[turn] = _shipped(seller, call, head, turn, line, changes.get(turn))
    for turn, pieces in changes.items():
        before = opened(head, seller.items)[turn].pieces
        take_from_stock(seller, head.lines[turn][0], count_of(pieces, SHIPPED) - count_of(before, SHIPPED))
    for line in sent:
        opened(head, seller.items)[turn_of(head, line)].seller_number = line.text("sellerOrderId")
    _record(seller, call, head, "shipment.create", sent)
    return change_lines(seller, call, head, changes)


def _shipped(seller: Seller, call: Call, head: OrderHead, turn: int, line: Sent, before: Pieces | None) -> Pieces:
    """Return the pieces of a line after one entry of a shipment."""
    line.text("sellerOrderId", most=LONGEST_NUMBER)
    if head.plan.unwanted and not line.flag("intentToCancelOverride"):
        raise refused(f"Line {head.line_number(turn)} has an intent to cancel: shipping it needs intentToCancelOverride")
    pieces = opened(head, seller.items)[turn].pieces if before is None else before
    for status in _statuses(line):
        count, tracking = pieces_of(status), _tracking(status)
        if not count_of(pieces, WAITING) and before is None:
            raise refused(in_status(head, turn, pieces))
        if count_of(pieces, WAITING) < count:
            raise refused("Qty OverShipped: line or quantity cannot be shipped")
        address = status.part("returnCenterAddress").value if status.has("returnCenterAddress") else None
        parcel = Part("Shipped", tracking=tracking, address=address, shipped=call.now)
        pieces = before = moved(pieces, WAITING, count, becoming(parcel))
    return pieces


def _retrack(seller: Seller, call: Call, head: OrderHead, sent: list[Sent]) -> Row:
    """Replace the tracking of pieces that were shipped not long ago."""
    changes: dict[int, Pieces] = {}
    for line in sent:
        turn = turn_of(head, line)
        pieces = changes.get(turn, opened(head, seller.items)[turn].pieces)
        for status in _statuses(line):
            count, tracking = pieces_of(status), _tracking(status)
            number = status.part("currentTrackingInfo").text("trackingNumber")
            with_number = _tracked(number)
            if count_of(pieces, with_number) < count:
                raise refused(f"Line {head.line_number(turn)} has no such quantity shipped with tracking number {number}")
            if any(with_number(part) and call.now - part.shipped > LAST_TRACKING for part, _ in pieces):
                raise refused("Tracking can not be updated later than 4 hours after shipping")
            pieces = moved(pieces, with_number, count, partial(replace, tracking=tracking))
        changes[turn] = pieces
    _record(seller, call, head, "shipment.update", sent)
    return change_lines(seller, call, head, changes)


def _tracked(number: str) -> Test:
    return lambda part: part.status == "Shipped" and part.tracking is not None and part.tracking["trackingNumber"] == number


def _statuses(line: Sent) -> list[Sent]:
    statuses = line.part("orderLineStatuses").rows("orderLineStatus")
    for status in statuses:
        status.text("status", known=("Shipped",))
    return statuses


def _tracking(status: Sent) -> Row:
    """Return the tracking of a status as orders show it."""
    tracking = status.part("trackingInfo")
    carrier = tracking.part("carrierName")
    if carrier.has("carrier") == carrier.has("otherCarrier"):
        raise carrier.wrong("carrier")
    if carrier.has("carrier"):
        carrier.text("carrier", known=CARRIERS)
    else:
        carrier.text("otherCarrier")
        tracking.text("trackingURL")
    return {
        "shipDateTime": tracking.whole("shipDateTime", least=1),
        "carrierName": carrier.value,
        "methodCode": tracking.text("methodCode", known=SERVICES),
        "trackingNumber": tracking.text("trackingNumber"),
        **({"trackingURL": tracking.text("trackingURL")} if tracking.has("trackingURL") else {}),
    }


def _record(seller: Seller, call: Call, head: OrderHead, what: str, sent: list[Sent]) -> None:
    """Remember each parcel once, however many lines are in it."""
    numbers = [status.part("trackingInfo").text("trackingNumber") for line in sent for status in _statuses(line)]
    for number in dict.fromkeys(numbers):
        seller.record(what, head.id, number, call.operation)
