"""Whoever asks, in whatever way: nothing of the writes of a store that does not exist for him is told, and none of them is touched.

Every store has writes in many states, with its mark in all that is told of them.
"""

from typing import Any

import orjson
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from redis.asyncio import Redis

from adapters.kit.failures import PlatformError
from adapters.kit.writing import Done
from resolvers.mutations import ITEMS
from resolvers.principal import Principal, Role
from resolvers.writes.queue import Hold
from schema.commands import InventorySet, ProductUpdate
from schema.errors import Category
from schema.keys import Key, Kind
from schema.receipts import receipt_id
from tests.support.desk import Desk, desk
from tests.support.fakes import fake_schema, marker
from tests.unit.core.test_tenants import asking, leaks

STORES = ("centre", "eastern", "western")
TENANTS = ("acme", "birch")
ROLES = frozenset({Role.READ, Role.WRITE, Role.SUPPORT})
TENDING = ("writeRetry", "writeCancel")
PAYLOAD = "{ receipts { id reason store { name tenant } } userErrors { path code message } previews { store { name } effect { after } } }"
HOLDS = "{ holds { store { name tenant } reason heldBy } userErrors { code message } }"
RECEIPT = "{ id state reason code targetId coalescedInto store { name tenant } effect { entityId before after entity { id } } }"

PRINCIPALS = some.builds(
    Principal,
    name=some.just("someone"),
    tenants=some.none() | some.frozensets(some.sampled_from(TENANTS)),
    roles=some.just(ROLES),
    stores=some.none() | some.frozensets(some.sampled_from(STORES)),
)


async def filled(engines: tuple[Redis, Redis], owners: dict[str, str]) -> Desk:
    """Return stores with a write that is done, one that was refused, one that waits, and a hold."""
    state, fast = engines
    made = desk(fast, state, *STORES, tenants=owners)
    for store in STORES:
        mark = marker(store)
        answers = iter([Done(after={"note": mark}), PlatformError(Category.VALIDATION, mark, code=mark)])
        made.counters[store].answer = lambda _, answers=answers: next(answers)  # type: ignore[misc]
        await made.put(store, ProductUpdate(mark, {"title": mark}))
        await made.put(store, InventorySet(mark, 5))
    await made.work()
    for store in STORES:
        await made.put(store, InventorySet("1", 5))
        await made.queue.hold(made.scope(store), "*", Hold(marker(store), marker(store), made.clock.now()))
    return made


def key(kind: Kind, store: str) -> str:
    return Key(kind, store, "1").encode()


def items(store: str) -> dict[str, dict[str, Any]]:
    """Return an item for a foreign store, for every mutation that takes some."""
    level, variant, product = (key(kind, store) for kind in (Kind.INVENTORY_LEVEL, Kind.VARIANT, Kind.PRODUCT))
    order, shipment, customer = (key(kind, store) for kind in (Kind.ORDER, Kind.SHIPMENT, Kind.CUSTOMER))
    price = {"amount": "1", "currencyCode": "EUR"}
    return {
        "inventorySet": {"inventoryLevelId": level, "available": 1},
        "inventoryAdjust": {"inventoryLevelId": level, "delta": 1},
        "priceSet": {"variantId": variant, "price": price},
        "productCreate": {"store": store, "title": "T"},
        "productUpdate": {"productId": product, "title": "T"},
        "productDelete": {"productId": product},
        "variantCreate": {"productId": product, "sku": "A"},
        "variantUpdate": {"variantId": variant, "sku": "A"},
        "variantDelete": {"variantId": variant},
        "shipmentCreate": {"orderId": order},
        "shipmentUpdate": {"shipmentId": shipment, "tracking": {"number": "T"}},
        "orderCancel": {"orderId": order},
        "orderUpdate": {"orderId": order, "note": "N"},
        "orderAcknowledge": {"orderId": order},
        "refundCreate": {"orderId": order},
        "customerCreate": {"store": store, "email": "ann@example.com"},
        "customerUpdate": {"customerId": customer, "note": "N"},
    }


async def kept(made: Desk, store: str) -> dict[str, Any]:
    """Return all that is kept of a store's writes."""
    found = {}
    async for name in made.state.scan_iter(f"write:*{made.scope(store)}*:job:*"):
        found[name.decode()] = await made.state.hgetall(name)
    return {**found, "holds": await made.queue.holds(made.scope(store))}


async def numbers(made: Desk, store: str) -> list[str]:
    first = f"write:{{{made.scope(store)}}}:job:"
    return [name.removeprefix(first) for name in await kept(made, store) if name.startswith(first)]


