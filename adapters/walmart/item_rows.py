"""Rows of item feeds: what the seller orders by (`Orderable`) and what the shopper sees (`Visible`, below its product type). Pure.

Walmart knows hundreds of attributes, which differ by product type: `platform_fields` may hold both parts, and go into them as they are.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from adapters.walmart.manifest import POUNDS
from adapters.walmart.refusals import invalid
from adapters.walmart.values import Json
from schema.commands import ProductCreate, ProductFields, VariantFields

ORDERABLE, VISIBLE = "Orderable", "Visible"
ENDS = {"ACTIVE": "2049-12-31T00:00:00Z", "ARCHIVED": "2000-01-01T00:00:00Z"}  # when an item is on sale no more
CODES = {14: "GTIN", 13: "EAN", 12: "UPC"}  # kinds of barcodes by their number of digits
SHOWN = {"title": "productName", "vendor": "brand", "description_html": "shortDescription"}
_STATUS = "Walmart's items are ACTIVE or ARCHIVED, nothing else can be set."
_TYPE = "Walmart needs the product type: its attributes differ by that."
_NEEDED = "Walmart sets no item up without {names}."
_CODE = "A barcode has 12 (UPC), 13 (EAN) or 14 (GTIN) digits."
_PARTS = "`platformFields` may have `Orderable` and `Visible`, each an object."
_WEIGHT = "An item can't be without a weight."


def changed(sku: str, kind: str | None, changes: ProductFields) -> Json:
    """Return the row that changes an item of a product; raises PlatformError."""
    order, seen = _parts(changes.get("platform_fields"))
    order = {"sku": sku, **order, **_end(changes)}
    seen |= {theirs: changes.get(ours) for ours, theirs in SHOWN.items() if ours in changes}
    empty = [name for name, value in seen.items() if value is None]
    if empty:
        raise invalid(_NEEDED.format(names=", ".join(empty)), "REQUIRED")
    if seen and kind is None:
        raise invalid(_TYPE, "REQUIRED")
    return {ORDERABLE: order} | ({VISIBLE: {kind: seen}} if seen else {})


def changed_variant(sku: str, changes: VariantFields) -> Json:
    """Return the row that changes an item by itself; raises PlatformError."""
    order: Json = {"sku": sku}
    if "price" in changes:
        order["price"] = _number(changes["price"])
    if "weight" in changes:
        order["ShippingWeight"] = _pounds(changes)
    return {ORDERABLE: order}


def made(command: ProductCreate) -> list[Json]:
    """Return the rows that set a product up, one a variant; raises PlatformError."""
    product, kind = command.product, command.product.get("product_type")
    if not command.variants:
        raise invalid(_NEEDED.format(names="a variant with its sku, barcode and price"), "REQUIRED")
    if not kind:
        raise invalid(_TYPE, "REQUIRED")
    group = group_of(command)
    rows = []
    for place, variant in enumerate(command.variants):
        order, seen = _parts(product.get("platform_fields"))
        seen |= {theirs: value for ours, theirs in SHOWN.items() if (value := product.get(ours))}
        order |= _end(product) | _ordered(variant)
        if group is not None:
            seen |= _grouped(group, variant, primary=place == 0)
        _check(order, seen)
        rows.append({ORDERABLE: order, VISIBLE: {kind: seen}})
    return rows


def group_of(command: ProductCreate) -> str | None:
    """Return the id of the group of a product with several variants, or one with a choice."""
    variants = command.variants
    if len(variants) < 2 and not any(variant.get("options") for variant in variants):
        return None
    return command.product.get("handle") or variants[0].get("sku")


def _ordered(variant: VariantFields) -> Json:
    order: Json = {"sku": variant.get("sku"), "productIdentifiers": _code(variant.get("barcode"))}
    if "price" in variant:
        order["price"] = _number(variant["price"])
    if variant.get("weight") is not None:
        order["ShippingWeight"] = _pounds(variant)
    return order


def _grouped(group: str, variant: VariantFields, *, primary: bool) -> Json:
    options = {each["name"]: each["value"] for each in variant.get("options") or ()}
    if not options:
        raise invalid(_NEEDED.format(names="the options of each variant of a product with several"), "REQUIRED")
    marks = {"variantGroupId": group, "variantAttributeNames": list(options), "isPrimaryVariant": "Yes" if primary else "No"}
    return {**options, **marks}


def _check(order: Mapping[str, Any], seen: Mapping[str, Any]) -> None:
    needed = {
        "sku": order.get("sku"),
        "price": order.get("price"),
        "barcode": order.get("productIdentifiers"),
        "title": seen.get("productName"),
        "vendor": seen.get("brand"),
        "descriptionHtml": seen.get("shortDescription"),
        "platformFields.Visible.mainImageUrl": seen.get("mainImageUrl"),
    }
    absent = [name for name, value in needed.items() if value is None]
    if absent:
        raise invalid(_NEEDED.format(names=", ".join(absent)), "REQUIRED")


def _parts(fields: Mapping[str, Any] | None) -> tuple[Json, Json]:
    given = dict(fields or {})
    parts = given.pop(ORDERABLE, {}), given.pop(VISIBLE, {})
    if given or not all(isinstance(part, dict) for part in parts):
        raise invalid(_PARTS, "PLATFORM_FIELDS")
    return dict(parts[0]), dict(parts[1])


def _end(fields: ProductFields) -> Json:
    if "status" not in fields:
        return {}
    if fields["status"] not in ENDS:
        raise invalid(_STATUS, "STATUS")
    return {"endDate": ENDS[fields["status"]]}


def _code(barcode: str | None) -> Json | None:
    if not barcode:
        return None
    if not barcode.isascii() or not barcode.isdigit() or len(barcode) not in CODES:
        raise invalid(_CODE, "BARCODE")
    return {"productIdType": CODES[len(barcode)], "productId": barcode}


def _pounds(variant: VariantFields) -> float:
    weight: Sequence[Any] | Mapping[str, Any] | None = variant.get("weight")
    if not isinstance(weight, Mapping):
        raise invalid(_WEIGHT, "REQUIRED")
    return float(round(Decimal(weight["value"]) * Decimal(POUNDS[weight["unit"]]), 3))


def _number(price: str) -> float:
    return float(Decimal(price))
