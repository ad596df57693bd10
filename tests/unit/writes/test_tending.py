"""What people do about writes on their way, and what they are told where it can't be done."""

from typing import Any

import orjson
import pytest

from adapters.kit.writing import Unclear
from resolvers.principal import Principal, Role
from schema.commands import InventoryAdjust, InventorySet, OrderCancel
from schema.keys import Key, Kind
from schema.receipts import receipt_id
from tests.support.desk import Desk, in_turn, silent

LEVEL = Key(Kind.INVENTORY_LEVEL, "east", "1").encode()


async def tend(office: Desk, call: str, principal: Principal | None = None) -> Any:
    """Run one of the mutations; returns its payload."""
    fields = "holds { store { name } kind reason heldBy }" if "lane" in call else "receipts { id state }"
    answer = await office.ask(
        f"mutation {{ payload: {call} {{ {fields} userErrors {{ path code message }} }} }}", *filter(None, [principal])
    )
    assert answer.errors is None, answer.errors
    return answer.data["payload"]


def named(*numbers: str, store: str = "east") -> str:
    return f"(ids: {orjson.dumps([receipt_id(store, number) for number in numbers]).decode()})"


def editing(number: str, item: str) -> str:
    return f'writeEdit(id: "{receipt_id("east", number)}", item: {{ {item} }})'


def setting(units: int, level: str = LEVEL) -> str:
    return f'inventorySet: {{ inventoryLevelId: "{level}", available: {units} }}'


def states(payload: Any) -> list[str]:
    return [each["state"] for each in payload["receipts"]]


def codes(payload: Any) -> list[str]:
    return [each["code"] for each in payload["userErrors"]]


async def parked(office: Desk, *commands: Any) -> list[str]:
    """Leave writes to a person; returns their numbers."""
    office.counters["east"].answer = in_turn(silent)
    office.counters["east"].looks = lambda _: Unclear("Nobody knows.")
    numbers = [await office.put("east", command) for command in commands or (InventorySet("1", 5),)]
    await office.work()
    office.clock.advance(10)
    await office.work()
    assert {"NEEDS_INTERVENTION"} == set(await office.states("east", *numbers))
    return numbers


async def test_what_is_parked_is_tried_again_when_somebody_says_so(office: Desk) -> None:
    (number,) = await parked(office)
    payload = await tend(office, f"writeRetry{named(number)}")
    await office.work()

    assert ["QUEUED"] == states(payload)
    assert ["DONE"] == await office.states("east", number)


async def test_what_waits_for_its_next_attempt_is_tried_at_once(office: Desk) -> None:
    office.counters["east"].answer = in_turn(silent)
    numbers = [await office.put("east", InventorySet("1", units)) for units in (5, 6)]
    office.made.shops["east"].add(Kind.INVENTORY_LEVEL, "1", available=6)
    await office.work()
    waiting = await office.states("east", *numbers)
    await tend(office, f"writeRetry{named(numbers[1])}")
    await office.work()

    assert ["RETRYING", "RETRYING"] == waiting
    assert ["DONE", "DONE"] == await office.states("east", *numbers)


async def test_what_may_begin_later_begins_at_once_when_somebody_says_so(office: Desk) -> None:
    number = await office.put("east", InventorySet("1", 5), after=3600)
    await tend(office, f"writeRetry{named(number)}")
    await office.work()

    assert ["DONE"] == await office.states("east", number)


@pytest.mark.parametrize("call", ["writeRetry", "writeCancel"])
async def test_what_is_at_its_end_stays_there(office: Desk, call: str) -> None:
    number = await office.put("east", InventorySet("1", 5))
    await office.work()

    assert ["BUSY"] == codes(await tend(office, call + named(number)))
    assert ["DONE"] == await office.states("east", number)


