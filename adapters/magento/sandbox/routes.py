"""Every route that is served, in the order in which they are tried, with the resource a caller must be allowed to reach.

A template's parameters are named as in the official description; those that end in `id` are whole numbers.
"""

from collections.abc import Callable
from dataclasses import dataclass

from adapters.magento.sandbox import catalogue, inventory, sales, shop
from adapters.magento.sandbox.calls import Answer, Call
from adapters.magento.sandbox.door import ANONYMOUS
from adapters.magento.sandbox.errors import refusal
from adapters.magento.sandbox.settings import Settings
from adapters.magento.sandbox.site import Site

ORDERS, SHIPMENTS = "Magento_Sales::actions_view", "Magento_Sales::shipment"
MEMOS, INVOICES = "Magento_Sales::sales_creditmemo", "Magento_Sales::sales_invoice"
PRODUCTS, ATTRIBUTES = "Magento_Catalog::products", "Magento_Catalog::attributes_attributes"
STOCK_ITEMS, CUSTOMERS = "Magento_Catalog::catalog_inventory", "Magento_Customer::customer"
SOURCES, STOCKS = "Magento_InventoryApi::source", "Magento_InventoryApi::stock"
LINKS, SALABLE = "Magento_InventoryApi::stock_source_link", "Magento_InventorySalesApi::stock"
SETUP, RETURNS = "Magento_Backend::store", "Magento_Rma::rma_manage"
INVENTORY = "/V1/inventory/"


@dataclass(frozen=True, slots=True)
class Route:
    """One operation; `template` as the official description writes it."""

    method: str
    template: str
    resource: str
    handler: Callable[[Site, Call], Answer]

    def fits(self, segments: tuple[str, ...]) -> tuple[str, ...] | None:
        """Return the path's parameters when the path is this route's, else None."""
        own = self.template.strip("/").split("/")
        if len(own) != len(segments):
            return None
        parts = []
        for name, segment in zip(own, segments, strict=True):
            if name.startswith("{"):
                parts.append(segment)
            elif name != segment:
                return None
        return tuple(parts)

    def check(self, parts: tuple[str, ...]) -> None:
        """ApiError 400 when a parameter that is a number is given as something else."""
        names = [name for name in self.template.split("/") if name.startswith("{")]
        for name, part in zip(names, parts, strict=True):
            if name.lower().endswith("id}") and not part.isdecimal():
                raise refusal("type", value=part, type="int")

    def served_by(self, settings: Settings) -> bool:
        """Tell whether a store has this route: not every edition has all modules."""
        if self.template.startswith(INVENTORY):
            return settings.msi
        if self.resource == RETURNS:
            return settings.commerce or settings.cloud
        return not (settings.cloud and self.template == "/V1/directory/currency")


def _reads(resource: str, *rows: tuple[str, Callable[[Site, Call], Answer]]) -> tuple[Route, ...]:
    return tuple(Route("GET", template, resource, handler) for template, handler in rows)


ROUTES: tuple[Route, ...] = (
    *_reads(
        ORDERS,
        ("/V1/orders", sales.list_orders),
        ("/V1/orders/items", sales.list_items),
        ("/V1/orders/items/{id}", sales.get_item),
        ("/V1/orders/{id}", sales.get_order),
        ("/V1/orders/{id}/comments", sales.list_comments),
        ("/V1/orders/{id}/statuses", sales.get_status),
    ),
    *_reads(SHIPMENTS, ("/V1/shipments", sales.list_shipments), ("/V1/shipment/{id}", sales.get_shipment)),
    *_reads(MEMOS, ("/V1/creditmemos", sales.list_memos), ("/V1/creditmemo/{id}", sales.get_memo)),
    *_reads(INVOICES, ("/V1/invoices", sales.list_invoices), ("/V1/invoices/{id}", sales.get_invoice)),
    *_reads(RETURNS, ("/V1/returns", sales.list_returns), ("/V1/returns/{id}", sales.get_return)),
    *_reads(
        ATTRIBUTES,
        ("/V1/products/attributes", catalogue.list_attributes),
        ("/V1/products/attributes/{attributeCode}", catalogue.get_attribute),
        ("/V1/products/attributes/{attributeCode}/options", catalogue.list_attribute_options),
    ),
    *_reads(
        PRODUCTS,
        ("/V1/products", catalogue.list_products),
        ("/V1/products/{sku}", catalogue.get_product),
        ("/V1/configurable-products/{sku}/children", catalogue.list_children),
        ("/V1/configurable-products/{sku}/options/all", catalogue.list_options),
    ),
    *_reads(
        STOCK_ITEMS,
        ("/V1/stockItems/{productSku}", catalogue.get_stock_item),
        ("/V1/stockStatuses/{productSku}", catalogue.get_stock_status),
    ),
    *_reads(CUSTOMERS, ("/V1/customers/search", catalogue.list_customers), ("/V1/customers/{customerId}", catalogue.get_customer)),
    *_reads(
        SOURCES,
        ("/V1/inventory/sources", inventory.list_sources),
        ("/V1/inventory/sources/{sourceCode}", inventory.get_source),
        ("/V1/inventory/source-items", inventory.list_source_items),
    ),
    *_reads(
        STOCKS,
        ("/V1/inventory/stocks", inventory.list_stocks),
        ("/V1/inventory/stocks/{stockId}", inventory.get_stock),
        ("/V1/inventory/export-stock-salable-qty/{salesChannelType}/{salesChannelCode}", inventory.export_salable),
    ),
    *_reads(LINKS, ("/V1/inventory/stock-source-links", inventory.list_links)),
    *_reads(
        SALABLE,
        ("/V1/inventory/stock-resolver/{type}/{code}", inventory.resolve_stock),
        ("/V1/inventory/get-product-salable-quantity/{sku}/{stockId}", inventory.get_salable_quantity),
        ("/V1/inventory/is-product-salable/{sku}/{stockId}", inventory.get_salable),
        ("/V1/inventory/are-products-salable", inventory.list_salable),
    ),
    *_reads(
        SETUP,
        ("/V1/store/websites", shop.list_websites),
        ("/V1/store/storeGroups", shop.list_groups),
        ("/V1/store/storeViews", shop.list_views),
        ("/V1/store/storeConfigs", shop.list_configs),
        ("/V1/modules", shop.list_modules),
    ),
    *_reads(ANONYMOUS, ("/V1/directory/currency", shop.get_currency)),
)


def find_route(settings: Settings, method: str, segments: tuple[str, ...]) -> tuple[Route, tuple[str, ...]] | None:
    """Return the route a request fits and its path's parameters, or None."""
    for route in ROUTES:
        if method != route.method or not route.served_by(settings):
            continue
        parts = route.fits(segments)
        if parts is not None:
            return route, parts
    return None
