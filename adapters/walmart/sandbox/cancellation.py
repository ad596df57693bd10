"""Cancelling pieces of an order that were not shipped yet."""

from typing import Any

from adapters.walmart.sandbox.calls import Call
from adapters.walmart.sandbox.errors import refused
from adapters.walmart.sandbox.order_changes import change_lines, in_status, own_order_of, pieces_of, take_from_stock, turn_of
from adapters.walmart.sandbox.pieces import becoming, count_of, moved, of_status
from adapters.walmart.sandbox.seed.heads import OrderHead, Pieces
from adapters.walmart.sandbox.seed.plans import OPEN_WORDS, OUT_OF_STOCK, Part
from adapters.walmart.sandbox.seed.states import opened
from adapters.walmart.sandbox.seller import Seller
from adapters.walmart.sandbox.sent import Sent, body_of

Row = dict[str, Any]
BY_CUSTOMER = "CUSTOMER_REQUESTED_SELLER_TO_CANCEL"
REASONS = (
    *(BY_CUSTOMER, OUT_OF_STOCK, "SELLER_CANCEL_PRICING_ERROR"),
    *("SELLER_CANCEL_FRAUD_STOP_SHIPMENT", "SELLER_CANCEL_ADDRESS_NOT_SERVICEABLE"),
)
OPEN = of_status(*OPEN_WORDS)


def cancel(seller: Seller, call: Call) -> Row:
    """Cancel pieces of some lines; what is out of stock is so for everybody from then on."""
    head = own_order_of(seller, call)
    sent = body_of(call).part("orderCancellation").part("orderLines").rows("orderLine")
    changes: dict[int, Pieces] = {}
    for line in sent:
        turn = turn_of(head, line)
        changes[turn] = _cancelled(seller, head, turn, line, changes.get(turn))
    for line in sent:
        if OUT_OF_STOCK in {status.value["cancellationReason"] for status in _statuses(line)}:
            take_from_stock(seller, head.lines[turn_of(head, line)][0], None)
    seller.record("order.cancel", head.id, _counts(head, sent), call.operation)
    return change_lines(seller, call, head, changes)


def _cancelled(seller: Seller, head: OrderHead, turn: int, line: Sent, before: Pieces | None) -> Pieces:
    pieces = opened(head, seller.items)[turn].pieces if before is None else before
    for status in _statuses(line):
        count, reason = pieces_of(status), status.text("cancellationReason", known=REASONS)
        if reason == BY_CUSTOMER and not head.plan.unwanted:
            raise refused(f"Cancellation reason {reason} needs a line with an intent to cancel")
        if not count_of(pieces, OPEN) and before is None:
            raise refused(in_status(head, turn, pieces))
        if count_of(pieces, OPEN) < count:
            raise refused(f"The quantity to cancel exceeds the remaining quantity of line {head.line_number(turn)}")
        pieces = before = moved(pieces, OPEN, count, becoming(Part("Cancelled", reason=reason)))
    return pieces


def _statuses(line: Sent) -> list[Sent]:
    statuses = line.part("orderLineStatuses").rows("orderLineStatus")
    for status in statuses:
        status.text("status", known=("Cancelled",))
    return statuses


def _counts(head: OrderHead, sent: list[Sent]) -> dict[str, int]:
    """Return how many pieces of each line are cancelled."""
    counts: dict[str, int] = {}
    for line in sent:
        number = str(head.line_number(turn_of(head, line)))
        counts[number] = counts.get(number, 0) + sum(pieces_of(status) for status in _statuses(line))
    return counts
