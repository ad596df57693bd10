"""What the tests of the local Amazon share: a seller's account on a fixed day, asked without a network."""

from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime
from typing import Any

import httpx

from adapters.amazon.sandbox import SANDBOX
from adapters.kit.sandbox import Control, SandboxStore

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
SELLER = "A0SELLER000001"
US, CA, DE, JP = "ATVPDKIKX0DER", "A2EUQ1WTGCTBG2", "A1PA6795UKMFR9", "A1VC38T7YXB528"
KEYS = {"client_id": "amzn1.client", "client_secret": "amzn1.secret", "refresh_token": "Atzr|refresh", "seller_id": SELLER}
REFRESH = {"grant_type": "refresh_token", **{name: KEYS[name] for name in ("refresh_token", "client_id", "client_secret")}}
ORDERS = "orders/2026-01-01/orders"
LISTINGS = f"listings/2021-08-01/items/{SELLER}"
STOCK = "fba/inventory/v1/summaries"
FINANCES = "finances/2024-06-19/transactions"
ALL_DATA = "BUYER,RECIPIENT,PROCEEDS,EXPENSE,PROMOTION,CANCELLATION,FULFILLMENT,PACKAGES,TAX,PAYMENT,FULFILLMENT_ORDERS"
EVER = {"createdAfter": "2016-01-01T00:00:00Z"}


def store(name: str = "shop", profile: str = "small", sizes: Mapping[str, int] | None = None, **options: Any) -> SandboxStore:
    """Return a store; it is generous unless said otherwise."""
    return SandboxStore(name, "A Shop", profile, KEYS, sizes or {}, {"generous": True, **options})


class Seller:
    """One store of a sandbox, and a client that is signed in to it."""

    def __init__(self, made: SandboxStore | None = None, *, signed_in: bool = True) -> None:
        self.store = made or store()
        self.control = Control(lambda: NOW)
        self.app = SANDBOX.make_app((self.store,), self.control)
        transport = httpx.ASGITransport(self.app)
        self.client = httpx.AsyncClient(transport=transport, base_url=f"http://sandbox.test/{self.store.name}/")
        self._signed_in = signed_in

    async def ask(self, path: str, **params: Any) -> httpx.Response:
        """Ask as the seller."""
        if self._signed_in and "x-amz-access-token" not in self.client.headers:
            self.client.headers["x-amz-access-token"] = await self.token()
        return await self.client.get(path, params=params)

    async def get(self, path: str, **params: Any) -> Any:
        """Return what is answered; it must be good."""
        answer = await self.ask(path, **params)
        assert 200 == answer.status_code, answer.text
        return answer.json()

    async def token(self) -> str:
        """Return a fresh access token."""
        return str((await self.client.post("auth/o2/token", data=REFRESH)).json()["access_token"])

    async def orders(self, **params: Any) -> list[dict[str, Any]]:
        """Return all orders of a search, over all its pages."""
        return [order async for page in self.order_pages(**params) for order in page["orders"]]

    async def order_pages(self, **params: Any) -> AsyncIterator[dict[str, Any]]:
        """Return the pages of a search."""
        asked = {"includedData": ALL_DATA, **({} if {"createdAfter", "lastUpdatedAfter"} & set(params) else EVER), **params}
        while True:
            page = await self.get(ORDERS, **asked)
            yield page
            if "pagination" not in page:
                return
            asked["paginationToken"] = page["pagination"]["nextToken"]

    async def listings(self, **params: Any) -> list[dict[str, Any]]:
        """Return all listings of a search, over all its pages."""
        asked, found = {"marketplaceIds": US, "pageSize": 20, **params}, []
        while True:
            page = await self.get(LISTINGS, **asked)
            found += page["items"]
            if "nextToken" not in page.get("pagination", {}):
                return found
            asked["pageToken"] = page["pagination"]["nextToken"]

    def row(self, action: str, kind: str, row_id: str = "", **fields: Any) -> str:
        """Change a row behind the platform's back."""
        assert self.control.rows is not None
        return str(self.control.rows({"store": self.store.name, "action": action, "kind": kind, "id": row_id, "fields": fields})["id"])

    async def advance(self, seconds: float) -> None:
        """Move the clock."""
        await self.client.post("http://sandbox.test/control/clock", json={"advance": seconds})
