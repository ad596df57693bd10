"""What hangs below an order: its notes, its fulfilments, and the stock its lines took.

An order nobody wrote to shows what its seed makes of its present status. The first write keeps all of it as it stands, so that a change
of status does not rewrite the past.
"""

from typing import Any

from adapters.woocommerce.sandbox.seed import parcels
from adapters.woocommerce.sandbox.seed.orders import PAID
from adapters.woocommerce.sandbox.site import Kept, Site
from adapters.woocommerce.sandbox.table import Row

TAKEN = PAID | {"on-hold"}
REFUNDED_LINE = "_refunded_item_id"


def notes_of(site: Site, order_id: int) -> list[Row]:
    """Return an order's notes, the newest first."""
    if order_id in site.kept:
        return site.kept[order_id].notes
    return parcels.notes_of(site.orders.heads[order_id], site.orders.row(order_id), site.clock)


def fulfillments_of(site: Site, order_id: int) -> list[Row]:
    """Return an order's fulfilments, the oldest first."""
    if order_id in site.kept:
        return site.kept[order_id].fulfillments
    return parcels.fulfillments_of(site.orders.heads[order_id], site.orders.row(order_id), site.clock)


def kept(site: Site, order_id: int) -> Kept:
    """Return what hangs below an order for changing: from now on it is kept as it is left."""
    if order_id not in site.kept:
        reduced = site.orders.heads[order_id].status in TAKEN
        taken = _taken(site, order_id) if reduced else {}
        site.kept[order_id] = Kept(notes_of(site, order_id), fulfillments_of(site, order_id), taken, reduced)
    return site.kept[order_id]


def refunded_units(site: Site, order_id: int) -> dict[int, int]:
    """Return how many units of each line were refunded."""
    units: dict[int, int] = {}
    for refund in site.refunds_of(order_id):
        for line in site.refunds.row(refund.id)["line_items"]:
            origin = int(entry_of(line, REFUNDED_LINE) or 0)
            units[origin] = units.get(origin, 0) - line["quantity"]
    return units


def add_note(site: Site, order_id: int, text: str, author: str = "WooCommerce", *, told: bool = False) -> Row:
    """Add a note, which leaves the order's time of change alone; `told` ones go to the customer."""
    now = site.instant()
    note = {
        "id": next(site.serials),
        "author": author,
        "date_created": site.clock.local(now),
        "date_created_gmt": site.clock.gmt(now),
        "note": text,
        "customer_note": told,
    }
    kept(site, order_id).notes.insert(0, note)
    return note


def entry_of(row: Row, key: str) -> Any:
    """Return the value of a free field, None when there is none of that key."""
    return next((entry["value"] for entry in row["meta_data"] if entry["key"] == key), None)


def set_entry(site: Site, row: Row, key: str, value: Any, **more: Any) -> None:
    """Set a free field; None removes it."""
    others = [entry for entry in row["meta_data"] if entry["key"] != key]
    old = next((entry for entry in row["meta_data"] if entry["key"] == key), None)
    if value is None:
        row["meta_data"] = others
    elif old:
        old |= {"value": value, **more}
    else:
        row["meta_data"] = [*others, {"id": next(site.serials), "key": key, "value": value, **more}]


def merge_entries(site: Site, row: Row, entries: Any) -> None:
    """Merge free fields as sent: a known id or key replaces its entry, the value null removes it."""
    for entry in entries if isinstance(entries, list) else ():
        if not isinstance(entry, dict):
            continue
        known = next((one for one in row["meta_data"] if entry.get("id") and one["id"] == entry["id"]), None)
        key = entry.get("key") or (known["key"] if known else "")
        if known and entry.get("value") is not None:
            known |= {"key": key, "value": entry["value"]}
        else:
            set_entry(site, row, key, entry.get("value"))


def _taken(site: Site, order_id: int) -> dict[int, int]:
    back = refunded_units(site, order_id)
    return {
        line["id"]: left for line in site.orders.row(order_id)["line_items"] if (left := line["quantity"] - back.get(line["id"], 0)) > 0
    }
