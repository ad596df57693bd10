"""Setting items up and maintaining them by feed: what the seller orders by (`Orderable`) and what the shopper sees (`Visible`)."""

import re
from datetime import datetime
from typing import Any

from adapters.walmart.sandbox.feed import Trouble
from adapters.walmart.sandbox.feed_rows import LOCKED, Round, RowError, check_trouble, invalid_row
from adapters.walmart.sandbox.seed.catalogue import Item
from adapters.walmart.sandbox.seed.money import cents_of
from adapters.walmart.sandbox.sent import Sent

Fields = dict[str, Any]
TAKEN = "ERR_EXT_DATA_0101119"  # the product id belongs to other details
ID_TYPES = {"GTIN": 14, "UPC": 12, "EAN": 13, "ISBN": 13}
LONGEST_SKU = 50
# Of what a shopper sees, what must be there to set an item up.
NEEDED = ("productName", "brand", "shortDescription", "mainImageUrl")


def set_up(around: Round, row: Sent) -> None:
    """Set an item up, or replace what was set up under its SKU. It is on the site a while later."""
    order, kind, seen = _parts(row)
    sku, code = order.text("sku", most=LONGEST_SKU), _code(order.part("productIdentifiers"))
    if cents_of(order.value.get("price")) is None:
        raise order.wrong("price")
    for name in NEEDED:
        (order if order.has(name) else seen).text(name, most=4_000)
    item = around.seller.items.get(sku)
    if item is not None and not item.gone:
        check_trouble(item)
        if item.gtin != code:
            raise RowError(Trouble(LOCKED, f"SKU {sku} is bound to another product id"))
        _maintain(around, item, order, kind, seen)
        return
    if any(each.gtin == code for each in around.seller.listed()):
        raise RowError(Trouble(TAKEN, f"The product id of {sku} exists with other details"))
    _create(around, item or Item(len(around.seller.items), sku, "", kind, 0), code, order, kind, seen)


def maintain(around: Round, row: Sent) -> None:
    """Change the fields that were sent of an item, and leave the others alone."""
    order, kind, seen = _parts(row, complete=False)
    _maintain(around, around.item(order.text("sku", most=LONGEST_SKU)), order, kind, seen)


def _create(around: Round, item: Item, code: str, order: Sent, kind: str, seen: Sent) -> None:
    seller, operation = around.seller, around.feed.operation
    fields = _apply(around, item, order, kind, seen)
    if item.sku not in seller.items:
        item.former = []
    item.barcode, item.gone, item.published, item.lifecycle = code, False, "IN_PROGRESS", "ACTIVE"
    if item.group and not any(each.group == item.group for each in seller.listed() if each is not item):
        seller.record("product.create", item.group, fields, operation)
    seller.items[item.sku] = item
    seller.record("variant.create" if item.group else "product.create", item.sku, fields, operation)

    def publish() -> None:
        item.published = "PUBLISHED" if item.published == "IN_PROGRESS" else item.published

    seller.jobs.add(seller.settings.job_seconds, publish)


def _maintain(around: Round, item: Item, order: Sent, kind: str, seen: Sent) -> None:
    fields = _apply(around, item, order, kind, seen)
    around.seller.record("variant.update" if item.group else "product.update", item.sku, fields, around.feed.operation)


def _apply(around: Round, item: Item, order: Sent, kind: str, seen: Sent) -> Fields:
    """Check the fields that were sent, then change the item, and return them. What no read shows is only remembered."""
    fields = {**order.value, **seen.value} | ({"productType": kind} if kind else {})
    name, price = fields.get("productName", item.name), item.price if not order.has("price") else cents_of(order.value["price"])
    if not isinstance(name, str) or not name.strip() or not price or price < 0:
        raise invalid_row("productName or price is not valid")
    ends = _instant(order) if order.has("endDate") else None
    group, attributes, primary = _grouping(item, seen)
    now = int(around.seller.jobs.now())
    item.name, item.type, item.group, item.attributes, item.primary = name, kind or item.type, group, attributes, primary
    if price != item.price:
        item.reprice(price, now)
    if ends is not None:
        item.lifecycle, item.published = ("ACTIVE", "PUBLISHED") if ends > now else ("RETIRED", "UNPUBLISHED")
    return fields


def _grouping(item: Item, seen: Sent) -> tuple[str, tuple[tuple[str, str], ...], bool]:
    if not seen.has("variantGroupId"):
        return item.group, item.attributes, item.primary
    names = seen.value.get("variantAttributeNames")
    if not isinstance(names, list) or not names or not all(isinstance(name, str) and seen.has(name) for name in names):
        raise invalid_row("variantAttributeNames must name attributes that are sent")
    values = (seen.value[name] for name in names)
    shown = tuple((name, str(value[0] if isinstance(value, list) and value else value)) for name, value in zip(names, values, strict=True))
    return seen.text("variantGroupId"), shown, seen.value.get("isPrimaryVariant") == "Yes"


def _parts(row: Sent, *, complete: bool = True) -> tuple[Sent, str, Sent]:
    """Return both parts of a row and the product type the second is for; maintenance may leave the second out."""
    order = row.part("Orderable")
    if not complete and not row.has("Visible"):
        return order, "", Sent({}, "GMP_RECEIVER_API")
    visible = row.part("Visible")
    kind = next(iter(visible.value), "")
    if len(visible.value) != 1 or not kind:
        raise invalid_row("Visible must have one product type")
    return order, kind, visible.part(kind)


def _code(ids: Sent) -> str:
    """Return a product id as fourteen digits."""
    kind, code = ids.text("productIdType", known=tuple(ID_TYPES)), ids.text("productId")
    if not re.fullmatch(rf"[0-9]{{{ID_TYPES[kind]}}}", code):
        raise ids.wrong("productId")
    return code.rjust(14, "0")


def _instant(order: Sent) -> float:
    try:
        return datetime.fromisoformat(order.text("endDate")).timestamp()
    except ValueError as error:
        raise order.wrong("endDate") from error
