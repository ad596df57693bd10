"""What a refund gives back of each item, part by part: the price, the shipping, the wrapping, and the tax on each. Pure.

Amazon wants to be told the tax apart, but not where prices contain it; what was given back before is taken off as far as it shows.
"""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

from adapters.amazon.manifest import MARKETPLACES
from adapters.amazon.refusals import conflict, invalid
from adapters.amazon.totals import ZERO, sums_of_line
from adapters.amazon.values import Json, record, rows, text, whole
from schema.commands import RefundCreate, RefundLineUnits
from schema.refunds import Refund

GOODS, SHIPPING, WRAPPING = ("Principal", "Tax"), ("Shipping", "ShippingTax"), ("GiftWrap", "GiftWrapTax")
GROUPS = (GOODS, SHIPPING, WRAPPING)
# The finances need not tell the shipping from the goods: what is more than was paid for these was of those.
PRICES, TAXES = tuple(zip(*GROUPS, strict=True))
WHOLE_CURRENCIES = frozenset({"JPY"})

_UNTOLD = "An earlier refund does not tell which lines it was of: say the lines and their amounts."

Parts = dict[str, Decimal]


def sums_of(order: Json, earlier: Sequence[Refund], command: RefundCreate, currency: str) -> dict[str, dict[str, str]]:
    """Return what to give back, by item and component; raises PlatformError."""
    paid = {text(each.get("orderItemId")) or "": _paid(each, order) for each in rows(order.get("orderItems"))}
    left = _left(paid, earlier, exact=not command.lines and command.amount is None)
    given: dict[str, Parts] = {item: {} for item in paid}
    digit = Decimal(1) if currency in WHOLE_CURRENCIES else Decimal("0.01")
    if not command.lines and command.shipping is None and command.amount is None:
        given = {item: dict(parts) for item, parts in left.items()}
    for units in command.lines:
        if units.line not in paid:
            raise invalid(f"The order has no line {units.line[:40]}.", "LINE_UNKNOWN")
        _take(left[units.line], given[units.line], GOODS, _wanted(units, order, paid[units.line], digit), digit)
    if command.shipping is not None:
        _spread(left, given, (SHIPPING,), None if command.shipping == "all" else Decimal(command.shipping), digit)
    if command.amount is not None:
        _spread(left, given, GROUPS, Decimal(command.amount), digit)
    told = {item: {kind: f"{value.quantize(digit)}" for kind, value in parts.items() if value > 0} for item, parts in given.items()}
    if not any(told.values()):
        raise conflict("Nothing of the order is left to be given back.", "NOTHING_LEFT")
    return {item: parts for item, parts in told.items() if parts}


def _paid(item: Json, order: Json) -> Parts:
    """Return what was paid for an item, part by part."""
    sums = sums_of_line(item)
    site = MARKETPLACES.get(text(record(order.get("salesChannel")).get("marketplaceId")) or "")
    included = sums.taxes_included if sums.taxes_included is not None else bool(site and site.taxes_included)
    on_shipping = ZERO if included else sums.taxes.get("SHIPPING", ZERO)
    on_wrapping = ZERO if included else sums.taxes.get("GIFT_WRAP", ZERO)
    tax = ZERO if included else (sums.tax or ZERO) - on_shipping - on_wrapping
    parts = {"Principal": sums.item, "Tax": tax, "Shipping": sums.shipping, "ShippingTax": on_shipping}
    return {kind: value or ZERO for kind, value in {**parts, "GiftWrap": sums.fees, "GiftWrapTax": on_wrapping}.items()}


def _left(paid: dict[str, Parts], earlier: Sequence[Refund], *, exact: bool) -> dict[str, Parts]:
    """Return what is left of each part after earlier refunds."""
    left = {item: dict(parts) for item, parts in paid.items()}
    for refund in earlier:
        for line in refund.lines:
            if line.order_line_id not in left:
                if exact:
                    raise conflict(_UNTOLD, "UNTOLD_REFUND")
                continue
            own = [left[line.order_line_id]]
            _off(own, PRICES, line.amount.amount if line.amount else ZERO)
            _off(own, TAXES, line.tax.amount if line.tax else ZERO)
        _off([*left.values()], SHIPPING[:1], refund.shipping.amount if refund.shipping else ZERO)
    return left


def _wanted(units: RefundLineUnits, order: Json, paid: Parts, digit: Decimal) -> Decimal:
    """Return what is asked for of a line, with tax."""
    if units.amount is not None:
        return Decimal(units.amount)
    item = next(each for each in rows(order.get("orderItems")) if text(each.get("orderItemId")) == units.line)
    ordered = whole(item.get("quantityOrdered")) or 1
    if units.quantity > ordered:
        raise conflict(f"Line {units.line} has {ordered} units.", "OVER_REFUNDED")
    return (_sum(paid, GOODS) * units.quantity / ordered).quantize(digit, ROUND_HALF_UP)


def _spread(
    left: dict[str, Parts], given: dict[str, Parts], groups: Sequence[Sequence[str]], amount: Decimal | None, digit: Decimal
) -> None:
    """Take an amount from some parts of all items, in their order; None is all of it."""
    rest = amount if amount is not None else sum((_sum(parts, kinds) for parts in left.values() for kinds in groups), ZERO)
    for kinds in groups:
        for item, parts in left.items():
            some = min(rest, _sum(parts, kinds))
            if some > 0:
                _take(parts, given[item], kinds, some, digit)
                rest -= some
    if rest > 0:
        raise conflict(f"That is {rest} more than is left to be given back.", "OVER_REFUNDED")


def _take(left: Parts, given: Parts, kinds: Sequence[str], amount: Decimal, digit: Decimal) -> None:
    """Move an amount from what is left to what is given, the tax in proportion."""
    there = _sum(left, kinds)
    if amount > there:
        raise conflict(f"{amount} can't be given back of a line: {there} are left.", "OVER_REFUNDED")
    price, tax = kinds
    share = left[tax] if amount == there else min(left[tax], (amount * left[tax] / there).quantize(digit, ROUND_HALF_UP)) if there else ZERO
    share = max(share, amount - left[price])
    for kind, value in ((price, amount - share), (tax, share)):
        given[kind] = given.get(kind, ZERO) + value
        left[kind] -= value


def _off(left: Sequence[Parts], kinds: Sequence[str], amount: Decimal) -> None:
    """Take an amount off some parts, one after the other, as far as it goes."""
    for parts in left:
        for kind in kinds:
            some = min(amount, parts[kind])
            parts[kind] -= some
            amount -= some


def _sum(parts: Parts, kinds: Sequence[str]) -> Decimal:
    return sum((parts[kind] for kind in kinds), ZERO)
