"""The routes the sandbox serves, as a table; the log names a call by its method and the template here."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from adapters.woocommerce.sandbox import about, batches, reads, writes
from adapters.woocommerce.sandbox.calls import Answer, Call
from adapters.woocommerce.sandbox.site import Site

Handler = Callable[[Site, Call], Answer]
# The number in a path goes by these names in the store's own patterns; features are looked up by them.
PARENTS = {"orders": "order_id", "products": "product_id"}
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

    @cached_property
    def path(self) -> re.Pattern[str]:
        """The paths it fits."""
        return re.compile(re.sub(r"\{\w+\}", r"(\\d+)", self.template))

    @cached_property
    def pattern(self) -> str:
        """The store's own name for the path."""
        parts = self.template.split("/")
        for place, part in enumerate(parts):
            if part.startswith("{"):
                inner = place + 1 < len(parts)
                name = PARENTS[parts[place - 1]] if inner else "fulfillment_id" if part == "{fid}" else "id"
                parts[place] = rf"(?P<{name}>[\d]+)"
        return f"/{about.NAMESPACE}/{'/'.join(parts)}"

    @property
    def methods(self) -> tuple[str, ...]:
        """The methods it answers to: a single object takes every way of writing as the same."""
        return SAME_AS_PUT if self.method == "PUT" else (self.method,)

    def served_by(self, site: Site) -> bool:
        """Tell whether a store has this route."""
        return site.settings.at_least(*self.since) and (not self.feature or site.settings.fulfillments)


ROUTES = (
    Route("GET", "orders", reads.list_orders, "list"),
    Route("POST", "orders/batch", batches.batch_orders, "batch"),
    Route("GET", "orders/{id}", reads.get_order, "view"),
    Route("PUT", "orders/{id}", writes.put_order, "edit"),
    Route("GET", "orders/{id}/refunds", reads.list_refunds, "list"),
    Route("GET", "orders/{id}/refunds/{rid}", reads.get_refund, "view"),
    Route("GET", "orders/{id}/notes", reads.list_notes, "list"),
    Route("GET", "orders/{id}/fulfillments", reads.list_fulfillments, "list", since=(10, 1), feature="fulfillments"),
    Route("GET", "orders/{id}/fulfillments/{fid}", reads.get_fulfillment, "view", since=(10, 1), feature="fulfillments"),
    Route("GET", "refunds", reads.list_refunds, "list", since=(9, 0)),
    Route("GET", "products", reads.list_products, "list"),
    Route("POST", "products/batch", batches.batch_products, "batch"),
    Route("GET", "products/{id}", reads.get_product, "view"),
    Route("PUT", "products/{id}", writes.put_product, "edit"),
    Route("GET", "products/{id}/variations", reads.list_variations, "list"),
    Route("POST", "products/{id}/variations/batch", batches.batch_variations, "batch"),
    Route("GET", "products/{id}/variations/{vid}", reads.get_variation, "view"),
    Route("PUT", "products/{id}/variations/{vid}", writes.put_variation, "edit"),
    Route("GET", "variations", reads.list_variations, "list", since=(10, 3)),
    Route("GET", "customers", reads.list_customers, "list"),
    Route("GET", "customers/{id}", reads.get_customer, "view"),
    Route("GET", "data/currencies/current", about.current_currency, "view"),
    Route("GET", "system_status", about.system_status, "list"),
)


def find_route(site: Site, method: str, path: str) -> tuple[Route, tuple[int, ...]] | None:
    """Return the route a request fits and the numbers in its path, or None."""
    for route in ROUTES:
        fits = method in route.methods and route.served_by(site) and route.path.fullmatch(path)
        if fits:
            return route, tuple(int(number) for number in fits.groups())
    return None


def patterns(site: Site) -> list[tuple[str, list[str]]]:
    """Return the store's routes as (pattern, methods)."""
    methods: dict[str, list[str]] = {f"/{about.NAMESPACE}": ["GET"]}
    for route in ROUTES:
        if route.served_by(site):
            methods.setdefault(route.pattern, []).extend(route.methods)
    return list(methods.items())
