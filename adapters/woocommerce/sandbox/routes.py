"""The routes the sandbox serves, as a table; the log names a call by its method and the template here."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from adapters.woocommerce.sandbox import (
    about,
    batches,
    customer_writes,
    fulfillments,
    notes,
    order_writes,
    reads,
    refunds,
    shop_options,
    terms,
    trackings,
    ware_writes,
)
from adapters.woocommerce.sandbox.calls import Answer, Call
from adapters.woocommerce.sandbox.site import Site

Handler = Callable[[Site, Call], Answer]
# The number in a path goes by these names in the store's own patterns; features are looked up by them.
PARENTS = {"orders": "order_id", "products": "product_id"}
NUMBERS = {"{fid}": "fulfillment_id"}
WORDS = {"{tracking_id}": "[a-fA-F0-9]+", "{group}": r"[\w-]+", "{option}": r"[\w-]+"}
NUMBER = r"[\d]+"
PLUGIN = "wc-shipment-tracking/v3"
SAME_AS_PUT = ("POST", "PUT", "PATCH")


@dataclass(frozen=True)
class Route:
    """One method on one path; `refusal` names what an anonymous caller is told, `since` the first version that has it."""

    method: str
    template: str
    handler: Handler
    refusal: str
    since: tuple[int, int] = (3, 5)
    feature: str = ""
    namespace: str = about.NAMESPACE

    @cached_property
    def path(self) -> re.Pattern[str]:
        """The paths it fits; numbers in it are caught, words are not."""
        return re.compile("/".join(WORDS.get(part) or (r"(\d+)" if part.startswith("{") else part) for part in self.template.split("/")))

    @cached_property
    def pattern(self) -> str:
        """The store's own name for the path."""
        parts = self.template.split("/")
        for place, part in enumerate(parts):
            if part.startswith("{"):
                name = PARENTS.get(parts[place - 1], part.strip("{}")) if place + 1 < len(parts) else NUMBERS.get(part, "id")
                parts[place] = f"(?P<{name}>{WORDS.get(part, NUMBER)})"
        return f"/{self.namespace}/{'/'.join(parts)}"

    @property
    def methods(self) -> tuple[str, ...]:
        """The methods it answers to: a single object takes every way of writing as the same."""
        return SAME_AS_PUT if self.method == "PUT" else (self.method,)

    def served_by(self, site: Site) -> bool:
        """Tell whether a store has this route."""
        return site.settings.at_least(*self.since) and (not self.feature or getattr(site.settings, self.feature))


