"""What variants and their stock items are made of: checking what mutations send, and laying it over the rows."""

import re
from dataclasses import replace
from decimal import Decimal

from adapters.shopify.sandbox.options import Choice, selected, title_of
from adapters.shopify.sandbox.payloads import problem
from adapters.shopify.sandbox.seed.catalogue import Product, Variant
from adapters.shopify.sandbox.seed.identifiers import BASES, gid
from adapters.shopify.sandbox.seed.money import DIGITS, minor_of, padded, unpadded
from adapters.shopify.sandbox.store import Store
from adapters.shopify.sandbox.tables import Row

PRICES = ("compareAtPrice", "price")
HIGHEST_PRICE = Decimal(10**18)
ITEM_FIELDS = ("countryCodeOfOrigin", "provinceCodeOfOrigin", "requiresShipping")
LAID = ("inventoryPolicy",)


def price_problems(given: Row, path: tuple[str | int, ...]) -> list[Row]:
    """Return what is wrong with the prices of one variant."""
    found: list[Row] = []
    for name in PRICES:
        amount = given.get(name)
        if amount is not None and Decimal(amount) >= HIGHEST_PRICE:
            found.append(problem(f"must be less than {HIGHEST_PRICE}", *path, name, code="INVALID_INPUT"))
        elif amount is not None and Decimal(amount) < 0:
            label = "Price" if name == "price" else "Compare at price"
            found.append(problem(f"{label} must be greater than or equal to 0", *path, name, code="GREATER_THAN_OR_EQUAL_TO"))
    if "price" in given and given["price"] is None:
        found.append(problem("Price can't be blank", *path, "price", code="BLANK"))
    return found


def item_problems(given: Row, path: tuple[str | int, ...], code: str | None = "INVALID_INPUT") -> list[Row]:
    """Return what is wrong with a stock item."""
    found: list[Row] = []
    weight = (given.get("measurement") or {}).get("weight")
    if weight is not None and weight["value"] < 0:
        found.append(problem("Weight must be greater than or equal to 0", *path, "measurement", "weight", "value", code=code))
    if given.get("cost") is not None and Decimal(given["cost"]) < 0:
        found.append(problem("Unit cost must be greater than or equal to 0", *path, "cost", code=code))
    return found


def change_variant(store: Store, variant: Variant, given: Row, choice: Choice | None, moment: int) -> Variant:
    """Lay what was sent over a variant and its stock item; returns its new head."""
    now = store.variants.row(variant.id) or {}
    item = given.get("inventoryItem") or {}
    # Seeded rows work these out from the price: from here on they stand for themselves.
    laid: Row = {"compareAtPrice": now["compareAtPrice"], **_laid(store, given)}
    store.lay_item(variant, {"unitCost": store.item_row(variant)["unitCost"]})
    head = replace(
        variant,
        updated=moment,
        price=minor_of(given["price"], store.profile.currency) if "price" in given else variant.price,
        barcode=given.get("barcode", variant.barcode),
        taxable=given["taxable"] if given.get("taxable") is not None else variant.taxable,
    )
    if choice is not None:
        laid["selectedOptions"] = selected(choice)
        head = replace(head, title=title_of(choice))
    store.variants.put(head, laid)
    return change_item(store, head, item, moment) if item else head


def change_item(store: Store, variant: Variant, given: Row, moment: int) -> Variant:
    """Lay what was sent over a variant's stock item; returns the variant's new head."""
    head = replace(
        variant,
        item_updated=moment,
        sku=given.get("sku", variant.sku),
        tracked=given["tracked"] if given.get("tracked") is not None else variant.tracked,
    )
    store.lay_item(variant, _item_laid(store, variant, given))
    store.variants.put(head)
    return head


def make_variant(store: Store, product: Product, given: Row, choice: Choice, moment: int) -> Variant:
    """Add a variant to a product, untracked and stocked nowhere but at the first location."""
    index = len(store.sold)
    own = store.variants_of(product)
    head = Variant(
        id=BASES["ProductVariant"] + index,
        index=index,
        product=product,
        position=max((variant.position for variant in own), default=0) + 1,
        title=title_of(choice),
        sku=None,
        price=0,
        created=moment,
        updated=moment,
        taxable=True,
        tracked=False,
        item_updated=moment,
        barcode=None,
    )
    laid: Row = {"compareAtPrice": None, "inventoryPolicy": "DENY", "selectedOptions": selected(choice)}
    weight = {"value": 0.0, "unit": "POUNDS" if store.profile.country == "US" else "KILOGRAMS"}
    item: Row = {
        "unitCost": None,
        "countryCodeOfOrigin": None,
        "harmonizedSystemCode": None,
        "measurement": {"id": gid("InventoryItemMeasurement", head.item_id), "weight": weight},
    }
    store.adopt(head, laid, item)
    return change_variant(store, head, given, None, moment)


def _laid(store: Store, given: Row) -> Row:
    currency = store.profile.currency
    laid: Row = {name: given[name] for name in LAID if given.get(name) is not None}
    if "compareAtPrice" in given:
        amount = given["compareAtPrice"]
        laid["compareAtPrice"] = None if amount is None else padded(minor_of(amount, currency), currency)
    return laid


def _item_laid(store: Store, variant: Variant, given: Row) -> Row:
    currency = store.profile.currency
    laid: Row = {name: given[name] for name in ITEM_FIELDS if name in given}
    if "cost" in given:
        cost = given["cost"]
        amount = None if cost is None else unpadded(minor_of(cost, currency), 10 ** DIGITS.get(currency, 2))
        laid["unitCost"] = None if amount is None else {"amount": amount, "currencyCode": currency}
    if "harmonizedSystemCode" in given:
        laid["harmonizedSystemCode"] = re.sub(r"\D", "", given["harmonizedSystemCode"] or "") or None
    weight = (given.get("measurement") or {}).get("weight")
    if weight is not None:
        number = gid("InventoryItemMeasurement", variant.item_id)
        laid["measurement"] = {"id": number, "weight": {"value": float(weight["value"]), "unit": weight["unit"]}}
    return laid
