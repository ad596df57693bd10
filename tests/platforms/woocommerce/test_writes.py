"""Writes to WooCommerce stores, over real HTTP: stock and prices, in the fewest calls, each job with a result of its own."""

import itertools
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from adapters.kit.failures import PlatformError
from adapters.kit.http import Request
from adapters.kit.port import Filter, ListQuery, Ordering
from adapters.kit.writing import Done, Job, Looked, NotDone, Performed, Writer
from adapters.woocommerce import PLATFORM
from schema.commands import SHAPES, Command, InventoryAdjust, InventorySet, PriceSet, WriteOperation
from schema.errors import Category
from schema.keys import Kind
from tests.platforms.woocommerce.conftest import Serve, Served

ROOF, FIRST, SECOND = "13", "13-84", "13-85"  # a product, and two of its hundred variations
COUNTED, UNCOUNTED = "120", "10"  # products in one form
NUMBERS = itertools.count(1)


class Diary:
    """A journal in memory."""

    def __init__(self) -> None:
        self.notes: dict[str, dict[str, Any]] = {}

    async def note(self, notes: Mapping[str, Mapping[str, Any]]) -> None:
        for name, new in notes.items():
            self.notes.setdefault(name, {}).update(new)


def operation_of(command: Command) -> WriteOperation:
    return next(operation for operation, shape in SHAPES.items() if shape is type(command))


def writer(shop: Served, command: Command) -> Writer:
    assert PLATFORM.writers is not None
    return PLATFORM.writers(shop.session, shop.readers)[operation_of(command)]


def job(command: Command, **fields: Any) -> Job:
    return Job(**{"id": f"w-{next(NUMBERS)}", "command": command, **fields})


async def perform(shop: Served, *jobs: Job, diary: Diary | None = None) -> list[Performed]:
    """Carry out jobs of one operation; the log of calls begins anew."""
    shop.calls()
    return list(await writer(shop, jobs[0].command).perform(jobs, diary or Diary()))


async def do(shop: Served, *commands: Command) -> list[Performed]:
    return await perform(shop, *(job(command) for command in commands))


async def look(shop: Served, *jobs: Job) -> list[Looked]:
    seen = writer(shop, jobs[0].command).seen
    assert seen is not None
    return list(await seen(jobs))


def failure(result: object) -> tuple[Category, str]:
    assert isinstance(result, PlatformError), result
    return result.category, result.code


def done(result: object) -> Done:
    assert isinstance(result, Done), result
    return result


def made(result: object) -> str:
    entity = done(result).entity
    assert entity is not None
    return entity[1]


def effects(shop: Served) -> list[tuple[str, str, Any]]:
    """Return what the sandbox was seen doing since the last time."""
    seen = [(each.what, each.entity, each.value) for each in shop.running.control.effects]
    shop.running.control.effects.clear()
    return seen


def changes(shop: Served) -> list[str]:
    """Return the calls since the last time that change something."""
    return [call for call in shop.calls() if not call.startswith("GET ")]


async def one(shop: Served, kind: Kind, key: str) -> Any:
    read = shop.readers.kinds[kind].by_ids
    assert read is not None
    (found,) = await read([key])
    assert not isinstance(found, PlatformError)
    return found


async def listed(shop: Served, kind: Kind, **filters: Any) -> Sequence[Any]:
    read = shop.readers.kinds[kind].page
    assert read is not None
    return (await read(ListQuery(Ordering("created_at", descending=True), 100, filter=Filter(**filters)))).rows


async def put(shop: Served, path: str, **fields: Any) -> Any:
    """Change something as the shop's own people do."""
    answer = await shop.session.send(Request("PUT", f"/wp-json/wc/v3/{path}", "Test", json=fields))
    effects(shop)
    return answer.body


async def share(shop: Served, *variations: int) -> None:
    """Let variations share their product's 40 units."""
    await put(shop, f"products/{ROOF}", manage_stock=True, stock_quantity=40)
    for number in variations:
        await put(shop, f"products/{ROOF}/variations/{number}", manage_stock=False)


def price(variant: str, amount: str, compare_at: str | None = None) -> PriceSet:
    return PriceSet(variant, amount, "USD", compare_at)


async def prices(shop: Served, key: str) -> tuple[str | None, str | None]:
    variant = await one(shop, Kind.VARIANT, key)
    return tuple(str(each.amount) if each else None for each in (variant.price, variant.compare_at_price))  # type: ignore[return-value]


async def available(shop: Served, key: str) -> int | None:
    level = await one(shop, Kind.INVENTORY_LEVEL, key)
    return level.available  # type: ignore[no-any-return]


