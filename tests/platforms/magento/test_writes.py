"""Writes to Magento stores, over real HTTP: stock, in the fewest calls, and what goes wrong on the way."""

import itertools
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from adapters.kit.failures import PlatformError
from adapters.kit.writing import Done, Job, Looked, NotDone, Performed, Unclear, Writer
from adapters.magento import PLATFORM
from adapters.magento.search import Search, among
from adapters.magento.shop import PRODUCTS, Shop
from schema.commands import SHAPES, Command, InventoryAdjust, InventorySet, PriceSet, WriteOperation
from schema.errors import Category
from schema.keys import Kind
from tests.platforms.magento.conftest import Serve, Served

PLAIN, VARIANT, OTHER, BUNDLE = "1", "2-3", "2-4", "45"  # a product in one form, two variants of another, and a bundle
NUMBERS = itertools.count(1)


class Diary:
    """A journal in memory."""

    def __init__(self) -> None:
        self.notes: dict[str, dict[str, Any]] = {}

    async def note(self, notes: Mapping[str, Mapping[str, Any]]) -> None:
        for name, new in notes.items():
            self.notes.setdefault(name, {}).update(new)


def writer(shop: Served, command: Command) -> Writer:
    assert PLATFORM.writers is not None
    operation = next(operation for operation, shape in SHAPES.items() if shape is type(command))
    return PLATFORM.writers(shop.session, shop.readers)[operation]


def job(command: Command, **fields: Any) -> Job:
    return Job(**{"id": f"w-{next(NUMBERS)}", "command": command, **fields})


def again(given: Job, diary: Diary) -> Job:
    """Return a job after an attempt with an unknown end."""
    return Job(given.id, given.command, attempt=2, uncertain=True, notes=diary.notes.get(given.id, {}))


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
    return [call for call in shop.calls() if not call.startswith("GET ") and not call.endswith("-information")]


async def one(shop: Served, kind: Kind, key: str) -> Any:
    read = shop.readers.kinds[kind].by_ids
    assert read is not None
    (found,) = await read([key])
    assert not isinstance(found, PlatformError)
    return found


async def parts(shop: Served, name: str, key: str) -> Sequence[Any]:
    (found,) = await shop.readers.parts[name]([key])
    assert isinstance(found, list)
    return found


async def product(shop: Served, key: str) -> Any:
    """Return a product's row as the platform shows it."""
    return (await Shop(shop.session).by_ids(PRODUCTS, "Test", [key]))[key].row  # type: ignore[union-attr]


def price(variant: str, amount: str, compare_at: str | None = None) -> PriceSet:
    return PriceSet(variant, amount, "USD", compare_at)


async def units(shop: Served, key: str) -> int | None:
    level = await one(shop, Kind.INVENTORY_LEVEL, key)
    return level.on_hand if level.on_hand is not None else level.available  # type: ignore[no-any-return]


def test_the_table_names_what_can_be_written(shop: Served) -> None:
    assert PLATFORM.writers is not None

    assert set(PLATFORM.manifest.writes) == set(PLATFORM.writers(shop.session, shop.readers))
    assert WriteOperation.ORDER_ACKNOWLEDGE not in PLATFORM.manifest.writes


@pytest.mark.parametrize("key", [f"{PLAIN}:default", f"{VARIANT}:default", f"{PLAIN}:east"])
async def test_stock_is_set_by_one_change_and_read_back(shop: Served, key: str) -> None:
    results = await do(shop, InventorySet(key, 7))

    assert [{"on_hand": 7}] == [done(each).after for each in results]
    assert ["POST /V1/inventory/source-items"] == changes(shop)
    assert ["stock.set"] == [what for what, _, _ in effects(shop)]
    assert 7 == await units(shop, key)


async def test_many_levels_go_out_in_one_list(shop: Served) -> None:
    keys = [f"2-{number}:{source}" for number in range(3, 27) for source in ("default", "east")]
    results = await do(shop, *(InventorySet(key, turn) for turn, key in enumerate(keys)))

    assert len(keys) == len([done(each) for each in results])
    assert ["POST /V1/inventory/source-items"] == changes(shop)
    assert len(keys) == len(effects(shop))
    assert 47 == await units(shop, keys[47])


