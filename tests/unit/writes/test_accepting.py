"""From a mutation to receipts: what is kept, what is refused and why, and what a repetition gets."""

from datetime import timedelta
from typing import Any

import pytest
import strawberry
from cryptography.fernet import Fernet
from redis.exceptions import ConnectionError as LostConnectionError

from resolvers.principal import Principal, Role
from resolvers.writes.queue import DUE
from resolvers.writes.sealing import Sealer
from schema.keys import Key, Kind, unpack
from schema.orders import OrderStatus
from tests.support.desk import SEAL, Desk, desk, writing


def level(key_id: str, store: str = "east") -> str:
    return Key(Kind.INVENTORY_LEVEL, store, key_id).encode()


def order(key_id: str, store: str = "east") -> str:
    return Key(Kind.ORDER, store, key_id).encode()


def setting(*units: int, store: str = "east") -> list[dict[str, Any]]:
    return [{"inventoryLevelId": level(str(place), store), "available": each} for place, each in enumerate(units)]


async def write(office: Desk, items: list[dict[str, Any]], mutation: str = "inventorySet", principal: Any = None, **options: Any) -> Any:
    """Send a mutation; returns its payload."""
    shape = mutation[0].upper() + mutation[1:] + "Input"
    text = (
        f"mutation($items: [{shape}!]!, $key: String, $after: DateTime, $preview: Boolean! = false) {{ payload: {mutation}(items: $items, "
        "idempotencyKey: $key, notBefore: $after, preview: $preview) { receipts { id state targetId } userErrors { path code message } "
        "previews { path store { name } effect { entityId before after } } } }"
    )
    more = {} if principal is None else {"principal": principal}
    answer = await office.ask(text, items=items, **more, **options)
    assert answer.errors is None, answer.errors
    return answer.data["payload"]


def codes(payload: Any) -> list[tuple[str, str]]:
    return [(".".join(each["path"]), each["code"]) for each in payload["userErrors"]]


def ids(payload: Any) -> list[str]:
    return [each["id"] for each in payload["receipts"]]


async def jobs(office: Desk) -> int:
    return len([key async for key in office.state.scan_iter("*:job:*")])


async def test_items_that_are_right_are_kept_beside_items_that_are_wrong(office: Desk) -> None:
    payload = await write(office, setting(5, -1, 7))

    assert [("items.1.available", "QUANTITY_INVALID")] == codes(payload)
    assert [level("0"), level("2")] == [each["targetId"] for each in payload["receipts"]]
    assert ["QUEUED", "QUEUED"] == [each["state"] for each in payload["receipts"]]


@pytest.mark.parametrize(("size", "code"), [(0, "EMPTY_LIST"), (251, "TOO_MANY_ITEMS")])
async def test_a_mutation_takes_a_number_of_items(office: Desk, size: int, code: str) -> None:
    payload = await write(office, setting(*range(size)))

    assert [("items", code)] == codes(payload)
    assert 0 == await jobs(office)


async def test_as_many_items_as_are_allowed_are_kept_in_their_order(office: Desk) -> None:
    payload = await write(office, setting(*range(250)))

    assert [level(str(place)) for place in range(250)] == [each["targetId"] for each in payload["receipts"]]
    numbers = [unpack(each)[2] for each in ids(payload)]
    assert numbers == sorted(numbers)


@pytest.mark.parametrize("key", ["", "x" * 201])
async def test_a_key_has_a_length(office: Desk, key: str) -> None:
    assert [("idempotencyKey", "KEY_INVALID")] == codes(await write(office, setting(5), key=key))


async def test_a_time_to_begin_is_within_a_year(office: Desk) -> None:
    late, soon, past = (office.clock.now() + timedelta(days=days) for days in (367, 1, -9))

    assert [("notBefore", "TIME_INVALID")] == codes(await write(office, setting(5), after=late.isoformat()))
    assert [[], []] == [codes(await write(office, setting(5), after=each.isoformat())) for each in (soon, past)]


async def test_the_same_key_gets_the_same_receipts_and_does_nothing_twice(office: Desk) -> None:
    first = await write(office, setting(5, -1, 7), key="k")
    await office.work()
    again = await write(office.another(), setting(5, -1, 7), key="k")
    await office.work()

    assert (ids(first), codes(first)) == (ids(again), codes(again))
    assert ["DONE", "DONE"] == [each["state"] for each in again["receipts"]]
    assert 2 == len(office.counters["east"].commands)


@pytest.mark.parametrize("change", ["items", "time", "operation"])
async def test_the_same_key_for_something_else_is_refused(office: Desk, change: str) -> None:
    await write(office, setting(5), key="k")
    other = await write(
        office,
        setting(6 if change == "items" else 5) if change != "operation" else [{"orderId": order("1")}],
        mutation="orderCancel" if change == "operation" else "inventorySet",
        key="k",
        after=office.clock.now().isoformat() if change == "time" else None,
    )

    assert [("idempotencyKey", "IDEMPOTENCY_MISMATCH")] == codes(other)
    assert 1 == await jobs(office)


