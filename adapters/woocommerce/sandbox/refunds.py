"""Refunds: made once, never edited, and refused with a 500 although nothing broke."""

from decimal import Decimal
from typing import Any

from adapters.woocommerce.sandbox import rendering
from adapters.woocommerce.sandbox.bodies import REFUND, Body, check, number, text, whole
from adapters.woocommerce.sandbox.calls import Answer, Call
from adapters.woocommerce.sandbox.errors import REFUND_ITSELF, REFUND_NOTHING, REFUND_ORDER, refund_refused
from adapters.woocommerce.sandbox.order_parts import kept, merge_entries
from adapters.woocommerce.sandbox.order_writes import move_order
from adapters.woocommerce.sandbox.refund_rows import add_refund, money, remaining
from adapters.woocommerce.sandbox.shop_options import GATEWAYS
from adapters.woocommerce.sandbox.site import Site
from adapters.woocommerce.sandbox.stock import restock
from adapters.woocommerce.sandbox.table import Head, Row


def create_refund(site: Site, call: Call) -> Answer:
    """POST orders/{id}/refunds. A line is not held against what is left of it, the sum is."""
    check(call.body, REFUND)
    order_id = call.ids[0]
    order = site.orders.heads.get(order_id)
    if order is None:
        raise REFUND_ORDER
    lines = _lines(call.body)
    amount, paid = _amount(site, order_id, call.body, lines), _yes(call.body, "api_refund")
    if paid:
        _check_gateway(site.orders.row(order_id)["payment_method"])
    kept(site, order_id)
    head = add_refund(site, order_id, amount, reason=text(call.body.get("reason")), lines=lines, paid=paid)
    _follow(site, order, call.body, lines)
    merge_entries(site, site.refunds.edit(head.id), call.body.get("meta_data"))
    call.record("refund.create", str(order_id), money(site, amount))
    location = {"Location": call.link(f"orders/{order_id}/refunds/{head.id}")}
    return Answer(rendering.refund(site, head, call, {}), 201, location)


def delete_refund(site: Site, call: Call) -> Answer:
    """DELETE orders/{id}/refunds/{rid}: its record goes, with or without `force`; the money is not fetched back."""
    order_id, refund_id = call.ids
    if order_id not in site.orders.heads:
        raise REFUND_ORDER
    head = site.refunds.heads.get(refund_id)
    if head is None or head.parent != order_id:
        raise REFUND_ITSELF
    row = rendering.refund(site, head, call, {})
    kept(site, order_id)
    order = site.orders.edit(order_id)
    order["refunds"] = [refund for refund in order["refunds"] if refund["id"] != refund_id]
    site.forget(site.refunds, refund_id)
    return Answer(row)


def _lines(body: Body) -> dict[int, Row]:
    lines = body.get("line_items") or ()
    return {whole(line["id"]): line for line in lines if isinstance(line, dict) and "id" in line}


def _amount(site: Site, order_id: int, body: Body, lines: dict[int, Row]) -> Decimal:
    """Return the sum asked for, or that of the lines when all of them name theirs; without either it is nothing."""
    given = body.get("amount")
    amount = number(given) if given is not None else _sum(lines)
    if given == "" or (amount is not None and amount < 0):
        raise REFUND_NOTHING
    if amount is None or amount > remaining(site, order_id):
        raise refund_refused("Invalid refund amount.")
    return amount


def _sum(lines: dict[int, Row]) -> Decimal:
    parts: list[Any] = [line.get("refund_total") for line in lines.values()]
    parts += [tax.get("refund_total") for line in lines.values() for tax in line.get("refund_tax") or ()]
    sums = [number(part) for part in parts]
    return sum((each for each in sums if each is not None), Decimal()) if None not in sums else Decimal()


def _yes(body: Body, name: str) -> bool:
    """Return a choice that is yes unless it is really a no."""
    return body[name] if isinstance(body.get(name), bool) else True


def _check_gateway(method: str) -> None:
    if method not in GATEWAYS:
        raise refund_refused("The payment gateway for this order does not exist.")
    if not GATEWAYS[method][1]:
        raise refund_refused("The payment gateway for this order does not support automatic refunds.")


def _follow(site: Site, order: Head, body: Body, lines: dict[int, Row]) -> None:
    """Put goods back on the shelf, and close the order when nothing is left to give."""
    if _yes(body, "api_restock"):
        restock(site, order.id, {line_id: whole(line.get("quantity")) for line_id, line in lines.items()})
    if remaining(site, order.id) <= 0:
        move_order(site, order, "refunded")
    site.orders.stamp(order.id, "modified", site.instant())
