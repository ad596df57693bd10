"""What is left of an order's money, and what a refund of it comes to. Pure; money is exact.

Orders are in the view without the taxes that eBay collects, which it gives back itself. A line's `total` has its delivery and the seller's
own taxes in it. eBay takes a refund of lines or of the order, never of both, and does not know units.
"""

from collections.abc import Mapping, Sequence
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

from adapters.ebay.refusals import conflict, invalid
from adapters.ebay.sales import lines_of
from adapters.ebay.values import Json, money, record, rows, whole
from schema.commands import RefundCreate, RefundLineUnits

FAILED = "FAILED"
ALL = "all"
NOTHING = Decimal(0)
CENT = Decimal("0.01")

_BOTH = "eBay gives back money for lines or an amount of its own, not both at once: make two refunds."
_LINE = "The order has no line with the id {line}."
_UNITS = "Line {line} has only {units} units."
_SHIPPING = "Only {left} was paid for the delivery of this."
_MORE = "Only {left} is left of what was paid for the order."
_NOTHING = "Nothing is left to be refunded."


def amounts_of(order: Json, command: RefundCreate) -> Json:
    """Return the amounts of a refund as eBay takes them; raises PlatformError when the order does not have them."""
    left, currency = open_amount(order), _currency(order)
    if command.lines:
        if command.amount is not None:
            raise invalid(_BOTH, "BOTH")
        parts = _with_delivery(order, _line_amounts(order, command.lines), command.shipping)
        _check(sum(parts.values(), NOTHING), left)
        given = [{"lineItemId": line, "refundAmount": _written(amount, currency)} for line, amount in parts.items()]
        return {"refundItems": given}
    if command.shipping is None and command.amount is None:
        amount = left
    else:
        amount = Decimal(command.amount or 0) + (_delivery(order, command.shipping) if command.shipping is not None else NOTHING)
    _check(amount, left)
    return {"orderLevelRefundAmount": _written(amount, currency)}


def sum_of(amounts: Json) -> Decimal:
    """Return what a refund comes to."""
    given = [amounts.get("orderLevelRefundAmount"), *(each["refundAmount"] for each in amounts.get("refundItems", ()))]
    return sum((_amount(each) for each in given), NOTHING)


def refunds_of(order: Json) -> list[Json]:
    """Return the refunds of an order, whatever became of them."""
    return rows(record(order.get("paymentSummary")).get("refunds"))


def open_amount(order: Json) -> Decimal:
    """Return how much of an order's money was not given back, and is not on its way back."""
    back = sum((_amount(each.get("amount")) for each in refunds_of(order) if each.get("refundStatus") != FAILED), NOTHING)
    return _amount(record(order.get("pricingSummary")).get("total")) - back


def _line_amounts(order: Json, lines: Sequence[RefundLineUnits]) -> dict[str, Decimal]:
    known, found = lines_of(order), {}
    for units in lines:
        line = known.get(units.line)
        if line is None:
            raise invalid(_LINE.format(line=units.line[:40]), "LINE_UNKNOWN")
        bought = whole(line.get("quantity")) or 0
        if units.quantity > bought:
            raise conflict(_UNITS.format(line=units.line, units=bought), "OVER_REFUNDED")
        paid = _goods(line) * units.quantity / (bought or 1)
        found[units.line] = Decimal(units.amount) if units.amount is not None else paid.quantize(CENT, ROUND_HALF_UP)
    return found


def _goods(line: Json) -> Decimal:
    """Return what was paid for a line without its delivery."""
    return _amount(line.get("total")) - _delivery_of(line)


def _delivery_of(line: Json) -> Decimal:
    cost = record(line.get("deliveryCost"))
    parts = ("shippingCost", "handlingCost", "importCharges")
    return sum((_amount(cost.get(name)) for name in parts), NOTHING) - abs(_amount(cost.get("discountAmount")))


def _delivery(order: Json, wanted: str | None) -> Decimal:
    paid = sum((_delivery_of(line) for line in lines_of(order).values()), NOTHING)
    if wanted == ALL:
        return paid
    if Decimal(wanted or 0) > paid:
        raise conflict(_SHIPPING.format(left=paid), "OVER_REFUNDED")
    return Decimal(wanted or 0)


def _with_delivery(order: Json, parts: Mapping[str, Decimal], wanted: str | None) -> dict[str, Decimal]:
    """Return what lines get when delivery is given back with them: each up to what its own delivery cost."""
    if wanted is None:
        return dict(parts)
    known, found = lines_of(order), dict(parts)
    paid = {line: _delivery_of(known[line]) for line in parts}
    total = sum(paid.values(), NOTHING)
    rest = total if wanted == ALL else Decimal(wanted)
    if rest > total:
        raise conflict(_SHIPPING.format(left=total), "OVER_REFUNDED")
    for line, cost in paid.items():
        taken = min(rest, cost).quantize(CENT, ROUND_DOWN)
        found[line] += taken
        rest -= taken
    return found


def _check(amount: Decimal, left: Decimal) -> None:
    if amount > left:
        raise conflict(_MORE.format(left=left), "OVER_REFUNDED")
    if amount <= 0:
        raise conflict(_NOTHING, "NOTHING_LEFT")


def _amount(value: object) -> Decimal:
    found = money(value)
    return found.amount if found else NOTHING


def _currency(order: Json) -> str:
    found = money(record(order.get("pricingSummary")).get("total"))
    return found.currency_code if found else ""


def _written(amount: Decimal, currency: str) -> Json:
    return {"value": str(amount.quantize(CENT)), "currency": currency}