async def write_all(made: Desk, store: str, principal: Principal, *, preview: bool = False) -> list[Any]:
    """Send every mutation there is for one store; returns the answers."""
    answers = []
    for name, item in items(store).items():
        shape = name[0].upper() + name[1:] + "Input"
        text = f"mutation($items: [{shape}!]!, $preview: Boolean!) {{ payload: {name}(items: $items, preview: $preview) {PAYLOAD} }}"
        answers.append(await made.ask(text, principal, items=[item], preview=preview))
    ids = orjson.dumps([receipt_id(store, number) for number in await numbers(made, store)]).decode()
    one = receipt_id(store, (await numbers(made, store))[0])
    instead = f'{{ inventorySet: {{ inventoryLevelId: "{key(Kind.INVENTORY_LEVEL, store)}", available: 1 }} }}'
    answers += [await made.ask(f"mutation {{ payload: {call}(ids: {ids}) {PAYLOAD} }}", principal) for call in TENDING]
    answers.append(await made.ask(f'mutation {{ payload: writeEdit(id: "{one}", item: {instead}) {PAYLOAD} }}', principal))
    answers += [
        await made.ask(f'mutation {{ payload: {call}(store: "{store}") {HOLDS} }}', principal) for call in ("laneHold", "laneRelease")
    ]
    return answers


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    owners=some.fixed_dictionaries({name: some.sampled_from(TENANTS) for name in STORES}), asker=PRINCIPALS, store=some.sampled_from(STORES)
)
async def test_nothing_of_a_foreign_store_s_writes_comes_back(
    engines: tuple[Redis, Redis], owners: dict[str, str], asker: Principal, store: str
) -> None:
    made = await filled(engines, owners)
    principal = asking(made.made, asker)
    row = f"{{ nodes {RECEIPT} edges {{ cursor }} pageInfo {{ endCursor }} }}"
    asked = [
        f"{{ receipts {row} holds {{ store {{ name tenant }} reason heldBy kind }} }}",
        f"{{ receipts(first: 2, filter: {{ state: [DONE, HELD] }}) {row} }}",
        f'{{ receipts(filter: {{ store: "{store}" }}) {row} }}',
        f'{{ receipts(filter: {{ tenant: "{made.made.core.stores[store].tenant}" }}) {row} }}',
        *(f'{{ receipt(id: "{receipt_id(store, number)}") {RECEIPT} }}' for number in await numbers(made, store)),
    ]
    for query in asked:
        assert [] == leaks(made.made, principal, await made.ask(query, principal), [store])


async def test_a_foreign_store_s_writes_are_touched_by_no_mutation(engines: tuple[Redis, Redis]) -> None:
    made = await filled(engines, dict.fromkeys(STORES, "acme") | {"western": "birch"})
    principal = asking(made.made, Principal("someone", frozenset({"acme"}), ROLES))
    before = await kept(made, "western")
    reads = list(made.made.shops["western"].reads)
    answers = [*await write_all(made, "western", principal), *await write_all(made, "western", principal, preview=True)]

    assert [] == [name for answer in answers for name in leaks(made.made, principal, answer, ["western"])]
    assert before == await kept(made, "western")
    assert reads == made.made.shops["western"].reads
    assert [] == [answer.data["payload"]["receipts"] for answer in answers if answer.data["payload"].get("receipts")]


async def test_a_foreign_store_is_answered_exactly_as_one_there_is_not(engines: tuple[Redis, Redis]) -> None:
    made = await filled(engines, dict.fromkeys(STORES, "acme") | {"western": "birch"})
    principal = asking(made.made, Principal("someone", frozenset({"acme"}), ROLES))
    number = (await numbers(made, "western"))[0]
    answers = []
    for store in ("western", "nowhere"):
        texts = []
        for name, item in items(store).items():
            shape = name[0].upper() + name[1:] + "Input"
            answer = await made.ask(f"mutation($items: [{shape}!]!) {{ {name}(items: $items) {PAYLOAD} }}", principal, items=[item])
            texts.append(f"{answer.data}{answer.errors}".replace(store, "STORE"))
        for call in (
            *(f'mutation {{ {call}(ids: ["{receipt_id(store, number)}"]) {PAYLOAD} }}' for call in TENDING),
            *(f'mutation {{ {call}(store: "{store}") {HOLDS} }}' for call in ("laneHold", "laneRelease")),
            f'{{ receipt(id: "{receipt_id(store, number)}") {RECEIPT} }}',
        ):
            answer = await made.ask(call, principal)
            texts.append(f"{answer.data}{answer.errors}".replace(store, "STORE"))
        answer = await made.ask(f'{{ receipts(filter: {{ store: "{store}" }}) {{ nodes {{ id }} }} }}', principal)
        texts.append(answer.errors[0].message.replace(store, "STORE"))
        answers.append(texts)

    assert answers[0] == answers[1]


async def test_the_test_finds_what_it_looks_for(engines: tuple[Redis, Redis]) -> None:
    """An answer for everybody is full of what a principal of one tenant may not see."""
    made = await filled(engines, {"centre": "acme", "eastern": "birch", "western": "birch"})
    principal = asking(made.made, Principal("someone", frozenset({"acme"}), ROLES))
    for query in (f"{{ receipts {{ nodes {RECEIPT} }} }}", "{ holds { reason store { name } } }"):
        assert ["eastern", "western"] == leaks(made.made, principal, await made.ask(query))
    before = await kept(made, "western")
    answers = await write_all(made, "western", Principal("all", None, ROLES))

    assert [] == [answer.errors for answer in answers if answer.errors]
    assert before != await kept(made, "western")


async def test_writes_of_two_tenants_share_no_key(engines: tuple[Redis, Redis]) -> None:
    made = await filled(engines, {"centre": "acme", "eastern": "birch", "western": "birch"})
    scopes = {made.scope(store) for store in STORES}
    batch = made.scope("centre").partition("/")[0].rpartition("-")[2]
    keys = [name.decode() async for name in made.state.scan_iter(f"write:*-{batch}/*")]

    assert scopes == {name.split("{")[1].split("}")[0] for name in keys}


def test_the_schema_has_no_mutation_this_test_does_not_send() -> None:
    roots = set(fake_schema()._schema.mutation_type.fields)  # type: ignore[union-attr]

    assert roots == {*items("x"), *TENDING, "writeEdit", "laneHold", "laneRelease"}
    assert len(items("x")) == len(ITEMS)
