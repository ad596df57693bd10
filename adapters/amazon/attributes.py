"""A listing's attributes, from canonical words: lists of rows, each of which belongs to a marketplace. Pure."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from adapters.amazon import wares
from adapters.amazon.manifest import MARKETPLACES
from adapters.amazon.refusals import conflict, gone, invalid
from adapters.amazon.shop import Found
from adapters.amazon.values import Json, number, record, rows, text, texts
from adapters.amazon.write_facts import BARCODES, LANGUAGES, REQUIREMENTS, TEXTS, WEIGHT_UNITS
from adapters.kit.failures import PlatformError
from schema.commands import ProductFields, VariantFields

STOCK, OFFER, BARCODE = "fulfillment_availability", "purchasable_offer", "externally_assigned_product_identifier"
FAMILY, LEVEL, THEME = "child_parent_sku_relationship", "parentage_level", "variation_theme"
ANY_TYPE = "PRODUCT"
PLATFORM_FIELDS = frozenset({"productType", "requirements", "attributes", "sku"})

_AMAZONS = "Amazon keeps and sends this; its stock can't be written, and the seller's own would take the offer from Amazon."

Attributes = dict[str, Any]


def known(found: Found | PlatformError | None) -> Json:
    """Return a listing that was read; raises PlatformError."""
    if not isinstance(found, Found):
        raise found if isinstance(found, PlatformError) else gone()
    return found.row


def home_of(row: Json, markets: Sequence[str]) -> str:
    """Return the first of the store's marketplaces that lists something."""
    places = wares.places_of(row)
    return next((each for each in markets if each in places), markets[0])


def type_of(row: Json, market: str) -> str:
    """Return a listing's own product type."""
    summaries = rows(row.get("summaries"))
    named = sorted(summaries, key=lambda each: each.get("marketplaceId") != market)
    return next((word for each in named if (word := text(each.get("productType")))), ANY_TYPE)


def patch_of(product_type: str, attributes: Mapping[str, Sequence[Json] | None], op: str = "replace") -> Json:
    """Return the body that changes whole attributes; None takes one away."""
    patches: list[Json] = []
    for name, values in attributes.items():
        path = f"/attributes/{name}"
        patches.append({"op": "delete", "path": path} if values is None else {"op": op, "path": path, "value": list(values)})
    return {"productType": product_type, "patches": patches}


def shows(row: Json, body: Json, market: str) -> bool:
    """Say whether a listing has what a patch asks for."""
    attributes = record(row.get("attributes"))
    for patch in body["patches"]:
        here = rows(attributes.get(patch["path"].removeprefix("/attributes/")))
        if patch["op"] == "delete":
            if any(each.get("marketplace_id") == market for each in here):
                return False
        elif not all(any(_holds(each, wanted) for each in here) for wanted in patch["value"]):
            return False
    return True


def own_stock(row: Json) -> int | None:
    """Return what the seller keeps, None where that is not told; raises PlatformError for what the seller does not keep."""
    channels = wares.channels_of(row)
    if channels and wares.OWN not in channels:
        raise conflict(_AMAZONS, "FULFILLED_BY_AMAZON")
    if not wares.is_variant(row):
        raise invalid("The parent of a variation has no stock; its variants have.", "PARENT")
    own = [each.get("quantity") for each in rows(row.get("fulfillmentAvailability")) if each.get("fulfillmentChannelCode") == wares.OWN]
    return own[0] if own and isinstance(own[0], int) else None


def stock_rows(quantity: int) -> list[Json]:
    """Return the rows of the seller's own stock."""
    return [{"fulfillment_channel_code": wares.OWN, "quantity": quantity}]


def price_market(row: Json, markets: Sequence[str]) -> str:
    """Return the marketplace whose price a variant shows."""
    places = [each.get("marketplaceId") for each in rows(row.get("offers")) if each.get("offerType") == "B2C"]
    return next((each for each in markets if each in places), home_of(row, markets))


def offer_rows(row: Json, market: str, price: str, currency: str) -> list[Json]:
    """Return the offers of a marketplace with another price for everybody: sales and prices for businesses stay."""
    here = [each for each in rows(record(row.get("attributes")).get(OFFER)) if each.get("marketplace_id") == market]
    is_ours = [each.get("audience") in {None, "ALL"} for each in here]
    changed = [_priced(each, price) if ours else each for each, ours in zip(here, is_ours, strict=True)]
    return changed if any(is_ours) else [*changed, _priced({"marketplace_id": market, "currency": currency}, price)]