def test_the_table_names_what_can_be_written(shop: Served) -> None:
    assert PLATFORM.writers is not None

    assert set(PLATFORM.manifest.writes) == set(PLATFORM.writers(shop.session, shop.readers))


@pytest.mark.parametrize("key", [COUNTED, UNCOUNTED, FIRST])
async def test_stock_is_set_by_one_change_and_read_back(shop: Served, key: str) -> None:
    results = await do(shop, InventorySet(key, 7))

    assert [{"available": 7}] == [done(each).after for each in results]
    assert 1 == len(changes(shop))
    assert [("stock.set", key.rpartition("-")[2], 7)] == effects(shop)
    assert 7 == await available(shop, key)


async def test_a_hundred_levels_are_set_by_one_call_a_collection(shop: Served) -> None:
    levels = [f"{ROOF}-{number}" for number in range(14, 104)] + ["120", "121", "12"]
    results = await do(shop, *(InventorySet(level, count) for count, level in enumerate(levels)))

    assert [{"available": count} for count in range(len(levels))] == [done(each).after for each in results]
    assert ["POST products/batch", "POST products/{id}/variations/batch"] == sorted(changes(shop))
    assert len(levels) == len(effects(shop))


async def test_one_wrong_level_costs_the_others_nothing(shop: Served) -> None:
    wrong = ["999", f"{ROOF}-999", "abc", "0", "1-2-3", "12/../13"]
    good, *bad = await do(shop, InventorySet(COUNTED, 3), *(InventorySet(level, 3) for level in wrong))

    assert {"available": 3} == done(good).after
    assert {Category.VALIDATION} == {failure(each)[0] for each in bad}
    assert [("stock.set", COUNTED, 3)] == effects(shop)


async def test_a_shared_stock_is_set_where_it_is(shop: Served) -> None:
    await share(shop, 84)
    results = await do(shop, InventorySet(FIRST, 9))

    assert [({"available": 40}, {"available": 9})] == [(done(each).before, done(each).after) for each in results]
    assert [("stock.set", ROOF, 9)] == effects(shop)
    assert 9 == await available(shop, FIRST)


async def test_a_shop_that_lists_variations_by_product_only_is_written_to_alike(serve: Serve) -> None:
    shop = await serve(version="10.2.0")
    await share(shop, 84)
    results = await do(shop, InventorySet(FIRST, 9), InventorySet(SECOND, 8), InventorySet(COUNTED, 7))

    assert [{"available": 9}, {"available": 8}, {"available": 7}] == [done(each).after for each in results]
    assert [(COUNTED, 7), (ROOF, 9), ("85", 8)] == sorted(each[1:] for each in effects(shop))


async def test_a_shop_that_does_not_count_is_no_success(serve: Serve) -> None:
    shop = await serve(manage_stock=False)
    results = await do(shop, InventorySet(COUNTED, 7), InventorySet("121", 7))

    assert [(Category.CONFLICT, "NOT_COUNTED")] * 2 == [failure(each) for each in results]


async def test_stock_is_adjusted_from_what_is_there_and_noted_before(shop: Served) -> None:
    before = await available(shop, COUNTED)
    assert before is not None
    diary = Diary()
    work = job(InventoryAdjust(COUNTED, -3))
    (result,) = await perform(shop, work, diary=diary)

    assert {work.id: {"before": before, "after": before - 3}} == diary.notes
    assert ({"available": before}, {"available": before - 3}) == (done(result).before, done(result).after)
    assert before - 3 == await available(shop, COUNTED)
    assert 1 == len(effects(shop))


async def test_adjustments_of_one_shared_stock_add_up(shop: Served) -> None:
    await share(shop, 84, 85)
    results = await do(shop, InventoryAdjust(FIRST, 5), InventoryAdjust(COUNTED, 1), InventoryAdjust(SECOND, -2))

    assert [45, 52, 43] == [(done(each).after or {})["available"] for each in results]
    assert 43 == await available(shop, FIRST) == await available(shop, SECOND)


async def test_what_is_not_counted_can_not_be_adjusted(shop: Served) -> None:
    results = await do(shop, InventoryAdjust(UNCOUNTED, 1), InventoryAdjust("999", 1))

    assert [(Category.VALIDATION, "NOT_TRACKED"), (Category.VALIDATION, "NOT_FOUND")] == [failure(each) for each in results]
    assert [] == effects(shop)


