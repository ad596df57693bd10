"""Stories of those who wait for their writes: over a WebSocket and over server-sent events, with the real worker at work."""

import asyncio
import contextlib
import itertools
import json
from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
import pytest_asyncio
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from gateway import server
from gateway.wiring import working
from resolvers.writes.worker import Worker
from schema.commands import WriteOperation as Op
from tests.journeys.conftest import User, served
from tests.journeys.test_writing import a_level
from tests.support.world import World

CHANGED = "subscription($ids: [ID!]) { receiptChanged(ids: $ids) { id state effect { after } } }"
ALL = 'subscription { receiptChanged(filter: { store: "woocommerce-one" }) { id state store { name } } }'
PROTOCOL = Subprotocol("graphql-transport-ws")
PATIENCE = 20.0
# What may follow what; a listener may miss a state that did not last.
ORDER = ["QUEUED", "RETRYING", "RUNNING", "DONE"]


@dataclass(slots=True)
class Socket:
    """One connection that was let in."""

    wire: ClientConnection
    numbers: itertools.count = field(default_factory=lambda: itertools.count(1))  # type: ignore[type-arg]

    async def subscribes(self, query: str, **variables: Any) -> str:
        """Begin an operation; returns its number."""
        number = str(next(self.numbers))
        payload = {"query": query, "variables": variables}
        await self.wire.send(json.dumps({"id": number, "type": "subscribe", "payload": payload}))
        return number

    async def hears(self) -> dict[str, Any]:
        """Return the next message that is about an operation."""
        async with asyncio.timeout(PATIENCE):
            while True:
                message: dict[str, Any] = json.loads(await self.wire.recv())
                if message["type"] == "ping":
                    await self.wire.send(json.dumps({"type": "pong"}))
                elif message["type"] != "pong":
                    return message

    async def hears_all(self, number: str) -> list[dict[str, Any]]:
        """Return what an operation yields up to its end."""
        found = []
        while (message := await self.hears())["type"] == "next":
            assert number == message["id"]
            assert "errors" not in message["payload"], message
            found.append(message["payload"]["data"])
        assert ("complete", number) == (message["type"], message["id"]), message
        return found


@contextlib.asynccontextmanager
async def opened(address: str, payload: dict[str, Any] | None = None, key: str | None = None) -> AsyncIterator[Socket]:
    """Open a connection and be let in."""
    headers = {"authorization": f"Bearer {key}"} if key else {}
    url = address.replace("http", "ws") + "/graphql"
    async with asyncio.timeout(60), connect(url, subprotocols=[PROTOCOL], additional_headers=headers) as wire:
        await wire.send(json.dumps({"type": "connection_init", **({"payload": payload} if payload else {})}))
        assert "connection_ack" == json.loads(await wire.recv())["type"]
        yield Socket(wire)


def bearer(key: str) -> dict[str, str]:
    return {"authorization": f"Bearer {key}"}


async def events(http: httpx.AsyncClient, key: str, query: str, **variables: Any) -> AsyncGenerator[tuple[str, Any]]:
    """Yield server-sent events as they come: their names and what they tell."""
    headers = {**bearer(key), "accept": "text/event-stream"}
    async with (
        asyncio.timeout(PATIENCE),
        http.stream("POST", "/graphql", json={"query": query, "variables": variables}, headers=headers) as answer,
    ):
        assert (200, "text/event-stream") == (answer.status_code, answer.headers["content-type"].partition(";")[0])
        name = ""
        async for line in answer.aiter_lines():
            if line.startswith("event:"):
                name = line[6:].strip()
            elif line.startswith("data:"):
                yield name, json.loads(line[5:].strip() or "null")


@pytest_asyncio.fixture
async def worker(world: World) -> AsyncIterator[Worker]:
    """Have a worker at work beside the server."""
    found = world.worker_again()
    async with working(found):
        yield found


async def accepted(user: User, store: str) -> str:
    """Have a write accepted; returns its receipt's id."""
    level = await a_level(user, store)
    payload = await user.writes(Op.INVENTORY_SET, {"inventoryLevelId": level["id"], "available": level["available"] + 1})
    found: str = payload["receipts"][0]["id"]
    return found


def states(told: list[dict[str, Any]], receipt: str) -> list[str]:
    return [each["receiptChanged"]["state"] for each in told if each["receiptChanged"]["id"] == receipt]


