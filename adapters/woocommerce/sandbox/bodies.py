"""What may stand in the body of a single write: types, choices and what must not be missing. Batch entries are never looked at so."""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from adapters.woocommerce.sandbox.errors import Complaint, bad_parameters, missing_parameters
from adapters.woocommerce.sandbox.reads import STATUSES

Body = Mapping[str, Any]
Shape = Mapping[str, str | tuple[str, ...]]
TRUE = frozenset({"true", "1", "yes"})

# A word is a type; several are the only values there are.
STOCKED: Shape = {
    "manage_stock": "boolean",
    "stock_quantity": "integer",
    "inventory_delta": "integer",
    "stock_status": ("instock", "outofstock", "onbackorder"),
    "backorders": ("no", "notify", "yes"),
    "low_stock_amount": "integer or null",
}
WARE: Shape = {
    **STOCKED,
    **dict.fromkeys(("regular_price", "sale_price", "sku", "global_unique_id", "description", "weight", "tax_class"), "string"),
    **dict.fromkeys(("virtual", "downloadable"), "boolean"),
    **dict.fromkeys(("attributes", "downloads", "meta_data"), "array"),
    "dimensions": "object",
    "menu_order": "integer",
    "tax_status": ("taxable", "shipping", "none"),
}
PRODUCT: Shape = {
    **WARE,
    **dict.fromkeys(("name", "slug", "short_description", "purchase_note", "external_url", "button_text"), "string"),
    **dict.fromkeys(("featured", "sold_individually", "reviews_allowed"), "boolean"),
    **dict.fromkeys(("images", "categories", "tags", "brands", "upsell_ids", "cross_sell_ids", "default_attributes"), "array"),
    "type": ("simple", "grouped", "external", "variable"),
    "status": ("draft", "pending", "private", "publish", "future", "auto-draft", "trash"),
    "catalog_visibility": ("visible", "catalog", "search", "hidden"),
}
VARIATION: Shape = {**WARE, "manage_stock": "boolean or parent", "status": ("draft", "pending", "private", "publish"), "image": "object"}
ADDRESSED: Shape = {"billing": "address", "shipping": "object", "meta_data": "array"}
ORDER: Shape = {
    **ADDRESSED,
    **dict.fromkeys(("customer_note", "transaction_id", "payment_method", "payment_method_title"), "string"),
    "status": tuple(status for status in STATUSES if status != "checkout-draft"),
    "customer_id": "integer",
    "set_paid": "boolean",
}
CUSTOMER: Shape = {**ADDRESSED, **dict.fromkeys(("first_name", "last_name", "username", "password"), "string"), "email": "email"}
REFUND: Shape = {
    **dict.fromkeys(("amount", "reason"), "string"),
    **dict.fromkeys(("api_refund", "api_restock"), "boolean"),
    **dict.fromkeys(("line_items", "meta_data"), "array"),
}
NOTE: Shape = {"note": "string", "customer_note": "boolean", "added_by_user": "boolean"}
FULFILLMENT: Shape = {"status": "string", "is_fulfilled": "boolean", "notify_customer": "boolean", "meta_data": "array"}
TRACKING: Shape = dict.fromkeys(
    ("tracking_number", "tracking_provider", "custom_tracking_provider", "custom_tracking_link", "date_shipped"), "string"
)
LISTS = {"array": list, "object": dict, "address": dict}
EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")


def check(body: Body, shape: Shape, required: Sequence[str] = ()) -> None:
    """Refuse a body that lacks something or has values of the wrong type. ApiError 400 that names all of it."""
    missing = [name for name in required if body.get(name) is None]
    if missing:
        raise missing_parameters(missing)
    found = {name: _complaint(name, value, shape[name]) for name, value in body.items() if name in shape}
    complaints = {name: complaint for name, complaint in found.items() if complaint}
    if complaints:
        raise bad_parameters(complaints)


def sent(body: Body) -> dict[str, Any]:
    """Return what was sent, without the id that only says where."""
    return {name: value for name, value in body.items() if name != "id"}


def text(given: Any) -> str:
    """Read a text as the server's language does when nobody checked its type."""
    return {None: "", True: "1", False: ""}[given] if given is None or isinstance(given, bool) else str(given)


def flag(given: Any) -> bool:
    """Read a yes or no in any of its spellings."""
    return text(given).lower() in TRUE


def whole(given: Any) -> int:
    """Read the number a text begins with; 0 when it begins with none."""
    match = re.match(r"\s*-?\d+", text(given))
    return int(match.group()) if match else 0


def number(given: Any) -> Decimal | None:
    """Read a sum of money; None when it is no number."""
    try:
        found = Decimal(text(given).strip())
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def is_email(given: Any) -> bool:
    """Tell whether a text is an e-mail address."""
    return isinstance(given, str) and EMAIL.fullmatch(given) is not None


def _complaint(name: str, value: Any, wanted: str | tuple[str, ...]) -> Complaint | None:
    if isinstance(wanted, tuple):
        if value in wanted:
            return None
        message = f"{name} is not one of {', '.join(wanted[:-1])}, and {wanted[-1]}."
        return Complaint("rest_not_in_enum", message, {"enum": list(wanted)})
    if wanted == "email" or (wanted == "address" and isinstance(value, dict) and value.get("email")):
        given = value["email"] if isinstance(value, dict) else value
        return None if is_email(given) else Complaint("rest_invalid_email", "Invalid email address.", {"param": name})
    if _fits(value, wanted):
        return None
    kind = {"address": "object"}.get(wanted, wanted.partition(" or ")[0])
    return Complaint("rest_invalid_type", f"{name} is not of type {kind}.", {"param": name})


def _fits(value: Any, wanted: str) -> bool:
    kind, _, also = wanted.partition(" or ")
    if (also == "null" and value is None) or (also and value == also):
        return True
    if kind == "integer":
        return re.fullmatch(r"-?\d+(\.0+)?", str(value)) is not None and not isinstance(value, bool)
    if kind == "boolean":
        return isinstance(value, bool) or str(value).lower() in {"true", "false", "0", "1"}
    return isinstance(value, LISTS.get(kind, str))
