"""How much of which line is given back. Pure, and in cents: Walmart counts by line and by kind of charge, each with its tax.

A line's charges can be given back as far as its pieces were sent, since the buyer pays no sooner. Whoever gives back the whole price of a
line's goods gives back its shipping too, whether it was asked for or not: so one cent of such a price is given back as shipping.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from adapters.walmart.charges import PRODUCT, SHIPPING, Bill, bills_of, refund_of
from adapters.walmart.manifest import SENT_WORDS
from adapters.walmart.mapping import order_lines
from adapters.walmart.order_writes import units
from adapters.walmart.refusals import conflict, invalid
from adapters.walmart.values import Json, counted, text
from schema.commands import RefundCreate, RefundLineUnits

Sums = dict[str, tuple[int, int]]  # by kind of charge: the charge and its tax, in cents

ALL = "all"
NAMES = {PRODUCT: "ItemPrice", SHIPPING: "Shipping"}
_LINE = "The order has no line with the number {line}."
_UNSENT = "Only {sent} units of line {line} were sent: the buyer has paid for no more; cancel what was not sent."
_MORE = "Only {left} is left to give back for this."
_NOTHING = "Nothing of the order is left to give back."


@dataclass(frozen=True, slots=True)
class Line:
    """What was paid for a line, and what of it is left; `names` are the charge's and its tax's, by kind."""

    number: str
    sent: int
    paid: Sums
    left: Sums
    names: Mapping[str, tuple[str, str]]

    @property
    def goods(self) -> Sums:
        """What is left of everything but shipping."""
        return {kind: parts for kind, parts in self.left.items() if kind != SHIPPING}

    @property
    def shipping(self) -> Sums:
        """What is left of the shipping."""
        return {kind: parts for kind, parts in self.left.items() if kind == SHIPPING}


def lines_of(order: Json) -> dict[str, Line]:
    """Return the lines of an order by their numbers."""
    found = (_line(line, bill) for line, bill in zip(order_lines(order), bills_of(order), strict=True))
    return {line.number: line for line in found}


def asked_of(lines: Mapping[str, Line], command: RefundCreate) -> dict[str, Sums]:
    """Return what is to be given back of which line; raises PlatformError."""
    if not command.lines and command.shipping is None and command.amount is None:
        asked = {number: line.left for number, line in lines.items()}
    else:
        asked = {each.line: _units(lines.get(each.line), each) for each in command.lines}
        if command.shipping is not None:
            wanted = None if command.shipping == ALL else cents(command.shipping)
            _fill(asked, {number: line.shipping for number, line in lines.items()}, wanted)
        if command.amount is not None:
            rest = {number: _minus(line.left, asked.get(number, {})) for number, line in lines.items()}
            _fill(asked, rest, cents(command.amount))
    asked = {number: sums for number, sums in asked.items() if total(sums)}
    if not asked:
        raise conflict(_NOTHING, "OVER_REFUNDED")
    return {number: _exact(lines[number], sums) for number, sums in asked.items()}


def cents(amount: str | Decimal) -> int:
    """Return an amount in cents."""
    return int((Decimal(amount) * 100).to_integral_value())


def money(count: int) -> str:
    """Return cents as an amount."""
    return f"{Decimal(count) / 100:.2f}"


def total(sums: Sums) -> int:
    """Return all of it, with tax."""
    return sum(charge + tax for charge, tax in sums.values())


def given_back(order: Json) -> dict[str, int]:
    """Return what was given back of each line already, in cents."""
    return {text(line.get("lineNumber")) or "": abs(cents(refund_of(line).total)) for line in order_lines(order)}


def _line(line: Json, bill: Bill) -> Line:
    sent, count = units(line, *SENT_WORDS), counted(line.get("orderLineQuantity")) or 1
    paid: Sums = {}
    names: dict[str, tuple[str, str]] = {}
    for each in bill.charges:
        part = (sent if each.kind != SHIPPING else count if sent else 0, count)
        charge, tax = paid.get(each.kind, (0, 0))
        paid[each.kind] = charge + _share(each.amount, *part), tax + _share(each.tax, *part)
        names.setdefault(each.kind, (NAMES.get(each.kind) or each.name or each.kind, each.tax_name or "Tax"))
    back: Sums = {}
    for each in refund_of(line).charges:
        charge, tax = back.get(each.kind, (0, 0))
        back[each.kind] = charge + abs(cents(each.amount)), tax + abs(cents(each.tax))
    return Line(text(line.get("lineNumber")) or "", sent, paid, _minus(paid, back), names)


def _units(line: Line | None, asked: RefundLineUnits) -> Sums:
    """Return what was paid for some units of a line, or the amount that is asked for them."""
    if line is None:
        raise invalid(_LINE.format(line=asked.line[:60]), "LINE_UNKNOWN")
    if asked.quantity > line.sent:
        raise conflict(_UNSENT.format(sent=line.sent, line=asked.line[:60]), "OVER_REFUNDED")
    if asked.amount is not None:
        return _split(line.goods, cents(asked.amount))
    part = (asked.quantity, line.sent)
    sums = {kind: (charge * part[0] // part[1], tax * part[0] // part[1]) for kind, (charge, tax) in line.paid.items() if kind != SHIPPING}
    if any(mine > left for kind, parts in sums.items() for mine, left in zip(parts, line.left[kind], strict=True)):
        raise conflict(_MORE.format(left=money(total(line.goods))), "OVER_REFUNDED")
    return sums


def _fill(asked: dict[str, Sums], rest: Mapping[str, Sums], amount: int | None) -> None:
    """Add an amount to what is asked, line by line as far as each reaches; None adds everything."""
    there = sum(map(total, rest.values()))
    wanted = there if amount is None else amount
    if wanted > there or not there:
        raise conflict(_MORE.format(left=money(there)), "OVER_REFUNDED")
    # What is given back of already comes first: fewer lines, and a whole line rather than parts of two.
    for number in sorted(rest, key=lambda each: each not in asked):
        part = min(wanted, total(rest[number]))
        if part:
            asked[number] = _plus(asked.get(number, {}), _split(rest[number], part))
            wanted -= part


def _split(sums: Sums, amount: int) -> Sums:
    """Return an amount as parts of charges and taxes, each in proportion and none above what there is.

    Goods come first and are rounded down: they are whole only when all is.
    """
    whole = total(sums)
    if amount > whole:
        raise conflict(_MORE.format(left=money(whole)), "OVER_REFUNDED")
    parts: Sums = {}
    reached = given = 0
    for kind in sorted(sums, key=lambda each: each != PRODUCT):
        found = []
        for each in sums[kind]:
            reached += each
            found.append((reached * amount // whole if whole else 0) - given)
            given += found[-1]
        parts[kind] = found[0], found[1]
    return parts


def _exact(line: Line, sums: Sums) -> Sums:
    """Return sums that give back what was asked for and no more."""
    goods, tax = sums.get(PRODUCT, (0, 0))
    if not goods or goods != line.paid[PRODUCT][0] or total(sums) == total(line.left):
        return sums
    rest = _minus(line.left, sums)
    other = next((kind for kind, (charge, _) in rest.items() if charge and kind != PRODUCT), PRODUCT)
    return _plus({**sums, PRODUCT: (goods - 1, tax)}, {other: (1, 0)})


def _share(amount: Decimal, part: int, whole: int) -> int:
    return int((amount * 100 * part / whole).to_integral_value())


def _plus(first: Sums, second: Sums) -> Sums:
    return {kind: _added(first.get(kind), second.get(kind), 1) for kind in _kinds(first, second)}


def _minus(first: Sums, second: Sums) -> Sums:
    found = {kind: _added(parts, second.get(kind), -1) for kind, parts in first.items()}
    return {kind: (max(0, charge), max(0, tax)) for kind, (charge, tax) in found.items()}


def _added(first: tuple[int, int] | None, second: tuple[int, int] | None, sign: int) -> tuple[int, int]:
    (charge, tax), (more, more_tax) = first or (0, 0), second or (0, 0)
    return charge + sign * more, tax + sign * more_tax


def _kinds(*sums: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(kind for each in sums for kind in each))
