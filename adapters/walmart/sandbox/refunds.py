"""Paying back: some of an order's lines, in full or an amount of each, or pieces of a return. Amounts are negative, sums limited."""

from typing import Any

from adapters.walmart.sandbox.calls import Call
from adapters.walmart.sandbox.errors import ApiError, refused, unknown_row
from adapters.walmart.sandbox.order_changes import answer, in_status, order_of, turn_of
from adapters.walmart.sandbox.owed import NAMES, PRODUCT, Sums, charged, entries_of, pay_back, remaining, total
from adapters.walmart.sandbox.seed.heads import OrderHead, ReturnHead
from adapters.walmart.sandbox.seed.money import shown
from adapters.walmart.sandbox.seed.planned import REFUND_REASONS
from adapters.walmart.sandbox.seed.returns import refunded_pieces
from adapters.walmart.sandbox.seed.states import opened
from adapters.walmart.sandbox.seller import Seller
from adapters.walmart.sandbox.sent import Sent, body_of

Row = dict[str, Any]
UNITS = ("EACH", "EA")
RETURNED = "Customer returned item"


def refund_order(seller: Seller, call: Call) -> Row:
    """Pay back on lines of an order; answers the order."""
    head = order_of(seller, call)
    refund = body_of(call).part("orderRefund")
    if refund.text("purchaseOrderId") != head.id:
        raise refund.wrong("purchaseOrderId")
    sent = refund.part("orderLines").rows("orderLine")
    if len({line.flag("isFullRefund") for line in sent}) > 1:
        raise refused("All lines of a refund must be full refunds or partial refunds, not both")
    asked = [(turn_of(head, line), line) for line in sent]
    if len({turn for turn, _ in asked}) < len(asked):
        raise refused("A line can be in a refund once only")
    paid = [(turn, _entries(seller, head, turn, line), _comments(line)) for turn, line in asked]
    for turn, entries, comments in paid:
        _pay(seller, call, head, turn, entries, comments)
    amount = sum(total(entries) for _, entries, _ in paid)
    seller.record("refund.create", head.id, shown(amount), call.operation)
    return answer(seller, call, head)


def refund_return(seller: Seller, call: Call) -> Row:
    """Pay back pieces of a return; the lines of its order show it, too."""
    back = seller.returns.get(call.argument)
    if back is None:
        raise unknown_row(call.api, f"Return order {call.argument}")
    head, body = seller.orders[back.order], body_of(call)
    if body.text("customerOrderId") != head.shopper:
        raise body.wrong("customerOrderId")
    if head.plan.replaced:
        raise ApiError(400, "INVALID_REQUEST_CONTENT", "The return order is settled by a replacement", call.api)
    asked = [_pieces(head, back, line) for line in body.rows("refundLines")]
    paid = {turn: _returned(seller, head, back, turn, count, call) for turn, count in asked}
    if len(paid) < len(asked):
        raise body.wrong("refundLines")
    for turn, count in asked:
        back.refunded[turn] = refunded_pieces(back, head, turn) + count
        _pay(seller, call, head, turn, paid[turn], "")
    back.modified = max(back.modified, call.now)
    if all(refunded_pieces(back, head, turn) == head.lines[turn][1] for turn in back.lines):
        back.status = "COMPLETED"
    amount = sum(total(entries) for entries in paid.values())
    seller.record("refund.create", head.id, shown(amount), call.operation)
    return {"returnOrderId": back.id, "customerOrderId": head.shopper, "refundLines": body.value["refundLines"]}


def _pay(seller: Seller, call: Call, head: OrderHead, turn: int, entries: list[Row], comments: str) -> None:
    pay_back(head, turn, seller.items, entries, comments)
    opened(head, seller.items)[turn].dated = call.now * 1000
    head.modified = max(head.modified, call.now)


