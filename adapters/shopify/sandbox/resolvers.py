"""How fields that are not written on a row are found: other rows, lists with their pages and filters, sums over stock."""

from collections.abc import Callable
from typing import Any

from adapters.shopify.sandbox.access import denied, missing
from adapters.shopify.sandbox.conditions import Search, compile_search
from adapters.shopify.sandbox.connections import check, count, edges, page, page_info, page_of_rows
from adapters.shopify.sandbox.errors import FieldError, unfold
from adapters.shopify.sandbox.execution import Run
from adapters.shopify.sandbox.filters import total_stock
from adapters.shopify.sandbox.nodes import find, node, nodes
from adapters.shopify.sandbox.plan import Resolver
from adapters.shopify.sandbox.seed.identifiers import BASES, child, gid
from adapters.shopify.sandbox.seed.stock import NAMES, Level, quantity_row
from adapters.shopify.sandbox.shop import installation, shop, versions
from adapters.shopify.sandbox.tables import Row, Table
from adapters.shopify.sandbox.view import View

Arguments = dict[str, Any]


def resolver(owner: str, field: str) -> Resolver | None:
    """Return how a field is found, None when it stands on the row."""
    if owner.endswith("Connection"):
        return CONNECTIONS.get(field)
    return RESOLVERS.get(f"{owner}.{field}")


def _search(run: Run, name: str, query: str | None) -> Search:
    made = compile_search(query, run.subject.fields[name])
    if made.warnings:
        run.searches.append({"path": unfold(run.path), "query": query, "parsed": made.parsed, "warnings": made.warnings})
    return made


def _listed(name: str, table: Callable[[View], Table[Any]]) -> Resolver:
    """List a whole table, filtered and sorted."""

    def resolve(run: Run, _: Row, arguments: Arguments) -> Row:
        check(arguments)
        rows, key = table(run.subject), arguments.get("sortKey", "ID")
        found = _search(run, name, arguments.get("query"))
        test, heads = run.subject.test(name, found.test, arguments), rows.heads
        passes = test and (lambda number: test(heads[number]))
        return page(rows.sorted(key), rows.row, arguments, key, test=passes, bounds=found.bounds.get(key))

    return resolve


def _counted(name: str, table: Callable[[View], Table[Any]]) -> Resolver:
    def resolve(run: Run, _: Row, arguments: Arguments) -> Row:
        rows, found = table(run.subject), _search(run, name, arguments.get("query"))
        test = run.subject.test(name, found.test, {"includeInactive": True})
        return count(rows.sorted("ID"), test, rows.heads.__getitem__, arguments.get("limit"))

    return resolve


def _items(run: Run, _: Row, arguments: Arguments) -> Row:
    view: View = run.subject
    found = _search(run, "inventoryItems", arguments.get("query"))
    shift, heads, test = BASES["InventoryItem"] - BASES["ProductVariant"], view.store.variants.heads, found.test
    passes = test and (lambda number: test(heads[number - shift]))
    places = [(number, number) for number in (value + shift for _, value in view.store.variants.sorted("ID"))]
    return page(places, lambda number: view.store.item_row(heads[number - shift]), arguments, test=passes)


def _orders_of_customer(run: Run, row: Row, arguments: Arguments) -> Row:
    view, key = run.subject, arguments["sortKey"]
    table: Table[Any] = view.store.orders
    found = _search(run, "orders", arguments.get("query"))
    test = view.test("orders", found.test, arguments)
    heads = [head for head in view.store.orders_of(int(row["legacyResourceId"])) if test is None or test(head)]
    places = sorted((table.keys[key](head), head.id) for head in heads)
    return page(places, table.row, arguments, key, bounds=found.bounds.get(key))


def _variants_of_product(run: Run, row: Row, arguments: Arguments) -> Row:
    store, key = run.subject.store, arguments["sortKey"]
    heads = store.variants_of(store.products.heads[int(row["legacyResourceId"])])
    places = sorted((store.variants.keys[key](head), head.id) for head in heads)
    return page(places, store.variants.row, arguments, key)


def _levels_of_item(run: Run, row: Row, arguments: Arguments) -> Row:
    head = run.subject.store.item(int(row["legacyResourceId"]))
    found = _search(run, "inventoryLevels", arguments.get("query"))
    rows = run.subject.store.level_rows(head, inactive=arguments["includeInactive"])
    return page_of_rows([level for level in rows if found.test is None or found.test(level["level"])], arguments)


