"""Checks: what makes a write impossible, told from the entity it is about.

The same checks run twice: when a write is accepted, against what is known here without asking (nothing is asked, so nothing is waited for),
and right before it is done, against what the platform says. Platforms refuse much of this themselves, but not all, and not all of them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from adapters.kit.failures import PlatformError
from resolvers.writes.sealing import Contents
from schema.commands import OPERATIONS, WriteOperation
from schema.errors import Category
from schema.keys import Kind

# Digits behind the point, where it is not two (ISO 4217).
DIGITS: dict[str, int] = {
    **dict.fromkeys(("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF"), 0),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
    "XXX": 3,  # no currency in particular: what none of them has
}  # fmt: skip
CLOSED = frozenset({"CANCELLED", "DELETED"})


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a write's target: the entity, and its lines where the write is about lines; None = not known."""

    entity: Any = None
    lines: Sequence[Any] | None = None


def wanted(contents: Contents) -> tuple[Kind | None, bool]:
    """Return what has to be read anew before a write is done: the kind of its target, and whether its lines are needed. None = nothing."""
    operation = contents.operation
    if operation in {WriteOperation.SHIPMENT_CREATE, WriteOperation.REFUND_CREATE}:
        return Kind.ORDER, True
    guard = contents.guard
    if operation in _READ or guard.version or guard.quantity is not None or guard.price is not None:
        return OPERATIONS[operation].target, False
    return None, False


def refusal(contents: Contents, facts: Facts) -> PlatformError | None:
    """Return why a write can't be done, or None; what is not known is no reason."""
    return None if facts.entity is None else _guarded(contents, facts.entity) or impossible(contents, facts)


def impossible(contents: Contents, facts: Facts) -> PlatformError | None:
    """Return why a write can't be done, whatever is done before it: its guard may come true by what waits already."""
    if facts.entity is None or contents.operation not in _CHECKS:
        return None
    return _CHECKS[contents.operation](contents, facts)


def target_id(contents: Contents) -> str | None:
    """Return the key id a command names, None for what is only being made."""
    target = OPERATIONS[contents.operation].target
    if target is None:
        return None
    found: str = getattr(contents.command, _FIELD[target])
    return found


def digits_of(currency: str) -> int:
    """Return how many digits a currency has behind the point."""
    return DIGITS.get(currency, 2)


def money_problem(text: str, currency: str) -> str | None:
    """Return what is wrong with an amount, or None."""
    try:
        amount = Decimal(text)
    except InvalidOperation:
        return f'{text[:40]!r} is no decimal number; write it as text, e.g. "12.50".'
    if not amount.is_finite() or amount < 0 or amount >= Decimal(10) ** 12:
        return f"{text[:40]!r} is no amount a price can have; it has to be 0 or more."
    exponent = amount.as_tuple().exponent
    if isinstance(exponent, int) and -exponent > digits_of(currency):
        return f"{text[:40]!r} has more decimals than {currency} has ({digits_of(currency)})."
    return None


def _guarded(contents: Contents, entity: Any) -> PlatformError | None:
    guard = contents.guard
    price = getattr(entity, "price", None)
    found: Mapping[str, tuple[Any, Any]] = {
        "version": (guard.version, getattr(entity, "updated_at", None)),
        "quantity": (guard.quantity, getattr(entity, "available", None)),
        "price": (Decimal(guard.price) if guard.price is not None else None, price.amount if price else None),
    }
    for name, (expected, actual) in found.items():
        if expected is not None and expected != actual:
            shown = f"it is {actual}" if actual is not None else "the platform does not tell it"
            return _conflict("GUARD", f"The guard `{name}` expects {expected}, and {shown}; read again, then decide.")
    return None


def _price(contents: Contents, facts: Facts) -> PlatformError | None:
    command: Any = contents.command
    current = facts.entity.price
    if current is not None and current.currency_code != command.currency_code:
        return _invalid("CURRENCY", f"The price is in {command.currency_code}, and the variant is sold in {current.currency_code}.")
    return None


