"""Fields of an order's parts that lead back to its lines, and the metafields of any row."""

from typing import Any

from adapters.shopify.sandbox.connections import page_of_rows
from adapters.shopify.sandbox.execution import Run
from adapters.shopify.sandbox.seed.identifiers import BASES, child, gid
from adapters.shopify.sandbox.tables import Row

Arguments = dict[str, Any]


def line(run: Run, row: Row, _: Arguments) -> Row:
    """Find the order line a refund or shipment speaks of; such rows keep its position, their id tells the order."""
    if isinstance(row["lineItem"], dict):
        return row["lineItem"]  # a suggestion has no id yet, and brings its line along
    kind, number = row["id"].split("/")[3:5]
    index = (int(number) - BASES[kind]) // 10_000
    found: Row = run.subject.store.orders.row(BASES["Order"] + index)["lineItems"][row["lineItem"]]
    return found


def shipping_line(run: Run, row: Row, _: Arguments) -> Row:
    """Find the order's shipping line that a refund speaks of."""
    index = (int(row["id"].rsplit("/", 1)[-1]) - BASES["RefundShippingLine"]) // 100
    wanted = gid("ShippingLine", child("ShippingLine", index, 0))
    lines = run.subject.store.orders.row(BASES["Order"] + index)["shippingLines"]
    return next(line for line in lines if line["id"] == wanted)


def metafields(_: Run, row: Row, arguments: Arguments) -> Row:
    """Page through a row's metafields; keys may be given with their namespace or without."""
    rows: list[Row] = row["metafields"]
    keys = arguments.get("keys")
    if arguments.get("namespace"):
        rows = [found for found in rows if found["namespace"] == arguments["namespace"]]
    if keys:
        rows = [found for found in rows if f"{found['namespace']}.{found['key']}" in keys or found["key"] in keys]
    return page_of_rows(rows, arguments)


def metafield(_: Run, row: Row, arguments: Arguments) -> Row | None:
    """Find one metafield, in the namespace `custom` unless told otherwise."""
    wanted = (arguments.get("namespace") or "custom", arguments["key"])
    return next((found for found in row["metafields"] if (found["namespace"], found["key"]) == wanted), None)