def _levels_of_location(run: Run, row: Row, arguments: Arguments) -> Row:
    """Walk all items; a level's place in the order is its item's number."""
    store, place = run.subject.store, int(row["legacyResourceId"]) - BASES["Location"]
    found = _search(run, "inventoryLevels", arguments.get("query"))
    heads, inactive = store.variants.heads, arguments["includeInactive"]

    def passes(number: int) -> bool:
        level = store.stock.level(heads[number].index, place)
        return (inactive or level.active) and (found.test is None or found.test(level))

    def build(number: int) -> Row:
        return next(level for level in store.level_rows(heads[number], inactive=True) if level["level"].place == place)

    return page(store.variants.sorted("ID"), build, arguments, test=passes)


def _level_at(run: Run, row: Row, arguments: Arguments) -> Row | None:
    """Find the level where an item and a location meet, from either side."""
    store = run.subject.store
    wanted = arguments["locationId"] if "locationId" in arguments else row["id"]
    item = row["id"] if "locationId" in arguments else arguments["inventoryItemId"]
    head = store.item(int(item.rsplit("/", 1)[-1]))
    rows = store.level_rows(head, inactive=arguments["includeInactive"]) if head else []
    place = int(wanted.rsplit("/", 1)[-1]) - BASES["Location"]
    return next((level for level in rows if level["level"].place == place), None)


def _quantities(_: Run, row: Row, arguments: Arguments) -> list[Row]:
    level: Level = row["level"]
    unknown = [name for name in arguments["names"] if name not in NAMES]
    if unknown:
        raise FieldError(f"The quantity name '{unknown[0]}' is not valid.", "BAD_REQUEST")
    return [quantity_row(level, name) for name in arguments["names"]]


def _line(run: Run, row: Row, _: Arguments) -> Row:
    """Find the order line a refund or shipment speaks of; such rows keep its position, their id tells the order."""
    kind, number = row["id"].split("/")[3:5]
    index = (int(number) - BASES[kind]) // 10_000
    found: Row = run.subject.store.orders.row(BASES["Order"] + index)["lineItems"][row["lineItem"]]
    return found


def _shipping_line(run: Run, row: Row, _: Arguments) -> Row:
    index = (int(row["id"].rsplit("/", 1)[-1]) - BASES["RefundShippingLine"]) // 100
    wanted = gid("ShippingLine", child("ShippingLine", index, 0))
    lines = run.subject.store.orders.row(BASES["Order"] + index)["shippingLines"]
    return next(line for line in lines if line["id"] == wanted)


def _quantity_of_variant(run: Run, row: Row, _: Arguments) -> int:
    head = run.subject.store.variants.heads[int(row["legacyResourceId"])]
    return run.subject.store.stock.available(head.index) if head.tracked else 0


def _for_sale(run: Run, row: Row, arguments: Arguments) -> bool:
    head = run.subject.store.variants.heads[int(row["legacyResourceId"])]
    left = not head.tracked or row["inventoryPolicy"] == "CONTINUE" or _quantity_of_variant(run, row, arguments) > 0
    return left and head.product.status in {"ACTIVE", "UNLISTED"}


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


def _metafields(_: Run, row: Row, arguments: Arguments) -> Row:
    rows: list[Row] = row["metafields"]
    keys = arguments.get("keys")
    if arguments.get("namespace"):
        rows = [found for found in rows if found["namespace"] == arguments["namespace"]]
    if keys:
        rows = [found for found in rows if f"{found['namespace']}.{found['key']}" in keys or found["key"] in keys]
    return page_of_rows(rows, arguments)


def _metafield(_: Run, row: Row, arguments: Arguments) -> Row | None:
    wanted = (arguments.get("namespace") or "custom", arguments["key"])
    return next((found for found in row["metafields"] if (found["namespace"], found["key"]) == wanted), None)


def _stocks_out(view: View, head: Any) -> bool:
    return any(variant.tracked and view.store.stock.available(variant.index) <= 0 for variant in view.store.variants_of(head))


