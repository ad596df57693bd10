"""What the local Walmart promises of writes over real HTTP: faults that come after the work, feeds that end by themselves, its record."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio

from adapters.kit.sandbox import EFFECTS, Fault, Running, SandboxStore, serving
from adapters.walmart.sandbox import SANDBOX
from adapters.walmart.sandbox.routes import ROUTES
from tests.platforms.walmart.market import HEADERS

SKU = "THR-0000"
KEYS = {"client_id": "seller-1", "client_secret": "secret-1"}
STOCK = {"sku": SKU, "quantity": {"unit": "EACH", "amount": 5}}
PRICE = {"sku": SKU, "pricing": [{"currentPriceType": "BASE", "currentPrice": {"currency": "USD", "amount": 5}}]}


@pytest_asyncio.fixture
async def running() -> AsyncIterator[Running]:
    async with serving(SANDBOX, (SandboxStore("shop", "Test Shop", "small", KEYS, {}, {"job_seconds": 0.1}),)) as there:
        yield there


@pytest_asyncio.fixture
async def client(running: Running) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=f"{running.url}/shop/v3", headers=HEADERS) as client:
        answer = await client.post("/token", data={"grant_type": "client_credentials"}, auth=("seller-1", "secret-1"))
        client.headers["WM_SEC.ACCESS_TOKEN"] = answer.json()["access_token"]
        yield client


def new_order(running: Running) -> str:
    rows = running.control.rows
    assert rows is not None
    order = rows({"store": "shop", "action": "insert", "kind": "order", "fields": {"lines": [[SKU, 1]]}})
    return str(order["id"])


async def send(client: httpx.AsyncClient, *counts: int) -> str:
    entries = [{"sku": SKU, "quantity": {"unit": "EACH", "amount": count}} for count in counts]
    content = json.dumps({"InventoryHeader": {"version": "1.4"}, "Inventory": entries}).encode()
    return str((await client.post("/feeds?feedType=inventory", files={"file": ("feed.json", content)})).json()["feedId"])


@pytest.mark.parametrize(("method", "path", "body"), [("PUT", f"/inventory?sku={SKU}", STOCK), ("PUT", "/price", PRICE)])
async def test_a_write_whose_answer_is_lost_is_done_and_can_be_seen(
    running: Running, client: httpx.AsyncClient, method: str, path: str, body: Any
) -> None:
    running.control.faults.append(Fault(match=f"{method} /v3{path.partition('?')[0]}", times=1, hang_up=True, after=True))

    with contextlib.suppress(httpx.RemoteProtocolError):
        await client.request(method, path, json=body)

    assert [(SKU, f"PUT /v3{path.partition('?')[0]}")] == [(each.entity, each.operation) for each in running.control.effects]
    assert 200 == running.control.calls[-1].status


async def test_an_acknowledgement_that_is_answered_with_an_error_is_made_all_the_same(running: Running, client: httpx.AsyncClient) -> None:
    order = new_order(running)
    running.control.faults.append(Fault(match="acknowledge", times=1, status=504, body="{}", after=True))

    answer = await client.post(f"/orders/{order}/acknowledge")

    assert 504 == answer.status_code
    assert [("order.acknowledge", order)] == [(each.what, each.entity) for each in running.control.effects]
    assert "Acknowledged" in (await client.get(f"/orders/{order}")).text


async def test_a_feed_ends_by_itself_and_all_it_did_is_of_the_request_that_sent_it(running: Running, client: httpx.AsyncClient) -> None:
    await send(client, 5, 6)
    at_once = len(running.control.effects)
    async with asyncio.timeout(10):
        while len((await client.get(f"{running.url}/control/effects")).json()) < 2:
            pass
    await client.put(f"/inventory?sku={SKU}", json=STOCK)

    first, second, later = [each.request for each in running.control.effects]
    assert 0 == at_once
    assert first == second < later
    assert ["POST /v3/feeds", "POST /v3/feeds", "PUT /v3/inventory"] == [each.operation for each in running.control.effects]


async def test_the_clock_ends_a_feed(running: Running, client: httpx.AsyncClient) -> None:
    feed = await send(client, 5)
    await client.post(f"{running.url}/control/clock", json={"advance": 1})

    shown = (await client.get(f"/feeds/{feed.replace('@', '%40')}")).json()
    effects = (await client.get(f"{running.url}/control/effects")).json()

    assert ("PROCESSED", 1) == (shown["feedStatus"], shown["itemsSucceeded"])
    assert [("stock.set", SKU)] == [(each["what"], each["entity"]) for each in effects]


async def test_a_write_that_is_throttled_changes_nothing(running: Running, client: httpx.AsyncClient) -> None:
    codes = [(await client.put("/price", json=PRICE)).status_code for _ in range(101)]

    assert [200] * 100 + [429] == codes
    assert ["price.set"] * 100 == [each.what for each in running.control.effects]


def test_every_write_has_a_name_of_its_own_and_needs_a_scope() -> None:
    writes = [route for route in ROUTES if route.writes]

    assert len({route.operation for route in writes}) == len(writes) == 10
    assert all(route.scope for route in writes)
    assert not [route.operation for route in writes if route.operation.startswith("GET ")]
    assert {"stock.set", "price.set", "refund.create"} <= EFFECTS
