"""The cache saves calls and never lies: about age, about failures, about what it could not read."""

import asyncio
import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from redis.asyncio import Redis

from adapters.kit.clock import Clock, SystemClock
from adapters.kit.failures import PlatformError
from gateway.embedded import DRIVER
from resolvers import cache as cache_module
from resolvers.cache import LATE, Cache, Found, Shelf, cache_key
from resolvers.codec import ENTITIES, Entry
from schema.errors import Category
from schema.keys import Kind
from schema.orders import Order
from tests.support.fakes import DAY, FakeClock, entity, mall, until

ORDERS = ENTITIES[Kind.ORDER]


@dataclass(slots=True)
class Platform:
    """Counts what it is asked; gives the number of the call as the order's note, or what `answer` says."""

    clock: Clock
    answer: Callable[[int], Any] | None = None
    gate: asyncio.Event | None = None
    begun: asyncio.Event = field(default_factory=asyncio.Event)
    calls: list[list[int]] = field(default_factory=list)

    async def fetch(self, places: list[int]) -> Sequence[Any]:
        self.calls.append(places)
        number = len(self.calls)
        self.begun.set()
        if self.gate is not None:
            await self.gate.wait()
        if self.answer is not None:
            return [self.answer(place) for place in places]
        return [entity(Order, "east", str(place), note=f"call {number}") for place in places]


class Watched(Cache):
    """Tells how many have boarded a flight."""

    boarded = 0

    def _board(self, *arguments: Any) -> Any:
        self.boarded += 1
        return super()._board(*arguments)


def raises(error: Exception) -> Callable[[int], Any]:
    def answer(_: int) -> Any:
        raise error

    return answer


def note(found: Found) -> str:
    assert isinstance(found, Entry), found
    return str(found.value.note)


def shelf(*keys: str) -> Shelf:
    """Return where these keys are kept; they differ in their last part."""
    heads, names = zip(*(key.rsplit(":", 1) for key in keys), strict=True)
    scope = heads[0].partition("{")[2].partition("}")[0]
    return Shelf(scope, heads[0].rpartition(":")[2], names)


@pytest.fixture
def name(request: pytest.FixtureRequest) -> str:
    """Return a key no other test uses."""
    return cache_key(f"tenant/{request.node.name}", Kind.ORDER, "1")


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def cache(fast: Redis, clock: FakeClock) -> Cache:
    return Cache(fast, clock, 3600)


@pytest.fixture
def platform(clock: FakeClock) -> Platform:
    return Platform(clock)


async def test_a_hundred_who_ask_at_once_cost_one_call(cache: Cache, platform: Platform, name: str) -> None:
    found = await asyncio.gather(*(cache.read(shelf(name), 30, ORDERS, platform.fetch) for _ in range(100)))

    assert 1 == len(platform.calls)
    assert {"call 1"} == {note(each) for (each,) in found}


async def test_a_value_is_kept_for_as_long_as_the_caller_allows(cache: Cache, platform: Platform, name: str, clock: FakeClock) -> None:
    notes = []
    for seconds in (0, 30, 1):
        clock.advance(seconds)
        notes.append(note((await cache.read(shelf(name), 30, ORDERS, platform.fetch))[0]))

    assert ["call 1", "call 1", "call 2"] == notes


async def test_an_entry_tells_when_its_read_began(cache: Cache, name: str, clock: FakeClock) -> None:
    def answer(_: int) -> None:
        clock.advance(9)

    found = (await cache.read(shelf(name), 30, ORDERS, Platform(clock, answer).fetch))[0]

    assert isinstance(found, Entry)
    assert DAY == found.observed_at


async def test_only_what_is_missing_is_fetched_and_all_comes_in_order(cache: Cache, platform: Platform, name: str) -> None:
    names = [f"{name}{place}" for place in range(4)]
    await cache.read(shelf(names[1], names[3]), 30, ORDERS, platform.fetch)
    found = await cache.read(shelf(*names), 30, ORDERS, platform.fetch)

    assert [[0, 1], [0, 2]] == platform.calls
    assert ["call 2", "call 1", "call 2", "call 1"] == [note(each) for each in found]


