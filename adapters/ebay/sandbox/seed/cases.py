"""Cancellations and returns: what the orders' stories say of them, in the shapes of both interfaces that show them."""

from typing import Any

from adapters.ebay.sandbox.dates import DAY, MINUTE, stamp
from adapters.ebay.sandbox.seed.bills import Bill
from adapters.ebay.sandbox.seed.events import COMPLETED, REJECTED, REQUESTED, Case
from adapters.ebay.sandbox.seed.facts import Facts
from adapters.ebay.sandbox.seed.history import Head
from adapters.ebay.sandbox.seed.lines import line_id
from adapters.ebay.sandbox.seed.refunds import refunds_of
from adapters.ebay.sandbox.seed.wares import Ware
from adapters.ebay.sandbox.seed.words import (
    BUYER_REASONS,
    CANCELLATION_REFUSED,
    CANCELLATIONS_DONE,
    CANCELLATIONS_OPEN,
    RETURN_REASONS,
    SELLER_REASONS,
)

FIRST_CANCELLATION, FIRST_RETURN = 5_300_000_000, 5_400_000_000
Json = dict[str, Any]


def cases_of(head: Head) -> list[Case]:
    """Return all wishes to cancel an order, first to last."""
    if head.cases is not None:
        return head.cases
    return [_seeded(head)] if head.story.cancel else []


def is_ending(head: Head) -> bool:
    """Whether an order is cancelled, or will be when its money is back."""
    return any(case.state == COMPLETED or case.answered for case in cases_of(head))


def cancel_state(head: Head) -> str:
    """Return the order's own word for it: a refused wish leaves none."""
    states = {case.state for case in cases_of(head)}
    return "CANCELED" if COMPLETED in states else "IN_PROGRESS" if REQUESTED in states else "NONE_REQUESTED"


def returned_at(head: Head) -> int:
    """Return when the return was asked for."""
    return head.moment(0.5)


def return_id(head: Head) -> str:
    """Return the id of an order's return."""
    return str(FIRST_RETURN + head.number)


def cancel_requests(head: Head) -> list[Json]:
    """Return the wishes as the order itself shows them."""
    return [_request(case) for case in cases_of(head)]


def cancellation_row(facts: Facts, head: Head, case: Case, bill: Bill) -> Json:
    """Return a cancellation as the other interface shows it: sums are numbers there, and instants are wrapped."""
    state, status = case.words
    row: Json = {
        "cancelId": case.id,
        "marketplaceId": facts.profile.marketplace,
        "legacyOrderId": head.id,
        "requestorType": case.initiator,
        "cancelState": state,
        "cancelStatus": status,
        "paymentStatus": "ONLINE_PAID" if case.paid else "NOT_PAID",
        "requestRefundAmount": {"value": bill.total(breakdown=False) / 100, "currency": facts.profile.currency},
        "cancelRequestDate": {"value": stamp(case.asked)},
    }
    row |= {"cancelReason": case.reason} if case.reason else {}
    if case.closed is None:
        return row | {"sellerResponseDueDate": {"value": stamp(case.asked + 3 * DAY)}}
    reason = "REJECTED" if case.state == REJECTED else "FULL_REFUNDED" if case.paid else "SELLER_APPROVE_UNPAID"
    return row | {"cancelCloseReason": reason, "cancelCloseDate": {"value": stamp(case.closed)}}


def return_row(facts: Facts, head: Head, bill: Bill, wares: list[Ware]) -> Json:
    """Return the summary of a return of the order's first line."""
    currency = facts.profile.currency
    line = {"value": bill.lines[0].total(breakdown=False) / 100, "currency": currency}
    paid = {"value": sum(refund.cents for refund in refunds_of(head, bill)) / 100, "currency": currency}
    refund = {"estimatedRefundAmount": line} | ({"actualRefundAmount": paid} if head.story.returned == "CLOSED" else {})
    return {
        "returnId": return_id(head),
        "orderId": head.id,
        "buyerLoginName": facts.buyer(head.buyer).username,
        "sellerLoginName": facts.seller,
        "currentType": "MONEY_BACK",
        "state": head.story.returned,
        "status": head.story.returned,
        "creationInfo": {
            "item": {"itemId": wares[head.basket[0][0]].listing_id, "transactionId": line_id(head, 0), "returnQuantity": 1},
            "type": "MONEY_BACK",
            "reason": RETURN_REASONS[head.number % len(RETURN_REASONS)],
            "comments": {"content": "It does not look as in the picture."},
            "creationDate": {"value": stamp(returned_at(head))},
        },
        "sellerTotalRefund": refund,
        "buyerTotalRefund": refund,
    }


def _seeded(head: Head) -> Case:
    """Return the wish that the order's story tells of: it came soon after the order, and never after the story ended."""
    initiator = "SELLER" if head.story.cancel == COMPLETED and head.number % 2 else "BUYER"
    reasons = SELLER_REASONS if initiator == "SELLER" else BUYER_REASONS
    return Case(
        id=str(FIRST_CANCELLATION + head.number),
        initiator=initiator,
        reason=reasons[head.number // 2 % len(reasons)],
        asked=min(head.created + 55 * MINUTE, head.settled),
        state=head.story.cancel,
        words=_words(head),
        closed=None if head.story.cancel == REQUESTED else head.settled,
    )


def _words(head: Head) -> tuple[str, str]:
    turn = head.number
    if head.story.cancel == REQUESTED:
        return CANCELLATIONS_OPEN[turn % len(CANCELLATIONS_OPEN)]
    return CANCELLATION_REFUSED if head.story.cancel == REJECTED else CANCELLATIONS_DONE[turn % len(CANCELLATIONS_DONE)]


def _request(case: Case) -> Json:
    request = {
        "cancelRequestId": case.id,
        "cancelRequestedDate": stamp(case.asked),
        "cancelInitiator": case.initiator,
        "cancelRequestState": case.state,
    }
    request |= {"cancelReason": case.reason} if case.reason else {}
    return request | ({"cancelCompletedDate": stamp(case.closed)} if case.closed is not None else {})
