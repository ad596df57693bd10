"""Feeds: a file with many rows is taken at once and processed later. PROCESSED says that it was, not that its rows were taken.

A feed is RECEIVED for the first third of its time and INPROGRESS for the rest; its rows are carried out when it ends. A file that is not
as its type wants it ends as ERROR, and none of its rows is read.
"""

import re
import uuid
from dataclasses import dataclass
from typing import Any

import orjson

from adapters.walmart.sandbox import feed_rows, item_setup
from adapters.walmart.sandbox.calls import Call
from adapters.walmart.sandbox.errors import ApiError, invalid, unknown_row
from adapters.walmart.sandbox.feed import SUCCESS, Feed, Result, Trouble
from adapters.walmart.sandbox.feed_rows import Round, RowError, Work, sku_of
from adapters.walmart.sandbox.multipart import file_of
from adapters.walmart.sandbox.seed.nodes import partner_of
from adapters.walmart.sandbox.seller import Seller
from adapters.walmart.sandbox.sent import Sent

Row = dict[str, Any]
MEGABYTE = 1_000_000
MOST_ROWS = 10_000
LIMIT = 50
UNREADABLE, MISSHAPEN = "ERR_PDI_0001", "ERR_EXT_DATA_0503009"
SPEC = r"5\.0\.\d{8}-\d\d_\d\d_\d\d-api"


@dataclass(frozen=True, slots=True)
class FeedType:
    """The shape of a type's files: where the header and the rows are, the versions it takes, how large it may be, what a row does.

    A `marked` header has exactly the three fields of the item spec.
    """

    header: str
    rows: str
    version: str
    megabytes: float
    work: Work
    marked: bool = False


FEED_TYPES = {
    "inventory": FeedType("InventoryHeader", "Inventory", r"1\.4", 10, feed_rows.set_inventory),
    "MP_INVENTORY": FeedType("inventoryHeader", "inventory", r"1\.5", 1, feed_rows.set_inventories),
    "price": FeedType("PriceHeader", "Price", r"1\.7", 10, feed_rows.set_base_price),
    "PRICE_AND_PROMOTION": FeedType("MPItemFeedHeader", "MPItem", r"2\.0.*", 10, feed_rows.set_promoted_price),
    "MP_ITEM": FeedType("MPItemFeedHeader", "MPItem", SPEC, 25, item_setup.set_up, marked=True),
    "MP_MAINTENANCE": FeedType("MPItemFeedHeader", "MPItem", SPEC, 25, item_setup.maintain, marked=True),
    "DELETE_ITEM": FeedType("ItemFeedHeader", "Item", SPEC, 0.4, feed_rows.delete_row, marked=True),
    "RETIRE_ITEM": FeedType("RetireItemHeader", "RetireItem", r"1\.0", 10, feed_rows.retire_row),
}
MARKS = {"businessUnit": "WALMART_US", "locale": "en"}


def submit_feed(seller: Seller, call: Call) -> Row:
    """Take a file. ApiError 413 for one that is too large; whatever else is wrong with it shows later."""
    kind = call.needed("feedType")
    if kind not in FEED_TYPES:
        raise invalid(call.api, "feedType")
    name, content = file_of(call)
    if len(content) > FEED_TYPES[kind].megabytes * MEGABYTE:
        raise ApiError(413, "REQUEST_ENTITY_TOO_LARGE", f"A feed of type {kind} may have {FEED_TYPES[kind].megabytes} MB", call.api)
    now = seller.jobs.now()
    feed = Feed(f"{uuid.uuid4().hex.upper()}@AU8BAQA", kind, name, call.text("shipNode"), call.operation, now, now)
    seller.feeds[feed.id] = feed
    seller.jobs.add(seller.settings.job_seconds / 3, lambda: _begin(seller, feed, content))
    seller.jobs.add(seller.settings.job_seconds, lambda: _end(seller, feed))
    return {"feedId": feed.id}


