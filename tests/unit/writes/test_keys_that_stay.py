"""Every key that a run leaves behind has an end, or is on the short list of those that have none."""

import re
from typing import Any

from adapters.kit.failures import PlatformError
from adapters.kit.writing import Accepted, Done, NotDone
from schema.commands import InventorySet, OrderCancel, ProductUpdate
from schema.errors import Category
from schema.keys import Key, Kind
from tests.support.desk import Desk, in_turn, silent

ENDLESS = r"write:\{[^}]+\}:(ops|pauses|holds|all|by:[A-Z_]+|finished|job:[^:]+)|writes:due"
ENDED = r"write:\{[^}]+\}:ended:[0-9a-f]+|write:key:[0-9a-f]+"


async def left(office: Desk) -> tuple[set[str], set[str]]:
    """Return the keys without an end, and those with one."""
    keys = {key.decode(): await office.state.pttl(key) async for key in office.state.scan_iter()}
    return {key for key, ends in keys.items() if ends == -1}, {key for key, ends in keys.items() if ends > 0}


async def busy_day(office: Desk) -> None:
    """Let everything happen that can happen to writes, until all of them are at their end."""
    east = office.counters["east"]
    east.answer = in_turn(
        silent,
        lambda _: PlatformError(Category.QUOTA, "Slowly.", retry_after=5),
        lambda _: PlatformError(Category.AUTH, "Reconnect the store."),
        lambda _: PlatformError(Category.CONFLICT, "Somebody was first."),
        lambda _: Accepted("feed-1", 1),
        lambda _: PlatformError(Category.VALIDATION, "No."),
    )
    east.looks, east.checks, east.notes = lambda _: NotDone(), lambda _: Done(), {"step": 1}
    office.made.shops["east"].add(Kind.ORDER, "1")
    wishes: list[Any] = [InventorySet("1", units) for units in (5, 6)]
    wishes += [ProductUpdate(entity, {"title": "T"}) for entity in "123"]
    for wish in wishes:
        await office.put("east", wish)
    await office.put("west", InventorySet("1", 5), after=100)
    dropped = await office.put("east", OrderCancel("1"), after=50)
    await office.queue.cancel(office.scope("east"), dropped)
    steps = office.worker._steps[office.scope("east")]
    await office.queue.claim(office.scope("east"), steps)  # a worker that dies
    text = 'mutation { orderCancel(items: [{orderId: "ID"}], idempotencyKey: "k") { receipts { id } } }'
    await office.ask(text.replace("ID", Key(Kind.ORDER, "east", "1").encode()))
    for _ in range(40):
        office.clock.advance(61)
        await office.worker.sweep_once()
        await office.work()


async def test_what_a_finished_run_leaves_has_an_end_or_is_on_the_short_list(office: Desk) -> None:
    await busy_day(office)
    counts = await office.writes.receipts.counts(list(office.made.core.stores.values()))
    endless, ended = await left(office)

    assert {"DONE", "REJECTED", "CANCELLED"} == {state.name for _, state in counts}
    assert [] == sorted(key for key in endless if not re.fullmatch(ENDLESS, key))
    assert [] == sorted(key for key in ended if not re.fullmatch(ENDED, key))
    assert ended


async def test_after_a_week_nothing_is_left_of_what_ended(office: Desk) -> None:
    await busy_day(office)
    office.clock.advance(8 * 86_400)
    for store in ("east", "west"):
        await office.queue.purge(office.scope(store))
    endless, _ = await left(office)

    assert set() == {key for key in endless if ":job:" in key or ":all" in key or ":by:" in key or ":finished" in key}


async def test_what_is_kept_in_the_cache_has_an_end(office: Desk) -> None:
    await busy_day(office)
    fast = office.made.core._fast
    own = [key async for key in fast.scan_iter("cache:*")]

    assert own
    assert [] == [key for key in own if await fast.pttl(key) <= 0]
