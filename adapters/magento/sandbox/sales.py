"""Orders, their lines, and their documents."""

from adapters.magento.sandbox.answers import list_heads, list_rows, one_row
from adapters.magento.sandbox.calls import Answer, Call
from adapters.magento.sandbox.errors import refusal
from adapters.magento.sandbox.seed.plans import Document
from adapters.magento.sandbox.seed.returns import FIELDS as RETURN_FIELDS
from adapters.magento.sandbox.seed.returns import return_rows
from adapters.magento.sandbox.site import Site
from adapters.magento.sandbox.table import Row


def list_orders(site: Site, call: Call) -> Answer:
    """Answer GET /V1/orders."""
    return list_heads(site, call, site.orders, lambda plan: site.orders.row(plan.id))


def get_order(site: Site, call: Call) -> Answer:
    """Answer GET /V1/orders/{id}."""
    return Answer(one_row(site, call, site.orders))


def get_status(site: Site, call: Call) -> Answer:
    """Answer GET /V1/orders/{id}/statuses: one word."""
    return Answer(one_row(site, call, site.orders)["status"])


def list_comments(site: Site, call: Call) -> Answer:
    """Answer GET /V1/orders/{id}/comments."""
    rows = one_row(site, call, site.orders)["status_histories"]
    return Answer({"items": rows, "search_criteria": {"filter_groups": []}, "total_count": len(rows)})


def list_items(site: Site, call: Call) -> Answer:
    """Answer GET /V1/orders/items: the lines of all orders."""
    items = site.items()
    return list_heads(site, call, items, lambda item: items.row(item.id))


def get_item(site: Site, call: Call) -> Answer:
    """Answer GET /V1/orders/items/{id}."""
    return Answer(one_row(site, call, site.items()))


def list_shipments(site: Site, call: Call) -> Answer:
    """Answer GET /V1/shipments; some shops keep the source for the single read."""

    def show(shipment: Document) -> Row:
        row = site.shipments.row(shipment.id)
        return {name: value for name, value in row.items() if name != "extension_attributes"} if site.settings.thin_lists else row

    return list_heads(site, call, site.shipments, show)


def get_shipment(site: Site, call: Call) -> Answer:
    """Answer GET /V1/shipment/{id}."""
    return Answer(one_row(site, call, site.shipments))


def list_memos(site: Site, call: Call) -> Answer:
    """Answer GET /V1/creditmemos."""
    return list_heads(site, call, site.memos, lambda memo: site.memos.row(memo.id))


def get_memo(site: Site, call: Call) -> Answer:
    """Answer GET /V1/creditmemo/{id}."""
    return Answer(one_row(site, call, site.memos))


def list_invoices(site: Site, call: Call) -> Answer:
    """Answer GET /V1/invoices."""
    return list_heads(site, call, site.invoices, lambda invoice: site.invoices.row(invoice.id))


def get_invoice(site: Site, call: Call) -> Answer:
    """Answer GET /V1/invoices/{id}."""
    return Answer(one_row(site, call, site.invoices))


def list_returns(site: Site, call: Call) -> Answer:
    """Answer GET /V1/returns, which the commerce edition has."""
    rows = return_rows(site.facts, site.orders.heads.values())
    return list_rows(site, call, rows, RETURN_FIELDS, lambda row: row["entity_id"])


def get_return(site: Site, call: Call) -> Answer:
    """Answer GET /V1/returns/{id}."""
    rows = return_rows(site.facts, site.orders.heads.values())
    row = next((row for row in rows if row["entity_id"] == call.number()), None)
    if row is None:
        raise refusal("entity")
    return Answer(row)
