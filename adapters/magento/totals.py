"""What Magento's sums mean, and what follows from them: the totals of an order, how far it is paid, how far it is shipped. Pure.

grand_total = subtotal + shipping + tax + discount + what the discount took from included taxes + whatever modules add or take off, e.g.
fees or gift cards. The discount is never above 0 and has that of shipping in it. On lines it is positive.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from adapters.magento.manifest import BUNDLE, UNSHIPPED
from adapters.magento.values import Json, flag, identity, money, number, positive, rows, total
from schema.making import make_totals
from schema.money import Money, make_money
from schema.orders import FulfilmentStatus, OrderTotals, PaymentStatus

ZERO = Decimal(0)
WAITING = frozenset({"new", "pending_payment", "payment_review"})


def order_totals(row: Json, currency: str) -> OrderTotals:
    """Map an order's sums. What the grand total has beyond those Magento names is `fees`; sums that are absent were null there."""
    due, tax = money(row.get("grand_total"), currency), money(row.get("tax_amount"), currency)
    goods, shipping = _goods(row, currency), shipping_of(row, currency)
    known = [part for part in (goods, shipping, tax) if part is not None]
    fees = None
    if due is not None and len(known) == 3:
        fees = make_money(amount=due.amount - sum((part.amount for part in known), ZERO), currency_code=currency)
    return make_totals(
        subtotal=goods,
        discounts=positive(money(row.get("discount_amount"), currency)),
        shipping=shipping,
        fees=fees,
        tax=tax,
        taxes_included=False,
        total=due,
        refunded=money(row.get("total_refunded"), currency) or total((), currency),
        outstanding=money(row.get("total_due"), currency),
    )


def shipping_of(row: Json, currency: str) -> Money | None:
    """Return what shipping costs after its discount, without tax."""
    full = money(row.get("shipping_amount"), currency)
    if full is None:
        return None
    taken = _amount(row, "shipping_discount_amount") - _amount(row, "shipping_discount_tax_compensation_amount")
    return make_money(amount=full.amount - abs(taken), currency_code=currency) if taken else full


def line_discount(line: Json, below: Sequence[Json], currency: str) -> Money | None:
    """Return a line's discount; that of a bundle may stand on what is in it."""
    return _own_or_below("discount_amount", line, below, currency)


def line_tax(line: Json, below: Sequence[Json], currency: str) -> Money | None:
    """Return a line's tax; that of a bundle may stand on what is in it."""
    return _own_or_below("tax_amount", line, below, currency)


def net(line: Json, taken: Money | None, currency: str) -> Money | None:
    """Return what a line of an order or a credit memo costs after its discount, without tax."""
    full = money(line.get("row_total"), currency)
    if full is None:
        return None
    less = (taken.amount if taken else ZERO) - _amount(line, "discount_tax_compensation_amount")
    return make_money(amount=full.amount - less, currency_code=currency) if less else full


def shipped(line: Json, below: Sequence[Json]) -> Decimal | None:
    """Return the units of a line that were shipped; a bundle may be shipped part by part, and is as far as the slowest of them."""
    own = number(line.get("qty_shipped"))
    ordered = number(line.get("qty_ordered")) or ZERO
    if own or line.get("product_type") != BUNDLE or not below:
        return own
    parts = [(number(each.get("qty_shipped")) or ZERO, number(each.get("qty_ordered")) or ZERO) for each in below]
    return min((Decimal(int(sent * ordered / each)) for sent, each in parts if each > 0), default=own)


def payment_status(row: Json, state: str) -> PaymentStatus | None:
    """There is no payment status: it follows from the sums that were paid and paid back."""
    due, paid, back = _amount(row, "grand_total"), _amount(row, "total_paid"), _amount(row, "total_refunded")
    held = number((row.get("payment") or {}).get("amount_authorized")) if isinstance(row.get("payment"), dict) else None
    if back > 0:
        return PaymentStatus.REFUNDED if back >= max(paid, due) else PaymentStatus.PARTIALLY_REFUNDED
    if paid > 0:
        return PaymentStatus.PAID if paid >= due else PaymentStatus.PARTIALLY_PAID
    if state == "canceled":
        return PaymentStatus.VOIDED if held else None
    if held:
        return PaymentStatus.AUTHORIZED
    if due == 0 and number(row.get("grand_total")) is not None:
        return PaymentStatus.PAID
    return PaymentStatus.PENDING if state in WAITING or _amount(row, "total_due") > 0 else None


def fulfilment_status(row: Json, state: str) -> FulfilmentStatus | None:
    """There is no fulfilment status: it follows from the units of the lines that are shipped at all."""
    lines = rows(row.get("items"))
    below = children(lines)
    goods = [line for line in lines if identity(line.get("parent_item_id")) is None and needs_shipping(line) is not False]
    if not goods:
        return FulfilmentStatus.NOT_REQUIRED if lines else None
    sent = [shipped(line, below.get(identity(line.get("item_id")), ())) or ZERO for line in goods]
    left = sum((_left(line, units) for line, units in zip(goods, sent, strict=True)), ZERO)
    if any(sent):
        return FulfilmentStatus.PARTIALLY_FULFILLED if left else FulfilmentStatus.FULFILLED
    return FulfilmentStatus.ON_HOLD if state == "holded" else FulfilmentStatus.UNFULFILLED


def needs_shipping(line: Json) -> bool | None:
    """Say whether a line is shipped at all."""
    if line.get("product_type") in UNSHIPPED:
        return False
    virtual = flag(line.get("is_virtual"))
    return None if virtual is None else not virtual


def children(lines: Sequence[Json]) -> Mapping[int | None, list[Json]]:
    """Return the lines below each line, by its number."""
    found: dict[int | None, list[Json]] = {}
    for line in lines:
        if (above := identity(line.get("parent_item_id"))) is not None:
            found.setdefault(above, []).append(line)
    return found


def _goods(row: Json, currency: str) -> Money | None:
    """Return the lines after their discounts, without tax."""
    full = money(row.get("subtotal"), currency)
    if full is None:
        return None
    # Discounts are signed on orders; what of them belongs to shipping is given without a sign.
    taken = abs(_amount(row, "discount_amount")) - abs(_amount(row, "shipping_discount_amount"))
    less = taken - _amount(row, "discount_tax_compensation_amount")
    return make_money(amount=full.amount - less, currency_code=currency) if less else full


def _own_or_below(name: str, line: Json, below: Sequence[Json], currency: str) -> Money | None:
    own = money(line.get(name), currency)
    if (own is not None and own.amount) or line.get("product_type") != BUNDLE or not below:
        return own
    return total((money(each.get(name), currency) for each in below), currency)


def _left(line: Json, sent: Decimal) -> Decimal:
    """Return the units of a line that are still to be shipped."""
    ordered, back, called_off = (number(line.get(name)) or ZERO for name in ("qty_ordered", "qty_refunded", "qty_canceled"))
    return max(ZERO, ordered - max(sent, back) - called_off)


def _amount(row: Json, name: str) -> Decimal:
    return number(row.get(name)) or ZERO
