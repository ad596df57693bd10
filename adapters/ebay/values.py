"""Reads single values out of eBay's JSON: what does not fit is null, never an error."""

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

PLATFORM = "ebay"
NUMBER = re.compile(r"-?(\d+(\.\d*)?|\.\d+)", re.ASCII)
NO_CURRENCY = "XXX"  # ISO 4217's word for none
UNIT_DIGITS = Decimal("0.0001")  # a unit price with more digits was not anybody's price


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
    """Return a lasting number for a key. eBay's ids are no numbers and its lists have no order, so this stands for both."""
    return int.from_bytes(hashlib.blake2b(key.encode(), digest_size=8).digest()) >> 1


def text(value: object) -> str | None:
    """Return a text that says something; a number becomes its digits."""
    if isinstance(value, str):
        return value.strip() or None
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else None


def flag(value: object) -> bool | None:
    """Return a truth value."""
    return value if isinstance(value, bool) else None


def whole(value: object) -> int | None:
    """Return a whole number."""
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def digits(value: object) -> str | None:
    """Return the digits of a number: a text's, or those a JSON number was written with."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        value = str(value)
    return value if isinstance(value, str) and NUMBER.fullmatch(value) else None


def number(value: object) -> Decimal | None:
    """Return a number that is no money: texts, and JSON numbers with the digits they were written with."""
    found = digits(value)
    return None if found is None else Decimal(found)


def money(value: object) -> Money | None:
    """Return an amount, exactly as it is written."""
    row = record(value)
    amount = digits(row.get("value"))
    return None if amount is None else AMOUNTS[amount, text(row.get("currency")) or NO_CURRENCY]


def total(parts: Iterable[Money | None], currency: str) -> Money:
    """Return the sum of what is known; of nothing it is 0."""
    return make_money(amount=sum((part.amount for part in parts if part is not None), Decimal(0)), currency_code=currency)


def negative(amount: Money) -> Money:
    """Return an amount with the other sign: discounts are negative on eBay."""
    return make_money(amount=Decimal(0) - amount.amount, currency_code=amount.currency_code)


def unit_price(whole_price: Money | None, quantity: int) -> Money | None:
    """Return the price of one of many; a division that does not come out even is nobody's price."""
    if whole_price is None or quantity <= 0:
        return None
    each = (whole_price.amount / quantity).quantize(UNIT_DIGITS)
    if each * quantity != whole_price.amount:
        return None
    exponent = min(int(whole_price.amount.as_tuple().exponent), int(each.normalize().as_tuple().exponent))
    return make_money(amount=each.quantize(Decimal(1).scaleb(exponent)), currency_code=whole_price.currency_code)


def moment(value: object) -> datetime | None:
    """Return a time, UTC."""
    if not isinstance(value, str):
        return None
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        return None
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)


def record(value: object) -> Json:
    """Return an object, an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def rows(value: object) -> list[Json]:
    """Return the objects of a list."""
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def texts(value: object) -> list[str]:
    """Return the texts of a list."""
    return [found for each in value if (found := text(each))] if isinstance(value, list) else []


def leftovers(row: Json, known: frozenset[str]) -> Json:
    """Return every field without a canonical place."""
    return {key: value for key, value in row.items() if key not in known}


def contact_address(contact: object) -> Address | None:
    """Return the address of someone with a name and a phone; the name is one text, of which the last word is the family's."""
    row = record(contact)
    first, _, last = (text(row.get("fullName")) or "").rpartition(" ")
    who = {
        "first_name": first or None,
        "last_name": last or None,
        "company": text(row.get("companyName")),
        "phone": text(record(row.get("primaryPhone")).get("phoneNumber")),
    }
    return address(row.get("contactAddress"), **who)


def address(value: object, **who: str | None) -> Address | None:
    """Return an address, or None when all of it is empty."""
    row = record(value)
    found = {
        "address1": text(row.get("addressLine1")),
        "address2": text(row.get("addressLine2")),
        "city": text(row.get("city")),
        "province": text(row.get("stateOrProvince")),
        "postal_code": text(row.get("postalCode")),
        "country_code": text(row.get("countryCode")) or text(row.get("country")),
        **who,
    }
    return make_address(**found) if any(found.values()) else None
