"""The order book as heads: when each order came and from where, what became of it, who ships it, what was paid back."""

from dataclasses import dataclass
from random import Random

from adapters.amazon.sandbox.instants import DAY, HOUR, MINUTE, instant_of
from adapters.amazon.sandbox.markets import ELSEWHERE
from adapters.amazon.sandbox.seed.facts import Facts

LONG_ORDER = 0
TIED = (3, 4, 5, 6)  # placed in the very same moment
SAME_SECOND = (8, 9, 10)  # placed in one second, some milliseconds apart
TOUCHED_TOGETHER = (12, 14, 16, 18, 20)  # changed in the very same moment
LASTING: dict[str, tuple[int, int]] = {
    "PENDING_AVAILABILITY": (MINUTE, HOUR),
    "PENDING": (MINUTE, HOUR),
    "UNSHIPPED": (10 * MINUTE, 6 * HOUR),
    "PARTIALLY_SHIPPED": (DAY, 3 * DAY),
    "SHIPPED": (DAY, 7 * DAY),
    "CANCELLED": (HOUR, 2 * DAY),
    "UNFULFILLABLE": (HOUR, DAY),
}
REFUNDS = ("full", "partial", "twice")
SHIPPING = frozenset({"SHIPPED", "PARTIALLY_SHIPPED"})


@dataclass(slots=True)
class OrderHead:
    """What lists need to know of an order; times are milliseconds. `amazon` tells who ships, `refund` is one of REFUNDS or empty.

    `market` is a marketplace id, ELSEWHERE for orders of other channels.
    """

    id: str
    place: int
    created: int
    updated: int
    status: str
    market: str
    amazon: bool
    refund: str = ""

    @property
    def fulfilled_by(self) -> str:
        """Who ships the order, in the platform's words."""
        return "AMAZON" if self.amazon else "MERCHANT"


def order_heads(facts: Facts) -> list[OrderHead]:
    """Return all orders of the seed, oldest first."""
    draw = Random(f"{facts.name}/orders")
    heads = [_head(facts, draw, place, created) for place, created in enumerate(_times(facts, draw))]
    moment = max((heads[place].updated for place in TOUCHED_TOGETHER if place < len(heads)), default=0)
    for place in TOUCHED_TOGETHER:
        if place < len(heads):
            heads[place].updated = moment
    return heads


def new_order_head(facts: Facts, place: int, created: int) -> OrderHead:
    """Return an order that comes in now, to be shipped by the seller."""
    return OrderHead(facts.order_id(place), place, created, created, "UNSHIPPED", facts.markets[0].id, amazon=False)


def _times(facts: Facts, draw: Random) -> list[int]:
    start, end = instant_of(facts.profile.since), instant_of(facts.profile.until)
    times = sorted(draw.randrange(start, end) for _ in range(facts.profile.orders))
    if len(times) > max(SAME_SECOND):
        for place in TIED:
            times[place] = times[TIED[0]]
        second = times[SAME_SECOND[0]] // 1000 * 1000
        for spot, place in enumerate(SAME_SECOND):
            times[place] = second + 111 * spot
        times.sort()
    return times


def _head(facts: Facts, draw: Random, place: int, created: int) -> OrderHead:
    profile, status = facts.profile, _status(facts, draw, place)
    market = draw.choices(facts.markets, weights=[4 ** (len(facts.markets) - spot) for spot in range(len(facts.markets))])[0].id
    dealt = draw.randrange(100) if profile.drawn else place * 37 % 100
    amazon = dealt < profile.amazon and status != "PARTIALLY_SHIPPED"
    if place == LONG_ORDER:
        status, market, amazon = "SHIPPED", facts.markets[0].id, False
    if status == "UNFULFILLABLE" or (place % 17 == 16 and status == "SHIPPED"):
        market, amazon = ELSEWHERE, True
    latest = instant_of(profile.until) - (profile.orders - place) * 1000
    updated = max(created, min(created + draw.randrange(*LASTING[status]), latest))
    head = OrderHead(facts.order_id(place), place, created, updated, status, market, amazon)
    if status == "SHIPPED" and market != ELSEWHERE and place % 6 in {2, 4} and updated - created > HOUR:
        head.refund = REFUNDS[place // 6 % len(REFUNDS)]
    return head


def _status(facts: Facts, draw: Random, place: int) -> str:
    profile = facts.profile
    if not profile.drawn:
        return profile.statuses[place % len(profile.statuses)]
    newest = place >= profile.orders - profile.orders // 20
    return draw.choice(profile.recent if newest else profile.statuses)
