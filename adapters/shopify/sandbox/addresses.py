"""Postal addresses as mutations send them: what is wrong with them, and how the wire shows them."""

import re

from adapters.shopify.sandbox.payloads import problem
from adapters.shopify.sandbox.seed.identifiers import BASES, gid
from adapters.shopify.sandbox.seed.words import PLACES
from adapters.shopify.sandbox.store import Store
from adapters.shopify.sandbox.tables import Row

PLAIN = ("firstName", "lastName", "company", "address1", "address2", "city", "zip", "phone")
LETTERED = {"US": "State", "CA": "Province"}
FIRST_OWN = 10**11  # seeded addresses are numbered below
NEEDED = (("lastName", "Enter a last name"), ("address1", "Enter an address"), ("city", "Enter a city"), ("zip", "Enter a ZIP code"))


def address_problems(given: Row, now: Row, *path: str) -> list[Row]:
    """Return what an address lacks before something can be sent to it."""
    merged = {**now, **given}
    found = [problem(told, *path, name) for name, told in NEEDED if not merged.get(name)]
    return found + province_problems(given, *path)


def province_problems(given: Row, *path: str) -> list[Row]:
    """Return what is wrong with a province; that two letters are one is believed."""
    country, code = given.get("countryCode"), given.get("provinceCode")
    if not code or country not in LETTERED or re.fullmatch("[A-Z]{2}", code):
        return []
    word = LETTERED[country]
    return [problem(f"{word} is not a valid {word.lower()} in {PLACES[country][0]}", *path, "province")]


def address_row(store: Store, given: Row, now: Row | None, model: str) -> Row:
    """Lay what was sent over an address, or make a new one."""
    row = dict(now) if now else {"__typename": "MailingAddress", **dict.fromkeys((*PLAIN, "province", "provinceCode", "country"))}
    row.setdefault("countryCodeV2", None)
    if now is None:
        number = BASES["MailingAddress"] + FIRST_OWN + store.number("MailingAddress")
        row["id"] = f"{gid('MailingAddress', number)}?model_name={model}"
    row |= {name: given[name] for name in PLAIN if name in given}
    code = given.get("countryCode") or _code_of(given.get("country"))
    if code:
        row |= {"countryCodeV2": code, "country": PLACES[code][0] if code in PLACES else code}
    if "province" in given:
        row |= {"province": given["province"], "provinceCode": None}
    if "provinceCode" in given:
        cities = PLACES[row["countryCodeV2"]][2] if row["countryCodeV2"] in PLACES else ()
        code = given["provinceCode"]
        row |= {"provinceCode": code, "province": next((city[1] for city in cities if city[2] == code), code)}
    row["name"] = " ".join(part for part in (row["firstName"], row["lastName"]) if part) or None
    return row


def _code_of(country: str | None) -> str | None:
    """Find a country by its code or its name."""
    return next((code for code, known in PLACES.items() if country in {code, known[0]}), None)
