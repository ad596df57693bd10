"""After something was written to, nobody is answered from what was seen before: here, in another process, or on the way."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from redis.asyncio import Redis
from redis.exceptions import ConnectionError as LostConnectionError

from adapters.kit.port import ListQuery, Ordering
from adapters.kit.tasks import end
from resolvers.barriers import CLOCKS_APART, mark_of
from resolvers.codec import Entry
from schema.keys import Key, Kind
from schema.shipments import Shipment
from tests.support.fakes import FakeClock, Mall, Read, entity, mall, until

ORDER = Key(Kind.ORDER, "east", "1")


def two(fast: Redis, clock: FakeClock) -> tuple[Mall, Mall]:
    """Return the same store seen by two processes; its order bears an old note."""
    one = mall(fast, ["east"], clock=clock)
    one.shops["east"].add(Kind.ORDER, "1", note="old")
    return one, one.another(fast)


async def note(made: Mall, max_age: float | None = 300) -> str:
    (found,) = await made.core.entities("east", Kind.ORDER, ["1"], max_age)
    assert isinstance(found, Entry)
    return str(found.value.note)


def change(made: Mall, text: str) -> None:
    shop = made.shops["east"]
    shop.rows.clear()
    shop.add(Kind.ORDER, "1", note=text)


@contextlib.asynccontextmanager
async def hearing(made: Mall) -> AsyncIterator[asyncio.Task[None]]:
    """Let a process hear of others for the time of the block."""
    barriers = made.core._cache.barriers
    task = asyncio.create_task(made.core.listen())
    try:
        await until(lambda: barriers._blind_until is not None)
        yield task
    finally:
        await end(task)


async def test_what_was_touched_is_read_anew_in_the_same_process(fast: Redis) -> None:
    clock = FakeClock()
    one, _ = two(fast, clock)
    await note(one)
    clock.advance(1)
    change(one, "new")
    await one.core.touch([ORDER])

    assert "new" == await note(one)


async def test_what_was_not_touched_is_not_read_again(fast: Redis) -> None:
    clock = FakeClock()
    one, _ = two(fast, clock)
    await note(one)
    clock.advance(1)
    await one.core.touch([Key(Kind.ORDER, "east", "2"), Key(Kind.CUSTOMER, "east", "1")])
    await note(one)

    assert 1 == len(one.shops["east"].reads)


async def test_another_process_that_kept_it_reads_anew_once_it_has_heard(fast: Redis) -> None:
    clock = FakeClock()
    one, other = two(fast, clock)
    async with hearing(other):
        clock.advance(1)
        before = await note(other)
        clock.advance(1)
        change(one, "new")
        await one.core.touch([ORDER])
        scope = one.core.stores["east"].scope
        await until(lambda: mark_of(Kind.ORDER, "1") in other.core._cache.barriers._told.get(scope, {}))

        assert ("old", "new") == (before, await note(other))


async def test_a_process_that_has_nothing_of_its_own_does_not_believe_what_was_kept_for_all(fast: Redis) -> None:
    clock = FakeClock()
    one, other = two(fast, clock)
    await note(one)
    clock.advance(1)
    change(one, "new")
    await one.core.touch([ORDER])

    assert "new" == await note(other)


async def test_clocks_that_are_a_little_apart_do_not_bring_the_old_value_back(fast: Redis) -> None:
    clock = FakeClock()
    one, other = two(fast, clock)
    await one.core.touch([ORDER])
    clock.advance(CLOCKS_APART.total_seconds() / 2)
    await note(one)
    change(one, "new")

    assert "new" == await note(other)


async def test_who_asks_after_a_touch_is_not_answered_by_a_flight_from_before(fast: Redis) -> None:
    clock = FakeClock()
    one, other = two(fast, clock)
    gate, begun = asyncio.Event(), asyncio.Event()
    shown = iter(["old"])

    async def before(_: Read) -> None:
        change(one, next(shown, "new"))
        rows = list(one.shops["east"].rows)
        begun.set()
        await gate.wait()
        one.shops["east"].rows[:] = rows

    one.shops["east"].before = before
    first = asyncio.create_task(note(one))
    await begun.wait()
    clock.advance(1)
    await one.core.touch([ORDER])
    here, there = asyncio.create_task(note(one)), asyncio.create_task(note(other))
    await until(lambda: bool(other.core._cache._landings))
    gate.set()

    assert ["old", "new", "new"] == list(await asyncio.gather(first, here, there))


async def test_a_list_that_may_show_it_is_read_anew(fast: Redis) -> None:
    clock = FakeClock()
    one, _ = two(fast, clock)
    query = ListQuery(Ordering("created_at", descending=True), 5)
    await one.core.page("east", Kind.ORDER, query, 300)
    clock.advance(1)
    await one.core.touch([ORDER])
    await one.core.page("east", Kind.ORDER, query, 300)

    assert 2 == len(one.shops["east"].reads)


async def test_a_shipment_that_changed_is_read_anew_among_its_order_s_shipments(fast: Redis) -> None:
    clock = FakeClock()
    one, _ = two(fast, clock)
    one.shops["east"].parts["shipments", "1"] = [entity(Shipment, "east", "7")]
    one.shops["east"].add(Kind.SHIPMENT, "7", order_key_id="1")
    await one.core.parts("east", "shipments", ["1"], 300)
    clock.advance(1)
    await one.core.touch([Key(Kind.SHIPMENT, "east", "7")])
    await one.core.parts("east", "shipments", ["1"], 300)

    assert 2 == sum(read.what == "shipments" for read in one.shops["east"].reads)


async def test_who_takes_old_rows_over_none_gets_them(fast: Redis) -> None:
    clock = FakeClock()
    one, _ = two(fast, clock)
    await note(one)
    clock.advance(1)
    await one.core.touch([ORDER])
    one.shops["east"].fail()

    assert "old" == await note(one, None)


async def test_a_process_that_has_not_heard_yet_believes_nothing_of_its_own(fast: Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = FakeClock()
    _, other = two(fast, clock)
    tries = asyncio.Event()

    def broken() -> None:
        tries.set()
        raise LostConnectionError

    monkeypatch.setattr(fast, "pubsub", broken)
    task = asyncio.create_task(other.core.listen())
    await tries.wait()
    await note(other)
    clock.advance(1)
    known = other.core._cache.barriers.known(other.core.stores["east"].scope, Kind.ORDER, "1")
    await end(task)

    assert clock.now() == known


async def test_what_was_seen_before_a_connection_came_back_is_not_believed(fast: Redis) -> None:
    clock = FakeClock()
    one, other = two(fast, clock)
    async with hearing(other):
        clock.advance(1)
        await note(other)
        clock.advance(1)
        heard = other.core._cache.barriers._blind_until
        await fast.client_kill_filter(_type="pubsub")
        await until(lambda: other.core._cache.barriers._blind_until != heard)
        change(one, "new")
        scope = one.core.stores["east"].scope
        known = other.core._cache.barriers.known(scope, Kind.ORDER, "1")

    assert clock.now() == known


async def test_a_barrier_has_an_end(fast: Redis) -> None:
    one, _ = two(fast, FakeClock())
    await one.core.touch([ORDER])

    assert 0 < await fast.ttl(f"cache:{{{one.core.stores['east'].scope}}}:barriers") <= timedelta(hours=1).total_seconds()


async def test_stock_is_read_anew_when_goods_were_moved(fast: Redis) -> None:
    clock = FakeClock()
    one, _ = two(fast, clock)
    level = one.shops["east"].add(Kind.INVENTORY_LEVEL, "7", available=5)
    await one.core.entities("east", Kind.INVENTORY_LEVEL, [level.key_id], 300)
    clock.advance(1)
    await one.core.touch([ORDER])
    still = await one.core.known("east", Kind.INVENTORY_LEVEL, level.key_id)
    await one.core.touch([ORDER], moved=True)

    assert level == still
    assert await one.core.known("east", Kind.INVENTORY_LEVEL, level.key_id) is None
