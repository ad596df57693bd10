"""Commands in the platform's words: what a product, variant or customer is made of. Pure; raises PlatformError for what it can't say."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from adapters.kit.failures import PlatformError
from adapters.woocommerce.manifest import GRAMS, PRODUCT_WORDS, WEIGHT_UNITS
from adapters.woocommerce.refusals import invalid
from adapters.woocommerce.values import Json, identity, rows, text, texts
from schema.commands import AddressFields, CustomerFields, OptionFields, ProductFields, SelectedOptionFields, VariantFields, WeightFields

Term = tuple[str, str]  # a taxonomy and a name in it
Terms = Mapping[Term, int | PlatformError]  # their ids, or why they can't be had
Unit = str | PlatformError | None  # the shop's own of weight; None was not asked for

PLAIN = {"title": "name", "handle": "slug", "description_html": "description"}
TAXONOMIES = {"vendor": "brands", "product_type": "categories"}
WARE_PLAIN = {"sku": "sku", "barcode": "global_unique_id"}
PERSON_PLAIN = {"email": "email", "first_name": "first_name", "last_name": "last_name"}
ADDRESS_PLAIN = {
    "first_name": "first_name", "last_name": "last_name", "company": "company", "address1": "address_1", "address2": "address_2",
    "city": "city", "postal_code": "postcode", "country_code": "country", "phone": "phone",
}  # fmt: skip
GRAIN = Decimal("0.000001")  # of a weight that was converted

_STATUS = "A product of this store can be made ACTIVE, PRIVATE, DRAFT or PENDING."


def product(fields: ProductFields, terms: Terms) -> Json:
    """Return a product's fields, without its options."""
    given: dict[str, Any] = dict(fields)
    body: Json = {name: given[ours] or "" for ours, name in PLAIN.items() if ours in given}
    if "status" in given:
        body["status"] = status(given["status"])
    if "tags" in given:
        body["tags"] = [_term(terms, ("tags", name)) for name in dict.fromkeys(given["tags"])]
    for ours, taxonomy in TAXONOMIES.items():
        if ours in given:
            body[taxonomy] = [_term(terms, (taxonomy, given[ours]))] if given[ours] else []
    return {**body, **(given.get("platform_fields") or {})}


def named_terms(fields: ProductFields) -> list[Term]:
    """Return the tags, the brand and the category a product names."""
    given: dict[str, Any] = dict(fields)
    found = [("tags", name) for name in given.get("tags") or ()]
    return found + [(taxonomy, given[ours]) for ours, taxonomy in TAXONOMIES.items() if given.get(ours)]


def status(word: str) -> str:
    """Return the platform's word for a product's status."""
    if word not in PRODUCT_WORDS:
        raise invalid(_STATUS)
    return PRODUCT_WORDS[word]


def ware(fields: VariantFields, unit: Unit) -> Json:
    """Return what a variant is beside its prices and options."""
    given: dict[str, Any] = dict(fields)
    body: Json = {name: given[ours] or "" for ours, name in WARE_PLAIN.items() if ours in given}
    if "weight" in given:
        body["weight"] = weight(given["weight"], unit) if given["weight"] else ""
    if "requires_shipping" in given:
        body["virtual"] = not given["requires_shipping"]
    if "inventory_tracked" in given:
        body["manage_stock"] = given["inventory_tracked"]
    if "sells_when_out_of_stock" in given:
        body["backorders"] = "yes" if given["sells_when_out_of_stock"] else "no"
    if "quantity" in given:
        body |= {"manage_stock": True, "stock_quantity": given["quantity"]}
    return body


def weight(given: WeightFields, unit: Unit) -> str:
    """Return a weight in the shop's unit."""
    if isinstance(unit, PlatformError):
        raise unit
    own = WEIGHT_UNITS.get(given["unit"])
    if own is None or unit is None:
        raise invalid("A weight is given in GRAMS, KILOGRAMS, OUNCES or POUNDS.")
    if own == unit:
        return given["value"]
    converted = (Decimal(given["value"]) * Decimal(GRAMS[own]) / Decimal(GRAMS[unit])).quantize(GRAIN)
    return f"{converted.normalize():f}"


