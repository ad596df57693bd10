"""Rows as they leave the store: times in both clocks, and the links that depend on the address it was called by."""

from collections.abc import Mapping
from typing import Any

from adapters.woocommerce.sandbox.calls import Call
from adapters.woocommerce.sandbox.dates import SiteClock
from adapters.woocommerce.sandbox.fields import in_decimals, without_meta
from adapters.woocommerce.sandbox.seed.catalogue import as_product
from adapters.woocommerce.sandbox.site import Site
from adapters.woocommerce.sandbox.table import Head, Row

EDITABLE = ["GET", "POST", "PUT", "PATCH", "DELETE"]
FIXED = ["GET", "DELETE"]
Values = Mapping[str, Any]


def order(site: Site, head: Head, call: Call, values: Values) -> Row:
    """Show an order."""
    row = dict(site.orders.row(head.id))
    row |= _stamps(site.clock, created=head.created, modified=head.modified, paid=row["date_paid"], completed=row["date_completed"])
    row["payment_url"] = f"{call.home}/checkout/order-pay/{head.id}/?pay_for_order=true&key={row['order_key']}"
    row["_links"] = _links(call, "orders", head.id)
    if head.owner:
        row["_links"]["customer"] = [{"href": call.link(f"customers/{head.owner}")}]
    return in_decimals(without_meta(row, values), values.get("dp"))  # type: ignore[no-any-return]


def refund(site: Site, head: Head, call: Call, values: Values) -> Row:
    """Show a refund; only the list of all refunds tells its order."""
    row = dict(site.refunds.row(head.id))
    row |= _stamps(site.clock, created=head.created)
    row["_links"] = _links(call, f"orders/{head.parent}/refunds", head.id, f"orders/{head.parent}", FIXED)
    if call.path != "refunds":
        del row["parent_id"]
    return in_decimals(without_meta(row, values), values.get("dp"))  # type: ignore[no-any-return]


def ware(site: Site, head: Head, call: Call, values: Values) -> Row:
    """Show a product, or a variation among products."""
    if not head.parent:
        row = dict(site.products.row(head.id))
        slug, links = row["slug"], _links(call, "products", head.id)
    else:
        row = as_product(site.variations.row(head.id), head.label)
        slug, links = row["slug"], _links(call, f"products/{head.parent}/variations", head.id, f"products/{head.parent}")
    row |= {"status": head.status, "permalink": f"{call.home}/product/{slug}/", "_links": links}
    row |= _stamps(site.clock, created=head.created, modified=head.modified)
    return without_meta(row, values)


def variation(site: Site, head: Head, call: Call, values: Values) -> Row:
    """Show a variation in its own shape."""
    row = dict(site.variations.row(head.id))
    slug = site.products.row(head.parent)["slug"]
    query = "&".join(f"attribute_{one['slug']}={one['option'].lower()}" for one in row["attributes"])
    row |= {"status": head.status, "permalink": f"{call.home}/product/{slug}/?{query}"}
    row |= _stamps(site.clock, created=head.created, modified=head.modified)
    row["_links"] = _links(call, f"products/{head.parent}/variations", head.id, f"products/{head.parent}")
    return without_meta(row, values)


def customer(site: Site, head: Head, call: Call, values: Values) -> Row:
    """Show a customer."""
    row = dict(site.customers.row(head.id))
    row |= _stamps(site.clock, created=head.created, modified=head.modified)
    row["_links"] = _links(call, "customers", head.id)
    return row


def note(call: Call, row: Row) -> Row:
    """Show a note of the order the call is about."""
    order = f"orders/{call.ids[0]}"
    return {**row, "_links": _links(call, f"{order}/notes", row["id"], order, FIXED)}


def _stamps(clock: SiteClock, **instants: int | None) -> Row:
    shown: Row = {}
    for word, instant in instants.items():
        shown[f"date_{word}"], shown[f"date_{word}_gmt"] = clock.local(instant), clock.gmt(instant)
    return shown


def _links(call: Call, collection: str, row_id: int, parent: str = "", allowed: list[str] = EDITABLE) -> Row:
    own = {"href": call.link(f"{collection}/{row_id}"), "targetHints": {"allow": allowed}}
    links: Row = {"self": [own], "collection": [{"href": call.link(collection)}]}
    return {**links, "up": [{"href": call.link(parent)}]} if parent else links
