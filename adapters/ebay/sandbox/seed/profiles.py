"""The kinds of seller the sandbox can play: how many rows, from when to when, on which marketplace."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

SIGNED_MARKETPLACES = frozenset({"EBAY_GB", "EBAY_DE", "EBAY_FR", "EBAY_IT", "EBAY_ES"})


@dataclass(frozen=True, slots=True)
class Profile:
    """One kind of seller.

    `variants` is how many the largest group has; every `grouped_every`-th other product has a few too. `since` and `until` are ISO
    dates in UTC, `tax` in hundredths of a percent; `drawn` stories are drawn by their shares, others dealt out in turn.
    """

    SIZES: ClassVar[tuple[str, ...]] = ("orders", "products", "variants", "buyers", "locations")

    orders: int
    products: int
    variants: int
    buyers: int
    locations: int
    grouped_every: int
    since: str
    until: str
    marketplace: str
    currency: str
    country: str
    locale: str
    tax: int
    range: str
    drawn: bool = True
    immutable_usernames: bool = False

    def resized(self, sizes: Mapping[str, int]) -> "Profile":
        """Return the profile with other row counts."""
        return replace(self, **dict(sizes))  # type: ignore[arg-type]

    @property
    def signed(self) -> bool:
        """Whether the platform asks sellers there for digital signatures."""
        return self.marketplace in SIGNED_MARKETPLACES


PROFILES: dict[str, Profile] = {
    "collector": Profile(
        orders=4200,
        products=900,
        variants=40,
        buyers=2600,
        locations=3,
        grouped_every=12,
        since="2025-01-10T09:00:00",
        until="2026-11-19T05:00:00",
        marketplace="EBAY_US",
        currency="USD",
        country="US",
        locale="en_US",
        tax=725,
        range="collectables",
    ),
    "parts": Profile(
        orders=1300,
        products=240,
        variants=120,
        buyers=700,
        locations=4,
        grouped_every=3,
        since="2025-06-02T07:00:00",
        until="2026-11-19T04:00:00",
        marketplace="EBAY_GB",
        currency="GBP",
        country="GB",
        locale="en_GB",
        tax=2000,
        range="parts",
        immutable_usernames=True,
    ),
    "small": Profile(
        orders=40,
        products=12,
        variants=60,
        buyers=15,
        locations=3,
        grouped_every=5,
        since="2026-09-01T16:00:00",
        until="2026-11-18T20:00:00",
        marketplace="EBAY_US",
        currency="USD",
        country="US",
        locale="en_US",
        tax=725,
        range="collectables",
        drawn=False,
    ),
}
