"""The faults and control routes that all sandboxes share, over real HTTP."""

import asyncio
import logging
import socket
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from adapters.kit.sandbox import Call, Control, Running, Sandbox, SandboxStore, serving

STORES = (SandboxStore("one", "One", "small", {}), SandboxStore("two", "Two", "small", {}))


def make_app(stores: tuple[SandboxStore, ...], control: Control) -> Starlette:
    async def serve(request: Request) -> Response:
        store, operation = request.path_params["store"], request.path_params["operation"]
        struck = await control.strike(store, operation)
        if struck is not None:
            return struck
        control.log(store, operation, 200, 3)
        return JSONResponse({"now": control.now().timestamp()})

    return Starlette(routes=[*control.routes(), Route("/{store}/{operation}", serve)])


SANDBOX = Sandbox(make_app, STORES)


@pytest_asyncio.fixture
async def running() -> AsyncIterator[Running]:
    async with serving(SANDBOX) as found:
        yield found


@pytest_asyncio.fixture
async def client(running: Running) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=running.url, trust_env=False) as found:
        yield found


async def statuses(client: httpx.AsyncClient, *paths: str) -> list[int]:
    return [(await client.get(path)).status_code for path in paths]


async def fault(client: httpx.AsyncClient, **fields: Any) -> int:
    return (await client.post("/control/faults", json=fields)).status_code


async def test_a_fault_strikes_as_many_times_as_said_and_says_what_it_was_told(client: httpx.AsyncClient) -> None:
    assert 204 == await fault(client, times=2, status=503, headers={"retry-after": "7"}, body="gone")
    first = await client.get("/one/orders")

    assert (503, "7", "gone") == (first.status_code, first.headers["retry-after"], first.text)
    assert [503, 200, 200] == await statuses(client, "/one/orders", "/one/orders", "/one/orders")


async def test_a_fault_without_times_stays_until_it_is_removed(client: httpx.AsyncClient) -> None:
    await fault(client, status=500)

    assert [500] * 4 == await statuses(client, *["/one/orders"] * 4)
    assert 204 == (await client.delete("/control/faults")).status_code
    assert [200] == await statuses(client, "/one/orders")


async def test_a_fault_strikes_only_its_store_and_operations(client: httpx.AsyncClient) -> None:
    await fault(client, store="one", match="order", status=500)

    assert [500, 200, 200] == await statuses(client, "/one/orders", "/one/products", "/two/orders")


async def test_the_first_fault_that_fits_strikes_alone(client: httpx.AsyncClient) -> None:
    for status in (500, 429):
        await fault(client, status=status, times=1)

    assert [500, 429, 200] == await statuses(client, *["/one/orders"] * 3)


async def test_a_fault_without_status_only_delays(client: httpx.AsyncClient) -> None:
    await fault(client, delay=0.01, times=1)

    assert [200] == await statuses(client, "/one/orders")


@pytest.mark.parametrize("times", [1, 3])
async def test_a_hang_up_cuts_the_connection_without_an_answer(
    client: httpx.AsyncClient, times: int, caplog: pytest.LogCaptureFixture
) -> None:
    await fault(client, hang_up=True, times=times)
    for _ in range(times):
        with pytest.raises(httpx.TransportError):
            await client.get("/one/orders")

    assert [200] == await statuses(client, "/one/orders")
    assert [] == [record for record in caplog.records if record.levelno >= logging.ERROR]


@pytest.mark.parametrize("body", [b'{"stauts": 500}', b"[1]", b"no"])
async def test_what_is_no_fault_is_refused(client: httpx.AsyncClient, running: Running, body: bytes) -> None:
    assert 400 == (await client.post("/control/faults", content=body)).status_code
    assert [] == running.control.faults


async def test_calls_are_listed_and_forgotten(client: httpx.AsyncClient, running: Running) -> None:
    await fault(client, store="two", status=429)
    await statuses(client, "/one/orders", "/two/orders")
    listed = (await client.get("/control/calls")).json()

    assert [("one", "orders", 200, 3), ("two", "orders", 429, 0)] == [tuple(call.values()) for call in listed]
    assert [Call("one", "orders", 200, 3), Call("two", "orders", 429)] == running.control.calls
    assert 204 == (await client.delete("/control/calls")).status_code
    assert [] == (await client.get("/control/calls")).json()


async def test_the_clock_can_be_moved(client: httpx.AsyncClient) -> None:
    before = (await client.get("/one/orders")).json()["now"]
    for _ in range(2):
        await client.post("/control/clock", json={"advance": 1800})

    assert 3600 == pytest.approx((await client.get("/one/orders")).json()["now"] - before, abs=5)


async def test_rows_are_edited_where_the_sandbox_can(client: httpx.AsyncClient, running: Running) -> None:
    wish = {"store": "one", "action": "touch", "kind": "order"}
    assert 501 == (await client.post("/control/rows", json=wish)).status_code
    running.control.rows = lambda given: {"id": given["action"]}

    assert {"id": "touch"} == (await client.post("/control/rows", json=wish)).json()


async def test_a_port_that_is_taken_is_an_error_of_the_caller() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(OSError, match="in use"):
        async with serving(SANDBOX, port=taken.getsockname()[1]):
            pass


async def test_a_sandbox_ends_although_a_request_hangs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.kit.sandbox.SHUTDOWN_SECONDS", 0.05)
    struck = asyncio.Event()

    class Hanging(Control):
        async def strike(self, store: str, operation: str) -> Response | None:
            struck.set()
            await asyncio.Event().wait()
            return None

    monkeypatch.setattr("adapters.kit.sandbox.Control", Hanging)
    async with httpx.AsyncClient(trust_env=False) as client:
        async with serving(SANDBOX) as running:
            hanging = asyncio.create_task(client.get(f"{running.url}/one/orders"))
            await struck.wait()
        ended = await asyncio.gather(hanging, return_exceptions=True)

    assert isinstance(ended[0], httpx.TransportError | httpx.Response)
