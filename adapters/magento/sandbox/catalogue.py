"""Products, their variants, attributes and legacy stock records, and the customers who buy them."""

from adapters.magento.sandbox.answers import list_heads, list_rows, masked, one_row
from adapters.magento.sandbox.calls import Answer, Call
from adapters.magento.sandbox.errors import refusal
from adapters.magento.sandbox.seed.products import attribute_row, configurable_options, listed, option_rows, seen_in, stock_item
from adapters.magento.sandbox.seed.wares import ATTRIBUTES, Attribute, Ware
from adapters.magento.sandbox.site import Site
from adapters.magento.sandbox.table import Row

ATTRIBUTE_FIELDS = ("attribute_id", "attribute_code", "frontend_input", "default_frontend_label")


def list_products(site: Site, call: Call) -> Answer:
    """Answer GET /V1/products; unlike other kinds it never repeats its last page."""
    view, thin = site.view(call.scope), site.settings.thin_lists
    return list_heads(site, call, site.products, lambda ware: listed(seen_in(_row(site, ware), view, ware), thin=thin), repeats=False)


def get_product(site: Site, call: Call) -> Answer:
    """Answer GET /V1/products/{sku}."""
    ware = ware_of(site, call.parts[0])
    if "broken" in ware.changes:
        raise masked(site)
    return Answer(product_seen(site, ware, call.scope))


def list_children(site: Site, call: Call) -> Answer:
    """Answer GET /V1/configurable-products/{sku}/children: reduced products, nothing for any other type."""
    ware = ware_of(site, call.parts[0])
    inside = ware.children if ware.type == "configurable" else ()
    children = (site.products.heads[child] for child in inside if child in site.products.heads)
    view = site.view(call.scope)
    return Answer([_reduced(seen_in(_row(site, child), view, child)) for child in children])


def list_options(site: Site, call: Call) -> Answer:
    """Answer GET /V1/configurable-products/{sku}/options/all."""
    return Answer(configurable_options(site.facts, ware_of(site, call.parts[0])))


def list_attributes(site: Site, call: Call) -> Answer:
    """Answer GET /V1/products/attributes."""
    return list_rows(site, call, [attribute_row(one) for one in ATTRIBUTES], ATTRIBUTE_FIELDS, lambda row: row["attribute_id"])


def get_attribute(site: Site, call: Call) -> Answer:
    """Answer GET /V1/products/attributes/{attributeCode}; the number of an attribute does as well."""
    return Answer(attribute_row(_attribute(call.parts[0])))


def list_attribute_options(site: Site, call: Call) -> Answer:
    """Answer GET /V1/products/attributes/{attributeCode}/options."""
    return Answer(option_rows(_attribute(call.parts[0])))


def get_stock_item(site: Site, call: Call) -> Answer:
    """Answer GET /V1/stockItems/{productSku}."""
    ware = ware_of(site, call.parts[0])
    return Answer(stock_item(ware, int(site.shelves.on_hand(ware.sku, "default"))))


def get_stock_status(site: Site, call: Call) -> Answer:
    """Answer GET /V1/stockStatuses/{productSku}."""
    item = get_stock_item(site, call).body
    status = {"product_id": item["product_id"], "stock_id": 1, "qty": item["qty"], "stock_status": int(item["is_in_stock"])}
    return Answer({**status, "stock_item": item})


def list_customers(site: Site, call: Call) -> Answer:
    """Answer GET /V1/customers/search."""
    return list_heads(site, call, site.customers, lambda customer: site.customers.row(customer.id))


def get_customer(site: Site, call: Call) -> Answer:
    """Answer GET /V1/customers/{customerId}."""
    return Answer(one_row(site, call, site.customers, "customer"))


def ware_of(site: Site, sku: str) -> Ware:
    """Return the product of that SKU, whatever its case. ApiError 404 when there is none."""
    ware = known_ware(site, sku)
    if ware is None:
        raise refusal("product")
    return ware


def known_ware(site: Site, sku: str) -> Ware | None:
    """Return the product of that SKU, whatever its case, or None."""
    row_id = site.by_sku.get(sku)
    if row_id is None:
        row_id = next((one for known, one in site.by_sku.items() if known.casefold() == sku.casefold()), None)
    return None if row_id is None else site.products.heads.get(row_id)


def product_seen(site: Site, ware: Ware, scope: str) -> Row:
    """Return a full product as one store view has it, or, in `all`, as it is everywhere."""
    return seen_in(_row(site, ware), site.view(scope), ware)


def _row(site: Site, ware: Ware) -> Row:
    """Return the full product with what lies at the default source now."""
    row = site.products.row(ware.id)
    item = stock_item(ware, int(site.shelves.on_hand(ware.sku, "default")))
    return {**row, "extension_attributes": {**row["extension_attributes"], "stock_item": item}}


def _reduced(row: Row) -> Row:
    return {name: value for name, value in row.items() if name not in {"extension_attributes", "options", "media_gallery_entries"}}


def _attribute(code: str) -> Attribute:
    for attribute in ATTRIBUTES:
        if code in {attribute.code, str(attribute.id)}:
            return attribute
    raise refusal("entity")
