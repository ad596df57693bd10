"""The kinds of shop that can be seeded: their sizes, money, places and peculiarities."""

from collections.abc import Mapping
from dataclasses import dataclass, field

DAY = 86_400


@dataclass(frozen=True, slots=True)
class Profile:
    """What one kind of shop looks like.

    `days` is how far back orders reach, `presentment` the foreign currencies of some buyers as (code, units for one unit of the shop's),
    `wide_products` gives single products (by position) more variants than the rest, `big_orders` single orders many lines, and `odd`
    shops show what integrations rarely expect. The clock offset is constant: each zone named here knows no summer time.
    """

    sizes: Mapping[str, int]
    currency: str
    country: str
    zone: str
    offset_minutes: int
    days: int
    taxes_included: bool
    taxes: tuple[tuple[str, float], ...]
    presentment: tuple[tuple[str, float], ...] = ()
    name_prefix: str = "#"
    name_suffix: str = ""
    wide_products: Mapping[int, int] = field(default_factory=dict)
    big_orders: Mapping[int, int] = field(default_factory=dict)
    odd: bool = False


ARIZONA = (("Arizona State Tax", 0.056), ("Mesa County Tax", 0.027))

PROFILES: Mapping[str, Profile] = {
    "large": Profile(
        sizes={"orders": 20_000, "products": 1_250, "variants_per_product": 4, "customers": 4_000, "locations": 3},
        currency="USD",
        country="US",
        zone="America/Phoenix",
        offset_minutes=-420,
        days=1_461,
        taxes_included=False,
        taxes=ARIZONA,
        presentment=(("CAD", 1.37), ("EUR", 0.92), ("GBP", 0.79)),
    ),
    "variants": Profile(
        sizes={"orders": 900, "products": 60, "variants_per_product": 100, "customers": 300, "locations": 2},
        currency="EUR",
        country="DE",
        zone="Europe/Istanbul",
        offset_minutes=180,
        days=400,
        taxes_included=True,
        taxes=(("MwSt", 0.19),),
        wide_products={3: 260},
    ),
    "small": Profile(
        sizes={"orders": 40, "products": 12, "variants_per_product": 4, "customers": 15, "locations": 2},
        currency="USD",
        country="US",
        zone="America/Phoenix",
        offset_minutes=-420,
        days=45,
        taxes_included=False,
        taxes=ARIZONA,
        presentment=(("EUR", 0.92),),
        wide_products={2: 100},
        big_orders={33: 200},
    ),
    "odd": Profile(
        sizes={"orders": 120, "products": 30, "variants_per_product": 3, "customers": 40, "locations": 3},
        currency="JPY",
        country="JP",
        zone="Asia/Tokyo",
        offset_minutes=540,
        days=200,
        taxes_included=True,
        taxes=(("Consumption tax", 0.1),),
        presentment=(("KWD", 0.002), ("USD", 0.0067), ("INR", 0.56)),
        name_prefix="ODD/",
        name_suffix="-jp",
        big_orders={33: 200},
        odd=True,
    ),
}
