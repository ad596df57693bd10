"""The money of an order: what its lines' breakdowns say, sorted into the canonical sums.

A line's breakdowns are sums of the whole line: ITEM, SHIPPING, GIFT_WRAP, COD_FEE, OTHER, TAX and DISCOUNT. Amazon does not document
whether a discount is written with a minus, nor says whether the other sums contain the tax; both follow from what adds up to the total.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from adapters.amazon.values import Json, money, record, rows, text
from schema.money import Money, make_money

ZERO = Decimal(0)
FEES = ("GIFT_WRAP", "COD_FEE", "OTHER")
TIP = "DELIVERY_TIP"


@dataclass(slots=True)
class Sums:
    """The sums of a line, or of an order; `item` and `shipping` are after their discounts, None is what was not told.

    `taxes` has the tax by what it is on, `taxes_included` whether the other sums contain it (None: nothing says).
    """

    item: Decimal | None = None
    shipping: Decimal | None = None
    fees: Decimal | None = None
    tax: Decimal | None = None
    discount: Decimal | None = None
    item_discount: Decimal | None = None
    total: Decimal | None = None
    taxes: dict[str, Decimal] = field(default_factory=dict)
    taxes_included: bool | None = None


def sums_of_line(row: Json) -> Sums:
    """Return the sums of an order's item."""
    proceeds = record(row.get("proceeds"))
    parts = {text(each.get("type")) or "OTHER": each for each in rows(proceeds.get("breakdowns"))}
    if not parts:
        return Sums(total=_amount(proceeds.get("proceedsTotal")))
    kinds = {kind: _amount(each.get("subtotal")) for kind, each in parts.items()}
    total = _amount(proceeds.get("proceedsTotal"))
    off = _details(parts.get("DISCOUNT"))
    discount = _discount(kinds)
    fees = _sum(value for kind, value in kinds.items() if kind not in {"ITEM", "SHIPPING", "TAX", "DISCOUNT"})
    off_shipping = abs(off.get("SHIPPING", ZERO))
    off_fees = sum((abs(off.get(kind, ZERO)) for kind in FEES), ZERO)
    off_item = discount - off_shipping - off_fees
    return Sums(
        item=None if kinds.get("ITEM") is None else (kinds["ITEM"] or ZERO) - off_item,
        shipping=_less(kinds.get("SHIPPING"), off_shipping),
        fees=_less(fees, off_fees),
        tax=kinds.get("TAX"),
        discount=discount,
        item_discount=off_item,
        total=total,
        taxes=_details(parts.get("TAX")),
        taxes_included=_included(kinds, discount, total),
    )


def sums_of_order(row: Json, lines: Iterable[Sums]) -> Sums:
    """Return the sums of an order from those of its lines; only the tip stands on the order itself."""
    known = list(lines)
    proceeds = record(row.get("proceeds"))
    tip = next((_amount(each.get("subtotal")) for each in rows(proceeds.get("breakdowns")) if each.get("type") == TIP), None)
    taxes: dict[str, Decimal] = {}
    for line in known:
        for kind, value in line.taxes.items():
            taxes[kind] = taxes.get(kind, ZERO) + value
    told = [line.taxes_included for line in known if line.taxes_included is not None]
    return Sums(
        item=_sum(line.item for line in known),
        shipping=_sum(line.shipping for line in known),
        fees=_sum((*(line.fees for line in known), tip)),
        tax=_sum(line.tax for line in known),
        discount=_sum(line.discount for line in known),
        total=_amount(proceeds.get("grandTotal")),
        taxes=taxes,
        taxes_included=any(told) if told else None,
    )


def in_currency(amount: Decimal | None, currency: str) -> Money | None:
    """Return an amount as money."""
    return None if amount is None else make_money(amount=amount, currency_code=currency)


def _discount(kinds: dict[str, Decimal | None]) -> Decimal:
    return abs(kinds.get("DISCOUNT") or ZERO)


def _included(kinds: dict[str, Decimal | None], discount: Decimal, total: Decimal | None) -> bool | None:
    """Say whether the sums contain the tax: whichever way they make the total."""
    tax = kinds.get("TAX")
    if not tax or total is None:
        return None
    plain = sum((value or ZERO for kind, value in kinds.items() if kind not in {"TAX", "DISCOUNT"}), ZERO) - discount
    return plain == total and plain + tax != total


def _details(part: Json | None) -> dict[str, Decimal]:
    """Return the detailed amounts of a breakdown, by what they are on."""
    found: dict[str, Decimal] = {}
    for each in rows(record(part).get("detailedBreakdowns")):
        value = _amount(each.get("value"))
        if value is not None:
            kind = text(each.get("subtype")) or "OTHER"
            found[kind] = found.get(kind, ZERO) + value
    return found


def _amount(value: object) -> Decimal | None:
    found = money(value)
    return None if found is None else found.amount


def _sum(values: Iterable[Decimal | None]) -> Decimal | None:
    """Return the sum of what is known, None when nothing is."""
    known = [value for value in values if value is not None]
    return sum(known, ZERO) if known else None


def _less(value: Decimal | None, off: Decimal) -> Decimal | None:
    return None if value is None else value - off
