"""The kinds of sellers a store can be: how much of everything there is, and what becomes of the orders."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Profile:
    """A kind of seller.

    `turn` are the order plans dealt in turn (or drawn, when `drawn`), `recent` those of the newest orders, so many as `recent_orders`.
    `days` is the length of the history, `group_every` says which products are variant groups.
    """

    orders: int
    products: int
    variants: int
    buyers: int
    days: int
    turn: tuple[str, ...]
    recent: tuple[str, ...]
    recent_orders: int
    group_every: int = 0
    drawn: bool = False
    odd: bool = False


SMALL_TURN = (
    *("shipped", "delivered", "long", "refunded", "cancelled", "parcels", "returned", "short", "goodwill", "delivered", "replaced"),
    *("replacement", "shipped", "out of stock", "received", "refunded", "new"),
)
RECENT_TURN = ("accepted", "partly", "new", "half new", "shipped", "unwanted", "new", "packed twice", "accepted", "new")
ODD_TURN = (
    *("parcels", "drifted", "goodwill", "refunded", "short", "half new", "replaced", "replacement", "delivered", "cancelled", "partly"),
    *("returned", "received", "out of stock", "new", "drifted", "shipped"),
)
STEADY_SHARES = {
    "delivered": 560,
    "shipped": 130,
    "parcels": 60,
    "refunded": 45,
    "returned": 25,
    "received": 15,
    "replaced": 10,
    "goodwill": 25,
    "cancelled": 35,
    "out of stock": 30,
    "short": 20,
    "new": 15,
    "drifted": 10,
}


def _dealt(shares: Mapping[str, int]) -> tuple[str, ...]:
    return tuple(plan for plan, share in shares.items() for _ in range(share))


PROFILES: dict[str, Profile] = {
    "steady": Profile(
        orders=3600,
        products=420,
        variants=24,
        buyers=2200,
        days=176,
        turn=_dealt(STEADY_SHARES),
        recent=RECENT_TURN,
        recent_orders=60,
        group_every=7,
        drawn=True,
    ),
    "odd": Profile(
        orders=320,
        products=70,
        variants=90,
        buyers=60,
        days=170,
        turn=ODD_TURN,
        recent=RECENT_TURN,
        recent_orders=20,
        group_every=9,
        odd=True,
    ),
    "small": Profile(orders=40, products=12, variants=60, buyers=15, days=60, turn=SMALL_TURN, recent=RECENT_TURN, recent_orders=10),
}
