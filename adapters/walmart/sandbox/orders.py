"""The order lists and one order.

A list's cursor is a whole query string that begins with a question mark; it must come back exactly so, with nothing beside it. It
holds the filters with the instant of the first page as their end, so that orders that come in meanwhile do not move the pages; orders
that change do.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from starlette.datastructures import QueryParams

from adapters.walmart.sandbox.calls import Call
from adapters.walmart.sandbox.dates import bound, within
from adapters.walmart.sandbox.errors import ApiError, invalid, nothing_found, unknown_row
from adapters.walmart.sandbox.seed.heads import NODE_TYPES, SELLER, WFS, OrderHead
from adapters.walmart.sandbox.seed.nodes import partner_of
from adapters.walmart.sandbox.seed.orders import order_row
from adapters.walmart.sandbox.seller import Seller

Row = dict[str, Any]
Test = Callable[[OrderHead], bool]
DAY = 86_400
DEFAULT_DAYS, KEPT_DAYS = 7, 180
DEFAULT_LIMIT, MOST = 100, 200
MARK = "hasMoreElements"  # what tells a cursor from a search
STATUSES = ("Created", "Acknowledged", "Shipped", "Delivered", "Cancelled")
PROGRAMS = ("TWO_DAY", "ONE_DAY")
TYPES = ("REGULAR", "REPLACEMENT")


def list_orders(seller: Seller, call: Call) -> Row:
    """Answer one page of a search over all orders."""
    return _page(seller, call, released=False)


def list_released(seller: Seller, call: Call) -> Row:
    """Answer one page of the orders that wait to be acknowledged."""
    return _page(seller, call, released=True)


def one_order(seller: Seller, call: Call) -> Row:
    """Answer one order, whatever its age and node. ApiError 404 for an id nobody has."""
    head = seller.orders.get(call.argument)
    if head is None:
        raise unknown_row(call.api, f"Purchase order {call.argument}")
    return {"order": shown(seller, call, head)}


def shown(seller: Seller, call: Call, head: OrderHead) -> Row:
    """Return an order with the details a call asks for."""
    details = frozenset(name for name in ("product", "replacement") if call.flag(f"{name}Info"))
    return order_row(
        seller.settings.name,
        head,
        seller.items,
        seller.returned.get(head.id, {}),
        odd=seller.profile.odd,
        per_unit=seller.settings.item_price == "unit",
        details=details,
    )


def _page(seller: Seller, call: Call, *, released: bool) -> Row:
    start, call = _resumed(seller, call)
    limit = call.number("limit", DEFAULT_LIMIT, MOST, 1)
    if start >= seller.settings.max_results:
        description = f"More than {seller.settings.max_results} orders can not be fetched: narrow the search"
        raise ApiError(400, "INVALID_REQUEST_PARAM", description, call.api)
    heads = _found(seller, call, released=released)
    chosen = heads[start : start + limit]
    if not chosen:
        raise nothing_found(call.api, "Orders")
    meta: Row = {"totalCount": len(heads), "limit": limit}
    if start + limit < len(heads):
        meta["nextCursor"] = _cursor(seller, call, limit, start + limit, len(heads))
    return {"list": {"meta": meta, "elements": {"order": [shown(seller, call, head) for head in chosen]}}}


def _resumed(seller: Seller, call: Call) -> tuple[int, Call]:
    """Return where to go on and the search a cursor stands for. ApiError 400 for a cursor that was changed or lived too long."""
    if MARK not in call.query:
        return 0, call
    kept = seller.order_cursors.take(_key(call.query))
    if kept is None:
        raise invalid(call.api, "nextCursor")
    start = int(kept["poIndex"])
    return start, Call(call.api, call.argument, QueryParams(kept), call.headers, int(float(kept["asked"])))


def _cursor(seller: Seller, call: Call, limit: int, start: int, total: int) -> str:
    asked = {name: value for name, value in call.query.items() if name not in {"limit", "soIndex", "poIndex", "asked"}}
    partner = partner_of(seller.settings.name)
    fixed = {
        "limit": str(limit),
        MARK: "true",
        "soIndex": str(total),
        "poIndex": str(start),
        "partnerId": partner,
        "sellerId": partner[-6:],
    }
    end = datetime.fromtimestamp(call.now, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    shown = (
        fixed
        | {name: value for name, value in asked.items() if name not in fixed}
        | ({} if "createdEndDate" in asked else {"createdEndDate": end})
    )
    text = urlencode(shown)
    seller.order_cursors.give(_key(QueryParams(text)), shown | {"asked": str(call.now)})
    return f"?{text}"


def _key(query: QueryParams) -> str:
    return urlencode(sorted(query.multi_items()))


def _found(seller: Seller, call: Call, *, released: bool) -> list[OrderHead]:
    """Return the orders of a search, newest first. Filters that are left out still hide: a week, and what the seller ships himself."""
    low, high = bound(call, "createdStartDate"), bound(call, "createdEndDate")
    low = max(call.now - DEFAULT_DAYS * DAY if low is None else low, call.now - KEPT_DAYS * DAY)
    tests = [*_tests(call), *([_released] if released else [])]
    high = call.now if high is None else high
    found = [head for head in seller.orders.values() if low <= head.created <= high and all(test(head) for test in tests)]
    return sorted(found, key=lambda head: (head.created, head.place), reverse=True)


def _tests(call: Call) -> list[Test]:
    node_type = call.choice("shipNodeType", NODE_TYPES, SELLER)
    tests: list[Test] = [lambda head: head.node_type == node_type]
    for name, attribute in (("purchaseOrderId", "id"), ("customerOrderId", "shopper")):
        if wanted := call.text(name):
            tests.append(_equal(attribute, wanted))
    if program := call.choice("shippingProgramType", PROGRAMS):
        tests.append(_equal("program", program))
    if sku := call.text("sku"):
        tests.append(lambda head: any(sku == sold for sold, _ in head.lines))
    if status := call.choice("status", STATUSES):
        tests.append(lambda head: status in head.words())
    if kind := call.choice("orderType", TYPES):
        tests.append(lambda head: bool(head.replaces) == (kind == "REPLACEMENT"))
    for first, last, attribute in (
        ("lastModifiedStartDate", "lastModifiedEndDate", "modified"),
        ("fromExpectedShipDate", "toExpectedShipDate", "ship_by"),
    ):
        low, high = bound(call, first), bound(call, last)
        if low is not None or high is not None:
            tests.append(_between(attribute, low, high))
    return tests


def _equal(attribute: str, wanted: str) -> Test:
    return lambda head: getattr(head, attribute) == wanted


def _between(attribute: str, low: float | None, high: float | None) -> Test:
    return lambda head: within(getattr(head, attribute), low, high)


def _released(head: OrderHead) -> bool:
    return head.node_type != WFS and "Created" in head.words()
