"""Invented people with addresses, each computed from a number, so that nobody has to be stored."""

from dataclasses import dataclass

FIRST = ("Abel", "Berit", "Cosmo", "Delia", "Edvin", "Fenja", "Goran", "Hedda", "Ivo", "Jette", "Kasimir", "Lova", "Milo", "Nelda")
LAST = (
    "Ashdown",
    "Brookmire",
    "Claywell",
    "Dovecote",
    "Emberly",
    "Foxglove",
    "Greenhollow",
    "Heatherby",
    "Ironwood",
    "Kestrelton",
    "Lindqvale",
)
ODD_FIRST = ("Zoë 🌿", "أمينة", "花子", "Ælfrīc", "O'Nym-Ñandú", "J.")
ODD_LAST = ("山田", "בן־דוגמה", "van der Überwald", "Null", "<b>Fett</b>", "Nguyễn")
COMPANIES = ("", "", "", "Fernway Studio", "", "", "Quill & Daughters", "")
STREETS = ("Ridge Road", "Trailhead Way", "Mill Lane", "Summit Street", "Canyon Court", "Orchard Alley")


@dataclass(frozen=True, slots=True)
class City:
    """A place people live in, with the platform's number for its region."""

    name: str
    region: str
    code: str
    region_id: int
    postcode: str


CITIES: dict[str, tuple[City, ...]] = {
    "US": (
        City("Pinefield", "Oregon", "OR", 49, "97035"),
        City("Millbrook", "California", "CA", 12, "94016"),
        City("Stonebridge", "New York", "NY", 43, "10012"),
        City("Lakeview", "Washington", "WA", 62, "98052"),
    ),
    "DE": (City("Rheinau", "Baden-Württemberg", "BAW", 80, "76275"), City("Nordhafen", "Niedersachsen", "NDS", 79, "26548")),
}


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who buys; `complete` is False where an address was never given."""

    number: int
    first: str
    last: str
    email: str
    complete: bool
    country: str
    city: City
    street: tuple[str, ...]
    company: str

    @property
    def phone(self) -> str:
        """A number that reaches nobody."""
        return f"555-01{self.number % 90 + 10}"


def person(number: int, country: str, *, odd: bool) -> Person:
    """Return the person of that number, always the same one."""
    turn = _stirred(number)
    first, last = FIRST[turn % len(FIRST)], LAST[turn // 17 % len(LAST)]
    email = f"{first}.{last}.{number}@example.com".lower()
    if odd and number % 3 == 0:
        first, last = ODD_FIRST[turn % len(ODD_FIRST)], ODD_LAST[turn // 11 % len(ODD_LAST)]
    street = (f"{turn % 980 + 1} {STREETS[turn // 7 % len(STREETS)]}", *((f"Unit {turn % 40 + 1}",) if turn % 5 == 0 else ()))
    cities = CITIES[country]
    complete = turn % (4 if odd else 9) != 0
    return Person(number, first, last, email, complete, country, cities[turn % len(cities)], street, COMPANIES[turn % len(COMPANIES)])


def _stirred(number: int) -> int:
    """Spread neighbouring numbers apart."""
    mixed = (number * 2654435761) & 0xFFFFFFFF
    return mixed ^ (mixed >> 15)
