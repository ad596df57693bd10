"""Refunds: credit memos by the route of an order, whose payment was made offline, or of an invoice, whose payment was made by a card.

What is not said is given back: without items all that is left of them, without an amount for shipping all that is left of that. Amounts
are of the base currency.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from adapters.magento.sandbox.bodies import cents, inner, money, number, rows_part
from adapters.magento.sandbox.calls import Answer, Call
from adapters.magento.sandbox.errors import refusal
from adapters.magento.sandbox.progress import (
    Pieces,
    comment_row,
    follow_documents,
    lines_by_id,
    order_of,
    owed,
    pieces_of,
    refuse,
    state_of,
    status_of,
    to_refund,
    touch,
    wanted_pieces,
)
from adapters.magento.sandbox.seed.lines import lines_of
from adapters.magento.sandbox.seed.plans import Document, Plan
from adapters.magento.sandbox.seed.totals import Totals, documents_totals, fee_in, order_fee
from adapters.magento.sandbox.site import Site

NOT_REFUNDED = frozenset({"payment_review", "holded", "canceled", "closed"})
WORDS = ("creditmemo", "refund", "unrefunded")


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be given back: `left` by place, `returned` the lines that go back to stock."""

    plan: Plan
    memo: Document
    left: Pieces
    returned: tuple[int, ...]


def refund_order(site: Site, call: Call) -> Answer:
    """Answer POST /V1/order/{orderId}/refund: the new id, as a text."""
    plan = order_of(site, call)
    wrong = ["We can't create creditmemo for the order: its payment is refunded by its invoice."] if plan.online else []
    return _refund(site, call, plan, 0, to_refund(plan), wrong)


def refund_invoice(site: Site, call: Call) -> Answer:
    """Answer POST /V1/invoice/{invoiceId}/refund: the new id, as a text."""
    invoice = site.invoices.heads.get(call.number())
    if invoice is None:
        raise refusal("entity")
    plan = site.plan_of(invoice)
    done = pieces_of(memo for memo in plan.memos if memo.invoice == invoice.id)
    left = {place: min(quantity, invoice.pieces.get(place, 0) - done[place]) for place, quantity in to_refund(plan).items()}
    return _refund(site, call, plan, invoice.id, left, [] if plan.online else ["We can't create creditmemo for the invoice."])


def _refund(site: Site, call: Call, plan: Plan, invoice: int, left: Pieces, wrong: list[str]) -> Answer:
    items = rows_part(call, "items", required=False)
    pieces, unfit = wanted_pieces(site, plan, items, left, WORDS) if items else (left, [])
    memo = _memo(site, call, plan, {place: quantity for place, quantity in pieces.items() if quantity}, invoice)
    returned = inner(call.body, "arguments", "extension_attributes").get("return_to_stock_items") or ()
    wish = Wish(plan, memo, left, tuple(int(number({"item": one}, "item") or 0) for one in returned))
    refuse("Creditmemo", [*_state_objections(site, plan), *wrong, *unfit, *_objections(site, wish)])
    plan.memos.append(memo)
    site.memos.add(memo)
    _restock(site, wish)
    follow_documents(site, plan)
    touch(site, plan)
    site.record(call, "refund.create", plan.id, money(site.memos.row(memo.id)["grand_total"]))
    return Answer(str(memo.id))


def _memo(site: Site, call: Call, plan: Plan, pieces: Pieces, invoice: int) -> Document:
    now, row_id = site.instant(), site.memos.last_id + 1
    arguments = inner(call.body, "arguments")
    more, less = (cents(number(arguments, f"adjustment_{name}") or 0) for name in ("positive", "negative"))
    return Document(
        row_id,
        plan.id,
        now,
        now,
        pieces,
        adjustment=more,
        deduction=less,
        fee=_fee(site, plan, arguments),
        invoice=invoice,
        online=bool(invoice and call.body.get("isOnline")),
        increment=f"{row_id:09d}",
        notes=comment_row(site, call, row_id),
    )


def _fee(site: Site, plan: Plan, arguments: Mapping[str, Any]) -> int:
    """Return how much of the shipping fee is given back. ApiError 400 for more than is left of it."""
    left = _fee_left(site, plan)
    wanted = number(arguments, "shipping_amount")
    if wanted is None:
        return left
    if cents(wanted) > left:
        raise refusal("fee", money(left / 100))
    return cents(wanted)


def _fee_left(site: Site, plan: Plan) -> int:
    lines = lines_of(site.facts, plan)
    return order_fee(plan, lines) - sum(fee_in(plan, lines, memo) for memo in plan.memos) if plan.invoices else 0


def _state_objections(site: Site, plan: Plan) -> list[str]:
    if state_of(plan) in NOT_REFUNDED:
        return [f"A creditmemo can not be created when an order has a status of {status_of(plan)}"]
    return [] if owed(site, plan) > 0 else ["The order does not allow a creditmemo to be created."]


def _objections(site: Site, wish: Wish) -> list[str]:
    plan, memo = wish.plan, wish.memo
    grand, left, wrong = _total(site, wish).grand, owed(site, plan), []
    if grand <= 0:
        wrong.append("The credit memo's total must be positive.")
    elif not memo.pieces and not _fee_left(site, plan):
        wrong.append("You can't create a creditmemo without products.")
    if grand > left:
        wrong.append(f"The most money available to refund is {money(left / 100)}.")
    lines = lines_by_id(site, plan)
    for item in wish.returned:
        if item not in lines:
            wrong.append("The return to stock argument contains product item that is not part of the original order.")
        elif lines[item].place not in memo.pieces:
            wrong.append(f'The "{lines[item].sku}" product is not part of the current creditmemo.')
    return wrong


def _total(site: Site, wish: Wish) -> Totals:
    """Return what a credit memo comes to in the base currency before it is one."""
    plan, lines = wish.plan, lines_of(site.facts, wish.plan)
    before = documents_totals(site.facts, plan, lines, plan.memos, "base")
    return documents_totals(site.facts, plan, lines, [*plan.memos, wish.memo], "base").less(before)


def _restock(site: Site, wish: Wish) -> None:
    """Put goods back where they were sent from; what was never sent lies there still, and only becomes free."""
    plan, lines = wish.plan, lines_by_id(site, wish.plan)
    for place in {lines[item].place for item in wish.returned}:
        sent = [shipment for shipment in plan.shipments if shipment.pieces.get(place)]
        back = min(wish.memo.pieces.get(place, 0), pieces_of(sent)[place]) if site.settings.msi else wish.memo.pieces.get(place, 0)
        source = site.shipments.row(sent[-1].id)["extension_attributes"]["source_code"] if sent and site.settings.msi else "default"
        for ware in site.shelves.inside(site.facts.wares.get(plan.buys[place][0])) if back else ():
            site.shelves.add(ware.sku, source, back, backorders=site.settings.backorders)
