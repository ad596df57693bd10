"""What writes to orders read first: the order as it is now, with what is told of its cancellation, and its packages."""

from typing import Any
from urllib.parse import quote

from adapters.ebay.account import Account
from adapters.ebay.manifest import MISSING, ORDERS, ORDERS_BUCKET
from adapters.ebay.orders import ORDER_ID
from adapters.ebay.refusals import gone, unsent
from adapters.ebay.values import Json, rows, text
from adapters.kit.failures import PlatformError


class Sales:
    """The orders of one seller, one by one and never kept."""

    def __init__(self, account: Account) -> None:
        self._account = account

    async def order(self, order_id: str, operation: str) -> Json:
        """Return an order without the taxes that eBay collects; raises PlatformError, of which nothing is in doubt."""
        if not ORDER_ID.fullmatch(order_id):
            raise gone()
        return await self._ask(order_path(order_id), operation)

    async def packages(self, order: Json, operation: str) -> list[Json]:
        """Return the packages of an order; raises PlatformError."""
        if not order.get("fulfillmentHrefs"):
            return []
        path = f"{order_path(str(order['orderId']))}/shipping_fulfillment"
        return rows((await self._ask(path, operation)).get("fulfillments"))

    async def _ask(self, path: str, operation: str) -> Json:
        try:
            return (await self._account.ask(path, operation, bucket=ORDERS_BUCKET)).row
        except PlatformError as error:
            raise gone() if error.code in MISSING else unsent(error) from error


def order_path(order_id: str) -> str:
    """Return where an order is."""
    return f"{ORDERS}/{quote(order_id, safe='')}"


def lines_of(order: Json) -> dict[str, Json]:
    """Return the lines of an order by their ids."""
    return {key: row for row in rows(order.get("lineItems")) if (key := text(row.get("lineItemId")))}


def site_of(order: Json) -> Any:
    """Return the site an order was made on."""
    lines = rows(order.get("lineItems"))
    return next((found for line in lines if (found := text(line.get("listingMarketplaceId") or line.get("purchaseMarketplaceId")))), None)
