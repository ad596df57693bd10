"""Cancellations and returns: what the orders' stories say of them, in the shapes of both interfaces that show them."""

from typing import Any

from adapters.ebay.sandbox.dates import DAY, MINUTE, stamp
from adapters.ebay.sandbox.seed.bills import Bill
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


def cancelled_at(head: Head) -> int:
    """Return when the cancellation was asked for: soon after the order, and never after its story ended."""
    return min(head.created + 55 * MINUTE, head.settled)


def returned_at(head: Head) -> int:
    """Return when the return was asked for."""
    return head.moment(0.5)


def cancel_id(head: Head) -> str:
    """Return the id of an order's cancellation."""
    return str(FIRST_CANCELLATION + head.number)


def return_id(head: Head) -> str:
    """Return the id of an order's return."""
    return str(FIRST_RETURN + head.number)


def cancel_requests(head: Head) -> list[Json]:
    """Return the requests as the order itself shows them."""
    if not head.story.cancel:
        return []
    request = {
        "cancelRequestId": cancel_id(head),
        "cancelRequestedDate": stamp(cancelled_at(head)),
        "cancelInitiator": _initiator(head),
        "cancelReason": _reason(head),
        "cancelRequestState": head.story.cancel,
    }
    return [request | ({"cancelCompletedDate": stamp(head.settled)} if head.story.cancel != "REQUESTED" else {})]


def cancellation_row(facts: Facts, head: Head, bill: Bill) -> Json:
    """Return the cancellation as the other interface shows it: sums are numbers there, and instants are wrapped."""
    state, status = _states(head)
    row = {
        "cancelId": cancel_id(head),
        "marketplaceId": facts.profile.marketplace,
        "legacyOrderId": head.id,
        "requestorType": _initiator(head),
        "cancelReason": _reason(head),
        "cancelState": state,
        "cancelStatus": status,
        "paymentStatus": "ONLINE_PAID",
        "requestRefundAmount": {"value": bill.total(breakdown=False) / 100, "currency": facts.profile.currency},
        "cancelRequestDate": {"value": stamp(cancelled_at(head))},
    }
    if head.story.cancel == "REQUESTED":
        return row | {"sellerResponseDueDate": {"value": stamp(cancelled_at(head) + 3 * DAY)}}
    reason = "REJECTED" if head.story.cancel == "REJECTED" else "FULL_REFUNDED"
    return row | {"cancelCloseReason": reason, "cancelCloseDate": {"value": stamp(head.settled)}}


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


def _states(head: Head) -> tuple[str, str]:
    turn = head.number
    if head.story.cancel == "REQUESTED":
        return CANCELLATIONS_OPEN[turn % len(CANCELLATIONS_OPEN)]
    return CANCELLATION_REFUSED if head.story.cancel == "REJECTED" else CANCELLATIONS_DONE[turn % len(CANCELLATIONS_DONE)]


def _initiator(head: Head) -> str:
    return "SELLER" if head.story.cancel == "COMPLETED" and head.number % 2 else "BUYER"


def _reason(head: Head) -> str:
    reasons = SELLER_REASONS if _initiator(head) == "SELLER" else BUYER_REASONS
    return reasons[head.number // 2 % len(reasons)]