def _open_order(contents: Contents, facts: Facts) -> PlatformError | None:
    if facts.entity.status.name in CLOSED:
        return _conflict("ORDER_CLOSED", f"The order is {facts.entity.status.name.lower()}; nothing more can be done with it.")
    return None


def _cancel(contents: Contents, facts: Facts) -> PlatformError | None:
    if facts.entity.status.name == "CANCELLED":
        return _conflict("ALREADY_CANCELLED", "The order is cancelled already.")
    return None


def _shipment(contents: Contents, facts: Facts) -> PlatformError | None:
    closed = _open_order(contents, facts)
    if closed is not None or facts.lines is None:
        return closed
    command: Any = contents.command
    lines = {line.platform_id: line for line in facts.lines}
    for units in command.lines:
        line = lines.get(units.line)
        if line is None:
            return _invalid("LINE_UNKNOWN", f"The order has no line {units.line[:60]!r}; `lines {{ platformId }}` lists them.")
        left = line.quantity - (line.known_refunded or 0) - (line.fulfilled_quantity or 0)
        if units.quantity > left:
            return _conflict(
                "OVER_SHIPPED", f"{units.quantity} units of line {units.line[:60]!r} can't be shipped: {max(0, left)} are open."
            )
    if not command.lines and lines and all(line.fulfilled_quantity is not None and _shipped(line) for line in lines.values()):
        return _conflict("OVER_SHIPPED", "Nothing of the order is open: all of it is shipped already.")
    return None


def _shipped(line: Any) -> bool:
    return bool(line.fulfilled_quantity + (line.known_refunded or 0) >= line.quantity) or line.requires_shipping is False


def _refund(contents: Contents, facts: Facts) -> PlatformError | None:
    command: Any = contents.command
    order = facts.entity
    if command.currency_code is not None and command.currency_code != order.currency_code:
        return _invalid("CURRENCY", f"The refund is in {command.currency_code}, and the order in {order.currency_code}.")
    lines = {line.platform_id: line for line in facts.lines or ()}
    for units in command.lines:
        line = lines.get(units.line)
        if facts.lines is not None and line is None:
            return _invalid("LINE_UNKNOWN", f"The order has no line {units.line[:60]!r}; `lines {{ platformId }}` lists them.")
        if line is not None and units.quantity > line.quantity - (line.known_refunded or 0):
            return _conflict("OVER_REFUNDED", f"Line {units.line[:60]!r} has fewer than {units.quantity} units left to refund.")
    asked = [each for each in (command.amount, *(units.amount for units in command.lines)) if each is not None]
    if command.shipping not in {None, "all"}:
        asked.append(command.shipping)
    totals = order.totals
    if totals.total is None:
        return None
    left = totals.total.amount - (totals.refunded.amount if totals.refunded else Decimal(0))
    if sum(map(Decimal, asked), Decimal(0)) > left:
        return _conflict("OVER_REFUNDED", f"The refund is above what is left of the order: {left} {order.currency_code}.")
    return None


def _invalid(code: str, message: str) -> PlatformError:
    return PlatformError(Category.VALIDATION, message, code=code)


def _conflict(code: str, message: str) -> PlatformError:
    return PlatformError(Category.CONFLICT, message, code=code)


_FIELD: dict[Kind, str] = {
    Kind.INVENTORY_LEVEL: "level",
    Kind.VARIANT: "variant",
    Kind.PRODUCT: "product",
    Kind.ORDER: "order",
    Kind.SHIPMENT: "shipment",
    Kind.CUSTOMER: "customer",
}
_READ = frozenset({WriteOperation.ORDER_CANCEL, WriteOperation.ORDER_ACKNOWLEDGE, WriteOperation.PRICE_SET})
_CHECKS: dict[WriteOperation, Callable[[Contents, Facts], PlatformError | None]] = {
    WriteOperation.PRICE_SET: _price,
    WriteOperation.SHIPMENT_CREATE: _shipment,
    WriteOperation.ORDER_CANCEL: _cancel,
    WriteOperation.ORDER_ACKNOWLEDGE: _open_order,
    WriteOperation.REFUND_CREATE: _refund,
}
