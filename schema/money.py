"""Money: an exact amount in one currency, as the platform wrote it.

Most amounts of a page stand there many times, above all the zeros. What the same text says is the same object, so it can't be changed.
"""

from collections.abc import Mapping
from dataclasses import FrozenInstanceError
from decimal import Decimal
from typing import NoReturn

import strawberry

from schema.canonical import Canonical, maker

MOST_KEPT = 8192  # amounts of one process, some 3 MB
LONGEST_KEPT = 40  # characters of an amount and its currency: a store that writes longer ones must not fill the memory


@strawberry.type(description="An exact amount of money in one currency.")
class Money(Canonical):
    """An amount with the digits the platform gave; never rounded, never converted, never changed."""

    amount: Decimal = strawberry.field(description="The amount, exact, with the digits the platform gave.")
    currency_code: str = strawberry.field(description="ISO 4217 code, e.g. EUR.")

    def __init__(self, *, amount: Decimal, currency_code: str) -> None:
        object.__setattr__(self, "amount", amount)
        object.__setattr__(self, "currency_code", currency_code)

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise FrozenInstanceError(f"money is never changed: make another amount instead of setting `{name}`")

    def __delattr__(self, name: str) -> NoReturn:
        raise FrozenInstanceError(f"money is never changed: `{name}` stays")


class _Kept(dict[tuple[str, str], Money]):
    """Amounts by their texts. When there are too many, keeping begins anew: what is needed is soon there again."""

    def __missing__(self, said: tuple[str, str]) -> Money:
        amount, currency_code = said
        found = make_money(amount=Decimal(amount), currency_code=currency_code)
        if len(amount) + len(currency_code) <= LONGEST_KEPT:
            if len(self) >= MOST_KEPT:
                self.clear()
            self[said] = found
        return found


make_money = maker(Money)
# What a text says, by the text and the currency; others may hold the same object. Raises ArithmeticError for a text that is no number.
AMOUNTS: Mapping[tuple[str, str], Money] = _Kept()
