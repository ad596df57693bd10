"""Reads single values of Shopify's answers: money, times, addresses; and what every entity begins with."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from schema.address import Address
from schema.making import make_address, make_tax
from schema.money import AMOUNTS, Money, make_money
from schema.orders import Tax

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Seen:
    """Where and when an answer was given."""

    store: str
    at: datetime

    def ids(self, node: Json) -> dict[str, Any]:
        """Return the fields all entities begin with."""
        return {
            "store_name": self.store,
            "key_id": node["id"],
            "platform_id": node["id"],
            "observed_at": self.at,
            "sequence": sequence(node),
        }


def sequence(node: Json) -> int:
    """Return the number by which the platform orders entities."""
    number = node.get("legacyResourceId")
    return int(number) if number else 0


def address(node: Json | None) -> Address | None:
    """Map a MailingAddress; empty second lines and phones are null."""
    if node is None:
        return None
    return make_address(
        first_name=node.get("firstName"),
        last_name=node.get("lastName"),
        company=node.get("company"),
        address1=node.get("address1"),
        address2=node.get("address2") or None,
        city=node.get("city"),
        province=node.get("province"),
        province_code=node.get("provinceCode"),
        postal_code=node.get("zip"),
        country=node.get("country"),
        country_code=node.get("countryCodeV2"),
        phone=node.get("phone") or None,
    )


def tax(node: Json) -> Tax:
    """Map a TaxLine."""
    rate = node.get("rate")
    return make_tax(title=node.get("title"), rate=None if rate is None else decimal(rate), amount=in_shop(node.get("priceSet")))


def allocated(node: Json) -> Money | None:
    """Return what discounts take off a line, all allocations together."""
    return sum_of([in_shop(each.get("allocatedAmountSet")) for each in node.get("discountAllocations") or ()])


def attributes(node: Json) -> dict[str, Any]:
    """Return custom attributes by their keys."""
    return {each["key"]: each.get("value") for each in node.get("customAttributes") or ()}


def nodes(connection: Json | None) -> list[Json]:
    """Return the nodes of a connection that may be missing."""
    return (connection or {}).get("nodes") or []


def id_of(node: Json | None) -> str | None:
    """Return the global id of a link that may be missing."""
    return node["id"] if node else None


def in_shop(bag: Json | None) -> Money | None:
    """Return the amount of a MoneyBag in the shop's currency."""
    if not bag:
        return None
    node = bag["shopMoney"]
    return AMOUNTS[node["amount"], node["currencyCode"]] if node else None


def money(node: Json | None) -> Money | None:
    """Map a MoneyV2."""
    return AMOUNTS[node["amount"], node["currencyCode"]] if node else None


def price(text: str | None, currency: str) -> Money | None:
    """Map a bare decimal text in a currency known from elsewhere."""
    return AMOUNTS[text, currency] if text is not None else None


def sum_of(parts: Iterable[Money | None]) -> Money | None:
    """Add up what is known; None when nothing is."""
    found: Money | None = None
    for part in parts:
        if part is not None:
            found = part if found is None else make_money(amount=found.amount + part.amount, currency_code=found.currency_code)
    return found


def minus(whole: Money | None, taken: Money | None) -> Money | None:
    """Take something off an amount."""
    if whole is None or taken is None:
        return whole
    return make_money(amount=whole.amount - taken.amount, currency_code=whole.currency_code)


def zero(like: Money | None) -> Money | None:
    """Return nothing, in the currency of another amount."""
    return AMOUNTS["0", like.currency_code] if like else None


@lru_cache(1024, typed=True)
def decimal(value: object) -> Decimal:
    """A number that JSON carries as one keeps the digits it was written with."""
    return Decimal(str(value))


def time(text: str | None) -> datetime | None:
    """Read a time that may be missing."""
    if not text:
        return None
    found = datetime.fromisoformat(text)
    return found if found.tzinfo is UTC else found.astimezone(UTC)


def moment(text: str) -> datetime:
    """Read a time; UTC."""
    found = datetime.fromisoformat(text)
    return found if found.tzinfo is UTC else found.astimezone(UTC)
