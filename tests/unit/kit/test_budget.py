"""A budget's promises, one by one, with a real Valkey and a clock that moves when somebody sleeps."""

import asyncio
from typing import Any

import pytest
from redis.asyncio import Redis
from redis.exceptions import ConnectionError as RedisConnectionError

from adapters.kit.budget import LEASE_SECONDS, PATIENCE, TURN_SECONDS, Budget, Lease, Report
from adapters.kit.calls import Priority
from adapters.kit.failures import PlatformError
from schema.errors import Category
from tests.support.clock import SleepyClock
from tests.unit.kit.conftest import MakeBudget

NOW, LATER, LAST = Priority.INTERACTIVE, Priority.SYNC, Priority.BACKFILL
BUCKET = {"points": 100, "refill": 10, "concurrency": 50, "most": 50}


async def refused(budget: Budget, cost: float = 1, priority: Priority = NOW) -> PlatformError:
    with pytest.raises(PlatformError) as caught:
        await budget.take(cost, priority)
    return caught.value


async def free(budget: Budget, priority: Priority = NOW) -> int:
    """Return how many places a store has, by taking them all and giving them back."""
    leases: list[Lease] = []
    while await budget._try(lease := Lease(f"probe-{len(leases)}", 0), priority) == 0:
        leases.append(lease)
    for lease in leases:
        await budget.settle(lease, Report())
    return len(leases)


async def level(budget: Budget) -> float:
    """Return the points of a `BUCKET` that can be spent at once, by asking how long all of them would take."""
    wait = await budget._try(everything := Lease("everything", 100), NOW)
    await budget.settle(everything, Report(actual=0))
    return round(100 - wait * 10)


async def test_a_burst_waits_for_the_refill(budget_of: MakeBudget, clock: SleepyClock) -> None:
    budget = budget_of(**BUCKET)

    for _ in range(5):
        await budget.settle(await budget.take(40, NOW), Report())

    assert 10 == pytest.approx(clock.seconds)


async def test_two_processes_share_one_bucket(budget_of: MakeBudget, clock: SleepyClock) -> None:
    first, second = budget_of(**BUCKET), budget_of(**BUCKET)

    await first.settle(await first.take(60, NOW), Report())
    await second.settle(await second.take(60, NOW), Report())

    assert 2 == pytest.approx(clock.seconds)


async def test_stores_do_not_share(budget_of: MakeBudget, clock: SleepyClock) -> None:
    await budget_of("acme/shop", **BUCKET).take(100, NOW)
    await budget_of("birch/shop", **BUCKET).take(100, NOW)

    assert [] == clock.slept


async def test_a_process_with_a_slow_clock_gets_no_points_twice(budget_of: MakeBudget) -> None:
    ahead, behind = budget_of(clock=SleepyClock(5), **BUCKET), budget_of(clock=SleepyClock(), **BUCKET)
    for turn in range(10):
        await (ahead, behind)[turn % 2].settle(await (ahead, behind)[turn % 2].take(10, NOW), Report())

    assert await ahead._try(Lease("one more", 10), NOW) > 0


@pytest.mark.parametrize(("actual", "left"), [(10, 90), (70, 30), (0, 100), (None, 60)])
async def test_settling_corrects_what_was_guessed(budget_of: MakeBudget, actual: float | None, left: float) -> None:
    budget = budget_of(**BUCKET)
    await budget.settle(await budget.take(40, NOW), Report(actual=actual))

    assert left == await level(budget)


@pytest.mark.parametrize("available", [0, 25, 95])
async def test_what_the_platform_reports_wins(budget_of: MakeBudget, available: float) -> None:
    budget = budget_of(**BUCKET)
    await budget.settle(await budget.take(40, NOW), Report(actual=40, available=available, points=100, refill=10))

    assert available == await level(budget)


async def test_a_bucket_overdrawn_at_the_platform_is_believed(budget_of: MakeBudget) -> None:
    budget = budget_of(**BUCKET)
    await budget.settle(await budget.take(40, NOW), Report(actual=40, available=-50, points=100, refill=10))

    assert 5.1 == pytest.approx(await budget._try(Lease("x", 1), NOW))


async def test_requests_under_way_are_kept_out_of_what_is_reported(budget_of: MakeBudget) -> None:
    budget = budget_of(**BUCKET)
    first = await budget.take(20, NOW)
    await budget.take(30, NOW)
    await budget.settle(first, Report(actual=20, available=80, points=100, refill=10))

    assert 50 == await level(budget)


async def test_an_answer_that_was_overtaken_gives_nothing_back(budget_of: MakeBudget) -> None:
    budget = budget_of(**BUCKET)
    first, second = await budget.take(40, NOW), await budget.take(50, NOW)
    await budget.settle(second, Report(actual=50, available=10, points=100, refill=10))
    await budget.settle(first, Report(actual=40, available=60, points=100, refill=10))

    assert 10 == await level(budget)


