"""Every route that is served, in the order in which they are tried, with the resource a caller must be allowed to reach.

What writes has a table of its own.
"""

from collections.abc import Callable

from adapters.magento.sandbox import bulk, catalogue, inventory, sales, shop
from adapters.magento.sandbox.calls import Answer, Call
from adapters.magento.sandbox.door import ANONYMOUS
from adapters.magento.sandbox.route import RETURNS, Route
from adapters.magento.sandbox.settings import Settings
from adapters.magento.sandbox.site import Site
from adapters.magento.sandbox.write_routes import WRITES

ORDERS, SHIPMENTS = "Magento_Sales::actions_view", "Magento_Sales::shipment"
MEMOS, INVOICES = "Magento_Sales::sales_creditmemo", "Magento_Sales::sales_invoice"
PRODUCTS, ATTRIBUTES = "Magento_Catalog::products", "Magento_Catalog::attributes_attributes"
STOCK_ITEMS, CUSTOMERS = "Magento_Catalog::catalog_inventory", "Magento_Customer::customer"
SOURCES, STOCKS = "Magento_InventoryApi::source", "Magento_InventoryApi::stock"
LINKS, SALABLE = "Magento_InventoryApi::stock_source_link", "Magento_InventorySalesApi::stock"
SETUP, BULKS = "Magento_Backend::store", "Magento_Logging::system_magento_logging_bulk_operations"


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
    *_reads(
        BULKS,
        ("/V1/bulk", bulk.list_operations),
        ("/V1/bulk/{bulkUuid}/status", bulk.get_status),
        ("/V1/bulk/{bulkUuid}/detailed-status", bulk.get_detailed_status),
        ("/V1/bulk/{bulkUuid}/operation-status/{status}", bulk.count_operations),
    ),
    *WRITES,
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


def find_queued(settings: Settings, method: str, segments: tuple[str, ...], *, many: bool) -> tuple[Route, tuple[str, ...]] | None:
    """Return the route that a queued request fits, or None: whatever writes can be queued."""
    if not many:
        found = find_route(settings, method, segments)
        return found if found and found[0].service else None
    for route in WRITES:
        if method == route.method and route.served_by(settings) and route.named() == segments:
            return route, ()
    return None
