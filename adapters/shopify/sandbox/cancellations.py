"""Calling an order off: checked and accepted at once, done by a job that looks again before it does anything."""

from datetime import datetime
from typing import Any

from adapters.shopify.sandbox.jobs import Job
from adapters.shopify.sandbox.order_state import amounts_of, change_order, find_order, order_row
from adapters.shopify.sandbox.payloads import Payload, problem
from adapters.shopify.sandbox.refunding import Giving, Item, Payout, give_back, left_of, payments_of, payout_of, seen_left_of, shipping_left
from adapters.shopify.sandbox.seed.identifiers import child, gid, iso
from adapters.shopify.sandbox.seed.orders import Order
from adapters.shopify.sandbox.tables import Row
from adapters.shopify.sandbox.work_fields import work_of
from adapters.shopify.sandbox.writing import Arguments, Write

LONGEST_NOTE = 255
OPEN_RETURNS = {"RETURN_REQUESTED", "IN_PROGRESS"}
NEVER_PAID = {"AUTHORIZED", "PENDING"}
STORE_CREDIT = "shopify_store_credit"


def cancel_order(write: Write, arguments: Arguments) -> Payload:
    """Accept the cancellation of an order."""
    head = find_order(write, arguments["orderId"])
    problems = _problems(write, head, arguments)
    if problems or head is None:
        plain = [{**each, "code": None} for each in problems]
        return Payload(*plain, orderCancelUserErrors=problems)
    number = head.id

    def run(job: Job) -> None:
        job.row["done"] = True
        now = write.store.orders.heads.get(number)
        # The order may have been sent, cancelled or deleted since: then nothing happens, and only the order tells.
        if now is not None and not _state_problem(write, now):
            _cancel(write, now, arguments)

    job = write.store.jobs.submit(run)
    return Payload(job=dict(job.row), orderCancelUserErrors=[])


def _problems(write: Write, head: Order | None, arguments: Arguments) -> list[Row]:
    if head is None:
        return [problem("Order does not exist", "orderId", code="NOT_FOUND")]
    if len(arguments.get("staffNote") or "") > LONGEST_NOTE:
        return [problem(f"Staff note is too long. Maximum length is {LONGEST_NOTE} characters.", "staffNote", code="INVALID")]
    if arguments.get("refund") is not None and arguments.get("refundMethod") is not None:
        return [problem("Only one of the arguments `refund` or `refund_method` is allowed.", "refund", code="INVALID")]
    told = _state_problem(write, head)
    return [problem(told, "orderId", code="INVALID")] if told else _credit_problems(write, head, arguments)


def _state_problem(write: Write, head: Order) -> str | None:
    if head.cancelled:
        return "Cannot cancel an order that has already been canceled"
    if any(parcel["status"] == "SUCCESS" for parcel in order_row(write.store, head)["fulfillments"]):
        return "Cannot cancel an order that has outstanding fulfillments"
    return "Cannot cancel an order that has open returns" if head.returned in OPEN_RETURNS else None


def _credit_problems(write: Write, head: Order, arguments: Arguments) -> list[Row]:
    credit = _method(arguments).get("storeCreditRefund")
    path = ("refundMethod", "storeCreditRefund")
    if credit is None:
        return []
    if head.customer is None:
        return [problem("Store credit needs a customer", *path, code="STORE_CREDIT_REFUND_MISSING_CUSTOMER")]
    expires = credit.get("expiresAt")
    if expires and datetime.fromisoformat(expires) < write.store.now():
        return [problem("Expiration date must be in the future", *path, "expiresAt", code="STORE_CREDIT_REFUND_EXPIRATION_IN_PAST")]
    return []


def _method(arguments: Arguments) -> dict[str, Any]:
    return arguments.get("refundMethod") or {"originalPaymentMethodsRefund": bool(arguments.get("refund"))}


def _cancel(write: Write, head: Order, arguments: Arguments) -> None:
    store, moment = write.store, write.moment
    row = order_row(store, head)
    places = {line.at: work.place for work in work_of(store, head) for line in work.lines if line.remaining}
    restock = "CANCEL" if arguments["restock"] else "NO_RESTOCK"
    items = [
        Item(at, line["refundableQuantity"], restock, places.get(at, 0) if arguments["restock"] else None)
        for at, line in enumerate(row["lineItems"])
        if line["refundableQuantity"]
    ]
    payouts = _payouts(write, head, row, _method(arguments))
    laid = {"cancelledAt": iso(moment), "closedAt": iso(moment), "closed": True, "cancelReason": arguments["reason"]}
    if head.financial in NEVER_PAID:
        laid["displayFinancialStatus"] = "VOIDED"
        laid["transactions"] = [*row["transactions"], *_voids(head, row, iso(moment))]
    head = change_order(store, head, laid, moment, cancelled=moment, closed=moment)
    give_back(store, head, Giving(moment, items, shipping_left(row), payouts, arguments.get("staffNote")))
    _empty(write, store.orders.heads[head.id])
    write.effect("order.cancel", gid("Order", head.id), arguments["reason"])


def _payouts(write: Write, head: Order, row: Row, method: dict[str, Any]) -> list[Payout]:
    gateway = STORE_CREDIT if method.get("storeCreditRefund") is not None else None
    if gateway is None and not method.get("originalPaymentMethodsRefund"):
        return []
    amounts = amounts_of(write.store, head)
    return [
        payout_of(amounts, payment, left, seen_left_of(row, payment), gateway)
        for payment in payments_of(row)
        if (left := left_of(row, payment)) > 0
    ]


def _voids(head: Order, row: Row, moment: str) -> list[Row]:
    """Write the transactions that let go of money that was only held."""
    held = [payment for payment in row["transactions"] if payment["kind"] == "AUTHORIZATION" and payment["status"] == "SUCCESS"]
    return [
        {
            **payment,
            "id": gid("OrderTransaction", child("OrderTransaction", head.index, len(row["transactions"]) + at)),
            "kind": "VOID",
            "createdAt": moment,
            "processedAt": moment,
            "authorizationExpiresAt": None,
            "parentTransaction": payment,
        }
        for at, payment in enumerate(held)
    ]


def _empty(write: Write, head: Order) -> None:
    """Leave nothing to be sent, paid or counted of a cancelled order."""
    row, nothing = order_row(write.store, head), amounts_of(write.store, head).bag(0)
    for work in work_of(write.store, head):
        work.status = "CLOSED"
    lines = [
        {**line, "nonFulfillableQuantity": line["nonFulfillableQuantity"] + line["unfulfilledQuantity"], "unfulfilledQuantity": 0}
        for line in row["lineItems"]
    ]
    sums = ("totalOutstandingSet", "currentTotalPriceSet", "currentSubtotalPriceSet", "currentTotalTaxSet", "currentShippingPriceSet")
    change_order(write.store, head, {"lineItems": lines, **dict.fromkeys(sums, nothing)}, write.moment)