def options(wanted: Sequence[OptionFields], row: Json | None = None) -> list[Json]:
    """Return a product's attributes with these options; of the product as it is (`row`) the mere descriptions stay."""
    own = rows(row.get("attributes")) if row else []
    ids = {_folded(each.get("name")): identity(each.get("id")) or 0 for each in own}
    described = [each for each in own if each.get("variation") is not True]
    chosen = [
        {**_attribute(ids, option["name"]), "visible": True, "variation": True, "options": list(dict.fromkeys(option["values"]))}
        for option in wanted
    ]
    names = {_folded(each["name"]) for each in wanted}
    kept = [each for each in described if _folded(each.get("name")) not in names]
    return [{**each, "position": place} for place, each in enumerate([*kept, *chosen])]


def stretched(row: Json, selected: Iterable[Sequence[SelectedOptionFields]]) -> list[Json] | None:
    """Return a product's attributes with room for these choices, None when that is there; raises PlatformError for an option it lacks."""
    attributes = [dict(each) for each in rows(row.get("attributes"))]
    by_name = {_folded(each.get("name")): each for each in attributes if each.get("variation") is True}
    changed = False
    for option in (one for choice in selected for one in choice):
        attribute = by_name.get(_folded(option["name"]))
        if attribute is None:
            raise invalid(f"The product has no option {option['name']!r}; give it one first, by its own `options`.", "NO_OPTION")
        values = texts(attribute.get("options"))
        if _folded(option["value"]) not in map(_folded, values):
            attribute["options"] = [*values, option["value"]]
            changed = True
    return attributes if changed else None


def selected(wanted: Sequence[SelectedOptionFields], product_row: Json | None, row: Json | None = None) -> list[Json]:
    """Return what a variation is of its product's choices; of the variation as it is (`row`) the other choices stay."""
    ids = {_folded(each.get("name")): identity(each.get("id")) or 0 for each in rows((product_row or {}).get("attributes"))}
    made = [{**_attribute(ids, each["name"]), "option": each["value"]} for each in wanted]
    names = {_folded(each["name"]) for each in wanted}
    old = [each for each in rows(row.get("attributes")) if _folded(each.get("name")) not in names] if row else []
    return [*old, *made]


def choice(row: Json) -> frozenset[tuple[str, str]]:
    """Return what tells a variation from its sisters, for comparison."""
    return frozenset((_folded(each.get("name")), _folded(each.get("option"))) for each in rows(row.get("attributes")))


def customer(fields: CustomerFields) -> Json:
    """Return a customer's fields; the address is the one for bills, as it is when read."""
    given: dict[str, Any] = dict(fields)
    if "email" in given and not given["email"]:
        raise invalid("A customer of this store has an e-mail address; it can't be empty.")
    body: Json = {name: given[ours] or "" for ours, name in PERSON_PLAIN.items() if ours in given}
    billing = address(given["address"]) if given.get("address") else {}
    if "phone" in given:
        billing["phone"] = given["phone"] or ""
    return {**body, "billing": billing} if billing else body


def address(fields: AddressFields) -> Json:
    """Return the parts of an address; a province is named by its code where there is one."""
    given: dict[str, Any] = dict(fields)
    body: Json = {name: given[ours] or "" for ours, name in ADDRESS_PLAIN.items() if ours in given}
    if "province_code" in given or "province" in given:
        body["state"] = given.get("province_code") or given.get("province") or ""
    return body


def _term(terms: Terms, term: Term) -> Json:
    """Name a term; one that is only looked for and is not there has no product."""
    found = terms.get(term, 0)
    if isinstance(found, PlatformError):
        raise found
    return {"id": found}


def _attribute(ids: Mapping[str, int], name: str) -> Json:
    """Name an attribute: those of the whole shop by their id, a product's own by its name."""
    known = ids.get(_folded(name), 0)
    return {"id": known, "name": name} if known else {"name": name}


def _folded(value: object) -> str:
    return (text(value) or "").casefold()
