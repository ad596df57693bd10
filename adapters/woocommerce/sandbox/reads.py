"""The GET routes of orders, refunds, products, variations and customers."""

from collections.abc import Callable

from adapters.woocommerce.sandbox import lists, parameters, rendering
from adapters.woocommerce.sandbox.calls import Answer, Call
from adapters.woocommerce.sandbox.errors import REFUND_ITSELF, REFUND_ORDER, refusal
from adapters.woocommerce.sandbox.lists import SORT_KEYS, SortKey, Test, Values
from adapters.woocommerce.sandbox.seed.profiles import CORE_STATUSES, PLUGIN_STATUSES
from adapters.woocommerce.sandbox.site import Site
from adapters.woocommerce.sandbox.table import Head, Row, Table

HIDDEN = frozenset({"trash", "auto-draft"})
STATUSES = ("auto-draft", *CORE_STATUSES, *PLUGIN_STATUSES)
Show = Callable[[Site, Head, Call, Values], Row]


def list_orders(site: Site, call: Call) -> Answer:
    """GET orders."""
    values = parameters.read(call.query, parameters.ORDERS, {"status": ("any", "trash", *STATUSES)})
    tests = [_status_test(frozenset(values["status"])), *lists.common_tests(values)]
    if values["customer"] is not None:
        tests.append(lambda head: head.owner == values["customer"])
    if values["product"] is not None:
        tests.append(_sold_test(site, values["product"]))
    if values["created_via"]:
        tests.append(lambda head: head.type in values["created_via"])
    if values["search"]:
        tests.append(_search_test(values["search"]))
    return _listed(site, call, values, site.orders, tests, rendering.order)


def get_order(site: Site, call: Call) -> Answer:
    """GET orders/{id}."""
    head = find(site.orders, call.ids[0], "order")
    return Answer(rendering.order(site, head, call, parameters.read(call.query, parameters.ITEM)))


def list_refunds(site: Site, call: Call) -> Answer:
    """GET refunds and GET orders/{id}/refunds; of an unknown order there are simply none."""
    values = parameters.read(call.query, parameters.REFUNDS)
    tests = lists.common_tests(values)
    if call.ids:
        tests.append(lambda head: head.parent == call.ids[0])
    return _listed(site, call, values, site.refunds, tests, rendering.refund)


def get_refund(site: Site, call: Call) -> Answer:
    """GET orders/{id}/refunds/{rid}."""
    order_id, refund_id = call.ids
    if order_id not in site.orders.heads:
        raise REFUND_ORDER
    head = site.refunds.heads.get(refund_id)
    if head is None or head.parent != order_id:
        raise REFUND_ITSELF
    return Answer(rendering.refund(site, head, call, parameters.read(call.query, parameters.ITEM)))


def list_products(site: Site, call: Call) -> Answer:
    """GET products; asked for SKUs it lists variations as well."""
    values = parameters.read(call.query, parameters.PRODUCTS)
    tests = _ware_tests(site, values)
    if values["type"]:
        tests.append(lambda head: head.type == values["type"])
    if values["category"]:
        wanted = values["category"].split(",")
        tests.append(lambda head: not head.parent and str(site.products.row(head.id)["categories"][0]["id"]) in wanted)
    heads = lists.dated(site.products, values, site.clock)
    if values["sku"]:
        heads += lists.dated(site.variations, values, site.clock)
    found = lists.arranged(lists.matching(heads, tests), values, _ware_keys(site))
    return lists.paged(found, call, values, lambda head: rendering.ware(site, head, call, values))


def get_product(site: Site, call: Call) -> Answer:
    """GET products/{id}, which knows variations too."""
    table = site.variations if call.ids[0] in site.variations.heads else site.products
    head = find(table, call.ids[0], "product")
    return Answer(rendering.ware(site, head, call, parameters.read(call.query, parameters.ITEM)))


def list_variations(site: Site, call: Call) -> Answer:
    """GET variations and GET products/{id}/variations."""
    values = parameters.read(call.query, parameters.WARES)
    tests = _ware_tests(site, values)
    if call.ids:
        find(site.products, call.ids[0], "product")
        tests.append(lambda head: head.parent == call.ids[0])
    return _listed(site, call, values, site.variations, tests, rendering.variation)