async def test_a_store_that_limits_lists_is_asked_for_less_from_then_on(serve: Serve) -> None:
    shop = await serve(max_entities=20)
    commands = [InventorySet(f"2-{number}:default", number) for number in range(3, 27)]

    for asked in (3, 2):  # the first time one is refused
        assert 24 == len([done(each) for each in await do(shop, *commands)])
        assert ["POST /V1/inventory/source-items"] * asked == changes(shop)
    assert 48 == len(effects(shop))


async def test_one_unknown_source_costs_its_own_level_only(shop: Served) -> None:
    results = await do(shop, InventorySet(f"{PLAIN}:default", 3), InventorySet(f"{PLAIN}:moon", 4), InventorySet(f"{VARIANT}:east", 5))

    assert (Category.VALIDATION, "NO_LOCATION") == failure(results[1])
    assert [{"on_hand": 3}, {"on_hand": 5}] == [done(results[turn]).after for turn in (0, 2)]
    assert 2 == len(changes(shop))
    assert 2 == len(effects(shop))


async def test_a_locked_table_may_be_tried_again_without_a_doubt(shop: Served) -> None:
    shop.fail(match="POST /V1/inventory/source-items", status=400, body='{"message":"Could not save Source Item"}')
    (result,) = await do(shop, InventorySet(f"{PLAIN}:default", 3))

    assert (Category.TRANSIENT, "LOCKED") == failure(result)
    assert isinstance(result, PlatformError)
    assert not result.uncertain


@pytest.mark.parametrize("key", ["999:default", "x:default", "1", "2-999:default", "999-3:default", "", "1:"])
async def test_stock_of_what_there_is_not_is_refused_without_a_change(shop: Served, key: str) -> None:
    results = await do(shop, InventorySet(key, 1)) + await do(shop, InventoryAdjust(key, 1))

    assert {Category.VALIDATION} == {failure(each)[0] for each in results}
    assert [] == effects(shop)


@pytest.mark.parametrize("key", [f"{BUNDLE}:default", "2:default"])
async def test_what_is_put_together_has_no_stock(shop: Served, key: str) -> None:
    (result,) = await do(shop, InventorySet(key, 1))

    assert (Category.VALIDATION, "NOT_TRACKED") == failure(result)
    assert [] == effects(shop)


async def test_what_sold_out_is_out_of_stock_and_what_came_back_is_in(shop: Served) -> None:
    for quantity, status in ((0, 0), (4, 1)):
        await do(shop, InventorySet(f"{PLAIN}:default", quantity))
        search = Search((among("sku", ["TEN-0001"]), among("source_code", ["default"])), orders=(("sku", False),))
        (item,) = await Shop(shop.session).walk("inventory/source-items", "Test", search)
        assert (quantity, status) == (item.row["quantity"], item.row["status"])


async def test_an_adjustment_is_noted_before_it_is_written(shop: Served) -> None:
    await do(shop, InventorySet(f"{PLAIN}:default", 10))
    diary, wish = Diary(), job(InventoryAdjust(f"{PLAIN}:default", -4))
    (result,) = await perform(shop, wish, diary=diary)

    assert ({"on_hand": 10}, {"on_hand": 6}) == (done(result).before, done(result).after)
    assert {"before": 10, "after": 6} == diary.notes[wish.id]
    assert 6 == await units(shop, f"{PLAIN}:default")


async def test_a_variant_below_two_roofs_is_adjusted_twice_by_two(shop: Served) -> None:
    """The same pieces have two keys when a variant is also a product: neither adjustment may swallow the other."""
    await do(shop, InventorySet(f"{VARIANT}:default", 10))
    results = await do(shop, InventoryAdjust(f"{VARIANT}:default", 2), InventoryAdjust("3:default", 5))

    assert [{"on_hand": 12}, {"on_hand": 17}] == [done(each).after for each in results]
    assert 17 == await units(shop, f"{VARIANT}:default")


