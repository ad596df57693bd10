"""How far an order got: what is left of it to invoice, to ship and to pay back, and the state that follows from its documents."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from adapters.magento.sandbox.bodies import number
from adapters.magento.sandbox.calls import Call
from adapters.magento.sandbox.dates import shown
from adapters.magento.sandbox.errors import ApiError, refusal
from adapters.magento.sandbox.seed.lines import Line, lines_of
from adapters.magento.sandbox.seed.plans import Document, Plan
from adapters.magento.sandbox.seed.totals import documents_totals
from adapters.magento.sandbox.seed.wares import UNSHIPPED
from adapters.magento.sandbox.site import Site
from adapters.magento.sandbox.table import Row

Pieces = dict[int, int]


def order_of(site: Site, call: Call) -> Plan:
    """Return the order whose number is in the path. ApiError 404 when there is none."""
    plan = site.orders.heads.get(call.number())
    if plan is None:
        raise refusal("entity")
    return plan


def state_of(plan: Plan) -> str:
    """Return an order's state."""
    return str(plan.changes.get("state", plan.story.state))


def status_of(plan: Plan) -> str:
    """Return an order's status, which is the merchant's own word for its state."""
    return str(plan.changes.get("status", plan.story.status))


def to_invoice(plan: Plan) -> Pieces:
    """Return what was not invoiced yet, by place."""
    done = pieces_of(plan.invoices)
    return {place: quantity - done[place] - plan.cancelled.get(place, 0) for place, quantity in plan.ordered.items()}


def to_ship(site: Site, plan: Plan) -> Pieces:
    """Return what was not sent yet, by place; what was paid back is not sent any more."""
    sent, back = pieces_of(plan.shipments), pieces_of(plan.memos)
    return {
        place: max(0, quantity - max(sent[place], back[place]) - plan.cancelled.get(place, 0))
        for place, quantity in plan.ordered.items()
        if site.facts.ware(plan.buys[place][0]).type not in UNSHIPPED
    }


def to_refund(plan: Plan) -> Pieces:
    """Return what was invoiced and not paid back yet, by place."""
    done, back = pieces_of(plan.invoices), pieces_of(plan.memos)
    return {place: max(0, done[place] - back[place]) for place in plan.ordered}


def pieces_of(documents: Iterable[Document]) -> Counter[int]:
    """Return the pieces of all documents of a kind, by place."""
    pieces: Counter[int] = Counter()
    for document in documents:
        pieces.update(document.pieces)
    return pieces


def owed(site: Site, plan: Plan) -> int:
    """Return what was paid and not given back, in cents of the base currency."""
    lines = lines_of(site.facts, plan)
    paid, back = (documents_totals(site.facts, plan, lines, kind, "base").grand for kind in (plan.invoices, plan.memos))
    return paid - back


def move(plan: Plan, state: str, status: str = "") -> None:
    """Give an order another state, with the status that belongs to it."""
    plan.story = replace(plan.story, state=state, status=status or state)
    for name in ("state", "status"):
        plan.changes.pop(name, None)


def follow_documents(site: Site, plan: Plan) -> None:
    """Bring an order into the state that its documents make: begun, complete, or closed when all of it was paid back."""
    state = state_of(plan)
    if state in {"canceled", "holded"}:
        return
    if any(to_invoice(plan).values()) or any(to_ship(site, plan).values()):
        wanted = "processing" if state in {"new", "pending_payment"} else state
    else:
        wanted = "closed" if plan.memos and owed(site, plan) <= 0 else "complete"
    if wanted != state:
        move(plan, wanted)


def touch(site: Site, plan: Plan) -> None:
    """An order changed now."""
    plan.updated = site.instant()
    site.changed(plan)


def lines_by_id(site: Site, plan: Plan) -> dict[int, Line]:
    """Return an order's lines by their ids."""
    return {line.id: line for line in lines_of(site.facts, plan)}


def wanted_pieces(
    site: Site, plan: Plan, items: list[Row], left: Mapping[int, int], words: tuple[str, str, str]
) -> tuple[Pieces, list[str]]:
    """Return what is asked for of an order by lines, and what is wrong with that; `words` are (shipment, ship, unshipped) and the like.

    A line below another goes with it, so that there is nothing left of it alone.
    """
    name, verb, rest = words
    lines, pieces, wrong = lines_by_id(site, plan), dict[int, int](), []
    for item in items:
        line, quantity = lines.get(int(number(item, "order_item_id") or 0)), number(item, "qty") or 0
        if line is None:
            wrong.append(f"The {name} contains product item that is not part of the original order.")
        elif isinstance(quantity, float) or quantity < 0:
            wrong.append(f'We found an invalid quantity to {verb} item "{line.sku}".')
        elif quantity > (0 if line.parent else left.get(line.place, 0)):
            wrong.append(f'The quantity to {verb} must not be greater than the {rest} quantity for product SKU "{line.sku}".')
        elif not line.parent:
            pieces[line.place] = quantity
    return pieces, wrong


def refuse(kind: str, wrong: list[str]) -> None:
    """ApiError 400 with all that is wrong with a document, a line each; nothing when nothing is."""
    if wrong:
        raise ApiError(400, "\n".join([f"{kind} Document Validation Error(s):", *wrong]))


def comment_row(site: Site, call: Call, parent: int) -> list[Row]:
    """Return the comment that was sent along with a document, in a list, or an empty list."""
    sent: Any = call.body.get("comment") or {}
    if not sent.get("comment"):
        return []
    visible = int(number(sent, "is_visible_on_front") or 0)
    head = {"comment": sent["comment"], "created_at": shown(site.instant()), "entity_id": next(site.numbers)}
    return [{**head, "is_customer_notified": int(bool(call.body.get("notify"))), "is_visible_on_front": visible, "parent_id": parent}]
