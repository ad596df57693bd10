"""Money: an exact amount in one currency, as the platform wrote it."""

from decimal import Decimal

import strawberry

from schema.canonical import Canonical


@strawberry.type(description="An exact amount of money in one currency.")
class Money(Canonical):
    """An amount with the digits the platform gave; never rounded, never converted."""

    amount: Decimal = strawberry.field(description="The amount, exact, with the digits the platform gave.")
    currency_code: str = strawberry.field(description="ISO 4217 code, e.g. EUR.")
