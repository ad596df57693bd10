"""Orders: searching by time, reading one, and showing only what was asked for and may be seen.

The platform does not say how a search is sorted, so this one is sorted by the orders' ids, which have nothing to do with time.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable
from typing import Any

from adapters.amazon.sandbox.calls import Answer, Call
from adapters.amazon.sandbox.errors import invalid, refusal
from adapters.amazon.sandbox.instants import DAY, MINUTE, instant_of, text_of
from adapters.amazon.sandbox.markets import LONG_MEMORY
from adapters.amazon.sandbox.pages import seal, unseal
from adapters.amazon.sandbox.query import Query
from adapters.amazon.sandbox.seed.order_rows import last_delivery
from adapters.amazon.sandbox.seed.orders import OrderHead
from adapters.amazon.sandbox.seed.profiles import ALL_STATUSES
from adapters.amazon.sandbox.shop import Shop

Row = dict[str, Any]
DATA = {
    "BUYER": "buyer",
    "RECIPIENT": "recipient",
    "PROCEEDS": "proceeds",
    "EXPENSE": "expense",
    "PROMOTION": "promotion",
    "CANCELLATION": "cancellation",
    "FULFILLMENT": "fulfillment",
    "PACKAGES": "packages",
    "TAX": "tax",
    "PAYMENT": "payment",
    "FULFILLMENT_ORDERS": "fulfillmentOrders",
}
PRIVATE = ("name", "companyName", "addressLine1", "addressLine2", "addressLine3", "postalCode", "phone", "extendedFields")
MAY_CHANGE = ("maxResultsPerPage", "includedData", "paginationToken")
TOKEN_LIFE = DAY
MEMORY = 730 * DAY
OLDEST = instant_of("2016-01-01T00:00:00Z")
MOST_MARKETPLACES = 50


def search_orders(shop: Shop, call: Call) -> Answer:
    """Answer searchOrders."""
    query, now = call.query, shop.instant()
    column, low, high = _window(query, now, shop.lag)
    size, token = query.number("maxResultsPerPage", 100, 100), query.text("paginationToken")
    shown = query.words("includedData", DATA)
    asked = query.items(but=MAY_CHANGE)
    ids, last = shop.sorted_ids, ""
    if token:
        place = unseal(token, "orders", asked, now, TOKEN_LIFE)
        last, high = place["last"], place["high"]
    tests = _tests(shop, query)
    found: list[str] = []
    for order_id in ids[bisect_right(ids, last) :]:
        head = shop.orders[order_id]
        if low <= (head.created if column == "created" else head.updated) <= high and all(test(head) for test in tests):
            found.append(order_id)
            if len(found) > size:
                break
    row: Row = {"orders": [_shown(shop, shop.orders[order_id], shown) for order_id in found[:size]]}
    row["createdBefore" if column == "created" else "lastUpdatedBefore"] = text_of(high)
    if len(found) > size:
        row["pagination"] = {"nextToken": seal("orders", asked, now, last=found[size - 1], high=high)}
    return Answer(row)


def get_order(shop: Shop, call: Call) -> Answer:
    """Answer getOrder."""
    shown = call.query.words("includedData", DATA)
    head = shop.orders.get(call.path["orderId"])
    if head is None or not _remembered(shop, head):
        raise refusal("no order")
    return Answer({"order": _shown(shop, head, shown)})


def _window(query: Query, now: int, lag: int) -> tuple[str, int, int]:
    """Return the column asked for and its bounds, both inclusive; without an upper one it is as late as anything is visible."""
    if ("createdAfter" in query) == ("lastUpdatedAfter" in query):
        raise invalid("Exactly one of createdAfter and lastUpdatedAfter is required.")
    by_creation = "createdAfter" in query
    if ("lastUpdatedBefore" if by_creation else "createdBefore") in query:
        raise invalid("createdAfter goes with createdBefore, lastUpdatedAfter with lastUpdatedBefore.")
    start, end = (
        query.instant(name) for name in (("createdAfter", "createdBefore") if by_creation else ("lastUpdatedAfter", "lastUpdatedBefore"))
    )
    low = start or 0
    if end is not None and end < low:
        raise invalid("The end of the time window is before its start.")
    if end is not None and end > now - min(lag, 2 * MINUTE):
        raise invalid("The end of the time window must be at least two minutes in the past.")
    return "created" if by_creation else "updated", low, now - lag if end is None else end


def _tests(shop: Shop, query: Query) -> list[Callable[[OrderHead], bool]]:
    tests: list[Callable[[OrderHead], bool]] = [lambda head: _remembered(shop, head)]
    markets = frozenset(query.words("marketplaceIds", most=MOST_MARKETPLACES))
    if markets - {market.id for market in shop.facts.markets}:
        raise refusal("no role")
    statuses = frozenset(query.words("fulfillmentStatuses", ALL_STATUSES))
    parties = frozenset(query.words("fulfilledBy", ("MERCHANT", "AMAZON")))
    if markets:
        tests.append(lambda head: head.market in markets)
    if statuses:
        tests.append(lambda head: head.status in statuses)
    if parties:
        tests.append(lambda head: head.fulfilled_by in parties)
    return tests


def _remembered(shop: Shop, head: OrderHead) -> bool:
    if shop.facts.market(head.market).country in LONG_MEMORY:
        return head.created >= OLDEST
    return head.created >= shop.instant() - MEMORY


def _shown(shop: Shop, head: OrderHead, asked: Iterable[str]) -> Row:
    """Return an order with the data sets asked for, less what the application's roles do not allow."""
    hidden = {key for name, key in DATA.items() if name not in asked}
    row = {key: value for key, value in shop.order(head.id).items() if key not in hidden}
    row["orderItems"] = [{key: value for key, value in item.items() if key not in hidden} for item in row["orderItems"]]
    if "buyer" in row:
        row["buyer"] = _buyer(shop, row["buyer"])
    if "recipient" in row:
        row["recipient"] = _recipient(shop, head, row["recipient"])
    return row


def _buyer(shop: Shop, buyer: Row) -> Row:
    allowed = dict(buyer)
    if "shipping" not in shop.roles:
        allowed.pop("buyerEmail", None)
    if "tax" not in shop.roles:
        allowed.pop("buyerName", None)
    return allowed


def _recipient(shop: Shop, head: OrderHead, recipient: Row) -> Row:
    hidden = set() if "shipping" in shop.roles else set(PRIVATE)
    if head.status == "SHIPPED" and shop.instant() > last_delivery(head):
        hidden.add("phone")
    address = {key: value for key, value in recipient["deliveryAddress"].items() if key not in hidden}
    return {**recipient, "deliveryAddress": address}
