"""Shipments in canonical words, and the record of those that the platform itself has no place for. Pure.

A record is kept in an order's free fields: {"id", "write", "items": [{"item_id", "qty"}], "number", "company", "url", "at", "tracking"}.
`id` counts within the order, `write` is the id of the write that made it, `tracking` the entry of the Shipment Tracking plugin, where the
shop has that: the plugin knows numbers and no lines.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from adapters.woocommerce.mapping import parent_fields, part_key
from adapters.woocommerce.values import Json, Seen, identity, metadata, moment, rows, text, whole
from schema.shipments import Shipment, ShipmentLine, ShipmentStatus, Tracking

RECORDS = "_cartograph_shipments"
RECORD, TRACKING = "r", "t"  # what the second half of a key id begins with; a fulfilment's is its bare number


def records(order: Json) -> list[Json]:
    """Return what is recorded in an order."""
    return [each for each in rows(metadata(order).get(RECORDS)) if identity(each.get("id")) is not None]


def own_key(record: Json) -> str:
    """Return the second half of the key id of a recorded shipment."""
    tracking = text(record.get("tracking"))
    return f"{TRACKING}{tracking}" if tracking else f"{RECORD}{record['id']}"


def units(items: object) -> dict[int, int]:
    """Return the units of each line that a fulfilment or a record holds."""
    found: dict[int, int] = {}
    for each in rows(items):
        line = identity(each.get("item_id"))
        if line is not None:
            found[line] = found.get(line, 0) + (whole(each.get("qty")) or 0)
    return found


def recorded(record: Json, parent: Json, seen: Seen) -> Shipment | None:
    """Map a recorded shipment of an order."""
    tracking = Tracking(company=text(record.get("company")), number=text(record.get("number")), url=text(record.get("url")))
    return _shipment(own_key(record), record, parent, seen, tracking)


def tracked(row: Json, record: Json | None, parent: Json, seen: Seen) -> Shipment | None:
    """Map an entry of the Shipment Tracking plugin; of what it holds only our own record knows."""
    own = text(row.get("tracking_id"))
    if own is None:
        return None
    company = text(row.get("tracking_provider")) or text(row.get("custom_tracking_provider"))
    tracking = Tracking(company=company, number=text(row.get("tracking_number")), url=text(row.get("tracking_link")))
    return _shipment(f"{TRACKING}{own}", record or {"at": row.get("date_shipped")}, parent, seen, tracking)


def by_tracking(found: Iterable[Json]) -> Mapping[str, Json]:
    """Return records by the plugin's entry each belongs to."""
    return {own: record for record in found if (own := text(record.get("tracking")))}


def _shipment(own: str, record: Json, parent: Json, seen: Seen, tracking: Tracking) -> Shipment | None:
    order_id = identity(parent.get("id"))
    if order_id is None:
        return None
    skus = {identity(each.get("id")): text(each.get("sku")) for each in rows(parent.get("line_items"))}
    made = moment(record.get("at"))
    ids: dict[str, Any] = {**seen.ids(part_key(order_id, own), identity(record.get("id")) or 0), "platform_id": own[1:]}
    return Shipment(
        **ids,
        **parent_fields(parent, order_id),
        location_key_id=None,
        name=None,
        status=ShipmentStatus.SHIPPED,
        platform_status=None,
        created_at=made,
        updated_at=made,
        delivered_at=None,
        tracking=[tracking] if tracking.company or tracking.number or tracking.url else [],
        lines=[
            ShipmentLine(order_line_id=str(line), sku=skus.get(line), quantity=count) for line, count in units(record.get("items")).items()
        ],
    )
