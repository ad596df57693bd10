"""Prices in the platform's two fields: a regular price, and a special one for a span of days. While the special one runs it is the price,
and the regular one is what is struck through. Pure.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from adapters.magento.refusals import invalid
from adapters.magento.values import Json, Seen, attributes, number, text
from adapters.magento.wares import Catalogue, running

OPEN = ("2000-01-01 00:00:00", "2037-12-31 23:59:59")  # a span without end, where a beginning and an end are needed

_NO_PRICE = "The variant has no price: set one together with the price to compare it with."
_NOT_ABOVE = "The price to compare with has to be above the price; without a reduction leave it empty."


@dataclass(frozen=True, slots=True)
class Prices:
    """What is to be written: None is left alone; `special` "" takes the special price away."""

    regular: str | None = None
    special: str | None = None


def kept(row: Json, known: Catalogue, seen: Seen, price: str) -> Prices:
    """Return how to set the price and leave the struck-through one alone; one that is no longer above the price goes."""
    regular, special = standing(row)
    if special is None or regular is None or special >= regular or not running(attributes(row), known, seen):
        return Prices(regular=price)
    return Prices(special=price) if Decimal(price) < regular else Prices(regular=price, special="")


def compared(row: Json, known: Catalogue, seen: Seen, price: str | None, compare_at: str | None) -> Prices:
    """Return how to set both; without `price` it stays, without `compare_at` nothing is struck through. Raises PlatformError."""
    price = price if price is not None else now(row, known, seen)
    if price is None:
        raise invalid(_NO_PRICE)
    if not compare_at:
        return Prices(regular=price, special="")
    if Decimal(compare_at) <= Decimal(price):
        raise invalid(_NOT_ABOVE)
    return Prices(regular=compare_at, special=price)


def wanted(row: Json, known: Catalogue, seen: Seen, fields: Mapping[str, Any]) -> Prices:
    """Return how to set what a command has of `price` and `compare_at_price`, as the fields of a variant have them."""
    if "compare_at_price" in fields:
        return compared(row, known, seen, fields.get("price"), fields["compare_at_price"])
    return kept(row, known, seen, fields["price"]) if "price" in fields else Prices()


def standing(row: Json) -> tuple[Decimal | None, Decimal | None]:
    """Return a row's regular and its special price."""
    return number(row.get("price")), number(attributes(row).get("special_price"))


def now(row: Json, known: Catalogue, seen: Seen) -> str | None:
    """Return what a product costs now."""
    regular, special = standing(row)
    reduced = special is not None and regular is not None and special < regular and running(attributes(row), known, seen)
    found = special if reduced else regular
    return None if found is None else str(found)


def window(row: Json, known: Catalogue, seen: Seen, *, scheduled: bool) -> Json:
    """Return from when to when a special price is set: the days of the one that runs, else from today on."""
    free = attributes(row)
    if number(free.get("special_price")) is not None and running(free, known, seen):
        first, last = text(free.get("special_from_date")), text(free.get("special_to_date"))
    else:
        first, last = f"{seen.at.astimezone(known.zone):%Y-%m-%d} 00:00:00", None
    first, last = (first or OPEN[0], last or OPEN[1]) if scheduled else (first, last)
    return {name: day for name, day in (("price_from", first), ("price_to", last)) if day}
