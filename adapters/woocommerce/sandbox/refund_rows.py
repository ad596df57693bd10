"""A refund's row: what an order still has to give, and its lines with everything negative."""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from adapters.woocommerce.sandbox.bodies import number, text, whole
from adapters.woocommerce.sandbox.order_parts import REFUNDED_LINE
from adapters.woocommerce.sandbox.seed.facts import STAFF
from adapters.woocommerce.sandbox.site import Site
from adapters.woocommerce.sandbox.table import Head, Row

KINDS = ("line_items", "shipping_lines", "fee_lines")
NOT_REFUNDED = frozenset({"image", "parent_name", "method_id", "instance_id"})


def remaining(site: Site, order_id: int) -> Decimal:
    """Return how much of an order was not yet paid back."""
    row = site.orders.row(order_id)
    return Decimal(row["total"]) + sum((Decimal(refund["total"]) for refund in row["refunds"]), Decimal())


def add_refund(site: Site, order_id: int, amount: Decimal, **more: Any) -> Head:
    """Make a refund and tell its order; `more` may be `reason`, `lines` (by the id of the order's line) and `paid`."""
    now = site.instant()
    head = Head(site.next_id(), now, now, parent=order_id)
    whole_sum = "full" if amount >= Decimal(site.orders.row(order_id)["total"]) else "partial"
    row: Row = {
        "id": head.id,
        "parent_id": order_id,
        "amount": money(site, amount),
        "reason": more.get("reason", ""),
        "refunded_by": STAFF,
        "refunded_payment": more.get("paid", False),
        "meta_data": [{"id": next(site.serials), "key": "_refund_type", "value": whole_sum}],
        **_lines(site, order_id, more.get("lines", {})),
        "tax_lines": [],
    }
    site.refunds.add(head, row)
    order = site.orders.edit(order_id)
    order["refunds"] = [{"id": head.id, "reason": row["reason"], "total": money(site, -amount)}, *order["refunds"]]
    return head


def money(site: Site, amount: Decimal) -> str:
    """Show a sum with the shop's decimals; nothing has no sign."""
    shown = amount.quantize(Decimal(1).scaleb(-site.facts.money.decimals), ROUND_HALF_UP)
    return str(abs(shown) if shown == 0 else shown)


def _lines(site: Site, order_id: int, wanted: Mapping[int, Row]) -> Row:
    """Return the lines by their kind; ids that are none of the order's are passed over."""
    order = site.orders.row(order_id)
    return {kind: [_line(site, line, wanted[line["id"]]) for line in order[kind] if line["id"] in wanted] for kind in KINDS}


def _line(site: Site, line: Row, wanted: Row) -> Row:
    total = money(site, -(number(wanted.get("refund_total")) or Decimal()))
    taxes = [(tax.get("id"), number(tax.get("refund_total")) or Decimal()) for tax in wanted.get("refund_tax") or ()]
    tax_sum = money(site, -sum((tax for _, tax in taxes), Decimal()))
    origin = text(line["id"])
    link = {"id": next(site.serials), "key": REFUNDED_LINE, "value": origin, "display_key": REFUNDED_LINE, "display_value": origin}
    row = {name: value for name, value in line.items() if name not in NOT_REFUNDED}
    row |= {"id": next(site.serials), "total": total, "total_tax": tax_sum, "meta_data": [link]}
    row["taxes"] = [{"id": whole(rate), "total": money(site, -tax), "subtotal": money(site, -tax)} for rate, tax in taxes]
    if "quantity" in line:
        quantity = whole(wanted.get("quantity"))
        row |= {"subtotal": total, "subtotal_tax": tax_sum, "quantity": -quantity, "sku": line["sku"] or ""}
    if "method_id" in line:
        row |= {"method_id": line["method_id"], "instance_id": line["instance_id"]}
    return row
