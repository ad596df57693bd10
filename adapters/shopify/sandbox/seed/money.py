"""Money inside a seed is whole minor units of the shop's currency; here it becomes what the wire shows."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

DIGITS = {"JPY": 0, "KWD": 3}

Row = dict[str, Any]


class Amounts:
    """Writes amounts of one order: in the shop's currency, and in the currency the buyer saw at a fixed rate."""

    def __init__(self, currency: str, presentment: str | None = None, rate: float = 1.0) -> None:
        self.currency = currency
        self.presentment = presentment or currency
        self._shop: int = 10 ** DIGITS.get(currency, 2)
        self._buyer: int = 10 ** DIGITS.get(self.presentment, 2)
        self._rate = rate * self._buyer / self._shop
        self._bags: dict[int, Row] = {}

    def bag(self, minor: int) -> Row:
        """Return a MoneyBag; equal amounts share one object, nobody may change it."""
        found = self._bags.get(minor)
        if found is None:
            found = self._bags[minor] = self._new_bag(minor)
        return found

    def money(self, minor: int) -> Row:
        """Return a MoneyV2 in the shop's currency."""
        return {"amount": unpadded(minor, self._shop), "currencyCode": self.currency}

    def shop(self, seen: int) -> int:
        """Turn what the buyer saw, in minor units of that currency, back into the shop's."""
        return seen if self.presentment == self.currency else round(seen / self._rate)

    def share(self, minor: int) -> float:
        """Return an amount as a number, as search filters compare it."""
        return minor / self._shop

    def _new_bag(self, minor: int) -> Row:
        shop = self.money(minor)
        if self.presentment == self.currency:
            return {"shopMoney": shop, "presentmentMoney": shop}
        seen = {"amount": unpadded(round(minor * self._rate), self._buyer), "currencyCode": self.presentment}
        return {"shopMoney": shop, "presentmentMoney": seen}


def minor_of(amount: str, currency: str) -> int:
    """Read a decimal as minor units of a currency; half a unit is rounded up."""
    return int(Decimal(amount).scaleb(DIGITS.get(currency, 2)).quantize(Decimal(1), ROUND_HALF_UP))


def unpadded(minor: int, scale: int) -> str:
    """Write a decimal as MoneyV2 has it: no trailing zeros, but one digit after the point ("79.0")."""
    sign = "-" if minor < 0 else ""
    whole, fraction = divmod(abs(minor), scale)
    digits = str(fraction).rjust(len(str(scale)) - 1, "0").rstrip("0") if scale > 1 else ""
    return f"{sign}{whole}.{digits or '0'}"


def padded(minor: int, currency: str) -> str:
    """Write a decimal as the Money scalar has it: all digits of the currency ("79.00")."""
    digits = DIGITS.get(currency, 2)
    whole, fraction = divmod(minor, 10**digits)
    return f"{whole}.{fraction:0{digits}d}" if digits else str(whole)