def product_attributes(fields: ProductFields, market: str, row: Json | None = None) -> Attributes:
    """Return the attributes that fields of a product are kept in; raises PlatformError."""
    found: Attributes = {}
    for name, attribute in TEXTS.items():
        if name in fields:
            value = fields[name]  # type: ignore[literal-required]
            found[attribute] = None if value in {None, ""} else [text_row(value, attribute, market, row)]
    given = fields.get("platform_fields") or {}
    strange = sorted(set(given) - PLATFORM_FIELDS)
    if strange:
        raise invalid(f"`platformFields` takes {', '.join(sorted(PLATFORM_FIELDS))}, not {', '.join(strange)[:200]}.", "PLATFORM_FIELDS")
    if given.get("requirements", "LISTING") not in REQUIREMENTS:
        raise invalid(f"`requirements` is one of {', '.join(sorted(REQUIREMENTS))}.", "PLATFORM_FIELDS")
    more = given.get("attributes", {})
    if not isinstance(more, dict) or not all(isinstance(each, list) for each in more.values()):
        raise invalid("`attributes` is an object of lists, as Amazon's definition of the product type has them.", "PLATFORM_FIELDS")
    return {**found, **more}


def variant_attributes(fields: VariantFields, market: str, row: Json | None = None) -> Attributes:
    """Return the attributes that fields of a variant are kept in; raises PlatformError."""
    found: Attributes = {}
    if "price" in fields:
        if market not in MARKETPLACES:
            raise invalid("The currency of this marketplace is not known here; set the price by itself.", "CURRENCY")
        found[OFFER] = offer_rows(row or {}, market, fields["price"], MARKETPLACES[market].currency)
    if "barcode" in fields:
        found[BARCODE] = _barcode(fields["barcode"], market)
    if "weight" in fields:
        found["item_weight"] = _weight(fields["weight"], market)
    if "quantity" in fields:
        found[STOCK] = stock_rows(fields["quantity"])
    for option in fields.get("options", ()):
        attribute = option_name(option["name"])
        found[attribute] = [text_row(option["value"], attribute, market, row)]
    return found


def option_name(name: str) -> str:
    """Return the attribute an option is, e.g. `color`."""
    return "_".join(name.lower().split())


def theme_rows(names: Sequence[str], market: str) -> list[Json]:
    """Return what says in which options variations differ."""
    return [{"name": "/".join(option_name(name).upper() for name in names), "marketplace_id": market}]


def parent_rows(parent: str, market: str) -> Attributes:
    """Return what puts a listing below a parent."""
    relation = {"child_relationship_type": "variation", "parent_sku": parent, "marketplace_id": market}
    return {FAMILY: [relation], LEVEL: [{"value": "child", "marketplace_id": market}]}


def is_parent(row: Json) -> bool:
    """Say whether a listing holds variations together, be it without any yet."""
    levels = rows(record(row.get("attributes")).get(LEVEL))
    return bool(wares.children_of(row)) or any(each.get("value") == "parent" for each in levels)


def options_of(row: Json) -> list[str]:
    """Return the attributes a parent's variations differ in."""
    themes = [each.get("variationTheme") for place in rows(row.get("relationships")) for each in rows(place.get("relationships"))]
    return next((names for each in themes if (names := texts(record(each).get("attributes")))), [])


def text_row(value: str, attribute: str, market: str, row: Json | None = None) -> Json:
    """Return the row of a text, in the language it is in already, else in that of the marketplace."""
    here = [each for each in rows(record((row or {}).get("attributes")).get(attribute)) if each.get("marketplace_id") == market]
    language = here[0].get("language_tag") if here else LANGUAGES.get(MARKETPLACES[market].country) if market in MARKETPLACES else None
    return {"value": value, **({"language_tag": language} if language else {}), "marketplace_id": market}


def _priced(offer: Json, price: str) -> Json:
    """Return an offer with another price; what it holds beside that stays."""
    step = record(next(iter(rows(offer.get("our_price"))), {}))
    schedule = rows(step.get("schedule"))
    first = {**(schedule[0] if schedule else {}), "value_with_tax": float(Decimal(price))}
    return {**offer, "our_price": [{**step, "schedule": [first, *schedule[1:]]}]}


def _barcode(value: str | None, market: str) -> list[Json] | None:
    if not value:
        return None
    if not value.isdecimal() or len(value) not in BARCODES:
        raise invalid("A barcode on Amazon is an EAN, UPC or GTIN: 8, 12, 13 or 14 digits.", "BARCODE")
    return [{"type": BARCODES[len(value)], "value": value, "marketplace_id": market}]


def _weight(value: Any, market: str) -> list[Json] | None:
    if value is None:
        return None
    amount = number(value["value"])
    if amount is None or value["unit"] not in WEIGHT_UNITS:
        raise invalid(f"A weight has a number and one of {', '.join(WEIGHT_UNITS)}.", "WEIGHT")
    return [{"value": float(amount), "unit": WEIGHT_UNITS[value["unit"]], "marketplace_id": market}]


def _holds(found: object, wanted: object) -> bool:
    """Say whether something has all that is wanted of it, however deep; it may have more."""
    if isinstance(wanted, dict):
        return isinstance(found, dict) and all(_holds(found.get(key), each) for key, each in wanted.items())
    if isinstance(wanted, list):
        return isinstance(found, list) and len(found) >= len(wanted) and all(map(_holds, found, wanted))
    return found == wanted
