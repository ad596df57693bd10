"""Commands in the platform's words: what a product, variant or customer is made of. Pure; raises PlatformError for what it can't say."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from adapters.magento.manifest import GRAMS, PRODUCT_WORDS, WEIGHT_UNITS
from adapters.magento.pricing import Prices
from adapters.magento.refusals import invalid
from adapters.magento.values import Json, flag, identity, part, rows, text, texts

ATTRIBUTES = "custom_attributes"
EXTENSION = "extension_attributes"
GRAIN = Decimal("0.0001")  # of a weight that was converted
ADDRESS_PLAIN = {
    "first_name": "firstname", "last_name": "lastname", "company": "company", "city": "city", "postal_code": "postcode",
    "country_code": "country_id", "phone": "telephone",
}  # fmt: skip
REGION = {"province": "region", "province_code": "region_code"}
PERSON_PLAIN = {"email": "email", "first_name": "firstname", "last_name": "lastname"}
DAYS = {"price_from": "special_from_date", "price_to": "special_to_date"}
STREET = ("address1", "address2")

_STATUS = "A product of this store can be made ACTIVE or PRIVATE."
_UNIT = "The store does not tell its unit of weight."
_WEIGHT = "A weight is given in GRAMS, KILOGRAMS, OUNCES or POUNDS."


def product(fields: Mapping[str, Any]) -> Json:
    """Return a product's fields, without its options; the platform's own fields come over ours."""
    body: Json = {"name": fields["title"] or ""} if "title" in fields else {}
    if "status" in fields:
        if fields["status"] not in PRODUCT_WORDS:
            raise invalid(_STATUS)
        body["status"] = PRODUCT_WORDS[fields["status"]]
    names = {"handle": "url_key", "description_html": "description"}
    body |= with_attributes({theirs: fields[ours] or "" for ours, theirs in names.items() if ours in fields})
    return merged(body, fields.get("platform_fields") or {})


def ware(fields: Mapping[str, Any], setting: Json) -> Json:
    """Return what a variant is beside its SKU, prices and options; `setting` has the store's unit of weight."""
    return {"weight": weight(fields["weight"], setting)} if fields.get("weight") else {}


def stock(fields: Mapping[str, Any]) -> Json:
    """Return what a variant's stock record says, empty where a command says nothing of it."""
    found: Json = {}
    if "inventory_tracked" in fields:
        found |= {"manage_stock": fields["inventory_tracked"], "use_config_manage_stock": False}
    if "sells_when_out_of_stock" in fields:
        found |= {"backorders": int(fields["sells_when_out_of_stock"]), "use_config_backorders": False}
    return found


def new_stock(fields: Mapping[str, Any]) -> Json:
    """Return the stock record of a variant that is being made: the platform wants a number with it."""
    found, units = stock(fields), fields.get("quantity")
    if not found and units is None:
        return {}
    return {EXTENSION: {"stock_item": {"qty": units or 0, "is_in_stock": bool(units), **found}}}


def prices(wanted: Prices, span: Mapping[str, Any] | None = None) -> Json:
    """Return prices as fields of a product; `span` is from when to when a special one holds."""
    body: Json = {"price": float(wanted.regular)} if wanted.regular is not None else {}
    if wanted.special is None:
        return body
    days = {theirs: (span or {}).get(ours, "") for ours, theirs in DAYS.items()} if span is not None and wanted.special else {}
    return body | with_attributes({"special_price": wanted.special, **days})


def weight(given: Mapping[str, Any], setting: Json) -> float:
    """Return a weight in the store's unit."""
    unit, own = text(setting.get("weight_unit")), WEIGHT_UNITS.get(given["unit"])
    if own is None:
        raise invalid(_WEIGHT)
    if unit not in GRAMS:
        raise invalid(_UNIT, "UNSUPPORTED")
    if own == unit:
        return float(given["value"])
    return float((Decimal(given["value"]) * GRAMS[own] / GRAMS[unit]).quantize(GRAIN))


def with_attributes(values: Mapping[str, Any]) -> Json:
    """Return a product's free fields; an empty text clears one."""
    return {ATTRIBUTES: [{"attribute_code": code, "value": value} for code, value in values.items()]} if values else {}


def merged(body: Json, more: Mapping[str, Any]) -> Json:
    """Return fields with others over them: free fields by their codes, extensions by their names."""
    found = {**body, **more}
    if ATTRIBUTES in body and ATTRIBUTES in more:
        by_code = {each.get("attribute_code"): each for each in (*rows(body[ATTRIBUTES]), *rows(more[ATTRIBUTES]))}
        found[ATTRIBUTES] = list(by_code.values())
    if EXTENSION in body and EXTENSION in more:
        found[EXTENSION] = {**part(body, EXTENSION), **part(dict(more), EXTENSION)}
    return found


def customer(fields: Mapping[str, Any], row: Json) -> Json:
    """Return a customer's fields. A list of addresses replaces the one there is: so that of the customer as it is (`row`) goes along."""
    body: Json = {theirs: fields[ours] or "" for ours, theirs in PERSON_PLAIN.items() if ours in fields}
    given: dict[str, Any] = {**fields.get("address", {})}
    if "phone" in fields:
        given.setdefault("phone", fields["phone"])
    if given:
        body["addresses"] = addresses(given, rows(row.get("addresses")), {**row, **body})
    return body


def addresses(given: Mapping[str, Any], own: Sequence[Json], person: Json) -> list[Json]:
    """Return a customer's addresses with the default one changed; the first of a customer without any is made the default."""
    home = next((each for name in ("default_billing", "default_shipping") for each in own if _is(each, name, person)), None)
    home = home or (own[0] if own else {"default_billing": True, "default_shipping": True})
    changed = {**home, **_address(given, home)}
    if any(name in given for name in REGION):
        changed.pop("region_id", None)  # it goes before the region's name, and would undo the change
    for name in ("firstname", "lastname"):
        changed.setdefault(name, person.get(name))
    return [changed if each is home else each for each in own] if own else [changed]


def _address(given: Mapping[str, Any], home: Json) -> Json:
    body: Json = {theirs: given[ours] or "" for ours, theirs in ADDRESS_PLAIN.items() if ours in given}
    if any(name in given for name in STREET):
        lines = [*texts(home.get("street")), "", ""][:2]
        street = [given.get(name, line) for name, line in zip(STREET, lines, strict=True)]
        body["street"] = [line for line in street if line] or [""]
    if any(name in given for name in REGION):
        named = {theirs: given[ours] for ours, theirs in REGION.items() if given.get(ours)}
        body["region"] = named
    return body


def _is(address: Json, name: str, person: Json) -> bool:
    key = identity(address.get("id"))
    return flag(address.get(name)) is True or (key is not None and key == identity(person.get(name)))