async def test_without_a_key_the_same_is_another_wish(office: Desk) -> None:
    first, second = [await write(office, setting(5)) for _ in range(2)]

    assert ids(first) != ids(second)


async def test_what_died_between_the_key_and_the_queue_is_healed_by_a_repetition(office: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*_: Any) -> None:
        raise LostConnectionError

    with monkeypatch.context() as patch:
        patch.setattr(office.queue, "enqueue", broken)
        asked = 'mutation { inventorySet(items: [{inventoryLevelId: "ID", available: 5}], idempotencyKey: "k") { receipts { id } } }'
        failed = await office.ask(asked.replace("ID", level("0")))
    before = await jobs(office)
    healed = await write(office, setting(5), key="k")
    again = await write(office, setting(5), key="k")

    assert ["DEADLINE"] == [error.extensions["code"] for error in failed.errors]
    assert (0, 1) == (before, await jobs(office))
    assert ids(healed) == ids(again)


async def test_a_key_is_known_after_the_sealing_key_was_replaced(office: Desk) -> None:
    first = await write(office, setting(5), key="k")
    office.writes.sealer = Sealer([Fernet.generate_key().decode(), SEAL])
    again = await write(office, setting(5), key="k")
    other = await write(office, setting(6), key="k")

    assert ids(first) == ids(again)
    assert [("idempotencyKey", "IDEMPOTENCY_MISMATCH")] == codes(other)


async def test_two_tenants_share_no_key(engines: Any) -> None:
    made = two_tenants(engines)
    acme, birch = (Principal("x", frozenset({made.made.core.stores[name].tenant}), frozenset({Role.WRITE})) for name in ("east", "west"))
    await made.state.flushdb()
    first = await write(made, setting(5), key="k", principal=acme)
    second = await write(made, setting(6, store="west"), key="k", principal=birch)
    foreign = await write(made, setting(5), key="k", principal=birch)

    assert [1, 1] == [len(ids(each)) for each in (first, second)]
    assert [[], ["IDEMPOTENCY_MISMATCH"]] == [ids(foreign), [code for _, code in codes(foreign)]]


async def test_a_key_shows_a_store_s_receipts_to_nobody_who_may_not_see_the_store(office: Desk) -> None:
    tenants = frozenset(store.tenant for store in office.made.core.stores.values())
    both, one = (Principal("x", tenants, frozenset({Role.WRITE}), stores) for stores in (None, frozenset({"east"})))
    items = [*setting(5), *setting(6, store="west")]
    first = await write(office, items, key="k", principal=both)
    narrow = await write(office, items, key="k", principal=one)

    assert ids(first)[:1] == ids(narrow)


async def test_a_store_that_is_gone_does_not_break_a_repetition(office: Desk) -> None:
    items = [*setting(5), *setting(6, store="west")]
    first = await write(office, items, key="k")
    del office.made.core.stores["west"]

    assert ids(first)[:1] == ids(await write(office, items, key="k"))


async def test_an_operation_a_platform_has_not_is_told_at_once(engines: Any) -> None:
    made = desk(engines[1], engines[0], "east", platforms={"east": "bare"})

    assert [("items.0", "UNSUPPORTED")] == codes(await write(made, setting(5)))


async def test_a_field_a_platform_can_t_take_is_named_with_those_it_can(office: Desk) -> None:
    with writing(fields=frozenset({"title"})):
        items = [{"productId": Key(Kind.PRODUCT, "east", "1").encode(), "title": "T", "productType": "X"}]
        payload = await write(office.another(), items, "productUpdate")

    assert [("items.0", "UNSUPPORTED")] == codes(payload)
    assert "productType" in payload["userErrors"][0]["message"]


async def test_an_entity_of_a_foreign_store_looks_as_if_there_were_none(engines: Any) -> None:
    made = two_tenants(engines)
    acme = Principal("x", frozenset({made.made.core.stores["east"].tenant}), frozenset({Role.WRITE}))
    foreign, absent = [(await write(made, setting(5, store=store), principal=acme)) for store in ("west", "nowhere")]
    here, there = [await write(made, [{"store": store, "title": "T"}], "productCreate", principal=acme) for store in ("west", "nowhere")]

    assert foreign["userErrors"] == absent["userErrors"]
    assert [("items.0", "NOT_FOUND")] == codes(foreign)
    assert ("STORE_UNKNOWN", here["userErrors"][0]["message"]) == (
        there["userErrors"][0]["code"],
        there["userErrors"][0]["message"].replace("nowhere", "west"),
    )


