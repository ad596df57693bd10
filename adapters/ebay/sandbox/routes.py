"""The paths the sandbox serves, as a table; the log names a call by its method and the template here."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property

from adapters.ebay.sandbox import (
    account,
    cancellations,
    finances,
    groups,
    inventory,
    items,
    offers,
    orders,
    post_order,
    price_quantity,
    publication,
    refunds,
    shipments,
)
from adapters.ebay.sandbox.calls import Answer, Call

TOKEN_PATH = "/identity/v1/oauth2/token"
POST_ORDER = "/post-order/v2"
USER, APPLICATION = "user", "application"
FULFILLMENT = ("sell.fulfillment", "sell.fulfillment.readonly")
INVENTORY = ("sell.inventory", "sell.inventory.readonly")
ACCOUNT = ("sell.account", "sell.account.readonly")


def _nothing(call: Call) -> Iterable[str]:
    return ()


@dataclass(frozen=True)
class Route:
    """One method on one path.

    Any one of the `scopes` opens it, for a token of the kind `token`. `signed` calls need a digital signature where the seller lives in
    its realm. `query` names the parameters of a path whose description leaves them out. `holds` names what a write holds meanwhile.
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
    holds: Callable[[Call], Iterable[str]] = _nothing

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


def _answer_case(template: str, handler: Callable[[Call], Answer], *, signed: bool = False) -> Route:
    template = f"{POST_ORDER}/cancellation{template}"
    return Route("POST", template, handler, "post-order.cancellation", marketplace=True, signed=signed, query=frozenset())


def _inventory(template: str, handler: Callable[[Call], Answer], method: str = "GET") -> Route:
    return Route(method, f"/sell/inventory/v1{template}", handler, "sell.inventory", INVENTORY)


def _write(method: str, template: str, handler: Callable[[Call], Answer], holds: Callable[[Call], Iterable[str]] = _nothing) -> Route:
    return Route(method, f"/sell/inventory/v1{template}", handler, "sell.inventory", INVENTORY[:1], holds=holds)


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
    Route(
        "POST",
        "/sell/fulfillment/v1/order/{orderId}/shipping_fulfillment",
        shipments.create_parcel,
        "sell.fulfillment.order",
        FULFILLMENT[:1],
    ),
    # It is the other interface's scope that opens it.
    Route(
        "POST",
        "/sell/fulfillment/v1/order/{order_id}/issue_refund",
        refunds.issue_refund,
        "sell.fulfillment.order",
        ("sell.finances",),
        signed=True,
    ),
    _write("POST", "/bulk_update_price_quantity", price_quantity.bulk_update),
    _write("PUT", "/inventory_item/{sku}", items.put_item, items.item_names),
    _write("DELETE", "/inventory_item/{sku}", items.delete_item),
    _write("POST", "/bulk_create_or_replace_inventory_item", items.bulk_put_items, items.bulk_item_names),
    _write("PUT", "/inventory_item_group/{inventoryItemGroupKey}", groups.put_group, groups.group_names),
    _write("DELETE", "/inventory_item_group/{inventoryItemGroupKey}", groups.delete_group),
    _write("POST", "/offer", offers.create_offer),
    _write("PUT", "/offer/{offerId}", offers.put_offer, offers.offer_names),
    _write("DELETE", "/offer/{offerId}", offers.delete_offer),
    _write("POST", "/bulk_create_offer", offers.bulk_create_offers),
    _write("POST", "/offer/{offerId}/publish", publication.publish_offer, offers.offer_names),
    _write("POST", "/bulk_publish_offer", publication.bulk_publish_offers, publication.bulk_names),
    _write("POST", "/offer/publish_by_inventory_item_group", publication.publish_group, publication.group_name),
    _write("POST", "/offer/{offerId}/withdraw", publication.withdraw_offer),
    _write("POST", "/offer/withdraw_by_inventory_item_group", publication.withdraw_group),
    _answer_case("", cancellations.create_cancellation, signed=True),
    _answer_case("/check_eligibility", cancellations.check_eligibility),
    _answer_case("/{cancelId}/approve", cancellations.approve, signed=True),
    _answer_case("/{cancelId}/reject", cancellations.reject),
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
