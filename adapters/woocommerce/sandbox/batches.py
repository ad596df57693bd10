"""Batch routes: up to a hundred entries, one after the other, each with its own success or error, the whole always 200."""

from collections.abc import Callable, Mapping
from typing import Any

from adapters.woocommerce.sandbox import rendering
from adapters.woocommerce.sandbox.calls import Answer, Call
from adapters.woocommerce.sandbox.errors import ApiError, refusal
from adapters.woocommerce.sandbox.reads import find
from adapters.woocommerce.sandbox.site import Site
from adapters.woocommerce.sandbox.table import Head, Row, Table
from adapters.woocommerce.sandbox.writes import change_order, change_product, change_variation

LARGEST = 100
Change = Callable[[Site, Call, int, Mapping[str, Any]], Row]
Show = Callable[[Site, Head, Call, Mapping[str, Any]], Row]


def batch_orders(site: Site, call: Call) -> Answer:
    """POST orders/batch."""
    return _batch(site, call, site.orders, "order", change_order, rendering.order)


def batch_products(site: Site, call: Call) -> Answer:
    """POST products/batch."""
    return _batch(site, call, site.products, "product", change_product, rendering.ware)


def batch_variations(site: Site, call: Call) -> Answer:
    """POST products/{id}/variations/batch."""
    return _batch(site, call, site.variations, "variation", change_variation, rendering.variation)


def _batch(site: Site, call: Call, table: Table, kind: str, change: Change, show: Show) -> Answer:
    entries = {key: call.body.get(key) or [] for key in ("create", "update", "delete")}
    if sum(len(some) for some in entries.values()) > LARGEST:
        raise refusal("too large")
    answers: dict[str, list[Row]] = {
        "create": [_refused(0, refusal("unserved")) for _ in entries["create"]],
        "update": [_updated(site, call, entry, change) for entry in entries["update"]],
        "delete": [_deleted(site, call, entry, table, kind, show) for entry in entries["delete"]],
    }
    return Answer({key: answers[key] for key in answers if entries[key]})


def _updated(site: Site, call: Call, entry: Any, change: Change) -> Row:
    row_id = _id(entry)
    try:
        return change(site, call, row_id, entry)
    except ApiError as error:
        return _refused(row_id, error)


def _deleted(site: Site, call: Call, entry: Any, table: Table, kind: str, show: Show) -> Row:
    """A batch always deletes for good."""
    row_id = _id(entry)
    try:
        row = show(site, find(table, row_id, kind), call, {})
    except ApiError as error:
        return _refused(row_id, error)
    site.forget(table, row_id)
    return row


def _id(entry: Any) -> int:
    given = entry.get("id", 0) if isinstance(entry, dict) else entry
    return int(given) if str(given).isdecimal() else 0


def _refused(row_id: int, error: ApiError) -> Row:
    return {"id": row_id, "error": error.body()}
