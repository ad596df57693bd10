"""Products and variations are made, changed and deleted: what must be unique, what is recorded, and what moves in time with it."""

import copy
from typing import Any

from adapters.woocommerce.sandbox import rendering
from adapters.woocommerce.sandbox.bodies import PRODUCT, VARIATION, Body, check, sent, text, whole
from adapters.woocommerce.sandbox.calls import Answer, Call
from adapters.woocommerce.sandbox.errors import refusal
from adapters.woocommerce.sandbox.reads import find
from adapters.woocommerce.sandbox.seed.catalogue import slug_of
from adapters.woocommerce.sandbox.site import Site
from adapters.woocommerce.sandbox.stock import settle_product, touch_ware
from adapters.woocommerce.sandbox.table import Head, Row, Table
from adapters.woocommerce.sandbox.ware_fields import PRICES, STOCKS, blank_product, blank_variation, fill

KINDS = ("simple", "grouped", "external", "variable")
# Sent along with a price or a quantity, these make no other change of it.
BESIDE = frozenset({"meta_data", "manage_stock", "stock_status"})


def create_product(site: Site, call: Call) -> Answer:
    """POST products."""
    check(call.body, PRODUCT)
    row = make_product(site, call, call.body)
    return Answer(row, 201, {"Location": call.link(f"products/{row['id']}")})


def put_product(site: Site, call: Call) -> Answer:
    """PUT products/{id}."""
    check(call.body, PRODUCT)
    return Answer(change_product(site, call, call.ids[0], call.body))


def delete_product(site: Site, call: Call) -> Answer:
    """DELETE products/{id}: into the trash, or for good with `force`."""
    return Answer(drop_product(site, call, call.ids[0], force=call.forced))


def create_variation(site: Site, call: Call) -> Answer:
    """POST products/{id}/variations."""
    check(call.body, VARIATION)
    row = make_variation(site, call, call.body)
    return Answer(row, 201, {"Location": call.link(f"products/{call.ids[0]}/variations/{row['id']}")})


def put_variation(site: Site, call: Call) -> Answer:
    """PUT products/{id}/variations/{vid}."""
    check(call.body, VARIATION)
    return Answer(change_variation(site, call, call.ids[1], call.body))


def delete_variation(site: Site, call: Call) -> Answer:
    """DELETE products/{id}/variations/{vid}."""
    return Answer(drop_variation(site, call, call.ids[1], force=call.forced))


def make_product(site: Site, call: Call, body: Body) -> Row:
    """Make a product; an unknown type becomes a simple one."""
    if body.get("id"):
        raise refusal("product exists")
    _claim(site, 0, body)
    kind = body.get("type") if body.get("type") in KINDS else "simple"
    row = blank_product(site.next_id(), str(kind))
    fill(site, row, {**body, "name": text(body.get("name")) or "Product"})
    row["slug"] = _free_slug(site, text(body.get("slug")) or row["name"])
    head = _added(site, site.products, row, body, 0)
    call.record("product.create", str(head.id), sent(body))
    return rendering.ware(site, head, call, {})


def change_product(site: Site, call: Call, product_id: int, body: Body) -> Row:
    """Change a product."""
    head = _product(site, product_id, 400)
    _change(site, site.products, head, body)
    _record(site, call, "product", site.products.row(product_id), body)
    return rendering.ware(site, head, call, {})


def drop_product(site: Site, call: Call, product_id: int, *, force: bool) -> Row:
    """Delete a product, for good with its variations, and return it as it was."""
    head = _product(site, product_id)
    row = rendering.ware(site, head, call, {})
    _drop(site, site.products, head, force=force)
    call.record("product.delete", str(product_id), None)
    return row


def make_variation(site: Site, call: Call, body: Body) -> Row:
    """Add a variation to the product the call is about."""
    parent = find(site.products, call.ids[0], "product")
    if body.get("id"):
        raise refusal("variation exists")
    _claim(site, 0, body)
    row = blank_variation(site.next_id(), site.products.row(parent.id))
    fill(site, row, body)
    head = _added(site, site.variations, row, body, parent.id)
    product = site.products.edit(parent.id)
    product["variations"] = [*product["variations"], head.id] if product["type"] == "variable" else product["variations"]
    touch_ware(site, site.variations, head.id)
    call.record("variant.create", str(head.id), sent(body))
    return rendering.variation(site, head, call, {})


def change_variation(site: Site, call: Call, variation_id: int, body: Body) -> Row:
    """Change a variation; its product's time of change moves with it."""
    head = _variation(site, call, variation_id, 400)
    _change(site, site.variations, head, body)
    _record(site, call, "variant", site.variations.row(variation_id), body)
    return rendering.variation(site, head, call, {})


