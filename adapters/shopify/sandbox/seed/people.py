"""Customers: most complete, some without name, email or account, and in odd shops some whose identity the platform withholds."""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from adapters.shopify.sandbox.seed.identifiers import BASES, dice, gid, iso, pick
from adapters.shopify.sandbox.seed.money import Row
from adapters.shopify.sandbox.seed.profiles import DAY, Profile
from adapters.shopify.sandbox.seed.words import BUYERS, COMPANIES, CUSTOMER_TAGS, FIRST_NAMES, LAST_NAMES, PLACES, STREETS

CUSTOMER_DICE = 1
STATES = ("DISABLED", "DISABLED", "DISABLED", "ENABLED", "ENABLED", "INVITED", "DECLINED")
MARKETING = ("NOT_SUBSCRIBED", "SUBSCRIBED", "SUBSCRIBED", "UNSUBSCRIBED", "PENDING", "INVALID")
LOCALES = {"US": "en", "CA": "en", "GB": "en-GB", "DE": "de", "FR": "fr", "NL": "nl", "JP": "ja", "KW": "ar", "IN": "hi"}


@dataclass(slots=True)
class Person:
    """One customer as lists and filters see it; times in epoch seconds."""

    id: int
    index: int
    created: int
    updated: int
    first_name: str | None
    last_name: str | None
    email: str | None
    phone: str | None
    country: str
    state: str
    tags: tuple[str, ...]
    withheld: bool

    @property
    def display_name(self) -> str:
        """Name, else email, else phone, as the admin shows it; empty when all is withheld."""
        name = " ".join(part for part in (self.first_name, self.last_name) if part)
        return name or self.email or self.phone or ""

    @property
    def sort_name(self) -> str:
        """What lists by name are ordered by."""
        return f"{self.last_name or ''}, {self.first_name or ''}".lower()


def person(seed: int, profile: Profile, index: int) -> Person:
    """Invent one customer; its times are set by whoever knows the orders."""
    roll = dice(seed, CUSTOMER_DICE, index)
    first, last = pick(roll, FIRST_NAMES), pick(roll, LAST_NAMES)
    country = pick(roll, BUYERS[profile.country])
    kind, withheld = roll.random(), profile.odd and index % 3 == 1
    email = f"{first}.{last}.{index}@example.com".lower()
    phone = phone_number(roll, country)
    return Person(
        id=BASES["Customer"] + index,
        index=index,
        created=0,
        updated=0,
        first_name=None if withheld or kind < 0.03 else first,
        last_name=None if withheld or kind < 0.05 else last,
        email=None if withheld or 0.05 < kind < 0.1 else email,
        phone=None if withheld or kind > 0.4 else phone,
        country=country,
        state=pick(roll, STATES),
        tags=tuple(sorted(tag for tag in CUSTOMER_TAGS if roll.random() < 0.12)),
        withheld=withheld,
    )


def customer_row(seed: int, head: Person, spent: Row, orders: int) -> Row:
    """Write one customer as the wire shows it, without what hangs on other rows."""
    roll = dice(seed, CUSTOMER_DICE + 100, head.index)
    marketed = pick(roll, MARKETING)
    exempt = roll.random() < 0.02
    addresses = _addresses(roll, head)
    return {
        "__typename": "Customer",
        "id": gid("Customer", head.id),
        "legacyResourceId": str(head.id),
        "firstName": head.first_name,
        "lastName": head.last_name,
        "displayName": head.display_name,
        "state": head.state,
        "locale": LOCALES[head.country],
        "note": "Prefers the side door" if roll.random() < 0.05 else None,
        "tags": list(head.tags),
        "createdAt": iso(head.created),
        "updatedAt": iso(head.updated),
        "verifiedEmail": bool(head.email) and roll.random() < 0.9,
        "taxExempt": exempt,
        "taxExemptions": ["US_AZ_RESELLER_EXEMPTION"] if exempt and head.country == "US" else [],
        "numberOfOrders": str(orders),
        "amountSpent": spent,
        "defaultEmailAddress": head.email and _email(head, marketed),
        "defaultPhoneNumber": head.phone and {"phoneNumber": head.phone},
        "defaultAddress": addresses[0] if addresses else None,
        "addresses": addresses,
        "metafields": [],
    }


def address(roll: Random, number: int, model: str, country: str, who: Person | None, *, withheld: bool = False) -> Row:
    """Invent a postal address; of a withheld identity only country and province remain."""
    name, _, cities = PLACES[country]
    city, province, province_code, postal_code = pick(roll, cities)
    first = who.first_name if who else pick(roll, FIRST_NAMES)
    last = who.last_name if who else pick(roll, LAST_NAMES)
    company, flat = roll.random() < 0.06, roll.random() < 0.2
    street = f"{1 + int(roll.random() * 180)} {pick(roll, STREETS)}"
    return {
        "__typename": "MailingAddress",
        "id": f"{gid('MailingAddress', number)}?model_name={model}",
        "firstName": None if withheld else first,
        "lastName": None if withheld else last,
        "name": None if withheld else " ".join(part for part in (first, last) if part) or None,
        "company": pick(roll, COMPANIES) if company and not withheld else None,
        "address1": None if withheld else street,
        "address2": "Flat 4" if flat and not withheld else None,
        "city": None if withheld else city,
        "province": province,
        "provinceCode": province_code,
        "zip": None if withheld else postal_code,
        "country": name,
        "countryCodeV2": country,
        "phone": phone_number(roll, country) if roll.random() < 0.5 and not withheld else None,
    }


def phone_number(roll: Random, country: str) -> str:
    """Invent a phone number in a range kept free for fiction where there is one."""
    return f"{PLACES[country][1]}{100 + int(roll.random() * 99):04d}"


def settle_times(people: Mapping[int, Person], first_seen: Mapping[int, int], last_seen: Mapping[int, int], start: int, end: int) -> None:
    """Let each customer exist before the first order, and move with the last one; who never bought is spread over the years."""
    step = max(1, (end - start) // max(1, len(people)))
    for head in people.values():
        spread = start + step * head.index
        head.created = min(first_seen.get(head.id, spread) - 60, spread)
        head.updated = max(head.created + (head.index * 7919) % (3 * DAY), last_seen.get(head.id, 0) + head.index % 5)
        head.updated = min(head.updated, end)


def _email(head: Person, marketed: str) -> Row:
    return {
        "emailAddress": head.email,
        "marketingState": marketed,
        "marketingUpdatedAt": None if marketed == "NOT_SUBSCRIBED" else iso(head.created),
        "validFormat": True,
    }


def _addresses(roll: Random, head: Person) -> list[Row]:
    count = min(3, int(roll.random() * 4)) if head.index % 4 else 1
    start = BASES["MailingAddress"] + head.index * 10
    return [address(roll, start + at, "CustomerAddress", head.country, head, withheld=head.withheld) for at in range(count)]