def get_variation(site: Site, call: Call) -> Answer:
    """GET products/{id}/variations/{vid}."""
    head = find(site.variations, call.ids[1], "variation")
    if head.parent != call.ids[0]:
        raise refusal("variation")
    return Answer(rendering.variation(site, head, call, parameters.read(call.query, parameters.ITEM)))


def list_customers(site: Site, call: Call) -> Answer:
    """GET customers: users of the role `customer` unless asked otherwise."""
    values = parameters.read(call.query, parameters.CUSTOMERS)
    tests = lists.common_tests(values)
    if values["role"] != "all":
        tests.append(lambda head: head.type == values["role"])
    if values["email"]:
        tests.append(lambda head: head.mark == values["email"].lower())
    if values["search"]:
        tests.append(_search_test(values["search"]))
    found = lists.arranged(lists.matching(site.customers.heads.values(), tests), values)
    return lists.paged(found, call, values, lambda head: rendering.customer(site, head, call, values))


def get_customer(site: Site, call: Call) -> Answer:
    """GET customers/{id}."""
    return Answer(rendering.customer(site, find(site.customers, call.ids[0], "customer"), call, {}))


def find(table: Table, row_id: int, kind: str, status: int = 0) -> Head:
    """Return a head, or raise the refusal for an unknown id of that kind."""
    if row_id not in table.heads:
        raise refusal(kind, status)
    return table.heads[row_id]


def _listed(site: Site, call: Call, values: Values, table: Table, tests: list[Test], show: Show) -> Answer:
    found = lists.matching(lists.dated(table, values, site.clock), tests)
    arranged = lists.arranged(found, values, _ware_keys(site))
    return lists.paged(arranged, call, values, lambda head: show(site, head, call, values))


def _status_test(wanted: frozenset[str]) -> Test:
    """`any` in a list makes the rest of it meaningless: even `any,trash` leaves out the trash."""
    if "any" in wanted:
        return lambda head: head.status not in HIDDEN
    return lambda head: head.status in wanted


def _sold_test(site: Site, product: int) -> Test:
    """An order line counts for its product, never for the variation that was chosen."""
    sold = frozenset(() if product in site.variations.heads else (product, *site.variations.children.get(product, ())))
    return lambda head: any(ware in sold for ware, _ in head.lines)


def _search_test(text: str) -> Test:
    needle = text.lower()
    return lambda head: needle in head.label.lower() or needle in head.mark.lower() or needle == str(head.id)


def _ware_tests(site: Site, values: Values) -> list[Test]:
    tests = lists.common_tests(values)
    status = values["status"]
    tests.append(lambda head: head.status not in HIDDEN if status == "any" else head.status == status)
    if values["sku"]:
        skus = frozenset(sku.strip() for sku in values["sku"].split(","))
        tests.append(lambda head: head.mark in skus)
    if values["search"]:
        tests.append(_search_test(values["search"]))
    if values["slug"]:
        tests.append(lambda head: _row(site, head).get("slug") == values["slug"])
    for name in ("stock_status", "on_sale"):
        if values[name] is not None:
            tests.append(_field_test(site, name, values[name]))
    for name, sign in (("min_price", 1), ("max_price", -1)):
        if values[name] is not None:
            tests.append(_price_test(site, values[name], sign))
    return tests


def _field_test(site: Site, name: str, wanted: object) -> Test:
    return lambda head: _row(site, head)[name] == wanted


def _price_test(site: Site, bound: float, sign: int) -> Test:
    return lambda head: (_price(site, head) - bound) * sign >= 0


def _ware_keys(site: Site) -> dict[str, SortKey]:
    return {
        **SORT_KEYS,
        "price": lambda head: _price(site, head),
        "popularity": lambda head: int(_row(site, head).get("total_sales", 0)),
        "rating": _unsorted,
        "menu_order": _unsorted,
    }


def _unsorted(head: Head) -> int:
    """No ware has a rating or a place in the menu: the id alone decides."""
    return 0


def _price(site: Site, head: Head) -> float:
    return float(_row(site, head)["price"] or 0)


def _row(site: Site, head: Head) -> Row:
    return (site.variations if head.parent else site.products).row(head.id)
