"""Returns, which the commerce edition has: what buyers asked to send back, with every word a return's status can be."""

from collections.abc import Iterable

from adapters.magento.sandbox.dates import shown
from adapters.magento.sandbox.seed.facts import HOUR, Facts
from adapters.magento.sandbox.seed.plans import Plan
from adapters.magento.sandbox.table import Row

FIELDS = ("entity_id", "increment_id", "order_id", "order_increment_id", "store_id", "customer_id", "date_requested", "status")
STATUSES = ("processed_closed", "received", "authorized", "pending", "approved", "denied", "closed")


def return_rows(facts: Facts, plans: Iterable[Plan]) -> list[Row]:
    """Return every return: one for each order whose goods were paid back."""
    returned = [plan for plan in plans if any(memo.pieces for memo in plan.memos)]
    return [_return(facts, plan, number) for number, plan in enumerate(returned, 1)]


def _return(facts: Facts, plan: Plan, number: int) -> Row:
    memo, buyer = plan.memos[0], facts.person(plan.buyer)
    status = STATUSES[number % len(STATUSES)]
    item = {
        "entity_id": number,
        "rma_entity_id": number,
        "order_item_id": plan.first_item,
        **dict.fromkeys(("qty_requested", "qty_authorized", "qty_approved", "qty_returned"), memo.pieces.get(0, 1)),
        **dict.fromkeys(("reason", "condition", "resolution"), "1"),
        "status": status,
    }
    return {
        "increment_id": f"{number:09d}",
        "entity_id": number,
        "order_id": plan.id,
        "order_increment_id": plan.increment,
        "store_id": plan.view,
        "customer_id": None if plan.guest else plan.buyer,
        "date_requested": shown(max(plan.created, memo.created - HOUR)),
        "customer_custom_email": buyer.email,
        "items": [item],
        "status": status,
        "comments": [],
        "tracks": [],
    }
