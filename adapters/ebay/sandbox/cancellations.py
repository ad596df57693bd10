"""Writes of cancellations, in the older interface: a seller cancels a whole order, or answers a buyer who wants to.

A paid order is paid back first: until that is through, the cancellation is pending and the order as good as cancelled.
"""

from dataclasses import replace
from typing import Any

from adapters.ebay.sandbox.calls import Answer, Call
from adapters.ebay.sandbox.dates import instant_of
from adapters.ebay.sandbox.errors import refusal
from adapters.ebay.sandbox.orders import visible
from adapters.ebay.sandbox.post_order import find_case
from adapters.ebay.sandbox.refunds import pending, remaining, settle
from adapters.ebay.sandbox.seed.cases import cases_of
from adapters.ebay.sandbox.seed.events import COMPLETED, REJECTED, REQUESTED, Case
from adapters.ebay.sandbox.seed.history import Head
from adapters.ebay.sandbox.seed.words import CANCELLATION_REFUSED, SELLER_REASONS
from adapters.ebay.sandbox.store import Store

FIRST_WRITTEN = 5_350_000_000
PENDING = ("REFUND_INITIATED", "CANCEL_PENDING")
PAID_BACK, UNPAID = ("CLOSED", "CANCEL_CLOSED_WITH_REFUND"), ("CLOSED", "CANCEL_CLOSED_FOR_COMMITMENT")
Json = dict[str, Any]


def create_cancellation(call: Call) -> Answer:
    """Cancel an order for a reason of the seller's. One that can't be cancelled gets no id: the answer says why, and is no error."""
    body = call.body if isinstance(call.body, dict) else {}
    head = _head(call, body)
    reason = body.get("cancelReason")
    if reason is not None and reason not in SELLER_REASONS:
        raise refusal(2004, why=f"{reason} is no reason that a seller has")
    failures = _failures(call.store, head)
    if failures:
        return Answer({"orderEligibilityResult": _eligibility(call, head, failures)})
    case = Case(str(FIRST_WRITTEN + next(call.store.numbers)), "SELLER", reason or "", call.now, REQUESTED, PENDING)
    head.cases = [*cases_of(head), case]
    _carry_out(call, head, case)
    return Answer({"cancelId": case.id})


def check_eligibility(call: Call) -> Answer:
    """Tell whether an order can be cancelled."""
    head = _head(call, call.body if isinstance(call.body, dict) else {})
    return Answer(_eligibility(call, head, _failures(call.store, head)))


def approve(call: Call) -> Answer:
    """Let a buyer cancel."""
    head, case = _open(call)
    _carry_out(call, head, case)
    return Answer(None)


def reject(call: Call) -> Answer:
    """Tell a buyer that the order was sent already."""
    head, case = _open(call)
    body = call.body if isinstance(call.body, dict) else {}
    date = body.get("shipmentDate")
    try:
        if date is not None:
            instant_of(date["value"])
    except (KeyError, TypeError, ValueError):
        raise refusal(2004, why="shipmentDate is an instant in UTC, wrapped") from None
    _set(head, replace(case, state=REJECTED, words=CANCELLATION_REFUSED, closed=call.now))
    call.store.orders.stamp(head, "modified", call.now)
    call.did("order.update", head.id, {"cancellation": REJECTED, **body})
    return Answer(None)


def _head(call: Call, body: Json) -> Head:
    order_id = body.get("legacyOrderId")
    if not isinstance(order_id, str) or not order_id:
        raise refusal(2004, why="legacyOrderId is missing")
    head = call.store.orders.heads.get(order_id)
    if head is None or not visible(call, head):
        raise refusal(2002)
    return head


def _open(call: Call) -> tuple[Head, Case]:
    """Return the case a call answers, which must be a buyer's and wait for it; the seed's open ones all do, whatever their words."""
    head, case = find_case(call)
    if case.state != REQUESTED or case.initiator != "BUYER" or case.answered:
        raise refusal(1600)
    return head, case


def _carry_out(call: Call, head: Head, case: Case) -> None:
    """Cancel: at once what is not paid, and the rest when its money is back."""
    store = call.store
    _set(head, replace(case, words=PENDING, paid=_paid(head), answered=True))
    cents = remaining(store, head) if _paid(head) else 0
    if cents > 0:
        refund = pending(store, head, cents, {}, call.now)
        store.later(lambda due: _finish(store, head, case.id, refund.id, due))
    else:
        _close(store, head, case.id, call.now)
    store.orders.stamp(head, "modified", call.now)
    call.did("order.cancel", head.id, case.reason or None)


def _finish(store: Store, head: Head, case_id: str, refund_id: str, now: int) -> None:
    settle(store, head, refund_id, "REFUNDED", now)
    if head.id in store.orders.heads and head.cases is not None:
        _close(store, head, case_id, now)
        store.orders.stamp(head, "modified", now)


def _close(store: Store, head: Head, case_id: str, now: int) -> None:
    case = next(each for each in cases_of(head) if each.id == case_id)
    _set(head, replace(case, state=COMPLETED, words=PAID_BACK if case.paid else UNPAID, closed=now))


def _set(head: Head, case: Case) -> None:
    head.cases = [case if each.id == case.id else each for each in cases_of(head)]


def _paid(head: Head) -> bool:
    """Whether there is money of the buyer's; an order whose refund failed shows as failed too."""
    return head.story.payment not in {"PENDING", "FAILED"} or (head.story.payment == "FAILED" and head.refunded)


def _failures(store: Store, head: Head) -> list[str]:
    """Return why an order can't be cancelled, in the platform's words."""
    states = {case.state for case in cases_of(head)}
    reasons = {
        "CANCELLATION_EXIST": bool(states & {REQUESTED, COMPLETED}),
        "FULL_REFUNDED_ORDER": _paid(head) and remaining(store, head) <= 0,
        "CASE_EXIST": head.story.returned not in {"", "CLOSED"},
        # The published list has no word that names the parcel; this is what is left of the time to cancel when it has gone.
        "CANCEL_WINDOW_ELAPSED": head.story.shipped != "NOT_STARTED",
    }
    return [reason for reason, holds in reasons.items() if holds]


def _eligibility(call: Call, head: Head, failures: list[str]) -> Json:
    """Return whether an order, and each of its lines, can be cancelled."""
    verdict: Json = {"eligible": not failures, "legacyOrderId": head.id}
    if not failures:
        return verdict | {"eligibleCancelReason": list(SELLER_REASONS)}
    lines = call.store.orders.row(head)[0]["lineItems"]
    items = [
        {
            "itemId": line["legacyItemId"],
            "transactionId": line["lineItemId"],
            "cancelQuantity": line["quantity"],
            "eligible": False,
            "failureReason": failures,
        }
        for line in lines
    ]
    return verdict | {"failureReason": failures, "itemEligibilityResult": items}