def _entries(seller: Seller, head: OrderHead, turn: int, line: Sent) -> list[Row]:
    """Return what one line of a refund pays back. ApiError 400 for more than what remains."""
    paid, left = charged(head, turn, seller.items), remaining(head, turn, seller.items)
    if not paid:
        raise refused(in_status(head, turn, opened(head, seller.items)[turn].pieces))
    asked = [_charge(charge) for refund in line.part("refunds").rows("refund") for charge in _charges(refund)]
    goods = sum(amount for kind, amount, _, _ in asked if kind == PRODUCT)
    # The price of all goods, entered as an amount, is a full refund too: tax and shipping go with it.
    if line.flag("isFullRefund") or (goods == paid[PRODUCT][0] and left == paid):
        entries = entries_of(left, asked[0][3]["refundReason"])
        if not entries:
            raise refused(_beyond(head, turn))
        return entries
    if not all(amount >= 0 and tax >= 0 and amount + tax > 0 for _, amount, tax, _ in asked):
        raise refused(f"Line {head.line_number(turn)}: refund amounts must be negative")
    for kind, amount, tax, _ in asked:
        left[kind] = left[kind][0] - amount, left[kind][1] - tax
    if any(part < 0 for sums in left.values() for part in sums):
        raise refused(_beyond(head, turn))
    return [entry for _, _, _, entry in asked]


def _charges(refund: Sent) -> list[Sent]:
    return refund.part("refundCharges").rows("refundCharge")


def _charge(sent: Sent) -> tuple[str, int, int, Row]:
    """Return a charge's type, what it pays back and the tax of that, in cents and positive, and itself as it is shown."""
    reason, charge = sent.text("refundReason", known=REFUND_REASONS), sent.part("charge")
    kind, name = charge.text("chargeType", known=tuple(NAMES)), charge.text("chargeName")
    amount, tax = charge.money("chargeAmount"), 0
    shape: Row = {"chargeType": kind, "chargeName": name, "chargeAmount": charge.value["chargeAmount"]}
    if charge.has("tax"):
        given = charge.part("tax")
        tax = given.money("taxAmount")
        shape["tax"] = {"taxName": given.text("taxName"), "taxAmount": given.value["taxAmount"]}
    return kind, -amount, -tax, {"refundReason": reason, "charge": shape}


def _comments(line: Sent) -> str:
    notes = (refund.value.get("refundComments") for refund in line.part("refunds").rows("refund"))
    return "; ".join(note for note in notes if isinstance(note, str) and note)


def _pieces(head: OrderHead, back: ReturnHead, line: Sent) -> tuple[int, int]:
    """Return which line of the order a line of a return is, and how many pieces are paid back: what is left, if none are named."""
    number = line.whole("returnOrderLineNumber", least=1, most=len(back.lines))
    turn = back.lines[number - 1]
    if not line.has("quantity"):
        return turn, max(head.lines[turn][1] - refunded_pieces(back, head, turn), 1)
    quantity = line.part("quantity")
    quantity.text("unitOfMeasure", known=UNITS)
    return turn, quantity.whole("measurementValue", least=1)


def _returned(seller: Seller, head: OrderHead, back: ReturnHead, turn: int, count: int, call: Call) -> list[Row]:
    """Return what pieces of a return cost. ApiError 400 for more pieces than came back, or more money than remains."""
    paid, left = charged(head, turn, seller.items), remaining(head, turn, seller.items)
    pieces = head.lines[turn][1]
    if not paid or refunded_pieces(back, head, turn) + count > pieces:
        raise ApiError(400, "INVALID_REQUEST_CONTENT", "The quantity exceeds the remaining quantity of the return line", call.api)
    sums: Sums = {PRODUCT: (count * paid[PRODUCT][0] // pieces, count * paid[PRODUCT][1] // pieces)}
    if any(part > rest for part, rest in zip(sums[PRODUCT], left[PRODUCT], strict=True)):
        raise ApiError(400, "INVALID_REQUEST_CONTENT", "The amount exceeds the remaining amount of the return line", call.api)
    return entries_of(sums, RETURNED)


def _beyond(head: OrderHead, turn: int) -> str:
    return f"The refund amount exceeds the remaining amount of line {head.line_number(turn)}"
