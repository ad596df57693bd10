"""Invented people with addresses, each computed from a number, so that nobody has to be stored."""

from dataclasses import dataclass
from typing import Any

FIRST = ("Ada", "Bram", "Cleo", "Dario", "Elin", "Femi", "Greta", "Hugo", "Ines", "Jonas", "Kaya", "Lior", "Mina", "Nils", "Oona", "Pavel")
LAST = (
    "Alder",
    "Birch",
    "Cedarholm",
    "Dunmore",
    "Elmsworth",
    "Fernley",
    "Gorse",
    "Hazelton",
    "Ivey",
    "Juniper",
    "Larch",
    "Maplewood",
    "Oakes",
)
ODD_FIRST = ("Zoë 🌸", "سلمى", "נועם", "Ælfrīc", "花子", "O'Malley-Ñandú", "J.", "\u202eRenée\u202c")
ODD_LAST = ("山田", "الحسيني", "בן־עמי", "van der Überwald", "", "Null", "Nguyễn ☕", "<b>Fett</b>")
COMPANIES = ("", "", "", "Tidewater Books", "", "", "Fogline Studio", "", "", "", "Lantern & Sons")
STREETS = ("Wharf Street", "Lighthouse Lane", "Mill Road", "Cannery Row Alley", "Pier Avenue", "Orchard Way", "Foundry Court")
CITIES: dict[str, tuple[tuple[str, str, str], ...]] = {
    "US": (
        ("Port Haven", "CA", "90001"),
        ("Millbrook", "CA", "94016"),
        ("Cedar Falls", "OR", "97035"),
        ("Lakeview", "WA", "98052"),
        ("Stonebridge", "NY", "10012"),
    ),
    "JP": (("架空市", "JP13", "100-0001"), ("Minato-ku", "JP13", "105-0011"), ("夢見町", "JP27", "530-0001")),
}
PHONES = {"US": "555-01", "JP": "050-5550-00"}


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who buys; `complete` is False where address and phone were never given."""

    number: int
    first: str
    last: str
    email: str
    complete: bool
    country: str

    @property
    def name(self) -> str:
        """The display name."""
        return f"{self.first} {self.last}".strip()

    def billing(self) -> dict[str, Any]:
        """Return the billing address in the platform's shape."""
        phone = f"{PHONES[self.country]}{self.number % 90 + 10}" if self.complete else ""
        return {**self._address(), "email": self.email, "phone": phone}

    def shipping(self, *, filled: bool = True) -> dict[str, Any]:
        """Return the shipping address, all blank when goods went to the billing address."""
        if filled:
            return {**self._address(), "phone": ""}
        return dict.fromkeys((*self._address(), "phone"), "")

    def _address(self) -> dict[str, Any]:
        turn = _stirred(self.number)
        cities = CITIES[self.country]
        city, state, postcode = cities[turn % len(cities)] if self.complete else ("", "", "")
        return {
            "first_name": self.first,
            "last_name": self.last,
            "company": COMPANIES[turn % len(COMPANIES)] if self.complete else "",
            "address_1": f"{turn % 980 + 1} {STREETS[turn // 7 % len(STREETS)]}" if self.complete else "",
            "address_2": f"Unit {turn % 40 + 1}" if self.complete and turn % 9 == 0 else "",
            "city": city,
            "state": state,
            "postcode": postcode,
            "country": self.country if self.complete else "",
        }


def person(number: int, country: str, *, odd: bool) -> Person:
    """Return the person of that number, always the same one."""
    turn = _stirred(number)
    first, last = FIRST[turn % len(FIRST)], LAST[turn // 17 % len(LAST)]
    email = f"{first}.{last}.{number}@example.com".lower()
    if odd and number % 3 == 0:
        first, last = ODD_FIRST[turn % len(ODD_FIRST)], ODD_LAST[turn // 11 % len(ODD_LAST)]
    return Person(number, first, last, email, turn % (4 if odd else 19) != 0, country)


def _stirred(number: int) -> int:
    """Spread neighbouring numbers apart."""
    mixed = (number * 2654435761) & 0xFFFFFFFF
    return mixed ^ (mixed >> 15)