async def test_a_key_that_is_asked_for_twice_is_fetched_once(cache: Cache, platform: Platform, name: str) -> None:
    found = await cache.read(shelf(name, name), 30, ORDERS, platform.fetch)

    assert 1 == sum(len(call) for call in platform.calls)
    assert ["call 1", "call 1"] == [note(each) for each in found]


async def test_a_failure_is_told_to_all_who_wait_and_not_kept(cache: Cache, platform: Platform, name: str) -> None:
    error = PlatformError(Category.QUOTA, "Too much.")
    failing = Platform(platform.clock, raises(error))
    found = await asyncio.gather(*(cache.read(shelf(name), 30, ORDERS, failing.fetch) for _ in range(3)))
    later = await cache.read(shelf(name), 30, ORDERS, platform.fetch)

    assert [[error]] * 3 == list(found)
    assert "call 1" == note(later[0])


async def test_a_failure_belongs_to_its_key_alone(cache: Cache, name: str, clock: FakeClock) -> None:
    error = PlatformError(Category.CONFLICT, "No.")
    half = Platform(clock, lambda place: error if place else None)
    first, second = await cache.read(shelf(f"{name}a", f"{name}b"), 30, ORDERS, half.fetch)

    assert isinstance(first, Entry)
    assert second is error


async def test_that_there_is_none_is_kept_too(cache: Cache, name: str, clock: FakeClock, fast: Redis) -> None:
    nothing = Platform(clock, lambda _: None)
    for reader in (cache, cache, Cache(fast, clock, 3600)):
        found = (await reader.read(shelf(name), 30, ORDERS, nothing.fetch))[0]
        assert isinstance(found, Entry)
        assert found.value is None

    assert 1 == len(nothing.calls)


@pytest.mark.parametrize("error", [KeyError("id"), ZeroDivisionError()], ids=["mapping", "other"])
async def test_an_answer_nobody_understands_is_a_failure(cache: Cache, name: str, clock: FakeClock, error: Exception) -> None:
    found = (await cache.read(shelf(name), 30, ORDERS, Platform(clock, raises(error)).fetch))[0]

    assert isinstance(found, PlatformError)
    assert (Category.TRANSIENT, "MAPPING") == (found.category, found.code)


async def test_a_value_that_can_t_be_written_is_a_failure(cache: Cache, name: str, clock: FakeClock) -> None:
    odd = Platform(clock, lambda _: entity(Order, "east", "1", raw={"odd": object()}))
    found = (await cache.read(shelf(name), 30, ORDERS, odd.fetch))[0]

    assert isinstance(found, PlatformError)
    assert "MAPPING" == found.code


async def test_nothing_is_as_old_as_the_request_when_its_max_age_is_zero(fast: Redis, name: str) -> None:
    """Who comes while a read is under way waits for the next one; all who came meanwhile share it."""
    cache = Watched(fast, SystemClock(), 3600)
    gate = asyncio.Event()
    platform = Platform(SystemClock(), gate=gate)
    early = asyncio.create_task(cache.read(shelf(name), 0, ORDERS, platform.fetch))
    await platform.begun.wait()
    late = [asyncio.create_task(cache.read(shelf(name), 0, ORDERS, platform.fetch)) for _ in range(5)]
    await until(lambda: cache.boarded == 6)
    gate.set()
    notes = [note((await each)[0]) for each in (early, *late)]

    assert ["call 1", *["call 2"] * 5] == notes