def drop_variation(site: Site, call: Call, variation_id: int, *, force: bool) -> Row:
    """Delete a variation and return it as it was."""
    head = _variation(site, call, variation_id)
    row = rendering.variation(site, head, call, {})
    _drop(site, site.variations, head, force=force)
    call.record("variant.delete", str(variation_id), None)
    return row


def _product(site: Site, product_id: int, status: int = 0) -> Head:
    if product_id in site.variations.heads:
        raise refusal("variation as product")
    return find(site.products, product_id, "product", status)


def _variation(site: Site, call: Call, variation_id: int, status: int = 0) -> Head:
    head = find(site.variations, variation_id, "variation", status)
    if head.parent != call.ids[0]:
        raise refusal("variation", status)
    return head


def _change(site: Site, table: Table, head: Head, body: Body) -> None:
    """Change a row in a copy, so that what is refused half way leaves nothing behind."""
    _claim(site, head.id, body)
    row = copy.deepcopy(table.row(head.id))
    if not head.parent and body.get("type") in KINDS:
        row["type"] = head.type = str(body["type"])
    fill(site, row, body)
    if not head.parent and body.get("slug"):
        row["slug"] = slug_of(text(body["slug"]))
    table.put(head.id, row)
    _mirror(site, head, row, body)
    touch_ware(site, table, head.id)


def _added(site: Site, table: Table, row: Row, body: Body, parent: int) -> Head:
    now = site.instant()
    head = Head(row["id"], now, now, parent=parent, type=row["type"])
    _mirror(site, head, row, body)
    table.add(head, row)
    return head


def _mirror(site: Site, head: Head, row: Row, body: Body) -> None:
    """Repeat in the head what lists look for."""
    if "sku" in body:
        row["sku"] = text(body["sku"])
    head.mark, head.status = row["sku"], row["status"]
    head.label = f"{site.products.row(head.parent)['name']} - {row['name']}" if head.parent else row["name"]


def _drop(site: Site, table: Table, head: Head, *, force: bool) -> None:
    if force:
        site.forget(table, head.id)
        if head.parent:
            settle_product(site, head.parent)
            site.products.stamp(head.parent, "modified", site.instant())
        return
    if head.status == "trash":
        raise refusal("trashed")
    head.status = table.edit(head.id)["status"] = "trash"
    touch_ware(site, table, head.id)


def _claim(site: Site, own_id: int, body: Body) -> None:
    """Refuse a SKU or bar code that another ware has; what lies in the trash has none."""
    for name, error in (("sku", "sku"), ("global_unique_id", "barcode")):
        wanted = text(body.get(name))
        owner = _owner(site, name, wanted) if wanted else None
        if owner and owner != own_id:
            unique: dict[str, Any] = {"unique_sku": f"{wanted}-1"} if name == "sku" else {}
            raise refusal(error, 400, resource_id=owner, **unique)


def _owner(site: Site, name: str, wanted: str) -> int | None:
    tables = (site.products, site.variations)
    heads = ((table, head) for table in tables for head in table.heads.values() if head.status != "trash")
    if name == "sku":
        return next((head.id for _, head in heads if head.mark == wanted), None)
    return next((head.id for table, head in heads if table.row(head.id)[name] == wanted), None)


def _free_slug(site: Site, name: str) -> str:
    wanted, taken = slug_of(name), {site.products.row(product_id)["slug"] for product_id in site.products.heads}
    turns = (f"{wanted}-{turn}" for turn in range(2, len(taken) + 3))
    return wanted if wanted not in taken else next(slug for slug in turns if slug not in taken)


def _record(site: Site, call: Call, kind: str, row: Row, body: Body) -> None:
    """Record a change by what was sent: only prices and quantities, or anything else with them."""
    named = frozenset(sent(body))
    own_id, prices, stocks = str(row["id"]), named & {*PRICES}, named & {*STOCKS}
    if named - prices - stocks - BESIDE or not (prices or stocks):
        call.record(f"{kind}.update", own_id, sent(body))
        return
    if prices and row["type"] != "variable":
        call.record("price.set", own_id, row["price"])
    if stocks and site.settings.manage_stock and row["manage_stock"] is True:
        call.record(*_stock_effect(row, body, own_id))


def _stock_effect(row: Row, body: Body, own_id: str) -> tuple[str, str, Any]:
    if body.get("stock_quantity") is not None:
        return "stock.set", own_id, row["stock_quantity"]
    return "stock.adjust", own_id, whole(body.get("inventory_delta"))
