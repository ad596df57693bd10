"""Writes to orders themselves: cancel, hold, comment, invoice, and the save of single fields.

Each of them changes the order's time of change.
"""

from collections.abc import Mapping
from typing import Any

from adapters.magento.sandbox.bodies import number, row_part, rows_part, whole
from adapters.magento.sandbox.calls import Answer, Call
from adapters.magento.sandbox.dates import shown
from adapters.magento.sandbox.errors import refusal
from adapters.magento.sandbox.progress import (
    Pieces,
    comment_row,
    follow_documents,
    move,
    order_of,
    refuse,
    state_of,
    status_of,
    to_invoice,
    to_refund,
    to_ship,
    touch,
    wanted_pieces,
)
from adapters.magento.sandbox.seed.plans import Document, Plan
from adapters.magento.sandbox.seed.stories import STORIES
from adapters.magento.sandbox.site import Site

NOT_HELD = frozenset({"canceled", "payment_review", "complete", "closed", "holded"})
NOT_CANCELLED = frozenset({"canceled", "payment_review", "complete", "closed", "holded"})
NOT_INVOICED = frozenset({"payment_review", "holded", "canceled", "complete", "closed"})
HELD = ("hold_before_state", "hold_before_status")


def cancel(site: Site, call: Call) -> Answer:
    """Answer POST /V1/orders/{id}/cancel: false, with a 200, where there is nothing to cancel."""
    plan = order_of(site, call)
    if state_of(plan) in NOT_CANCELLED or not any(to_invoice(plan).values()):
        return Answer(False)
    plan.given_up = _to_cancel(site, plan)
    if not site.settings.msi:
        _put_back(site, plan, plan.given_up)
    if not any(to_refund(plan).values()):
        move(plan, "canceled")
    else:
        move(plan, "processing" if any(to_ship(site, plan).values()) else "complete")
    touch(site, plan)
    site.record(call, "order.cancel", plan.id)
    return Answer(True)


def hold(site: Site, call: Call) -> Answer:
    """Answer POST /V1/orders/{id}/hold."""
    plan = order_of(site, call)
    if state_of(plan) in NOT_HELD:
        raise refusal("hold")
    before = dict(zip(HELD, (state_of(plan), status_of(plan)), strict=True))
    move(plan, "holded")
    plan.changes |= before
    return _updated(site, call, plan, {"hold": True})


def unhold(site: Site, call: Call) -> Answer:
    """Answer POST /V1/orders/{id}/unhold: back to the state before."""
    plan = order_of(site, call)
    if state_of(plan) != "holded":
        raise refusal("unhold")
    state, status = (str(plan.changes.pop(name, "processing")) for name in HELD)
    move(plan, state, status)
    return _updated(site, call, plan, {"hold": False})


def comment(site: Site, call: Call) -> Answer:
    """Answer POST /V1/orders/{id}/comments: a status in it has to be one of the order's state."""
    plan, sent = order_of(site, call), row_part(call, "statusHistory")
    if sent.get("comment") is None:
        raise refusal("required", fieldName="comment")
    status = str(sent.get("status") or status_of(plan))
    if status not in {status_of(plan), *(story.status for story in STORIES if story.state == state_of(plan))}:
        raise refusal("comment", status)
    if status != status_of(plan):
        move(plan, state_of(plan), status)
    flags = {name: int(number(sent, name) or 0) for name in ("is_customer_notified", "is_visible_on_front")}
    head = {"comment": sent["comment"], "created_at": shown(site.instant()), "entity_id": next(site.numbers), "entity_name": "order"}
    plan.notes.append({**head, **flags, "parent_id": plan.id, "status": status})
    return _updated(site, call, plan, sent)


def invoice(site: Site, call: Call) -> Answer:
    """Answer POST /V1/order/{orderId}/invoice: the new id, as a text; without items it is all that is left."""
    plan = order_of(site, call)
    items, left = rows_part(call, "items", required=False), to_invoice(plan)
    pieces, wrong = wanted_pieces(site, plan, items, left, ("invoice", "invoice", "uninvoiced")) if items else (left, [])
    if sum(pieces.values()) <= 0:
        wrong.append("The invoice can't be created without products. Add products and try again.")
    if state_of(plan) in NOT_INVOICED:
        wrong.insert(0, f"An invoice cannot be created when an order has a status of {status_of(plan)}")
    elif not any(left.values()):
        wrong.insert(0, "The order does not allow an invoice to be created.")
    refuse("Invoice", wrong)
    made, row_id = site.instant(), site.invoices.last_id + 1
    document = Document(row_id, plan.id, made, made, {place: one for place, one in pieces.items() if one}, increment=f"{row_id:09d}")
    document.notes = comment_row(site, call, row_id)
    plan.invoices.append(document)
    site.invoices.add(document)
    follow_documents(site, plan)
    _updated(site, call, plan, {"invoice": dict(call.body)})
    return Answer(str(row_id))


def save(site: Site, call: Call) -> Answer:
    """Answer POST /V1/orders and PUT /V1/orders/create for an order there is: the plain fields that are sent replace its own, unchecked.

    To place an order is not served.
    """
    sent = row_part(call, "entity")
    row_id = whole(sent, "entity_id")
    if row_id is None:
        raise refusal("required", fieldName="entity_id")
    plan = site.orders.heads.get(row_id)
    if plan is None:
        raise refusal("entity")
    fields = {name: value for name, value in sent.items() if name != "entity_id" and not isinstance(value, dict | list)}
    if "state" in fields or "status" in fields:
        state = str(fields.pop("state", state_of(plan)))
        move(plan, state, str(fields.pop("status", status_of(plan))))
    plan.changes |= fields
    _updated(site, call, plan, {name: value for name, value in sent.items() if name != "entity_id"})
    return Answer(site.orders.row(plan.id))


def _updated(site: Site, call: Call, plan: Plan, sent: Mapping[str, Any]) -> Answer:
    touch(site, plan)
    site.record(call, "order.update", plan.id, dict(sent))
    return Answer(True)


def _to_cancel(site: Site, plan: Plan) -> Pieces:
    """Return what is neither invoiced nor sent; of what needs no sending, what is not invoiced."""
    unsent = to_ship(site, plan)
    before = plan.cancelled
    return {place: before.get(place, 0) + min(left, unsent.get(place, left)) for place, left in to_invoice(plan).items()}


def _put_back(site: Site, plan: Plan, pieces: Pieces) -> None:
    """Without sources an order takes its pieces from the shelf when it is placed."""
    for place, quantity in pieces.items():
        for ware in site.shelves.inside(site.facts.wares.get(plan.buys[place][0])):
            site.shelves.add(ware.sku, "default", quantity, backorders=site.settings.backorders)
