"""Reads single values out of WooCommerce's JSON, where plugins put anything anywhere: what does not fit is null, never an error."""

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from schema.address import Address
from schema.making import make_address
from schema.money import AMOUNTS, Money, make_money

Json = dict[str, Any]

NUMBER = re.compile(r"-?(\d+(\.\d*)?|\.\d+)", re.ASCII)
WHOLE = re.compile(r"-?\d{1,18}", re.ASCII)
REGION_CODE = re.compile(r"[A-Z0-9-]{1,6}")
NO_CURRENCY = "XXX"  # ISO 4217's word for none


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
    """Return a truth value."""
    return value if isinstance(value, bool) else None


def whole(value: object) -> int | None:
    """Return a whole number, also out of a text or a float without a fraction."""
    if isinstance(value, bool):
        return None
    if isinstance(value, float):
        return int(value) if value.is_integer() else None
    if isinstance(value, str) and WHOLE.fullmatch(value):
        return int(value)
    return value if isinstance(value, int) else None


def identity(value: object) -> int | None:
    """Return an id; the platform's 0 is none."""
    number = whole(value)
    return number if number is not None and number > 0 else None


def number(value: object) -> Decimal | None:
    """Return a number that is no money: texts, and JSON numbers with the digits they were written with."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        value = str(value)
    return Decimal(value) if isinstance(value, str) and NUMBER.fullmatch(value) else None


def money(value: object, currency: str) -> Money | None:
    """Return an amount; only texts are money, a JSON number has lost its exactness already."""
    if not isinstance(value, str) or not NUMBER.fullmatch(value):
        return None
    return AMOUNTS[value, currency]


def total(parts: Iterable[Money | None], currency: str) -> Money:
    """Return the sum of what is known; of nothing it is 0."""
    return make_money(amount=sum((part.amount for part in parts if part is not None), Decimal(0)), currency_code=currency)


def positive(amount: Money | None) -> Money | None:
    """Return an amount without its sign: refunds count downwards."""
    return make_money(amount=abs(amount.amount), currency_code=amount.currency_code) if amount else None


def moment(value: object) -> datetime | None:
    """Return a time of one of the `_gmt` fields: UTC, which they do not say."""
    if not isinstance(value, str):
        return None
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        return None
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)


def rows(value: object) -> list[Json]:
    """Return the objects of a list."""
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def texts(value: object) -> list[str]:
    """Return the texts of a list."""
    return [found for each in value if (found := text(each))] if isinstance(value, list) else []


def names(value: object) -> list[str]:
    """Return the names of terms, which are kept as a page shows them: `&` is `&amp;`."""
    return [html.unescape(name) for each in rows(value) if (name := text(each.get("name")))]


def metadata(row: Json) -> Json:
    """Return the free fields by their keys; a key with several values has a list of them."""
    found: dict[str, list[Any]] = {}
    for each in rows(row.get("meta_data")):
        if key := text(each.get("key")):
            found.setdefault(key, []).append(each.get("value"))
    return {key: values[0] if len(values) == 1 else values for key, values in found.items()}


def leftovers(row: Json, known: frozenset[str]) -> Json:
    """Return the free fields and every other field without a canonical place."""
    return {key: value for key, value in row.items() if key not in known} | metadata(row)


def address(row: object) -> Address | None:
    """Return an address, or None when all of it is empty."""
    if not isinstance(row, dict):
        return None
    state = text(row.get("state"))
    coded = state is not None and REGION_CODE.fullmatch(state) is not None  # free text in countries without a list of regions
    found = {
        "first_name": text(row.get("first_name")),
        "last_name": text(row.get("last_name")),
        "company": text(row.get("company")),
        "address1": text(row.get("address_1")),
        "address2": text(row.get("address_2")),
        "city": text(row.get("city")),
        "province": None if coded else state,
        "province_code": state if coded else None,
        "postal_code": text(row.get("postcode")),
        "country_code": text(row.get("country")),
        "phone": text(row.get("phone")),
    }
    return make_address(**found) if any(found.values()) else None
