"""Order lines as heads, for the list of all orders' lines."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from adapters.magento.sandbox.seed.facts import Facts
from adapters.magento.sandbox.seed.plans import Plan
from adapters.magento.sandbox.seed.wares import Ware

NULLABLE = ("applied_rule_ids", "additional_data", "description", "ext_order_item_id", "parent_item_id", "qty_backordered", "qty_returned")


@dataclass(slots=True)
class Item:
    """One line: `place` among its order's lines, `parent` the line it belongs to."""

    id: int
    plan: Plan
    place: int
    ware: Ware
    parent: int = 0
    changes: dict[str, Any] = field(default_factory=dict)

    @property
    def created(self) -> int:
        """When its order came."""
        return self.plan.created

    @property
    def updated(self) -> int:
        """When its order changed."""
        return self.plan.updated


def make_items(facts: Facts, plan: Plan) -> Iterator[Item]:
    """Yield the lines of an order, in the order in which it shows them."""
    place = 0
    for ware_id, _ in plan.buys:
        ware = facts.ware(ware_id)
        outer = facts.ware(ware.parent) if ware.parent else ware
        below = [ware] if ware.parent else [facts.ware(child) for child in ware.children]
        first = plan.first_item + place
        yield Item(first, plan, place, outer)
        for turn, one in enumerate(below, 1):
            yield Item(first + turn, plan, place + turn, one, first)
        place += 1 + len(below)
