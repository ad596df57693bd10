"""Fulfilments, a beta feature: which units were sent, with what free fields. Nobody checks whether the order has so many."""

from collections.abc import Iterable
from typing import Any

from adapters.woocommerce.sandbox.bodies import FULFILLMENT, check, text
from adapters.woocommerce.sandbox.calls import Answer, Call
from adapters.woocommerce.sandbox.errors import fulfillment_refused
from adapters.woocommerce.sandbox.order_parts import entry_of, fulfillments_of, kept, refunded_units, set_entry
from adapters.woocommerce.sandbox.reads import find
from adapters.woocommerce.sandbox.site import Site
from adapters.woocommerce.sandbox.table import Row

STATUSES = ("unfulfilled", "fulfilled")
SENT_AT = "_date_fulfilled"
OF_ORDER = "_fulfillment_status"


def list_fulfillments(site: Site, call: Call) -> Answer:
    """GET orders/{id}/fulfillments."""
    head = find(site.orders, call.ids[0], "order of notes")
    return Answer(fulfillments_of(site, head.id))


def get_fulfillment(site: Site, call: Call) -> Answer:
    """GET orders/{id}/fulfillments/{fid}."""
    return Answer(_found(site, call))


def create_fulfillment(site: Site, call: Call) -> Answer:
    """POST orders/{id}/fulfillments."""
    check(call.body, FULFILLMENT, ["meta_data"])
    head = find(site.orders, call.ids[0], "order of notes")
    _check_items(call.body["meta_data"])
    row: Row = {"id": next(site.serials), "entity_type": "WC_Order", "entity_id": str(head.id), "status": "unfulfilled"}
    row |= {"is_fulfilled": False, "date_updated": None, "date_deleted": None, "meta_data": []}
    _fill(site, row, call.body)
    kept(site, head.id).fulfillments.append(row)
    _follow(site, head.id)
    call.record("shipment.create", str(head.id), entry_of(row, "_tracking_number"))
    return Answer(row, 201)


def update_fulfillment(site: Site, call: Call) -> Answer:
    """PUT orders/{id}/fulfillments/{fid}: free fields that are not sent are dropped."""
    check(call.body, FULFILLMENT, ["meta_data"])
    _found(site, call)
    _check_items(call.body["meta_data"])
    kept(site, call.ids[0])
    row = _found(site, call)
    names = {entry.get("key") for entry in call.body["meta_data"] if isinstance(entry, dict)}
    row["meta_data"] = [entry for entry in row["meta_data"] if entry["key"] in names]
    _fill(site, row, call.body)
    _follow(site, call.ids[0])
    call.record("shipment.update", str(call.ids[0]), entry_of(row, "_tracking_number"))
    return Answer(row)


def delete_fulfillment(site: Site, call: Call) -> Answer:
    """DELETE orders/{id}/fulfillments/{fid}."""
    _found(site, call)
    kept(site, call.ids[0]).fulfillments.remove(_found(site, call))
    _follow(site, call.ids[0])
    return Answer({"message": "Fulfillment deleted successfully."})


def _found(site: Site, call: Call) -> Row:
    head = find(site.orders, call.ids[0], "order of notes")
    row = next((row for row in fulfillments_of(site, head.id) if row["id"] == call.ids[1]), None)
    if row is None:
        raise fulfillment_refused("Fulfillment not found.")
    return row


def _check_items(entries: Iterable[Any]) -> None:
    """Refuse what no parcel can hold; whether the order holds it is not asked."""
    items = next((entry.get("value") for entry in entries if isinstance(entry, dict) and entry.get("key") == "_items"), None)
    if not items:
        raise fulfillment_refused("The fulfillment should contain at least one item.")
    if not isinstance(items, list):
        raise fulfillment_refused("The fulfillment items should be an array.")
    for item in items:
        line, units = (item.get("item_id"), item.get("qty")) if isinstance(item, dict) else (None, None)
        if not (_counts(line) and (_counts(units) or (isinstance(units, float) and units > 0))):
            raise fulfillment_refused("Invalid item.")


def _counts(given: Any) -> bool:
    return isinstance(given, int) and not isinstance(given, bool) and given > 0


def _fill(site: Site, row: Row, body: Any) -> None:
    """Write what was sent; whether it is sent off follows from the status alone, and an unknown status becomes what it was."""
    now = (site.clock.gmt(site.instant()) or "").replace("T", " ")
    if body.get("status") is not None:
        wanted = text(body["status"])
        row["status"] = wanted if wanted in STATUSES else STATUSES[row["is_fulfilled"]]
    row["is_fulfilled"] = row["status"] == "fulfilled"
    for entry in body["meta_data"]:
        if isinstance(entry, dict) and entry.get("key"):
            set_entry(site, row, text(entry["key"]), entry.get("value"))
    if row["is_fulfilled"] and entry_of(row, SENT_AT) is None:
        set_entry(site, row, SENT_AT, now)
    row["date_updated"] = now


def _follow(site: Site, order_id: int) -> None:
    """Tell the order how far it is; its status stays, its time of change moves."""
    set_entry(site, site.orders.edit(order_id), OF_ORDER, _progress(site, order_id))
    site.orders.stamp(order_id, "modified", site.instant())


def _progress(site: Site, order_id: int) -> str | None:
    parcels = fulfillments_of(site, order_id)
    if not parcels:
        return None
    back = refunded_units(site, order_id)
    open_units = {line["id"]: line["quantity"] - back.get(line["id"], 0) for line in site.orders.row(order_id)["line_items"]}
    for item in (item for parcel in parcels for item in entry_of(parcel, "_items") or ()):
        open_units[item["item_id"]] = open_units.get(item["item_id"], 0) - item["qty"]
    sent = [parcel["is_fulfilled"] for parcel in parcels]
    if all(sent) and not any(units > 0 for units in open_units.values()):
        return "fulfilled"
    return "partially_fulfilled" if any(sent) else "unfulfilled"
