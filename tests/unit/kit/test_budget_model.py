"""Random traffic against a model of a platform's leaky bucket: whatever is sent, the platform never has to refuse it.

The model is honest and knows nothing of the budget: a request costs its asked points on arrival and gets back what it did not need, each
answer tells what was left at that moment. Requests arrive late, answers overtake each other, and two processes do not know of each other.
"""

import itertools
from dataclasses import dataclass, field

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as some
from redis.asyncio import Redis

from adapters.kit.budget import Budget, Lease, Report
from adapters.kit.calls import Priority
from adapters.kit.manifest import Limits
from tests.support.clock import SleepyClock

SCOPES = itertools.count()


@dataclass
class Platform:
    """A leaky bucket; `refused` are the requests that found too little in it."""

    points: float
    refill: float
    clock: SleepyClock
    refused: list[float] = field(default_factory=list)
    level: float = 0
    at: float = 0

    def __post_init__(self) -> None:
        self.level = self.points

    def answer(self, asked: float, actual: float) -> Report:
        self.level = min(self.points, self.level + (self.clock.seconds - self.at) * self.refill)
        self.at = self.clock.seconds
        if self.level < asked - 1e-6:
            self.refused.append(asked)
            actual = 0
        self.level -= actual
        return Report(actual=actual, available=self.level, points=self.points, refill=self.refill)


@dataclass
class Flight:
    """A request under way; `report` is None until it arrived at the platform."""

    owner: Budget
    lease: Lease
    actual: float
    report: Report | None = None


Step = tuple[str, int, int, float]
KINDS = ("take", "take", "arrive", "settle", "lose", "wait")
STEPS = some.lists(some.tuples(some.sampled_from(KINDS), some.integers(0, 9), some.integers(1, 60), some.floats(0, 1)), max_size=40)


async def play(fast: Redis, platform: Platform, steps: list[Step]) -> int:
    """Run the steps; returns how many requests arrived at the platform."""
    limits = Limits(points=100, refill=10, concurrency=20, most=20)
    scope = f"model/{next(SCOPES)}"
    processes = [Budget(fast, scope, limits, platform.clock) for _ in range(2)]
    under_way: list[Flight] = []
    arrived = 0
    for number, (step, which, cost, share) in enumerate(steps):
        waiting = [flight for flight in under_way if flight.report is None]
        answered = [flight for flight in under_way if flight.report is not None]
        if step == "take":
            owner, lease = processes[which % 2], Lease(f"{scope}-{number}", cost)
            if await owner._try(lease, tuple(Priority)[which % 4]) == 0:
                under_way.append(Flight(owner, lease, round(cost * share)))
        elif step == "arrive" and waiting:
            flight = waiting[which % len(waiting)]
            flight.report = platform.answer(flight.lease.cost, flight.actual)
            arrived += 1
        elif step == "settle" and answered:
            flight = answered[which % len(answered)]
            await flight.owner.settle(flight.lease, flight.report or Report())
            under_way.remove(flight)
        elif step == "lose" and answered:
            flight = answered[which % len(answered)]
            await flight.owner.settle(flight.lease, Report())
            under_way.remove(flight)
        elif step == "wait":
            platform.clock.advance(share * 5)
    return arrived


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(steps=[("take", 0, 60, 1.0), ("wait", 0, 1, 1.0), ("take", 0, 60, 1.0), ("arrive", 0, 1, 0.0), ("arrive", 0, 1, 0.0)])
@example(
    steps=[
        *(("take", 0, 40, 1.0), ("take", 1, 50, 1.0), ("arrive", 0, 1, 0.0), ("arrive", 0, 1, 0.0)),
        *(("settle", 1, 1, 0.0), ("settle", 0, 1, 0.0), ("take", 0, 50, 1.0), ("arrive", 0, 1, 0.0)),
    ]
)
@given(steps=STEPS)
async def test_the_platform_never_has_to_refuse(fast: Redis, steps: list[Step]) -> None:
    platform = Platform(100, 10, SleepyClock())
    await play(fast, platform, steps)

    assert [] == platform.refused


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
async def test_a_larger_platform_than_known_never_has_to_refuse(fast: Redis, steps: list[Step]) -> None:
    platform = Platform(1000, 100, SleepyClock())
    await play(fast, platform, steps)

    assert [] == platform.refused


async def test_a_store_that_is_asked_all_the_time_is_asked_as_much_as_it_allows(fast: Redis) -> None:
    platform = Platform(100, 10, SleepyClock())
    traffic: list[Step] = [("take", 0, 20, 1.0), ("arrive", 0, 1, 1.0), ("wait", 0, 1, 0.2), ("settle", 0, 1, 1.0)]
    arrived = await play(fast, platform, traffic * 100)

    assert [] == platform.refused
    assert arrived >= (100 + 100 * 10 - 20) / 20 - 1
