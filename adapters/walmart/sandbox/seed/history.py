"""The order book as heads: when each order came, from which node it ships, what became of it, and what came back."""

from collections.abc import Mapping
from random import Random
from zlib import crc32

from adapters.walmart.sandbox.seed.catalogue import Item
from adapters.walmart.sandbox.seed.heads import SELLER, THIRD_PARTY, WFS, OrderHead, ReturnHead
from adapters.walmart.sandbox.seed.people import PLACEHOLDER
from adapters.walmart.sandbox.seed.plans import PLANS
from adapters.walmart.sandbox.seed.profiles import Profile

HOUR, DAY = 3_600, 86_400
LONG_ORDER = 2  # its plan in the small profile is "long"
LONG_LINES = 200
PLACEHOLDER_ORDER = 6
GUEST_ORDER = 4
METHODS = ("Value", "Standard", "Express", "OneDay", "Value", "Freight", "Value", "WhiteGlove", "Standard")
PROGRAMS = ("", "TWO_DAY", "", "ONE_DAY", "", "", "THREE_DAY")
NODE_TURN = (SELLER, SELLER, SELLER, SELLER, SELLER, WFS, THIRD_PARTY, SELLER)


def order_heads(store: str, profile: Profile, items: Mapping[str, Item], until: int) -> list[OrderHead]:
    """Return all orders of the seed, oldest first.

    Every thirteenth order shares its shopper's order and its second with the one before it.
    """
    draw = Random(f"{store}/orders")
    skus = list(items)
    heads: list[OrderHead] = []
    for place, created in enumerate(_times(draw, profile, until)):
        head = make_head(store, place, created, _plan(draw, profile, place), _lines(draw, place, skus))
        head.buyer = draw.randrange(max(profile.buyers, 1))
        head.guest = place == GUEST_ORDER or draw.random() < 0.15
        if place % 13 == 9:
            head.shopper, head.buyer, head.guest = heads[-1].shopper, heads[-1].buyer, heads[-1].guest
        if place == PLACEHOLDER_ORDER:
            head.email = PLACEHOLDER
        if head.plan.replacement:
            head.replaces = next((old.shopper for old in reversed(heads) if old.plan.replaced), heads[0].shopper if heads else "")
        head.modified = min(created + _delay(draw, head), max(until - HOUR, created))
        heads.append(head)
    return heads


def make_head(store: str, place: int, created: int, plan: str, lines: tuple[tuple[str, int], ...]) -> OrderHead:
    """Return an order; what Walmart ships itself is never left as new: there a seller has nothing to accept."""
    stem = crc32(store.encode()) % 89 + 10
    node_type = NODE_TURN[place % len(NODE_TURN)]
    if node_type != SELLER and PLANS[plan].open:
        plan = "accepted"
    return OrderHead(
        place=place,
        id=f"{place % 7 + 1}{stem}{7_919 * place % 10_000_000_000 + 3_456_789:010d}",
        shopper=f"2000{stem}{104_729 * place % 1_000_000_000 + 12_345:09d}",
        created=created,
        modified=created,
        ship_by=(created // DAY + 2) * DAY + 22 * HOUR,
        node_type=node_type,
        lines=lines,
        plan_name=plan,
        buyer=0,
        program=PROGRAMS[place % len(PROGRAMS)],
        method=METHODS[place % len(METHODS)],
    )


def return_heads(store: str, orders: list[OrderHead], until: int) -> list[ReturnHead]:
    """Return what came back: the whole of a refunded order, else its first line."""
    draw = Random(f"{store}/returns")
    heads: list[ReturnHead] = []
    for order in orders:
        if not order.plan.returned:
            continue
        lines = tuple(range(len(order.lines))) if order.plan.refund == "lines" else (0,)
        created = min(order.modified + draw.randrange(HOUR, 4 * DAY), max(until - HOUR, order.created))
        modified = created if order.plan.returned == "INITIATED" else min(created + 3 * DAY, max(until - HOUR // 2, order.created))
        order.modified = max(order.modified, modified)
        heads.append(make_return(len(heads), order, lines, created, modified))
    return heads


def make_return(place: int, order: OrderHead, lines: tuple[int, ...], created: int, modified: int) -> ReturnHead:
    """Return one return of an order."""
    return ReturnHead(place, f"1{order.id}{place % 10_000:04d}", order.id, lines, created, modified, order.plan.returned or "INITIATED")


def _times(draw: Random, profile: Profile, until: int) -> list[int]:
    """Return when orders came. A short history grows denser to its end, so that a week's default window is not empty."""
    count, span = profile.orders, profile.days * DAY - 2 * HOUR
    if profile.drawn:
        times = sorted(until - 2 * HOUR - draw.randrange(span) for _ in range(count))
    else:
        times = [until - 2 * HOUR - int(span * (1 - place / max(count - 1, 1)) ** 2) for place in range(count)]
    for place in range(1, count):
        if place % 13 == 9 or place in {5, 6} or (profile.drawn and draw.random() < 0.01):
            times[place] = times[place - 1]
    return times


def _plan(draw: Random, profile: Profile, place: int) -> str:
    if place == LONG_ORDER:
        return "long"
    newest = place - (profile.orders - profile.recent_orders)
    if newest >= 0:
        return profile.recent[newest % len(profile.recent)]
    return draw.choice(profile.turn) if profile.drawn else profile.turn[place % len(profile.turn)]


def _lines(draw: Random, place: int, skus: list[str]) -> tuple[tuple[str, int], ...]:
    if place == LONG_ORDER:
        return tuple((skus[turn % len(skus)], turn % 3 + 1) for turn in range(LONG_LINES))
    count = draw.choice((1, 1, 1, 2, 2, 3, 4))
    return tuple((draw.choice(skus), draw.choice((1, 1, 1, 2, 3, 12))) for _ in range(count))


def _delay(draw: Random, head: OrderHead) -> int:
    return draw.randrange(60, 8 * HOUR) if head.plan.open else draw.randrange(DAY, 9 * DAY)
