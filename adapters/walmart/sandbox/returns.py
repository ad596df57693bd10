"""The list of returns. Its cursor, too, is a query string; on the last page it repeats itself for ever."""

from typing import Any
from urllib.parse import urlencode

from starlette.datastructures import QueryParams

from adapters.walmart.sandbox.calls import Call
from adapters.walmart.sandbox.dates import bound, within
from adapters.walmart.sandbox.errors import invalid, nothing_found
from adapters.walmart.sandbox.seed.heads import ReturnHead
from adapters.walmart.sandbox.seed.nodes import partner_of
from adapters.walmart.sandbox.seed.returns import return_row
from adapters.walmart.sandbox.seller import Seller

Row = dict[str, Any]
DEFAULT_LIMIT, MOST = 10, 200
STATUSES = ("INITIATED", "DELIVERED", "COMPLETED")
TYPES = ("REFUND", "REPLACEMENT")
CREATION = ("returnCreationStartDate", "returnCreationEndDate")
CHANGE = ("returnLastModifiedStartDate", "returnLastModifiedEndDate")


def list_returns(seller: Seller, call: Call) -> Row:
    """Answer one page of a search, newest first. ApiError 400 for one end of the creation dates without the other."""
    resumed = "sellerId" in call.query
    if resumed:
        kept = seller.return_cursors.take(_key(call.query))
        if kept is None:
            raise invalid(call.api, "nextCursor")
        call = Call(call.api, call.argument, QueryParams(kept), call.headers, call.now)
    limit, start = call.number("limit", DEFAULT_LIMIT, MOST, 1), call.number("offset", 0, 10_000_000)
    found = _found(seller, call)
    chosen = found[start : start + limit]
    if not chosen:
        raise nothing_found(call.api, "Returns")
    more = start + limit < len(found)
    cursor = _cursor(seller, call, limit, start + limit if more else start) if more or resumed else ""
    info = call.flag("replacementInfo")
    rows = [return_row(head, seller.orders[head.order], seller.items, odd=seller.profile.odd, replacement_info=info) for head in chosen]
    return {"meta": {"totalCount": len(found), "limit": limit, "nextCursor": cursor}, "returnOrders": rows}


def _found(seller: Seller, call: Call) -> list[ReturnHead]:
    created, changed = (tuple(bound(call, name) for name in names) for names in (CREATION, CHANGE))
    if (created[0] is None) != (created[1] is None):
        raise invalid(call.api, CREATION[created[0] is not None])
    status, kind = call.choice("status", STATUSES), call.choice("returnType", TYPES)
    found = []
    for head in seller.returns.values():
        order = seller.orders[head.order]
        wanted = (
            call.text("returnOrderId") in {"", head.id}
            and call.text("customerOrderId") in {"", order.shopper}
            and status in {"", head.status}
            and kind in {"", "REPLACEMENT" if order.plan.replaced else "REFUND"}
        )
        if wanted and within(head.created, *created) and within(head.modified, *changed):
            found.append(head)
    return sorted(found, key=lambda head: (head.created, head.place), reverse=True)


def _cursor(seller: Seller, call: Call, limit: int, start: int) -> str:
    asked = {name: value for name, value in call.query.items() if name not in {"sellerId", "limit", "offset"}}
    shown = {"sellerId": partner_of(seller.settings.name)[-6:], "limit": str(limit), "offset": str(start)} | asked
    seller.return_cursors.give(_key(QueryParams(shown)), shown)
    return f"?{urlencode(shown)}"


def _key(query: QueryParams) -> str:
    return urlencode(sorted(query.multi_items()))
