"""Writes to Walmart stores, over real HTTP: stock and prices, few one by one and many in a feed, each job with a result of its own."""

import itertools
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from adapters.kit.failures import PlatformError
from adapters.kit.writing import Accepted, Done, Job, Looked, NotDone, Performed, Writer
from adapters.walmart import PLATFORM
from adapters.walmart.manifest import FEW_PRICES, FEW_STOCKS, WALMART
from schema.commands import SHAPES, Command, InventoryAdjust, InventorySet, PriceSet, WriteOperation
from schema.errors import Category
from schema.keys import Kind
from tests.platforms.walmart.conftest import Serve, Served
from tests.platforms.walmart.test_reads import EVERY_ITEM

SKU, SECOND = "THR-0000", "TRA-0009"
PUT_STOCK, PUT_PRICE, FEED = "PUT /v3/inventories/{sku}", "PUT /v3/price", "POST /v3/feeds"
FEED_STATUS, FEEDS = "GET /v3/feeds/{feedId}", "GET /v3/feeds"
NUMBERS = itertools.count(1)


class Diary:
    """A journal in memory."""

    def __init__(self) -> None:
        self.notes: dict[str, dict[str, Any]] = {}

    async def note(self, notes: Mapping[str, Mapping[str, Any]]) -> None:
        for name, new in notes.items():
            self.notes.setdefault(name, {}).update(new)

    def again(self, job: Job, **fields: Any) -> Job:
        """Return a job as its next attempt gets it."""
        return replace(job, notes=self.notes.get(job.id, {}), **fields)


def writer(shop: Served, command: Command) -> Writer:
    assert PLATFORM.writers is not None
    operation = next(operation for operation, shape in SHAPES.items() if shape is type(command))
    return PLATFORM.writers(shop.session, shop.readers)[operation]


def job(command: Command, **fields: Any) -> Job:
    return Job(**{"id": f"w-{next(NUMBERS):04d}", "command": command, **fields})


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


async def check(shop: Served, diary: Diary, jobs: list[Job], results: list[Performed]) -> list[Performed]:
    """Ask after jobs that were accepted, all under one handle."""
    (handle,) = {each.handle for each in results if isinstance(each, Accepted)}
    ask = writer(shop, jobs[0].command).check
    assert ask is not None
    shop.calls()
    return list(await ask([diary.again(each, handle=handle) for each in jobs], diary))


async def by_feed(shop: Served, *commands: Command) -> list[Performed]:
    """Carry out what goes by feed, and return what became of it when the feed has ended."""
    diary, jobs = Diary(), [job(command) for command in commands]
    results = await perform(shop, *jobs, diary=diary)
    accepted = [each for each, result in zip(jobs, results, strict=True) if isinstance(result, Accepted)]
    if not accepted:
        return results
    shop.clock.leap(5)
    found = dict(zip((each.id for each in accepted), await check(shop, diary, accepted, results), strict=True))
    return [found.get(each.id, result) for each, result in zip(jobs, results, strict=True)]


def failure(result: object) -> tuple[Category, str]:
    assert isinstance(result, PlatformError), result
    return result.category, result.code


def done(result: object) -> Done:
    assert isinstance(result, Done), result
    return result


def uncertain(result: object) -> bool:
    return isinstance(result, PlatformError) and result.uncertain


def effects(shop: Served) -> list[tuple[str, str, Any]]:
    """Return what the sandbox was seen doing since the last time."""
    seen = [(each.what, each.entity, each.value) for each in shop.running.control.effects]
    shop.running.control.effects.clear()
    return seen


def changes(shop: Served) -> dict[str, int]:
    """Return the calls since the last time that change something."""
    return {name: count for name, count in shop.calls().items() if not name.startswith("GET ") and name != "POST /v3/token"}


async def one(shop: Served, kind: Kind, key: str) -> Any:
    (found,) = await shop.by_ids(kind, key)
    assert not isinstance(found, PlatformError)
    return found


async def level(shop: Served, sku: str, place: int = 0) -> Any:
    (found,) = await shop.readers.parts["inventory_levels"]([sku])
    assert isinstance(found, list)
    return [each for each in found if each.location_key_id != WALMART][place]


async def skus(shop: Served, count: int) -> list[str]:
    """Return SKUs with stock of the seller's own."""
    levels = await shop.rows(Kind.INVENTORY_LEVEL, EVERY_ITEM)
    return list(dict.fromkeys(each.variant_key_id for each in levels if each.location_key_id != WALMART))[:count]


def price(variant: str, amount: str, **fields: Any) -> PriceSet:
    return PriceSet(variant, amount, **{"currency_code": "USD", **fields})


async def priced(shop: Served, sku: str) -> str:
    return str((await one(shop, Kind.VARIANT, sku)).price.amount)


