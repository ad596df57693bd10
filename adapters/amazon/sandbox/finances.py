"""Money that moved: sales and refunds, of one order or of a time.

Pages may be empty and still have a token; nothing is shown of orders younger than two days.
"""

from typing import Any

from adapters.amazon.sandbox.calls import Answer, Call
from adapters.amazon.sandbox.errors import invalid, refusal
from adapters.amazon.sandbox.instants import DAY, MINUTE
from adapters.amazon.sandbox.markets import MARKETS
from adapters.amazon.sandbox.pages import seal, unseal
from adapters.amazon.sandbox.query import Query
from adapters.amazon.sandbox.seed.refunds import SETTLING, Transaction, status_of, transaction_row
from adapters.amazon.sandbox.shop import Shop

PAGE = 25
WIDEST = 180 * DAY
FRESH = 2 * DAY
TOKEN_LIFE = DAY
STATUSES = ("DEFERRED", "RELEASED", "DEFERRED_RELEASED")


def list_transactions(shop: Shop, call: Call) -> Answer:
    """Answer listTransactions."""
    query, now = call.query, shop.instant()
    asked = query.items(but=("nextToken",))
    token = query.text("nextToken")
    found = [one for one in _related(shop, query, now) if _fits(shop, query, one, now)]
    place = unseal(token, "finances", asked, now, TOKEN_LIFE) if token else {"start": 0, "empty": False}
    start, empty = int(place["start"]), bool(place["empty"])
    chosen = [] if empty else found[start : start + PAGE]
    payload: dict[str, Any] = {"transactions": [_shown(shop, one, now) for one in chosen]}
    after = start if empty else start + PAGE
    if after < len(found):
        # Every first page is followed by an empty one.
        payload["nextToken"] = seal("finances", asked, now, start=after, empty=not token)
    return Answer({"payload": payload})


def _related(shop: Shop, query: Query, now: int) -> list[Transaction]:
    """Return what was asked for by an identifier, else by time."""
    name, value = query.text("relatedIdentifierName", ("ORDER_ID", "FINANCIAL_EVENT_GROUP_ID")), query.text("relatedIdentifierValue")
    if bool(name) != bool(value):
        raise invalid("relatedIdentifierName and relatedIdentifierValue belong together.")
    low, high = _window(query, now, needed=not name)
    moved = shop.moved(value) if name == "ORDER_ID" else shop.transactions()
    if name == "FINANCIAL_EVENT_GROUP_ID":
        moved = [one for one in moved if f"G{one.posted // SETTLING:08d}" == value]
    if high - low > WIDEST and not name:
        return []
    return [one for one in moved if low <= one.posted < high]


def _shown(shop: Shop, one: Transaction, now: int) -> dict[str, Any]:
    dropped = shop.deeds[one.order].dropped if one.order in shop.deeds else ()
    return transaction_row(shop.facts, shop.orders[one.order], one, now, dropped)


def _window(query: Query, now: int, *, needed: bool) -> tuple[int, int]:
    low, high = query.instant("postedAfter"), query.instant("postedBefore")
    if low is None and needed:
        raise invalid("postedAfter is required without a related identifier.")
    latest = now - 2 * MINUTE
    if any(bound is not None and bound > latest for bound in (low, high)):
        raise invalid("postedAfter and postedBefore must be more than two minutes in the past.")
    if low is not None and high is not None and high <= low:
        raise invalid("postedBefore must be later than postedAfter.")
    return low or 0, latest if high is None else high


def _fits(shop: Shop, query: Query, one: Transaction, now: int) -> bool:
    head = shop.orders[one.order]
    market, status = query.text("marketplaceId"), query.text("transactionStatus", STATUSES)
    if market and market not in {each.id for each in shop.facts.markets}:
        raise refusal("no role")
    if head.created > now - FRESH or (status and status != status_of(head, one, now)):
        return False
    if not market:
        return True
    # What sellers ship themselves in the United States is found only without naming the marketplace.
    return shop.facts.market(head.market).id == market and not (MARKETS[market].country == "US" and not head.amazon)
