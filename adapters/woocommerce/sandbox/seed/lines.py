"""An order's lines in the smallest unit of money, and as the platform shows them."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from adapters.woocommerce.sandbox.seed.catalogue import MEDIA, full_name, slug_of
from adapters.woocommerce.sandbox.seed.facts import Facts
from adapters.woocommerce.sandbox.seed.money import portion
from adapters.woocommerce.sandbox.seed.wares import ATTRIBUTES, Ware
from adapters.woocommerce.sandbox.table import Head, Row


@dataclass(frozen=True, slots=True)
class Coupon:
    """A discount on the whole cart: so many percent, or a fixed sum in the smallest unit."""

    code: str
    type: str
    percent: int = 0
    fixed: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """One line's sums: before and after coupons, and the taxes on both."""

    ware: int
    quantity: int
    subtotal: int
    total: int
    subtotal_tax: int
    total_tax: int


COUPONS = (Coupon("ten", "percent", percent=10), Coupon("quarter-off", "percent", percent=25), Coupon("fiver", "fixed_cart", fixed=500))


def coupon_of(draw: Random, head: Head) -> Coupon | None:
    """Return the coupon used on an order, if any."""
    coupon = draw.choice(COUPONS)
    return coupon if draw.random() < 0.15 and head.lines else None


def make_lines(facts: Facts, head: Head, coupon: Coupon | None, *, taxed: bool) -> list[Line]:
    """Return an order's lines with the coupon shared out among them, to the last unit."""
    subtotals = [(facts.wares[ware].price or 0) * quantity for ware, quantity in head.lines]
    lines = []
    for (ware, quantity), subtotal, off in zip(head.lines, subtotals, _discounts(subtotals, coupon), strict=True):
        taxes = (facts.tax(subtotal), facts.tax(subtotal - off)) if taxed else (0, 0)
        lines.append(Line(ware, quantity, subtotal, subtotal - off, *taxes))
    return lines


def line_rows(facts: Facts, head: Head, lines: Sequence[Line], *, taxed: bool) -> list[Row]:
    """Return the lines as the platform shows them."""
    return [_line_row(facts, head.id * 1000 + place, line, taxed=taxed) for place, line in enumerate(lines)]


def _discounts(subtotals: Sequence[int], coupon: Coupon | None) -> list[int]:
    if coupon is None:
        return [0] * len(subtotals)
    if coupon.percent:
        return [portion(subtotal, coupon.percent * 100) for subtotal in subtotals]
    whole = sum(subtotals)
    fixed = min(coupon.fixed, whole)
    shares = [fixed * subtotal // whole if whole else 0 for subtotal in subtotals]
    for place, subtotal in enumerate(subtotals):
        shares[place] += min(fixed - sum(shares), subtotal - shares[place])
    return shares


def _line_row(facts: Facts, line_id: int, line: Line, *, taxed: bool) -> Row:
    ware, text = facts.wares[line.ware], facts.money.text
    taxes = [{"id": 1, "total": text(line.total_tax), "subtotal": text(line.subtotal_tax)}] if taxed else []
    return {
        "id": line_id,
        "name": full_name(facts, ware),
        "product_id": ware.parent or ware.id,
        "variation_id": ware.id if ware.parent else 0,
        "quantity": line.quantity,
        "tax_class": "",
        "subtotal": text(line.subtotal),
        "subtotal_tax": text(line.subtotal_tax),
        "total": text(line.total),
        "total_tax": text(line.total_tax),
        "taxes": taxes,
        "meta_data": _options(line_id, ware),
        "sku": None if ware.gone else ware.sku,
        "global_unique_id": None if ware.gone else "",
        "price": facts.money.each(line.total, line.quantity),
        "image": _image(facts, ware),
        "parent_name": facts.wares[ware.parent].name if ware.parent else None,
    }


def _options(line_id: int, ware: Ware) -> list[Row]:
    pairs = zip(ATTRIBUTES, ware.options, strict=False)
    return [
        {
            "id": line_id * 10 + place,
            "key": f"pa_{name.lower()}" if number else name.lower(),
            "value": option.lower() if number else option,
            "display_key": name,
            "display_value": option,
        }
        for place, ((name, _, number), option) in enumerate(pairs)
    ]


def _image(facts: Facts, ware: Ware) -> Row:
    if ware.gone or ware.parent:
        return {"id": "", "src": ""}
    if facts.profile.odd and ware.id % 3 == 0:
        return {"id": 0, "src": False}
    return {"id": str(50_000 + ware.id), "src": f"{MEDIA}/{slug_of(ware.name)}.jpg"}
