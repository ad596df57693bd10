"""Stock written to Shopify: many levels in one call, once for its key, and nobody's mistake spoils another's."""

import json
from typing import Any

import pytest

from adapters.kit.failures import PlatformError
from adapters.kit.writing import Done
from schema.commands import Guard, InventoryAdjust, InventorySet, WriteOperation
from schema.errors import Category
from schema.keys import Kind
from tests.platforms.shopify.conftest import Serve, Shop, codes, levels

SET, ADJUST = WriteOperation.INVENTORY_SET, WriteOperation.INVENTORY_ADJUST
DAY = 86_400
NOWHERE = "gid://shopify/InventoryLevel/9999999999?inventory_item_id=9999999999"


async def available(shop: Shop, *ids: str) -> list[int | None]:
    return [each.available for each in await shop.read(Kind.INVENTORY_LEVEL, *ids)]


def put(shop: Shop) -> list[Any]:
    """Return what was set or added, in its order."""
    return [each.value for each in shop.running.control.effects if each.what in {"stock.set", "stock.adjust"}]


async def test_sixty_levels_are_set_in_one_call(shop: Shop) -> None:
    found = await levels(shop, 60)
    shop.calls()
    results = await shop.do(SET, *(InventorySet(each.key_id, at) for at, each in enumerate(found)))

    assert ["PlacesOfLevels", "SetStock"] == shop.calls()
    assert [Done(before={"available": each.available}, after={"available": at}) for at, each in enumerate(found)] == results
    assert list(range(60)) == await available(shop, *(each.key_id for each in found))


async def test_a_level_is_located_once(shop: Shop) -> None:
    [level] = await levels(shop, 1)
    shop.calls()
    await shop.do(SET, InventorySet(level.key_id, 5))
    await shop.do(ADJUST, InventoryAdjust(level.key_id, -2))

    assert ["PlacesOfLevels", "SetStock", "AdjustStock"] == shop.calls()
    assert [3] == await available(shop, level.key_id)


async def test_what_stands_there_already_is_done(shop: Shop) -> None:
    [level] = await levels(shop, 1)
    [result] = await shop.do(SET, InventorySet(level.key_id, level.available))

    assert Done(before={"available": level.available}, after={"available": level.available}) == result


async def test_a_level_that_is_not_what_its_guard_expects_is_a_conflict_and_the_others_are_set(shop: Shop) -> None:
    found = await levels(shop, 4)
    jobs = [shop.job(InventorySet(each.key_id, 70), Guard(quantity=each.available)) for each in found]
    jobs[1] = shop.job(InventorySet(found[1].key_id, 70), Guard(quantity=found[1].available + 1))
    shop.calls()
    results = await shop.do(SET, *jobs)

    assert ("CONFLICT", "CHANGE_FROM_QUANTITY_STALE") == codes(results)[1]
    assert 3 == sum(isinstance(each, Done) for each in results)
    assert ["PlacesOfLevels", "SetStock", "SetStock"] == shop.calls()
    assert [70, found[1].available, 70, 70] == await available(shop, *(each.key_id for each in found))


async def test_levels_that_are_unknown_or_not_counted_are_refused_and_the_others_are_set(serve: Serve) -> None:
    shop = await serve("odd")
    [level], [untracked] = await levels(shop, 1), await levels(shop, 1, tracked=False)
    ids = [NOWHERE, untracked.key_id, "gid://shopify/Product/1", "'; drop", level.key_id]
    results = await shop.do(SET, *(InventorySet(each, 8) for each in ids))

    assert [("VALIDATION", "NOT_FOUND"), ("VALIDATION", "NOT_TRACKED"), ("VALIDATION", "NOT_FOUND"), ("VALIDATION", "NOT_FOUND")] == codes(
        results
    )[:4]
    assert [8] == put(shop)


@pytest.mark.parametrize("fault", [{"hang_up": True}, {"status": 502}, {"status": 200, "body": "<html>"}])
async def test_an_adjustment_whose_answer_is_lost_is_made_once(shop: Shop, fault: dict[str, Any]) -> None:
    found = await levels(shop, 3)
    jobs = [shop.job(InventoryAdjust(each.key_id, 4)) for each in found]
    shop.fail("AdjustStock", after=True, **fault)
    lost = await shop.do(ADJUST, *jobs)
    repeated = await shop.do(ADJUST, *(shop.again(job) for job in jobs))

    assert [True, True, True] == [each.uncertain for each in lost]
    assert [Done()] * 3 == repeated
    assert [4, 4, 4] == put(shop)
    assert [each.available + 4 for each in found] == await available(shop, *(each.key_id for each in found))


