"""Reads single values out of Magento's JSON, where modules put anything anywhere: what does not fit is null, never an error."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from schema.address import Address
from schema.making import make_address
from schema.money import Money, make_money

Json = dict[str, Any]

NUMBER = re.compile(r"-?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)
WHOLE = re.compile(r"-?\d{1,18}", re.ASCII)
NO_CURRENCY = "XXX"  # ISO 4217's word for none
LONGEST_KEPT = 30  # characters of a number that is read once for all the times it comes again
GRAIN = Decimal("0.0001")  # the columns have four decimals: what a JSON number has beyond is the noise of a float


@dataclass(frozen=True, slots=True)
class Seen:
    """Where and when an answer was given."""

    store: str
    at: datetime

    def ids(self, key_id: str, number: int) -> dict[str, Any]:
        """Return the fields all entities begin with; `number` is the platform's id."""
        return {
            "store_name": self.store,
            "key_id": key_id,
            "platform_id": str(number),
            "observed_at": self.at,
            "sequence": number,
        }


def text(value: object) -> str | None:
    """Return a text that says something; a number becomes its digits."""
    if isinstance(value, str):
        return value.strip() or None
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else None


def flag(value: object) -> bool | None:
    """Return a truth value; most of the platform's are 0 and 1."""
    if isinstance(value, bool):
        return value
    return {0: False, 1: True}.get(found) if (found := whole(value)) is not None else None


def whole(value: object) -> int | None:
    """Return a whole number, also out of a text or a float without a fraction."""
    if isinstance(value, bool):
        return None
    if isinstance(value, str) and WHOLE.fullmatch(value):
        return int(value)
    if isinstance(value, int):
        return value
    found = number(value)
    return int(found) if found is not None and found == found.to_integral_value() else None


def identity(value: object) -> int | None:
    """Return an id: a number, or a number in quotes. The platform's 0 is none."""
    found = whole(value)
    return found if found is not None and found > 0 else None


def number(value: object) -> Decimal | None:
    """Return a number with the digits it was written with, but no finer than the platform stores it."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        return None
    return _kept_number(value) if len(value) <= LONGEST_KEPT else _number(value)


def _number(value: str) -> Decimal | None:
    if not NUMBER.fullmatch(value):
        return None
    found = Decimal(value)
    if not isinstance(exponent := found.as_tuple().exponent, int) or exponent >= -4:
        return found
    rounded = found.quantize(GRAIN)
    return rounded.quantize(Decimal(1).scaleb(max(-4, min(0, int(rounded.normalize().as_tuple().exponent)))))


_kept_number = lru_cache(4096)(_number)


def money(value: object, currency: str) -> Money | None:
    """Return an amount."""
    found = number(value)
    return None if found is None else make_money(amount=found, currency_code=currency)


def total(parts: Iterable[Money | None], currency: str) -> Money:
    """Return the sum of what is known; of nothing it is 0."""
    return make_money(amount=sum((part.amount for part in parts if part is not None), Decimal(0)), currency_code=currency)


def positive(amount: Money | None) -> Money | None:
    """Return an amount without its sign: an order's discounts count downwards."""
    return make_money(amount=abs(amount.amount), currency_code=amount.currency_code) if amount else None


def fraction(percent: object) -> Decimal | None:
    """Return a rate as a fraction."""
    found = number(percent)
    return None if found is None else found / 100


def moment(value: object) -> datetime | None:
    """Return a time: UTC, which it does not say."""
    if not isinstance(value, str):
        return None
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        return None
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)


def written(time: datetime) -> str:
    """Write a time as the platform compares it."""
    return f"{time.astimezone(UTC):%Y-%m-%d %H:%M:%S}"


def rows(value: object) -> list[Json]:
    """Return the objects of a list; an empty one may come as null."""
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def texts(value: object) -> list[str]:
    """Return the texts of a list."""
    return [found for each in value if (found := text(each))] if isinstance(value, list) else []


def part(row: Json, *path: str) -> Json:
    """Return the object at the end of a path, empty where there is none."""
    for name in path:
        found = row.get(name)
        row = found if isinstance(found, dict) else {}
    return row


def attributes(row: Json) -> Json:
    """Return the free fields by their codes; several may come as a list or as an object by code."""
    given = row.get("custom_attributes")
    listed = rows(list(given.values())) if isinstance(given, dict) else rows(given)
    return {code: each.get("value") for each in listed if (code := text(each.get("attribute_code")))}


def leftovers(row: Json, known: frozenset[str]) -> Json:
    """Return every field without a canonical place, the free fields among them."""
    return {name: value for name, value in row.items() if name not in known} | attributes(row)


def full_name(row: Json, prefix: str = "") -> str | None:
    """Return first and last name in one."""
    return " ".join(found for name in ("firstname", "lastname") if (found := text(row.get(prefix + name)))) or None


def address(row: object) -> Address | None:
    """Return an address, or None when all of it is empty. A customer's has its region as an object."""
    if not isinstance(row, dict):
        return None
    region = row["region"] if isinstance(row.get("region"), dict) else row
    given = row.get("street")
    street = [line for each in (given if isinstance(given, list) else [given]) if (line := text(each))]
    found = {
        "first_name": text(row.get("firstname")),
        "last_name": text(row.get("lastname")),
        "company": text(row.get("company")),
        "address1": street[0] if street else None,
        "address2": ", ".join(street[1:]) or None,
        "city": text(row.get("city")),
        "province": text(region.get("region")),
        "province_code": text(region.get("region_code")),
        "postal_code": text(row.get("postcode")),
        "country_code": text(row.get("country_id")),
        "phone": text(row.get("telephone")) or text(row.get("phone")),
    }
    return make_address(**found) if any(found.values()) else None