FULFILLMENTS: dict[str, Any] = {"since": (10, 1), "feature": "fulfillments"}
TRACKED: dict[str, Any] = {"feature": "shipment_tracking", "namespace": PLUGIN}
ROUTES = (
    Route("GET", "orders", reads.list_orders, "list"),
    Route("POST", "orders/batch", batches.batch_orders, "batch"),
    Route("GET", "orders/{id}", reads.get_order, "view"),
    Route("PUT", "orders/{id}", order_writes.put_order, "edit"),
    Route("DELETE", "orders/{id}", order_writes.delete_order, "delete"),
    Route("GET", "orders/{id}/refunds", reads.list_refunds, "list"),
    Route("POST", "orders/{id}/refunds", refunds.create_refund, "create"),
    Route("GET", "orders/{id}/refunds/{rid}", reads.get_refund, "view"),
    Route("DELETE", "orders/{id}/refunds/{rid}", refunds.delete_refund, "delete"),
    Route("GET", "orders/{id}/notes", notes.list_notes, "list"),
    Route("POST", "orders/{id}/notes", notes.create_note, "create"),
    Route("DELETE", "orders/{id}/notes/{nid}", notes.delete_note, "delete"),
    Route("GET", "orders/{id}/fulfillments", fulfillments.list_fulfillments, "list", **FULFILLMENTS),
    Route("POST", "orders/{id}/fulfillments", fulfillments.create_fulfillment, "create", **FULFILLMENTS),
    Route("GET", "orders/{id}/fulfillments/{fid}", fulfillments.get_fulfillment, "view", **FULFILLMENTS),
    Route("PUT", "orders/{id}/fulfillments/{fid}", fulfillments.update_fulfillment, "edit", **FULFILLMENTS),
    Route("DELETE", "orders/{id}/fulfillments/{fid}", fulfillments.delete_fulfillment, "delete", **FULFILLMENTS),
    Route("GET", "refunds", reads.list_refunds, "list", since=(9, 0)),
    Route("GET", "products", reads.list_products, "list"),
    Route("POST", "products", ware_writes.create_product, "create"),
    Route("POST", "products/batch", batches.batch_products, "batch"),
    Route("GET", "products/{id}", reads.get_product, "view"),
    Route("PUT", "products/{id}", ware_writes.put_product, "edit"),
    Route("DELETE", "products/{id}", ware_writes.delete_product, "delete"),
    Route("GET", "products/{id}/variations", reads.list_variations, "list"),
    Route("POST", "products/{id}/variations", ware_writes.create_variation, "create"),
    Route("POST", "products/{id}/variations/batch", batches.batch_variations, "batch"),
    Route("GET", "products/{id}/variations/{vid}", reads.get_variation, "view"),
    Route("PUT", "products/{id}/variations/{vid}", ware_writes.put_variation, "edit"),
    Route("DELETE", "products/{id}/variations/{vid}", ware_writes.delete_variation, "delete"),
    Route("GET", "variations", reads.list_variations, "list", since=(10, 3)),
    Route("GET", "customers", reads.list_customers, "list"),
    Route("POST", "customers", customer_writes.create_customer, "create"),
    Route("POST", "customers/batch", batches.batch_customers, "batch"),
    Route("GET", "customers/{id}", reads.get_customer, "view"),
    Route("PUT", "customers/{id}", customer_writes.put_customer, "edit"),
    Route("DELETE", "customers/{id}", customer_writes.delete_customer, "delete"),
    Route("GET", "products/categories", terms.list_terms, "list"),
    Route("GET", "products/tags", terms.list_terms, "list"),
    Route("GET", "products/brands", terms.list_terms, "list", since=(9, 6)),
    Route("GET", "payment_gateways", shop_options.list_gateways, "list"),
    Route("GET", "settings/{group}", shop_options.list_settings, "list"),
    Route("GET", "settings/{group}/{option}", shop_options.get_setting, "view"),
    Route("GET", "data/currencies/current", about.current_currency, "view"),
    Route("GET", "system_status", about.system_status, "list"),
)


TERM_ROUTES = (
    Route("POST", "products/categories", terms.create_term, "create"),
    Route("POST", "products/tags", terms.create_term, "create"),
    Route("POST", "products/brands", terms.create_term, "create", since=(9, 6)),
)
# A plugin's routes, below a namespace of its own.
PLUGIN_ROUTES = (
    Route("GET", "orders/{id}/shipment-trackings", trackings.list_trackings, "list", **TRACKED),
    Route("POST", "orders/{id}/shipment-trackings", trackings.create_tracking, "create", **TRACKED),
    Route("GET", "orders/{id}/shipment-trackings/{tracking_id}", trackings.get_tracking, "view", **TRACKED),
    Route("DELETE", "orders/{id}/shipment-trackings/{tracking_id}", trackings.delete_tracking, "delete", **TRACKED),
)


def find_route(site: Site, method: str, path: str) -> tuple[Route, tuple[int, ...]] | None:
    """Return the route a request fits and the numbers in its path, or None; the path begins with a slash and a namespace."""
    for route in (*ROUTES, *TERM_ROUTES, *PLUGIN_ROUTES):
        inner = path.removeprefix(f"/{route.namespace}/")
        fits = inner != path and method in route.methods and route.served_by(site) and route.path.fullmatch(inner)
        if fits:
            return route, tuple(int(number) for number in fits.groups())
    return None


def patterns(site: Site) -> list[about.Pattern]:
    """Return the store's routes as (namespace, pattern, methods)."""
    methods: dict[tuple[str, str], list[str]] = {(about.NAMESPACE, f"/{about.NAMESPACE}"): ["GET"]}
    for route in (*ROUTES, *TERM_ROUTES, *PLUGIN_ROUTES):
        if route.served_by(site):
            methods.setdefault((route.namespace, route.pattern), []).extend(route.methods)
    return [(namespace, pattern, taken) for (namespace, pattern), taken in methods.items()]
