"""What a line of an order costs. All money of an order stands in the charges of its lines, each with its own tax.

Whether the charges of a line with several pieces are for all of them or for one is not written anywhere: the order's own summary decides,
where there is one; without it they are for all.
"""

from dataclasses import dataclass
from decimal import Decimal

from adapters.walmart.values import NO_CURRENCY, ZERO, Json, at, counted, money, number, rows, text
from schema.making import make_tax
from schema.money import Money, make_money
from schema.orders import Tax

PRODUCT, SHIPPING = "PRODUCT", "SHIPPING"


@dataclass(frozen=True, slots=True)
class Charge:
    """One charge with its tax, for all pieces of its line."""

    kind: str
    name: str | None
    amount: Decimal
    tax: Decimal
    tax_name: str | None

    @property
    def is_discount(self) -> bool:
        """Whether it makes the goods cheaper."""
        return self.kind == PRODUCT and self.amount < 0


@dataclass(frozen=True, slots=True)
class Bill:
    """The charges of a line, or of several; `price` is that of the goods before discounts."""

    charges: tuple[Charge, ...]
    currency: str

    def of(self, *kinds: str) -> Decimal:
        """Return the sum of the charges of some kinds, without tax."""
        return sum((each.amount for each in self.charges if each.kind in kinds), ZERO)

    @property
    def price(self) -> Decimal:
        """The goods before discounts."""
        return sum((each.amount for each in self.charges if each.kind == PRODUCT and not each.is_discount), ZERO)

    @property
    def discounts(self) -> Decimal:
        """What is taken off, as a positive amount."""
        return -sum((each.amount for each in self.charges if each.is_discount), ZERO)

    @property
    def fees(self) -> Decimal:
        """What is neither goods nor shipping."""
        return sum((each.amount for each in self.charges if each.kind not in {PRODUCT, SHIPPING}), ZERO)

    @property
    def tax(self) -> Decimal:
        """All taxes."""
        return sum((each.tax for each in self.charges), ZERO)

    @property
    def goods_tax(self) -> Decimal:
        """The taxes on the goods."""
        return sum((each.tax for each in self.charges if each.kind == PRODUCT), ZERO)

    @property
    def total(self) -> Decimal:
        """All of it."""
        return sum((each.amount + each.tax for each in self.charges), ZERO)

    def money(self, amount: Decimal) -> Money:
        """Return an amount in the bill's currency."""
        return make_money(amount=amount, currency_code=self.currency)

    def taxes(self, *kinds: str) -> list[Tax]:
        """Return the taxes by their names, of some kinds of charges or of all."""
        found: dict[str | None, Decimal] = {}
        for each in self.charges:
            if each.tax_name is not None and (not kinds or each.kind in kinds):
                found[each.tax_name] = found.get(each.tax_name, ZERO) + each.tax
        return [make_tax(title=name, rate=None, amount=self.money(amount)) for name, amount in found.items()]


def bills_of(order: Json) -> list[Bill]:
    """Return the bill of each line of an order."""
    lines = rows(at(order, "orderLines", "orderLine"))
    whole = [bill_of(line) for line in lines]
    summary = money(at(order, "orderSummary", "totalAmount"))
    if summary is None or sum((bill.total for bill in whole), ZERO) == summary.amount:
        return whole
    single = [bill_of(line, pieces=counted(line.get("orderLineQuantity")) or 1) for line in lines]
    return single if sum((bill.total for bill in single), ZERO) == summary.amount else whole


def bill_of(line: Json, pieces: int = 1) -> Bill:
    """Return the bill of a line whose charges, shipping apart, stand for one of so many pieces."""
    return _bill(rows(at(line, "charges", "charge")), pieces)


def refund_of(line: Json) -> Bill:
    """Return what was given back of a line; Walmart writes it negative."""
    entries = rows(at(line, "refund", "refundCharges", "refundCharge"))
    return _bill([each["charge"] for each in entries if isinstance(each.get("charge"), dict)], 1)


def together(bills: list[Bill]) -> Bill:
    """Return several bills as one."""
    currencies = [bill.currency for bill in bills if bill.currency != NO_CURRENCY]
    return Bill(tuple(charge for bill in bills for charge in bill.charges), currencies[0] if currencies else NO_CURRENCY)


def _bill(entries: list[Json], pieces: int) -> Bill:
    currencies = [found for each in entries if (found := text(at(each, "chargeAmount", "currency")))]
    return Bill(tuple(_charge(each, pieces) for each in entries), currencies[0] if currencies else NO_CURRENCY)


def _charge(row: Json, pieces: int) -> Charge:
    kind = (text(row.get("chargeType")) or "").upper()
    times = 1 if kind == SHIPPING else pieces
    tax = number(at(row, "tax", "taxAmount", "amount"))
    return Charge(
        kind=kind,
        name=text(row.get("chargeName")),
        amount=(number(at(row, "chargeAmount", "amount")) or ZERO) * times,
        tax=(tax or ZERO) * times,
        tax_name=None if tax is None else text(at(row, "tax", "taxName")) or "Tax",
    )