def test_the_table_names_what_can_be_written(shop: Served) -> None:
    assert PLATFORM.writers is not None

    assert set(PLATFORM.manifest.writes) == set(PLATFORM.writers(shop.session, shop.readers))
    assert all(
        facts.asynchronous == (PLATFORM.writers(shop.session, shop.readers)[operation].check is not None)
        for operation, facts in PLATFORM.manifest.writes.items()
    )
    assert WriteOperation.CUSTOMER_CREATE not in PLATFORM.manifest.writes


async def test_what_can_be_sold_is_set_whatever_is_ordered(shop: Served) -> None:
    shop.row("insert", "order", lines=[[SKU, 3]])
    before = await level(shop, SKU)
    (result,) = await do(shop, InventorySet(before.key_id, 7))
    after = await level(shop, SKU)

    assert ({"available": before.available}, {"available": 7}) == (done(result).before, done(result).after)
    assert before.committed >= 3
    assert (7, 7 + before.committed, before.committed) == (after.available, after.on_hand, after.committed)
    assert [("stock.set", SKU, 7)] == effects(shop)


async def test_all_nodes_of_a_sku_are_written_by_one_call(shop: Served) -> None:
    nodes = [each.key_id for each in await shop.rows(Kind.LOCATION, EVERY_ITEM) if each.is_active and each.key_id != WALMART][:2]
    results = await do(shop, *(InventorySet(f"{node}:{SKU}", 5) for node in nodes), InventorySet(f"{nodes[0]}:{SECOND}", 4))

    assert [{"available": 5}, {"available": 5}, {"available": 4}] == [done(each).after for each in results]
    assert {PUT_STOCK: 2} == changes(shop)
    assert 3 == len(effects(shop))


async def test_one_wrong_level_costs_the_others_nothing(shop: Served) -> None:
    good = (await level(shop, SKU)).key_id
    wrong = ["1:THR-0000", "no-node:x", ":x", "1:", "1:..", "1:none", f"{WALMART}:{SECOND}", "x"]
    first, *others = await do(shop, InventorySet(good, 3), *(InventorySet(each, 3) for each in wrong))

    assert {"available": 3} == done(first).after
    assert {Category.VALIDATION} == {failure(each)[0] for each in others}
    assert "KEPT_BY_WALMART" == failure(others[-2])[1]
    assert [("stock.set", SKU, 3)] == effects(shop)


async def test_many_skus_go_in_one_feed_and_are_done_when_it_has_ended(shop: Served) -> None:
    names = await skus(shop, FEW_STOCKS + 1)
    diary, jobs = Diary(), [job(InventorySet((await level(shop, name)).key_id, turn)) for turn, name in enumerate(names)]
    results = await perform(shop, *jobs, diary=diary)
    sent = changes(shop)
    early = await check(shop, diary, jobs, results)
    at_once = effects(shop)
    shop.clock.leap(5)
    late = await check(shop, diary, jobs, results)
    asked = dict(shop.calls())

    assert ({FEED: 1}, []) == (sent, at_once)
    assert {Accepted} == {type(each) for each in [*results, *early]}
    assert [{"available": turn} for turn in range(len(names))] == [done(each).after for each in late]
    assert {FEED_STATUS: 1} == asked
    assert len(names) == len(effects(shop))
    assert list(range(len(names))) == [(await level(shop, name)).available for name in names]


async def test_each_row_of_a_feed_fails_for_itself_and_what_broke_down_is_done_again(shop: Served) -> None:
    names = await skus(shop, FEW_STOCKS + 13)
    commands = [InventorySet((await level(shop, name)).key_id, 9) for name in names]
    for name, trouble in (("SYSTEM_ERROR", 0), ("LOCKED", len(names) - 1)):
        shop.row("touch", "product", names[trouble], trouble=name)
    broken, *good, locked = await by_feed(shop, *commands)

    assert {"available": 9} == done(broken).after
    assert (Category.CONFLICT, "ERR_EXT_DATA_0101211") == failure(locked)
    assert [Done] * len(good) == [type(each) for each in good]
    assert {PUT_STOCK: 1} == changes(shop)
    assert len(names) - 1 == len(effects(shop))


async def test_a_feed_that_is_too_large_is_refused_for_all(shop: Served) -> None:
    diary, jobs = Diary(), [job(price(sku, "5")) for sku in await skus(shop, FEW_PRICES + 1)]
    shop.fail(match=FEED, status=413, body="{}")
    results = await perform(shop, *jobs, diary=diary)

    assert {Category.VALIDATION} == {failure(each)[0] for each in results}
    assert not effects(shop)


