"""A client of the local WooCommerce for the tests of it, and what they share: keys, signatures, the platform's published shapes."""

import base64
import hmac
import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from adapters.kit.sandbox import Control, SandboxStore
from adapters.woocommerce.sandbox import SANDBOX

Json = Any
NOW = datetime(2026, 11, 20, 18, tzinfo=UTC)
KEY, SECRET = "ck_" + "a1" * 20, "cs_" + "b2" * 20
KEYS = {"consumer_key": KEY, "consumer_secret": SECRET}


def store(name: str = "shop", profile: str = "small", sizes: dict[str, int] | None = None, **options: Any) -> SandboxStore:
    return SandboxStore(name, f"Shop {name}", profile, KEYS, sizes or {}, options)


class Shop:
    """A client of one store, and the control of the sandbox it runs in."""

    def __init__(self, *stores: SandboxStore, scheme: str = "https", signed_in: bool = True) -> None:
        self.stores = stores or (store(),)
        self.control = Control(lambda: NOW)
        transport = httpx.ASGITransport(app=SANDBOX.make_app(self.stores, self.control))
        auth = httpx.BasicAuth(KEY, SECRET) if signed_in else None
        self.origin = f"{scheme}://shop.test"
        self.client = httpx.AsyncClient(transport=transport, base_url=f"{self.origin}/{self.stores[0].name}/wp-json/wc/v3/", auth=auth)

    async def get(self, path: str, **query: Any) -> Json:
        return (await self.client.get(path, params=query)).json()

    async def ids(self, path: str, **query: Any) -> list[int]:
        return [row["id"] for row in await self.get(path, **{"per_page": 100, "_fields": "id"} | query)]

    async def total(self, path: str, **query: Any) -> int:
        return int((await self.client.get(path, params={"per_page": 1} | query)).headers["x-wp-total"])

    async def rows(self, action: str, kind: str, row_id: int = 0, **fields: Any) -> int:
        wish = {"store": self.stores[0].name, "action": action, "kind": kind, "id": row_id, "fields": fields}
        answer = await self.client.post(f"{self.origin}/control/rows", json=wish)
        return int(answer.raise_for_status().json()["id"])


def shared(path: str) -> Json:
    """Read a file of the platform's facts, which not every checkout has beside it."""
    root = Path(os.environ.get("CARTOGRAPH_SHARED") or Path(__file__).parents[4] / "shared")
    file = root / "platforms" / "woocommerce" / path
    if not file.exists():
        pytest.skip(f"the platform's facts are not here: {path}")
    return json.loads(file.read_text())


def sign(url: str, secret: str = SECRET, method: str = "GET", digest: str = "SHA256", **changes: str | None) -> dict[str, str]:
    """Sign a request to `url` without a query as OAuth 1.0a wants it; `changes` replace parameters, None leaves one out."""
    given = {"oauth_consumer_key": KEY, "oauth_nonce": os.urandom(8).hex(), "oauth_timestamp": str(int(NOW.timestamp()))}
    given["oauth_signature_method"] = f"HMAC-{digest}"
    given |= {name: value for name, value in changes.items() if value is not None}
    text = "&".join(f"{name}={quote(value, safe='')}" for name, value in sorted(given.items()))
    base = "&".join(quote(part, safe="") for part in (method, url, text))
    made = hmac.new(f"{secret}&".encode(), base.encode(), digest.lower().replace("-", "")).digest()
    given["oauth_signature"] = base64.b64encode(made).decode()
    return {name: value for name, value in given.items() if name not in changes or changes[name] is not None}
