"""What is left of an order, and what a refund of it comes to. Pure; money is exact, and only what is sent is a JSON number.

An order's items are its lines, fees and ways of shipping; each has its money without tax and the tax by rate. Earlier refunds repeat the
items they are about, with negative numbers and the item's id in their free fields.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from adapters.woocommerce.refusals import conflict, invalid
from adapters.woocommerce.values import Json, identity, metadata, number, rows, text, whole
from schema.commands import RefundCreate, RefundLineUnits

ITEMS = ("line_items", "fee_lines", "shipping_lines")
ALL = "all"

_MIXED = "This store puts all goods of a refund back to stock or none: make one refund for those, another for the others."
_LINE = "The order has no line with the id {line}."
_UNITS = "Only {left} units of line {line} are left to be refunded."
_SHIPPING = "Only {left} is left of what was paid for shipping."
_MORE = "Only {left} is left of what was paid for the order."
_NOTHING = "Nothing is left to be refunded."


@dataclass(frozen=True, slots=True)
class Share:
    """A part of one item: units, money without tax, and tax by the rate's id."""

    item: int
    units: int
    net: Decimal
    taxes: Mapping[int, Decimal]

    @property
    def gross(self) -> Decimal:
        """Return all of the money."""
        return self.net + sum(self.taxes.values(), Decimal(0))

    @property
    def written(self) -> Json:
        """Return the part in the platform's words."""
        taxes = [{"id": rate, "refund_total": float(amount)} for rate, amount in self.taxes.items()]
        units = {"quantity": self.units} if self.units else {}
        return {"id": self.item, **units, "refund_total": float(self.net), "refund_tax": taxes}


def refund_of(order: Json, refunds: Sequence[Json], command: RefundCreate) -> Json:
    """Return the amount, items and restocking of a refund; raises PlatformError when the order does not have it."""
    grain = _grain(order)
    left = {name: _left(rows(order.get(name)), refunds, name) for name in ITEMS}
    remaining = open_amount(order)
    restock = {units.restock for units in command.lines}
    if len(restock) > 1:
        raise invalid(_MIXED, "MIXED_RESTOCK")
    if not command.lines and command.shipping is None and command.amount is None:
        shares, amount = [share for each in left.values() for share in each.values() if share.gross > 0 or share.units > 0], remaining
    else:
        shares = [_units(order, left["line_items"], units, grain) for units in command.lines]
        shares += _shipping([*left["shipping_lines"].values()], command.shipping, grain) if command.shipping is not None else []
        amount = sum((share.gross for share in shares), Decimal(command.amount or 0))
    if amount > remaining:
        raise conflict(_MORE.format(left=remaining), "OVER_REFUNDED")
    if amount <= 0:
        raise conflict(_NOTHING, "NOTHING_LEFT")
    return {
        "amount": str(amount.quantize(grain)),
        "api_restock": restock == {True},
        "line_items": [share.written for share in shares],
    }


def open_amount(order: Json) -> Decimal:
    """Return how much of an order's money was not given back yet."""
    back = sum((abs(number(each.get("total")) or Decimal(0)) for each in rows(order.get("refunds"))), Decimal(0))
    return (number(order.get("total")) or Decimal(0)) - back


def refunded_units(refunds: Iterable[Json]) -> dict[int, int]:
    """Return how many units of each line were given back."""
    found: dict[int, int] = {}
    for refund in refunds:
        for each in rows(refund.get("line_items")):
            item = _origin(each)
            found[item] = found.get(item, 0) + abs(whole(each.get("quantity")) or 0)
    return found


def _left(items: Sequence[Json], refunds: Iterable[Json], name: str) -> dict[int, Share]:
    """Return what is left of items of one kind, by id."""
    found = {share.item: share for share in map(_share, items) if share.item}
    for each in (each for refund in refunds for each in rows(refund.get(name))):
        own, back = found.get(_origin(each)), _share(each)
        if own is not None:
            taxes = {rate: amount - abs(back.taxes.get(rate, Decimal(0))) for rate, amount in own.taxes.items()}
            found[own.item] = replace(own, units=own.units - abs(back.units), net=own.net - abs(back.net), taxes=taxes)
    return found


def _share(item: Json) -> Share:
    taxes = {rate: number(each.get("total")) or Decimal(0) for each in rows(item.get("taxes")) if (rate := identity(each.get("id")))}
    return Share(identity(item.get("id")) or 0, whole(item.get("quantity")) or 0, number(item.get("total")) or Decimal(0), taxes)


def _origin(item: Json) -> int:
    return identity(metadata(item).get("_refunded_item_id")) or 0


def _units(order: Json, left: Mapping[int, Share], wanted: RefundLineUnits, grain: Decimal) -> Share:
    """Return units of a line. They are rounded as parts of all that was given back, so that unit by unit comes to the whole line."""
    own = left.get(identity(wanted.line) or 0)
    whole_line = next((_share(each) for each in rows(order.get("line_items")) if own and identity(each.get("id")) == own.item), None)
    if own is None or whole_line is None:
        raise invalid(_LINE.format(line=wanted.line[:40]), "LINE_UNKNOWN")
    if wanted.quantity > own.units:
        raise conflict(_UNITS.format(left=max(0, own.units), line=wanted.line), "OVER_REFUNDED")
    if wanted.amount is not None:
        return replace(_part(whole_line, Decimal(wanted.amount), grain), units=wanted.quantity)
    if wanted.quantity == own.units:
        return own
    first = whole_line.units - own.units
    parts = (Decimal(first) / whole_line.units, Decimal(first + wanted.quantity) / whole_line.units)
    taxes = {rate: _between(amount, parts, grain) for rate, amount in whole_line.taxes.items()}
    return Share(own.item, wanted.quantity, _between(whole_line.net, parts, grain), taxes)


def _part(of: Share, gross: Decimal, grain: Decimal) -> Share:
    """Return money of an item, taxed as the item is."""
    part = gross / of.gross if of.gross else Decimal(0)
    taxes = {rate: _rounded(amount * part, grain) for rate, amount in of.taxes.items()}
    return Share(of.item, 0, gross - sum(taxes.values(), Decimal(0)), taxes)


def _shipping(left: Sequence[Share], wanted: str, grain: Decimal) -> list[Share]:
    """Return money of the ways of shipping, from the first on."""
    paid = [replace(share, units=0) for share in left if share.gross > 0]
    if wanted == ALL:
        return paid
    rest, found = Decimal(wanted), []
    for share in paid:
        taken = min(rest, share.gross)
        found += [share if taken == share.gross else _part(share, taken, grain)] if taken else []
        rest -= taken
    if rest:
        raise conflict(_SHIPPING.format(left=Decimal(wanted) - rest), "OVER_REFUNDED")
    return found


def _between(amount: Decimal, parts: tuple[Decimal, Decimal], grain: Decimal) -> Decimal:
    """Return what of an amount lies between two parts of it."""
    return _rounded(amount * parts[1], grain) - _rounded(amount * parts[0], grain)


def _rounded(amount: Decimal, grain: Decimal) -> Decimal:
    return amount.quantize(grain, ROUND_HALF_UP)


def _grain(order: Json) -> Decimal:
    """Return the smallest money of an order: as many digits as its total is written with."""
    _, _, digits = (text(order.get("total")) or "0.00").partition(".")
    return Decimal(1).scaleb(-len(digits))


def reason_of(words: str, note: Any) -> str:
    """Return a reason with a note, each where there is one."""
    return ": ".join(part for part in (words, text(note)) if part)
