"""What all writes to an order share: which order and line are meant, whether the seller may write to it, and how a change is made."""

from collections.abc import Mapping
from typing import Any

from adapters.walmart.sandbox.calls import Call
from adapters.walmart.sandbox.errors import refused, unknown_row
from adapters.walmart.sandbox.orders import shown
from adapters.walmart.sandbox.pieces import count_of
from adapters.walmart.sandbox.seed.heads import SELLER, OrderHead, Pieces
from adapters.walmart.sandbox.seed.states import opened
from adapters.walmart.sandbox.seller import Seller
from adapters.walmart.sandbox.sent import Sent

Row = dict[str, Any]
EACH = ("EACH", "EA")


def order_of(seller: Seller, call: Call) -> OrderHead:
    """Return the order of a call. ApiError 404 for an id nobody has."""
    head = seller.orders.get(call.argument)
    if head is None:
        raise unknown_row(call.api, f"Purchase order {call.argument}")
    return head


def own_order_of(seller: Seller, call: Call) -> OrderHead:
    """Return the order of a call that the seller ships himself. ApiError 400 when others do."""
    head = order_of(seller, call)
    if head.node_type != SELLER:
        raise refused(f"Unable to process: the PO is {head.node_type}, the seller has nothing to do")
    return head


def turn_of(head: OrderHead, line: Sent) -> int:
    """Return which line of an order is meant. ApiError 400 for a number the order has not."""
    number = line.text("lineNumber")
    turns = {str(head.line_number(turn)): turn for turn in range(len(head.lines))}
    if number not in turns:
        raise refused(f"Line {number} is no line of the PO")
    return turns[number]


def pieces_of(sent: Sent) -> int:
    """Return how many pieces a status is for: text, not a number."""
    given = sent.part("statusQuantity")
    given.text("unitOfMeasurement", known=EACH)
    amount = given.text("amount")
    if not amount.isascii() or not amount.isdigit() or not 0 < int(amount) < 1_000_000:
        raise given.wrong("amount")
    return int(amount)


def in_status(head: OrderHead, turn: int, pieces: Pieces) -> str:
    """Return the words that refuse a line for the state most of its pieces are in."""
    word = max((part.status for part, _ in pieces), key=lambda status: count_of(pieces, lambda part: part.status == status))
    number = head.line_number(turn)
    if word == "Cancelled":
        return f"Unable to process: line {number} of the PO is already cancelled"
    return f"Unable to process: line {number} of the PO is in {word.upper()} status"


def change_lines(seller: Seller, call: Call, head: OrderHead, changes: Mapping[int, Pieces]) -> Row:
    """Let the lines have these pieces from now on, and answer the order."""
    lines = opened(head, seller.items)
    for turn, pieces in changes.items():
        lines[turn].pieces, lines[turn].dated = pieces, call.now * 1000
    head.modified = max(head.modified, call.now)
    return answer(seller, call, head)


def answer(seller: Seller, call: Call, head: OrderHead) -> Row:
    """Return what every write to an order answers: the whole order."""
    return {"order": shown(seller, call, head)}


def take_from_stock(seller: Seller, sku: str, count: int | None) -> None:
    """Take pieces that left from the node orders reserve at, or with None all it has."""
    item = seller.items[sku]
    if item.inputs:
        node = next(iter(item.inputs))
        item.inputs[node] = 0 if count is None else max(item.inputs[node] - count, 0)