async def test_the_size_of_a_larger_plan_is_learnt(budget_of: MakeBudget, clock: SleepyClock) -> None:
    budget = budget_of(**BUCKET)
    await budget.settle(await budget.take(40, NOW), Report(actual=40, available=960, points=1000, refill=100))
    await budget.settle(await budget.take(960, NOW), Report())
    await budget.take(100, NOW)

    assert 1 == pytest.approx(clock.seconds)


async def test_the_size_of_a_smaller_plan_is_learnt(budget_of: MakeBudget, clock: SleepyClock) -> None:
    budget = budget_of(**BUCKET)
    await budget.settle(await budget.take(4, NOW), Report(actual=4, available=6, points=10, refill=1))
    await budget.take(10, NOW)

    assert 4 == pytest.approx(clock.seconds)


async def test_a_report_without_the_bucket_s_size_leaves_it_as_it_was(budget_of: MakeBudget) -> None:
    budget = budget_of(**BUCKET)
    await budget.settle(await budget.take(40, NOW), Report(available=5))

    assert 0.5 == pytest.approx(await budget._try(Lease("x", 10), NOW))


async def test_points_spent_by_somebody_else_are_noticed(budget_of: MakeBudget) -> None:
    budget = budget_of(**BUCKET)
    other = await budget.take(30, NOW)
    await budget.settle(await budget.take(10, NOW), Report(actual=10, available=40, points=100, refill=10))

    assert 10 == await level(budget)
    await budget.settle(other, Report(actual=30, available=10, points=100, refill=10))


async def test_a_cost_larger_than_the_bucket_waits_until_it_is_full(budget_of: MakeBudget, clock: SleepyClock) -> None:
    budget = budget_of(**BUCKET)
    await budget.settle(await budget.take(50, NOW), Report())
    await budget.settle(await budget.take(5000, NOW), Report(actual=100))

    assert 5 == pytest.approx(clock.seconds)


async def test_a_request_is_charged_at_most_what_the_platform_may_charge(budget_of: MakeBudget) -> None:
    budget = budget_of(ceiling=30, **BUCKET)
    await budget.take(5000, NOW)

    assert 70 == await level(budget)


async def test_requests_under_way_are_never_more_than_the_bucket_holds(budget_of: MakeBudget, clock: SleepyClock) -> None:
    budget = budget_of(**BUCKET)
    await budget.take(100, NOW)
    clock.advance(10)  # full again, if the first has been counted; a slow platform has not

    assert await budget._try(Lease("x", 1), NOW) > 0


async def test_a_bucket_that_is_never_refilled_refuses(budget_of: MakeBudget) -> None:
    budget = budget_of(points=10, refill=0)
    await budget.take(10, NOW)

    assert 1000 == (await refused(budget)).retry_after


async def test_no_more_are_under_way_than_the_store_takes(budget_of: MakeBudget, clock: SleepyClock) -> None:
    budget = budget_of(concurrency=3)
    for _ in range(3):
        await budget.take(1, NOW)
    error = await refused(budget)

    assert (Category.QUOTA, TURN_SECONDS) == (error.category, error.retry_after)
    assert PATIENCE[NOW] == pytest.approx(clock.seconds, abs=TURN_SECONDS)


async def test_places_grow_while_answers_are_quick_up_to_the_most(budget_of: MakeBudget) -> None:
    budget = budget_of(concurrency=2, most=4)
    seen = []
    for _ in range(12):
        await budget.settle(await budget.take(1, NOW), Report(verdict="good"))
        seen.append(await free(budget))

    assert sorted(seen) == seen
    assert (2, 4) == (seen[0], seen[-1])


async def test_a_slow_answer_halves_the_places_once_a_second_and_leaves_one(budget_of: MakeBudget, clock: SleepyClock) -> None:
    budget = budget_of(concurrency=8, most=8)
    seen = []
    for _ in range(5):
        for lease in [await budget.take(1, NOW) for _ in range(await free(budget))]:
            await budget.settle(lease, Report(verdict="slow"))
        seen.append(await free(budget))
        clock.advance(1.1)

    assert [4, 2, 1, 1, 1] == seen


async def test_a_store_that_wants_to_be_left_alone_is_left_alone_by_everybody(budget_of: MakeBudget, clock: SleepyClock) -> None:
    first, second = budget_of(), budget_of()
    await first.settle(await first.take(1, NOW), Report(hold=7))
    await second.take(1, NOW)

    assert [7] == clock.slept


async def test_a_shorter_wish_to_be_left_alone_does_not_end_a_longer_one(budget_of: MakeBudget) -> None:
    budget = budget_of()
    first, second = await budget.take(1, NOW), await budget.take(1, NOW)
    await budget.settle(first, Report(hold=9))
    await budget.settle(second, Report(hold=2))

    assert 9 == await budget._try(Lease("x", 1), NOW)


async def test_no_wish_to_be_left_alone_is_too_long_to_be_kept(budget_of: MakeBudget) -> None:
    budget = budget_of()
    await budget.settle(await budget.take(1, NOW), Report(hold=float("inf")))

    assert 3600 == (await refused(budget)).retry_after


