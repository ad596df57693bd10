"""What can become of an order: each story fixes its status words, parcels, refunds and way of delivery."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Story:
    """One course of events.

    `refunds` are plans: "line" (its first line), "part" (a sum), "whole" (all of it, as one sum), "lines" (all of it, line by line),
    "pending" and "failed" (a sum, not paid out). `cancel` is the request's state, "" without one; `silent` cancellations leave no
    refund in the order. `delivery` is the platform's type of instruction, or HUB for its international programme.
    """

    payment: str = "PAID"
    shipped: str = "FULFILLED"
    parcels: int = 1
    tracked: bool = True
    refunds: tuple[str, ...] = ()
    cancel: str = ""
    returned: str = ""
    delivery: str = "SHIP_TO"


STORIES: dict[str, Story] = {
    "delivered": Story(),
    "new": Story(shipped="NOT_STARTED"),
    "partly sent": Story(shipped="IN_PROGRESS", parcels=2),
    "several parcels": Story(parcels=3),
    "untracked": Story(tracked=False),
    "unpaid": Story(payment="PENDING", shipped="NOT_STARTED"),
    "declined": Story(payment="FAILED", shipped="NOT_STARTED"),
    "line refunded": Story(payment="PARTIALLY_REFUNDED", refunds=("line",), returned="CLOSED"),
    "sums refunded": Story(payment="PARTIALLY_REFUNDED", refunds=("part", "part")),
    "all refunded": Story(payment="FULLY_REFUNDED", refunds=("lines",), returned="CLOSED"),
    "refund pending": Story(refunds=("pending",), returned="ITEM_DELIVERED"),
    "refund failed": Story(payment="FAILED", refunds=("failed",)),
    "return opened": Story(returned="RETURN_REQUESTED"),
    "cancelled": Story(payment="FULLY_REFUNDED", shipped="NOT_STARTED", refunds=("whole",), cancel="COMPLETED"),
    "cancelled silently": Story(payment="FULLY_REFUNDED", shipped="NOT_STARTED", cancel="COMPLETED"),
    "cancel asked": Story(shipped="NOT_STARTED", cancel="REQUESTED"),
    "cancel refused": Story(cancel="REJECTED"),
    "hub": Story(delivery="HUB"),
    "hub waiting": Story(shipped="NOT_STARTED", delivery="HUB"),
    "pickup": Story(tracked=False, delivery="PREPARE_FOR_PICKUP"),
    "digital": Story(tracked=False, delivery="DIGITAL"),
    "by the platform": Story(delivery="FULFILLED_BY_EBAY"),
    "own delivery": Story(delivery="SELLER_DEFINED"),
}
# The second order is the one with many lines: it is sent in three parcels.
SMALL_TURN = ("new", "several parcels", *(name for name in STORIES if name not in {"new", "several parcels"}), *("delivered", "new") * 8)
SHARES = {
    "delivered": 560,
    "new": 30,
    "partly sent": 25,
    "several parcels": 60,
    "untracked": 40,
    "unpaid": 12,
    "declined": 8,
    "line refunded": 30,
    "sums refunded": 20,
    "all refunded": 25,
    "refund pending": 6,
    "refund failed": 4,
    "return opened": 10,
    "cancelled": 35,
    "cancelled silently": 12,
    "cancel asked": 10,
    "cancel refused": 8,
    "hub": 60,
    "pickup": 12,
    "digital": 10,
    "by the platform": 13,
    "own delivery": 10,
}
RECENT_SHARES = {"new": 50, "unpaid": 6, "cancel asked": 5, "partly sent": 9, "delivered": 25, "hub waiting": 5}


def dealt(shares: dict[str, int]) -> tuple[str, ...]:
    """Return each name as often as its share says."""
    return tuple(name for name, share in shares.items() for _ in range(share))
