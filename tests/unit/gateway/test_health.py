"""Whether the gateway says that it lives, and whether it can work."""

import asyncio
from dataclasses import dataclass
from typing import Any, cast

import httpx
import pytest
from redis.asyncio import Redis
from redis.exceptions import ConnectionError as NoConnectionError
from starlette.applications import Starlette

from adapters.kit.stores import StoreConfig
from gateway import health

FINE = StoreConfig("north", "acme", "any", "https://north.example.com", {})
BROKEN = StoreConfig("south", "acme", "any", "https://south.example.com", {}, problem="The variable is not set.")


@dataclass
class Server:
    """Stands for one role's server."""

    error: Exception | None = None
    hangs: bool = False

    async def ping(self) -> None:
        if self.hangs:
            await asyncio.Event().wait()
        if self.error:
            raise self.error


async def ask(state: Server, fast: Server, path: str = "/health/ready") -> tuple[int, Any]:
    roles = {"state": cast("Redis", state), "fast": cast("Redis", fast)}
    app = Starlette(routes=health.routes(roles, [FINE, BROKEN]))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost") as client:
        response = await client.get(path)
    return response.status_code, response.json()


async def test_a_store_without_credentials_makes_nothing_unready() -> None:
    checks = {"state": "ok", "fast": "ok", "stores": "1 of 2 usable"}

    assert (200, {"ready": True, "checks": checks}) == await ask(Server(), Server())


async def test_a_server_that_is_away_makes_it_unready_and_keeps_its_address_to_itself() -> None:
    error = NoConnectionError("Error 111 connecting to state.example.com:6379")
    checks = {"state": "can't be used (ConnectionError)", "fast": "ok", "stores": "1 of 2 usable"}

    assert (503, {"ready": False, "checks": checks}) == await ask(Server(error), Server())


async def test_a_server_that_hangs_makes_it_unready_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "LIMIT_SECONDS", 0.01)

    status, found = await ask(Server(), Server(hangs=True))

    assert (503, "no answer within 0.01 s") == (status, found["checks"]["fast"])


async def test_it_lives_although_it_is_not_ready() -> None:
    assert 200 == (await ask(Server(hangs=True), Server(hangs=True), "/health/live"))[0]
