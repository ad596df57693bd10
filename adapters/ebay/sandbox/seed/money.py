"""Money in hundredths, and how the platform writes it: a string with one or two decimals, as its own programs print a number."""

Amount = dict[str, str]


def value(cents: int) -> str:
    """Write a sum: 4000 is "40.0", 1999 is "19.99"."""
    sign, whole, rest = "-" if cents < 0 else "", abs(cents) // 100, abs(cents) % 100
    return f"{sign}{whole}.{rest:02d}" if rest % 10 else f"{sign}{whole}.{rest // 10}"


def amount(cents: int, currency: str) -> Amount:
    """Write a sum with its currency."""
    return {"value": value(cents), "currency": currency}


def portion(cents: int, basis_points: int) -> int:
    """Return so many hundredths of a percent of a sum, halves up."""
    return (cents * basis_points + 5000) // 10_000
