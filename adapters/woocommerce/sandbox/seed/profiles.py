"""The kinds of shop the sandbox can play: how many rows, how old, in which currency, with which oddities."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Profile:
    """One kind of shop.

    `variations` is how many the largest variable product has; every `variable_every`-th other product has a few too (0: none).
    `statuses` are dealt out in turn, or drawn when `drawn`; the newest twentieth then draws from `recent`. `guests` are per thousand
    orders, `since` and `until` ISO dates in UTC, `tax` in hundredths of a percent.
    """

    SIZES: ClassVar[tuple[str, ...]] = ("orders", "products", "variations", "customers")

    orders: int
    products: int
    variations: int
    customers: int
    variable_every: int
    since: str
    until: str
    timezone: str
    currency: str
    tax: int
    tax_label: str
    country: str
    statuses: tuple[str, ...]
    recent: tuple[str, ...] = ()
    drawn: bool = False
    guests: int = 0
    other_roles: int = 0
    fulfillments: bool = False
    prices_include_tax: bool = False
    odd: bool = False

    def resized(self, sizes: Mapping[str, int]) -> "Profile":
        """Return the profile with other row counts."""
        return replace(self, **dict(sizes))  # type: ignore[arg-type]


CORE_STATUSES = ("pending", "processing", "on-hold", "completed", "cancelled", "refunded", "failed", "checkout-draft")
PLUGIN_STATUSES = ("picked", "awaiting-pickup", "partially-shipped")

SMALL_TURN = ("completed", "processing", "completed", "on-hold", "completed", "pending", "completed", "cancelled", "processing", "refunded")
HISTORY_SHARES = {
    "completed": 700,
    "refunded": 45,
    "cancelled": 60,
    "failed": 45,
    "on-hold": 25,
    "processing": 30,
    "pending": 20,
    "picked": 25,
    "awaiting-pickup": 15,
    "partially-shipped": 10,
    "checkout-draft": 12,
    "trash": 13,
}
RECENT_SHARES = {"processing": 50, "completed": 20, "pending": 8, "on-hold": 10, "picked": 8, "checkout-draft": 4}
ODD_TURN = ("completed", "picked", "processing", "refunded", "on-hold", "partially-shipped", "trash", "pending", "failed", "completed")


def _dealt(shares: Mapping[str, int]) -> tuple[str, ...]:
    return tuple(status for status, share in shares.items() for _ in range(share))


PROFILES: dict[str, Profile] = {
    "history": Profile(
        orders=6000,
        products=400,
        variations=30,
        customers=1500,
        variable_every=6,
        since="2020-11-01T08:00:00",
        until="2026-11-19T05:00:00",
        timezone="America/Los_Angeles",
        currency="USD",
        tax=825,
        tax_label="CA Tax",
        country="US",
        statuses=_dealt(HISTORY_SHARES),
        recent=_dealt(RECENT_SHARES),
        drawn=True,
        guests=250,
        other_roles=12,
    ),
    "odd": Profile(
        orders=300,
        products=60,
        variations=100,
        customers=80,
        variable_every=7,
        since="2024-01-05T00:00:00",
        until="2026-11-19T03:00:00",
        timezone="Asia/Tokyo",
        currency="JPY",
        tax=1000,
        tax_label="Consumption tax",
        country="JP",
        statuses=ODD_TURN,
        guests=400,
        other_roles=3,
        fulfillments=True,
        prices_include_tax=True,
        odd=True,
    ),
    "small": Profile(
        orders=40,
        products=12,
        variations=100,
        customers=15,
        variable_every=0,
        since="2026-09-01T16:00:00",
        until="2026-10-31T20:00:00",
        timezone="America/Los_Angeles",
        currency="USD",
        tax=825,
        tax_label="CA Tax",
        country="US",
        statuses=SMALL_TURN,
        fulfillments=True,
    ),
}
