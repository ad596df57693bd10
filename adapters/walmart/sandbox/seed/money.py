"""Sums in cents, and the JSON numbers the platform shows them as."""

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