@pytest.mark.parametrize("key_in", ["first message", "header"])
async def test_a_listener_hears_his_writes_to_their_end(user: User, world: World, address: str, key_in: str) -> None:
    ids = [await accepted(user, store) for store in ("shopify-one", "woocommerce-two")]
    way: dict[str, Any] = {"payload": bearer(user.key)} if key_in == "first message" else {"key": user.key}
    async with opened(address, **way) as socket:
        number = await socket.subscribes(CHANGED, ids=ids)
        first = [await socket.hears() for _ in ids]
        async with working(world.worker_again()):
            told = [each["payload"]["data"] for each in first] + await socket.hears_all(number)

    for receipt in ids:
        own = states(told, receipt)
        assert ("QUEUED", "DONE") == (own[0], own[-1])
        assert sorted(own, key=ORDER.index) == own
    assert all(each["receiptChanged"]["effect"] for each in told if each["receiptChanged"]["state"] == "DONE")


async def test_who_is_late_hears_how_it_ended(user: User, world: World, address: str) -> None:
    receipt = await accepted(user, "shopify-one")
    await world.work()
    async with opened(address, bearer(user.key)) as socket:
        told = await socket.hears_all(await socket.subscribes(CHANGED, ids=[receipt]))

    assert ["DONE"] == states(told, receipt)


async def test_a_write_that_is_tried_again_says_so(user: User, world: World, address: str, worker: Worker) -> None:
    level = await a_level(user, "woocommerce-one")
    world.fail("woocommerce-one", match=" products/", status=503, times=1)
    async with opened(address, bearer(user.key)) as socket:
        await socket.subscribes(ALL)
        # What is heard of it at all tells that the listener is there: a filter tells nothing of what was before.
        payload = await listened_write(user, socket, {"inventoryLevelId": level["id"], "available": 77})
        told = [payload]
        while told[-1]["state"] != "DONE":
            told.append((await socket.hears())["payload"]["data"]["receiptChanged"])

    assert "RETRYING" in [each["state"] for each in told]
    assert {"woocommerce-one"} == {each["store"]["name"] for each in told}


async def listened_write(user: User, socket: Socket, item: dict[str, Any]) -> dict[str, Any]:
    """Write until the listener hears of it; returns what it heard first."""
    hearing = asyncio.create_task(socket.hears())
    for place in itertools.count():
        await user.writes(Op.INVENTORY_SET, {**item, "available": item["available"] + place})
        done, _ = await asyncio.wait([hearing], timeout=0.5)
        if done:
            break
    found: dict[str, Any] = hearing.result()["payload"]["data"]["receiptChanged"]
    return found


async def test_a_second_operation_of_a_connection_sees_the_world_as_it_is_now(user: User, world: World, address: str) -> None:
    level = await a_level(user, "shopify-one")
    query = "query($id: ID!) { inventoryLevel(id: $id) { available } }"
    read = []
    async with opened(address, bearer(user.key)) as socket:
        for units in (31, 32):
            await user.writes(Op.INVENTORY_SET, {"inventoryLevelId": level["id"], "available": units})
            await world.work()
            (answer,) = await socket.hears_all(await socket.subscribes(query, id=level["id"]))
            read.append(answer["inventoryLevel"]["available"])

    assert [31, 32] == read


@pytest.mark.parametrize(
    "payload", [None, {"authorization": "Bearer cgk_wrong"}, {"authorization": 7}, {"authorization": "cgk_everything"}]
)
async def test_nobody_listens_without_a_key_that_is_known(lasting_world: World, address: str, payload: dict[str, Any] | None) -> None:
    async with connect(address.replace("http", "ws") + "/graphql", subprotocols=[PROTOCOL]) as wire:
        await wire.send(json.dumps({"type": "connection_init", **({"payload": payload} if payload else {})}))
        with pytest.raises(ConnectionClosed) as closed:
            await asyncio.wait_for(wire.recv(), PATIENCE)

    assert closed.value.rcvd is not None
    assert 4403 == closed.value.rcvd.code


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("subscription { receiptChanged { id } }", "BAD_REQUEST"),
        ("subscription { receiptChanged(ids: []) { id } }", "TOO_MANY_IDS"),
        ('subscription { receiptChanged(ids: ["x"]) { id } }', "ID_INVALID"),
        ('subscription { receiptChanged(filter: { store: "nowhere" }) { id } }', "STORE_UNKNOWN"),
        ("subscription { nothing }", "GRAPHQL_VALIDATION_FAILED"),
    ],
)
async def test_a_wrong_subscription_is_told_why(user: User, address: str, query: str, code: str) -> None:
    async with opened(address, bearer(user.key)) as socket:
        await socket.subscribes(query)
        message = await socket.hears()

    errors = message["payload"] if message["type"] == "error" else message["payload"]["errors"]
    assert code == errors[0]["extensions"]["code"]


