"""The price storage routes: lists of prices, of which the good ones are saved and the others told in a list, with a 200.

They touch no product's time of change. A failed item is told by message and values, not by its place.
"""

from collections.abc import Mapping
from typing import Any

from adapters.magento.sandbox.bodies import money, number, part, rows_part, whole
from adapters.magento.sandbox.calls import Answer, Call
from adapters.magento.sandbox.catalogue import known_ware
from adapters.magento.sandbox.dates import FORM
from adapters.magento.sandbox.errors import refusal
from adapters.magento.sandbox.seed.wares import Ware, special_of
from adapters.magento.sandbox.site import Site
from adapters.magento.sandbox.table import Row

PRICED = frozenset({"simple", "virtual", "downloadable"})
BAD_VALUE = "Invalid attribute %fieldName = %fieldValue."
NO_STORE = "Requested store is not found. Row ID: SKU = %SKU, Store ID: %storeId."
ROW = "Row ID: SKU = %SKU, Store ID: %storeId, Price From: %priceFrom, Price To: %priceTo."
NO_PRODUCT = f"The product that was requested doesn't exist. Verify the product and try again. {ROW}"
NO_SPECIAL_STORE = f"Requested store is not found. {ROW}"
BAD_SPECIAL = f"Invalid attribute %label = %value. {ROW}"
NO_SPECIAL = f"The requested price is not found. {ROW}"
WINDOW = (("price_from", "Price From"), ("price_to", "Price To"))
Sent = Mapping[str, Any]


def set_base_prices(site: Site, call: Call) -> Answer:
    """Answer POST /V1/products/base-prices."""
    failed: list[Row] = []
    for sent in _prices(call):
        price, ware = number(sent, "price"), _priced(site, sent)
        wrong = [] if ware else [_failure(BAD_VALUE, "SKU", sent.get("sku"))]
        if price is None or price < 0:
            wrong.append(_failure(BAD_VALUE, "Price", price))
        if not _has_store(site, sent):
            wrong.append(_failure(NO_STORE, sent.get("sku"), sent.get("store_id")))
        failed += wrong
        if ware and price is not None and not wrong:
            set_price(site, call, ware, price, whole(sent, "store_id") or 0)
    return Answer(failed)


def set_special_prices(site: Site, call: Call) -> Answer:
    """Answer POST /V1/products/special-price."""
    failed: list[Row] = []
    for sent in _prices(call):
        wrong, ware, price = _special_objections(site, sent), _priced(site, sent), number(sent, "price")
        failed += wrong
        if ware and price is not None and not wrong:
            ware.attributes |= {"special_price": f"{price:.6f}", **_window(sent)}
            site.products.refresh(ware.id)
            site.record(call, "price.set", ware.sku, money(price))
    return Answer(failed)


def delete_special_prices(site: Site, call: Call) -> Answer:
    """Answer POST /V1/products/special-price-delete: price and beginning have to be those that are there."""
    failed: list[Row] = []
    for sent in _prices(call):
        wrong, ware = _special_objections(site, sent), _priced(site, sent)
        if not wrong and ware and special_of(ware) != number(sent, "price"):
            wrong = [_special_failure(NO_SPECIAL, sent)]
        failed += wrong
        if ware and not wrong:
            ware.attributes |= dict.fromkeys(("special_price", "special_from_date", "special_to_date"))
            site.products.refresh(ware.id)
            site.record(call, "price.set", ware.sku, money(site.products.row(ware.id)["price"]))
    return Answer(failed)


def tell_base_prices(site: Site, call: Call) -> Answer:
    """Answer POST /V1/products/base-prices-information, which changes nothing."""
    return Answer([{"price": site.products.row(ware.id)["price"], "store_id": 0, "sku": ware.sku} for ware in _asked(site, call)])


def tell_special_prices(site: Site, call: Call) -> Answer:
    """Answer POST /V1/products/special-price-information, which changes nothing: only what is on offer is told."""
    rows = []
    for ware in _asked(site, call):
        given = {one["attribute_code"]: one["value"] for one in site.products.row(ware.id)["custom_attributes"]}
        if special_of(ware) is not None:
            window = {"price_from": given.get("special_from_date"), "price_to": given.get("special_to_date")}
            rows.append({"price": special_of(ware), "store_id": 0, "sku": ware.sku, **{name: at for name, at in window.items() if at}})
    return Answer(rows)


def set_price(site: Site, call: Call, ware: Ware, price: float, store_id: int = 0) -> None:
    """Give a product a price, everywhere or in one store view."""
    if store_id:
        ware.scoped.setdefault(store_id, {})["price"] = price
    else:
        ware.changes["price"] = price
    site.products.refresh(ware.id)
    site.record(call, "price.set", ware.sku, money(price))


def _prices(call: Call) -> list[Row]:
    """Return what is sent, all of it read once: a price that is no number at all fails the request before anything is saved."""
    rows = rows_part(call, "prices")
    for row in rows:
        number(row, "price")
        whole(row, "store_id")
    return rows


def _priced(site: Site, sent: Sent) -> Ware | None:
    ware = known_ware(site, str(sent.get("sku") or ""))
    return ware if ware and ware.type in PRICED else None


def _has_store(site: Site, sent: Sent) -> bool:
    return (whole(sent, "store_id") or 0) in {0, *(view.id for view in site.facts.profile.views)}


def _asked(site: Site, call: Call) -> list[Ware]:
    skus = part(call, "skus")
    wares = [known_ware(site, str(sku)) for sku in skus]
    missing = [str(sku) for sku, ware in zip(skus, wares, strict=True) if ware is None or ware.type not in PRICED]
    if missing:
        raise refusal("no prices", sku=", ".join(missing))
    return [ware for ware in wares if ware]


def _special_objections(site: Site, sent: Sent) -> list[Row]:
    wrong = [] if _priced(site, sent) else [_special_failure(NO_PRODUCT, sent)]
    if not _has_store(site, sent):
        wrong.append(_special_failure(NO_SPECIAL_STORE, sent))
    price = number(sent, "price")
    if price is None or price < 0:
        wrong.append(_special_failure(BAD_SPECIAL, sent, "Price", price))
    needed = site.settings.commerce or site.settings.cloud  # there a special price is a scheduled update
    for name, label in WINDOW:
        given = sent.get(name)
        if (needed and not given) or (given and not FORM.fullmatch(str(given))):
            wrong.append(_special_failure(BAD_SPECIAL, sent, label, given))
    return wrong


def _window(sent: Sent) -> Row:
    return {"special_from_date": sent.get("price_from"), "special_to_date": sent.get("price_to")}


def _special_failure(message: str, sent: Sent, *more: object) -> Row:
    return _failure(message, *more, *(sent.get(name) for name in ("sku", "store_id", "price_from", "price_to")))


def _failure(message: str, *values: object) -> Row:
    return {"message": message, "parameters": ["" if value is None else str(value) for value in values]}
