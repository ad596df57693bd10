"""From acceptance to outcome: what a worker does with what the queue gives it."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from adapters.kit.failures import PlatformError
from adapters.kit.http import UnreachableError
from adapters.kit.writing import Accepted, Done, Job, Looked, NotDone, Performed, Repeat, Unclear
from schema.commands import Guard, InventoryAdjust, InventorySet, OrderCancel, ProductUpdate
from schema.errors import Category
from schema.keys import Kind
from schema.orders import OrderStatus
from tests.support.desk import Desk, in_turn, silent, writing


async def test_what_was_accepted_is_done_once(office: Desk) -> None:
    number = await office.put("east", InventorySet("1", 5))
    await office.work()
    await office.work()

    assert [InventorySet("1", 5)] == office.counters["east"].commands
    assert ["DONE"] == await office.states("east", number)


async def test_stock_that_is_set_again_while_it_waits_is_set_once_to_the_last_number(office: Desk) -> None:
    numbers = [await office.put("east", InventorySet("1", units)) for units in (5, 6, 7)]
    await office.work()
    told = await office.told("east", *numbers)

    assert [InventorySet("1", 7)] == office.counters["east"].commands
    assert [numbers[2], numbers[2], None] == [receipt.coalesced for receipt in told]
    assert ["DONE"] * 3 == [receipt.state.name for receipt in told]


async def test_deltas_that_wait_are_summed_and_none_is_made_of_a_sum_of_nothing(office: Desk) -> None:
    for delta in (3, -1, 5):
        await office.put("east", InventoryAdjust("1", delta))
    nothing = [await office.put("west", InventoryAdjust("1", delta)) for delta in (4, -4)]
    await office.work()

    assert [InventoryAdjust("1", 7)] == office.counters["east"].commands
    assert [] == office.counters["west"].commands
    assert ["DONE", "DONE"] == await office.states("west", *nothing)


async def test_patches_that_wait_are_merged_field_by_field(office: Desk) -> None:
    await office.put("east", ProductUpdate("1", {"title": "A", "vendor": "V"}))
    await office.put("east", ProductUpdate("1", {"title": "B"}))
    await office.work()

    assert [ProductUpdate("1", {"title": "B", "vendor": "V"})] == office.counters["east"].commands


async def test_what_has_a_guard_is_merged_with_nothing(office: Desk) -> None:
    office.made.shops["east"].add(Kind.INVENTORY_LEVEL, "1", available=5)
    await office.put("east", InventorySet("1", 6), guard=Guard(quantity=5))
    await office.put("east", InventorySet("1", 7))
    await office.work()

    assert [InventorySet("1", 6), InventorySet("1", 7)] == office.counters["east"].commands


@pytest.mark.parametrize("guard", [Guard(quantity=4), Guard(version=None, price="9.00")])
async def test_a_guard_that_does_not_hold_writes_nothing(office: Desk, guard: Guard) -> None:
    office.made.shops["east"].add(Kind.INVENTORY_LEVEL, "1", available=5)
    number = await office.put("east", InventorySet("1", 6), guard=guard)
    await office.work()
    (receipt,) = await office.told("east", number)

    assert [] == office.counters["east"].commands
    assert ("REJECTED", "CONFLICT", "GUARD") == (receipt.state.name, receipt.category and receipt.category.name, receipt.code)


async def test_many_lanes_of_one_operation_are_done_in_one_call(office: Desk) -> None:
    with writing(batch=100):
        other = office.another()
        for entity in range(250):
            await other.put("east", InventorySet(str(entity), entity))
        await other.work()

    assert [100, 100, 50] == [len(call) for call in office.counters["east"].calls]


async def test_one_entity_s_writes_keep_their_order_whatever_fails(office: Desk) -> None:
    failures = iter([PlatformError(Category.QUOTA, "Slowly.", retry_after=3), silent, None, None])

    def answer(job: Job) -> Any:
        failure = next(failures, None)
        return failure(job) if callable(failure) else failure or Done()

    office.counters["east"].answer = answer
    office.counters["east"].looks = lambda _: NotDone()
    office.made.shops["east"].add(Kind.ORDER, "9", status=OrderStatus.OPEN)
    await office.put("east", ProductUpdate("1", {"title": "first"}))
    await office.put("east", ProductUpdate("1", {"title": "second"}), guard=Guard(), lane="Product:1")
    await office.put("east", OrderCancel("9"), lane="Product:1")
    for _ in range(10):
        await office.work()
        office.clock.advance(5)

    assert ["OrderCancel"] == [type(command).__name__ for command in office.counters["east"].commands][-1:]
    assert {"second"} == {command.changes["title"] for command in office.counters["east"].commands[:-1]}


async def test_a_silent_store_is_looked_at_before_anything_is_repeated(office: Desk) -> None:
    office.counters["east"].answer = silent
    office.counters["east"].looks = lambda _: Done(after={"available": 5})
    number = await office.put("east", InventorySet("1", 5))
    await office.work()
    first = await office.states("east", number)
    office.clock.advance(10)
    await office.work()

    assert ["RETRYING"] == first
    assert 1 == len(office.counters["east"].calls)
    assert ["DONE"] == await office.states("east", number)


async def test_what_was_looked_for_and_is_not_there_is_done_again(office: Desk) -> None:
    office.counters["east"].answer = in_turn(silent)
    office.counters["east"].looks = lambda _: NotDone()
    number = await office.put("east", InventorySet("1", 5))
    await office.work()
    office.clock.advance(10)
    await office.work()

    assert 2 == len(office.counters["east"].calls)
    assert ["DONE"] == await office.states("east", number)


async def test_what_nothing_tells_of_is_left_to_a_person_and_done_when_he_says_so(office: Desk) -> None:
    office.counters["east"].answer = in_turn(silent)
    office.counters["east"].looks = lambda _: Unclear("Something else stands there.")
    number = await office.put("east", InventorySet("1", 5))
    await office.work()
    office.clock.advance(10)
    await office.work()
    parked = await office.states("east", number)
    await office.queue.requeue(office.scope("east"), number)
    await office.work()

    assert ["NEEDS_INTERVENTION"] == parked
    assert 2 == len(office.counters["east"].calls)
    assert ["DONE"] == await office.states("east", number)


async def test_a_platform_that_knows_repetitions_gets_the_same_call_again(office: Desk) -> None:
    with writing(batch=10, repeat=Repeat.KEYED):
        other = office.another()
        other.counters["east"].answer = silent
        for entity in "123":
            await other.put("east", InventorySet(entity, 5))
        await other.work()
        await other.put("east", InventorySet("4", 5))
        other.counters["east"].answer = lambda _: Done()
        other.clock.advance(10)
        await other.work()

    first, *later = office.counters["east"].calls
    repeated = next(call for call in later if call[0].id == first[0].id)
    assert [job.id for job in first] == [job.id for job in repeated]
    assert [job.revision for job in first] == [job.revision for job in repeated]
    assert all(job.uncertain for job in repeated)


async def test_waiting_for_the_budget_is_no_attempt(office: Desk) -> None:
    office.counters["east"].answer = lambda _: PlatformError(Category.QUOTA, "Slowly.", retry_after=30)
    number = await office.put("east", InventorySet("1", 5))
    for _ in range(30):
        await office.work()
        office.clock.advance(31)
    (receipt,) = await office.told("east", number)

    assert ("QUEUED", 0) == (receipt.state.name, receipt.attempts)
    assert 30 == len(office.counters["east"].calls)


async def test_an_operation_whose_budget_is_used_up_is_left_alone_until_it_allows(office: Desk) -> None:
    office.counters["east"].answer = lambda _: PlatformError(Category.QUOTA, "Slowly.", retry_after=30)
    await office.put("east", InventorySet("1", 5))
    await office.work()
    await office.put("east", InventorySet("2", 5))
    await office.put("east", ProductUpdate("1", {"title": "B"}))
    await office.work()

    assert ["InventorySet", "ProductUpdate"] == [type(command).__name__ for command in office.counters["east"].commands]


async def test_refused_credentials_hold_a_store_once_and_let_it_go_when_one_try_succeeds(
    office: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    office.counters["east"].answer = lambda _: PlatformError(Category.AUTH, "Reconnect the store.")
    numbers = [await office.put("east", InventorySet(str(entity), 5)) for entity in range(5)]
    await office.work()
    held = await office.states("east", *numbers)
    tries = len(office.counters["east"].calls)
    office.counters["east"].answer = lambda _: Done()
    office.clock.advance(601)
    await office.work()

    assert ["HELD"] * 5 == held
    assert tries <= 4  # as many as may be under way at once
    assert ["DONE"] * 5 == await office.states("east", *numbers)
    assert 1 == sum("held" in record.message for record in caplog.records)


async def test_what_a_platform_refuses_is_given_back_with_its_words(office: Desk) -> None:
    office.counters["east"].answer = lambda _: PlatformError(Category.VALIDATION, "No such thing.", code="NO_SUCH")
    number = await office.put("east", InventorySet("1", 5))
    await office.work()
    (receipt,) = await office.told("east", number)

    assert ("REJECTED", "NO_SUCH", "No such thing.") == (receipt.state.name, receipt.code, receipt.reason)
    assert b"" == (await office.state.hget(f"write:{{{office.scope('east')}}}:job:{number}", "payload") or b"")


async def test_what_is_refused_together_is_tried_alone(office: Desk) -> None:
    def answer(job: Job) -> Any:
        call = office.counters["east"].calls[-1]
        guilty = any(each.command == InventorySet("2", 5) for each in call)
        return PlatformError(Category.VALIDATION, "No.") if guilty else Done()

    office.counters["east"].answer = answer
    with writing(batch=10, shared=True):
        other = office.another()
        numbers = [await other.put("east", InventorySet(entity, 5)) for entity in "123"]
        await other.work()
        other.clock.advance(1)
        await other.work()

    assert ["DONE", "REJECTED", "DONE"] == await office.states("east", *numbers)


async def test_a_conflict_is_looked_at_again_where_that_may_help_and_given_back_where_not(office: Desk) -> None:
    office.counters["east"].answer = lambda _: PlatformError(Category.CONFLICT, "Somebody else was first.")
    office.made.shops["east"].add(Kind.ORDER, "1", status=OrderStatus.OPEN)
    again = await office.put("east", InventorySet("1", 5))
    never = await office.put("east", OrderCancel("1"))
    for _ in range(5):
        await office.work()
        office.clock.advance(10)

    assert ["REJECTED", "REJECTED"] == await office.states("east", again, never)
    assert [3, 1] == [receipt.attempts for receipt in await office.told("east", again, never)]


async def test_a_store_that_stays_down_leaves_its_writes_to_a_person_in_the_end(office: Desk) -> None:
    office.counters["east"].answer = lambda _: UnreachableError("No.", sent=False, code="ConnectError")
    number = await office.put("east", InventorySet("1", 5))
    for _ in range(20):
        await office.work()
        office.clock.advance(1200)
    (receipt,) = await office.told("east", number)

    assert ("NEEDS_INTERVENTION", "TRANSIENT", 12) == (receipt.state.name, receipt.category and receipt.category.name, receipt.attempts)


async def test_what_a_platform_accepts_is_asked_after_until_it_is_seen(office: Desk) -> None:
    pending: Iterator[Performed] = iter([Accepted("feed-1", 1), Done(look=True)])
    shown: Iterator[Looked] = iter([NotDone(), Done(after={"available": 5})])
    office.counters["east"].answer = lambda _: Accepted("feed-1", 1)
    office.counters["east"].checks = lambda _: next(pending)
    office.counters["east"].looks = lambda _: next(shown)
    number = await office.put("east", InventorySet("1", 5))
    seen = []
    for _ in range(6):
        await office.work()
        seen += await office.states("east", number)
        office.clock.advance(10)

    assert ["WAITING_PLATFORM"] * 3 == seen[:3]
    assert "DONE" == seen[-1]
    assert 1 == len(office.counters["east"].calls)


async def test_what_never_shows_is_left_to_a_person(office: Desk) -> None:
    office.counters["east"].answer = lambda _: Done(look=True)
    office.counters["east"].looks = lambda _: NotDone()
    number = await office.put("east", InventorySet("1", 5))
    for _ in range(60):
        await office.work()
        office.clock.advance(1200)

    assert ["NEEDS_INTERVENTION"] == await office.states("east", number)
    assert 1 == len(office.counters["east"].calls)


async def test_a_mistake_of_an_adapter_costs_its_own_batch_only(office: Desk) -> None:
    def broken(job: Job) -> Any:
        raise KeyError("surprise")

    office.counters["east"].answer = broken
    east = await office.put("east", InventorySet("1", 5))
    west = await office.put("west", InventorySet("1", 5))
    await office.work()

    assert ["RETRYING"] == await office.states("east", east)
    assert ["DONE"] == await office.states("west", west)


async def test_a_backlog_of_one_store_does_not_keep_a_fresh_write_of_another_waiting(office: Desk) -> None:
    for entity in range(50):
        await office.put("east", InventorySet(str(entity), 5))
    for _ in range(3):
        await office.worker.turn()
    office.clock.advance(0.001)
    fresh = await office.put("west", InventorySet("1", 5))
    office.clock.advance(0.001)
    for _ in range(2):
        await office.worker.turn()

    assert ["DONE"] == await office.states("west", fresh)


async def test_what_may_begin_later_begins_then_and_lets_others_go_ahead(office: Desk) -> None:
    later = await office.put("east", InventorySet("1", 9), after=3600)
    now = await office.put("east", InventorySet("1", 5))
    await office.work()
    before = await office.states("east", later, now)
    office.clock.advance(3601)
    await office.work()

    assert ["QUEUED", "DONE"] == before
    assert [InventorySet("1", 5), InventorySet("1", 9)] == office.counters["east"].commands


async def test_a_note_of_an_attempt_is_known_to_the_next(office: Desk) -> None:
    office.counters["east"].notes = {"step": 1}
    office.counters["east"].answer = in_turn(silent)
    office.counters["east"].looks = lambda _: NotDone()
    await office.put("east", InventorySet("1", 5))
    await office.work()
    office.clock.advance(10)
    await office.work()

    assert [{}, {"step": 1}] == [dict(call[0].notes) for call in office.counters["east"].calls]


async def test_a_batch_whose_worker_is_gone_comes_back_as_doubtful(office: Desk) -> None:
    steps = office.worker._steps[office.scope("east")]
    number = await office.put("east", InventorySet("1", 5))
    lost = await office.queue.claim(office.scope("east"), steps)
    assert lost is not None
    office.counters["east"].looks = lambda _: NotDone()
    office.clock.advance(61)
    await office.worker.sweep_once()
    await office.work()

    assert [True] == [job.uncertain for call in office.counters["east"].calls for job in call]
    assert ["DONE"] == await office.states("east", number)
    assert not await office.queue.finish(lost, [])


async def test_two_workers_are_never_in_one_lane_at_once(office: Desk) -> None:
    inside: list[str] = []
    most = 0

    async def answer(job: Job) -> Any:
        nonlocal most
        inside.append(job.id)
        most = max(most, len(inside))
        for _ in range(5):
            await asyncio.sleep(0)
        inside.remove(job.id)
        return Done()

    office.counters["east"].answer = answer
    other = office.another()
    for units in range(20):
        await office.put("east", ProductUpdate("1", {"title": str(units)}), guard=Guard(version=None), lane=f"Product:{units % 1}")
        await asyncio.gather(office.worker.turn(), other.worker.turn())
    await asyncio.gather(office.work(), other.work())

    assert 1 == most


async def test_a_stopped_worker_hands_back_what_it_could_not_end(office: Desk) -> None:
    begun = asyncio.Event()

    async def answer(job: Job) -> Any:
        begun.set()
        await asyncio.Event().wait()

    office.counters["east"].answer = answer
    number = await office.put("east", InventorySet("1", 5))
    office.worker._settings = type(office.worker._settings)(grace=0.05)
    running = asyncio.create_task(office.worker.run())
    await begun.wait()
    office.worker.stop()
    await running
    told = (await office.told("east", number))[0]

    assert "RETRYING" == told.state.name
    assert 0 == await office.state.zcard(f"write:{{{office.scope('east')}}}:running")


async def test_what_ended_is_forgotten_after_a_week_and_what_is_parked_is_not(office: Desk) -> None:
    done = await office.put("east", InventorySet("1", 5))
    await office.work()
    office.counters["east"].answer = silent
    office.counters["east"].looks = lambda _: Unclear("?")
    parked = await office.put("east", InventorySet("2", 5))
    await office.work()
    office.clock.advance(10)
    await office.work()
    office.clock.advance(timedelta(days=8).total_seconds())
    forgotten = await office.queue.purge(office.scope("east"))

    assert 1 == forgotten
    assert [None] == await office.writes.receipts.read([("east", done)])
    assert ["NEEDS_INTERVENTION"] == await office.states("east", parked)


async def test_who_was_only_tried_together_with_a_dropped_write_goes_on_alone(office: Desk) -> None:
    office.counters["east"].answer = in_turn(lambda _: PlatformError(Category.TRANSIENT, "Not now.", sent=False), lambda _: Done())
    first, last = [await office.put("east", InventorySet("1", units)) for units in (5, 6)]
    await office.work()
    await office.queue.cancel(office.scope("east"), last)
    (between,) = await office.told("east", first)
    office.clock.advance(60)
    await office.work()
    (done,) = await office.told("east", first)

    assert ("RETRYING", None) == (between.state.name, between.coalesced)
    assert ("DONE", None) == (done.state.name, done.coalesced)
    assert [InventorySet("1", 6), InventorySet("1", 5)] == office.counters["east"].commands
