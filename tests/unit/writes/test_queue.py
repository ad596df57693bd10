"""Where the queue could turn in circles, lose its place, or do something twice."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from adapters.kit.failures import PlatformError
from adapters.kit.writing import Accepted, Done, Job, NotDone, Repeat
from resolvers.writes import runs
from resolvers.writes.queue import DUE, Hold, Steps, Verdict
from schema.commands import InventoryAdjust, InventorySet, ProductUpdate
from schema.errors import Category
from schema.keys import Kind
from schema.receipts import ReceiptState
from tests.support.desk import Counter, Desk, in_turn, silent, writing


async def due(office: Desk) -> float | None:
    """Return in how many seconds a worker looks at the store again."""
    found = await office.state.zscore(DUE, office.scope("east"))
    return None if found is None else (found - office.queue.now()) / 1000


async def test_what_was_accepted_as_one_stays_one_when_another_follows(office: Desk) -> None:
    """Else the deltas that the platform has taken would be made again with the next one."""
    office.counters["east"].answer = in_turn(lambda _: Accepted("feed-1", 1))
    office.counters["east"].checks = lambda _: Done()
    numbers = [await office.put("east", InventoryAdjust("1", delta)) for delta in (2, 3)]
    await office.work()
    numbers.append(await office.put("east", InventoryAdjust("1", 10)))
    office.clock.advance(10)
    await office.work()

    assert [InventoryAdjust("1", 5), InventoryAdjust("1", 10)] == office.counters["east"].commands
    assert ["DONE"] * 3 == await office.states("east", *numbers)


async def test_merged_writes_of_one_call_are_repeated_in_one_call(office: Desk) -> None:
    with writing(batch=10, repeat=Repeat.KEYED):
        other = office.another()
        other.counters["east"].answer = in_turn(*[silent] * 2)
        for entity in "12":
            for units in (5, 6):
                await other.put("east", InventorySet(entity, units))
        await other.work()
        other.clock.advance(10)
        await other.work()

    first, second = other.counters["east"].calls
    assert [job.id for job in first] == [job.id for job in second]
    assert 2 == len(first)


async def test_a_try_of_the_credentials_waits_for_the_budget(office: Desk) -> None:
    """Else the store would be looked at without a pause."""
    now, soon = office.clock.now(), office.clock.now() + timedelta(seconds=30)
    await office.put("east", InventorySet("1", 5))
    await office.queue.pop()
    steps = office.worker._steps[office.scope("east")]
    batch = await office.queue.claim(office.scope("east"), steps)
    assert batch is not None
    await office.queue.hold(office.scope("east"), "*", Hold("Reconnect.", "gateway", now, probe=now))
    await office.queue.finish(batch, [Verdict(batch.items[0].id, ReceiptState.QUEUED, next=now)], pause=soon)
    await office.queue.pop()

    assert await office.queue.claim(office.scope("east"), steps) is None
    assert 30 == await due(office)


async def test_an_operation_that_this_process_does_not_know_is_left_to_others(office: Desk) -> None:
    unknown = await office.put("east", InventorySet("1", 5))
    known = await office.put("east", ProductUpdate("1", {"title": "T"}))
    await office.queue.pop()
    steps = Steps(4, {"PRODUCT_UPDATE": (1, "Product")})
    batch = await office.queue.claim(office.scope("east"), steps)
    assert batch is not None
    await office.queue.finish(batch, [Verdict(batch.items[0].id, ReceiptState.DONE)])
    await office.queue.pop()

    assert await office.queue.claim(office.scope("east"), steps) is None
    assert await due(office) is None
    assert ["QUEUED", "DONE"] == await office.states("east", unknown, known)


async def test_what_stood_behind_a_dropped_write_is_looked_at_at_once(office: Desk) -> None:
    office.counters["east"].answer = lambda _: PlatformError(Category.TRANSIENT, "No.", retry_after=600, sent=False)
    first = await office.put("east", InventorySet("1", 5))
    await office.work()
    await office.put("east", ProductUpdate("1", {"title": "T"}), lane="InventoryLevel:1")
    await office.work()
    before = await due(office)
    await office.queue.cancel(office.scope("east"), first)

    assert (600, 0) == (before, await due(office))


async def test_a_change_that_is_sent_twice_is_made_once_and_answered_twice(office: Desk) -> None:
    office.counters["east"].answer = lambda _: PlatformError(Category.TRANSIENT, "No.", sent=False)
    numbers = [await office.put("east", InventorySet("1", units)) for units in (5, 6)]
    for _ in range(13):
        await office.work()
        office.clock.advance(1200)
    parked = await office.states("east", *numbers)
    answers = [await office.queue.requeue(office.scope("east"), number, b"sealed") for number in (numbers[0], numbers[0], numbers[1])]

    assert ["NEEDS_INTERVENTION"] * 2 == parked
    assert [True, True, True] == answers
    assert await office.queue.requeue(office.scope("east"), numbers[0], b"other") is False


async def test_a_writer_that_breaks_its_contract_is_not_asked_without_end(
    office: Desk, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def perform(self: Counter, jobs: Sequence[Job], _: Any) -> list[Any]:
        self.calls.append(list(jobs))
        return []

    monkeypatch.setattr(Counter, "perform", perform)
    office.counters["east"].looks = lambda _: NotDone()
    number = await office.put("east", InventorySet("1", 5))
    for _ in range(20):
        await office.work()
        office.clock.advance(1200)

    assert ["NEEDS_INTERVENTION"] == await office.states("east", number)
    assert 12 == len(office.counters["east"].calls)
    assert "failed unexpectedly" in caplog.text


async def test_a_mistake_in_a_look_comes_back_later_and_at_last_to_a_person(office: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any) -> None:
        raise AttributeError("surprise")

    monkeypatch.setattr(runs, "refusal", broken)
    monkeypatch.setattr(runs, "wanted", lambda _: (Kind.INVENTORY_LEVEL, False))
    office.made.shops["east"].add(Kind.INVENTORY_LEVEL, "1", available=5)
    number = await office.put("east", InventorySet("1", 5))
    turns = await office.work()
    (receipt,) = await office.told("east", number)
    for _ in range(20):
        office.clock.advance(1200)
        await office.work()

    assert turns < 5
    assert ("RETRYING", "INTERNAL") == (receipt.state.name, receipt.code)
    assert ["NEEDS_INTERVENTION"] == await office.states("east", number)
    assert [] == office.counters["east"].calls


async def test_a_mistake_after_a_platform_accepted_does_nothing_again(office: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    office.counters["east"].answer = lambda _: Accepted("feed-1", 1)
    number = await office.put("east", InventorySet("1", 5))
    await office.work()

    async def broken(*_: Any) -> None:
        raise AttributeError("surprise")

    with monkeypatch.context() as patch:
        patch.setattr(runs.Run, "_check_on", broken)
        for _ in range(5):
            office.clock.advance(1200)
            await office.work()
        waiting = await office.states("east", number)
    office.counters["east"].checks = lambda _: Done()
    office.clock.advance(1200)
    await office.work()

    assert ["WAITING_PLATFORM"] == waiting
    assert 1 == len(office.counters["east"].calls)
    assert ["DONE"] == await office.states("east", number)


async def test_a_store_another_process_has_is_looked_at_now_and_then(office: Desk) -> None:
    await office.state.zadd(DUE, {"elsewhere/store": 0})
    await office.work()

    assert office.queue.now() + 5000 == await office.state.zscore(DUE, "elsewhere/store")
