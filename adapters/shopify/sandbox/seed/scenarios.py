"""The kinds of fate an order can have, each with its statuses; together they show every status the platform knows."""

from dataclasses import dataclass
from itertools import accumulate


@dataclass(frozen=True, slots=True)
class Scenario:
    """One fate: how often (of 1000), the statuses shown, and what happened.

    `refund`: "" none, "lines" some units come back, "amount" money without lines, "all" everything, "unshipped" the units not yet sent,
    "pending" agreed but not yet paid out. `cancel` is the reason of a cancelled order.
    """

    weight: int
    financial: str
    fulfillment: str
    refund: str = ""
    cancel: str = ""
    returned: str = "NO_RETURN"
    source: str = "web"


SCENARIOS = (
    Scenario(560, "PAID", "FULFILLED"),
    Scenario(110, "PAID", "UNFULFILLED"),
    Scenario(40, "PAID", "PARTIALLY_FULFILLED"),
    Scenario(40, "PENDING", "UNFULFILLED"),
    Scenario(30, "AUTHORIZED", "UNFULFILLED"),
    Scenario(6, "PARTIALLY_PAID", "UNFULFILLED"),
    Scenario(50, "PARTIALLY_REFUNDED", "FULFILLED", refund="lines", returned="RETURNED"),
    Scenario(12, "PARTIALLY_REFUNDED", "FULFILLED", refund="amount"),
    Scenario(20, "REFUNDED", "FULFILLED", refund="all", returned="RETURNED"),
    Scenario(15, "REFUNDED", "UNFULFILLED", refund="all", cancel="CUSTOMER"),
    Scenario(10, "VOIDED", "UNFULFILLED", cancel="DECLINED"),
    Scenario(5, "VOIDED", "UNFULFILLED", cancel="FRAUD"),
    Scenario(6, "EXPIRED", "UNFULFILLED"),
    Scenario(5, "PAID", "SCHEDULED"),
    Scenario(8, "PAID", "ON_HOLD"),
    Scenario(8, "PAID", "IN_PROGRESS"),
    Scenario(3, "PAID", "REQUEST_DECLINED"),
    Scenario(8, "PAID", "FULFILLMENT_NOT_REQUIRED"),
    Scenario(3, "PAID", "OPEN"),
    Scenario(3, "PAID", "PENDING_FULFILLMENT"),
    Scenario(4, "REFUNDED", "RESTOCKED", refund="all", cancel="INVENTORY"),
    Scenario(6, "PENDING", "UNFULFILLED", cancel="STAFF"),
    Scenario(10, "PARTIALLY_REFUNDED", "PARTIALLY_FULFILLED", refund="unshipped"),
    Scenario(40, "PAID", "FULFILLED", source="pos"),
    Scenario(3, "PAID", "FULFILLED", refund="pending"),
    Scenario(3, "REFUNDED", "UNFULFILLED", refund="all", cancel="OTHER"),
    Scenario(6, "PAID", "FULFILLED", returned="RETURN_REQUESTED"),
    Scenario(4, "PAID", "FULFILLED", returned="IN_PROGRESS"),
    Scenario(2, "PAID", "FULFILLED", returned="INSPECTION_COMPLETE"),
    Scenario(2, "PAID", "FULFILLED", returned="RETURN_FAILED"),
)

STEPS = tuple(accumulate(scenario.weight for scenario in SCENARIOS))
