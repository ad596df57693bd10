"""Reads single values out of Amazon's JSON: what does not fit is null, never an error."""

import hashlib
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

NUMBER = re.compile(r"-?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d{1,2})?", re.ASCII)
ALPHA_2 = re.compile(r"[A-Z]{2}", re.ASCII)
NO_CURRENCY = "XXX"  # ISO 4217's word for none


@dataclass(frozen=True, slots=True)
class Seen:
    """Where and when an answer was given."""

    store: str
    at: datetime

    def ids(self, key_id: str, platform_id: str, sorted_by: str | None = None) -> dict[str, Any]:
        """Return the fields all entities begin with; `sorted_by` is the key whose number orders it, by default its own."""
        return {
            "store_name": self.store,
            "key_id": key_id,
            "platform_id": platform_id,
            "observed_at": self.at,
            "sequence": number_of(sorted_by or key_id),
        }


def number_of(key: str) -> int:
    """Return a lasting number for a key, from which lists by number have their order: Amazon's own ids are no numbers."""
    return int.from_bytes(hashlib.blake2b(key.encode(), digest_size=8).digest()) >> 1


def text(value: object) -> str | None:
    """Return a text that says something; a number becomes its digits."""
    if isinstance(value, str):
        return value.strip() or None
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else None


def whole(value: object) -> int | None:
    """Return a whole number."""
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def digits(value: object) -> str | None:
    """Return the digits of a number: a text's, or those a JSON number was written with."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        value = str(value)
    return value if isinstance(value, str) and NUMBER.fullmatch(value) else None


def number(value: object) -> Decimal | None:
    """Return a number: a text's, or a JSON number's with the digits it was written with."""
    found = digits(value)
    return None if found is None else Decimal(found)


def money(value: object) -> Money | None:
    """Return an amount; orders and listings write it as a text in `amount`, the finances as a number in `currencyAmount`."""
    row = record(value)
    amount = digits(row.get("amount", row.get("currencyAmount")))
    return None if amount is None else AMOUNTS[amount, text(row.get("currencyCode")) or NO_CURRENCY]


def positive(amount: Money | None) -> Money | None:
    """Return an amount without its sign: the finances write refunds as negative."""
    return make_money(amount=abs(amount.amount), currency_code=amount.currency_code) if amount else None


def moment(value: object) -> datetime | None:
    """Return a time in UTC."""
    if not isinstance(value, str):
        return None
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        return None
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)


def written(value: datetime) -> str:
    """Write a time as a search takes it, with milliseconds."""
    return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def record(value: object) -> Json:
    """Return an object, an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def rows(value: object) -> list[Json]:
    """Return the objects of a list."""
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def texts(value: object) -> list[str]:
    """Return the texts of a list."""
    return [found for each in value if (found := text(each))] if isinstance(value, list) else []


def without(row: Json, known: Iterable[str]) -> Json:
    """Return the fields of an object but some."""
    return {key: value for key, value in row.items() if key not in known}


def address(value: object) -> Address | None:
    """Return an address, or None when all of it is empty. A name is one text, of which the last word is the family's."""
    row = record(value)
    first, _, last = (text(row.get("name")) or "").rpartition(" ")
    country = text(row.get("countryCode"))
    found = {
        "first_name": first or None,
        "last_name": last or None,
        "company": text(row.get("companyName")),
        "address1": text(row.get("addressLine1")),
        "address2": ", ".join(line for each in ("addressLine2", "addressLine3") if (line := text(row.get(each)))) or None,
        "city": text(row.get("city")),
        "province": text(row.get("stateOrRegion")),
        "postal_code": text(row.get("postalCode")),
        "country_code": country if country and ALPHA_2.fullmatch(country) else None,
        "phone": text(row.get("phone")),
    }
    return make_address(**found) if any(found.values()) else None
