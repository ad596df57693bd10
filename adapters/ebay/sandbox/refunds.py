"""Writes of refunds. The platform says yes and pays some moments later: until then the refund is pending, and no other can be asked for."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from adapters.ebay.sandbox.calls import Answer, Call
from adapters.ebay.sandbox.errors import refusal
from adapters.ebay.sandbox.orders import visible
from adapters.ebay.sandbox.seed.bills import Bill
from adapters.ebay.sandbox.seed.events import Refund
from adapters.ebay.sandbox.seed.history import Head
from adapters.ebay.sandbox.seed.lines import line_id
from adapters.ebay.sandbox.seed.refunds import refunds_of
from adapters.ebay.sandbox.store import Store

FIRST_WRITTEN = 5_200_000_000
LONGEST_COMMENT = 1000
SUM = re.compile(r"(\d{1,9})(?:\.(\d{1,2}))?")
REASONS = frozenset(
    {
        *("BUYER_CANCEL", "SELLER_CANCEL", "ITEM_NOT_RECEIVED", "BUYER_RETURN", "ITEM_NOT_AS_DESCRIBED"),
        *("OTHER_ADJUSTMENT", "SHIPPING_DISCOUNT"),
    }
)
Json = dict[str, Any]


def issue_refund(call: Call) -> Answer:
    """Pay back a sum of the whole order or of some of its lines; what the seller gave, without the taxes that the platform collected."""
    head = call.store.orders.heads.get(call.names["order_id"])
    if head is None or not visible(call, head):
        raise refusal(34913)
    body = _checked(call.body)
    _check_state(call.store, head)
    bill = call.store.orders.row(head)[1]
    shares, cents = _shares(call, head, bill, body)
    refund = pending(call.store, head, cents, shares, call.now)
    call.store.later(lambda due: settle(call.store, head, refund.id, call.store.settings.refunds, due))
    call.did("refund.create", head.id, f"{cents / 100:.2f}")
    return Answer({"refundId": refund.id, "refundStatus": "PENDING"})


def pending(store: Store, head: Head, cents: int, shares: dict[int, int], now: int) -> Refund:
    """Add a refund to an order that is not paid out yet."""
    refund = Refund(str(FIRST_WRITTEN + next(store.numbers)), "", "PENDING", now, cents, shares)
    head.refunds = [*refunds_of(head, store.orders.row(head)[1]), refund]
    store.orders.stamp(head, "modified", now)
    return refund


def settle(store: Store, head: Head, refund_id: str, status: str, now: int) -> None:
    """Pay a pending refund out, or fail to."""
    if head.id not in store.orders.heads or head.refunds is None:  # somebody took the order away, or gave it another story
        return
    reference = f"R-{refund_id}" if status == "REFUNDED" else ""
    head.refunds = [replace(each, status=status, reference=reference, at=now) if each.id == refund_id else each for each in head.refunds]
    whole = remaining(store, head) == 0
    payment = "FAILED" if status == "FAILED" else "FULLY_REFUNDED" if whole else "PARTIALLY_REFUNDED"
    head.story = replace(head.story, payment=payment)
    store.orders.stamp(head, "modified", now)


def remaining(store: Store, head: Head) -> int:
    """Return what of an order can still be paid back, in cents."""
    bill = store.orders.row(head)[1]
    return bill.total(breakdown=False) - sum(each.cents for each in refunds_of(head, bill) if each.status != "FAILED")


def _checked(body: Any) -> Json:
    if not isinstance(body, dict) or not body:
        raise refusal(34902)
    if not body.get("reasonForRefund"):
        raise refusal(34903)
    if str(body["reasonForRefund"]) not in REASONS:
        raise refusal(2004, why=f"there is no reason {body['reasonForRefund']}")
    if len(str(body.get("comment") or "")) > LONGEST_COMMENT:
        raise refusal(34921)
    if bool(body.get("orderLevelRefundAmount")) == bool(body.get("refundItems")):
        raise refusal(34905)
    return body


def _check_state(store: Store, head: Head) -> None:
    """Refuse a refund of an order that is not paid, in other hands, or has one under way."""
    refunds = refunds_of(head, store.orders.row(head)[1])
    if head.story.payment == "PENDING" or (head.story.payment == "FAILED" and not refunds):
        raise refusal(34929)
    if head.story.returned not in {"", "CLOSED"}:
        raise refusal(34916)
    if any(each.status == "PENDING" for each in refunds):
        raise refusal(34922)
    if head.story.payment == "FULLY_REFUNDED" or remaining(store, head) <= 0:
        raise refusal(34917)


def _shares(call: Call, head: Head, bill: Bill, body: Json) -> tuple[dict[int, int], int]:
    """Return what goes to which line, by its place, and the whole sum, in cents."""
    currency, left = call.store.facts.profile.currency, remaining(call.store, head)
    if body.get("orderLevelRefundAmount"):
        cents = _cents(body["orderLevelRefundAmount"], currency)
        if cents > left:
            raise refusal(34915)
        return {}, cents
    shares: dict[int, int] = {}
    items = body["refundItems"] if isinstance(body["refundItems"], list) else [body["refundItems"]]
    for item in items:
        place = _place(call, head, item if isinstance(item, dict) else {})
        shares[place] = shares.get(place, 0) + _cents(item.get("refundAmount"), currency)
    paid = {place: sum(each.lines.get(place, 0) for each in refunds_of(head, bill) if each.status != "FAILED") for place in shares}
    if any(cents > bill.lines[place].total(breakdown=False) - paid[place] for place, cents in shares.items()):
        raise refusal(34924)
    if sum(shares.values()) > left:
        raise refusal(34915)
    return shares, sum(shares.values())


def _place(call: Call, head: Head, item: Mapping[str, Any]) -> int:
    """Return the place of the line an item names, by its own id or by those of the older interfaces."""
    legacy = item.get("legacyReference")
    if item.get("lineItemId"):
        names = {line_id(head, place): place for place in range(len(head.basket))}
        wanted = str(item["lineItemId"])
    elif isinstance(legacy, dict):
        if not legacy.get("legacyItemId"):
            raise refusal(34911)
        if not legacy.get("legacyTransactionId"):
            raise refusal(34912)
        rows = call.store.orders.row(head)[0]["lineItems"]
        names = {f"{row['legacyItemId']}/{row['lineItemId']}": place for place, row in enumerate(rows)}
        wanted = f"{legacy['legacyItemId']}/{legacy['legacyTransactionId']}"
    else:
        raise refusal(34910)
    if wanted not in names:
        raise refusal(34914)
    return names[wanted]


def _cents(amount: Any, currency: str) -> int:
    money = amount if isinstance(amount, dict) else {}
    if not money.get("value"):
        raise refusal(34906)
    written = SUM.fullmatch(str(money["value"]))
    if written is None or not float(money["value"]):
        raise refusal(34907)
    if not money.get("currency"):
        raise refusal(34908)
    if money["currency"] != currency:
        raise refusal(34909)
    whole, part = written.groups()
    return int(whole) * 100 + int((part or "").ljust(2, "0"))
