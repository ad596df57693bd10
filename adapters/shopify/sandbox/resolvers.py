"""How fields that are not written on a row are found: the table of all resolvers, and those that only follow a reference or cut a list."""

from collections.abc import Callable
from typing import Any

from adapters.shopify.sandbox.connections import edges, page_info, page_of_rows
from adapters.shopify.sandbox.execution import Run
from adapters.shopify.sandbox.filters import total_stock
from adapters.shopify.sandbox.lists import counted, items, listed, orders_of_customer, variants_of_product
from adapters.shopify.sandbox.mutations import MUTATION_RESOLVERS
from adapters.shopify.sandbox.nodes import find, identified, job, node, nodes, operation
from adapters.shopify.sandbox.order_fields import line, metafield, metafields, shipping_line
from adapters.shopify.sandbox.plan import Resolver
from adapters.shopify.sandbox.refund_writes import suggest_refund
from adapters.shopify.sandbox.seed.identifiers import BASES
from adapters.shopify.sandbox.shop import installation, shop, versions
from adapters.shopify.sandbox.stock_fields import (
    for_sale,
    level_at,
    levels_of_item,
    levels_of_location,
    quantities,
    quantity_of_variant,
    stocks_out,
    tracks,
)
from adapters.shopify.sandbox.tables import Row, Table
from adapters.shopify.sandbox.view import View
from adapters.shopify.sandbox.work_fields import work_of_order

Arguments = dict[str, Any]


def resolver(owner: str, field: str) -> Resolver | None:
    """Return how a field is found, None when it stands on the row."""
    if owner.endswith("Connection"):
        return CONNECTIONS.get(field)
    return RESOLVERS.get(f"{owner}.{field}")


def _of_product(ask: Callable[[View, Any], Any]) -> Resolver:
    return lambda run, row, _: ask(run.subject, run.subject.store.products.heads[int(row["legacyResourceId"])])


def _referred(field: str, table: Callable[[View], Table[Any]]) -> Resolver:
    """Look up the row whose number stands in a field."""

    def resolve(run: Run, row: Row, _: Arguments) -> Row | None:
        number = row[field]
        return None if number is None else table(run.subject).row(number)

    return resolve


def _item_of_variant(run: Run, row: Row, _: Arguments) -> Row:
    found: Row = run.subject.store.item_row(run.subject.store.variants.heads[int(row["legacyResourceId"])])
    return found


def _variant_of_item(run: Run, row: Row, _: Arguments) -> Row | None:
    head = run.subject.store.item(int(row["legacyResourceId"]))
    found: Row | None = run.subject.store.variants.row(head.id)
    return found


def _product_of_variant(run: Run, row: Row, _: Arguments) -> Row | None:
    head = run.subject.store.variants.heads[int(row["legacyResourceId"])]
    found: Row | None = run.subject.store.products.row(head.product.id)
    return found


def _part(field: str) -> Resolver:
    """Page through a list that stands on the row."""
    return lambda _, row, arguments: page_of_rows(row[field], arguments)


def _indexed(field: str) -> Resolver:
    """Page through a list whose rows are numbered by their position."""
    return lambda _, row, arguments: page_of_rows(row[field], arguments, lambda part: int(part["index"]))


def _cut(field: str) -> Resolver:
    """Cut a list without cursors to the length asked."""
    return lambda _, row, arguments: row[field] if arguments.get("first") is None else row[field][: arguments["first"]]


def _orders(view: View) -> Table[Any]:
    return view.store.orders


def _products(view: View) -> Table[Any]:
    return view.store.products


def _variants(view: View) -> Table[Any]:
    return view.store.variants


def _customers(view: View) -> Table[Any]:
    return view.store.customers


def _locations(view: View) -> Table[Any]:
    return view.store.locations


CONNECTIONS: dict[str, Resolver] = {
    "edges": lambda _, row, __: edges(row),
    "pageInfo": lambda _, row, __: page_info(row),
}

