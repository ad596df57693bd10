"""What a refund comes to in the platform's words. Pure; money is exact, and only what is sent is a JSON number.

The platform computes a credit memo of units of lines and of an amount for shipping; whatever else is wanted is an adjustment of its sum.
Amounts are sent in the base currency of the website, shipping without its tax.
"""

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal

from adapters.magento import totals
from adapters.magento.refusals import conflict, invalid
from adapters.magento.values import Json, identity, number, rows
from schema.commands import RefundCreate, RefundLineUnits

ALL = "all"
ZERO = Decimal(0)
GRAIN = Decimal("0.0001")  # the platform's columns have four decimals

_LINE = "The order has no line with the id {line}."
_INNER = "Line {line} is a part of another line: refund that."
_UNITS = "Only {left} units of line {line} are left to be refunded."
_NOTHING = "Nothing of the order is left to be refunded."
_SHIPPING = "Nothing is left of what was paid for shipping."


def refund_of(order: Json, command: RefundCreate) -> Json:
    """Return items and arguments of a refund; raises PlatformError when the order does not have it."""
    if paid_back(order):
        raise conflict(_NOTHING, "NOTHING_LEFT")
    if not command.lines and command.shipping is None and command.amount is None:
        return _everything(order)
    lines = {str(key): line for line in rows(order.get("items")) if (key := identity(line.get("item_id")))}
    _check(lines, command.lines)
    adjustment = sum((_besides(order, lines, units) for units in command.lines), Decimal(command.amount or 0))
    arguments = _adjusted(adjustment / _rate(order)) | _shipping(order, command.shipping)
    restocked = [int(units.line) for units in command.lines if units.restock]
    if restocked:
        arguments["extension_attributes"] = {"return_to_stock_items": restocked}
    # Without items the platform gives all of them back: where none is meant, each is named with no unit.
    items = [{"order_item_id": int(units.line), "qty": units.quantity} for units in command.lines]
    return {"items": items or [{"order_item_id": int(key), "qty": 0} for key in _outer(lines)], "arguments": arguments}


def paid_back(order: Json) -> bool:
    """Say whether all that was paid was given back; also when nothing was paid."""
    return _amount(order, "total_paid") <= _amount(order, "total_refunded")


def _everything(order: Json) -> Json:
    """Return the refund of all that is left: what is left out means all of it. Earlier adjustments are evened out."""
    given, kept = (_amount(order, f"base_adjustment_{name}") for name in ("positive", "negative"))
    return {"arguments": _adjusted(kept - given)}


def _adjusted(amount: Decimal) -> Json:
    name = "adjustment_positive" if amount > 0 else "adjustment_negative"
    return {name: float(abs(amount).quantize(GRAIN, ROUND_HALF_UP))} if amount else {}


def _shipping(order: Json, wanted: str | None) -> Json:
    """Return how much of the shipping is given back; left out it would be all that is left."""
    if wanted is None:
        return {"shipping_amount": 0}
    net, gross = _amount(order, "shipping_amount"), _amount(order, "shipping_incl_tax")
    if net <= _amount(order, "shipping_refunded"):
        raise conflict(_SHIPPING, "OVER_REFUNDED")
    if wanted == ALL:
        return {}
    part = net / gross if gross > 0 else Decimal(1)
    return {"shipping_amount": float((Decimal(wanted) * part / _rate(order)).quantize(GRAIN, ROUND_HALF_UP))}


def _check(lines: Mapping[str, Json], wanted: Sequence[RefundLineUnits]) -> None:
    for units in wanted:
        line = lines.get(units.line)
        if line is None:
            raise invalid(_LINE.format(line=units.line[:40]), "LINE_UNKNOWN")
        if identity(line.get("parent_item_id")) is not None:
            raise invalid(_INNER.format(line=units.line), "LINE_UNKNOWN")
        left = _amount(line, "qty_invoiced") - _amount(line, "qty_refunded")
        if units.quantity > left:
            raise conflict(_UNITS.format(left=max(ZERO, left).normalize(), line=units.line), "OVER_REFUNDED")


def _besides(order: Json, lines: Mapping[str, Json], units: RefundLineUnits) -> Decimal:
    """Return what the amount wanted for units is above what was paid for them, in the order's currency."""
    if units.amount is None:
        return ZERO
    line = lines[units.line]
    below = totals.children(rows(order.get("items"))).get(identity(line.get("item_id")), [])
    paid = sum((_gross(each) for each in ([line] if _gross(line) or not below else below)), ZERO)
    part = Decimal(units.quantity) / (_amount(line, "qty_ordered") or 1)
    return Decimal(units.amount) - (paid * part).quantize(Decimal("0.01"), ROUND_HALF_UP)


def _gross(line: Json) -> Decimal:
    """Return what was paid for a line."""
    more = sum((_amount(line, name) for name in ("row_total", "tax_amount", "discount_tax_compensation_amount")), ZERO)
    return more - _amount(line, "discount_amount")


def _outer(lines: Mapping[str, Json]) -> list[str]:
    return [key for key, line in lines.items() if identity(line.get("parent_item_id")) is None]


def _rate(order: Json) -> Decimal:
    """Return what one unit of the base currency is in the order's."""
    return number(order.get("base_to_order_rate")) or Decimal(1)


def _amount(row: Json, name: str) -> Decimal:
    return number(row.get(name)) or ZERO
