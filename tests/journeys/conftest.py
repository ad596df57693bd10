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
from tests.support.world import EVERYBODY, World, make_world

KEYS = {
    "cgk_everything": EVERYBODY,
    "cgk_acme": Principal("acme", frozenset({"acme"}), frozenset({Role.READ})),
    "cgk_one_store": Principal("one store", None, frozenset({Role.READ}), frozenset({"shopify-one"})),
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


@pytest_asyncio.fixture(scope="session")
async def lasting_world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    """Start a world of two shop systems, whose stores have all there is to tell of."""
    async with make_world(tmp_path_factory.mktemp("engine"), ("shopify", "woocommerce")) as made:
        yield made


@pytest_asyncio.fixture(scope="session")
async def address(lasting_world: World) -> AsyncIterator[str]:
    """Serve the world's core over HTTP."""
    app = make_app(
        schema=make_schema(LIMITS),
        door=Door([ApiKey(digest(key), principal) for key, principal in KEYS.items()]),
        open_context=partial(RequestContext, lasting_world.core, writes=lasting_world.writes),
        roles={"state": lasting_world.state, "fast": lasting_world.fast},
        stores=list(lasting_world.core.stores.values()),
    )
    with contextlib.closing(server.listen("127.0.0.1", 0)) as taken:
        async with server.serving(app, taken, server.Stopping()) as served:
            yield server.address(taken)
            assert not served.done()
        await asyncio.sleep(0)


@pytest_asyncio.fixture
async def user(world: World, address: str) -> AsyncIterator[User]:
    """Lend a client with the key to everything."""
    async with httpx.AsyncClient(base_url=address, timeout=30) as http:
        yield User(http)