async def test_a_price_is_set_and_read_back(shop: Served) -> None:
    results = await do(shop, price(COUNTED, "23.50"), price(FIRST, "19.99"), price(SECOND, "20.01"))

    assert ["23.50", "19.99", "20.01"] == [(done(each).after or {})["price"] for each in results]
    assert 2 == len(changes(shop))
    assert [("23.50", None), ("19.99", None)] == [await prices(shop, COUNTED), await prices(shop, FIRST)]


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ([("15.00", "20.00")], ("15.00", "20.00")),
        ([("15.00", "20.00"), ("16.00", None)], ("16.00", "20.00")),  # what is not named stays
        ([("15.00", "20.00"), ("20.00", None)], ("20.00", None)),  # unless it is no reduction any more
        ([("15.00", "20.00"), ("25.00", None)], ("25.00", None)),
        ([("15.00", "20.00"), ("14.00", "")], ("14.00", None)),
        ([("15.00", "20.00"), ("12.00", "18.00")], ("12.00", "18.00")),
        ([("15.00", "")], ("15.00", None)),
        ([("0", None)], ("0", None)),
    ],
)
async def test_a_struck_through_price_stays_until_it_is_named(shop: Served, steps: list[Any], expected: tuple[str, str | None]) -> None:
    for key in (COUNTED, FIRST):
        for amount, compare_at in steps:
            done((await do(shop, price(key, amount, compare_at)))[0])

        assert expected == await prices(shop, key)


async def test_a_reduction_has_to_be_one(shop: Served) -> None:
    results = await do(shop, price(COUNTED, "20.00", "20.00"), price(ROOF, "20.00"), price("999", "1.00"))

    assert {Category.VALIDATION} == {failure(each)[0] for each in results}
    assert [] == effects(shop)


async def test_a_lost_answer_is_in_doubt_and_the_look_finds_the_price(shop: Served) -> None:
    work = job(price(COUNTED, "23.50", "30.00"))
    shop.fail(match="PUT", after=True, hang_up=True)
    (result,) = await perform(shop, work)

    assert isinstance(result, PlatformError)
    assert result.uncertain
    assert isinstance((await look(shop, work))[0], Done)
    assert isinstance((await look(shop, job(price(COUNTED, "23.51", "30.00"))))[0], NotDone)
    assert 1 == len(effects(shop))


async def test_a_lost_batch_is_in_doubt_for_all_and_not_sent_again(shop: Served) -> None:
    shop.fail(match="batch", after=True, status=502, body="<html>")
    results = await do(shop, InventorySet(COUNTED, 5), InventorySet("121", 6))

    assert [True, True] == [isinstance(each, PlatformError) and each.uncertain for each in results]
    assert 1 == len(changes(shop))
    assert [5, 6] == [await available(shop, "120"), await available(shop, "121")]


async def test_a_read_that_fails_first_leaves_no_doubt(shop: Served) -> None:
    shop.fail(match="GET variations", status=502, body="<html>", times=-1)
    (result,) = await do(shop, InventorySet(FIRST, 5))

    assert isinstance(result, PlatformError)
    assert (Category.TRANSIENT, False) == (result.category, result.uncertain)


@pytest.mark.parametrize(
    ("status", "body", "category"),
    [
        (429, "", Category.QUOTA),
        (401, '{"code":"woocommerce_rest_cannot_edit","message":"","data":{"status":401}}', Category.AUTH),
        (503, "<html>", Category.TRANSIENT),
        (500, "<html>", Category.TRANSIENT),
    ],
)
async def test_a_failure_of_a_call_is_that_of_its_jobs_only(shop: Served, status: int, body: str, category: Category) -> None:
    shop.fail(match="products/batch", status=status, body=body)
    results = await do(shop, InventorySet(COUNTED, 5), InventorySet("121", 6), InventorySet(FIRST, 7))

    assert [category, category] == [failure(each)[0] for each in results[:2]]
    assert {"available": 7} == done(results[2]).after


async def test_a_shop_that_allows_smaller_batches_gets_them(shop: Served) -> None:
    body = '{"code":"woocommerce_rest_request_entity_too_large","message":"","data":{"status":413}}'
    shop.fail(match="products/batch", status=413, body=body)
    results = await do(shop, *(InventorySet(key, 5) for key in ("120", "121", "12", "11")))

    assert [{"available": 5}] * 4 == [done(each).after for each in results]
    assert 3 == len(changes(shop))


@pytest.mark.parametrize("status", [406, 501])
async def test_a_firewall_that_forbids_a_verb_is_passed_by_another(shop: Served, status: int) -> None:
    shop.fail(match="PUT", status=status, body="<html>Not Acceptable</html>")

    assert {"available": 5} == done((await do(shop, InventorySet(COUNTED, 5)))[0]).after


async def test_a_key_that_may_only_read_is_told_so(serve: Serve) -> None:
    shop = await serve(permissions="read")

    assert Category.AUTH == failure((await do(shop, InventorySet(COUNTED, 5)))[0])[0]
