"""The order book as light rows: when each order came, what became of it, who bought what."""

from dataclasses import dataclass
from random import Random

from adapters.ebay.sandbox.dates import DAY, HOUR, SECOND
from adapters.ebay.sandbox.seed.events import Case, Parcel, Refund
from adapters.ebay.sandbox.seed.facts import Facts
from adapters.ebay.sandbox.seed.stories import RECENT_SHARES, SHARES, SMALL_TURN, STORIES, Story, dealt

LONG_ORDER = 1
LONG_LINES = 200
TIED = (5, 6)  # they came in the same instant as the order before them
NEARLY_TIED = 11  # in the same second as the one before it, some milliseconds later
CHANGED_TOGETHER = (20, 21, 22)


@dataclass(slots=True)
class Head:
    """What lists need to know of an order; instants in milliseconds since 1970.

    `settled` is when the seeded story ended, and stays; `modified` moves on with every change. `basket` has (number of the ware,
    quantity) for each line. `number` is the order's place in the book and fixes everything else in it, but for the parcels, refunds and
    cancellations that were written: once there is such a list it holds them all, and the story tells none.
    """

    number: int
    id: str
    created: int
    settled: int
    modified: int
    story: Story
    buyer: int
    basket: tuple[tuple[int, int], ...]
    parcels: list[Parcel] | None = None
    refunds: list[Refund] | None = None
    cases: list[Case] | None = None

    @property
    def refunded(self) -> bool:
        """Whether any refund was ever asked for."""
        return bool(self.story.refunds if self.refunds is None else self.refunds)

    def moment(self, share: float) -> int:
        """Return an instant between the order and the end of its story, in whole seconds."""
        return self.created + int((self.settled - self.created) * share) // SECOND * SECOND


def heads_of(facts: Facts, wares: int) -> list[Head]:
    """Return all orders of the seed, oldest first."""
    draw = Random(f"{facts.store}/orders")
    profile = facts.profile
    usual, recent = dealt(SHARES), dealt(RECENT_SHARES)
    heads = []
    for number, created in enumerate(_times(facts, draw)):
        late = number >= profile.orders - profile.orders // 20
        name = draw.choice(recent if late else usual) if profile.drawn else SMALL_TURN[number % len(SMALL_TURN)]
        story = STORIES[name]
        settled = min(
            created + (draw.randrange(HOUR, 12 * HOUR) if story.shipped == "NOT_STARTED" else draw.randrange(2 * DAY, 12 * DAY)),
            facts.until,
        )
        basket = _basket(story, draw, number, wares)
        buyer = draw.randrange(profile.buyers) if profile.buyers else number
        heads.append(Head(number, order_id(number), created, settled, settled, story, buyer, basket))
    _change_together(heads)
    return heads


def new_head(facts: Facts, number: int, created: int, wares: int) -> Head:
    """Return an order that comes in now."""
    draw = Random(f"{facts.store}/new/{number}")
    return Head(
        number, order_id(number), created, created, created, STORIES["new"], number, _basket(STORIES["new"], draw, number, wares)[:2]
    )


def order_id(number: int) -> str:
    """Write the order's id, which tells nothing of its place."""
    mixed = (number * 7_919_003 + 1_478_665_872) % 10_000_000_000
    return f"{number % 23 + 10}-{mixed // 100_000:05d}-{mixed % 100_000:05d}"


def _times(facts: Facts, draw: Random) -> list[int]:
    last = facts.until - 12 * HOUR
    times = sorted(draw.randrange(facts.since, last) for _ in range(facts.profile.orders))
    for place in range(1, len(times)):
        if place in TIED or (facts.profile.drawn and draw.random() < 0.02):
            times[place] = times[place - 1]
        elif place == NEARLY_TIED:
            times[place - 1] -= times[place - 1] % SECOND
            times[place] = times[place - 1] + 417
    if len(times) > 100:  # a seller with a history sells to the end of it
        times[-1] = last
    return sorted(times)


def _basket(story: Story, draw: Random, number: int, wares: int) -> tuple[tuple[int, int], ...]:
    if not wares:
        return ()
    if number == LONG_ORDER:
        return tuple((turn % wares, turn % 3 + 1) for turn in range(LONG_LINES))
    count = draw.choice((1, 1, 1, 1, 2, 2, 3, 5))
    lines = [(draw.randrange(wares), draw.choice((1, 1, 1, 1, 2, 3))) for _ in range(count)]
    if story.parcels > 1 and sum(quantity for _, quantity in lines) < story.parcels:
        lines[0] = (lines[0][0], story.parcels)
    return tuple(lines)


def _change_together(heads: list[Head]) -> None:
    """Some orders changed in one instant, as when a seller prints labels for a batch."""
    batch = [heads[place] for place in CHANGED_TOGETHER if place < len(heads)]
    for head in batch:
        head.settled = head.modified = batch[-1].settled
