"""The kinds of seller the sandbox can play: how much they sell, since when, and in which marketplaces."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

US, CA, MX = "ATVPDKIKX0DER", "A2EUQ1WTGCTBG2", "A1AM78C64UM0Y8"
DE, FR, UK, SE = "A1PA6795UKMFR9", "A13V1IB3VIYZZH", "A1F83G8C2ARO7P", "A2NODRKZP88ZB9"

ALL_STATUSES = ("PENDING_AVAILABILITY", "PENDING", "UNSHIPPED", "PARTIALLY_SHIPPED", "SHIPPED", "CANCELLED", "UNFULFILLABLE")


@dataclass(frozen=True, slots=True)
class Profile:
    """One kind of seller.

    `variations` is how many children the first product has; every `variable_every`-th other product has a few too (0: none).
    `statuses` are dealt out in turn, or drawn when `drawn`; the newest twentieth then draws from `recent`. `amazon` is how many of a
    hundred orders Amazon fulfils. `since` and `until` are ISO times in UTC. `locations` are supply sources (0: not enrolled).
    """

    SIZES: ClassVar[tuple[str, ...]] = ("orders", "products", "variations", "locations")

    orders: int
    products: int
    variations: int
    locations: int
    marketplaces: tuple[str, ...]
    since: str
    until: str
    statuses: tuple[str, ...]
    recent: tuple[str, ...] = ()
    drawn: bool = False
    variable_every: int = 0
    amazon: int = 35
    longest: int = 200

    def resized(self, sizes: Mapping[str, int]) -> "Profile":
        """Return the profile with other row counts."""
        return replace(self, **dict(sizes))  # type: ignore[arg-type]


SMALL_TURN = (
    "SHIPPED",
    "UNSHIPPED",
    "SHIPPED",
    "PENDING",
    "SHIPPED",
    "PARTIALLY_SHIPPED",
    "SHIPPED",
    "CANCELLED",
    "SHIPPED",
    "UNFULFILLABLE",
    "SHIPPED",
    "UNSHIPPED",
    "SHIPPED",
    "PENDING_AVAILABILITY",
)
ODD_TURN = ("SHIPPED", "CANCELLED", "PARTIALLY_SHIPPED", "UNSHIPPED", "SHIPPED", "PENDING", "UNFULFILLABLE", "PENDING_AVAILABILITY")
HISTORY_SHARES = {"SHIPPED": 900, "CANCELLED": 70, "UNSHIPPED": 12, "PARTIALLY_SHIPPED": 10, "UNFULFILLABLE": 5, "PENDING_AVAILABILITY": 3}
RECENT_SHARES = {"UNSHIPPED": 50, "SHIPPED": 25, "PENDING": 15, "PARTIALLY_SHIPPED": 6, "CANCELLED": 4}


def _dealt(shares: Mapping[str, int]) -> tuple[str, ...]:
    return tuple(status for status, share in shares.items() for _ in range(share))


PROFILES: dict[str, Profile] = {
    "history": Profile(
        orders=5000,
        products=420,
        variations=36,
        locations=0,
        marketplaces=(US, CA, MX),
        since="2024-12-10T09:00:00Z",
        until="2026-11-19T05:00:00Z",
        statuses=_dealt(HISTORY_SHARES),
        recent=_dealt(RECENT_SHARES),
        drawn=True,
        variable_every=5,
        amazon=60,
    ),
    "odd": Profile(
        orders=320,
        products=60,
        variations=120,
        locations=3,
        marketplaces=(DE, FR, UK, SE),
        since="2025-01-10T00:00:00Z",
        until="2026-11-19T03:00:00Z",
        statuses=ODD_TURN,
        variable_every=4,
    ),
    "small": Profile(
        orders=40,
        products=12,
        variations=100,
        locations=2,
        marketplaces=(US, CA),
        since="2026-09-01T16:00:00Z",
        until="2026-10-31T20:00:00Z",
        statuses=SMALL_TURN,
    ),
}