async def test_a_feed_whose_answer_was_lost_is_found_and_not_sent_again(shop: Served) -> None:
    names = await skus(shop, FEW_STOCKS + 1)
    diary, jobs = Diary(), [job(InventorySet((await level(shop, name)).key_id, 6)) for name in names]
    shop.row("touch", "product", names[-1], trouble="LOCKED")
    shop.fail(match=FEED, after=True, hang_up=True)
    lost = await perform(shop, *jobs, diary=diary)
    again = [diary.again(each, uncertain=True) for each in jobs]
    running = await look(shop, *again)
    shop.clock.leap(5)
    *ended, locked = await look(shop, *again)

    assert all(uncertain(each) for each in lost)
    assert {(Category.TRANSIENT, "FEED_RUNNING")} == {failure(each) for each in running if not isinstance(each, Done)}
    assert [Done] * len(ended) == [type(each) for each in ended]
    assert isinstance(locked, NotDone)
    assert len(names) - 1 == len(effects(shop))


async def test_a_feed_that_never_came_in_is_not_done(shop: Served) -> None:
    names = await skus(shop, FEW_PRICES + 1)
    diary, jobs = Diary(), [job(price(name, "5.25")) for name in names]
    shop.fail(match=FEED, hang_up=True)
    lost = await perform(shop, *jobs, diary=diary)
    found = await look(shop, *(diary.again(each, uncertain=True) for each in jobs))

    assert all(uncertain(each) for each in lost)
    assert {NotDone} == {type(each) for each in found}


async def test_a_level_whose_answer_was_lost_is_seen(shop: Served) -> None:
    work = job(InventorySet((await level(shop, SKU)).key_id, 7))
    shop.fail(match=PUT_STOCK, after=True, hang_up=True)
    (lost,) = await perform(shop, work)
    (seen,) = await look(shop, replace(work, uncertain=True))

    assert uncertain(lost)
    assert {"available": 7} == done(seen).after
    assert [("stock.set", SKU, 7)] == effects(shop)


async def test_stock_is_adjusted_from_what_is_there_and_noted_before(shop: Served) -> None:
    before = await level(shop, SKU)
    diary, work = Diary(), job(InventoryAdjust(before.key_id, -1))
    (result,) = await perform(shop, work, diary=diary)

    assert {work.id: {"before": before.available, "after": before.available - 1}} == diary.notes
    assert {"available": before.available - 1} == done(result).after
    assert before.available - 1 == (await level(shop, SKU)).available


async def test_no_more_is_taken_than_is_there(shop: Served) -> None:
    before = await level(shop, SKU)
    (result,) = await do(shop, InventoryAdjust(before.key_id, -before.available - 1))

    assert (Category.CONFLICT, "TOO_FEW") == failure(result)
    assert not changes(shop)


async def test_few_prices_are_set_one_by_one_and_looked_for_until_they_show(serve: Serve) -> None:
    shop = await serve(lag_seconds=300)
    jobs = [job(price(SKU, "12.50")), job(price(SECOND, "8"))]
    results = await perform(shop, *jobs)
    sent, at_once = changes(shop), await look(shop, *jobs)
    shop.clock.leap(301)
    later = await look(shop, *jobs)

    assert {PUT_PRICE: 2} == sent
    assert [("12.50", True), ("8", True)] == [((done(each).after or {})["price"], done(each).look) for each in results]
    assert ([NotDone, NotDone], [Done, Done]) == ([type(each) for each in at_once], [type(each) for each in later])
    assert "12.5" == await priced(shop, SKU)


async def test_many_prices_go_in_one_feed(shop: Served) -> None:
    names = await skus(shop, FEW_PRICES + 1)
    commands = [price(name, f"{10 + turn}.25") for turn, name in enumerate(names)]
    results = await by_feed(
        shop, *commands, price("none", "3"), price(SKU, "3", currency_code="CAD"), price(SKU, "3", compare_at_price="4")
    )

    assert [each.price for each in commands] == [(done(each).after or {})["price"] for each in results[:-3]]
    assert [(Category.VALIDATION, "ERR_PDI_0034"), (Category.VALIDATION, "CURRENCY"), (Category.VALIDATION, "COMPARE_AT_PRICE")] == [
        failure(each) for each in results[-3:]
    ]
    assert [each.price for each in commands] == [await priced(shop, name) for name in names]


async def test_a_price_walmart_refuses_is_told_in_its_words(shop: Served) -> None:
    free, unknown, good = await do(shop, price(SKU, "0"), price("none", "3"), price(SECOND, "3"))

    assert (Category.VALIDATION, "INVALID_REQUEST_CONTENT") == failure(free)
    assert isinstance(free, PlatformError)
    assert free.message.startswith("Walmart refuses: ")
    assert (Category.VALIDATION, "NOT_FOUND") == failure(unknown)
    assert {"price": "3"} == done(good).after


async def test_prices_above_what_an_hour_allows_wait(serve: Serve) -> None:
    shop = await serve(generous=False)
    codes = [await do(shop, price(SKU, "5")) for _ in range(101)]

    assert [Done] * 100 == [type(each) for (each,) in codes[:-1]]
    assert Category.QUOTA is failure(codes[-1][0])[0]
    assert 100 == len(effects(shop))