RESOLVERS: dict[str, Resolver] = {
    "QueryRoot.orders": listed("orders", _orders),
    "QueryRoot.products": listed("products", _products),
    "QueryRoot.productVariants": listed("productVariants", _variants),
    "QueryRoot.customers": listed("customers", _customers),
    "QueryRoot.locations": listed("locations", _locations),
    "QueryRoot.inventoryItems": items,
    "QueryRoot.ordersCount": counted("orders", _orders),
    "QueryRoot.productsCount": counted("products", _products),
    "QueryRoot.productVariantsCount": counted("productVariants", _variants),
    "QueryRoot.customersCount": counted("customers", _customers),
    "QueryRoot.locationsCount": counted("locations", _locations),
    "QueryRoot.node": node,
    "QueryRoot.nodes": nodes,
    **{
        f"QueryRoot.{kind[0].lower()}{kind[1:]}": find(kind)
        for kind in (
            "Order",
            "Product",
            "ProductVariant",
            "Customer",
            "Location",
            "InventoryItem",
            "InventoryLevel",
            "Refund",
            "Fulfillment",
            "FulfillmentOrder",
        )
    },
    "QueryRoot.customerByIdentifier": identified("Customer", {"emailAddress": "email", "phoneNumber": "phone"}),
    "QueryRoot.productByIdentifier": identified("Product", {"handle": "handle"}),
    "QueryRoot.job": job,
    "QueryRoot.productOperation": operation,
    "QueryRoot.shop": shop,
    "ProductCreatePayload.shop": shop,
    "ProductDeletePayload.shop": shop,
    "QueryRoot.currentAppInstallation": installation,
    "QueryRoot.publicApiVersions": versions,
    "Customer.orders": orders_of_customer,
    "Customer.addressesV2": _part("addresses"),
    "Product.variants": variants_of_product,
    "Product.variantsCount": _of_product(lambda view, head: {"count": len(view.store.variants_of(head)), "precision": "EXACT"}),
    "Product.totalInventory": _of_product(lambda view, head: total_stock(view.store, head)),
    "Product.tracksInventory": _of_product(tracks),
    "Product.hasOutOfStockVariants": _of_product(stocks_out),
    "Product.options": _cut("options"),
    "ProductVariant.inventoryItem": _item_of_variant,
    "ProductVariant.inventoryQuantity": quantity_of_variant,
    "ProductVariant.availableForSale": for_sale,
    "ProductVariant.product": _product_of_variant,
    "InventoryItem.variant": _variant_of_item,
    "InventoryItem.variants": lambda run, row, arguments: page_of_rows([_variant_of_item(run, row, {}) or {}], arguments),
    "InventoryItem.inventoryLevel": level_at,
    "InventoryItem.inventoryLevels": levels_of_item,
    "Location.inventoryLevel": level_at,
    "Location.inventoryLevels": levels_of_location,
    "InventoryLevel.item": lambda run, row, _: run.subject.store.item_row(
        run.subject.store.item(BASES["InventoryItem"] + row["level"].item)
    ),
    "InventoryLevel.location": lambda run, row, _: run.subject.store.locations.row(BASES["Location"] + row["level"].place),
    "InventoryLevel.quantities": quantities,
    "Order.customer": _referred("customer", _customers),
    "Order.retailLocation": _referred("retailLocation", _locations),
    "Order.lineItems": _part("lineItems"),
    "Order.shippingLines": _part("shippingLines"),
    "Order.shippingLine": lambda _, row, __: row["shippingLines"][0] if row["shippingLines"] else None,
    "Order.discountApplications": _indexed("discountApplications"),
    "Order.refunds": _cut("refunds"),
    "Order.fulfillments": _cut("fulfillments"),
    "Order.transactions": _cut("transactions"),
    "Order.fulfillmentOrders": work_of_order,
    "Order.suggestedRefund": suggest_refund,
    "FulfillmentOrder.order": _referred("order", _orders),
    "FulfillmentOrder.lineItems": _part("lineItems"),
    "FulfillmentOrderLineItem.variant": _referred("variant", _variants),
    "LineItem.product": _referred("product", _products),
    "LineItem.variant": _referred("variant", _variants),
    "LineItem.taxLines": _cut("taxLines"),
    "OrderTransaction.order": _referred("order", _orders),
    "Refund.order": _referred("order", _orders),
    "Refund.refundLineItems": _part("refundLineItems"),
    "Refund.refundShippingLines": _part("refundShippingLines"),
    "Refund.orderAdjustments": _part("orderAdjustments"),
    "Refund.transactions": _part("transactions"),
    "RefundLineItem.lineItem": line,
    "RefundLineItem.location": _referred("location", _locations),
    "RefundShippingLine.shippingLine": shipping_line,
    "Fulfillment.order": _referred("order", _orders),
    "Fulfillment.location": _referred("location", _locations),
    "Fulfillment.fulfillmentLineItems": _part("fulfillmentLineItems"),
    "Fulfillment.trackingInfo": _cut("trackingInfo"),
    "FulfillmentLineItem.lineItem": line,
    **MUTATION_RESOLVERS,
    **{f"{owner}.metafields": metafields for owner in ("Order", "Product", "ProductVariant", "Customer")},
    **{f"{owner}.metafield": metafield for owner in ("Order", "Product", "ProductVariant", "Customer")},
}
