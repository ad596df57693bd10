"""A client of the local Walmart for the tests of it, and what they share: a signed-in seller, whole walks, the published shapes."""

import gzip
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import httpx

from adapters.kit.sandbox import Control, SandboxStore
from adapters.walmart.sandbox import SANDBOX
from tests.support.shared import shared

Json = Any
NOW = datetime(2026, 11, 20, 18, tzinfo=UTC)
CREDENTIALS = {"client_id": "seller-1", "client_secret": "secret-1", "refresh_token": "refresh-1", "partner_id": "10000000001"}
HEADERS = {"Accept": "application/json", "WM_SVC.NAME": "Walmart Marketplace", "WM_QOS.CORRELATION_ID": "c-1"}
NODE_TYPES = ("SellerFulfilled", "WFSFulfilled", "3PLFulfilled")
SINCE = "2026-05-26"


def store(profile: str = "small", sizes: dict[str, int] | None = None, **options: Any) -> SandboxStore:
    return SandboxStore("shop", "Test Shop", profile, CREDENTIALS, sizes or {}, options)


class Market:
    """A client of one store, and the control of the sandbox it runs in."""

    def __init__(self, *stores: SandboxStore) -> None:
        self.stores = stores or (store(),)
        self.control = Control(lambda: NOW)
        transport = httpx.ASGITransport(app=SANDBOX.make_app(self.stores, self.control))
        self.client = httpx.AsyncClient(transport=transport, base_url=f"http://market.test/{self.stores[0].name}", headers=HEADERS)

    async def sign_in(self, *, user: str = "seller-1", secret: str = "secret-1", **form: str) -> httpx.Response:
        answer = await self.client.post("/v3/token", data={"grant_type": "client_credentials"} | form, auth=(user, secret))
        if answer.is_success:
            self.client.headers["WM_SEC.ACCESS_TOKEN"] = answer.json()["access_token"]
        return answer

    async def ask(self, path: str, **query: Any) -> httpx.Response:
        """Ask for a path below /v3; a path that has a query of its own gets no other."""
        if "WM_SEC.ACCESS_TOKEN" not in self.client.headers:
            await self.sign_in()
        return await self.client.get(f"/v3/{path}", params=query or None)

    async def get(self, path: str, **query: Any) -> Json:
        return (await self.ask(path, **query)).raise_for_status().json()

    async def refusal(self, path: str, **query: Any) -> tuple[int, str]:
        answer = await self.ask(path, **query)
        return answer.status_code, entry_of(answer.json())["code"]

    async def pages(self, path: str, **query: Any) -> AsyncIterator[Json]:
        """Walk an order list to its end."""
        page = await self.get(path, **query)
        while True:
            yield page["list"]
            cursor = page["list"]["meta"].get("nextCursor")
            if not cursor:
                return
            page = await self.get(path + cursor)

    async def orders(self, **query: Any) -> list[Json]:
        """Return all orders of all kinds of nodes."""
        found: list[Json] = []
        for kind in NODE_TYPES:
            answer = await self.ask("orders", **{"createdStartDate": SINCE, "limit": 200, "shipNodeType": kind} | query)
            found += answer.json()["list"]["elements"]["order"] if answer.is_success else []
        return found

    async def rows(self, action: str, kind: str, row_id: str = "", **fields: Any) -> str:
        wish = {"store": self.stores[0].name, "action": action, "kind": kind, "id": row_id, "fields": fields}
        answer = await self.client.post("http://market.test/control/rows", json=wish)
        return str(answer.raise_for_status().json()["id"])

    async def pass_time(self, seconds: float) -> None:
        await self.client.post("http://market.test/control/clock", json={"advance": seconds})


def entry_of(body: Json) -> Json:
    """Return the one refusal in any of the three envelopes."""
    if "error" in body:
        return body["error"][0]
    return body["errors"]["error"][0] if isinstance(body["errors"], dict) else body["errors"][0]


def lines_of(order: Json) -> list[Json]:
    found: list[Json] = order["orderLines"]["orderLine"]
    return found


def parts_of(order: Json) -> list[Json]:
    return [part for line in lines_of(order) for part in line["orderLineStatuses"]["orderLineStatus"]]


def described(document: str, method: str, path: str) -> Json:
    """Return the published shape of an answer, with the known faults of its document put right."""
    folder = shared("walmart", "spec")
    name = f"walmart_us_mp_{document}.json"
    whole = json.loads(gzip.decompress((folder / f"{name}.gz").read_bytes()))
    for patch in json.loads((folder / "patches.json").read_text()).get(name, []):
        _apply(whole, patch)
    schema = whole["paths"][path][method]["responses"]["200"]["content"]["application/json"]["schema"]
    return {**schema, "components": whole["components"]}


def _apply(document: Json, patch: Json) -> None:
    value = _cut(document, patch["from"]) if patch["op"] == "move" else patch.get("value")
    if patch["op"] == "remove":
        _cut(document, patch["path"])
    else:
        place, key = _at(document, patch["path"])
        place[key] = value


def _cut(document: Json, pointer: str) -> Json:
    place, key = _at(document, pointer)
    return place.pop(key)


def _at(document: Json, pointer: str) -> tuple[Json, str]:
    *way, last = [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]
    for step in way:
        document = document[int(step)] if isinstance(document, list) else document[step]
    return document, last