async def test_what_waits_is_dropped_and_what_stood_behind_it_is_done(office: Desk) -> None:
    first = await office.put("east", OrderCancel("1"), lane="Order:1")
    second = await office.put("east", InventorySet("1", 5), lane="Order:1")
    payload = await tend(office, f"writeCancel{named(first)}")
    await office.work()

    assert ["CANCELLED"] == states(payload)
    assert [InventorySet("1", 5)] == office.counters["east"].commands
    assert ["CANCELLED", "DONE"] == await office.states("east", first, second)


async def test_what_may_have_been_done_is_not_dropped(office: Desk) -> None:
    office.counters["east"].answer = silent
    number = await office.put("east", InventorySet("1", 5))
    await office.work()

    assert ["BUSY"] == codes(await tend(office, f"writeCancel{named(number)}"))
    assert ["RETRYING"] == await office.states("east", number)


async def test_what_was_merged_is_dropped_with_what_it_was_merged_into(office: Desk) -> None:
    numbers = await parked(office, InventorySet("1", 5), InventorySet("1", 6))
    await tend(office, f"writeCancel{named(numbers[0])}")

    assert ["CANCELLED", "CANCELLED"] == await office.states("east", *numbers)


async def test_what_can_t_be_named_is_told_beside_what_was_done(office: Desk) -> None:
    number = await office.put("east", InventorySet("1", 5))
    payload = await tend(office, f'writeCancel(ids: ["nonsense", "{LEVEL}", "{receipt_id("east", "no")}", "{receipt_id("east", number)}"])')

    assert ["ID_INVALID", "ID_INVALID", "NOT_FOUND"] == codes(payload)
    assert [["ids", str(place)] for place in range(3)] == [each["path"] for each in payload["userErrors"]]
    assert ["CANCELLED"] == states(payload)


@pytest.mark.parametrize(("size", "code"), [(0, "EMPTY_LIST"), (251, "TOO_MANY_ITEMS")])
async def test_a_number_of_receipts_is_taken(office: Desk, size: int, code: str) -> None:
    assert [code] == codes(await tend(office, f"writeRetry{named(*['1'] * size)}"))


async def test_a_changed_write_is_done_as_it_was_changed(office: Desk) -> None:
    (number,) = await parked(office)
    payload = await tend(office, editing(number, setting(9)))
    await office.work()

    assert ["QUEUED"] == states(payload)
    assert [InventorySet("1", 5), InventorySet("1", 9)] == office.counters["east"].commands
    assert ["DONE"] == await office.states("east", number)


async def test_of_merged_writes_that_were_changed_one_is_done_and_dropping_it_drops_all(office: Desk) -> None:
    numbers = await parked(office, InventoryAdjust("1", 2), InventoryAdjust("1", 3))
    await tend(office, editing(numbers[0], f'inventoryAdjust: {{ inventoryLevelId: "{LEVEL}", delta: 1 }}'))
    await tend(office, f"writeCancel{named(numbers[1])}")
    await office.work()

    assert ["CANCELLED", "CANCELLED"] == await office.states("east", *numbers)
    assert [InventoryAdjust("1", 5)] == office.counters["east"].commands


async def test_of_merged_writes_that_were_changed_the_change_is_done_once(office: Desk) -> None:
    numbers = await parked(office, InventoryAdjust("1", 2), InventoryAdjust("1", 3))
    await tend(office, editing(numbers[0], f'inventoryAdjust: {{ inventoryLevelId: "{LEVEL}", delta: 1 }}'))
    await office.work()

    assert InventoryAdjust("1", 1) == office.counters["east"].commands[-1]
    assert ["DONE", "DONE"] == await office.states("east", *numbers)


async def test_only_what_is_parked_can_be_changed(office: Desk) -> None:
    number = await office.put("east", InventorySet("1", 5))
    payload = await tend(office, editing(number, setting(9)))
    await office.work()

    assert ["BUSY"] == codes(payload)
    assert "NEEDS_INTERVENTION" in payload["userErrors"][0]["message"]
    assert [InventorySet("1", 5)] == office.counters["east"].commands


