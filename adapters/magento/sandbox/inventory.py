"""Sources, what lies at them, stocks, and what can still be sold."""

from collections import Counter

from adapters.magento.sandbox.answers import list_rows
from adapters.magento.sandbox.calls import Answer, Call
from adapters.magento.sandbox.catalogue import ware_of
from adapters.magento.sandbox.errors import ApiError, refusal
from adapters.magento.sandbox.seed.profiles import Source
from adapters.magento.sandbox.seed.wares import COMPOSITE
from adapters.magento.sandbox.site import Site
from adapters.magento.sandbox.table import Row

SOURCE_FIELDS = ("source_code", "name", "enabled", "country_id", "city", "postcode", "street", "region", "region_id", "email", "phone")
ITEM_FIELDS = ("source_item_id", "sku", "source_code", "quantity", "status")
STOCK_FIELDS = ("stock_id", "name")
LINK_FIELDS = ("link_id", "stock_id", "source_code", "priority")
SALABLE_FIELDS = ("sku", "qty", "is_salable")


def list_sources(site: Site, call: Call) -> Answer:
    """Answer GET /V1/inventory/sources, which needs no search."""
    return list_rows(site, call, _sources(site), SOURCE_FIELDS, lambda row: row["source_code"], required=False)


def get_source(site: Site, call: Call) -> Answer:
    """Answer GET /V1/inventory/sources/{sourceCode}."""
    row = next((row for row in _sources(site) if row["source_code"] == call.parts[0]), None)
    if row is None:
        raise ApiError(404, 'Source with code "%value" does not exist.', {"value": call.parts[0]})
    return Answer(row)


def list_source_items(site: Site, call: Call) -> Answer:
    """Answer GET /V1/inventory/source-items."""
    rows = site.shelves.rows()
    places = {(row["sku"], row["source_code"]): place for place, row in enumerate(rows)}
    return list_rows(site, call, rows, ITEM_FIELDS, lambda row: places[row["sku"], row["source_code"]])


def list_stocks(site: Site, call: Call) -> Answer:
    """Answer GET /V1/inventory/stocks, which needs no search."""
    return list_rows(site, call, site.shelves.stocks(), STOCK_FIELDS, lambda row: row["stock_id"], required=False)


def get_stock(site: Site, call: Call) -> Answer:
    """Answer GET /V1/inventory/stocks/{stockId}."""
    return Answer(_stock(site, call.number()))


def list_links(site: Site, call: Call) -> Answer:
    """Answer GET /V1/inventory/stock-source-links."""
    return list_rows(site, call, site.shelves.links(), LINK_FIELDS, lambda row: (row["stock_id"], row["priority"]))


def resolve_stock(site: Site, call: Call) -> Answer:
    """Answer GET /V1/inventory/stock-resolver/{type}/{code}."""
    return Answer(_stock_of(site, *call.parts))


def get_salable_quantity(site: Site, call: Call) -> Answer:
    """Answer GET /V1/inventory/get-product-salable-quantity/{sku}/{stockId}: one number, and a 400 for composite products."""
    ware = ware_of(site, call.parts[0])
    if ware.type in COMPOSITE:
        raise refusal("composite")
    stock_id = _stock(site, call.number(1))["stock_id"]
    return Answer(site.shelves.salable(ware, stock_id, _reserved(site, stock_id))[0])


def get_salable(site: Site, call: Call) -> Answer:
    """Answer GET /V1/inventory/is-product-salable/{sku}/{stockId}."""
    ware, stock_id = ware_of(site, call.parts[0]), _stock(site, call.number(1))["stock_id"]
    return Answer(site.shelves.salable(ware, stock_id, _reserved(site, stock_id))[1])


def list_salable(site: Site, call: Call) -> Answer:
    """Answer GET /V1/inventory/are-products-salable, in the order asked."""
    skus = [value for name, value in call.asked.pairs if name.startswith("skus[")]
    stock = call.query.get("stockId", "")
    stock_id = _stock(site, int(stock) if stock.isdecimal() else 0)["stock_id"]
    reserved = _reserved(site, stock_id)
    known = {sku: site.products.heads.get(site.by_sku.get(sku, 0)) for sku in skus}
    rows = [
        {"sku": sku, "stock_id": stock_id, "salable": bool(ware and site.shelves.salable(ware, stock_id, reserved)[1])}
        for sku, ware in known.items()
    ]
    return Answer(rows)


def export_salable(site: Site, call: Call) -> Answer:
    """Answer GET /V1/inventory/export-stock-salable-qty/{salesChannelType}/{salesChannelCode}."""
    stock_id = _stock_of(site, *call.parts)["stock_id"]
    reserved = _reserved(site, stock_id)
    rows: list[Row] = []
    for ware in site.products.heads.values():
        quantity, salable = site.shelves.salable(ware, stock_id, reserved)
        rows.append({"sku": ware.sku, "qty": quantity, "is_salable": salable})
    places = {row["sku"]: place for place, row in enumerate(rows)}
    return list_rows(site, call, rows, SALABLE_FIELDS, lambda row: places[row["sku"]])


def _sources(site: Site) -> list[Row]:
    return [_source(source) for source in site.facts.profile.sources]


def _source(source: Source) -> Row:
    row: Row = {
        "source_code": source.code,
        "name": source.name,
        "enabled": source.enabled,
        "country_id": source.country,
        "city": source.city,
        "street": "1 Depot Road",
        "postcode": source.postcode,
        "use_default_carrier_config": True,
        "carrier_links": [],
        "extension_attributes": {"is_pickup_location_active": False, "frontend_name": source.name},
    }
    return {**row, **({"description": source.name, "latitude": 0, "longitude": 0} if source.code == "default" else {})}


def _stock(site: Site, stock_id: int) -> Row:
    for row in site.shelves.stocks():
        if row["stock_id"] == stock_id:
            return row
    raise ApiError(404, 'Stock with id "%value" does not exist.', {"value": stock_id})


def _stock_of(site: Site, kind: str, code: str) -> Row:
    for row in site.shelves.stocks():
        if {"type": kind, "code": code} in row["extension_attributes"]["sales_channels"]:
            return row
    raise ApiError(404, "No linked stock found")


def _reserved(site: Site, stock_id: int) -> Counter[str]:
    return site.shelves.reserved(site.orders.heads.values(), stock_id)
