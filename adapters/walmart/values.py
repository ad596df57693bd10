"""Reads single values out of Walmart's JSON: what does not fit is null, never an error.

Quantities are texts in orders and numbers elsewhere; times are milliseconds in orders and ISO in returns; amounts are JSON numbers, whose
own digits are kept.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from adapters.walmart.manifest import COUNTRIES
from schema.address import Address
from schema.making import make_address
from schema.money import Money, make_money

Json = dict[str, Any]

NUMBER = re.compile(r"-?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d{1,2})?", re.ASCII)
WHOLE = re.compile(r"-?\d{1,18}", re.ASCII)
ALPHA_2 = re.compile(r"[A-Z]{2}", re.ASCII)
STATE_CODE = re.compile(r"[A-Z]{2}", re.ASCII)
NO_CURRENCY = "XXX"  # ISO 4217's word for none
ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Seen:
    """Where and when an answer was given."""

    store: str
    at: datetime

    def ids(self, key_id: str, platform_id: str, sequence: int = 0) -> dict[str, Any]:
        """Return the fields all entities begin with."""
        return {
            "store_name": self.store,
            "key_id": key_id,
            "platform_id": platform_id,
            "observed_at": self.at,
            "sequence": sequence,
        }


def text(value: object) -> str | None:
    """Return a text that says something; a number becomes its digits."""
    if isinstance(value, str):
        return value.strip() or None
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else None


def flag(value: object) -> bool | None:
    """Return a truth value, also out of the texts some fields have."""
    if isinstance(value, str):
        return {"true": True, "false": False}.get(value.strip().lower())
    return value if isinstance(value, bool) else None


def number(value: object) -> Decimal | None:
    """Return a number with the digits it was written with."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        value = str(value)
    return Decimal(value.strip()) if isinstance(value, str) and NUMBER.fullmatch(value.strip()) else None


def whole(value: object) -> int | None:
    """Return a whole number, also out of a text."""
    found = number(value)
    return int(found) if found is not None and found == found.to_integral_value() else None


def counted(row: object) -> int | None:
    """Return the number of pieces, under whichever name it comes."""
    if not isinstance(row, dict):
        return whole(row)
    return whole(row.get("amount", row.get("measurementValue")))


def money(row: object) -> Money | None:
    """Return an amount of orders and items (`amount`, `currency`) or of totals and returns (`currencyAmount`, `currencyUnit`)."""
    if not isinstance(row, dict):
        return None
    amount = number(row.get("amount", row.get("currencyAmount")))
    currency = text(row.get("currency")) or text(row.get("currencyUnit")) or NO_CURRENCY
    return None if amount is None else make_money(amount=amount, currency_code=currency)


def total(parts: Iterable[Money | None]) -> Decimal:
    """Return the sum of what is known."""
    return sum((part.amount for part in parts if part is not None), ZERO)


def moment(value: object) -> datetime | None:
    """Return a time: milliseconds as a number or text, or ISO; UTC."""
    digits = whole(value)
    try:
        if digits is not None:
            # In two parts: a float of milliseconds would lose some.
            return datetime.fromtimestamp(digits // 1000, UTC).replace(microsecond=digits % 1000 * 1000)
        found = datetime.fromisoformat(value) if isinstance(value, str) else None
    except (OSError, OverflowError, ValueError):
        return None
    if found is None:
        return None
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)


def rows(value: object) -> list[Json]:
    """Return the objects of a list; one object alone is a list of one."""
    if isinstance(value, dict):
        return [value]
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def at(value: object, *path: str) -> Any:
    """Return what lies at the end of a path of keys, None where it breaks off."""
    for key in path:
        if not isinstance(value, dict):
            return None
        value = value.get(key)
    return value


def texts(value: object) -> list[str]:
    """Return the texts of a list."""
    return [found for each in value if (found := text(each))] if isinstance(value, list) else []


def leftovers(row: Json, known: frozenset[str]) -> Json:
    """Return every field without a canonical place."""
    return {key: value for key, value in row.items() if key not in known}


def address(row: object, phone: object = None) -> Address | None:
    """Return an address. Walmart writes a name in one piece: it stands where the family name does."""
    if not isinstance(row, dict):
        return None
    state, country = text(row.get("state")), text(row.get("country"))
    coded = state is not None and STATE_CODE.fullmatch(state) is not None
    code = country if country and ALPHA_2.fullmatch(country) else COUNTRIES.get(country or "")
    found = {
        "last_name": text(row.get("name")),
        "address1": text(row.get("address1")) or text(row.get("addressLine1")),
        "address2": text(row.get("address2")) or text(row.get("addressLine2")),
        "city": text(row.get("city")),
        "province": None if coded else state,
        "province_code": state if coded else None,
        "postal_code": text(row.get("postalCode")),
        "country": None if code else country,
        "country_code": code,
        "phone": text(phone),
    }
    return make_address(**found) if any(found.values()) else None
