"""What can become of an order: a table of stories, each with its state, its status and its documents."""

from dataclasses import dataclass
from typing import Literal

Shipped = Literal["", "all", "half", "twice", "parcels"]
Refunded = Literal["", "all", "line", "money"]


@dataclass(frozen=True, slots=True)
class Story:
    """One course of events; `share` says how often it is drawn, `late` that a parcel's number came in long after it left."""

    name: str
    share: int
    state: str
    status: str
    invoiced: bool = False
    shipped: Shipped = ""
    refunded: Refunded = ""
    late: bool = False

    @property
    def cancelled(self) -> bool:
        """Whether nothing of it will be delivered or paid any more."""
        return self.state == "canceled"


STORIES: tuple[Story, ...] = (
    Story("placed", 4, "new", "pending"),
    Story("paid", 6, "processing", "processing", invoiced=True),
    Story("done", 60, "complete", "complete", invoiced=True, shipped="all"),
    Story("parcels", 6, "complete", "complete", invoiced=True, shipped="parcels"),
    Story("half", 4, "processing", "processing", invoiced=True, shipped="half"),
    Story("unpaid", 2, "pending_payment", "pending_payment"),
    Story("review", 1, "payment_review", "payment_review"),
    Story("suspect", 1, "payment_review", "fraud"),
    Story("fraud", 1, "processing", "fraud", invoiced=True),
    Story("part refunded", 3, "complete", "complete", invoiced=True, shipped="all", refunded="line"),
    Story("refunded", 3, "closed", "closed", invoiced=True, shipped="all", refunded="all"),
    Story("cancelled", 4, "canceled", "canceled"),
    Story("held", 1, "holded", "holded", invoiced=True),
    Story("goodwill", 1, "complete", "complete", invoiced=True, shipped="all", refunded="money"),
    Story("sent first", 1, "processing", "processing", shipped="all"),
    Story("late number", 2, "complete", "complete", invoiced=True, shipped="twice", late=True),
    # The words behind a state are the merchant's own to make.
    Story("own word", 1, "processing", "awaiting_stock", invoiced=True),
    Story("virtual", 2, "complete", "complete", invoiced=True),
    Story("replaced", 1, "canceled", "canceled"),
)
BY_NAME = {story.name: story for story in STORIES}
# What an edited order is replaced by; it is never drawn.
REPLACEMENT = Story("replacement", 0, "new", "pending")
# The newest orders of a living shop are still under way.
RECENT = tuple(BY_NAME[name] for name in ("placed", "paid", "paid", "done", "half", "own word", "unpaid", "done"))
