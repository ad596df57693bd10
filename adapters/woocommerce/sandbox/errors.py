"""The platform's refusals: one exception, the table of those we know, and the one shape for bad parameters."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class ApiError(Exception):
    """An answer that is an error; `more` joins `data.status`, `bare` replaces `data` altogether (the platform forgets the object there)."""

    status: int
    code: str
    message: str
    more: Mapping[str, Any] = field(default_factory=dict)
    bare: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    def body(self) -> dict[str, Any]:
        """Return the JSON body of the answer."""
        data = {"status": self.status, **self.more} if self.bare is None else self.bare
        return {"code": self.code, "message": self.message, "data": data}


KNOWN: dict[str, tuple[int, str, str]] = {
    "no route": (404, "rest_no_route", "No route was found matching the URL and request method."),
    "bad json": (400, "rest_invalid_json", "Invalid JSON body passed."),
    "list": (401, "woocommerce_rest_cannot_view", "Sorry, you cannot list resources."),
    "view": (401, "woocommerce_rest_cannot_view", "Sorry, you cannot view this resource."),
    "edit": (401, "woocommerce_rest_cannot_edit", "Sorry, you are not allowed to edit this resource."),
    "batch": (401, "woocommerce_rest_cannot_batch", "Sorry, you are not allowed to batch manipulate this resource."),
    "order": (404, "woocommerce_rest_shop_order_invalid_id", "Invalid ID."),
    "product": (404, "woocommerce_rest_product_invalid_id", "Invalid ID."),
    "variation": (404, "woocommerce_rest_product_variation_invalid_id", "Invalid ID."),
    "variation as product": (
        404,
        "woocommerce_rest_invalid_product_id",
        "To manipulate product variations you should use the variations route.",
    ),
    "customer": (404, "woocommerce_rest_invalid_id", "Invalid resource ID."),
    "order of notes": (404, "woocommerce_rest_order_invalid_id", "Invalid order ID."),
    "fulfillment": (404, "woocommerce_rest_fulfillment_invalid_id", "Invalid fulfillment ID."),
    "sku": (400, "product_invalid_sku", "Invalid or duplicated SKU."),
    "too large": (413, "woocommerce_rest_request_entity_too_large", "Unable to accept more than 100 items for this request."),
    "unserved": (501, "sandbox_not_served", "This sandbox does not serve that write yet."),
}

# A refund's failures carry a bare number for `data`, so the server falls back to 500 whatever the number says.
REFUND_ORDER = ApiError(500, "woocommerce_rest_invalid_order_id", "Invalid order ID.", bare=404)
REFUND_ITSELF = ApiError(500, "woocommerce_rest_invalid_order_refund_id", "Invalid order refund ID.", bare=404)


def refusal(name: str, status: int = 0, **more: Any) -> ApiError:
    """Return the known error of that name, with another status where the platform gives one code two of them."""
    usual, code, message = KNOWN[name]
    return ApiError(status or usual, code, message, more)


@dataclass(frozen=True, slots=True)
class Complaint:
    """What is wrong with one parameter."""

    code: str
    message: str
    data: Any = None


def bad_parameters(complaints: Mapping[str, Complaint]) -> ApiError:
    """Return the 400 that names every bad parameter, twice as the platform does: as text and in detail."""
    details = {name: {"code": wrong.code, "message": wrong.message, "data": wrong.data} for name, wrong in complaints.items()}
    params = {name: wrong.message for name, wrong in complaints.items()}
    more = {"params": params, "details": details}
    return ApiError(400, "rest_invalid_param", f"Invalid parameter(s): {', '.join(complaints)}", more)
