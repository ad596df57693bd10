"""Sums in the currency's smallest unit, and the strings the platform shows them as."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Money:
    """A currency's number of decimals."""

    decimals: int

    def text(self, minor: int) -> str:
        """Show a sum as the platform does: a string with all decimals."""
        if not self.decimals:
            return str(minor)
        whole, rest = divmod(abs(minor), 10**self.decimals)
        return f"{'-' if minor < 0 else ''}{whole}.{rest:0{self.decimals}d}"

    def minor(self, text: str) -> int:
        """Read a sum back."""
        whole, _, rest = text.partition(".")
        sign = -1 if whole.startswith("-") else 1
        unit = int("1" + "0" * self.decimals)
        return sign * (abs(int(whole)) * unit + int((rest + "0" * self.decimals)[: self.decimals] or "0"))

    def each(self, minor: int, quantity: int) -> float:
        """Return a line's unit price: a binary float, with its noise; a whole one loses its decimals, as in the platform's JSON."""
        price = minor / 10**self.decimals / quantity
        return int(price) if price.is_integer() else price


def portion(minor: int, basis_points: int) -> int:
    """Return so many hundredths of a percent of a sum, halves away from zero."""
    sign = -1 if minor < 0 else 1
    return sign * ((abs(minor) * basis_points + 5000) // 10000)
