"""Canonical fields in Shopify's words: what products, variants, customers and addresses are written with.

Pure. A field that is absent is left out and so left alone; a text that is None is sent empty, which clears it.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from adapters.kit.failures import PlatformError
from adapters.shopify.values import Json
from schema.commands import AddressFields, CustomerFields, OptionFields, ProductFields, VariantFields
from schema.errors import Category

MARK = ("cartograph", "write")  # namespace and key of the metafield that says which write made a product
STANDALONE = {"optionName": "Title", "name": "Default Title"}  # what the variant of a product without choices is
WEIGHT_UNITS = frozenset({"GRAMS", "KILOGRAMS", "OUNCES", "POUNDS"})

PRODUCT_TEXTS = {
    "title": "title", "handle": "handle", "description_html": "descriptionHtml", "vendor": "vendor", "product_type": "productType",
}  # fmt: skip
CUSTOMER_TEXTS = {"email": "email", "phone": "phone", "first_name": "firstName", "last_name": "lastName", "note": "note"}
ADDRESS_TEXTS = {
    "first_name": "firstName", "last_name": "lastName", "company": "company", "address1": "address1", "address2": "address2",
    "city": "city", "province": "province", "province_code": "provinceCode", "postal_code": "zip", "country_code": "countryCode",
    "phone": "phone",
}  # fmt: skip


def product(fields: ProductFields) -> Json:
    """Return what a product is written with, its choices and variants apart; what is the platform's own yields to what is canonical."""
    return {**fields.get("platform_fields", {}), **_texts(fields, PRODUCT_TEXTS), **_same(fields, ("status", "tags"))}


def new_product(fields: ProductFields, variants: Sequence[VariantFields], location: str | None, mark: str) -> Json:
    """Return what a product is made of, with its variants; `mark` is what it is found by when its making has an unknown end."""
    made = product(fields)
    namespace, key = MARK
    own = {"namespace": namespace, "key": key, "type": "single_line_text_field", "value": mark}
    made["metafields"] = [*made.get("metafields", ()), own]
    options = fields.get("options") or _options_of(variants)
    if options:
        made["productOptions"] = [{"name": each["name"], "values": [{"name": value} for value in each["values"]]} for each in options]
        variants = variants or [{"options": [{"name": each["name"], "value": each["values"][0]} for each in options]}]
    elif variants:
        made["productOptions"] = [{"name": STANDALONE["optionName"], "values": [{"name": STANDALONE["name"]}]}]
    if variants:
        made["variants"] = [_set_variant(each, location) for each in variants]
    return made


def variant(fields: VariantFields, location: str | None = None) -> Json:
    """Return what a variant is written with; a first quantity is put at `location`."""
    made = {**_texts(fields, {"barcode": "barcode"}), **_same(fields, ("price",))}
    if "compare_at_price" in fields:
        made["compareAtPrice"] = fields["compare_at_price"]
    if "options" in fields:
        made["optionValues"] = [{"optionName": each["name"], "name": each["value"]} for each in fields["options"]]
    if "sells_when_out_of_stock" in fields:
        made["inventoryPolicy"] = "CONTINUE" if fields["sells_when_out_of_stock"] else "DENY"
    if "quantity" in fields and location is not None:
        made["inventoryQuantities"] = [{"locationId": location, "availableQuantity": fields["quantity"]}]
    item = _item(fields)
    return {**made, "inventoryItem": item} if item else made


def flaw(fields: VariantFields) -> PlatformError | None:
    """Return what is wrong with a variant's fields, where one bad value would spoil a whole call; or None."""
    weight = fields.get("weight")
    if not weight:
        return None
    try:
        value = Decimal(weight["value"])
    except InvalidOperation:
        value = Decimal(-1)
    if weight["unit"] in WEIGHT_UNITS and value.is_finite() and value >= 0:
        return None
    message = f"A weight is a decimal number of 0 or more, in one of {', '.join(sorted(WEIGHT_UNITS))}; correct it."
    return PlatformError(Category.VALIDATION, message, code="WEIGHT")


def customer(fields: CustomerFields) -> Json:
    """Return what a customer's record is written with, the address apart."""
    return {**_texts(fields, CUSTOMER_TEXTS), **_same(fields, ("tags",))}


def address(fields: AddressFields) -> Json:
    """Return what an address is written with. A province is known by its code; without one its name is sent."""
    made = _texts(fields, ADDRESS_TEXTS)
    if fields.get("province_code"):
        made.pop("province", None)
    if "countryCode" in made and not made["countryCode"]:
        made["countryCode"] = None  # a word of an enumeration can't be empty
    return made


def personal(fields: CustomerFields) -> list[str | None]:
    """Return what of a customer's record no message may repeat."""
    own: Mapping[str, Any] = fields
    place: Mapping[str, Any] = fields.get("address", {})
    return [*(own.get(name) for name in CUSTOMER_TEXTS), *(place.get(name) for name in ADDRESS_TEXTS if name != "country_code")]


def _item(fields: VariantFields) -> Json:
    """Return what is written to a variant's inventory item. What is given a quantity is counted, unless it is said not to be."""
    item = _texts(fields, {"sku": "sku"})
    tracked = fields.get("inventory_tracked", True if "quantity" in fields else None)
    if tracked is not None:
        item["tracked"] = tracked
    if "requires_shipping" in fields:
        item["requiresShipping"] = fields["requires_shipping"]
    if "weight" in fields:
        weight = fields["weight"] or {"value": "0", "unit": "GRAMS"}
        item["measurement"] = {"weight": {"value": float(weight["value"]), "unit": weight["unit"]}}
    return item


def _set_variant(fields: VariantFields, location: str | None) -> Json:
    """Return a variant as it is written together with its product, where some of its fields have other names."""
    made = variant(fields, location)
    made.setdefault("optionValues", [STANDALONE])
    for each in made.pop("inventoryQuantities", ()):
        counted = {"locationId": each["locationId"], "name": "available", "quantity": each["availableQuantity"]}
        made["inventoryQuantities"] = [counted]
    item = made.get("inventoryItem", {})
    if "sku" in item:
        made["sku"] = item.pop("sku")
    return {name: value for name, value in made.items() if value != {}}


def _options_of(variants: Sequence[VariantFields]) -> list[OptionFields]:
    """Return the choices that variants speak of, in the order in which they do."""
    found: dict[str, dict[str, None]] = {}
    for each in variants:
        for option in each.get("options", ()):
            found.setdefault(option["name"], {})[option["value"]] = None
    return [OptionFields(name=name, values=list(values)) for name, values in found.items()]


def _texts(fields: Mapping[str, Any], names: Mapping[str, str]) -> Json:
    return {word: fields[name] or "" for name, word in names.items() if name in fields}


def _same(fields: Mapping[str, Any], names: Sequence[str]) -> Json:
    return {name: fields[name] for name in names if name in fields}
