"""The paths the sandbox serves, as a table; the log names a call by its method and the template here."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from adapters.ebay.sandbox import account, finances, inventory, orders, post_order
from adapters.ebay.sandbox.calls import Answer, Call

TOKEN_PATH = "/identity/v1/oauth2/token"
POST_ORDER = "/post-order/v2"
USER, APPLICATION = "user", "application"
FULFILLMENT = ("sell.fulfillment", "sell.fulfillment.readonly")
INVENTORY = ("sell.inventory", "sell.inventory.readonly")
ACCOUNT = ("sell.account", "sell.account.readonly")


@dataclass(frozen=True)
class Route:
    """One method on one path.

    Any one of the `scopes` opens it, for a token of the kind `token`. `signed` calls need a digital signature where the seller lives in
    its realm. `query` names the parameters of a path whose description leaves them out.
    """

    method: str
    template: str
    handler: Callable[[Call], Answer]
    resource: str
    scopes: tuple[str, ...] = ()
    token: str = USER
    marketplace: bool = False
    signed: bool = False
    query: frozenset[str] | None = None

    @cached_property
    def path(self) -> re.Pattern[str]:
        """The paths it fits, with the open parts by name."""
        return re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]+)", re.escape(self.template)))

    @property
    def operation(self) -> str:
        """The name of its calls in the log."""
        return f"{self.method} {self.template}"

    @property
    def post_order(self) -> bool:
        """Whether it belongs to the older interface."""
        return self.template.startswith(POST_ORDER)


def _orders(template: str, handler: Callable[[Call], Answer]) -> Route:
    return Route("GET", f"/sell/fulfillment/v1{template}", handler, "sell.fulfillment.order", FULFILLMENT)


def _inventory(template: str, handler: Callable[[Call], Answer], method: str = "GET") -> Route:
    return Route(method, f"/sell/inventory/v1{template}", handler, "sell.inventory", INVENTORY)


def _cases(template: str, handler: Callable[[Call], Answer], query: frozenset[str]) -> Route:
    resource = f"post-order.{template.split('/')[1]}"
    return Route("GET", POST_ORDER + template, handler, resource, marketplace=True, query=query)


ROUTES = (
    _orders("/order", orders.list_orders),
    _orders("/order/{orderId}", orders.get_order),
    _orders("/order/{orderId}/shipping_fulfillment", orders.list_parcels),
    _orders("/order/{orderId}/shipping_fulfillment/{fulfillmentId}", orders.get_parcel),
    _inventory("/inventory_item", inventory.list_items),
    _inventory("/inventory_item/{sku}", inventory.get_item),
    _inventory("/bulk_get_inventory_item", inventory.bulk_get_items, "POST"),
    _inventory("/inventory_item_group/{inventoryItemGroupKey}", inventory.get_group),
    _inventory("/offer", inventory.list_offers),
    _inventory("/offer/{offerId}", inventory.get_offer),
    _inventory("/location", inventory.list_locations),
    _inventory("/location/{merchantLocationKey}", inventory.get_location),
    Route(
        "GET",
        "/sell/finances/v1/transaction",
        finances.list_transactions,
        "sell.finances",
        ("sell.finances",),
        marketplace=True,
        signed=True,
    ),
    Route("GET", "/sell/account/v1/privilege", account.get_privilege, "sell.account", ACCOUNT),
    Route("GET", "/commerce/identity/v1/user/", account.get_user, "commerce.identity", ("commerce.identity.readonly",)),
    Route("GET", "/developer/analytics/v1_beta/rate_limit/", account.list_limits, "developer.analytics", token=APPLICATION),
    Route("GET", "/developer/analytics/v1_beta/user_rate_limit/", account.list_user_limits, "developer.analytics", INVENTORY),
    _cases("/cancellation/search", post_order.search_cancellations, post_order.CANCELLATION_QUERY),
    _cases("/cancellation/{cancelId}", post_order.get_cancellation, post_order.DETAIL_QUERY),
    _cases("/return/search", post_order.search_returns, post_order.RETURN_QUERY),
    _cases("/return/{returnId}", post_order.get_return, post_order.DETAIL_QUERY),
)


def find_route(method: str, path: str) -> tuple[Route, dict[str, str]] | None:
    """Return the route a request fits and the parts of its path that the template leaves open, or None."""
    for route in ROUTES:
        fits = route.path.fullmatch(path) if route.method == method else None
        if fits:
            return route, fits.groupdict()
    return None