def _tracks(view: View, head: Any) -> bool:
    return any(variant.tracked for variant in view.store.variants_of(head))


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
    "QueryRoot.orders": _listed("orders", _orders),
    "QueryRoot.products": _listed("products", _products),
    "QueryRoot.productVariants": _listed("productVariants", _variants),
    "QueryRoot.customers": _listed("customers", _customers),
    "QueryRoot.locations": _listed("locations", _locations),
    "QueryRoot.inventoryItems": _items,
    "QueryRoot.ordersCount": _counted("orders", _orders),
    "QueryRoot.productsCount": _counted("products", _products),
    "QueryRoot.productVariantsCount": _counted("productVariants", _variants),
    "QueryRoot.customersCount": _counted("customers", _customers),
    "QueryRoot.locationsCount": _counted("locations", _locations),
    "QueryRoot.node": node,
    "QueryRoot.nodes": nodes,
    **{
        f"QueryRoot.{kind[0].lower()}{kind[1:]}": find(kind)
        for kind in ("Order", "Product", "ProductVariant", "Customer", "Location", "InventoryItem", "InventoryLevel", "Refund", "Fulfillment")
    },
    "QueryRoot.shop": shop,
    "QueryRoot.currentAppInstallation": installation,
    "QueryRoot.publicApiVersions": versions,
    "Customer.orders": _orders_of_customer,
    "Customer.addressesV2": _part("addresses"),
    "Product.variants": _variants_of_product,
    "Product.variantsCount": _of_product(lambda _, head: {"count": head.count, "precision": "EXACT"}),
    "Product.totalInventory": _of_product(lambda view, head: total_stock(view.store, head)),
    "Product.tracksInventory": _of_product(_tracks),
    "Product.hasOutOfStockVariants": _of_product(_stocks_out),
    "Product.options": _cut("options"),
    "ProductVariant.inventoryItem": _item_of_variant,
    "ProductVariant.inventoryQuantity": _quantity_of_variant,
    "ProductVariant.availableForSale": _for_sale,
    "ProductVariant.product": _product_of_variant,
    "InventoryItem.variant": _variant_of_item,
    "InventoryItem.variants": lambda run, row, arguments: page_of_rows([_variant_of_item(run, row, {}) or {}], arguments),
    "InventoryItem.inventoryLevel": _level_at,
    "InventoryItem.inventoryLevels": _levels_of_item,
    "Location.inventoryLevel": _level_at,
    "Location.inventoryLevels": _levels_of_location,
    "InventoryLevel.item": lambda run, row, _: run.subject.store.item_row(run.subject.store.item(BASES["InventoryItem"] + row["level"].item)),
    "InventoryLevel.location": lambda run, row, _: run.subject.store.locations.row(BASES["Location"] + row["level"].place),
    "InventoryLevel.quantities": _quantities,
    "Order.customer": _referred("customer", _customers),
    "Order.retailLocation": _referred("retailLocation", _locations),
    "Order.lineItems": _part("lineItems"),
    "Order.shippingLines": _part("shippingLines"),
    "Order.shippingLine": lambda _, row, __: row["shippingLines"][0] if row["shippingLines"] else None,
    "Order.discountApplications": _indexed("discountApplications"),
    "Order.refunds": _cut("refunds"),
    "Order.fulfillments": _cut("fulfillments"),
    "Order.transactions": _cut("transactions"),
    "LineItem.product": _referred("product", _products),
    "LineItem.variant": _referred("variant", _variants),
    "LineItem.taxLines": _cut("taxLines"),
    "OrderTransaction.order": _referred("order", _orders),
    "Refund.order": _referred("order", _orders),
    "Refund.refundLineItems": _part("refundLineItems"),
    "Refund.refundShippingLines": _part("refundShippingLines"),
    "Refund.orderAdjustments": _part("orderAdjustments"),
    "Refund.transactions": _part("transactions"),
    "RefundLineItem.lineItem": _line,
    "RefundLineItem.location": _referred("location", _locations),
    "RefundShippingLine.shippingLine": _shipping_line,
    "Fulfillment.order": _referred("order", _orders),
    "Fulfillment.location": _referred("location", _locations),
    "Fulfillment.fulfillmentLineItems": _part("fulfillmentLineItems"),
    "Fulfillment.trackingInfo": _cut("trackingInfo"),
    "FulfillmentLineItem.lineItem": _line,
    **{f"{owner}.metafields": _metafields for owner in ("Order", "Product", "ProductVariant", "Customer")},
    **{f"{owner}.metafield": _metafield for owner in ("Order", "Product", "ProductVariant", "Customer")},
}
