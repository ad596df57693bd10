"""A write whose end is not known stays in doubt until somebody knows, whatever else goes wrong meanwhile."""

from collections.abc import Iterator

import pytest

from adapters.kit.failures import PlatformError
from adapters.kit.writing import Accepted, Done, Looked, NotDone, Performed, Repeat
from schema.commands import InventorySet
from schema.errors import Category
from tests.support.desk import Desk, in_turn, silent, writing

CERTAIN = (
    PlatformError(Category.QUOTA, "Slowly.", retry_after=3),
    PlatformError(Category.AUTH, "Reconnect the store."),
    PlatformError(Category.TRANSIENT, "It can't be reached.", sent=False),
)


@pytest.mark.parametrize("failure", CERTAIN, ids=[each.category.name for each in CERTAIN])
async def test_a_repetition_that_fails_for_certain_leaves_the_first_attempt_in_doubt(office: Desk, failure: PlatformError) -> None:
    with writing(repeat=Repeat.KEYED):
        other = office.another()
        other.counters["east"].answer = in_turn(silent, lambda _: failure)
        number = await other.put("east", InventorySet("1", 5))
        for _ in range(4):
            await other.work()
            other.clock.advance(700)

    jobs = [job for call in office.counters["east"].calls for job in call]
    assert [0, 0, 0] == [job.revision for job in jobs]
    assert [False, True, True] == [job.uncertain for job in jobs]
    assert ["DONE"] == await office.states("east", number)


async def test_a_look_that_fails_leaves_the_write_in_doubt(office: Desk) -> None:
    looks: Iterator[Looked] = iter([PlatformError(Category.TRANSIENT, "No."), NotDone()])
    office.counters["east"].answer = in_turn(silent)
    office.counters["east"].looks = lambda _: next(looks)
    number = await office.put("east", InventorySet("1", 5))
    for _ in range(4):
        await office.work()
        office.clock.advance(60)

    assert 2 == len(office.counters["east"].calls)
    assert ["DONE"] == await office.states("east", number)


async def test_what_was_accepted_is_not_done_again_when_its_store_can_t_be_asked(office: Desk) -> None:
    checks: Iterator[Performed] = iter(
        [PlatformError(Category.AUTH, "Reconnect the store."), PlatformError(Category.QUOTA, "Slowly."), Done()]
    )
    office.counters["east"].answer = lambda _: Accepted("feed-1", 1)
    office.counters["east"].checks = lambda _: next(checks)
    number = await office.put("east", InventorySet("1", 5))
    for _ in range(5):
        await office.work()
        office.clock.advance(700)

    assert 1 == len(office.counters["east"].calls)
    assert ["DONE"] == await office.states("east", number)


async def test_a_lane_that_always_gets_new_writes_is_given_up_all_the_same(office: Desk) -> None:
    office.counters["east"].answer = lambda _: PlatformError(Category.TRANSIENT, "Not now.", sent=False)
    numbers = []
    for units in range(20):
        numbers.append(await office.put("east", InventorySet("1", units)))
        office.clock.advance(1000)
        await office.work()
    states = await office.states("east", *numbers)

    assert "NEEDS_INTERVENTION" == states[0]
    assert {"NEEDS_INTERVENTION", "RETRYING"} == set(states)