@pytest.mark.parametrize(("priority", "left"), [(NOW, 0), (Priority.WRITE, 0), (LATER, 30), (LAST, 60)])
async def test_background_work_leaves_a_share_of_the_points(budget_of: MakeBudget, priority: Priority, left: float) -> None:
    budget = budget_of(**BUCKET)
    taken = 0
    while await budget._try(Lease(f"{taken}", 5), priority) == 0:
        taken += 5

    assert 100 - left == taken
    assert left == await level(budget)


@pytest.mark.parametrize(("priority", "places"), [(NOW, 10), (Priority.WRITE, 10), (LATER, 7), (LAST, 4)])
async def test_background_work_leaves_a_share_of_the_places(budget_of: MakeBudget, priority: Priority, places: int) -> None:
    assert places == await free(budget_of(concurrency=10, most=10), priority)


@pytest.mark.parametrize("priority", Priority)
async def test_the_only_place_is_for_everybody(budget_of: MakeBudget, priority: Priority) -> None:
    assert 1 == await free(budget_of(concurrency=1), priority)


@pytest.mark.parametrize("priority", Priority)
async def test_patience_ends_and_says_when_to_come_back(budget_of: MakeBudget, clock: SleepyClock, priority: Priority) -> None:
    budget = budget_of(points=1000, refill=1, concurrency=9)
    await budget.take(1000, NOW)
    error = await refused(budget, 1000, priority)

    assert (Category.QUOTA, "BUDGET") == (error.category, error.code)
    assert 1000 == error.retry_after
    assert clock.seconds <= PATIENCE[priority]


async def test_the_share_of_a_dead_process_comes_back(budget_of: MakeBudget, clock: SleepyClock) -> None:
    dead, alive = budget_of(concurrency=1), budget_of(concurrency=1)
    await dead.take(1, NOW)
    clock.advance(LEASE_SECONDS - 0.001)
    before = await alive._try(Lease("x", 1), NOW)
    clock.advance(0.001)

    assert (TURN_SECONDS, 0) == (before, await alive._try(Lease("x", 1), NOW))


async def test_a_lease_that_ran_out_changes_nothing_when_it_is_settled(budget_of: MakeBudget, clock: SleepyClock) -> None:
    budget = budget_of(**BUCKET)
    late = await budget.take(40, NOW)
    clock.advance(LEASE_SECONDS)
    await budget.settle(late, Report(actual=0, available=1, points=1, refill=1, verdict="slow", hold=60))

    assert 100 == await level(budget)


async def test_every_step_done_twice_is_done_once(budget_of: MakeBudget) -> None:
    budget = budget_of(points=100, refill=10, concurrency=4)
    lease = Lease("twice", 40)
    assert [0, 0] == [await budget._try(lease, NOW) for _ in range(2)]
    assert (60, 3) == (await level(budget), await free(budget))
    report = Report(actual=30, verdict="good")
    await budget.settle(lease, report)
    await budget.settle(lease, report)

    assert (70, 4) == (await level(budget), await free(budget))


async def test_a_caller_that_is_cancelled_while_it_takes_holds_nothing(budget_of: MakeBudget) -> None:
    budget = budget_of(points=100, refill=10, concurrency=1)
    for rounds in range(12):
        task = asyncio.create_task(budget.take(40, NOW))
        for _ in range(rounds):
            await asyncio.sleep(0)
        task.cancel()
        for lease in await asyncio.gather(task, return_exceptions=True):
            if isinstance(lease, Lease):
                await budget.settle(lease, Report(actual=0))
        await asyncio.gather(*budget._given_back)

    assert (100, 1) == (await level(budget), await free(budget))


async def test_a_state_that_was_forgotten_starts_again_without_what_is_under_way(budget_of: MakeBudget, fast: Redis) -> None:
    budget = budget_of(**BUCKET)
    await budget.take(40, NOW)
    await fast.delete("budget:{acme/shop}:state")

    assert 60 == await level(budget)


async def test_an_unreachable_budget_is_a_failure_with_a_category(budget_of: MakeBudget, monkeypatch: pytest.MonkeyPatch) -> None:
    budget = budget_of()
    lease = await budget.take(1, NOW)

    async def gone(**_: Any) -> None:
        raise RedisConnectionError("gone")

    monkeypatch.setattr(budget, "_script", gone)
    await budget.settle(lease, Report())

    assert Category.TRANSIENT == (await refused(budget)).category


async def test_a_rate_that_comes_without_a_level_is_used(budget_of: MakeBudget, clock: SleepyClock) -> None:
    budget = budget_of(points=1, refill=0.1)
    await budget.settle(await budget.take(1, Priority.INTERACTIVE), Report(refill=10))
    began = clock.monotonic()
    await budget.take(1, Priority.INTERACTIVE)

    assert pytest.approx(0.1, abs=0.05) == clock.monotonic() - began
