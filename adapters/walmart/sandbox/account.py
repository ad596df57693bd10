"""The seller's own account: its ship nodes, its profile, and whether the platform's APIs are up."""

from typing import Any

from adapters.walmart.sandbox.calls import Call
from adapters.walmart.sandbox.seed.nodes import Node, nodes_of, partner_of
from adapters.walmart.sandbox.seller import Seller

Row = dict[str, Any]
DAYS = ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday")
GROUPS = ("Returns", "Items", "Sandbox", "Lagtime", "Promos", "Orders", "Authentication", "Price", "Refunds", "Authorization", "Inventory")


def list_nodes(seller: Seller, call: Call) -> list[Row]:
    """Answer all ship nodes; there is no paging, and the list is bare."""
    calendar = call.flag("includeCalendarDayConfiguration")
    return [_node_row(node) | ({"calendarDayConfiguration": _calendar()} if calendar else {}) for node in nodes_of(seller.settings.name)]


def profile(seller: Seller, call: Call) -> Row:
    """Answer who the seller is."""
    partner = {
        "partnerId": partner_of(seller.settings.name),
        "partnerName": f"{seller.settings.title} LLC",
        "partnerDisplayName": seller.settings.title,
        "partnerStoreId": partner_of(seller.settings.name)[-6:],
        "countryOfIncorporation": "US",
    }
    return {"partner": partner, "configurations": [{"configurationName": "ACCOUNT", "configuration": {"status": "ACTIVE"}}]}


def api_status(seller: Seller, call: Call) -> Row:
    """Answer which APIs are up."""
    return {
        "apiStatuses": [{"apiGroup": group, "status": "OPERATIONAL", "lastUpdatedTime": "2026-11-01T07:30:48.611Z"} for group in GROUPS]
    }


def _node_row(node: Node) -> Row:
    return {
        "shipNode": node.id,
        "nodeType": node.type,
        "shipNodeName": node.name,
        "status": node.status,
        "timeZone": node.zone,
        "distributorSupportedServices": ["TWO_DAY_DELIVERY"],
        "postalAddress": {
            "addressLine1": "4 Silo Road",
            "city": node.city,
            "state": node.state,
            "country": "USA",
            "postalCode": node.postcode,
        },
        "shippingDetails": [{"twoDayShipping": [{"carrierMethodName": node.carrier, "carrierMethodType": "GROUND"}]}],
    }


def _calendar() -> Row:
    working = {day: {"isWorkingDay": day not in {"sunday", "saturday"}, "cutOffTime": "14:00"} for day in DAYS}
    weekend = {"sunday": {"workingDay": False}, "saturday": {"workingDay": False}}
    return {"standardProcessingSchedule": working, "additionalDaysOff": [], "carrierWeekendCalendar": weekend}
