"""Changes to one order, product or variation, with the type checks that only the single routes make.

A batch entry skips those checks: what does not fit is coerced or becomes empty, as on the platform.
"""

import re
from collections.abc import Mapping
from typing import Any

from adapters.woocommerce.sandbox import rendering
from adapters.woocommerce.sandbox.calls import Answer, Call
from adapters.woocommerce.sandbox.errors import Complaint, bad_parameters, refusal
from adapters.woocommerce.sandbox.reads import STATUSES, find
from adapters.woocommerce.sandbox.seed.orders import EDITABLE, PAID, UNPAID
from adapters.woocommerce.sandbox.site import Site
from adapters.woocommerce.sandbox.table import Head, Row, Table

Body = Mapping[str, Any]
TYPES: dict[str, tuple[str, ...]] = {
    "status": ("string",),
    "regular_price": ("string",),
    "sale_price": ("string",),
    "sku": ("string",),
    "name": ("string",),
    "customer_note": ("string",),
    "transaction_id": ("string",),
    "stock_quantity": ("integer",),
    "customer_id": ("integer",),
    "manage_stock": ("boolean",),
    "meta_data": ("array",),
    "billing": ("object",),
    "shipping": ("object",),
}
SETTABLE = tuple(status for status in STATUSES if status != "checkout-draft")
ORDER_TEXTS = ("customer_note", "transaction_id", "payment_method", "payment_method_title", "customer_id")
WARE_TEXTS = ("name", "description", "short_description", "weight", "backorders", "low_stock_amount", "global_unique_id", "status")
PRICE = re.compile(r"-?\d+(\.\d+)?|-?\.\d+")


def put_order(site: Site, call: Call) -> Answer:
    """PUT orders/{id}."""
    _check(call.body, {"status": SETTABLE})
    return Answer(change_order(site, call, call.ids[0], call.body))


def put_product(site: Site, call: Call) -> Answer:
    """PUT products/{id}."""
    _check(call.body, {})
    return Answer(change_product(site, call, call.ids[0], call.body))


def put_variation(site: Site, call: Call) -> Answer:
    """PUT products/{id}/variations/{vid}."""
    _check(call.body, {})
    return Answer(change_variation(site, call, call.ids[1], call.body))


def change_order(site: Site, call: Call, order_id: int, body: Body) -> Row:
    """Change an order's simple fields; even a change of nothing moves its time of change."""
    head = find(site.orders, order_id, "order", 400)
    row = site.orders.edit(order_id)
    for name in ORDER_TEXTS:
        if name in body:
            row[name] = body[name]
    for name in ("billing", "shipping"):
        row[name] |= {key: value for key, value in (body.get(name) or {}).items() if key in row[name]}
    head.owner = row["customer_id"]
    if body.get("status"):
        set_order_status(site, head, str(body["status"]).removeprefix("wc-"))
    _merge_meta(row, body, order_id)
    site.orders.stamp(order_id, "modified", site.instant())
    return rendering.order(site, head, call, {})


def set_order_status(site: Site, head: Head, status: str) -> None:
    """Move an order to a status, any to any; paying and completing leave their times. An unknown status becomes `pending`."""
    row = site.orders.edit(head.id)
    head.status = status if status in (*STATUSES, "trash") else "pending"
    row["status"] = head.status
    if head.status in PAID and row["date_paid"] is None:
        row["date_paid"] = site.instant()
    row["date_completed"] = (row["date_completed"] or site.instant()) if head.status == "completed" else row["date_completed"]
    row["is_editable"] = head.status in EDITABLE
    row["needs_payment"] = head.status in UNPAID and float(row["total"]) > 0


def change_product(site: Site, call: Call, product_id: int, body: Body) -> Row:
    """Change a product's simple fields."""
    if product_id in site.variations.heads:
        raise refusal("variation as product")
    head = find(site.products, product_id, "product", 400)
    _change_ware(site, site.products, head, body)
    return rendering.ware(site, head, call, {})


def change_variation(site: Site, call: Call, variation_id: int, body: Body) -> Row:
    """Change a variation's simple fields; its product's time of change moves with it."""
    head = find(site.variations, variation_id, "variation", 400)
    if head.parent != call.ids[0]:
        raise refusal("variation", 400)
    _change_ware(site, site.variations, head, body)
    site.products.stamp(head.parent, "modified", site.instant())
    return rendering.variation(site, head, call, {})


