"""The kinds of store there are: how much of everything, in which currencies, with what oddities."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any


@dataclass(frozen=True, slots=True)
class View:
    """A store view: `rate` is how many ten-thousandths of its currency one of the base currency is worth."""

    id: int
    code: str
    name: str
    website: int
    currency: str
    rate: int = 10_000


@dataclass(frozen=True, slots=True)
class Source:
    """A place that keeps stock, in the order in which its stock prefers it."""

    code: str
    name: str
    enabled: bool
    country: str
    city: str
    postcode: str


@dataclass(frozen=True, slots=True)
class Profile:
    """One kind of store; `variants` is how many the largest product has, `drawn` whether stories are drawn or come in turn."""

    orders: int
    products: int
    customers: int
    variants: int
    since: str
    until: str
    timezone: str
    country: str
    tax: int
    views: tuple[View, ...]
    sources: tuple[Source, ...]
    base_currency: str = "USD"
    websites: tuple[str, ...] = ("base",)
    drawn: bool = True
    odd: bool = False

    def resized(self, sizes: Mapping[str, int]) -> "Profile":
        """Return the profile with other counts. ValueError for a count there is not."""
        unknown = sorted(set(sizes) - set(SIZES))
        if unknown:
            raise ValueError(f"{', '.join(unknown)} is no size; there are {', '.join(SIZES)}")
        chosen: dict[str, Any] = dict(sizes)
        return replace(self, **chosen)

    def view(self, code: str) -> View | None:
        """Return the store view of that code."""
        return next((view for view in self.views if view.code == code), None)


SIZES = ("orders", "products", "customers", "variants")

DEFAULT = Source("default", "Default Source", enabled=True, country="US", city="Pinefield", postcode="00000")
EAST = Source("east", "East Warehouse", enabled=True, country="US", city="Stonebridge", postcode="10012")
ATTIC = Source("attic", "The Attic", enabled=False, country="US", city="Pinefield", postcode="97035")
RHINE = Source("rhine", "Lager Rhein", enabled=True, country="DE", city="Rheinau", postcode="76275")
COUNTER = Source("counter-1", "Shop Counter", enabled=True, country="US", city="Millbrook", postcode="94016")

PROFILES: dict[str, Profile] = {
    # A growing outdoor shop that opened a euro view two years ago and ships from two warehouses.
    "outfitter": Profile(
        orders=3600,
        products=420,
        customers=1900,
        variants=48,
        since="2022-03-14T09:00:00",
        until="2026-11-19T04:00:00",
        timezone="America/Los_Angeles",
        country="US",
        tax=825,
        views=(View(1, "default", "Default Store View", 1, "USD"), View(2, "eu", "Europe", 1, "EUR", 9216)),
        sources=(DEFAULT, EAST, ATTIC, RHINE),
    ),
    # An old stationer with everything unusual: odd SKUs, names, bundles, two websites, lists that say less than single reads.
    "curious": Profile(
        orders=700,
        products=130,
        customers=300,
        variants=120,
        since="2021-05-02T09:00:00",
        until="2026-11-19T02:00:00",
        timezone="Europe/Berlin",
        country="DE",
        tax=1900,
        base_currency="EUR",
        websites=("base", "wholesale"),
        views=(View(1, "default", "Deutsch", 1, "EUR"), View(2, "en", "English", 1, "EUR"), View(3, "trade", "Trade", 2, "EUR")),
        sources=(replace(DEFAULT, country="DE", city="Rheinau", postcode="76275"), RHINE, COUNTER, ATTIC),
        odd=True,
    ),
    "small": Profile(
        orders=40,
        products=12,
        customers=15,
        variants=24,
        since="2026-09-01T16:00:00",
        until="2026-10-31T20:00:00",
        timezone="America/Los_Angeles",
        country="US",
        tax=825,
        views=(View(1, "default", "Default Store View", 1, "USD"), View(2, "eu", "Europe", 1, "EUR", 9216)),
        sources=(DEFAULT, EAST, ATTIC),
        drawn=False,
    ),
}
