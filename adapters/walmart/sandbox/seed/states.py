"""The first write to an order: what its plan said of each line becomes the line's own, which writes then change."""

from collections.abc import Mapping
from dataclasses import replace

from adapters.walmart.sandbox.seed.bills import bill_of
from adapters.walmart.sandbox.seed.catalogue import Item
from adapters.walmart.sandbox.seed.heads import LineState, OrderHead
from adapters.walmart.sandbox.seed.planned import changed_at, planned_number, planned_refund, planned_tracking
from adapters.walmart.sandbox.seed.plans import Part


def opened(head: OrderHead, items: Mapping[str, Item]) -> list[LineState]:
    """Return the lines of an order to write to; opening shows nothing that was not shown before."""
    if not head.states:
        head.states = [_state(head, turn, items[sku]) for turn, (sku, _) in enumerate(head.lines)]
    return head.states


def _state(head: OrderHead, turn: int, item: Item) -> LineState:
    return LineState(
        pieces=[(_kept(head, part), count) for part, count in head.divided(turn)],
        dated=changed_at(head),
        refund=planned_refund(head, turn, bill_of(head, turn, item)),
        seller_number=planned_number(head),
    )


def _kept(head: OrderHead, part: Part) -> Part:
    """Return a part with its parcel as it is shown now: a parcel of the plan would move with the order's last change."""
    tracking = planned_tracking(head, part)
    return replace(part, tracking=tracking, shipped=tracking["shipDateTime"] // 1000) if tracking else part
