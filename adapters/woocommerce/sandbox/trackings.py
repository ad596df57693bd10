"""The Shipment Tracking plugin: numbers of parcels in a free field of the order. There is no changing one, only another and its end."""

import hashlib
from datetime import UTC, date, datetime, time
from typing import Any
from urllib.parse import quote

from adapters.woocommerce.sandbox.bodies import TRACKING, check, text
from adapters.woocommerce.sandbox.calls import Answer, Call
from adapters.woocommerce.sandbox.errors import refusal
from adapters.woocommerce.sandbox.order_parts import entry_of, kept, set_entry
from adapters.woocommerce.sandbox.reads import find
from adapters.woocommerce.sandbox.site import Site
from adapters.woocommerce.sandbox.table import Row

FIELD = "_wc_shipment_tracking_items"
PROVIDERS = {"dhl us": "https://dhl.example.com/", "fedex": "https://fedex.example.com/", "ups": "https://ups.example.com/"}
PROVIDERS |= {"usps": "https://usps.example.com/"}


def list_trackings(site: Site, call: Call) -> Answer:
    """GET orders/{id}/shipment-trackings."""
    return Answer([_shown(item) for item in _items(site, call)])


def get_tracking(site: Site, call: Call) -> Answer:
    """GET orders/{id}/shipment-trackings/{tracking_id}."""
    return Answer(_shown(_found(site, call)))


def create_tracking(site: Site, call: Call) -> Answer:
    """POST orders/{id}/shipment-trackings. The order's status stays."""
    check(call.body, TRACKING, ["tracking_number"])
    items = _items(site, call)
    names = ("tracking_provider", "custom_tracking_provider", "custom_tracking_link", "tracking_number")
    item: Row = {name: text(call.body.get(name)) for name in names}
    item["date_shipped"] = str(_shipped(site, call.body.get("date_shipped")))
    item["tracking_id"] = hashlib.sha256(f"{next(site.serials)} {item}".encode()).hexdigest()[:32]
    _keep(site, call.ids[0], [*items, item])
    call.record("shipment.create", str(call.ids[0]), item["tracking_number"])
    return Answer(_shown(item), 201)


def delete_tracking(site: Site, call: Call) -> Answer:
    """DELETE orders/{id}/shipment-trackings/{tracking_id}."""
    item = _found(site, call)
    _keep(site, call.ids[0], [one for one in _items(site, call) if one["tracking_id"] != item["tracking_id"]])
    return Answer(_shown(item))


def _items(site: Site, call: Call) -> list[Row]:
    head = find(site.orders, call.ids[0], "order of notes")
    return list(entry_of(site.orders.row(head.id), FIELD) or ())


def _found(site: Site, call: Call) -> Row:
    wanted = call.path.rpartition("/")[2]
    item = next((item for item in _items(site, call) if item["tracking_id"] == wanted), None)
    if item is None:
        raise refusal("tracking")
    return item


def _keep(site: Site, order_id: int, items: list[Row]) -> None:
    kept(site, order_id)
    set_entry(site, site.orders.edit(order_id), FIELD, items or None)
    site.orders.stamp(order_id, "modified", site.instant())


def _shipped(site: Site, given: Any) -> int:
    """Return the instant a day began; what is no day is today."""
    try:
        day = date.fromisoformat(text(given))
    except ValueError:
        day = site.now().astimezone(site.clock.zone).date()
    return int(datetime.combine(day, time(), UTC).timestamp())


def _shown(item: Row) -> Row:
    known = PROVIDERS.get(item["tracking_provider"].lower())
    link = f"{known}{quote(item['tracking_number'])}" if known else ""
    return {
        "tracking_id": item["tracking_id"],
        "tracking_provider": item["custom_tracking_provider"] or item["tracking_provider"],
        "tracking_link": item["custom_tracking_link"] or link,
        "tracking_number": item["tracking_number"],
        "date_shipped": datetime.fromtimestamp(int(item["date_shipped"]), UTC).date().isoformat(),
    }
