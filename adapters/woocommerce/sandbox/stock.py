"""Stock: what follows from a quantity, who holds it for whom, and how it moves with the status of orders."""

from collections.abc import Iterable
from decimal import Decimal

from adapters.woocommerce.sandbox.order_parts import add_note, kept, set_entry
from adapters.woocommerce.sandbox.site import Site
from adapters.woocommerce.sandbox.table import Row, Table

REDUCED = "_reduced_stock"


def set_stock(row: Row, quantity: int | None) -> None:
    """Set the counted stock of a product or variation, and what follows from it."""
    row["stock_quantity"] = quantity
    if quantity is not None:
        sold_out = "outofstock" if row["backorders"] == "no" else "onbackorder"
        row["stock_status"] = "instock" if quantity > 0 else sold_out
    row["backorders_allowed"] = row["backorders"] != "no"
    row["backordered"] = row["stock_status"] == "onbackorder"


def touch_ware(site: Site, table: Table, ware_id: int) -> None:
    """Move a ware's time of change, and its product's with a variation's; what one of them takes from the other follows."""
    now = site.instant()
    table.stamp(ware_id, "modified", now)
    if table is site.products:
        _share_stock(site, ware_id)
        settle_product(site, ware_id)
        return
    parent_id = table.heads[ware_id].parent
    if parent_id in site.products.heads:
        settle_product(site, parent_id)
        site.products.stamp(parent_id, "modified", now)


def settle_product(site: Site, product_id: int) -> None:
    """Derive what a variable product shows of its variations: the lowest price and, unless it counts its own, whether there is stock."""
    if site.products.row(product_id)["type"] != "variable":
        return
    product = site.products.edit(product_id)
    children = [site.variations.row(child) for child in site.variations.children.get(product_id, ())]
    sold = [child for child in children if child["status"] == "publish"]
    prices = [child["price"] for child in sold if child["price"] != ""]
    product["regular_price"] = product["sale_price"] = ""
    product["price"] = min(prices, key=Decimal, default="")
    product["on_sale"] = any(child["on_sale"] for child in sold)
    product["purchasable"] = product["price"] != "" and product["status"] == "publish"
    if product["manage_stock"] is False and children:
        statuses = {child["stock_status"] for child in sold}
        product["stock_status"] = next((word for word in ("instock", "onbackorder") if word in statuses), "outofstock")


def take_stock(site: Site, order_id: int) -> None:
    """Take what an order's lines need, each line once; stock may fall below zero."""
    parts = kept(site, order_id)
    if parts.reduced or not site.settings.manage_stock:
        return
    notes = []
    for line in site.orders.edit(order_id)["line_items"]:
        holder = None if parts.taken.get(line["id"]) else _holder(site, line)
        if holder is None:
            continue
        notes.append(f"{line['name']} {_moved(site, *holder, -line['quantity'])}")
        parts.taken[line["id"]] = line["quantity"]
        _mark(site, line, line["quantity"])
    parts.reduced = True
    _tell(site, order_id, "Stock levels reduced:", notes)


def return_stock(site: Site, order_id: int) -> None:
    """Give back what an order took, once."""
    parts = kept(site, order_id)
    if not parts.reduced or not site.settings.manage_stock:
        return
    notes = _given_back(site, order_id, dict(parts.taken))
    parts.taken.clear()
    parts.reduced = False
    _tell(site, order_id, "Stock levels increased:", notes)


def restock(site: Site, order_id: int, units: dict[int, int]) -> None:
    """Give back so many units of lines that were refunded; a line that took nothing gives nothing back."""
    parts = kept(site, order_id)
    wanted = {line_id: count for line_id, count in units.items() if count and parts.taken.get(line_id)}
    for note in _given_back(site, order_id, wanted):
        add_note(site, order_id, f"Stock increased: {note}.")
    for line_id, count in wanted.items():
        parts.taken[line_id] -= count


def _given_back(site: Site, order_id: int, units: dict[int, int]) -> list[str]:
    notes = []
    for line in site.orders.edit(order_id)["line_items"]:
        holder = _holder(site, line) if units.get(line["id"]) else None
        if holder is None:
            continue
        notes.append(f"{line['name']} {_moved(site, *holder, units[line['id']])}")
        left = kept(site, order_id).taken.get(line["id"], 0) - units[line["id"]]
        _mark(site, line, left or None)
    return notes


def _holder(site: Site, line: Row) -> tuple[Table, int] | None:
    """Return who counts the stock of an order line: the variation, the product for it, or nobody."""
    for table, ware_id in ((site.variations, line["variation_id"]), (site.products, line["product_id"])):
        if ware_id not in table.heads:
            continue
        counted = table.row(ware_id)["manage_stock"]
        if counted is True:
            return table, ware_id
        if counted is False:
            return None
    return None


def _moved(site: Site, table: Table, ware_id: int, units: int) -> str:
    row = table.edit(ware_id)
    before = row["stock_quantity"] or 0
    set_stock(row, before + units)
    touch_ware(site, table, ware_id)
    return f"{before}→{before + units}"


def _mark(site: Site, line: Row, units: int | None) -> None:
    shown = None if units is None else str(units)
    set_entry(site, line, REDUCED, shown, display_key=REDUCED, display_value=shown)


def _tell(site: Site, order_id: int, said: str, notes: Iterable[str]) -> None:
    listed = ", ".join(notes)
    if listed:
        add_note(site, order_id, f"{said} {listed}")


def _share_stock(site: Site, product_id: int) -> None:
    """Show a product's stock at the variations that have none of their own."""
    children = site.variations.children.get(product_id, ())
    sharing = [child for child in children if site.variations.row(child)["manage_stock"] == "parent"]
    if sharing:
        product = site.products.row(product_id)
        for child in sharing:
            row = site.variations.edit(child)
            row["stock_quantity"], row["stock_status"] = product["stock_quantity"], product["stock_status"]
