"""The operations this sandbox serves: the path as the platform describes it, the role it needs, and who answers."""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import unquote

from adapters.amazon.sandbox import (
    account,
    catalog,
    feed_documents,
    feeds,
    finances,
    listing_writes,
    listings,
    orders,
    product_types,
    reports,
    shipments,
    stock,
)
from adapters.amazon.sandbox.calls import Answer, Call
from adapters.amazon.sandbox.shop import Shop


@dataclass(frozen=True, slots=True)
class Route:
    """One operation; an empty `role` needs none.

    `precheck` refuses a body before it is held against the description; `plan` tells the usage plan a body counts against, where that
    is not the operation's own.
    """

    method: str
    template: str
    operation_id: str
    handler: Callable[[Shop, Call], Answer]
    role: str = ""
    precheck: Callable[[bytes], None] | None = None
    plan: Callable[[bytes], str] | None = None

    @property
    def operation(self) -> str:
        """How faults and the log of calls name it."""
        return f"{self.method} {self.template}"

    def match(self, method: str, path: str) -> dict[str, str] | None:
        """Return the values of a path (still encoded, so that a SKU may contain a slash), or None when another operation is meant."""
        steps, wanted = path.split("/"), self.template.split("/")
        if method != self.method or len(steps) != len(wanted):
            return None
        values = {}
        for step, want in zip(steps, wanted, strict=True):
            if want.startswith("{") and step:
                values[want[1:-1]] = unquote(step)
            elif step != want:
                return None
        return values


CONFIRMATION = "/orders/v0/orders/{orderId}/shipmentConfirmation"
LISTING = "/listings/2021-08-01/items/{sellerId}/{sku}"
PRODUCT_TYPES = "/definitions/2020-09-01/productTypes"
FEEDS = "/feeds/2021-06-30"
REPORTS = "/reports/2021-06-30"
SOURCES = "/supplySources/2020-07-01/supplySources"
ROUTES = (
    Route("GET", "/orders/2026-01-01/orders", "searchOrders", orders.search_orders, "orders"),
    Route("GET", "/orders/2026-01-01/orders/{orderId}", "getOrder", orders.get_order, "orders"),
    Route("POST", CONFIRMATION, "confirmShipment", shipments.confirm_shipment, "orders", precheck=shipments.well_formed),
    Route("GET", "/listings/2021-08-01/items/{sellerId}", "searchListingsItems", listings.search_listings, "listing"),
    Route("GET", LISTING, "getListingsItem", listings.get_listing, "listing"),
    Route("PATCH", LISTING, "patchListingsItem", listing_writes.patch_listing, "listing"),
    Route("PUT", LISTING, "putListingsItem", listing_writes.put_listing, "listing"),
    Route("DELETE", LISTING, "deleteListingsItem", listing_writes.delete_listing, "listing"),
    Route("GET", PRODUCT_TYPES, "searchDefinitionsProductTypes", product_types.search_types, "listing"),
    Route("GET", f"{PRODUCT_TYPES}/{{productType}}", "getDefinitionsProductType", product_types.get_type, "listing"),
    Route("GET", "/catalog/2022-04-01/items", "searchCatalogItems", catalog.search_items, "listing"),
    Route("GET", "/catalog/2022-04-01/items/{asin}", "getCatalogItem", catalog.get_item, "listing"),
    Route("GET", "/fba/inventory/v1/summaries", "getInventorySummaries", stock.get_summaries, "listing"),
    Route("GET", SOURCES, "getSupplySources", stock.list_sources),
    Route("GET", f"{SOURCES}/{{supplySourceId}}", "getSupplySource", stock.get_source),
    Route("POST", "/externalFulfillment/inventory/2024-09-11/inventories", "batchInventory", stock.work_on_batch),
    Route("GET", "/finances/2024-06-19/transactions", "listTransactions", finances.list_transactions, "finance"),
    Route("GET", "/sellers/v1/marketplaceParticipations", "getMarketplaceParticipations", account.list_participations),
    Route("GET", "/sellers/v1/account", "getAccount", account.get_account),
    Route("POST", "/tokens/2021-03-01/restrictedDataToken", "createRestrictedDataToken", account.make_restricted_token),
    Route("POST", f"{FEEDS}/documents", "createFeedDocument", feed_documents.create_document),
    Route("GET", f"{FEEDS}/documents/{{feedDocumentId}}", "getFeedDocument", feed_documents.get_document),
    Route("POST", f"{FEEDS}/feeds", "createFeed", feeds.create_feed, plan=feeds.plan_of),
    Route("GET", f"{FEEDS}/feeds", "getFeeds", feeds.list_feeds),
    Route("GET", f"{FEEDS}/feeds/{{feedId}}", "getFeed", feeds.get_feed),
    Route("DELETE", f"{FEEDS}/feeds/{{feedId}}", "cancelFeed", feeds.cancel_feed),
    Route("POST", f"{REPORTS}/reports", "createReport", reports.create_report),
    Route("GET", f"{REPORTS}/reports", "getReports", reports.list_reports),
    Route("GET", f"{REPORTS}/reports/{{reportId}}", "getReport", reports.get_report),
    Route("GET", f"{REPORTS}/documents/{{reportDocumentId}}", "getReportDocument", reports.get_document),
)


def find_route(method: str, path: str) -> tuple[Route, dict[str, str]] | None:
    """Return the operation a path means, and the values in it."""
    for route in ROUTES:
        values = route.match(method, path)
        if values is not None:
            return route, values
    return None
