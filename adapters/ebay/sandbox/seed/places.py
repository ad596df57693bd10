"""The inventory locations of a seller: kinds and states are dealt out in turn, so that each occurs."""

from typing import Any

from adapters.ebay.sandbox.seed.people import CITIES
from adapters.ebay.sandbox.seed.profiles import Profile

KINDS = (("Main warehouse", "WAREHOUSE"), ("Corner shop", "STORE"), ("Fulfilment hall", "FULFILLMENT_CENTER"), ("Back store", "WAREHOUSE"))
HOURS = [{"dayOfWeekEnum": "MONDAY", "intervals": [{"open": "09:00:00", "close": "17:00:00"}]}]


def places_of(profile: Profile) -> list[dict[str, Any]]:
    """Return the locations in the platform's shape; the last of several is disabled, and holds no stock."""
    return [_place(profile, number) for number in range(profile.locations)]


def _place(profile: Profile, number: int) -> dict[str, Any]:
    name, kind = KINDS[number % len(KINDS)]
    city, state, postcode = CITIES[profile.country][number % len(CITIES[profile.country])]
    disabled = number and number == profile.locations - 1
    place = {
        "merchantLocationKey": f"wh-{number + 1}",
        "name": name if number < len(KINDS) else f"{name} {number // len(KINDS) + 1}",
        "merchantLocationStatus": "DISABLED" if disabled else "ENABLED",
        "locationTypes": [kind],
        "location": {
            "locationId": f"L{9000 + number}",
            "address": {
                "addressLine1": f"{number + 1} Depot Road",
                "city": city,
                "stateOrProvince": state,
                "postalCode": postcode,
                "country": profile.country,
            },
        },
    }
    return place | ({"operatingHours": HOURS, "phone": "5550199"} if kind == "STORE" else {})
