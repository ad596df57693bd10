"""How the platform says no: one table of its codes, and the two envelopes they come in."""

from dataclasses import dataclass, field
from typing import Any

OAUTH, ACCESS = "OAuth", "ACCESS"
ORDERS, INVENTORY, FINANCES = "API_FULFILLMENT", "API_INVENTORY", "API_FINANCES"
UNSPECIFIED = 25002


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
    25002: Code(400, INVENTORY, "A user error has occurred. {additionalInfo}."),
    25003: Code(400, INVENTORY, "Invalid price. {additionalInfo}."),
    25004: Code(400, INVENTORY, "Invalid quantity. {additionalInfo}."),
    25005: Code(400, INVENTORY, "Invalid category. {additionalInfo}."),
    25007: Code(400, INVENTORY, "Invalid Shipping policy information. {additionalInfo}."),
    25008: Code(400, INVENTORY, "Invalid Payment policy information. {additionalInfo}."),
    25009: Code(400, INVENTORY, "Invalid Return policy information. {additionalInfo}."),
    25012: Code(400, INVENTORY, "Invalid location. {additionalInfo}."),
    25013: Code(400, INVENTORY, "Invalid data in the Inventory Item Group. {additionalInfo}."),
    25014: Code(400, INVENTORY, "Invalid pictures. {additionalInfo}."),
    25015: Code(400, INVENTORY, "Invalid picture URL. {additionalInfo}."),
    25017: Code(400, INVENTORY, "Missing information in the field {fieldName}."),
    25019: Code(400, INVENTORY, "Cannot revise the listing. {additionalInfo}."),
    25021: Code(400, INVENTORY, "Invalid condition information. {additionalInfo}."),
    25025: Code(500, INVENTORY, "Concurrent access of Inventory or InventoryItemGroup. Please try again later", category="APPLICATION"),
    25026: Code(400, INVENTORY, "Selling limits exceeded. {additionalInfo}."),
    25096: Code(200, INVENTORY, "This listing is on hold due to a policy violation. You may revise it to resolve the situation."),
    25097: Code(400, INVENTORY, "This listing is on hold due to a policy violation, and revisions are not possible."),
    25402: Code(200, INVENTORY, "System warning. {additionalInfo}.", category="APPLICATION"),
    25503: Code(400, INVENTORY, "Invalid product information. {additionalInfo}."),
    25701: Code(400, INVENTORY, "These SKU(s) are not in the system: {additionalInfo}"),
    25702: Code(404, INVENTORY, "{sku} could not be found or is not available in the system."),
    25703: Code(
        400, INVENTORY, "The following SKU is already a member of another group. SKU : {skuValue} groupId : {inventoryItemGroupKey}"
    ),
    25704: Code(400, INVENTORY, "The following SKU is already listed as a single SKU listing. SKU : {skuValue} Listing ID : {listingId}"),
    25705: Code(
        404, INVENTORY, "The Inventory Item Group named {inventoryItemGroupKey} could not be found or is not available in the system."
    ),
    25706: Code(400, INVENTORY, "You have provided invalid pagination values. {additionalInfo}."),
    25707: Code(400, INVENTORY, "Invalid sku. sku has to be alphanumeric with upto 50 characters in length"),
    25708: Code(400, INVENTORY, "Invalid SKU."),
    25709: Code(400, INVENTORY, "Invalid value for {fieldName}."),
    25710: Code(404, INVENTORY, "We didn't find the entity you are requesting. Please verify the request"),
    25713: Code(404, INVENTORY, "This Offer is not available : {additionalInfo}."),
    25725: Code(400, INVENTORY, "No offer found"),
    25727: Code(400, INVENTORY, "The number of InventoryItems in the request cannot exceed {additionalInfo}."),
    25728: Code(400, INVENTORY, "InventoryItems should be unique in the request."),
    25729: Code(400, INVENTORY, "The combination of SKU, marketplaceId and format should be unique."),
    25730: Code(400, INVENTORY, "The number of offers in the request cannot exceed {additionalInfo}."),
    25731: Code(400, INVENTORY, "OfferId should be unique in the request."),
    25732: Code(400, INVENTORY, "Offers associated with SKUs that are part of a variation group cannot be published using this endpoint."),
    25733: Code(400, INVENTORY, "Valid SKU and locale information are required for all the InventoryItems in the request."),
    25734: Code(400, INVENTORY, "SKU should be unique in the request."),
    25735: Code(400, INVENTORY, "Invalid SKU, marketplaceId or format."),
    25755: Code(400, INVENTORY, "listingDuration is required for auction offer."),
    25756: Code(400, INVENTORY, "Auction format is not permitted with a SKU that is part of an InventoryItemGroup."),
    25757: Code(400, INVENTORY, "auctionStartPrice is required for auction offer."),
    25758: Code(400, INVENTORY, "auctionStartPrice and auctionReservePrice are not supported for fixed price offer."),
    25759: Code(400, INVENTORY, "shipToLocationAvailability quantity value should be greater than or equal to auction allocation."),
    25762: Code(400, INVENTORY, "availableQuantity is not applicable for auction offer."),
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
    32200: Code(400, ORDERS, "Invalid line item id: {lineItemId}"),
    32210: Code(400, ORDERS, "Duplicate line item in the request"),
    32300: Code(400, ORDERS, "Invalid shipment tracking number or carrier"),
    32500: Code(400, ORDERS, "Invalid shipped date"),
    32600: Code(400, ORDERS, "Invalid input data"),
    32800: Code(400, ORDERS, "Invalid field group: {fieldGroup}"),
    34500: Code(400, ORDERS, "Please use PUT operation for updating shipping fulfillment"),
    34902: Code(400, ORDERS, "Request can't be empty."),
    34903: Code(400, ORDERS, "The refund reason must be specified."),
    34905: Code(400, ORDERS, "Either orderLevelRefundAmount or refundItems must be specified."),
    34906: Code(400, ORDERS, "The amount value must be specified."),
    34907: Code(400, ORDERS, "The amount value must be positive and within two decimals."),
    34908: Code(400, ORDERS, "The amount currency must be specified."),
    34909: Code(400, ORDERS, "The amount currency isn't correct."),
    34910: Code(400, ORDERS, "Either legacyReference or lineItemId must be specified for item level refund."),
    34911: Code(400, ORDERS, "Legacy item id must be specified for item level refund if you use legacyReference."),
    34912: Code(400, ORDERS, "Legacy transaction id must be specified for item level refund if you use legacyReference."),
    34913: Code(404, ORDERS, "Can not find the order."),
    34914: Code(400, ORDERS, "Can't find the item in the order."),
    34915: Code(400, ORDERS, "The refund amount exceeds order amount."),
    34916: Code(400, ORDERS, "A post-transaction case exists on this order, seller refund can't be triggered.", category="BUSINESS"),
    34917: Code(400, ORDERS, "This order was already refunded.", category="BUSINESS"),
    34921: Code(400, ORDERS, "The comment exceeds the length limit, please make sure it doesn't exceed 1000 characters."),
    34922: Code(400, ORDERS, "Refund can't be issued while previous refund is processing."),
    34924: Code(409, ORDERS, "The item refund amount exceeds the item remaining amount.", category="BUSINESS"),
    34929: Code(409, ORDERS, "You cannot refund this order yet since the buyer payment has not been processed. Please try again later."),
    135003: Code(400, FINANCES, "The value of pagination is invalid."),
    135005: Code(400, FINANCES, "The value of sorting is invalid."),
    135006: Code(400, FINANCES, "The value of transaction type filter is invalid."),
    135007: Code(400, FINANCES, "The value of transaction status filter is invalid."),
    135008: Code(400, FINANCES, "The value of transaction date filter is invalid."),
    135009: Code(400, FINANCES, "Transaction type filter is missing."),
    135015: Code(400, FINANCES, "The supplied start date is invalid, as transactions older than five years cannot be retrieved."),
    135016: Code(400, FINANCES, "The supplied date range is invalid, as the date range cannot exceed 36 months."),
    # Nor is this one: the older interface publishes no list of its codes.
    1600: Code(409, ACCESS, "The cancellation is not open", category="BUSINESS"),
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
    # What an unspecified error says is in its message; only what names a thing comes as a parameter too.
    named = {name: value for name, value in error.parameters.items() if not (error.code == UNSPECIFIED and name == "additionalInfo")}
    if named:
        written["parameters"] = [{"name": name, "value": value} for name, value in named.items()]
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
