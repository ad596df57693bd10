"""Invented buyers and warehouses."""

from dataclasses import dataclass
from random import Random
from typing import Any

FIRST = ("Ada", "Bo", "Cleo", "Dov", "Edda", "Finn", "Gala", "Hugo", "Ines", "Jarl", "Kaya", "Levi", "Mina", "Noor", "Orla", "Pia")
LAST = ("Ashgrove", "Birkwell", "Caldane", "Dunmarrow", "Elmsworth", "Fenwether", "Glasmoor", "Hollindale", "Ivorsen", "Jessamy")
COMPANIES = ("Quarrywood Supplies", "Fernhill Works", "Tarn & Daughters")
TOWNS: dict[str, tuple[tuple[str, str, str], ...]] = {
    "US": (("Sample Falls", "WA", "98000"), ("Mapletown", "OR", "97000-0001"), ("Old Harbour", "ME", "04000")),
    "CA": (("Northbridge", "ON", "K0A 0A0"), ("Lac-Exemple", "QC", "H0H 0H0")),
    "MX": (("Villa Muestra", "JAL", "44000"),),
    "DE": (("Musterhausen", "", "01000"), ("Beispielstadt", "", "99000")),
    "FR": (("Exempleville", "", "01000"),),
    "GB": (("Sampleford", "", "ZZ1 1ZZ"), ("Little Instance", "", "ZZ9 9ZZ")),
    "SE": (("Exempelby", "", "100 00"),),
    "JP": (("見本市", "東京都", "100-0000"),),
}
STREETS = {"DE": "Musterweg", "FR": "rue de l'Exemple", "JP": "見本町", "SE": "Exempelgatan"}
ADDRESS_TYPES = ("RESIDENTIAL", "RESIDENTIAL", "COMMERCIAL", "PICKUP_POINT")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who buys."""

    name: str
    alias: str
    company: str
    country: str
    number: int

    def address(self) -> dict[str, Any]:
        """Return where the person's parcels go."""
        town, state, code = TOWNS.get(self.country, TOWNS["US"])[self.number % len(TOWNS.get(self.country, TOWNS["US"]))]
        row = {"name": self.name, "addressLine1": f"{self.number % 190 + 1} {STREETS.get(self.country, 'Sample Street')}", "city": town}
        if self.number % 5 == 0:
            row["addressLine2"] = "Unit 4B"
        if self.company:
            row["companyName"] = self.company
        if state:
            row["stateOrRegion"] = state
        kind = ADDRESS_TYPES[self.number % len(ADDRESS_TYPES)]
        return {**row, "postalCode": code, "countryCode": self.country, "phone": f"+1 555 01{self.number % 100:02d}", "addressType": kind}


def buyer(store: str, number: int, country: str) -> Person:
    """Return the buyer of that number; the same number is always the same person, with another alias for every order."""
    draw = Random(f"{store}/buyer/{number}")
    name = f"{draw.choice(FIRST)} {draw.choice(LAST)}"
    company = draw.choice(COMPANIES) if number % 9 == 4 else ""
    return Person(name, f"{draw.getrandbits(60):013x}@marketplace.amazon.example.com", company, country, number)


def warehouse(number: int, country: str) -> dict[str, str]:
    """Return the address of one of the seller's own places."""
    town, state, code = TOWNS.get(country, TOWNS["US"])[0]
    return {
        "name": f"Warehouse {number}",
        "addressLine1": f"{number} Depot Road",
        "city": town,
        "stateOrRegion": state or town,
        "postalCode": code,
        "countryCode": country,
    }
