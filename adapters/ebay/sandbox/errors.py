"""How the platform says no: one table of its codes, and the two envelopes they come in."""

from dataclasses import dataclass, field
from typing import Any

OAUTH, ACCESS = "OAuth", "ACCESS"
ORDERS, INVENTORY, FINANCES = "API_FULFILLMENT", "API_INVENTORY", "API_FINANCES"


@dataclass(frozen=True, slots=True)
class Code:
    """One row of the table: the status it comes with, its domain and what it says."""

    status: int
    domain: str
    message: str
    long: str = ""
    category: str = "REQUEST"


CODES: dict[int, Code] = {
    1001: Code(401, OAUTH, "Invalid access token", "Invalid access token. Check the value of the Authorization HTTP request header."),
    1002: Code(400, OAUTH, "Missing access token", "Access token is missing in the Authorization HTTP request header."),
    1003: Code(400, OAUTH, "Token type in the Authorization header is invalid", "The Application is not authorized with this token type."),
    1100: Code(403, ACCESS, "Access denied", "Insufficient permissions to fulfill the request."),
    2001: Code(429, ACCESS, "Too many requests.", "The request limit has been reached for the resource."),
    2002: Code(404, ACCESS, "Resource not found", "The resource you requested was not found."),
    2004: Code(400, ACCESS, "Invalid request", "The request has errors: {why}"),
    # Not the platform's: it marks what a real one would answer and this server can't yet.
    2003: Code(501, ACCESS, "Not served by this sandbox", category="APPLICATION"),
    25702: Code(404, INVENTORY, "{sku} could not be found or is not available in the system."),
    25705: Code(
        404, INVENTORY, "The Inventory Item Group named {inventoryItemGroupKey} could not be found or is not available in the system."
    ),
    25706: Code(400, INVENTORY, "You have provided invalid pagination values. {additionalInfo}."),
    25708: Code(400, INVENTORY, "Invalid SKU."),
    25709: Code(400, INVENTORY, "Invalid value for {fieldName}."),
    25710: Code(404, INVENTORY, "We didn't find the entity you are requesting. Please verify the request"),
    25713: Code(404, INVENTORY, "This Offer is not available : {additionalInfo}."),
    25727: Code(400, INVENTORY, "The number of InventoryItems in the request cannot exceed {additionalInfo}."),
    25734: Code(400, INVENTORY, "SKU should be unique in the request."),
    25805: Code(404, INVENTORY, "{fieldName} Not Found."),
    30700: Code(400, ORDERS, "Invalid filter name: {fieldname}"),
    30800: Code(400, ORDERS, "Invalid filter value {fieldvalue} for filter {fieldname}"),
    30810: Code(400, ORDERS, "Invalid date format"),
    30820: Code(400, ORDERS, "Start date is missing"),
    30830: Code(400, ORDERS, "Time range between start date and end date must be within '{allowedTime}' years."),
    30840: Code(400, ORDERS, "Start date should be before end date"),
    30850: Code(400, ORDERS, "Start and end dates can't be in the future"),
    30900: Code(400, ORDERS, "Exceeded maximum number of order IDs (the current limit is 50)"),
    31000: Code(400, ORDERS, "Invalid offset: {offsetvalue}"),
    31100: Code(400, ORDERS, "Invalid limit: {limitvalue}"),
    32100: Code(404, ORDERS, "Invalid order ID: {orderId}"),
    32110: Code(404, ORDERS, "Invalid shipping fulfillment ID: {fulfillmentId}"),
    32800: Code(400, ORDERS, "Invalid field group: {fieldGroup}"),
    135003: Code(400, FINANCES, "The value of pagination is invalid."),
    135005: Code(400, FINANCES, "The value of sorting is invalid."),
    135006: Code(400, FINANCES, "The value of transaction type filter is invalid."),
    135007: Code(400, FINANCES, "The value of transaction status filter is invalid."),
    135008: Code(400, FINANCES, "The value of transaction date filter is invalid."),
    135009: Code(400, FINANCES, "Transaction type filter is missing."),
    135015: Code(400, FINANCES, "The supplied start date is invalid, as transactions older than five years cannot be retrieved."),
    135016: Code(400, FINANCES, "The supplied date range is invalid, as the date range cannot exceed 36 months."),
    # The documents leave the numbers of signature errors open; the range and the domain are known.
    215001: Code(400, ACCESS, "Missing signature header", "The {header} header is required for this call."),
}


@dataclass
class ApiError(Exception):
    """A request is refused; `status` replaces the one of the table, `parameters` fill its sentence and are shown."""

    code: int
    parameters: dict[str, str] = field(default_factory=dict)
    status: int = 0

    def __post_init__(self) -> None:
        self.status = self.status or CODES[self.code].status


def refusal(code: int, status: int = 0, **parameters: Any) -> ApiError:
    """Return an error of the table, to be raised."""
    return ApiError(code, {name: str(value) for name, value in parameters.items()}, status)


def entry(error: ApiError) -> dict[str, Any]:
    """Return one error as the REST interfaces list it."""
    code = CODES[error.code]
    written: dict[str, Any] = {"errorId": error.code, "domain": code.domain}
    if code.domain == INVENTORY:
        written["subdomain"] = "Selling"
    written |= {"category": code.category, "message": code.message.format(**error.parameters)}
    if code.long:
        written["longMessage"] = code.long.format(**error.parameters)
    if error.parameters:
        written["parameters"] = [{"name": name, "value": value} for name, value in error.parameters.items()]
    return written


def envelope(error: ApiError, *, post_order: bool) -> dict[str, Any]:
    """Return the body of an answer that refuses; the older interface has its own."""
    if not post_order:
        return {"errors": [entry(error)]}
    code = CODES[error.code]
    written = {
        "errorId": error.code,
        "domain": "returnErrorDomain",
        "severity": "ERROR",
        "category": code.category,
        "message": code.message.format(**error.parameters),
        "parameter": [{"name": name, "value": value} for name, value in error.parameters.items()],
        "errorName": code.message.upper().replace(" ", "_")[:40],
        "httpStatusCode": error.status,
    }
    return {"error": [written]}