@pytest.mark.parametrize(
    ("item", "code"),
    [
        (f'orderAcknowledge: {{ orderId: "{Key(Kind.ORDER, "east", "1").encode()}" }}', "REQUIRED"),
        (setting(9, Key(Kind.INVENTORY_LEVEL, "east", "2").encode()), "ID_INVALID"),
        (setting(9, Key(Kind.INVENTORY_LEVEL, "west", "1").encode()), "ID_INVALID"),
        (setting(-1), "QUANTITY_INVALID"),
    ],
)
async def test_a_change_that_is_not_of_its_own_is_refused_and_changes_nothing(office: Desk, item: str, code: str) -> None:
    (number,) = await parked(office)

    assert [code] == codes(await tend(office, editing(number, item)))
    assert ["NEEDS_INTERVENTION"] == await office.states("east", number)


async def test_a_held_store_waits_and_goes_on_when_it_is_released(office: Desk) -> None:
    held = await tend(office, 'laneHold(store: "east", reason: "Stocktaking.")')
    east, west = await office.put("east", InventorySet("1", 5)), await office.put("west", InventorySet("1", 5))
    await office.work()
    waiting = [*await office.states("east", east), *await office.states("west", west)]
    released = await tend(office, 'laneRelease(store: "east")')
    await office.work()

    assert [{"store": {"name": "east"}, "kind": None, "reason": "Stocktaking.", "heldBy": "everybody"}] == held["holds"]
    assert ["HELD", "DONE"] == waiting
    assert [] == released["holds"]
    assert ["DONE"] == await office.states("east", east)


async def test_a_held_kind_lets_the_others_go_on(office: Desk) -> None:
    await tend(office, 'laneHold(store: "east", kind: "InventoryLevel")')
    office.made.shops["east"].add(Kind.ORDER, "1")
    held, free = await office.put("east", InventorySet("1", 5)), await office.put("east", OrderCancel("1"))
    await office.work()

    assert ["HELD", "DONE"] == await office.states("east", held, free)


async def test_what_waits_in_a_held_store_can_be_dropped(office: Desk) -> None:
    await tend(office, 'laneHold(store: "east")')
    number = await office.put("east", InventorySet("1", 5))

    assert ["CANCELLED"] == states(await tend(office, f"writeCancel{named(number)}"))


@pytest.mark.parametrize(("arguments", "code"), [('store: "nowhere"', "STORE_UNKNOWN"), ('store: "east", kind: "Invoice"', "KIND_UNKNOWN")])
@pytest.mark.parametrize("call", ["laneHold", "laneRelease"])
async def test_what_is_not_there_can_t_be_held(office: Desk, call: str, arguments: str, code: str) -> None:
    assert [code] == codes(await tend(office, f"{call}({arguments})"))


async def test_a_hold_that_is_not_there_is_ended_already(office: Desk) -> None:
    assert [] == codes(await tend(office, 'laneRelease(store: "east")'))


@pytest.mark.parametrize(
    ("role", "call", "allowed"),
    [
        (Role.READ, "writeRetry", False),
        (Role.READ, "writeCancel", False),
        (Role.SUPPORT, "writeRetry", True),
        (Role.SUPPORT, "writeCancel", True),
        (Role.WRITE, "writeCancel", True),
    ],
)
async def test_who_may_only_read_tends_nothing(office: Desk, role: Role, call: str, allowed: bool) -> None:
    number = await office.put("east", InventorySet("1", 5))
    answer = await office.ask(f"mutation {{ {call}{named(number)} {{ receipts {{ id }} }} }}", Principal("x", None, frozenset({role})))

    assert ([] if allowed else ["FORBIDDEN"]) == [error.extensions["code"] for error in answer.errors or ()]


async def test_support_may_not_change_what_is_wished(office: Desk) -> None:
    (number,) = await parked(office)
    support = Principal("x", None, frozenset({Role.SUPPORT}))
    answer = await office.ask(f"mutation {{ {editing(number, setting(9))} {{ receipts {{ id }} }} }}", support)

    assert ["FORBIDDEN"] == [error.extensions["code"] for error in answer.errors]
