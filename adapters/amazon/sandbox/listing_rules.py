"""What is wrong with a change of a listing before it is accepted: issues, of which one ERROR is enough to refuse the whole change."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from adapters.amazon.sandbox.listing_changes import Change, Row, Rows
from adapters.amazon.sandbox.markets import FBA_CHANNELS, MARKETS
from adapters.amazon.sandbox.seed.listing_rows import IMAGE, OFFER, STOCK
from adapters.amazon.sandbox.seed.wares import TYPES, Ware

TEXTS = ("item_name", "brand", "bullet_point", "product_description", "manufacturer", "color", "size", "material", "style", "pattern")
MORE = (
    *("condition_type", "condition_note", "externally_assigned_product_identifier", "merchant_suggested_asin", "list_price"),
    *("supplier_declared_has_product_identifier_exemption", "item_weight", "item_dimensions", "item_package_weight", "model_number"),
    *("item_package_dimensions", "model_name", "part_number", "parentage_level", "variation_theme", "child_parent_sku_relationship"),
    *("country_of_origin", "generic_keyword", "item_type_keyword", "recommended_browse_nodes", "number_of_items", "unit_count"),
    *("batteries_required", "batteries_included", "supplier_declared_dg_hz_regulation", "merchant_shipping_group", "product_tax_code"),
    *("max_order_quantity", "gift_options", "department", "target_gender", "age_range_description", "warranty_description"),
    *("product_site_launch_date", "merchant_release_date", "included_components", "special_feature", "care_instructions", "fabric_type"),
    *("theme", "skip_offer", "package_contains_sku", "swatch_product_image_locator", IMAGE),
    *(f"other_product_image_locator_{number}" for number in range(1, 9)),
)
ATTRIBUTES = (*TEXTS, *MORE, STOCK, OFFER)
REQUIRED: dict[str, tuple[str, ...]] = {
    "LISTING": ("item_name", "brand", "condition_type", OFFER),
    "LISTING_PRODUCT_ONLY": ("item_name", "brand"),
    "LISTING_OFFER_ONLY": ("condition_type", OFFER),
}
SALES = frozenset({"condition_type", OFFER, STOCK})  # a parent of variations is not sold
PRODUCT_TYPES = frozenset({"PRODUCT", *TYPES})
RESTRICTED = ("pesticide", "fireworks")
GATED_BRANDS = frozenset({"Hallowmere"})
LONGEST_NAME = 200
MOST_UNITS = 2**31 - 1


def issues_in(change: Change, ware: Ware | None, after: Mapping[str, Rows]) -> list[Row]:
    """Return what is wrong with a change that would leave a listing with these attributes."""
    if change.kind == "DELETE":
        return []
    strange = sorted(set(change.sent) - set(ATTRIBUTES))
    if strange:
        return [_issue("90000900", "The attributes are invalid.", strange)]
    found = [*_wrong_family(change, ware, after), *_missing(change, ware, after)]
    for name, rows in change.sent.items():
        check = CHECKS.get(name, _value_issues if name in TEXTS else None)
        deleted = any(patch.op == "delete" for patch in change.patches if patch.name == name)
        found += [issue for row in rows if check and not deleted for issue in check(change, name, row)]
    return found


def refused(issues: list[Row]) -> bool:
    """Return whether these issues keep a change from being accepted."""
    return any(issue["severity"] == "ERROR" for issue in issues)


def required(requirements: str, *, parent: bool) -> list[str]:
    """Return the attributes a listing cannot be without."""
    return [name for name in REQUIRED[requirements] if not (parent and name in SALES)]


def _is_parent(ware: Ware | None, after: Mapping[str, Rows]) -> bool:
    level = [row.get("value") for row in after.get("parentage_level", ())]
    return "parent" in level or (not level and ware is not None and ware.is_parent)


def _wrong_family(change: Change, ware: Ware | None, after: Mapping[str, Rows]) -> Iterator[Row]:
    sold = sorted({STOCK, OFFER} & set(change.sent))
    if sold and _is_parent(ware, after):
        yield _issue("90000900", "The attributes are invalid.", sold)


def _missing(change: Change, ware: Ware | None, after: Mapping[str, Rows]) -> Iterator[Row]:
    """Say what an update lacks, or what a patch takes away."""
    here = {market.id for market in change.markets}
    needed = required(change.requirements, parent=_is_parent(ware, after))
    if change.kind == "PATCH":
        needed = [name for name in needed if name in change.sent and name != OFFER and ware is not None]
    for name in needed:
        if not any(row.get("marketplace_id") in here for row in after.get(name, ())):
            yield _issue("90220", f"'{name}' is required but not supplied.", [name], "MISSING_ATTRIBUTE")


def _value_issues(change: Change, name: str, row: Row) -> Iterator[Row]:
    value = row.get("value")
    if not isinstance(value, str) or not value:
        yield _too_few("value", name)
        return
    if name == "item_name" and len(value) > LONGEST_NAME:
        yield _issue("99022", "A value is longer than recommended.", [name], "INVALID_ATTRIBUTE", "WARNING")
    if any(word in value.lower() for word in RESTRICTED):
        yield _issue("18742", "Restricted Products Policy Violation", [name])
    if name == "brand" and value in GATED_BRANDS:
        yield _issue("18299", "You need an approval to list this brand.", [name], "QUALIFICATION_REQUIRED")


def _stock_issues(change: Change, name: str, row: Row) -> Iterator[Row]:
    code, quantity = row.get("fulfillment_channel_code"), row.get("quantity")
    if not code:
        yield _too_few("fulfillment_channel_code", name)
    elif code not in {"DEFAULT", FBA_CHANNELS[change.markets[0].region]}:
        yield _bad_value("Fulfillment Channel Code", name)
    if quantity is not None and (type(quantity) is not int or not 0 <= quantity <= MOST_UNITS):
        yield _bad_value("Quantity", name)


def _offer_issues(change: Change, name: str, row: Row) -> Iterator[Row]:
    here = {market.id: market for market in change.markets}
    if row.get("marketplace_id", change.markets[0].id) not in here:
        yield _bad_value("Marketplace", name)
        return
    market = MARKETS[row.get("marketplace_id", change.markets[0].id)]
    price = _scheduled(row.get("our_price"))
    if price is None:
        if "our_price" in row or not _is_merged(change, name, row):
            yield _too_few("our_price", name)
        return
    if row.get("currency", market.currency) != market.currency:
        yield _bad_value("Currency", name)
    if not _is_money(price, market.decimals):
        yield _issue("4000001", "The provided value for 'Your Price' is invalid.", [name], "INVALID_PRICE")
        return
    least = _scheduled(row.get("minimum_seller_allowed_price"))
    if least is not None and price < least:
        yield _issue("18155", "The minimum price is above the price.", [name], "INVALID_PRICE")


def _is_merged(change: Change, name: str, row: Row) -> bool:
    """Return whether a row only adds to one that may be there."""
    return any(patch.op == "merge" and row in (patch.rows or []) for patch in change.patches if patch.name == name)


def _scheduled(prices: Any) -> Any:
    """Return the value of a price, None where there is none."""
    try:
        return prices[0]["schedule"][0]["value_with_tax"]
    except (IndexError, KeyError, TypeError):
        return None


def _is_money(value: Any, decimals: int) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < 10**9 and round(value, decimals) == value


def _parent_issues(change: Change, name: str, row: Row) -> Iterator[Row]:
    if not row.get("parent_sku") and row.get("child_relationship_type") != "variation":
        yield _too_few("parent_sku", name)
    elif row.get("parent_sku") == change.sku:
        yield _bad_value("Parent SKU", name)


def _level_issues(change: Change, name: str, row: Row) -> Iterator[Row]:
    if row.get("value") not in {"parent", "child"}:
        yield _bad_value("Parentage Level", name)


def _image_issues(change: Change, name: str, row: Row) -> Iterator[Row]:
    if not str(row.get("media_location", "")).startswith(("https://", "http://")):
        yield _issue("4000001", "The provided value for 'Main Image URL' is invalid.", [name], "INVALID_IMAGE")


def _too_few(field: str, name: str) -> Row:
    words = f"The field '{field}' for the attribute '{name}' does not have enough values. The required minimum is '1' value(s)."
    return _issue("99022", words, [name], "INVALID_ATTRIBUTE")


def _bad_value(title: str, name: str) -> Row:
    return _issue("4000001", f"The provided value for '{title}' is invalid.", [name])


def _issue(code: str, message: str, names: list[str], category: str = "", severity: str = "ERROR") -> Row:
    return {"code": code, "message": message, "severity": severity, "attributeNames": names, "categories": [category] if category else []}


CHECKS: dict[str, Callable[[Change, str, Row], Iterator[Row]]] = {
    STOCK: _stock_issues,
    OFFER: _offer_issues,
    IMAGE: _image_issues,
    "condition_type": _value_issues,
    "parentage_level": _level_issues,
    "child_parent_sku_relationship": _parent_issues,
}
