"""Sums in cents, and the JSON numbers the platform shows them as."""

from decimal import Decimal

CURRENCY = "USD"
TAX = 825  # hundredths of a percent


def number(cents: int) -> int | float:
    """Show a sum as the platform does: a bare JSON number, whole ones without decimals."""
    return cents // 100 if cents % 100 == 0 else cents / 100


def amount(cents: int) -> dict[str, object]:
    """Return a sum as orders and items show it."""
    return {"currency": CURRENCY, "amount": number(cents)}


def currency_amount(cents: int) -> dict[str, object]:
    """Return a sum as order summaries and returns show it."""
    return {"currencyAmount": number(cents), "currencyUnit": CURRENCY}


def tax_on(cents: int) -> int:
    """Return the tax on the price of one piece, halves away from zero."""
    sign = -1 if cents < 0 else 1
    return sign * ((abs(cents) * TAX + 5000) // 10_000)


def charge_row(kind: str, name: str, cents: int, tax: int | None) -> dict[str, object]:
    """Return a charge with its tax, where it has one."""
    row: dict[str, object] = {"chargeType": kind, "chargeName": name, "chargeAmount": amount(cents)}
    return row if tax is None else row | {"tax": {"taxName": "Tax1", "taxAmount": amount(tax)}}


def cents_of(value: object) -> int | None:
    """Return a JSON number in cents, None for what is no number or has more than two decimals."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    cents = Decimal(str(value)) * 100
    return int(cents) if cents.is_finite() and cents == cents.to_integral_value() else None


def shown(cents: int) -> str:
    """Return a sum as text."""
    return f"{cents // 100}.{cents % 100:02d}"
