"""Every route that changes something, with the permission it needs and the name of the service behind it, under which it can be queued."""

from collections.abc import Callable

from adapters.magento.sandbox import (
    configurable_writes,
    customer_writes,
    order_writes,
    price_writes,
    product_writes,
    refund_writes,
    shipment_writes,
    stock_writes,
)
from adapters.magento.sandbox.calls import Answer, Call
from adapters.magento.sandbox.door import ANONYMOUS
from adapters.magento.sandbox.route import Route
from adapters.magento.sandbox.site import Site

PRODUCTS, CATALOGUE = "Magento_Catalog::products", "Magento_Catalog::catalog"
ASSIGN, STOCK_ITEMS = "Magento_InventoryApi::stock_source_item_assign", "Magento_Catalog::catalog_inventory"
SHIPMENT, CUSTOMERS = "Magento_Sales::shipment", "Magento_Customer::manage"
CATALOG_API, SALES_API = "Magento\\Catalog\\Api\\", "Magento\\Sales\\Api\\"
INVENTORY_API = "Magento\\InventoryApi\\Api\\"
LINKS = "Magento\\ConfigurableProduct\\Api\\LinkManagementInterface::"
OPTIONS = "Magento\\ConfigurableProduct\\Api\\OptionRepositoryInterface::"
ORDERS = f"{SALES_API}OrderManagementInterface::"
TRACKS = f"{SALES_API}ShipmentTrackRepositoryInterface::"
SAVE = f"{CATALOG_API}ProductRepositoryInterface::save"
BASE_PRICES, SPECIAL_PRICES = f"{CATALOG_API}BasePriceStorageInterface::", f"{CATALOG_API}SpecialPriceStorageInterface::"

Handler = Callable[[Site, Call], Answer]
Row = tuple[str, str, str, Handler, str]

_STOCK: tuple[Row, ...] = (
    ("POST", "/V1/inventory/source-items", ASSIGN, stock_writes.set_source_items, f"{INVENTORY_API}SourceItemsSaveInterface::execute"),
    (
        *("POST", "/V1/inventory/source-items-delete", ASSIGN, stock_writes.delete_source_items),
        f"{INVENTORY_API}SourceItemsDeleteInterface::execute",
    ),
    (
        *("POST", "/V1/inventory/bulk-partial-source-transfer", PRODUCTS, stock_writes.transfer),
        "Magento\\InventoryCatalogApi\\Api\\BulkPartialInventoryTransferInterface::execute",
    ),
    (
        *("PUT", "/V1/products/{productSku}/stockItems/{itemId}", STOCK_ITEMS, stock_writes.set_stock_item),
        "Magento\\CatalogInventory\\Api\\StockRegistryInterface::updateStockItemBySku",
    ),
)
_PRICES: tuple[Row, ...] = (
    ("POST", "/V1/products/base-prices", CATALOGUE, price_writes.set_base_prices, f"{BASE_PRICES}update"),
    ("POST", "/V1/products/base-prices-information", CATALOGUE, price_writes.tell_base_prices, f"{BASE_PRICES}get"),
    ("POST", "/V1/products/special-price", CATALOGUE, price_writes.set_special_prices, f"{SPECIAL_PRICES}update"),
    ("POST", "/V1/products/special-price-delete", CATALOGUE, price_writes.delete_special_prices, f"{SPECIAL_PRICES}delete"),
    ("POST", "/V1/products/special-price-information", CATALOGUE, price_writes.tell_special_prices, f"{SPECIAL_PRICES}get"),
)
_PRODUCTS: tuple[Row, ...] = (
    ("POST", "/V1/products", PRODUCTS, product_writes.create_product, SAVE),
    ("PUT", "/V1/products/{sku}", PRODUCTS, product_writes.update_product, SAVE),
    ("DELETE", "/V1/products/{sku}", PRODUCTS, product_writes.delete_product, f"{CATALOG_API}ProductRepositoryInterface::deleteById"),
    ("POST", "/V1/configurable-products/{sku}/options", PRODUCTS, configurable_writes.add_option, f"{OPTIONS}save"),
    ("PUT", "/V1/configurable-products/{sku}/options/{id}", PRODUCTS, configurable_writes.update_option, f"{OPTIONS}save"),
    ("DELETE", "/V1/configurable-products/{sku}/options/{id}", PRODUCTS, configurable_writes.delete_option, f"{OPTIONS}deleteById"),
    ("POST", "/V1/configurable-products/{sku}/child", PRODUCTS, configurable_writes.add_child, f"{LINKS}addChild"),
    ("DELETE", "/V1/configurable-products/{sku}/children/{childSku}", PRODUCTS, configurable_writes.remove_child, f"{LINKS}removeChild"),
)
_SALES: tuple[Row, ...] = (
    ("POST", "/V1/order/{orderId}/ship", "Magento_Sales::ship", shipment_writes.ship, f"{SALES_API}ShipOrderInterface::execute"),
    ("POST", "/V1/shipment/track", SHIPMENT, shipment_writes.save_track, f"{TRACKS}save"),
    ("DELETE", "/V1/shipment/track/{id}", SHIPMENT, shipment_writes.delete_track, f"{TRACKS}deleteById"),
    ("POST", "/V1/order/{orderId}/invoice", "Magento_Sales::invoice", order_writes.invoice, f"{SALES_API}InvoiceOrderInterface::execute"),
    (
        "POST",
        "/V1/order/{orderId}/refund",
        "Magento_Sales::creditmemo",
        refund_writes.refund_order,
        f"{SALES_API}RefundOrderInterface::execute",
    ),
    (
        *("POST", "/V1/invoice/{invoiceId}/refund", "Magento_Sales::sales_invoice", refund_writes.refund_invoice),
        f"{SALES_API}RefundInvoiceInterface::execute",
    ),
    ("POST", "/V1/orders/{id}/cancel", "Magento_Sales::cancel", order_writes.cancel, f"{ORDERS}cancel"),
    ("POST", "/V1/orders/{id}/hold", "Magento_Sales::hold", order_writes.hold, f"{ORDERS}hold"),
    ("POST", "/V1/orders/{id}/unhold", "Magento_Sales::unhold", order_writes.unhold, f"{ORDERS}unHold"),
    ("POST", "/V1/orders/{id}/comments", "Magento_Sales::comment", order_writes.comment, f"{ORDERS}addComment"),
    ("POST", "/V1/orders", "Magento_Sales::api_actions", order_writes.save, f"{SALES_API}OrderRepositoryInterface::save"),
    ("PUT", "/V1/orders/create", "Magento_Sales::create", order_writes.save, f"{SALES_API}OrderRepositoryInterface::save"),
)
_CUSTOMERS: tuple[Row, ...] = (
    ("POST", "/V1/customers", ANONYMOUS, customer_writes.create, "Magento\\Customer\\Api\\AccountManagementInterface::createAccount"),
    ("PUT", "/V1/customers/{customerId}", CUSTOMERS, customer_writes.update, "Magento\\Customer\\Api\\CustomerRepositoryInterface::save"),
)
WRITES: tuple[Route, ...] = tuple(Route(*row) for row in (*_STOCK, *_PRICES, *_PRODUCTS, *_SALES, *_CUSTOMERS))
