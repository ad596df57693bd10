"""Items and groups as they are to be written. Pure. eBay replaces them whole: what was read is kept, but for what changes."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from adapters.ebay.manifest import BARCODES, BOOKS, LANGUAGE, NEW, WEIGHT_UNITS
from adapters.ebay.refusals import invalid
from adapters.ebay.values import Json, record, rows, text, texts
from adapters.ebay.wares import CODES, NO_CODE
from schema.commands import ProductFields, SelectedOptionFields, VariantFields

READ_ONLY = frozenset({"sku", "locale", "inventoryItemGroupKeys", "groupIds", "inventoryItemGroupKey"})
OFFER = "offer"  # the platform field whose fields are those of the offers
# Platform fields that are items', also where the product is a group.
ITEM_FIELDS = frozenset(
    {"condition", "conditionDescription", "conditionDescriptors", "product", "packageWeightAndSize", "availability", "locale"}
)
OWN = frozenset({"mpn", "epid", *CODES})  # what of a description is one variant's own

_BARCODE = "eBay takes barcodes of 8, 10, 12 or 13 digits."
_UNIT = "eBay weighs in {units}."


def written(row: Json) -> Json:
    """Return what is to be written of an item or a group that was read."""
    return {name: value for name, value in row.items() if name not in READ_ONLY}


def language_of(item: Json) -> dict[str, str]:
    """Return the header that says in which language an item is written."""
    return {"content-language": (text(item.get("locale")) or LANGUAGE).replace("_", "-")}


def platform_fields(product: ProductFields) -> Json:
    """Return the fields that go to the platform as they are, without those of offers."""
    return {name: value for name, value in (product.get("platform_fields") or {}).items() if name != OFFER}


def offer_fields(product: ProductFields) -> Json:
    """Return the fields that go to the offers as they are."""
    return record((product.get("platform_fields") or {}).get(OFFER))


def described_item(item: Json, changes: ProductFields) -> Json:
    """Return an item with another description."""
    described = dict(record(item.get("product")))
    _put(described, changes, {"title": "title", "description_html": "description", "vendor": "brand"})
    if "vendor" in changes:
        described["aspects"] = _branded(described, changes["vendor"])
    given = platform_fields(changes)
    body = {**written(item), "product": {**described, **record(given.pop("product", None))}, **given}
    body["product"] = _kept(body["product"])
    return _kept(body)


def described_group(group: Json, changes: ProductFields) -> Json:
    """Return a group with another description."""
    body = written(group)
    _put(body, changes, {"title": "title", "description_html": "description"})
    if "vendor" in changes:
        body["aspects"] = _branded(body, changes["vendor"])
    return _kept({**body, **platform_fields(changes)})


def variant_item(item: Json, changes: VariantFields) -> Json:
    """Return an item with other values of its own; raises PlatformError."""
    body, described = written(item), dict(record(item.get("product")))
    if "barcode" in changes:
        described = {name: value for name, value in described.items() if name not in CODES} | _barcode(changes["barcode"])
    if "options" in changes:
        described["aspects"] = {**record(described.get("aspects")), **{each["name"]: [each["value"]] for each in changes["options"]}}
    if "weight" in changes:
        body["packageWeightAndSize"] = _kept({**record(body.get("packageWeightAndSize")), "weight": _weight(changes["weight"])})
    if "quantity" in changes:
        body["availability"] = {"shipToLocationAvailability": {"quantity": changes["quantity"]}}
    return {**body, "product": described}


def new_item(product: ProductFields, variant: VariantFields, *, grouped: bool) -> Json:
    """Return an item that is being made; raises PlatformError."""
    shared: Any = product
    if grouped:
        shared = {**product, "platform_fields": {key: value for key, value in platform_fields(product).items() if key in ITEM_FIELDS}}
    empty = {"condition": NEW, "availability": {"shipToLocationAvailability": {"quantity": 0}}}
    return variant_item(described_item(empty, shared), variant)


def sister_item(sister: Json, variant: VariantFields) -> Json:
    """Return an item that is made after the model of another of its group; raises PlatformError."""
    described = record(sister.get("product"))
    # That a ware has no barcode holds for its sisters too; a barcode of its own does not.
    shared = {name: value for name, value in described.items() if name not in OWN or _says_none(value)}
    return variant_item({**sister, "product": shared}, {"quantity": 0, **variant})


def new_group(product: ProductFields, variants: Sequence[VariantFields]) -> Json:
    """Return a group that is being made of items."""
    specifications: list[Json] = [{"name": each["name"], "values": [*each["values"]]} for each in product.get("options") or ()]
    given = {name: value for name, value in platform_fields(product).items() if name not in ITEM_FIELDS}
    body = described_group({"variesBy": {"specifications": specifications}}, {**product, "platform_fields": given})
    for each in variants:
        body = joined(body, str(each.get("sku")), each.get("options") or [])
    return body


def joined(group: Json, sku: str, options: Iterable[SelectedOptionFields]) -> Json:
    """Return a group with a SKU among its variants, and its options among those they differ by."""
    body, skus = written(group), texts(group.get("variantSKUs"))
    varies = record(body.get("variesBy"))
    known = {str(each.get("name")): texts(each.get("values")) for each in rows(varies.get("specifications"))}
    for each in options:
        values = known.setdefault(each["name"], [])
        known[each["name"]] = values if each["value"] in values else [*values, each["value"]]
    specifications = [{"name": name, "values": values} for name, values in known.items()]
    return {**body, "variantSKUs": skus if sku in skus else [*skus, sku], "variesBy": {**varies, "specifications": specifications}}


def option_names(group: Json) -> list[str]:
    """Return by what the variants of a group differ."""
    return [name for each in rows(record(group.get("variesBy")).get("specifications")) if (name := text(each.get("name")))]


def _put(body: Json, changes: Any, names: Mapping[str, str]) -> None:
    body |= {theirs: changes[ours] for ours, theirs in names.items() if ours in changes}


def _branded(described: Json, vendor: str | None) -> Json:
    """Return aspects with another brand."""
    return {**record(described.get("aspects")), **({"Brand": [vendor]} if vendor else {})}


def _barcode(code: str | None) -> Json:
    digits = re.sub(r"[\s-]", "", code or "")
    if not digits:
        return {}
    kind = "isbn" if digits.startswith(BOOKS) and len(digits) == 13 else BARCODES.get(len(digits))
    if kind is None:
        raise invalid(_BARCODE, "BARCODE")
    return {kind: [digits]}


def _weight(weight: Any) -> Json | None:
    if weight is None:
        return None
    unit = WEIGHT_UNITS.get(weight["unit"])
    if unit is None:
        raise invalid(_UNIT.format(units=", ".join(sorted(WEIGHT_UNITS))), "WEIGHT_UNIT")
    return {"value": float(weight["value"]), "unit": unit}


def _says_none(value: object) -> bool:
    return any(each.casefold() == NO_CODE for each in texts(value) or texts([value]))


def _kept(body: Json) -> Json:
    """Return what is there: a field that is cleared is left out."""
    return {name: value for name, value in body.items() if value is not None}
