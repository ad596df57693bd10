"""What can become of an order, as a table: how each plan divides the pieces of each line over the platform's status words."""

from dataclasses import dataclass
from typing import Any, Literal

Share = Literal["all", "one", "rest"]
OPEN_WORDS = frozenset({"Created", "Acknowledged"})


@dataclass(frozen=True, slots=True)
class Part:
    """A share of a line's pieces; `parcel` numbers the parcel they went out in, 0 for none.

    Where an order was written to, `tracking` and `address` (where returns go) are what was sent, `shipped` the second that was.
    """

    status: str
    share: Share = "all"
    parcel: int = 0
    reason: str = ""
    tracking: dict[str, Any] | None = None
    address: dict[str, Any] | None = None
    shipped: int = 0


@dataclass(frozen=True, slots=True)
class Plan:
    """The lines of an order take the entries of `lines` in turn. `refund` says what was paid back, `returned` how far a return is."""

    lines: tuple[tuple[Part, ...], ...]
    refund: Literal["", "lines", "some"] = ""
    returned: Literal["", "INITIATED", "DELIVERED", "COMPLETED"] = ""
    replaced: bool = False
    replacement: bool = False
    unwanted: bool = False
    drifted: bool = False

    @property
    def open(self) -> bool:
        """Whether pieces of it still wait to be shipped."""
        return any(part.status in OPEN_WORDS for parts in self.lines for part in parts)


OUT_OF_STOCK = "SELLER_CANCEL_OUT_OF_STOCK"
AUTO_CANCELLED = Part("Cancelled")
CREATED, ACKNOWLEDGED = Part("Created"), Part("Acknowledged")
SHIPPED, DELIVERED = Part("Shipped", parcel=1), Part("Delivered", parcel=1)
PLANS: dict[str, Plan] = {
    "new": Plan(((CREATED,),)),
    "half new": Plan(((CREATED,), (ACKNOWLEDGED,))),
    "unwanted": Plan(((ACKNOWLEDGED,),), unwanted=True),
    "accepted": Plan(((ACKNOWLEDGED,),)),
    "partly": Plan(((Part("Shipped", "one", 1), Part("Acknowledged", "rest")), (ACKNOWLEDGED,))),
    "packed twice": Plan(((SHIPPED,), (Part("Shipped", parcel=2),), (ACKNOWLEDGED,))),
    "shipped": Plan(((SHIPPED,),)),
    "long": Plan(((SHIPPED,), (Part("Shipped", parcel=2),), (Part("Delivered", parcel=3),))),
    "parcels": Plan(((Part("Shipped", "one", 1), Part("Shipped", "rest", 2)), (Part("Shipped", parcel=2),), (Part("Shipped", parcel=3),))),
    "delivered": Plan(((DELIVERED,),)),
    "cancelled": Plan(((Part("Cancelled", reason="CUSTOMER_REQUESTED_SELLER_TO_CANCEL"),),)),
    "out of stock": Plan(((Part("Cancelled", reason=OUT_OF_STOCK),), (Part("Cancelled", reason="SELLER_CANCEL_PRICING_ERROR"),))),
    "short": Plan(((Part("Shipped", "one", 1), Part("Cancelled", "rest", reason=OUT_OF_STOCK)), (SHIPPED,))),
    "refunded": Plan(((Part("Refund", parcel=1),),), refund="lines", returned="COMPLETED"),
    "paid back": Plan(((Part("Refund", parcel=1),),), refund="lines"),
    "returned": Plan(((DELIVERED,),), returned="INITIATED"),
    "received": Plan(((DELIVERED,),), returned="DELIVERED"),
    "replaced": Plan(((DELIVERED,),), returned="COMPLETED", replaced=True),
    "replacement": Plan(((SHIPPED,),), replacement=True),
    "goodwill": Plan(((DELIVERED,),), refund="some"),
    "drifted": Plan(((SHIPPED,),), refund="some", drifted=True),
}
# What a control row may say instead of a plan.
PLAN_OF_STATUS = {
    "Created": "new",
    "Acknowledged": "accepted",
    "Shipped": "shipped",
    "Delivered": "delivered",
    "Cancelled": "cancelled",
    "Refund": "paid back",
}


def divide(plan: Plan, turn: int, quantity: int) -> list[tuple[Part, int]]:
    """Return the pieces of an order's line at `turn` with their parts; the counts add up to `quantity`, none is 0."""
    left = quantity
    divided = []
    for part in plan.lines[turn % len(plan.lines)]:
        count = min(1, left) if part.share == "one" else left
        if count:
            divided.append((part, count))
        left -= count
    return divided
