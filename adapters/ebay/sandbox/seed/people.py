"""Invented buyers with addresses, each computed from a number, so that nobody has to be stored."""

from dataclasses import dataclass
from typing import Any

FIRST = ("Abel", "Bruna", "Corin", "Delia", "Edda", "Fenn", "Gitta", "Harlan", "Ilse", "Jory", "Katja", "Lorcan", "Mabel", "Nico", "Orla")
LAST = ("Ashby", "Bellwood", "Crane", "Drummond", "Eastlake", "Fenwick", "Garland", "Holloway", "Inkpen", "Kestrel", "Lockhart", "Marsh")
STREETS = ("Cooper Street", "Lantern Row", "Old Quay", "Tannery Lane", "Windmill Hill", "Bobbin Court", "Clockmaker Road")
CITIES: dict[str, tuple[tuple[str, str, str], ...]] = {
    "US": (("Springvale", "IL", "62701"), ("Port Amber", "OR", "97035"), ("Eastmere", "NY", "10012"), ("Dry Creek", "TX", "75001")),
    "GB": (("Little Hampden", "Buckinghamshire", "HP16 9PS"), ("Northwick", "Greater London", "HA3 0XX"), ("Braeside", "Fife", "KY1 1XX")),
    "DE": (("Musterstadt", "", "10115"), ("Beispielhausen", "", "80331")),
    "IT": (("Borgo Esempio", "RM", "00100"),),
}
ABROAD = {"US": "DE", "GB": "IT"}


@dataclass(frozen=True, slots=True)
class Buyer:
    """Somebody who buys."""

    number: int
    name: str
    username: str
    user_id: str
    country: str

    def contact(self) -> dict[str, Any]:
        """Return name, address, phone and relay e-mail address as the platform shows them."""
        return {
            "fullName": self.name,
            "contactAddress": self.address(self.country),
            "primaryPhone": {"phoneNumber": f"555{self.number % 9000 + 1000:04d}"},
            "email": f"{_stirred(self.number):020x}@members.example.com",
        }

    def address(self, country: str) -> dict[str, str]:
        """Return an address of the buyer in a country."""
        turn = _stirred(self.number)
        city, state, postcode = CITIES[country][turn % len(CITIES[country])]
        address = {"addressLine1": f"{turn % 980 + 1} {STREETS[turn // 7 % len(STREETS)]}"}
        if turn % 5 == 0:
            address["addressLine2"] = f"Flat {turn % 40 + 1}"
        address["city"] = city
        if state:
            address["stateOrProvince"] = state
        return {**address, "postalCode": postcode, "countryCode": country}

    def tax_address(self) -> dict[str, str]:
        """Return what of the address counts for taxes."""
        return {key: text for key, text in self.address(self.country).items() if not key.startswith("addressLine")}


def buyer(number: int, country: str) -> Buyer:
    """Return the buyer of that number, always the same one."""
    turn = _stirred(number)
    first, last = FIRST[turn % len(FIRST)], LAST[turn // 17 % len(LAST)]
    username = f"{first}.{last}_{number}".lower()
    return Buyer(number, f"{first} {last}", username, f"{turn:08x}{number:04x}EX", country)


def _stirred(number: int) -> int:
    """Spread neighbouring numbers apart."""
    mixed = (number * 2654435761 + 97) & 0xFFFFFFFF
    return mixed ^ (mixed >> 15)
