"""The order book as heads: when each order came, what became of it, who bought what, and what was paid back."""

from datetime import UTC, datetime
from random import Random

from adapters.woocommerce.sandbox.dates import instant_of
from adapters.woocommerce.sandbox.seed.facts import FIRST_CUSTOMER, GUESTS, Facts
from adapters.woocommerce.sandbox.table import Head

ORIGINS = ("checkout", "checkout", "store-api", "store-api", "admin", "rest-api", "subscription")
OPEN = frozenset({"pending", "checkout-draft", "failed", "on-hold"})
HOUR, DAY = 3600, 86_400
LONG_ORDER = 1
LONE_GUEST = 2
# One second in which a plugin touched more orders than fit on the largest page.
MASS_EDIT = instant_of("2024-03-05T18:00:00")
MASS_EDITED = 150


def order_heads(facts: Facts) -> list[Head]:
    """Return all orders of the seed, oldest first; their ids follow the wares'."""
    draw = Random(f"{facts.name}/orders")
    first_id = max(facts.wares) + 1
    sellable = [ware.id for ware in facts.wares.values() if not ware.children and (not ware.gone or facts.profile.drawn)]
    times = _times(facts, draw)
    heads = []
    for place, created in enumerate(times):
        status = _status(facts, draw, place)
        head = Head(first_id + place, created, _modified(facts, draw, created, status), status=status)
        head.owner, number = _buyer(facts, draw, place)
        head.type = draw.choice(ORIGINS)
        head.lines = _lines(draw, place, sellable)
        complete_head(facts, head, number)
        heads.append(head)
    _number_oddly(facts, heads)
    return heads


def complete_head(facts: Facts, head: Head, number: int) -> None:
    """Write the buyer and the order number into a head."""
    buyer = facts.person(number)
    head.label, head.mark = f"{buyer.name} {buyer.email}", str(head.id)


def buyer_of(head: Head) -> int:
    """Return the number of the person who placed an order: the customer, or one of the guests, who may come back."""
    return head.owner or GUESTS + head.id % 997


def refund_heads(facts: Facts, orders: list[Head]) -> list[Head]:
    """Return what was paid back; an order's time of change is that of its last refund. Ids follow the orders'."""
    draw = Random(f"{facts.name}/refunds")
    heads = []
    next_id = (orders[-1].id if orders else max(facts.wares)) + 1
    for place, order in enumerate(orders):
        for plan in _plans(facts, draw, order, place):
            created = order.modified = min(order.modified + HOUR, facts.until)
            heads.append(Head(next_id, created, created, parent=order.id, type=plan))
            next_id += 1
    _edit_many_at_once(facts, orders, {head.parent for head in heads})
    return heads


def new_order_head(facts: Facts, order_id: int, created: int) -> Head:
    """Return an order that comes in now: one or two wares for a guest."""
    draw = Random(f"{facts.name}/new/{order_id}")
    sellable = [ware.id for ware in facts.wares.values() if not ware.children and not ware.gone]
    head = Head(order_id, created, created, status="processing", type="checkout", lines=_lines(draw, 0, sellable)[:2])
    complete_head(facts, head, buyer_of(head))
    return head


def _times(facts: Facts, draw: Random) -> list[int]:
    last = facts.until - 12 * HOUR
    times = sorted(draw.randrange(facts.since, last) for _ in range(facts.profile.orders))
    for place in range(1, len(times)):
        if draw.random() < 0.02 or place == 5:
            times[place] = times[place - 1]
    if len(times) > 100:  # a shop with a history sells to the end of it
        times[-1] = last
    return times


def _status(facts: Facts, draw: Random, place: int) -> str:
    profile = facts.profile
    if not profile.drawn:
        return profile.statuses[place % len(profile.statuses)]
    recent = profile.recent and place >= profile.orders - profile.orders // 20
    return draw.choice(profile.recent if recent else profile.statuses)


def _modified(facts: Facts, draw: Random, created: int, status: str) -> int:
    delay = draw.randrange(60, 8 * HOUR) if status in OPEN else draw.randrange(DAY, 9 * DAY)
    return min(created + delay, facts.until - HOUR)


def _buyer(facts: Facts, draw: Random, place: int) -> tuple[int, int]:
    """Return the customer (0 for a guest) and the person's number."""
    profile = facts.profile
    guest = draw.randrange(1000) < profile.guests or place == LONE_GUEST or not profile.customers
    owner = 0 if guest else FIRST_CUSTOMER + draw.randrange(profile.customers)
    order_id = max(facts.wares) + 1 + place
    return owner, buyer_of(Head(order_id, 0, 0, owner=owner))


def _lines(draw: Random, place: int, sellable: list[int]) -> tuple[tuple[int, int], ...]:
    if not sellable:
        return ()
    if place == LONG_ORDER:
        return tuple((sellable[turn % len(sellable)], turn % 3 + 1) for turn in range(200))
    count = draw.choice((1, 1, 1, 2, 2, 3, 4, 6))
    return tuple((draw.choice(sellable), draw.choice((1, 1, 1, 2, 3, 12))) for _ in range(count))


def _number_oddly(facts: Facts, heads: list[Head]) -> None:
    """A numbering plugin was installed after the first tenth of the orders; it starts again each year."""
    counts: dict[int, int] = {}
    for head in heads[len(heads) // 10 :] if facts.profile.odd else []:
        year = datetime.fromtimestamp(head.created, UTC).year
        counts[year] = counts.get(year, 0) + 1
        head.mark = f"KI-{year}-{counts[year]}"


def _plans(facts: Facts, draw: Random, order: Head, place: int) -> tuple[str, ...]:
    if not any(facts.wares[ware].price for ware, _ in order.lines):
        return ()
    if order.status == "refunded":
        return ("all lines",) if place % 3 else ("whole sum",)
    if order.status != "completed":
        return ()
    # A refund of the only unit would be one of the whole order, which has a status of its own.
    line = "one line" if sum(quantity for _, quantity in order.lines) > 1 else "some money"
    if facts.profile.drawn:
        chance = draw.randrange(100)
        return (line,) if chance < 4 else ("some money",) if chance < 7 else ("some money", "some money") if chance < 8 else ()
    return {4: (line,), 12: ("some money",), 24: ("some money", "some money")}.get(place % 30, ())


def _edit_many_at_once(facts: Facts, orders: list[Head], refunded: set[int]) -> None:
    if not facts.profile.drawn:
        return
    old = [head for head in orders if head.modified < MASS_EDIT - 90 * DAY and head.id not in refunded]
    for head in old[-MASS_EDITED:]:
        head.modified = MASS_EDIT
