"""The platform's refusals: one exception, the table of those we know, and the one shape for bad parameters."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class ApiError(Exception):
    """An answer that is an error; `more` joins `data.status`, `bare` replaces `data` altogether (the platform forgets the object there)."""

    status: int
    code: str | int
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
    "create": (401, "woocommerce_rest_cannot_create", "Sorry, you are not allowed to create resources."),
    "delete": (401, "woocommerce_rest_cannot_delete", "Sorry, you are not allowed to delete this resource."),
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
    "note": (404, "woocommerce_rest_invalid_id", "Invalid resource ID."),
    "order of notes": (404, "woocommerce_rest_order_invalid_id", "Invalid order ID."),
    "tracking": (404, "woocommerce_rest_shipment_tracking_invalid_id", "Invalid shipment tracking ID."),
    "product exists": (400, "woocommerce_rest_product_exists", "Cannot create existing product."),
    "variation exists": (400, "woocommerce_rest_product_variation_exists", "Cannot create existing product_variation."),
    "customer exists": (400, "woocommerce_rest_customer_exists", "Cannot create existing resource."),
    "sku": (400, "product_invalid_sku", "Invalid or duplicated SKU."),
    "barcode": (400, "product_invalid_global_unique_id", "Invalid or duplicated GTIN, UPC, EAN or ISBN."),
    "picture": (400, "woocommerce_product_image_upload_error", "Error getting remote image: a valid URL was not provided."),
    "picture id": (400, "woocommerce_product_invalid_image_id", "That is an invalid image ID."),
    "buyer": (400, "woocommerce_rest_invalid_customer_id", "Customer ID is invalid."),
    "email taken": (400, "registration-error-email-exists", "An account is already registered with your email address."),
    "email wrong": (400, "registration-error-invalid-email", "Please provide a valid email address."),
    "username taken": (400, "registration-error-username-exists", "An account is already registered with that username."),
    "email of another": (400, "woocommerce_rest_customer_invalid_email", "Email address is invalid."),
    "username fixed": (400, "woocommerce_rest_customer_invalid_argument", "Username isn't editable."),
    "trashed": (410, "woocommerce_rest_already_trashed", "That has already been deleted."),
    "no trash": (501, "woocommerce_rest_trash_not_supported", "This resource does not support trashing."),
    "term": (400, "term_exists", "A term with the name provided already exists with this parent."),
    "settings": (404, "rest_setting_setting_group_invalid", "Invalid setting group."),
    "setting": (404, "rest_setting_setting_invalid", "Invalid setting."),
    "too large": (413, "woocommerce_rest_request_entity_too_large", "Unable to accept more than 100 items for this request."),
    "unserved": (501, "sandbox_not_served", "This sandbox does not serve that write yet."),
}

# A refund's failures carry a bare number for `data`, so the server falls back to 500 whatever the number says.
REFUND_ORDER = ApiError(500, "woocommerce_rest_invalid_order_id", "Invalid order ID.", bare=404)
REFUND_NOTHING = ApiError(500, "woocommerce_rest_invalid_order_refund", "Refund amount must be greater than zero.", bare=400)
REFUND_ITSELF = ApiError(500, "woocommerce_rest_invalid_order_refund_id", "Invalid order refund ID.", bare=404)


def refund_refused(message: str) -> ApiError:
    """Return what becomes of a refund that business rules or the payment's gateway do not allow."""
    return ApiError(500, "woocommerce_rest_cannot_create_order_refund", message, bare=500)


def fulfillment_refused(message: str) -> ApiError:
    """Return a fulfilment's refusal: whatever is wrong, its code is that of a PHP exception, which nobody sets."""
    return ApiError(400, 0, message)


def refusal(name: str, status: int = 0, **more: Any) -> ApiError:
    """Return the known error of that name, with another status where the platform gives one code two of them."""
    usual, code, message = KNOWN[name]
    return ApiError(status or usual, code, message, more)


def missing_parameters(names: Sequence[str]) -> ApiError:
    """Return the 400 that names what was not sent."""
    return ApiError(400, "rest_missing_callback_param", f"Missing parameter(s): {', '.join(names)}", {"params": list(names)})


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
