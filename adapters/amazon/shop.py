"""One seller's account, asked for rows: one operation a method, each from its own budget.

What is learned of the account (its marketplaces) is kept in the session's memory. Orders just read are kept for some seconds: packages
come along with their order, and to read each order again for these would cost more than the operation allows.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from adapters.amazon.manifest import MARKETPLACES, NO_ROLE, ORDER_PAGE, ORDERS_VERSION
from adapters.amazon.values import Json, Seen, record, rows, text
from adapters.kit.failures import PlatformError
from adapters.kit.http import Request
from adapters.kit.rows import mapped
from adapters.kit.session import Session
from schema.errors import Category

ORDERS = f"/orders/{ORDERS_VERSION}/orders"
LISTINGS = "/listings/2021-08-01/items"
STOCK = "/fba/inventory/v1/summaries"
TRANSACTIONS = "/finances/2024-06-19/transactions"
PARTICIPATIONS = "/sellers/v1/marketplaceParticipations"

PRIVATE = ("BUYER", "RECIPIENT")
PLAIN = ("PROCEEDS", "EXPENSE", "PROMOTION", "CANCELLATION", "FULFILLMENT", "PACKAGES", "TAX", "PAYMENT", "FULFILLMENT_ORDERS")
LISTING_DATA = "summaries,attributes,issues,offers,fulfillmentAvailability,relationships"
MISSING = frozenset({"NotFound", "NOT_FOUND", "RESOURCE_NOT_FOUND"})  # codes that mean there is no such thing
DAY = 86400.0
RECENT_SECONDS = 10.0
MOST_RECENT = 1000  # orders
MOST_PAGES = 1000  # of one list; far more than any has

Result = Any  # an entity or a list of them, None for nothing, or why it failed


@dataclass(frozen=True, slots=True)
class Found:
    """One row, and where and when it was seen."""

    row: Json
    seen: Seen


@dataclass(frozen=True, slots=True)
class Listed:
    """One answer of a list: its rows, the token of the next answer, and how many the whole list has, where that is told."""

    rows: list[Found]
    following: str | None
    total: int = 0


class Shop:
    """The platform's operations, as one store has them."""

    def __init__(self, session: Session) -> None:
        self.session = session
        # Of the session: who changes an order has to be able to let its readers forget it.
        self._recent: dict[str, tuple[float, Found]] = session.kept.setdefault("recent orders", {})

    def seen(self) -> Seen:
        """Return where and when something is seen now."""
        return Seen(self.session.store.name, self.session.clock.now())

    async def marketplaces(self) -> tuple[str, ...]:
        """Return the ids of the store's marketplaces, its home first."""
        named = self.session.store.credentials.get("marketplace_ids", "")
        given = tuple(dict.fromkeys(found for each in named.split(",") if (found := each.strip())))
        return given or await self.session.remember("marketplaces", self._participations, DAY)

    async def search_orders(self, params: Mapping[str, str], operation: str) -> Listed:
        """Return one answer of a search for orders; raises PlatformError."""
        asked = {**params, "marketplaceIds": ",".join(await self.marketplaces()), "maxResultsPerPage": str(ORDER_PAGE)}
        seen = self.seen()
        body = await self._orders(ORDERS, operation, "searchOrders", asked)
        found = [Found(row, seen) for row in rows(body.get("orders"))]
        self._keep(found)
        return Listed(found, text(record(body.get("pagination")).get("nextToken")))

    async def order(self, order_id: str, operation: str) -> Found | None:
        """Return one order, None when there is none."""
        seen = self.seen()
        try:
            body = await self._orders(f"{ORDERS}/{quote(order_id, safe='')}", operation, "getOrder", {})
        except PlatformError as error:
            if error.code not in MISSING:
                raise
            return None
        found = Found(record(body.get("order")), seen)
        self._keep([found])
        return found

    async def recent_order(self, order_id: str, operation: str) -> Found | None:
        """Return one order as it was read some seconds ago, else as it is now."""
        kept = self._recent.get(order_id)
        if kept is not None and self.session.clock.monotonic() - kept[0] < RECENT_SECONDS:
            return kept[1]
        return await self.order(order_id, operation)

    async def search_listings(self, params: Mapping[str, str], operation: str) -> Listed:
        """Return one answer of a search for listings."""
        asked = {**params, "marketplaceIds": ",".join(await self.marketplaces()), "includedData": LISTING_DATA}
        seen = self.seen()
        body = await self._get(f"{LISTINGS}/{self.seller()}", operation, "searchListingsItems", asked)
        found = [Found(row, seen) for row in rows(body.get("items"))]
        total = body.get("numberOfResults")
        following = text(record(body.get("pagination")).get("nextToken"))
        return Listed(found, following, total if isinstance(total, int) else len(found))

    async def listing(self, sku: str, operation: str) -> Found | None:
        """Return one listing, None when there is none."""
        asked = {"marketplaceIds": ",".join(await self.marketplaces()), "includedData": LISTING_DATA}
        seen = self.seen()
        try:
            return Found(await self._get(f"{LISTINGS}/{self.seller()}/{quote(sku, safe='')}", operation, "getListingsItem", asked), seen)
        except PlatformError as error:
            if error.code not in MISSING:
                raise
            return None

    async def stock(self, marketplace: str, skus: Sequence[str], operation: str) -> list[Found]:
        """Return what Amazon keeps of these SKUs for a marketplace. A page's token is good for half a minute only."""
        asked = {"granularityType": "Marketplace", "granularityId": marketplace, "marketplaceIds": marketplace, "details": "true"}
        # A list is joined by commas, so a SKU that has one can only be asked for alone.
        asked |= {"sellerSku": skus[0]} if len(skus) == 1 else {"sellerSkus": ",".join(skus)}
        found: list[Found] = []
        token: str | None = ""
        for _ in range(MOST_PAGES):
            seen = self.seen()
            body = await self._get(STOCK, operation, "getInventorySummaries", {**asked, **({"nextToken": token} if token else {})})
            found += [Found(row, seen) for row in rows(record(body.get("payload")).get("inventorySummaries"))]
            token = text(record(body.get("pagination")).get("nextToken"))
            if token is None:
                break
        return found

    async def transactions(self, order_id: str, operation: str) -> list[Found]:
        """Return all money that moved for an order. Pages may be empty and still not the last."""
        asked = {"relatedIdentifierName": "ORDER_ID", "relatedIdentifierValue": order_id}
        found: list[Found] = []
        token: str | None = ""
        for _ in range(MOST_PAGES):
            seen = self.seen()
            body = await self._get(TRANSACTIONS, operation, "listTransactions", {**asked, **({"nextToken": token} if token else {})})
            payload = record(body.get("payload"))
            found += [Found(row, seen) for row in rows(payload.get("transactions"))]
            token = text(payload.get("nextToken"))
            if token is None:
                break
        return found

    async def change(
        self, method: str, path: str, operation: str, bucket: str, body: Json | None = None, params: Mapping[str, str] | None = None
    ) -> Json:
        """Change something, and return what is answered; raises PlatformError. Never sent again by itself."""
        request = Request(method, path, operation, params=params or {}, json=body, bucket=bucket, safe=False)
        return record((await self.session.send(request)).body)

    async def ask(self, path: str, operation: str, bucket: str, params: Mapping[str, str] | None = None) -> Json:
        """Return what is answered to a question; raises PlatformError."""
        return await self._get(path, operation, bucket, params or {})

    def forget_order(self, order_id: str) -> None:
        """Let the next read of an order be a fresh one."""
        self._recent.pop(order_id, None)

    def build(self, operation: str, found: Sequence[Found], make: Any) -> list[Any]:
        """Return what rows map to; those that can't be mapped are left out, and counted in the log."""
        return [each for each in mapped(self.session, operation, found, lambda one: make(one.row, one.seen)) if each is not None]

    async def _orders(self, path: str, operation: str, bucket: str, params: Mapping[str, str]) -> Json:
        """Ask for orders with all data; without that of persons where the application lacks the role for it."""
        if not self.session.kept.get("nobody"):
            try:
                return await self._get(path, operation, bucket, {**params, "includedData": ",".join((*PLAIN, *PRIVATE))})
            except PlatformError as error:
                if error.code != NO_ROLE:
                    raise
        body = await self._get(path, operation, bucket, {**params, "includedData": ",".join(PLAIN)})
        self.session.kept["nobody"] = True
        return body

    async def _get(self, path: str, operation: str, bucket: str, params: Mapping[str, str]) -> Json:
        answer = await self.session.send(Request("GET", path, operation, params=params, bucket=bucket))
        body: Json = answer.body
        return body

    async def _participations(self) -> tuple[str, ...]:
        """Return the marketplaces the seller takes part in. Some of those listed are no sites, and no search takes them."""
        body = await self._get(PARTICIPATIONS, "Marketplaces", "getMarketplaceParticipations", {})
        found = [
            text(record(each.get("marketplace")).get("id"))
            for each in rows(body.get("payload"))
            if record(each.get("participation")).get("isParticipating") is True
        ]
        known = tuple(each for each in found if each in MARKETPLACES)
        if not known:
            message = "The seller takes part in none of Amazon's marketplaces; check the store's url and its credentials."
            raise PlatformError(Category.AUTH, message, code="NO_MARKETPLACE")
        return known

    def seller(self) -> str:
        """Return the seller's id, ready for a path; raises PlatformError."""
        seller = self.session.store.credentials.get("seller_id", "").strip()
        if not seller:
            message = "Products and stock can't be read without the seller's id: add `seller_id` to the store's credentials."
            raise PlatformError(Category.VALIDATION, message, code="NO_SELLER_ID")
        return quote(seller, safe="")

    def _keep(self, found: Sequence[Found]) -> None:
        now = self.session.clock.monotonic()
        for each in found:
            key = text(each.row.get("orderId"))
            if key is not None:
                self._recent.pop(key, None)
                self._recent[key] = now, each
        while self._recent and (len(self._recent) > MOST_RECENT or now - next(iter(self._recent.values()))[0] > RECENT_SECONDS):
            del self._recent[next(iter(self._recent))]
