"""The lines of one order: facts first, the platform's rows from them.

A variant makes two lines: its parent's with the money and the variant's SKU, and its own with none. A bundle's line has the sum of the
lines below it. An order's sums count the lines without a parent only.
"""

from dataclasses import dataclass, field
from typing import Any

from adapters.magento.sandbox.dates import shown
from adapters.magento.sandbox.seed.facts import Facts
from adapters.magento.sandbox.seed.money import Sums, converted, kilograms, number, sums
from adapters.magento.sandbox.seed.plans import Plan
from adapters.magento.sandbox.seed.wares import COMPOSITE, UNSHIPPED, Ware, attributes_of
from adapters.magento.sandbox.table import Row


@dataclass(slots=True)
class Progress:
    """How many pieces of a line got how far."""

    invoiced: int = 0
    shipped: int = 0
    refunded: int = 0
    canceled: int = 0


@dataclass(slots=True)
class Line:
    """One line: `place` of the purchase it belongs to, sums in the order's currency and the base one, `parent` as a line's id."""

    id: int
    place: int
    ware: Ware
    sku: str
    quantity: int
    order: Sums
    base: Sums
    tax: int
    parent: int = 0
    chosen: Ware | None = None
    progress: Progress = field(default_factory=Progress)

    @property
    def hollow(self) -> bool:
        """Whether the line only repeats what its parent says: no money, no shipping of its own."""
        return bool(self.parent) and not self.base.row


def lines_of(facts: Facts, plan: Plan) -> list[Line]:
    """Return an order's lines, parents before what is below them, with how far they got."""
    lines: list[Line] = []
    tax = facts.profile.tax
    for place, (ware_id, quantity) in enumerate(plan.buys):
        ware, item = facts.ware(ware_id), plan.first_item + len(lines)
        if ware.parent:
            parent = facts.ware(ware.parent)
            lines.append(Line(item, place, parent, ware.sku, quantity, *_sums(facts, plan, ware, quantity), tax, chosen=ware))
            lines.append(Line(item + 1, place, ware, ware.sku, quantity, Sums(), Sums(), 0, item))
        elif ware.type == "bundle":
            lines += _bundle_lines(facts, plan, ware, place, quantity, item)
        else:
            lines.append(Line(item, place, ware, ware.sku, quantity, *_sums(facts, plan, ware, quantity), tax))
    for line in lines:
        line.progress = _progress(plan, line)
    return lines


def shippable(line: Line) -> bool:
    """Tell whether a line is named in shipments: not a virtual one, not one below another."""
    return not line.parent and line.ware.type not in UNSHIPPED


def line_row(plan: Plan, line: Line, lines: list[Line], *, nested: bool = True) -> Row:
    """Return a line as the platform shows it; a line below another shows that whole line again."""
    progress = line.progress
    row: Row = {}
    for prefix, cash in (("", line.order), ("base_", line.base)):
        row |= _money(prefix, cash, line)
    row |= {
        "created_at": shown(plan.created),
        "discount_percent": number(plan.discount) if not line.hollow else 0,
        "free_shipping": 0,
        "is_qty_decimal": 0,
        "is_virtual": int(line.ware.type in UNSHIPPED),
        "item_id": line.id,
        "name": line.ware.name,
        "no_discount": 0,
        "order_id": plan.id,
        "product_id": line.ware.id,
        "product_type": line.ware.type,
        "qty_canceled": progress.canceled,
        "qty_invoiced": progress.invoiced,
        "qty_ordered": line.quantity,
        "qty_refunded": progress.refunded,
        "qty_shipped": progress.shipped,
        "quote_item_id": line.id,
        "row_weight": 0 if line.parent else kilograms(line.quantity * _weight(line)),
        "sku": line.sku,
        "store_id": plan.view,
        "tax_percent": number(line.tax),
        "updated_at": shown(plan.updated),
        "weight": kilograms(_weight(line)),
    }
    if plan.discount and not line.hollow:
        row["applied_rule_ids"] = "1"
    if line.chosen:
        row["product_option"] = {"extension_attributes": {"configurable_item_options": _choices(line.chosen)}}
    if line.parent:
        row["parent_item_id"] = line.parent
        if nested:
            above = next(one for one in lines if one.id == line.parent)
            row["parent_item"] = line_row(plan, above, lines, nested=False)
    return row


def _sums(facts: Facts, plan: Plan, ware: Ware, quantity: int) -> tuple[Sums, Sums]:
    rate = facts.view(plan.view).rate
    tax = facts.profile.tax
    in_order = sums(converted(ware.asked, rate), converted(ware.price, rate), quantity, plan.discount, tax)
    return in_order, sums(ware.asked, ware.price, quantity, plan.discount, tax)


def _bundle_lines(facts: Facts, plan: Plan, ware: Ware, place: int, quantity: int, item: int) -> list[Line]:
    inside = [facts.ware(child) for child in ware.children]
    below = [
        Line(item + turn, place, one, one.sku, quantity, *_sums(facts, plan, one, quantity), facts.profile.tax, item)
        for turn, one in enumerate(inside, 1)
    ]
    order, base = Sums(), Sums()
    for line in below:
        for whole, part in ((order, line.order), (base, line.base)):
            whole.add(part)
            whole.price += part.price
            whole.original += part.original
    sku = "-".join([ware.sku, *(one.sku for one in inside)])
    return [Line(item, place, ware, sku, quantity, order, base, facts.profile.tax), *below]


def _progress(plan: Plan, line: Line) -> Progress:
    counts = [sum(one.pieces.get(line.place, 0) for one in kind) for kind in (plan.invoices, plan.shipments, plan.memos)]
    # A line below another is invoiced and paid back with it, but shipped through its parent alone.
    shipped = 0 if line.parent else counts[1]
    return Progress(counts[0], shipped, counts[2], plan.cancelled.get(line.place, 0))


def _money(prefix: str, cash: Sums, line: Line) -> Row:
    done, back = cash.share(line.progress.invoiced, line.quantity), cash.share(line.progress.refunded, line.quantity)
    row: Row = {
        f"{prefix}amount_refunded": number(back.row),
        f"{prefix}discount_amount": number(cash.discount),
        f"{prefix}discount_invoiced": number(done.discount),
        f"{prefix}discount_refunded": number(back.discount),
        f"{prefix}discount_tax_compensation_invoiced": 0,
        f"{prefix}discount_tax_compensation_refunded": 0,
        f"{prefix}original_price": number(cash.original),
        f"{prefix}price": number(cash.price),
        f"{prefix}row_invoiced": number(done.row),
        f"{prefix}row_total": number(cash.row),
        f"{prefix}tax_amount": number(cash.tax),
        f"{prefix}tax_invoiced": number(done.tax),
        f"{prefix}tax_refunded": number(back.tax),
    }
    if not line.hollow:
        row[f"{prefix}discount_tax_compensation_amount"] = 0
        row[f"{prefix}row_total_incl_tax"] = number(cash.row + cash.full_tax)
        # Divided as a binary float, so that noise behind the fourth decimal occurs.
        each = (cash.row + cash.full_tax) / line.quantity / 100
        row[f"{prefix}price_incl_tax"] = int(each) if each.is_integer() else each
    return row


def _weight(line: Line) -> int:
    return (line.chosen or line.ware).weight if line.ware.type not in COMPOSITE or line.chosen else 0


def _choices(ware: Ware) -> list[Row]:
    pairs: list[tuple[Any, int]] = list(zip(attributes_of(ware), ware.options, strict=True))
    return [{"option_id": str(attribute.id), "option_value": option} for attribute, option in pairs]
