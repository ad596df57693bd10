"""A store of the sandbox with somebody who signs requests to it, written apart from the sandbox's own signatures."""

import base64
import hashlib
import hmac
import itertools
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode

import httpx

from adapters.kit.sandbox import Control, SandboxStore
from adapters.magento.sandbox import SANDBOX

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
CREDENTIALS = {
    "consumer_key": "ck-test",
    "consumer_secret": "cs-test",
    "access_token": "at-test",
    "access_token_secret": "as-test",
    "username": "desk",
    "password": "open sesame",
    "client_id": "app-test",
    "client_secret": "app-secret",
    "org_id": "org-test@example",
}
NONCES = itertools.count()


def store(profile: str = "small", sizes: Mapping[str, int] | None = None, **options: Any) -> SandboxStore:
    """Return a store named `shop`."""
    return SandboxStore("shop", "Test Shop", profile, CREDENTIALS, sizes or {}, options)


def encoded(text: str) -> str:
    return quote(text, safe="-._~")


def oauth_header(method: str, url: str, token: str | None = "at-test", secrets: str = "cs-test&as-test", **changes: str | None) -> str:
    """Return an Authorization header; a change of None leaves a parameter out."""
    given: dict[str, str | None] = {
        "oauth_consumer_key": "ck-test",
        "oauth_nonce": f"n{next(NONCES)}",
        "oauth_signature_method": "HMAC-SHA256",
        "oauth_timestamp": str(int(NOW.timestamp())),
        "oauth_version": "1.0",
        "oauth_token": token,
        **changes,
    }
    sent = {name: value for name, value in given.items() if value is not None}
    bare, _, query = url.partition("?")
    pairs = sorted((encoded(name), encoded(value)) for name, value in [*parse_qsl(query, keep_blank_values=True), *sent.items()])
    text = "&".join([method, encoded(bare), encoded("&".join(f"{name}={value}" for name, value in pairs))])
    sent.setdefault("oauth_signature", base64.b64encode(hmac.new(secrets.encode(), text.encode(), hashlib.sha256).digest()).decode())
    return "OAuth " + ", ".join(f'{name}="{encoded(value)}"' for name, value in sent.items())


class Shop:
    """One store behind an in-process client; `get` signs, `rows` edits behind the platform's back."""

    def __init__(self, given: SandboxStore | None = None, **options: Any) -> None:
        self.control = Control(lambda: NOW)
        self.app = SANDBOX.make_app((given or store(**options),), self.control)
        self.client = httpx.AsyncClient(transport=httpx.ASGITransport(self.app), base_url="http://shop.test/shop/")

    async def get(self, path: str, query: Mapping[str, Any] | None = None, scope: str = "default", **headers: str) -> httpx.Response:
        """Ask for a path below V1, signed."""
        url = f"http://shop.test/shop/rest/{scope}/V1/{path}" + (f"?{urlencode(query)}" if query is not None else "")
        stamp = str(int(self.control.now().timestamp()))
        return await self.client.get(url, headers={"Authorization": oauth_header("GET", url, oauth_timestamp=stamp), **headers})

    async def all(self, path: str, *filters: tuple[str, str, str], **more: str) -> list[dict[str, Any]]:
        """Return every row of a list that these filters, joined by AND, find."""
        answer = await self.get(path, search(*filters) | more)
        assert answer.status_code == 200, answer.text
        rows: list[dict[str, Any]] = answer.json()["items"]
        return rows

    async def rows(self, action: str, kind: str, row_id: int | str = 0, **fields: Any) -> Any:
        """Edit a row; return its id."""
        wish = {"store": "shop", "action": action, "kind": kind, "id": row_id, "fields": fields}
        answer = await self.client.post("http://shop.test/control/rows", json=wish)
        assert answer.status_code == 200, answer.text
        return answer.json()["id"]


def search(*filters: tuple[str, str, str], size: int = 0, page: int = 1, sort: str = "") -> dict[str, Any]:
    """Return the query of a search; `sort` as "field DIRECTION, ..."."""
    query: dict[str, Any] = {"searchCriteria": ""}
    for place, (field, condition, value) in enumerate(filters):
        one = f"searchCriteria[filter_groups][{place}][filters][0]"
        query |= {f"{one}[field]": field, f"{one}[condition_type]": condition, f"{one}[value]": value}
    for place, order in enumerate(sort.split(", ") if sort else []):
        field, _, direction = order.partition(" ")
        query[f"searchCriteria[sortOrders][{place}][field]"] = field
        if direction:
            query[f"searchCriteria[sortOrders][{place}][direction]"] = direction
    if size:
        query |= {"searchCriteria[pageSize]": size, "searchCriteria[currentPage]": page}
    return query
