"""A client of the local eBay for the tests of it, and the platform's published shapes."""

import copy
import gzip
import json
from datetime import UTC, datetime
from typing import Any

import httpx
import jsonschema

from adapters.ebay.sandbox import SANDBOX
from adapters.kit.sandbox import Control, SandboxStore
from tests.support.shared import shared

Json = Any
NOW = datetime(2026, 11, 20, 18, tzinfo=UTC)
CLIENT = ("Test-App-SBX-1", "SBX-secret-1")
KEYS = {
    "client_id": CLIENT[0],
    "client_secret": CLIENT[1],
    "refresh_token": "v^1.1#refresh",
    "ru_name": "Test-Ru-Name",
    "code": "v^1.1#code",
}
TOKEN = "identity/v1/oauth2/token"
BASES = {
    "sell_fulfillment_v1": "/sell/fulfillment/v1",
    "sell_inventory_v1": "/sell/inventory/v1",
    "sell_finances_v1": "/sell/finances/v1",
    "sell_account_v1": "/sell/account/v1",
    "commerce_identity_v1": "/commerce/identity/v1",
    "developer_analytics_v1_beta": "/developer/analytics/v1_beta",
}


def store(name: str = "shop", profile: str = "small", sizes: dict[str, int] | None = None, **options: Any) -> SandboxStore:
    return SandboxStore(name, f"Shop {name}", profile, KEYS, sizes or {}, options)


class Seller:
    """A client of the first of some stores, signed in, and the control of the sandbox they run in."""

    def __init__(self, *stores: SandboxStore, signed_in: bool = True) -> None:
        self.stores = stores or (store(),)
        self.control = Control(lambda: NOW)
        transport = httpx.ASGITransport(app=SANDBOX.make_app(self.stores, self.control))
        self.origin = "http://ebay.test"
        self.client = httpx.AsyncClient(transport=transport, base_url=f"{self.origin}/{self.stores[0].name}/")
        self.signed_in = signed_in

    async def token(self, form: dict[str, str] | None = None, auth: tuple[str, str] | None = CLIENT) -> httpx.Response:
        sent = form or {"grant_type": "refresh_token", "refresh_token": KEYS["refresh_token"]}
        return await self.client.post(TOKEN, data=sent, auth=auth or httpx.USE_CLIENT_DEFAULT)

    async def sign_in(self) -> str:
        return str((await self.token()).raise_for_status().json()["access_token"])

    async def ask(self, path: str, method: str = "GET", headers: dict[str, str] | None = None, **query: Any) -> httpx.Response:
        if self.signed_in and "authorization" not in self.client.headers:
            self.client.headers["Authorization"] = f"Bearer {await self.sign_in()}"
        body = query.pop("json", None)
        return await self.client.request(method, path, params=query or None, json=body, headers=headers)

    async def get(self, path: str, **query: Any) -> Json:
        return (await self.ask(path, **query)).raise_for_status().json()

    async def orders(self, **query: Any) -> Json:
        return await self.get("sell/fulfillment/v1/order", **query)

    async def ids(self, **query: Any) -> list[str]:
        return [order["orderId"] for order in (await self.orders(**({"limit": 200} | query)))["orders"]]

    async def items(self) -> list[Json]:
        answer: list[Json] = (await self.get("sell/inventory/v1/inventory_item", limit=200))["inventoryItems"]
        return answer

    async def cases(self, path: str, **query: Any) -> httpx.Response:
        headers = {"Authorization": f"IAF {await self.sign_in()}", "X-EBAY-C-MARKETPLACE-ID": "EBAY_US"}
        return await self.client.get(f"post-order/v2/{path}", params=query, headers=headers)

    async def rows(self, action: str, kind: str, row_id: str = "", **fields: Any) -> str:
        wish = {"store": self.stores[0].name, "action": action, "kind": kind, "id": row_id, "fields": fields}
        answer = await self.client.post(f"{self.origin}/control/rows", json=wish)
        return str(answer.raise_for_status().json()["id"])

    async def wait(self, seconds: int) -> None:
        await self.client.post(f"{self.origin}/control/clock", json={"advance": seconds})


def error_of(answer: httpx.Response) -> tuple[int, int]:
    """Return status and code of an answer that refuses."""
    return answer.status_code, answer.json()["errors"][0]["errorId"]


def described(name: str) -> Json:
    """Return an official description with its known faults repaired, in which no object may have fields it does not describe."""
    document = json.loads(gzip.decompress(shared("ebay", "spec", f"{name}_oas3.json.gz").read_bytes()))
    patches = json.loads(shared("ebay", "spec", "patches.json").read_text())
    for patch in patches.get(f"{name}_oas3.json", []):
        *above, last = patch["path"].strip("/").split("/")
        target = document
        for part in above:
            target = target[part]
        target[last] = patch["value"]
    for schema in document["components"]["schemas"].values():
        if "properties" in schema:
            schema.setdefault("additionalProperties", False)
    return document


def check_shape(document: Json, template: str, answer: httpx.Response, method: str = "get") -> None:
    """Check an answer against the description of its path and status; a missing one of 207 is that of 200."""
    responses = copy.deepcopy(document["paths"][template][method]["responses"])
    content = responses[str(answer.status_code)].get("content") or responses["200"]["content"]
    schema = {**content["application/json"]["schema"], "components": document["components"]}
    jsonschema.Draft202012Validator(schema).validate(answer.json())