async def test_who_allows_some_age_takes_what_is_under_way(fast: Redis, name: str) -> None:
    cache = Watched(fast, SystemClock(), 3600)
    gate = asyncio.Event()
    platform = Platform(SystemClock(), gate=gate)
    early = asyncio.create_task(cache.read(shelf(name), 0, ORDERS, platform.fetch))
    await platform.begun.wait()
    late = asyncio.create_task(cache.read(shelf(name), 30, ORDERS, platform.fetch))
    await until(lambda: cache.boarded == 2)
    gate.set()

    assert ["call 1", "call 1"] == [note((await each)[0]) for each in (early, late)]


async def test_reads_of_no_age_one_after_the_other_each_ask(cache: Cache, platform: Platform, name: str, clock: FakeClock) -> None:
    notes = []
    for _ in range(3):
        notes.append(note((await cache.read(shelf(name), 0, ORDERS, platform.fetch))[0]))
        clock.advance(0.001)

    assert ["call 1", "call 2", "call 3"] == notes


async def test_a_clock_that_is_set_back_does_not_make_a_read_ask_for_ever(cache: Cache, name: str, clock: FakeClock) -> None:
    backwards = Platform(clock, lambda _: None)
    reading = cache.read(shelf(name), 0, ORDERS, backwards.fetch)
    task = asyncio.create_task(reading)
    await asyncio.sleep(0)
    clock.advance(-3600)
    await task

    assert 1 == len(backwards.calls)


async def test_one_who_leaves_does_not_disturb_those_who_wait(cache: Cache, platform: Platform, name: str) -> None:
    platform.gate = asyncio.Event()
    waiting = [asyncio.create_task(cache.read(shelf(name), 30, ORDERS, platform.fetch)) for _ in range(3)]
    await platform.begun.wait()
    waiting[0].cancel()
    await asyncio.wait([waiting[0]])
    platform.gate.set()

    assert ["call 1", "call 1"] == [note((await each)[0]) for each in waiting[1:]]
    assert waiting[0].cancelled()


async def test_a_flight_ends_with_the_last_who_waited_and_gives_its_lock_back(
    cache: Cache, platform: Platform, name: str, fast: Redis
) -> None:
    platform.gate = asyncio.Event()
    waiting = [asyncio.create_task(cache.read(shelf(name), 30, ORDERS, platform.fetch)) for _ in range(2)]
    await platform.begun.wait()
    locked = await fast.exists(f"{name}:lock")
    for each in waiting:
        each.cancel()
        await asyncio.wait([each])
    again = asyncio.create_task(cache.read(shelf(name), 30, ORDERS, platform.fetch))
    platform.gate.set()

    assert "call 2" == note((await again)[0])
    await cache.close()
    assert (1, 0) == (locked, await fast.exists(f"{name}:lock"))


async def test_what_was_fetched_for_one_whose_time_was_up_is_kept(cache: Cache, platform: Platform, name: str) -> None:
    platform.gate = asyncio.Event()
    alone = asyncio.create_task(cache.read(shelf(name), 30, ORDERS, platform.fetch))
    await platform.begun.wait()
    alone.cancel(LATE)
    await asyncio.wait([alone])
    platform.gate.set()
    await cache.close()

    assert "call 1" == note((await cache.read(shelf(name), 30, ORDERS, platform.fetch))[0])


async def test_nobody_waits_for_ever_for_a_flight_that_was_ended(cache: Cache, platform: Platform, name: str) -> None:
    platform.gate = asyncio.Event()
    waiting = asyncio.create_task(cache.read(shelf(name), 30, ORDERS, platform.fetch))
    await platform.begun.wait()
    for task in cache._tasks:
        task.cancel()
    found = (await waiting)[0]

    assert isinstance(found, PlatformError)
    assert {} == cache._landings


NOW = struct.pack(">d", DAY.timestamp())


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"123",
        b"\xff" * 8 + b"{}",
        struct.pack(">d", 1e300) + b"null",
        NOW,
        NOW + b"{",
        NOW + b"[]",
        NOW + b'{"kind": 1}',
        NOW + b"\xff\xfe",
    ],
)
async def test_what_can_t_be_read_is_fetched_again(cache: Cache, platform: Platform, name: str, fast: Redis, raw: bytes) -> None:
    await fast.set(name, raw, ex=60)
    found = (await cache.read(shelf(name), 1e9, ORDERS, platform.fetch))[0]

    assert "call 1" == note(found)