def set_stock(row: Row, quantity: int | None) -> None:
    """Set the counted stock of a product or variation, and what follows from it."""
    row["stock_quantity"] = quantity
    if quantity is not None:
        sold_out = "outofstock" if row["backorders"] == "no" else "onbackorder"
        row["stock_status"] = "instock" if quantity > 0 else sold_out
    row["backorders_allowed"] = row["backorders"] != "no"
    row["backordered"] = row["stock_status"] == "onbackorder"


def _change_ware(site: Site, table: Table, head: Head, body: Body) -> None:
    if body.get("sku"):
        _claim_sku(site, head, str(body["sku"]))
    row = table.edit(head.id)
    for name in WARE_TEXTS:
        if name in body and name in row:
            row[name] = body[name]
    for name in ("regular_price", "sale_price"):
        if name in body:
            row[name] = _price_text(body[name])
    _reprice(row, body)
    _restock(row, body)
    if "sku" in body:
        row["sku"] = head.mark = str(body["sku"])
    if "name" in body and not head.parent:
        head.label = row["name"]
    head.status = row["status"]
    _merge_meta(row, body, head.id)
    table.stamp(head.id, "modified", site.instant())


def _claim_sku(site: Site, head: Head, sku: str) -> None:
    owners = (other.id for table in (site.products, site.variations) for other in table.heads.values() if other.mark == sku)
    for owner in owners:
        if owner != head.id:
            raise refusal("sku", resource_id=owner, unique_sku=f"{sku}-1")


def _price_text(given: Any) -> str:
    """What is no number becomes an empty price: it is lost, not refused."""
    text = str(given)
    return text if PRICE.fullmatch(text) else ""


def _reprice(row: Row, body: Body) -> None:
    if row.get("type") == "variable" or not {"regular_price", "sale_price"} & body.keys():
        if row.get("type") == "variable":
            row["regular_price"] = row["sale_price"] = ""
        return
    regular, sale = row["regular_price"], row["sale_price"]
    row["on_sale"] = bool(sale and regular and float(sale) < float(regular))
    row["price"] = sale if row["on_sale"] else regular
    row["purchasable"] = row["price"] != "" and row["status"] == "publish"


def _restock(row: Row, body: Body) -> None:
    """A quantity for stock that nobody counts is dropped without a word."""
    if "manage_stock" in body:
        row["manage_stock"] = body["manage_stock"]
    if row["manage_stock"] is False:
        row["stock_quantity"] = None
        row["stock_status"] = body.get("stock_status", row["stock_status"])
        return
    if body.get("stock_quantity") is not None:
        row["manage_stock"] = True
        set_stock(row, _whole(body["stock_quantity"]))
    elif body.get("inventory_delta") is not None:
        set_stock(row, (row["stock_quantity"] or 0) + _whole(body["inventory_delta"]))


def _whole(given: Any) -> int:
    match = re.match(r"\s*-?\d+", str(given))
    return int(match.group()) if match else 0


def _merge_meta(row: Row, body: Body, row_id: int) -> None:
    """An entry with a known key replaces it, one with the value null removes it."""
    for entry in body.get("meta_data") or ():
        old = [place for place, known in enumerate(row["meta_data"]) if known["key"] == entry.get("key") or known["id"] == entry.get("id")]
        if entry.get("value") is None:
            row["meta_data"] = [known for place, known in enumerate(row["meta_data"]) if place not in old]
        elif old:
            row["meta_data"][old[0]] |= {"value": entry["value"]}
        else:
            fresh = max((known["id"] for known in row["meta_data"]), default=row_id * 1000) + 1
            row["meta_data"].append({"id": fresh, "key": entry.get("key", ""), "value": entry["value"]})


def _check(body: Body, choices: Mapping[str, tuple[str, ...]]) -> None:
    """Refuse values of the wrong type, as the single routes do."""
    complaints = {}
    for name, value in body.items():
        wanted = TYPES.get(name)
        if wanted and not _fits(value, wanted[0]):
            complaints[name] = Complaint("rest_invalid_type", f"{name} is not of type {wanted[0]}.", {"param": name})
        elif name in choices and value not in choices[name]:
            listed = choices[name]
            complaints[name] = Complaint("rest_not_in_enum", f"{name} is not one of {', '.join(listed[:-1])}, and {listed[-1]}.")
    if complaints:
        raise bad_parameters(complaints)


def _fits(value: Any, wanted: str) -> bool:
    if wanted == "integer":
        return re.fullmatch(r"-?\d+(\.0+)?", str(value)) is not None and not isinstance(value, bool)
    if wanted == "boolean":
        return isinstance(value, bool) or str(value).lower() in {"true", "false", "0", "1"}
    return isinstance(value, {"string": str, "array": list, "object": dict}[wanted])
