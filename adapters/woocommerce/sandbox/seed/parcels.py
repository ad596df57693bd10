"""What happened after an order was placed: its notes and its shipments."""

from adapters.woocommerce.sandbox.dates import SiteClock
from adapters.woocommerce.sandbox.table import Head, Row

SHIPPED = frozenset({"completed", "refunded"})
PARTLY = frozenset({"processing", "partially-shipped"})
NOTE_TEXTS = {
    "processing": "Order status changed from Pending payment to Processing.",
    "completed": "Order status changed from Processing to Completed.",
    "cancelled": "Unpaid order cancelled - time limit reached.",
    "refunded": "Order status set to refunded.",
}


def notes_of(head: Head, order: Row, clock: SiteClock) -> list[Row]:
    """Return an order's notes, the newest first."""
    texts = [("Payment received.", head.created + 60, False)] if order["date_paid"] else []
    if head.status in NOTE_TEXTS:
        texts.append((NOTE_TEXTS[head.status], head.modified, False))
    if head.status in SHIPPED:
        texts.append(("Your parcel is on its way.", head.modified, True))
    rows = [
        {
            "id": head.id * 10 + place,
            "author": "WooCommerce" if place % 2 == 0 else "Shop Keeper",
            "date_created": clock.local(instant),
            "date_created_gmt": clock.gmt(instant),
            "note": text,
            "customer_note": told,
        }
        for place, (text, instant, told) in enumerate(texts)
    ]
    return rows[::-1]


def fulfillments_of(head: Head, order: Row, clock: SiteClock) -> list[Row]:
    """Return an order's shipments: one or two parcels when all is sent, one sent and one packed when only a part is."""
    lines = [{"item_id": line["id"], "qty": line["quantity"]} for line in order["line_items"]]
    if not lines:
        return []
    if head.status in SHIPPED:
        parcels = [lines[:1], lines[1:]] if len(lines) > 1 and head.id % 3 == 0 else [lines]
        return [_parcel(head, place, items, clock, sent=True) for place, items in enumerate(parcels)]
    if head.status in PARTLY and len(lines) > 1:
        return [_parcel(head, place, items, clock, sent=place == 0) for place, items in enumerate((lines[:1], lines[1:]))]
    return []


def _parcel(head: Head, place: int, items: list[Row], clock: SiteClock, *, sent: bool) -> Row:
    parcel_id = head.id * 10 + place
    updated = (clock.gmt(head.modified) or "").replace("T", " ")
    entries: list[tuple[str, object]] = [("_items", items)]
    if sent:
        number = f"1Z{parcel_id:012d}"
        entries += [("_tracking_number", number), ("_shipping_provider", "ups"), ("_tracking_url", f"https://parcels.example.com/{number}")]
        entries.append(("_date_fulfilled", updated))
    return {
        "id": parcel_id,
        "entity_type": "WC_Order",
        "entity_id": str(head.id),
        "status": "fulfilled" if sent else "unfulfilled",
        "is_fulfilled": sent,
        "date_updated": updated,
        "date_deleted": None,
        "meta_data": [{"id": parcel_id * 10 + turn, "key": key, "value": value} for turn, (key, value) in enumerate(entries)],
    }