def list_feeds(seller: Seller, call: Call) -> Row:
    """Answer the feeds of the seller, the latest first, or the one that is named; none is no error."""
    offset, limit = call.number("offset", 0, 10_000_000), call.number("limit", LIMIT, LIMIT, 1)
    found = [feed for feed in reversed(seller.feeds.values()) if call.text("feedId") in {"", feed.id}]
    partner = partner_of(seller.settings.name)
    rows = [feed.listed(partner) for feed in found[offset : offset + limit]]
    return {"totalResults": len(found), "offset": offset, "limit": limit, "results": {"feed": rows}}


def one_feed(seller: Seller, call: Call) -> Row:
    """Answer how far a feed is, with a page of its rows where they are asked for."""
    feed = seller.feeds.get(call.argument)
    if feed is None:
        raise unknown_row(call.api, f"Feed {call.argument}")
    offset, limit = call.number("offset", 0, 10_000_000), call.number("limit", LIMIT, LIMIT, 1)
    places = range(offset, min(offset + limit, len(feed.results))) if call.flag("includeDetails") else ()
    row: Row = {"feedId": feed.id, "feedStatus": feed.status, "feedSubmissionDate": int(feed.received * 1000), **feed.counts()}
    row |= {"offset": offset, "limit": limit, "itemDetails": {"itemIngestionStatus": [_detail(seller, feed, place) for place in places]}}
    return row | ({"ingestionErrors": feed.refused.row()} if feed.refused else {})


def _detail(seller: Seller, feed: Feed, place: int) -> Row:
    result = feed.results[place]
    row: Row = {"martId": 0, "sku": result.sku, "index": place, "ingestionStatus": result.status}
    if result.trouble:
        row["ingestionErrors"] = result.trouble.row()
    item = seller.items.get(result.sku)
    if item is not None and result.status == SUCCESS:
        ids = [{"productIdType": "GTIN", "productId": item.gtin}]
        row |= {"wpid": item.wpid, "itemid": item.item_id, "productIdentifiers": {"productIdentifier": ids}}
    return row


def _begin(seller: Seller, feed: Feed, content: bytes) -> None:
    """Read the file; whatever it holds, the feed is under way."""
    feed.status, feed.modified = "INPROGRESS", seller.jobs.now()
    try:
        feed.entries = _rows(FEED_TYPES[feed.type], content)
    except RowError as error:
        feed.refused = error.trouble
    feed.results = [Result(sku_of(entry)) for entry in feed.entries]


def _end(seller: Seller, feed: Feed) -> None:
    """Carry the rows out, each for itself."""
    around = Round(seller, feed, seller.reserved())
    for place, (entry, result) in enumerate(zip(feed.entries, feed.results, strict=True)):
        result.trouble = _trouble(around, entry, f"{FEED_TYPES[feed.type].rows}.{place}")
        result.status = result.trouble.kind if result.trouble else SUCCESS
    feed.entries = []
    feed.status, feed.modified = "ERROR" if feed.refused else "PROCESSED", seller.jobs.now()


def _trouble(around: Round, entry: Any, place: str) -> Trouble | None:
    try:
        FEED_TYPES[around.feed.type].work(around, Sent(entry, "GMP_RECEIVER_API", place))
    except RowError as error:
        return error.trouble
    except ApiError as error:
        return Trouble(feed_rows.INVALID, error.description)
    return None


def _rows(kind: FeedType, content: bytes) -> list[Any]:
    """Return the rows of a file. RowError for one that is not as its type wants it."""
    try:
        body = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise RowError(Trouble(UNREADABLE, "The file can not be read")) from error
    rows = body.get(kind.rows) if isinstance(body, dict) else None
    if not isinstance(rows, list) or not rows:
        raise RowError(Trouble(MISSHAPEN, f"The file has no {kind.rows}"))
    header = body.get(kind.header)
    version = header.get("version") if isinstance(header, dict) else None
    if not isinstance(version, str) or not re.fullmatch(kind.version, version):
        raise RowError(Trouble(UNREADABLE, f"{kind.header}.version is not one of this type of feed"))
    if kind.marked and header != MARKS | {"version": version}:
        raise RowError(Trouble(UNREADABLE, f"{kind.header} has exactly the fields {', '.join((*MARKS, 'version'))}"))
    if len(rows) > MOST_ROWS:
        raise RowError(Trouble(UNREADABLE, f"A feed has at most {MOST_ROWS} rows"))
    return rows
