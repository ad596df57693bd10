"""A store of the sandbox over real HTTP with somebody who signs what is written to it, and who asks what was changed."""

import contextlib
from collections.abc import AsyncIterator, Mapping
from typing import Any
from urllib.parse import quote, urlencode

import httpx

from adapters.kit.sandbox import Running, serving
from adapters.magento.sandbox import SANDBOX
from tests.platforms.magento.sandbox_client import oauth_header, search, store


class Desk:
    """One store behind a client that signs; what it is asked below V1 is asked for all store views unless a scope is given."""

    def __init__(self, running: Running, client: httpx.AsyncClient) -> None:
        self.running = running
        self.client = client

    async def call(self, method: str, path: str, body: Any = None, scope: str = "all/V1", **headers: str) -> httpx.Response:
        """Send a signed request."""
        url = f"{self.running.url}/shop/rest/{scope}/{path}"
        stamp = str(int(self.running.control.now().timestamp()))
        signed = {"Authorization": oauth_header(method, url, oauth_timestamp=stamp), **headers}
        sent = {} if body is None else {"json": body}
        return await self.client.request(method, url, headers=signed, **sent)

    async def post(self, path: str, body: Any = None, scope: str = "all/V1") -> httpx.Response:
        return await self.call("POST", path, body, scope)

    async def put(self, path: str, body: Any = None, scope: str = "all/V1") -> httpx.Response:
        return await self.call("PUT", path, body, scope)

    async def delete(self, path: str, scope: str = "all/V1") -> httpx.Response:
        return await self.call("DELETE", path, None, scope)

    async def get(self, path: str, scope: str = "all/V1", **query: str) -> Any:
        """Read what is below V1; anything but a 200 fails the test."""
        answer = await self.call("GET", path + (f"?{urlencode(query)}" if query else ""), None, scope)
        assert 200 == answer.status_code, answer.text
        return answer.json()

    async def rows(self, path: str, *filters: tuple[str, str, str]) -> list[dict[str, Any]]:
        """Return every row of a list that these filters, joined by AND, find."""
        found = await self.get(path, **search(*filters))
        return list(found["items"])

    async def row(self, action: str, kind: str, row_id: int | str = 0, **fields: Any) -> Any:
        """Edit a row as the shop's own people do; return its id."""
        wish = {"store": "shop", "action": action, "kind": kind, "id": row_id, "fields": fields}
        return (await self.client.post(f"{self.running.url}/control/rows", json=wish)).json()["id"]

    async def fault(self, **fault: Any) -> None:
        """Let the next request that fits go wrong."""
        await self.client.post(f"{self.running.url}/control/faults", json={"times": 1, **fault})

    async def advance(self, seconds: float) -> None:
        """Move the clock."""
        await self.client.post(f"{self.running.url}/control/clock", json={"advance": seconds})

    async def effects(self) -> list[tuple[str, str, Any]]:
        """Return what was changed so far, each as (what, entity, value)."""
        found = (await self.client.get(f"{self.running.url}/control/effects")).json()
        return [(one["what"], one["entity"], one["value"]) for one in found]

    async def on_hand(self, sku: str, source: str = "default") -> float | None:
        """Return how much lies at a source, None where nothing of it is known."""
        found = await self.rows("inventory/source-items", ("sku", "eq", sku), ("source_code", "eq", source))
        return found[0]["quantity"] if found else None

    async def simple(self, place: int = 0) -> dict[str, Any]:
        """Return a product that is sold by itself."""
        found = await self.rows("products", ("type_id", "eq", "simple"), ("visibility", "eq", "4"))
        return found[place]


@contextlib.asynccontextmanager
async def desk(profile: str = "small", sizes: Mapping[str, int] | None = None, **options: Any) -> AsyncIterator[Desk]:
    """Serve a store for the time of a block."""
    async with serving(SANDBOX, (store(profile, sizes, **options),)) as running, httpx.AsyncClient() as client:
        yield Desk(running, client)


def path_of(sku: str) -> str:
    """Return a SKU as a part of a path."""
    return quote(sku, safe="")


def told(answer: httpx.Response) -> tuple[int, str]:
    """Return status and message of an answer."""
    return answer.status_code, answer.json()["message"]
