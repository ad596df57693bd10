"""Many changes of a Magento store through its own queue: only where its consumer runs, and each job with a result of its own."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from adapters.kit.failures import PlatformError
from adapters.kit.writing import Accepted, Done, Job, NotDone, Performed
from schema.commands import ProductUpdate, VariantUpdate
from schema.errors import Category
from schema.keys import Kind
from tests.platforms.magento.conftest import CLOUD, Serve, Served
from tests.platforms.magento.test_writes import Diary, again, changes, do, done, effects, failure, job, look, one, perform, writer

VARIANTS = [f"2-{number}" for number in range(3, 27)]  # 24
HANDED, ONE = "PUT /async/bulk/V1/products/bySku", "POST /V1/products"
MINUTES = 60


def wishes(price: str = "5.00") -> list[Job]:
    return [job(VariantUpdate(key, {"price": price})) for key in VARIANTS]


async def handed_over(shop: Served, jobs: Sequence[Job], diary: Diary) -> list[Job]:
    """Let the consumer show that it runs, hand jobs over, and return them as they are asked after."""
    await do(shop, *(VariantUpdate(key, {"price": "4.00"}) for key in VARIANTS))
    pass_time(shop, 1)
    results = await perform(shop, *jobs, diary=diary)
    effects(shop)
    (handle,) = {result.handle for result in results if isinstance(result, Accepted)}
    assert all(isinstance(result, Accepted) for result in results)
    return [Job(each.id, each.command, handle=handle, notes=diary.notes[each.id]) for each in jobs]


async def check(shop: Served, jobs: Sequence[Job]) -> list[Performed]:
    asked = writer(shop, jobs[0].command).check
    assert asked is not None
    shop.calls()
    return list(await asked(jobs, Diary()))


def pass_time(shop: Served, seconds: float) -> None:
    """Move the clocks of the sandbox and of the session on."""
    shop.running.control.offset += timedelta(seconds=seconds)
    shop.clock.slept.append(seconds)


async def test_nothing_is_handed_over_before_the_consumer_has_answered(shop: Served) -> None:
    """The first time each is written by itself, and a question is put into the queue; the second time all go in one request."""
    first = await perform(shop, *wishes())
    assert {Done} == {type(each) for each in first}
    assert {ONE: 24, "POST /async/bulk/V1/products/base-prices-information": 1} == _counted(shop.calls())
    assert 24 == len(effects(shop))

    pass_time(shop, 1)
    assert {Accepted} == {type(each) for each in await perform(shop, *wishes("6.00"))}
    assert [HANDED] == changes(shop)


def _counted(calls: Sequence[str]) -> dict[str, int]:
    return {call: calls.count(call) for call in calls if not call.startswith("GET ")}


async def test_what_was_handed_over_is_open_and_then_done(shop: Served) -> None:
    diary = Diary()
    jobs = await handed_over(shop, wishes("6.00"), diary)
    waiting = await check(shop, jobs)
    assert [Accepted] * 24 == [type(each) for each in waiting]
    assert {jobs[0].handle} == {each.handle for each in waiting if isinstance(each, Accepted)}

    pass_time(shop, 1)
    assert [Done()] * 24 == await check(shop, jobs)
    assert ["GET /V1/bulk/{bulkUuid}/status"] == shop.calls()
    assert 24 == len(effects(shop))
    assert "6" == str((await one(shop, Kind.VARIANT, VARIANTS[7])).price.amount.normalize())


async def test_a_queued_change_that_is_refused_is_its_own_jobs_failure(shop: Served) -> None:
    diary = Diary()
    changed = [job(ProductUpdate(str(number), {"title": f"Tent {number}", "handle": f"tent-{number}"})) for number in range(3, 26)]
    bad = job(ProductUpdate("26", {"handle": "product-27"}))
    jobs = await handed_over(shop, [*changed, bad], diary)
    pass_time(shop, 1)
    results = await check(shop, jobs)

    assert [Done()] * 23 == results[:-1]
    assert (Category.CONFLICT, "URL_KEY_TAKEN") == failure(results[-1])
    assert [Done()] == await check(shop, jobs[5:6])
    assert (Category.CONFLICT, "URL_KEY_TAKEN") == failure((await check(shop, jobs[-1:]))[0])


async def test_what_the_consumer_gave_up_is_written_at_once(shop: Served) -> None:
    jobs = await handed_over(shop, wishes("6.00"), Diary())
    shop.fail(match=f"CONSUMER {HANDED}", status=500, body="Deadlock found")
    pass_time(shop, 1)
    results = await check(shop, jobs)

    assert {Done} == {type(each) for each in results}
    assert [ONE] == [call for call in changes(shop) if not call.startswith("CONSUMER")]
    assert 24 == len(effects(shop))


async def test_a_consumer_that_does_not_run_is_not_waited_for(serve: Serve) -> None:
    shop = await serve(consumer=False)
    for _ in range(3):
        assert {Done} == {type(each) for each in await perform(shop, *wishes())}
        pass_time(shop, 4 * MINUTES)
    pass_time(shop, 20 * MINUTES)
    await perform(shop, *wishes())
    shop.calls()
    assert {Done} == {type(each) for each in await perform(shop, *wishes())}
    assert {ONE: 24} == _counted(shop.calls())


async def test_what_a_stopped_consumer_leaves_lying_is_written_at_once(shop: Served) -> None:
    jobs = await handed_over(shop, wishes("6.00"), Diary())
    shop.fail(match="CONSUMER", times=-1, hang_up=True)
    pass_time(shop, 1)
    assert {Accepted} == {type(each) for each in await check(shop, jobs)}

    pass_time(shop, 11 * MINUTES)
    assert {Done} == {type(each) for each in await check(shop, jobs)}
    assert 24 == len(effects(shop))
    await perform(shop, *wishes("7.00"))
    assert {ONE: 24} == _counted(shop.calls())


async def test_a_handover_whose_answer_was_lost_is_waited_for_and_found(shop: Served) -> None:
    await perform(shop, *wishes("4.00"))
    pass_time(shop, 1)
    jobs, diary = wishes("6.00"), Diary()
    shop.fail(match=HANDED, after=True, hang_up=True)
    results = await perform(shop, *jobs, diary=diary)
    assert all(isinstance(each, PlatformError) and each.uncertain for each in results)

    doubtful = [again(each, diary) for each in jobs]
    assert {(Category.TRANSIENT, "QUEUED")} == {failure(each) for each in await look(shop, *doubtful)}
    pass_time(shop, 1)
    assert {Done} == {type(each) for each in await look(shop, *doubtful)}


async def test_a_handover_that_never_arrived_was_not_done(shop: Served) -> None:
    await perform(shop, *wishes("4.00"))
    pass_time(shop, 1)
    jobs, diary = wishes("6.00"), Diary()
    shop.fail(match=HANDED, hang_up=True)
    await perform(shop, *jobs, diary=diary)
    pass_time(shop, 1)

    assert [NotDone()] * 24 == await look(shop, *(again(each, diary) for each in jobs))


async def test_a_bulk_that_is_forgotten_is_looked_for(shop: Served) -> None:
    (forgotten,) = await check(shop, [Job("w", VariantUpdate("2-3", {"price": "1.00"}), handle="no-such-bulk", notes={"place": 0})])

    assert done(forgotten).look


async def test_few_changes_are_never_handed_over(shop: Served) -> None:
    for _ in range(2):
        await perform(shop, *wishes()[:20])
        assert {ONE: 20} == _counted(shop.calls())
        pass_time(shop, 1)


async def test_what_no_queue_takes_goes_beside_it(shop: Served) -> None:
    """Another SKU needs the old one in the path."""
    await perform(shop, *wishes("4.00"))
    pass_time(shop, 1)
    results = await perform(shop, *wishes("6.00"), job(VariantUpdate("28-29", {"sku": "BAC-MOSS"})))

    assert [Accepted, Done] == [type(results[0]), type(results[-1])]
    assert {HANDED: 1, "PUT /V1/products/{sku}": 1} == _counted(shop.calls())


@pytest.mark.parametrize("options", [{"denied": ["Magento_Logging::system_magento_logging_bulk_operations"]}])
async def test_a_queue_nobody_may_look_into_is_not_used(serve: Serve, options: dict[str, Any]) -> None:
    shop = await serve(**options)
    for _ in range(2):
        assert {Done} == {type(each) for each in await perform(shop, *wishes())}
        pass_time(shop, 1)


async def test_the_cloud_has_its_queue_at_another_place(serve: Serve) -> None:
    shop = await serve(keys=CLOUD, cloud=True, generous=True)
    jobs = await handed_over(shop, wishes("6.00"), Diary())
    pass_time(shop, 1)

    assert [Done()] * 24 == await check(shop, jobs)
