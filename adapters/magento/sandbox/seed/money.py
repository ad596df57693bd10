"""Sums in cents while they are added up, and the JSON numbers the platform shows them as."""

from dataclasses import dataclass


def number(cents: int) -> float:
    """Show a sum: a JSON number that loses its decimals when it is whole."""
    return cents // 100 if cents % 100 == 0 else cents / 100


def kilograms(grams: int) -> float:
    """Show a weight: a JSON number that loses its decimals when it is whole."""
    return grams // 1000 if grams % 1000 == 0 else grams / 1000


def portion(cents: int, basis_points: int) -> int:
    """Return so many hundredths of a percent of a sum that is not negative, halves up."""
    return (cents * basis_points + 5000) // 10_000


def converted(cents: int, rate: int) -> int:
    """Return a base sum in a currency of which `rate` ten-thousandths make one."""
    return portion(cents, rate)


@dataclass(slots=True)
class Sums:
    """What one line costs in one currency, in cents: `tax` is on the discounted row, `full_tax` on the whole one."""

    price: int = 0
    original: int = 0
    row: int = 0
    discount: int = 0
    tax: int = 0
    full_tax: int = 0

    def add(self, other: "Sums") -> None:
        """Add another line's sums to this one's."""
        self.row += other.row
        self.discount += other.discount
        self.tax += other.tax
        self.full_tax += other.full_tax

    def less(self, other: "Sums") -> "Sums":
        """Return what these sums are more than others of the same line."""
        return Sums(
            self.price,
            self.original,
            self.row - other.row,
            self.discount - other.discount,
            self.tax - other.tax,
            self.full_tax - other.full_tax,
        )

    def share(self, quantity: int, of: int) -> "Sums":
        """Return the sums of some of the pieces; those of all pieces are exactly the line's."""
        parts = (one * quantity // of if of else 0 for one in (self.row, self.discount, self.tax, self.full_tax))
        return Sums(self.price, self.original, *parts)


def sums(price: int, original: int, quantity: int, discount: int, tax: int) -> Sums:
    """Return the sums of a line; `discount` and `tax` in hundredths of a percent."""
    row = price * quantity
    off = portion(row, discount)
    return Sums(price, original, row, off, portion(row - off, tax), portion(row, tax))