async def test_who_may_only_read_changes_nothing(office: Desk) -> None:
    reader = Principal("x", None, frozenset({Role.READ}))
    answer = await office.ask(f'mutation {{ orderCancel(items: [{{orderId: "{order("1")}"}}]) {{ receipts {{ id }} }} }}', reader)

    assert ["FORBIDDEN"] == [error.extensions["code"] for error in answer.errors]
    assert 0 == await jobs(office)


async def test_a_preview_keeps_nothing_and_shows_before_and_after(office: Desk) -> None:
    office.made.shops["east"].add(Kind.INVENTORY_LEVEL, "0", available=3)
    await office.made.core.entities("east", Kind.INVENTORY_LEVEL, ["0"], 30)
    keys = {key async for key in office.state.scan_iter()}
    payload = await write(office, setting(5, 6, -1), preview=True, key="k")

    assert keys == {key async for key in office.state.scan_iter()}
    assert [] == payload["receipts"]
    assert [("items.2.available", "QUANTITY_INVALID")] == codes(payload)
    assert [({"available": 3}, {"available": 5}), (None, {"available": 6})] == [
        (each["effect"]["before"], each["effect"]["after"]) for each in payload["previews"]
    ]
    assert 1 == len(office.made.shops["east"].reads)


async def test_what_a_fresh_copy_forbids_is_refused_without_asking_the_store(office: Desk) -> None:
    office.made.shops["east"].add(Kind.ORDER, "1", status=OrderStatus.CANCELLED)
    await office.made.core.entities("east", Kind.ORDER, ["1"], 30)
    payload = await write(office, [{"orderId": order("1")}], "orderCancel")

    assert [("items.0", "ALREADY_CANCELLED")] == codes(payload)
    assert 1 == len(office.made.shops["east"].reads)


async def test_what_an_old_copy_forbids_is_accepted(office: Desk) -> None:
    office.made.shops["east"].add(Kind.ORDER, "1", status=OrderStatus.CANCELLED)
    await office.made.core.entities("east", Kind.ORDER, ["1"], 30)
    office.clock.advance(office.made.core.settings.max_age + 1)

    assert [] == codes(await write(office, [{"orderId": order("1")}], "orderCancel"))


async def test_a_guard_that_comes_true_by_what_waits_is_no_reason_to_refuse(office: Desk) -> None:
    office.made.shops["east"].add(Kind.INVENTORY_LEVEL, "0", available=5)
    await office.made.core.entities("east", Kind.INVENTORY_LEVEL, ["0"], 30)
    await write(office, setting(6))
    guarded = [{**setting(7)[0], "guard": {"available": 6}}]

    assert [] == codes(await write(office, guarded))


async def test_a_preview_tells_that_a_guard_does_not_hold(office: Desk) -> None:
    office.made.shops["east"].add(Kind.INVENTORY_LEVEL, "0", available=5)
    await office.made.core.entities("east", Kind.INVENTORY_LEVEL, ["0"], 30)

    assert [("items.0", "GUARD")] == codes(await write(office, [{**setting(7)[0], "guard": {"available": 6}}], preview=True))


async def test_a_copy_from_before_a_write_forbids_nothing(office: Desk) -> None:
    office.made.shops["east"].add(Kind.ORDER, "1", status=OrderStatus.CANCELLED)
    await office.made.core.entities("east", Kind.ORDER, ["1"], 30)
    office.clock.advance(1)
    await office.made.core.touch([Key(Kind.ORDER, "east", "1")])
    office.clock.advance(1)

    assert [] == codes(await write(office, [{"orderId": order("1")}], "orderCancel"))


async def test_what_is_accepted_is_hinted_at(office: Desk) -> None:
    await write(office, setting(5))

    assert office.clock.now().timestamp() * 1000 == await office.state.zscore(DUE, office.scope("east"))


async def test_an_unreachable_queue_tells_that_nothing_is_certain(office: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*_: Any) -> None:
        raise LostConnectionError

    monkeypatch.setattr(office.queue, "enqueue", broken)
    answer = await office.ask(f'mutation {{ orderCancel(items: [{{orderId: "{order("1")}"}}]) {{ receipts {{ id }} }} }}')

    assert ["DEADLINE"] == [error.extensions["code"] for error in answer.errors]
    assert "receipts" in answer.errors[0].message


async def test_who_asked_is_kept_with_the_write(office: Desk) -> None:
    (receipt,) = (await write(office, setting(5)))["receipts"]
    number = strawberry.ID(receipt["id"])
    _, name = office.writes.tending.named(Principal("x", None, frozenset()), number)

    assert b"everybody" == await office.state.hget(f"write:{{{office.scope('east')}}}:job:{name}", "by")


def two_tenants(engines: Any) -> Desk:
    return desk(engines[1], engines[0], "east", "west", tenants={"east": "acme", "west": "birch"})
