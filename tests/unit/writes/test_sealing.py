"""What waits is readable for nobody without the keys, and keys can be replaced while it waits."""

from collections.abc import Awaitable, Callable
from typing import Any, get_args

import pytest
from cryptography.fernet import Fernet
from redis.asyncio import Redis

from adapters.kit.writing import Accepted
from resolvers.writes.sealing import Contents, SealedError, Sealer
from schema import commands
from schema.commands import Guard, InventorySet, OrderCancel, WriteOperation
from schema.keys import Kind
from tests.support.desk import Desk, operation_of
from tests.support.fakes import DAY

OLD, NEW, OTHER = (Fernet.generate_key().decode() for _ in range(3))
CONTENTS = Contents(WriteOperation.INVENTORY_SET, InventorySet("1", 5), Guard(DAY, 4, "9.50"))
EVERY: tuple[Any, ...] = (
    commands.InventorySet("1", 5),
    commands.InventoryAdjust("1", -5),
    commands.PriceSet("1", "9.00", "EUR", ""),
    commands.ProductCreate({"title": "T", "platform_fields": {"a": [1, None]}}, ({"sku": None, "quantity": 3},)),
    commands.ProductUpdate("1", {"handle": None}),
    commands.ProductDelete("1"),
    commands.VariantCreate("1", {"options": [{"name": "Size", "value": "S"}]}),
    commands.VariantUpdate("1", {"weight": {"value": "1.5", "unit": "GRAMS"}}),
    commands.VariantDelete("1"),
    commands.ShipmentCreate("1", (commands.LineUnits("2", 3),), commands.TrackingFields("T", "C", "U"), "4", notify=True, shipped_at=DAY),
    commands.ShipmentUpdate("1", commands.TrackingFields("T")),
    commands.OrderCancel("1", commands.CancelReason.FRAUD, "note", restock=False),
    commands.OrderUpdate("1", {"tags": [], "note": None}),
    commands.OrderAcknowledge("1"),
    commands.RefundCreate("1", (commands.RefundLineUnits("2", 1, "3.00", restock=True),), "all", "1.00", "EUR"),
    commands.CustomerCreate({"email": "ann@example.com"}),
    commands.CustomerUpdate("1", {"address": {"city": "Graz"}}),
)


def test_every_command_is_tried() -> None:
    assert set(get_args(commands.Command)) == {type(command) for command in EVERY}


@pytest.mark.parametrize("command", EVERY, ids=lambda command: type(command).__name__)
def test_what_is_opened_is_what_was_sealed(command: Any) -> None:
    contents = Contents(operation_of(command), command, CONTENTS.guard)

    assert contents == Sealer([NEW]).open(Sealer([NEW]).seal(contents))


def test_a_key_can_be_replaced_while_writes_wait() -> None:
    waiting = Sealer([OLD]).seal(CONTENTS)

    assert CONTENTS == Sealer([NEW, OLD]).open(waiting)


def test_the_first_key_seals() -> None:
    fresh = Sealer([NEW, OLD]).seal(CONTENTS)

    assert CONTENTS == Sealer([NEW]).open(fresh)
    with pytest.raises(SealedError):
        Sealer([OLD]).open(fresh)


@pytest.mark.parametrize(
    "payload",
    [b"", b"nonsense", Fernet(NEW.encode()).encrypt(b"{}"), Fernet(NEW.encode()).encrypt(b'["NONE",{},{}]')],
    ids=["nothing", "nonsense", "no list", "no operation"],
)
def test_what_is_damaged_is_told_as_sealed(payload: bytes) -> None:
    with pytest.raises(SealedError):
        Sealer([NEW]).open(payload)


def test_a_mark_is_the_same_in_every_process_and_tells_nothing_without_the_key() -> None:
    value = ["INVENTORY_SET", {"b": 1, "a": DAY}]

    assert Sealer([NEW]).digests(value) == Sealer([NEW]).digests(["INVENTORY_SET", {"a": DAY, "b": 1}])
    assert set(Sealer([NEW]).digests(value)).isdisjoint(Sealer([OTHER]).digests(value))


def test_a_mark_of_an_older_key_is_still_known() -> None:
    assert Sealer([OLD]).digests("x")[0] == Sealer([NEW, OLD]).digests("x")[1]


async def test_a_write_sealed_with_another_key_is_parked_and_done_when_the_key_is_back(office: Desk) -> None:
    sealer, office.writes.sealer = office.writes.sealer, Sealer([OTHER])
    number = await office.put("east", InventorySet("1", 5))
    office.writes.sealer = sealer
    await office.work()
    (parked,) = await office.told("east", number)
    office.worker._sealer = Sealer([OTHER])
    await office.queue.requeue(office.scope("east"), number)
    await office.work()

    assert ("NEEDS_INTERVENTION", "SEALED") == (parked.state.name, parked.code)
    assert [InventorySet("1", 5)] == office.counters["east"].commands
    assert ["DONE"] == await office.states("east", number)


async def test_what_a_platform_had_accepted_when_its_key_was_lost_is_looked_for_before_it_is_repeated(office: Desk) -> None:
    office.counters["east"].answer = lambda _: Accepted("feed-1", 1)
    number = await office.put("east", InventorySet("1", 5))
    await office.work()
    sealer, office.worker._sealer = office.worker._sealer, Sealer([OTHER])
    office.clock.advance(10)
    await office.work()
    parked = await office.states("east", number)
    office.worker._sealer = sealer
    office.made.shops["east"].add(Kind.INVENTORY_LEVEL, "1", available=5)
    await office.queue.requeue(office.scope("east"), number)
    await office.work()

    assert ["NEEDS_INTERVENTION"] == parked
    assert ["DONE"] == await office.states("east", number)
    assert 1 == len(office.counters["east"].calls)


async def test_nothing_of_what_is_wished_can_be_read_in_the_state(office: Desk) -> None:
    secret = "Ann Example, 5 Main Street"
    asked = (
        'mutation { customerCreate(items: [{store: "east", email: "ann@example.com", address: {address1: "SECRET"}}], '
        'idempotencyKey: "SECRET") { receipts { id } userErrors { code } } }'
    )
    answer = await office.ask(asked.replace("SECRET", secret))
    await office.put("east", OrderCancel("1", note=secret))
    kept = await everything(office.state)

    assert answer.errors is None
    assert 1 == len(answer.data["customerCreate"]["receipts"])
    assert not [name for name, value in kept.items() if secret in name + value or "ann@example.com" in name + value]


async def everything(state: Redis) -> dict[str, str]:
    """Return all keys with all that is in them."""
    readers: dict[Any, Callable[[Any], Awaitable[Any]]] = {
        b"string": state.get,
        b"hash": state.hgetall,
        b"list": lambda key: state.lrange(key, 0, -1),
        b"set": state.smembers,
        b"zset": lambda key: state.zrange(key, 0, -1),
    }
    return {str(key): str(await readers[await state.type(key)](key)) async for key in state.scan_iter()}