async def test_an_adjustment_that_did_not_arrive_is_made_when_it_is_repeated(shop: Shop) -> None:
    [level] = await levels(shop, 1)
    job = shop.job(InventoryAdjust(level.key_id, 4))
    shop.fail("AdjustStock", hang_up=True)
    await shop.do(ADJUST, job)
    await shop.do(ADJUST, shop.again(job))

    assert [4] == put(shop)


async def test_a_crash_after_a_spoilt_call_does_not_repeat_what_was_done_without_the_spoilt_row(shop: Shop) -> None:
    """The worker dies before anything is settled: all rows come again, though the platform knows only the good ones by their key."""
    found = await levels(shop, 3)
    guards = [Guard(), Guard(quantity=found[1].available + 1), Guard()]
    jobs = [shop.job(InventoryAdjust(each.key_id, 4), guard) for each, guard in zip(found, guards, strict=True)]
    await shop.do(ADJUST, *jobs)
    # Meanwhile the spoilt row would be fine.
    await shop.do(ADJUST, InventoryAdjust(found[1].key_id, 1))
    results = await shop.do(ADJUST, *(shop.again(job) for job in jobs))

    assert [("", str(Done())), ("CONFLICT", "CHANGE_FROM_QUANTITY_STALE"), ("", str(Done()))] == codes(results)
    assert [4, 4, 1] == put(shop)


async def test_a_refused_adjustment_is_another_request_the_next_time(shop: Shop) -> None:
    [level] = await levels(shop, 1)
    job = shop.job(InventoryAdjust(level.key_id, 4), Guard(quantity=level.available + 1))
    await shop.do(ADJUST, job)
    await shop.do(ADJUST, InventoryAdjust(level.key_id, 1))
    [result] = await shop.do(ADJUST, shop.again(job, uncertain=False))

    assert Done(before={"available": level.available + 1}, after={"available": level.available + 5}) == result


async def test_a_repeated_call_does_not_ask_again_where_its_levels_are(shop: Shop) -> None:
    [level] = await levels(shop, 1)
    job = shop.job(InventorySet(level.key_id, 9))
    shop.fail("SetStock", after=True, hang_up=True)
    await shop.do(SET, job)
    shop.session.forget("places of levels")
    shop.calls()
    await shop.do(SET, shop.again(job))

    assert ["SetStock"] == shop.calls()


async def test_an_adjustment_is_not_repeated_when_the_platform_has_forgotten_its_key(shop: Shop) -> None:
    found = await levels(shop, 2)
    job, other = shop.job(InventoryAdjust(found[0].key_id, 4)), shop.job(InventorySet(found[1].key_id, 4))
    for operation in ("AdjustStock", "SetStock"):
        shop.fail(operation, after=True, hang_up=True)
    await shop.do(ADJUST, job)
    await shop.do(SET, other)
    shop.clock.ahead += DAY
    [adjusted] = await shop.do(ADJUST, shop.again(job))
    [put_again] = await shop.do(SET, shop.again(other))

    assert [("VALIDATION", "KEY_FORGOTTEN")] == codes([adjusted])
    assert isinstance(put_again, Done)
    assert [4] == [each.value for each in shop.effects("stock.adjust")]


async def test_a_bucket_that_is_empty_is_quota_and_nothing_is_done(shop: Shop) -> None:
    [level] = await levels(shop, 1)
    throttled = {"errors": [{"message": "Throttled", "extensions": {"code": "THROTTLED"}}]}
    shop.fail("SetStock", status=200, body=json.dumps(throttled))
    [result] = await shop.do(SET, InventorySet(level.key_id, 9))

    assert [("QUOTA", "THROTTLED")] == codes([result])
    assert not result.uncertain
    assert [] == put(shop)


async def test_a_token_that_may_only_read_is_auth(serve: Serve) -> None:
    shop = await serve(scopes=["read_products", "read_inventory", "read_locations"])
    [level] = await levels(shop, 1)
    [result] = await shop.do(SET, InventorySet(level.key_id, 9))

    assert [("AUTH", "ACCESS_DENIED")] == codes([result])


async def test_levels_that_can_not_be_located_leave_nothing_open(shop: Shop) -> None:
    [level] = await levels(shop, 1)
    shop.fail("PlacesOfLevels", times=-1, status=503)
    [result] = await shop.do(SET, InventorySet(level.key_id, 9))

    assert isinstance(result, PlatformError)
    assert (Category.TRANSIENT, False) == (result.category, result.uncertain)
