"""Writes to stock: what lies at a source, what moves between two, and the legacy record of a shop without sources.

None of them touches a product's time of change.
"""

from collections.abc import Mapping
from typing import Any

from adapters.magento.sandbox.bodies import number, row_part, rows_part
from adapters.magento.sandbox.calls import Answer, Call
from adapters.magento.sandbox.catalogue import known_ware, ware_of
from adapters.magento.sandbox.errors import ApiError, refusal
from adapters.magento.sandbox.site import Site
from adapters.magento.sandbox.stock import Item

DEFAULT = "default"
STATUSES = (0, 1)
Sent = Mapping[str, Any]


def set_source_items(site: Site, call: Call) -> Answer:
    """Answer POST /V1/inventory/source-items: all or nothing; a SKU that nobody knows is taken, a source is not."""
    items = rows_part(call, "sourceItems")
    if not items:
        raise refusal("source items")
    wrong = [error for item in items for error in _objections(item)]
    if wrong:
        only = f": {ApiError(400, **wrong[0]).told()}" if len(wrong) == 1 else ""
        raise ApiError(400, f"Validation Failed{only}", errors=wrong)
    sources = _codes(site)
    if any(item["source_code"] not in sources for item in items):
        raise refusal("source item")
    for item in items:
        quantity = number(item, "quantity") or 0
        site.shelves.items[_spelt(site, item["sku"]), item["source_code"]] = Item(quantity, int(item["status"]))
        site.record(call, "stock.set", item["sku"], quantity)
    return Answer([])


def delete_source_items(site: Site, call: Call) -> Answer:
    """Answer POST /V1/inventory/source-items-delete: what lies there is forgotten; what does not lie there is none of it."""
    items = rows_part(call, "sourceItems")
    if not items:
        raise refusal("source items")
    for item in items:
        if site.shelves.items.pop((_spelt(site, str(item.get("sku"))), str(item.get("source_code"))), None):
            site.record(call, "stock.set", item["sku"], 0)
    return Answer([])


def transfer(site: Site, call: Call) -> Answer:
    """Answer POST /V1/inventory/bulk-partial-source-transfer: all or nothing."""
    origin, destination = (str(call.body.get(name, "")) for name in ("originSourceCode", "destinationSourceCode"))
    items = rows_part(call, "items")
    for code in (origin, destination):
        if code not in _codes(site):
            raise refusal("source", value=code)
    if origin == destination:
        raise refusal("same source")
    moves = [(ware_of(site, str(item.get("sku"))).sku, number(item, "qty") or 0) for item in items]
    if any(quantity <= 0 or site.shelves.on_hand(sku, origin) < quantity for sku, quantity in moves):
        raise refusal("source stock")
    for sku, quantity in moves:
        for code, delta in ((origin, -quantity), (destination, quantity)):
            site.shelves.add(sku, code, delta, backorders=site.settings.backorders)
            site.record(call, "stock.adjust", sku, delta)
    return Answer([])


def set_stock_item(site: Site, call: Call) -> Answer:
    """Answer PUT /V1/products/{productSku}/stockItems/{itemId}, whatever the item's id: the default source follows."""
    ware = ware_of(site, call.parts[0])
    set_default(site, call, ware.sku, row_part(call, "stockItem"))
    return Answer(ware.id)


def set_default(site: Site, call: Call, sku: str, sent: Sent) -> None:
    """Write a legacy stock record to the default source."""
    lying = site.shelves.items.setdefault((sku, DEFAULT), Item(0, 0))
    quantity = number(sent, "qty")
    lying.quantity = lying.quantity if quantity is None else quantity
    if sent.get("is_in_stock") is not None:
        lying.status = int(str(sent["is_in_stock"]).lower() in {"true", "1"})
    site.record(call, "stock.set", sku, lying.quantity)


def _objections(item: Sent) -> list[dict[str, Any]]:
    wrong: list[tuple[str, str]] = []
    for name in ("sku", "source_code"):
        value = str(item.get(name) or "")
        if not value.strip():
            wrong.append(('"%field" can not be empty.', name))
        elif value != value.strip():
            wrong.append(('"%field" can not contain leading or trailing spaces.', name))
    wrong += [('"%field" should be numeric.', name) for name in ("quantity", "status") if number(item, name) is None]
    status = number(item, "status")
    if status is not None and status not in STATUSES:
        wrong.append(('"%field" should a known status.', "status"))
    return [{"message": message, "parameters": {"field": name}} for message, name in wrong]


def _codes(site: Site) -> set[str]:
    return {source.code for source in site.facts.profile.sources}


def _spelt(site: Site, sku: str) -> str:
    """Return a SKU as its product spells it: the table of source items does not tell cases apart."""
    ware = known_ware(site, sku)
    return ware.sku if ware else sku
