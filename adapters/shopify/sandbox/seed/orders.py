"""Orders as lists and filters see them: who, when, which fate. Their lines, money and parcels follow from the same dice when asked for."""

from bisect import bisect
from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random

from adapters.shopify.sandbox.seed.identifiers import BASES, dice, pick
from adapters.shopify.sandbox.seed.people import Person
from adapters.shopify.sandbox.seed.profiles import DAY, Profile
from adapters.shopify.sandbox.seed.scenarios import SCENARIOS, STEPS, Scenario
from adapters.shopify.sandbox.seed.words import FIRST_NAMES, LAST_NAMES, ORDER_TAGS

ORDER_DICE, PICK_DICE, TIME_DICE = 4, 5, 6
FIRST_NUMBER = 1001
# Orders at these places show what else a shop must expect.
SHOWN_GUEST, SHOWN_TEST = 10, 7
NIGHT_RUN = 3 * 3_600


@dataclass(slots=True)
class Order:
    """One order's head; times in epoch seconds, 0 for never.

    `settled` is when its own story ended: later changes move `updated` only. `picks` are (variant index or -1 for a custom line,
    quantity).
    """

    id: int
    index: int
    number: int
    name: str
    created: int
    processed: int
    updated: int
    settled: int
    cancelled: int
    closed: int
    customer: int | None
    email: str | None
    withheld: bool
    financial: str
    fulfillment: str
    returned: str
    scenario: Scenario
    source: str
    test: bool
    tags: tuple[str, ...]
    picks: tuple[tuple[int, int], ...]


def orders(seed: int, profile: Profile, count: int, people: Sequence[Person], variant_count: int, start: int, end: int) -> list[Order]:
    """Invent the order book, oldest first; each buyer is one who was a customer by then."""
    moments = _moments(dice(seed, TIME_DICE, 0), count, start, end)
    return [
        order(seed, profile, index, moment, people[: max(1, len(people) * (index + 1) // count)], variant_count, end)
        for index, moment in enumerate(moments)
    ]


def order(seed: int, profile: Profile, index: int, created: int, people: Sequence[Person], variant_count: int, end: int) -> Order:
    """Invent one order made at a given time."""
    roll = dice(seed, ORDER_DICE, index)
    scenario = _fate(roll, index)
    buyer = None if index == SHOWN_GUEST or roll.random() < 0.1 or not people else people[int(roll.random() * len(people))]
    if scenario.source == "pos" and index % 2:
        buyer = None
    settled = _settled(roll, scenario, created, end)
    imported = roll.random() < 0.01
    number = FIRST_NUMBER + index
    return Order(
        id=BASES["Order"] + index,
        index=index,
        number=number,
        name=f"{profile.name_prefix}{number}{profile.name_suffix}",
        created=created,
        processed=created - int(roll.random() * (90 * DAY if imported else 3)),
        updated=settled,
        settled=settled,
        cancelled=settled if scenario.cancel else 0,
        closed=settled if scenario.fulfillment == "FULFILLED" and scenario.financial in {"PAID", "REFUNDED"} and roll.random() < 0.7 else 0,
        customer=buyer.id if buyer else None,
        email=buyer.email if buyer else _guest_email(roll, profile, scenario, index),
        withheld=buyer.withheld if buyer else profile.odd and index % 3 == 1,
        financial=scenario.financial,
        fulfillment=scenario.fulfillment,
        returned=scenario.returned,
        scenario=scenario,
        source=scenario.source if roll.random() < 0.93 else pick(roll, ("shopify_draft_order", "580111", "subscription_contract")),
        test=index == SHOWN_TEST or roll.random() < 0.008,
        tags=tuple(sorted(tag for tag in ORDER_TAGS if roll.random() < 0.08)),
        picks=_picks(seed, profile, index, variant_count, digital=scenario.fulfillment == "FULFILLMENT_NOT_REQUIRED"),
    )


def fresh(head: Order) -> Order:
    """Return the head of an order that was placed this moment: paid, nothing sent."""
    scenario = SCENARIOS[1]
    return replace(
        head, processed=head.created, updated=head.created, settled=head.created, cancelled=0, closed=0, scenario=scenario,
        returned="NO_RETURN", financial=scenario.financial, fulfillment=scenario.fulfillment, source="web", test=False,
    )  # fmt: skip


def _moments(roll: Random, count: int, start: int, end: int) -> list[int]:
    """Spread orders over the years: more each year, fewest before dawn, now and then two in one second."""
    span = end - start - 2 * DAY
    made: list[int] = []
    for at in range(count):
        day = int(span * ((at + roll.random()) / count) ** 0.75) // DAY
        second = int(roll.triangular(0, DAY, 0.7 * DAY))
        made.append(start + day * DAY + second)
    made.sort()
    for at in range(1, count):
        if roll.random() < 0.02 or at == 20:
            made[at] = made[at - 1]
    return made


def _fate(roll: Random, index: int) -> Scenario:
    drawn = roll.random()
    return SCENARIOS[index if index < len(SCENARIOS) else bisect(STEPS, drawn * STEPS[-1])]


def _settled(roll: Random, scenario: Scenario, created: int, end: int) -> int:
    days = 25 if scenario.refund else 0.2 if scenario.fulfillment == "UNFULFILLED" else 6
    settled = created + 120 + int(roll.random() * days * DAY)
    if roll.random() < 0.05:
        settled = (settled // DAY + 1) * DAY + NIGHT_RUN
    return min(settled, max(end, created + 120))


def _guest_email(roll: Random, profile: Profile, scenario: Scenario, index: int) -> str | None:
    if scenario.source == "pos" or (profile.odd and index % 3 == 1):
        return None
    return f"{pick(roll, FIRST_NAMES)}.{pick(roll, LAST_NAMES)}.guest{index}@example.com".lower()


def _picks(seed: int, profile: Profile, index: int, variant_count: int, *, digital: bool) -> tuple[tuple[int, int], ...]:
    roll = dice(seed, PICK_DICE, index)
    if digital:
        return ((-2, 1),)
    count = profile.big_orders.get(index) or 1 + int(roll.random() ** 2 * 5)
    custom = profile.odd or roll.random() < 0.02
    return tuple(
        (-1 if custom and at == 0 and index % 2 else int(roll.random() * variant_count), 1 + int(roll.random() ** 3 * 4))
        for at in range(count)
    )