async def test_extras_of_a_type_there_is_no_more_are_fetched_again(cache: Cache, platform: Platform, name: str, fast: Redis) -> None:
    raw = ORDERS.write(entity(Order, "east", "1"), DAY).replace(b"FakeOrderExtras", b"GoneOrderExtras")
    await fast.set(name, raw, ex=60)

    assert "call 1" == note((await cache.read(shelf(name), 1e9, ORDERS, platform.fetch))[0])


async def test_a_key_that_holds_something_else_is_a_miss(cache: Cache, platform: Platform, name: str, fast: Redis) -> None:
    await fast.hset(name, "a", "b")
    found = (await cache.read(shelf(name), 30, ORDERS, platform.fetch))[0]
    await fast.delete(name)

    assert "call 1" == note(found)


async def test_without_the_cache_stores_still_answer(platform: Platform, name: str, clock: FakeClock) -> None:
    nowhere = Redis.from_url("redis://127.0.0.1:1", socket_connect_timeout=0.5, driver_info=DRIVER)
    cache = Cache(nowhere, clock, 3600)
    first = (await cache.read(shelf(name), 30, ORDERS, platform.fetch))[0]
    own = (await cache.read(shelf(name), 30, ORDERS, platform.fetch))[0]
    await cache.close()
    await nowhere.aclose()

    assert ["call 1", "call 1"] == [note(first), note(own)]


async def test_what_another_version_kept_is_not_read(fast: Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    made = mall(fast, ["east"])
    made.shops["east"].orders(1)
    await made.core.entities("east", Kind.ORDER, ["o0"], 30)
    monkeypatch.setattr(cache_module, "VERSION", "other")
    await made.another(fast).core.entities("east", Kind.ORDER, ["o0"], 30)

    assert 2 == len(made.shops["east"].reads)


async def test_the_process_s_own_copy_is_bounded_by_bytes(
    fast: Redis, clock: FakeClock, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache_module, "LOCAL_BYTES", 50_000)
    cache = Cache(fast, clock, 3600)
    large = Platform(clock, lambda place: entity(Order, "east", str(place), note="x" * 5_000))
    await cache.read(shelf(*(f"{name}{place}" for place in range(100))), 30, ORDERS, large.fetch)

    assert cache._local.currsize <= 50_000
    assert 0 < len(cache._local) < 10


async def test_a_value_larger_than_the_process_s_own_copy_is_served_and_kept_outside(
    fast: Redis, clock: FakeClock, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache_module, "LOCAL_BYTES", 3_000)
    cache = Cache(fast, clock, 3600)
    large = Platform(clock, lambda place: entity(Order, "east", str(place), note="x" * 5_000))
    notes = [note((await cache.read(shelf(name), 30, ORDERS, large.fetch))[0]) for _ in range(2)]

    assert ["x" * 5_000] * 2 == notes
    assert 1 == len(large.calls)


async def test_everything_kept_has_an_end(cache: Cache, platform: Platform, name: str, fast: Redis) -> None:
    await cache.read(shelf(name), 30, ORDERS, platform.fetch)
    await cache.close()

    assert 3500 < await fast.ttl(name) <= 3600
    assert not await fast.exists(f"{name}:lock")


async def test_what_is_kept_is_given_however_old_and_nothing_is_fetched(
    cache: Cache, platform: Platform, name: str, clock: FakeClock
) -> None:
    await cache.read(shelf(name), 30, ORDERS, platform.fetch)
    clock.time += timedelta(days=9)
    kept, missing = await cache.read(shelf(name, f"{name}2"), None, ORDERS, platform.fetch)

    assert "call 1" == note(kept)
    assert isinstance(missing, PlatformError)
    assert 1 == len(platform.calls)
