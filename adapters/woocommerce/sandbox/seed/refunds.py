"""What was paid back on an order: the sum by the refund's plan, its lines, and the short form inside the order."""

from collections.abc import Sequence

from adapters.woocommerce.sandbox.seed.facts import STAFF, Facts
from adapters.woocommerce.sandbox.seed.money import portion
from adapters.woocommerce.sandbox.table import Head, Row

REASONS = ("", "Arrived broken", "Too late", "Wrong size")
NEGATED = ("subtotal", "subtotal_tax", "total", "total_tax")


def summaries(facts: Facts, order: Row, refunds: Sequence[Head]) -> list[Row]:
    """Return an order's `refunds`: the newest first, sums negative."""
    return [
        {"id": head.id, "reason": _reason(head), "total": facts.money.text(-refunded(facts, order, head))}
        for head in sorted(refunds, key=lambda head: -head.id)
    ]


def refund_row(facts: Facts, head: Head, order: Row) -> Row:
    """Return a refund's row."""
    partial = "partial" if refunded(facts, order, head) < facts.money.minor(order["total"]) else "full"
    return {
        "id": head.id,
        "parent_id": head.parent,
        "amount": facts.money.text(refunded(facts, order, head)),
        "reason": _reason(head),
        "refunded_by": STAFF,
        "refunded_payment": head.id % 2 == 0 and bool(order["transaction_id"]),
        "meta_data": [{"id": head.id * 1000, "key": "_refund_type", "value": partial}],
        "line_items": [_line(facts, head, line, quantity, place) for place, (line, quantity) in enumerate(_returned(order, head))],
        "shipping_lines": [],
        "tax_lines": [],
        "fee_lines": [],
    }


def refunded(facts: Facts, order: Row, head: Head) -> int:
    """Return what a refund paid back, tax included, in the smallest unit; never more than the order's total."""
    minor = facts.money.minor
    total = minor(order["total"])
    if head.type in {"all lines", "whole sum"}:
        return total
    if head.type == "some money":
        return max(1, portion(total, 1000))
    lines = ((minor(line["total"]) + minor(line["total_tax"])) * quantity // line["quantity"] for line, quantity in _returned(order, head))
    return sum(lines)


def _returned(order: Row, head: Head) -> list[tuple[Row, int]]:
    """Return the (order line, quantity) pairs that came back."""
    if head.type == "all lines":
        return [(line, line["quantity"]) for line in order["line_items"]]
    if head.type == "one line":
        line = max(order["line_items"], key=lambda line: line["price"])
        return [(line, 1 if line["quantity"] == 1 else line["quantity"] // 2)]
    return []


def _reason(head: Head) -> str:
    return REASONS[head.id % len(REASONS)]


def _line(facts: Facts, head: Head, line: Row, quantity: int, place: int) -> Row:
    minor, text = facts.money.minor, facts.money.text
    part = {key: -(minor(line[key]) * quantity // line["quantity"]) for key in NEGATED}
    # Rounding must not let the lines differ from the sum that was paid back.
    part["total_tax"] = -((minor(line["total"]) + minor(line["total_tax"])) * quantity // line["quantity"]) - part["total"]
    origin = str(line["id"])
    link = {"id": head.id * 1000 + 100 + place, "key": "_refunded_item_id", "value": origin}
    link |= {"display_key": "_refunded_item_id", "display_value": origin}
    taxes = [{**tax, "total": text(part["total_tax"]), "subtotal": text(part["subtotal_tax"])} for tax in line["taxes"]]
    negated = {key: text(minor) for key, minor in part.items()}
    shown = {key: value for key, value in line.items() if key not in {"image", "parent_name"}}
    money = {**negated, "quantity": -quantity, "taxes": taxes}
    return {**shown, **money, "id": head.id * 1000 + place, "sku": line["sku"] or "", "meta_data": [link]}