async def test_an_adjustment_whose_answer_was_lost_is_found_by_its_note(shop: Served) -> None:
    await do(shop, InventorySet(f"{PLAIN}:default", 10))
    effects(shop)
    diary, wish = Diary(), job(InventoryAdjust(f"{PLAIN}:default", 3))
    shop.fail(match="POST /V1/inventory/source-items", after=True, hang_up=True)
    (result,) = await perform(shop, wish, diary=diary)

    assert isinstance(result, PlatformError)
    assert result.uncertain
    assert [Done(after={"on_hand": 13})] == await look(shop, again(wish, diary))
    assert 1 == len(effects(shop))

    await do(shop, InventorySet(f"{PLAIN}:default", 10))
    assert [NotDone()] == await look(shop, again(wish, diary))
    await do(shop, InventorySet(f"{PLAIN}:default", 11))
    assert isinstance((await look(shop, again(wish, diary)))[0], Unclear)


async def test_an_adjustment_that_never_began_was_not_made(shop: Served) -> None:
    assert [NotDone()] == await look(shop, again(job(InventoryAdjust(f"{PLAIN}:default", 3)), Diary()))


async def test_a_look_at_a_set_level_reads_what_lies_there(shop: Served) -> None:
    await do(shop, InventorySet(f"{PLAIN}:default", 5))

    looked = await look(shop, job(InventorySet(f"{PLAIN}:default", 5)), job(InventorySet(f"{PLAIN}:default", 6)))
    assert [Done(after={"on_hand": 5}), NotDone()] == looked
    assert [NotDone()] == await look(shop, job(InventorySet(f"{PLAIN}:moon", 5)))


async def test_a_store_without_sources_has_one_number(serve: Serve) -> None:
    shop = await serve(msi=False)
    results = await do(shop, InventorySet(f"{PLAIN}:default", 8), InventorySet(f"{VARIANT}:default", 0), InventorySet(f"{PLAIN}:east", 8))

    assert [{"available": 8}, {"available": 0}] == [done(each).after for each in results[:2]]
    assert (Category.VALIDATION, "NO_LOCATION") == failure(results[2])
    assert ["PUT /V1/products/{productSku}/stockItems/{itemId}"] * 2 == changes(shop)
    (added,) = await do(shop, InventoryAdjust(f"{PLAIN}:default", 2))
    assert ({"available": 8}, {"available": 10}) == (done(added).before, done(added).after)
    assert 10 == await units(shop, f"{PLAIN}:default")


@pytest.mark.parametrize(
    ("status", "body", "category"),
    [
        (401, '{"message":"The consumer isn\'t authorized to access %resources."}', Category.AUTH),
        (429, "<html></html>", Category.QUOTA),
        (503, "<html></html>", Category.TRANSIENT),
        (500, '{"message":"Internal Error. Details are available in Magento log file. Report ID: x"}', Category.TRANSIENT),
    ],
)
async def test_what_ends_a_call_is_the_value_of_all_its_jobs(shop: Served, status: int, body: str, category: Category) -> None:
    shop.fail(match="POST /V1/products/base-prices", times=-1, status=status, body=body, headers={"retry-after": "1"})
    results = await do(shop, price(PLAIN, "5.00"), price(VARIANT, "6.00"))

    assert [category] * 2 == [failure(each)[0] for each in results]
    assert 1 == len(changes(shop))
    assert [] == effects(shop)


async def test_a_failed_read_before_a_write_leaves_no_doubt(shop: Served) -> None:
    for command in (price(PLAIN, "5.00"), InventorySet(f"{PLAIN}:default", 1), InventoryAdjust(f"{PLAIN}:default", 1)):
        shop.fail(match="GET /V1/products", times=-1, status=503, body="<html></html>")
        (result,) = await do(shop, command)
        shop.running.control.faults.clear()
        shop.session.breaker.reset()

        assert isinstance(result, PlatformError)
        assert (Category.TRANSIENT, False) == (result.category, result.uncertain)
    assert [] == effects(shop)


async def test_a_lost_answer_leaves_a_doubt_and_is_not_repeated(shop: Served) -> None:
    shop.fail(match="POST /V1/products/base-prices", after=True, hang_up=True)
    (result,) = await do(shop, price(PLAIN, "5.00"))

    assert isinstance(result, PlatformError)
    assert result.uncertain
    assert 1 == len(effects(shop))
