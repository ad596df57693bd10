"""Every address the sandbox answers, as a table."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from adapters.walmart.sandbox import (
    account,
    cancellation,
    feeds,
    fulfilment,
    item_writes,
    items,
    orders,
    refunds,
    returns,
    stock,
    stock_writes,
)
from adapters.walmart.sandbox.budgets import FEEDS
from adapters.walmart.sandbox.calls import Call
from adapters.walmart.sandbox.errors import GATEWAY, Api
from adapters.walmart.sandbox.seller import Seller

TOKEN = "POST /v3/token"


@dataclass(frozen=True, slots=True)
class Route:
    """One operation: `scope` is what a key must be allowed to see, or to change where the operation `writes`.

    `api` is who answers, and thereby the shape of refusals.
    """

    operation: str
    handler: Callable[[Seller, Call], Any]
    scope: str
    api: Api = GATEWAY
    writes: bool = False

    def argument(self, segments: list[str]) -> str | None:
        """Return the part of the path that varies ("" when none does), None when this is another path."""
        template = self.operation.split("/")[1:]
        if len(template) != len(segments):
            return None
        found = ""
        for wanted, given in zip(template, segments, strict=True):
            if wanted.startswith("{"):
                found = unquote(given)
            elif wanted != given:
                return None
        return found


def _token(seller: Seller, call: Call) -> Any:
    return seller.door.token(call)


def _token_detail(seller: Seller, call: Call) -> Any:
    return seller.door.detail(call)


# The first that fits wins: fixed words come before what varies.
ROUTES = (
    Route(TOKEN, _token, ""),
    Route("GET /v3/token/detail", _token_detail, ""),
    Route("GET /v3/orders", orders.list_orders, "orders", "GMP_ORDER_API"),
    Route("GET /v3/orders/released", orders.list_released, "orders", "GMP_ORDER_API"),
    Route("GET /v3/orders/{purchaseOrderId}", orders.one_order, "orders", "GMP_ORDER_API"),
    Route("POST /v3/orders/{purchaseOrderId}/acknowledge", fulfilment.acknowledge, "orders", "GMP_ORDER_API", writes=True),
    Route("POST /v3/orders/{purchaseOrderId}/shipping", fulfilment.ship, "orders", "GMP_ORDER_API", writes=True),
    Route("POST /v3/orders/{purchaseOrderId}/cancel", cancellation.cancel, "orders", "GMP_ORDER_API", writes=True),
    Route("POST /v3/orders/{purchaseOrderId}/refund", refunds.refund_order, "orders", "GMP_ORDER_API", writes=True),
    Route("GET /v3/returns", returns.list_returns, "returns", "GMP_RETURNS_API"),
    Route("POST /v3/returns/{returnOrderId}/refund", refunds.refund_return, "returns", "GMP_RETURNS_API", writes=True),
    Route("GET /v3/items", items.list_items, "item", "GMP_ITEM_QUERY_API"),
    Route("GET /v3/items/count", items.count_items, "item", "GMP_ITEM_QUERY_API"),
    Route("GET /v3/items/groups/count", items.count_groups, "item", "GMP_ITEM_QUERY_API"),
    Route("GET /v3/items/{id}", items.one_item, "item", "GMP_ITEM_QUERY_API"),
    Route("DELETE /v3/items/{sku}", item_writes.retire_item, "item", "GMP_ITEM_QUERY_API", writes=True),
    Route("PUT /v3/price", item_writes.put_price, "price", "GMP_PRICE_API", writes=True),
    Route("POST /v3/items/catalog/search", items.search_items, "item", "GMP_ITEM_QUERY_API"),
    Route("GET /v3/inventory", stock.default_inventory, "inventory", "GMP_INVENTORY_API"),
    Route("PUT /v3/inventory", stock_writes.put_inventory, "inventory", "GMP_INVENTORY_API", writes=True),
    Route("GET /v3/inventories", stock.list_inventories, "inventory", "GMP_INVENTORY_API"),
    Route("GET /v3/inventories/{sku}", stock.one_inventory, "inventory", "GMP_INVENTORY_API"),
    Route("PUT /v3/inventories/{sku}", stock_writes.put_inventories, "inventory", "GMP_INVENTORY_API", writes=True),
    Route("GET /v3/wfs/inventory", stock.walmart_inventory, "inventory", "GMP_INVENTORY_API"),
    Route("GET /v3/fulfillment/inventory", stock.legacy_inventory, "inventory", "GMP_INVENTORY_API"),
    Route(FEEDS, feeds.submit_feed, "feeds", "GMP_RECEIVER_API", writes=True),
    Route("GET /v3/feeds", feeds.list_feeds, "feeds", "GMP_RECEIVER_API"),
    Route("GET /v3/feeds/{feedId}", feeds.one_feed, "feeds", "GMP_RECEIVER_API"),
    Route("GET /v3/settings/shipping/shipnodes", account.list_nodes, "shipping", "GMP_SETTINGS_API"),
    Route("GET /v3/settings/partnerprofile", account.profile, "", "GMP_SETTINGS_API"),
    Route("GET /v3/utilities/apiStatus", account.api_status, ""),
)


def find_route(method: str, path: str) -> tuple[Route, str] | None:
    """Return the route of a path as it was sent, still encoded, and the part that varies."""
    segments = path.strip("/").split("/")
    for route in ROUTES:
        if route.operation.startswith(f"{method} ") and (argument := route.argument(segments)) is not None:
            return route, argument
    return None


def known_path(path: str) -> bool:
    """Return whether a path is answered to some other method."""
    segments = path.strip("/").split("/")
    return any(route.argument(segments) is not None for route in ROUTES)
