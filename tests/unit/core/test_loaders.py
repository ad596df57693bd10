"""Within one request, what is asked for one by one is fetched together and once."""

import asyncio
from collections.abc import Awaitable
from typing import Any

import pytest
from redis.asyncio import Redis

from schema.errors import CartographError, Category, Code, StoreError
from schema.keys import Key, Kind
from tests.support.fakes import DAY, DEFAULT_SORTS, FakeClock, Mall, mall


def order(store: str, number: int) -> Key:
    return Key(Kind.ORDER, store, f"o{number}")


def filled(fast: Redis, **more: Any) -> Mall:
    made = mall(fast, ["east", "west"], **more)
    for shop in made.shops.values():
        shop.orders(1, 2, 3)
    return made


async def outcomes(*waiting: Awaitable[Any]) -> list[Any]:
    """Return results and failures."""
    return await asyncio.gather(*waiting, return_exceptions=True)


async def test_each_store_is_asked_once_and_everyone_gets_his_own(fast: Redis) -> None:
    made = filled(fast)
    context = made.context()
    wanted = [order(store, number) for number in (2, 0, 1) for store in ("west", "east")]
    found = await asyncio.gather(*(context.one(key) for key in wanted))

    assert wanted == [row.key for row in found]
    assert [[("o2", "o0", "o1")]] * 2 == [[read.ids for read in shop.reads] for shop in made.shops.values()]


async def test_what_is_asked_for_again_is_not_fetched_again(fast: Redis) -> None:
    made = filled(fast)
    context = made.context()
    context.tighten({"max_age": 0})
    first = await context.one(order("east", 0))
    again = await asyncio.gather(*(context.one(order("east", 0)) for _ in range(3)))

    assert [first] * 3 == list(again)
    assert 1 == len(made.shops["east"].reads)


async def test_what_there_is_not_is_none(fast: Redis) -> None:
    assert await filled(fast).context().one(order("east", 9)) is None


async def test_a_failure_belongs_to_its_key_alone(fast: Redis) -> None:
    made = filled(fast, clock=FakeClock())
    made.shops["east"].broken_ids["o1"] = made.shops["east"].failure(Category.QUOTA, "Too much.", retry_after=5)
    context = made.context()
    good, bad = await outcomes(context.one(order("east", 0)), context.one(order("east", 1)))

    assert "o0" == good.key_id
    assert isinstance(bad, StoreError)
    assert {"code": "STORE_FAILED", "store": "east", "category": "QUOTA", "retryAt": "2026-03-01T00:00:05Z"} == bad.extensions


async def test_a_store_that_fails_leaves_the_others_alone(fast: Redis) -> None:
    made = filled(fast)
    made.shops["east"].fail()
    context = made.context()
    bad, good = await outcomes(context.one(order("east", 0)), context.one(order("west", 0)))

    assert isinstance(bad, StoreError)
    assert "o0" == good.key_id


async def test_rows_of_a_list_need_not_be_fetched_again_for_a_link(fast: Redis) -> None:
    made = filled(fast)
    context = made.context()
    page = await context.connection(Kind.ORDER, {"sort": DEFAULT_SORTS[Kind.ORDER], "max_age": 0})
    found = await asyncio.gather(*(context.one(row.key) for row in page.nodes))

    assert all(one is other for one, other in zip(page.nodes, found, strict=True))
    assert 2 == sum(len(shop.reads) for shop in made.shops.values())


async def test_parts_are_fetched_together_and_in_order(fast: Redis) -> None:
    made = filled(fast)
    east = made.shops["east"]
    for number in range(3):
        east.parts["refunds", f"o{number}"] = [east.add(Kind.REFUND, f"r{number}", created_at=DAY)]
    context = made.context()
    found = await asyncio.gather(*(context.children("refunds", order("east", number)) for number in (2, 0)))

    assert [["r2"], ["r0"]] == [[row.key_id for row in rows] for rows in found]
    assert [("refunds", ("o2", "o0"))] == [(read.what, read.ids) for read in east.reads]


async def test_one_who_leaves_does_not_disturb_those_who_wait_for_the_same(fast: Redis) -> None:
    made = filled(fast)
    gate, begun = asyncio.Event(), asyncio.Event()

    async def before(_: Any) -> None:
        begun.set()
        await gate.wait()

    made.shops["east"].before = before
    context = made.context()
    leaving, staying = (asyncio.create_task(context.one(order("east", 0))) for _ in range(2))
    await begun.wait()
    leaving.cancel()
    await asyncio.wait([leaving])
    gate.set()

    assert "o0" == (await staying).key_id


async def test_a_store_that_never_answers_ends_at_the_request_s_deadline(fast: Redis) -> None:
    made = filled(fast, request_seconds=0.03)
    gate = asyncio.Event()
    made.shops["east"].before = lambda _: gate.wait()
    with pytest.raises(CartographError) as caught:
        await made.context().one(order("east", 0))
    gate.set()
    await made.core.close()

    assert Code.DEADLINE is caught.value.code


async def test_links_are_as_fresh_as_the_strictest_field_of_the_request(fast: Redis) -> None:
    clock = FakeClock()
    made = filled(fast, clock=clock)
    await made.context().one(order("east", 0))
    clock.advance(20)
    for ages, reads in (((), 1), ((60, 25), 1), ((60, 10), 2)):
        context = made.context()
        for age in ages:
            context.tighten({"max_age": age})
        await context.one(order("east", 0))
        assert reads == len(made.shops["east"].reads)


async def test_a_reader_that_breaks_its_contract_is_a_failure_of_its_store(fast: Redis) -> None:
    made = filled(fast)

    async def too_few(_: Any) -> list[Any]:
        return []

    made.replace_by_ids("east", Kind.ORDER, too_few)
    with pytest.raises(StoreError, match="could not be understood"):
        await made.context().one(order("east", 0))