async def test_another_tenants_receipts_are_not_heard_of(user: User, world: World, address: str, worker: Worker) -> None:
    foreign = await accepted(user, "shopify-two")
    async with opened(address, bearer("cgk_acme")) as socket:
        await socket.subscribes(CHANGED, ids=[foreign])
        message = await socket.hears()
        listening = await socket.subscribes("subscription { receiptChanged(filter: {}) { store { name } } }")
        await accepted(user, "shopify-two")
        level = await a_level(user, "woocommerce-one")
        message_of_own = await listened_any(user, socket, listening, level["id"])

    errors = message["payload"] if message["type"] == "error" else message["payload"]["errors"]
    assert "ID_INVALID" == errors[0]["extensions"]["code"]
    assert "woocommerce-one" == message_of_own


async def listened_any(user: User, socket: Socket, number: str, level: str) -> str:
    """Write until an operation is told of something; returns the store it was of."""
    hearing = asyncio.create_task(_next_of(socket, number))
    for units in itertools.count(50):
        await user.writes(Op.INVENTORY_SET, {"inventoryLevelId": level, "available": units})
        done, _ = await asyncio.wait([hearing], timeout=0.5)
        if done:
            break
    return hearing.result()


async def _next_of(socket: Socket, number: str) -> str:
    while True:
        message = await socket.hears()
        if (message["id"], message["type"]) == (number, "next"):
            found: str = message["payload"]["data"]["receiptChanged"]["store"]["name"]
            return found


async def test_events_are_sent_to_who_has_no_socket(user: User, world: World) -> None:
    receipt = await accepted(user, "woocommerce-one")
    told = []
    async with contextlib.AsyncExitStack() as stack:
        stream = await stack.enter_async_context(contextlib.aclosing(events(user.http, user.key, CHANGED, ids=[receipt])))
        async for name, payload in stream:
            told.append((name, payload))
            if len(told) == 1:
                await stack.enter_async_context(working(world.worker_again()))

    own = states([payload["data"] for name, payload in told if name == "next"], receipt)
    assert ("QUEUED", "DONE") == (own[0], own[-1])
    assert "complete" == told[-1][0]


async def test_events_are_sent_to_nobody_without_a_key(user: User) -> None:
    for key, status in (("-", 401), ("cgk_wrong", 401), ("cgk_writer", 403)):
        headers = {**bearer(key), "accept": "text/event-stream"}
        answer = await user.http.post("/graphql", json={"query": ALL}, headers=headers)
        assert (status, True) == (answer.status_code, "errors" in answer.json())


async def test_a_server_that_stops_lets_its_listeners_go_at_once(world: World) -> None:
    fresh, stopping = world.another(world.core.settings), server.Stopping()
    async with served(fresh, stopping) as address, httpx.AsyncClient(base_url=address, timeout=30) as http:
        user = User(http)
        receipt = await accepted(user, "shopify-one")
        stream = events(http, user.key, CHANGED, ids=[receipt])
        first = await anext(stream)
        async with opened(address, bearer(user.key)) as socket:
            await socket.subscribes(CHANGED, ids=[receipt])
            await socket.hears()
            began = asyncio.get_running_loop().time()
            stopping.tell()
            rest = [each async for each in stream]
            with contextlib.suppress(ConnectionClosed):
                while (await socket.hears())["type"] != "complete":
                    pass
            took = asyncio.get_running_loop().time() - began
    await fresh.writes.changes.close()

    assert "QUEUED" == first[1]["data"]["receiptChanged"]["state"]
    assert "complete" in {name for name, _ in rest}
    assert took < 3
