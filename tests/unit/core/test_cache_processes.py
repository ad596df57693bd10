"""Several processes over one Valkey fetch a value once, and none of them needs the others."""

import asyncio
from typing import Any

import pytest
from redis.asyncio import Redis

from adapters.kit.failures import PlatformError
from resolvers.cache import LOCK_SECONDS, Shelf, cache_key
from resolvers.codec import Entry
from schema.keys import Kind
from tests.support.fakes import FakeClock, Mall, Read, mall, until


def two(fast: Redis, **more: Any) -> tuple[Mall, Mall]:
    """Return the same store seen by two processes."""
    one = mall(fast, ["east"], **more)
    one.shops["east"].orders(1, 2, 3)
    return one, one.another(fast)


async def read(made: Mall, max_age: float = 30, ids: tuple[str, ...] = ("o0",)) -> list[Any]:
    found = await made.core.entities("east", Kind.ORDER, ids, max_age)
    return [each.value.key_id if isinstance(each, Entry) else each for each in found]


def gated(made: Mall) -> tuple[asyncio.Event, asyncio.Event]:
    """Hold reads until the gate is open; return the gate, and what is set when a read has begun."""
    gate, begun = asyncio.Event(), asyncio.Event()

    async def before(_: Read) -> None:
        begun.set()
        await gate.wait()

    made.shops["east"].before = before
    return gate, begun


async def test_what_one_process_fetches_the_others_have(fast: Redis) -> None:
    one, other = two(fast)

    assert ["o0"] == await read(one)
    assert ["o0"] == await read(other)
    assert 1 == len(one.shops["east"].reads)


async def test_processes_that_ask_at_once_cost_one_call(fast: Redis) -> None:
    one, other = two(fast)
    gate, begun = gated(one)
    first = asyncio.create_task(read(one))
    await begun.wait()
    second = asyncio.create_task(read(other))
    await until(lambda: bool(other.core._cache._landings))
    gate.set()

    assert [["o0"], ["o0"]] == [await first, await second]
    assert 1 == len(one.shops["east"].reads)


async def test_many_processes_that_ask_at_the_same_moment_cost_one_call(fast: Redis) -> None:
    one, _ = two(fast)
    many = [one.another(fast) for _ in range(8)]
    found = await asyncio.gather(*(read(each) for each in many))

    assert [["o0"]] * 8 == found
    assert 1 == len(one.shops["east"].reads)


async def test_of_several_keys_each_process_fetches_what_no_other_does(fast: Redis) -> None:
    one, other = two(fast)
    gate, begun = gated(one)
    first = asyncio.create_task(read(one, ids=("o0", "o1")))
    await begun.wait()
    second = asyncio.create_task(read(other, ids=("o1", "o2")))
    await until(lambda: bool(other.core._cache._landings))
    gate.set()

    assert [["o0", "o1"], ["o1", "o2"]] == [await first, await second]
    assert [("o0", "o1"), ("o2",)] == [each.ids for each in one.shops["east"].reads]


async def test_a_max_age_of_zero_does_not_take_what_another_process_began_earlier(fast: Redis) -> None:
    one, other = two(fast)
    gate, begun = gated(one)
    first = asyncio.create_task(read(one, 0))
    await begun.wait()
    second = asyncio.create_task(read(other, 0))
    await until(lambda: bool(other.core._cache._landings))
    gate.set()
    await asyncio.gather(first, second)

    assert 2 == len(one.shops["east"].reads)


async def test_a_failure_of_one_process_lets_the_next_try(fast: Redis) -> None:
    one, other = two(fast)
    gate, begun = asyncio.Event(), asyncio.Event()
    turns = iter([True])

    async def before(_: Read) -> None:
        begun.set()
        await gate.wait()
        if next(turns, False):
            raise one.shops["east"].failure()

    one.shops["east"].before = before
    first = asyncio.create_task(read(one))
    await begun.wait()
    second = asyncio.create_task(read(other))
    await until(lambda: bool(other.core._cache._landings))
    gate.set()

    assert isinstance((await first)[0], PlatformError)
    assert ["o0"] == await second


async def test_a_lock_of_a_dead_process_is_waited_out(fast: Redis) -> None:
    clock = FakeClock()
    one, _ = two(fast, clock=clock)
    begun = clock.monotonic()
    lock = cache_key(one.core.stores["east"].scope, Kind.ORDER, "o0") + ":lock"
    await fast.set(lock, b"1", ex=60)
    found = await read(one)
    waited = clock.monotonic() - begun

    assert ["o0"] == found
    assert LOCK_SECONDS - 1 < waited < LOCK_SECONDS + 1


async def test_a_lock_that_runs_out_lets_a_waiting_process_fetch_at_once(fast: Redis) -> None:
    one, _ = two(fast)
    lock = cache_key(one.core.stores["east"].scope, Kind.ORDER, "o0") + ":lock"
    await fast.set(lock, b"1", px=50)

    assert ["o0"] == await asyncio.wait_for(read(one), 2)
    assert not await fast.exists(lock)


async def test_a_value_that_arrives_between_looking_and_locking_is_taken_and_the_lock_given_back(
    fast: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = two(fast)

    async def blind(shelf: Shelf, *_: Any) -> list[None]:
        await read(one)
        return [None] * len(shelf.names)

    monkeypatch.setattr(other.core._cache, "_lookup", blind)
    found = await read(other)
    await other.core.close()

    assert ["o0"] == found
    assert 1 == len(one.shops["east"].reads)
    assert [] == [key async for key in fast.scan_iter(f"*{one.core.stores['east'].scope}*:lock")]


async def test_pages_are_shared_by_all_who_may_see_the_store(fast: Redis) -> None:
    one, other = two(fast)
    for made in (one, other):
        await made.page(first=2)

    assert 1 == len(one.shops["east"].reads)
