"""The gateway as its users meet it: a real server, an API key, GraphQL over HTTP."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import httpx
import pytest
import pytest_asyncio

from gateway import server
from gateway.app import make_app
from gateway.auth import ApiKey, Door, digest
from gateway.limits import LIMITS
from resolvers.api import make_schema
from resolvers.context import RequestContext
from resolvers.principal import Principal, Role
from schema.commands import WriteOperation
from schema.keys import camel
from tests.support.world import EVERYBODY, LeapingClock, World, make_world, mutation

KEYS = {
    "cgk_everything": EVERYBODY,
    "cgk_acme": Principal("acme", frozenset({"acme"}), frozenset({Role.READ})),
    "cgk_one_store": Principal("one store", None, frozenset({Role.READ}), frozenset({"shopify-one"})),
    "cgk_acme_writer": Principal("acme writer", frozenset({"acme"}), frozenset({Role.READ, Role.WRITE})),
    "cgk_support": Principal("support", None, frozenset({Role.READ, Role.SUPPORT})),
    "cgk_writer": Principal("writer", None, frozenset({Role.WRITE})),
}


@dataclass(slots=True)
class User:
    """Somebody with an API key and a query."""

    http: httpx.AsyncClient
    key: str = "cgk_everything"

    async def post(self, query: str, **variables: Any) -> httpx.Response:
        """Send a query; returns the answer as it came."""
        body = {"query": query, "variables": variables}
        return await self.http.post("/graphql", json=body, headers={"authorization": f"Bearer {self.key}"})

    async def asks(self, query: str, **variables: Any) -> dict[str, Any]:
        """Send a query that must succeed; returns its data."""
        answer = (await self.post(query, **variables)).json()
        assert "errors" not in answer, answer["errors"]
        data: dict[str, Any] = answer["data"]
        return data

    async def is_refused(self, query: str, **variables: Any) -> tuple[str, str]:
        """Send a query that must fail; returns the first error's code and sentence."""
        answer = await self.post(query, **variables)
        assert answer.status_code < 500
        error = answer.json()["errors"][0]
        return error["extensions"]["code"], error["message"]

    async def writes(self, operation: WriteOperation, *items: Any, key: str | None = None, preview: bool = False) -> dict[str, Any]:
        """Send a mutation; returns its payload."""
        answer = await self.asks(mutation(operation), items=items, key=key, preview=preview)
        payload: dict[str, Any] = answer[camel(operation.name.lower())]
        return payload


@pytest_asyncio.fixture(scope="session")
async def lasting_world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    """Start a world of two shop systems, whose stores have all there is to tell of."""
    async with make_world(tmp_path_factory.mktemp("engine"), ("shopify", "woocommerce")) as made:
        yield made


@contextlib.asynccontextmanager
async def served(world: World, stopping: server.Stopping) -> AsyncIterator[str]:
    """Serve a world's core over HTTP for the time of the block; yields its address."""
    app = make_app(
        schema=make_schema(LIMITS),
        door=Door([ApiKey(digest(key), principal) for key, principal in KEYS.items()]),
        open_context=partial(RequestContext, world.core, writes=world.writes),
        roles={"state": world.state, "fast": world.fast},
        stores=list(world.core.stores.values()),
    )
    with contextlib.closing(server.listen("127.0.0.1", 0)) as taken:
        async with server.serving(app, taken, stopping, world.writes.changes.end):
            yield server.address(taken)
        await asyncio.sleep(0)


@pytest_asyncio.fixture(scope="session")
async def address(lasting_world: World) -> AsyncIterator[str]:
    """Serve the world."""
    async with served(lasting_world, server.Stopping()) as found:
        yield found


@pytest_asyncio.fixture(scope="session")
async def lasting_market(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    """Start a second world, to write to, where the time leaps; the first one stays as it is."""
    folder, sizes = tmp_path_factory.mktemp("market"), {"orders": 200}
    async with make_world(folder, ("shopify", "woocommerce"), clock=LeapingClock(), sizes=sizes) as made:
        yield made


@pytest_asyncio.fixture(scope="session")
async def market_address(lasting_market: World) -> AsyncIterator[str]:
    """Serve the second world."""
    async with served(lasting_market, server.Stopping()) as found:
        yield found


@pytest_asyncio.fixture
async def market(lasting_market: World) -> World:
    """Lend the second world, without faults, calls, writes and cached rows of earlier tests."""
    lasting_market.forget()
    await lasting_market.sweep()
    return lasting_market


@pytest_asyncio.fixture
async def merchant(market: World, market_address: str) -> AsyncIterator[User]:
    """Lend a client with the key to everything in the second world."""
    async with httpx.AsyncClient(base_url=market_address, timeout=30) as http:
        yield User(http)


@pytest_asyncio.fixture
async def user(world: World, address: str) -> AsyncIterator[User]:
    """Lend a client with the key to everything."""
    async with httpx.AsyncClient(base_url=address, timeout=30) as http:
        yield User(http)
