"""Feeds: a document handed in, worked on by the sandbox's clock, and a report of what came of it.

A feed waits, is worked on, and takes effect at its end: until then nothing of it is seen, and while it waits it can be cancelled. DONE says
that the report can be read, not that anything in it succeeded.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import orjson

from adapters.amazon.sandbox.calls import Answer, Call
from adapters.amazon.sandbox.errors import FatalError, invalid, refusal
from adapters.amazon.sandbox.feed_documents import pack
from adapters.amazon.sandbox.instants import DAY, text_of
from adapters.amazon.sandbox.listing_feed import work_on_listings
from adapters.amazon.sandbox.order_feeds import work_on_table, work_on_xml
from adapters.amazon.sandbox.pages import seal, unseal
from adapters.amazon.sandbox.query import Query
from adapters.amazon.sandbox.shop import Feed, Shop

Row = dict[str, Any]
Work = Callable[[Shop, str, Feed, bytes], bytes]
STATES = ("CANCELLED", "DONE", "FATAL", "IN_PROGRESS", "IN_QUEUE")
KEPT = 90 * DAY
LISTINGS = "JSON_LISTINGS_FEED"
LISTING_ROLES, ORDER_ROLES = frozenset({"listing"}), frozenset({"orders", "shipping"})
JSON, XML, TABLE = "application/json; charset=UTF-8", "text/xml; charset=UTF-8", "text/tab-separated-values; charset=UTF-8"


@dataclass(frozen=True, slots=True)
class FeedType:
    """One kind of feed: any of `roles` lets it in, `work` carries it out, and its report is of this type."""

    roles: frozenset[str]
    work: Work
    report: str


def _retired(shop: Shop, feed_id: str, feed: Feed, body: bytes) -> bytes:
    """Work on nothing: these feeds are taken and end at once."""
    raise FatalError


TYPES: dict[str, FeedType] = {
    LISTINGS: FeedType(LISTING_ROLES, work_on_listings, JSON),
    "POST_ORDER_FULFILLMENT_DATA": FeedType(ORDER_ROLES, partial(work_on_xml, "OrderFulfillment"), XML),
    "POST_ORDER_ACKNOWLEDGEMENT_DATA": FeedType(ORDER_ROLES, partial(work_on_xml, "OrderAcknowledgement"), XML),
    "POST_PAYMENT_ADJUSTMENT_DATA": FeedType(ORDER_ROLES, partial(work_on_xml, "OrderAdjustment"), XML),
    "POST_FLAT_FILE_FULFILLMENT_DATA": FeedType(ORDER_ROLES, partial(work_on_table, "OrderFulfillment"), TABLE),
    "POST_FLAT_FILE_ORDER_ACKNOWLEDGEMENT_DATA": FeedType(ORDER_ROLES, partial(work_on_table, "OrderAcknowledgement"), TABLE),
    "POST_FLAT_FILE_PAYMENT_ADJUSTMENT_DATA": FeedType(ORDER_ROLES, partial(work_on_table, "OrderAdjustment"), TABLE),
    "POST_PRODUCT_DATA": FeedType(LISTING_ROLES, _retired, XML),
    "POST_INVENTORY_AVAILABILITY_DATA": FeedType(LISTING_ROLES, _retired, XML),
    "POST_PRODUCT_PRICING_DATA": FeedType(LISTING_ROLES, _retired, XML),
    "POST_FLAT_FILE_LISTINGS_DATA": FeedType(LISTING_ROLES, _retired, TABLE),
    "POST_FLAT_FILE_PRICEANDQUANTITYONLY_UPDATE_DATA": FeedType(LISTING_ROLES, _retired, TABLE),
}


def plan_of(body: bytes) -> str:
    """Return the usage plan that a new feed counts against: listings have one of their own."""
    try:
        kind = orjson.loads(body)["feedType"]
    except (orjson.JSONDecodeError, KeyError, TypeError):
        kind = ""
    return f"createFeed {LISTINGS}" if kind == LISTINGS else "createFeed"


def create_feed(shop: Shop, call: Call) -> Answer:
    """Answer createFeed."""
    try:
        wish: Row = orjson.loads(call.body)
        kind, markets, document_id = wish["feedType"], wish["marketplaceIds"], wish["inputFeedDocumentId"]
    except (orjson.JSONDecodeError, KeyError, TypeError) as error:
        raise invalid("feedType, marketplaceIds and inputFeedDocumentId are required.") from error
    if kind not in TYPES:
        raise invalid(f"Feed type {kind} is not supported.")
    if TYPES[kind].roles.isdisjoint(shop.roles):
        raise refusal("no role")
    if not markets or any(name not in {market.id for market in shop.facts.markets} for name in markets):
        raise refusal("no role")
    if document_id not in shop.documents:
        raise invalid("inputFeedDocumentId is not known.")
    feed_id = str(60_000 + len(shop.feeds) + 1)
    feed = Feed(kind, list(markets), document_id, shop.instant(), call.operation)
    shop.feeds[feed_id] = feed
    shop.jobs.add(shop.feed_time, lambda: _work(shop, feed_id, feed))
    return Answer({"feedId": feed_id}, 202)


def get_feed(shop: Shop, call: Call) -> Answer:
    """Answer getFeed."""
    return Answer(_shown(shop, _known(shop, call)))


def cancel_feed(shop: Shop, call: Call) -> Answer:
    """Answer cancelFeed: only a feed that still waits can be."""
    feed_id = _known(shop, call)
    if _state(shop, shop.feeds[feed_id]) != "IN_QUEUE":
        raise invalid("Only a feed in the queue can be cancelled.")
    shop.feeds[feed_id].ended = "CANCELLED"
    return Answer(b"")


def list_feeds(shop: Shop, call: Call) -> Answer:
    """Answer getFeeds, newest first; a token must come alone."""
    query, now = call.query, shop.instant()
    if "nextToken" in query:
        if query.items(but=("nextToken",)):
            raise invalid("nextToken must be the only parameter.")
        place = unseal(query.text("nextToken"), "feeds", {}, now, DAY)
        found, size = list(place["ids"]), int(place["size"])
    else:
        if "feedTypes" not in query:
            raise invalid("feedTypes or nextToken is required.")
        size = query.number("pageSize", 10, 100)
        found = _found(shop, query, now)
    answer: Row = {"feeds": [_shown(shop, feed_id) for feed_id in found[:size]]}
    if len(found) > size:
        answer["nextToken"] = seal("feeds", {}, now, ids=found[size:], size=size)
    return Answer(answer)


def _found(shop: Shop, query: Query, now: int) -> list[str]:
    types, states, markets = query.words("feedTypes", most=10), query.words("processingStatuses", STATES), query.words("marketplaceIds")
    low, high = query.instant("createdSince") or now - KEPT, query.instant("createdUntil") or now
    return [
        feed_id
        for feed_id, feed in reversed(shop.feeds.items())
        if feed.type in types
        and low <= feed.asked <= high
        and (not states or _state(shop, feed) in states)
        and (not markets or not set(markets).isdisjoint(feed.markets))
    ]


def _known(shop: Shop, call: Call) -> str:
    feed = shop.feeds.get(call.path["feedId"])
    if feed is None or shop.instant() > feed.asked + KEPT:
        raise refusal("no feed")
    return call.path["feedId"]


def _work(shop: Shop, feed_id: str, feed: Feed) -> None:
    """Carry a feed out at its end, unless it was cancelled."""
    if feed.ended:
        return
    kind, body = TYPES[feed.type], shop.documents[feed.document].body
    try:
        report = kind.work(shop, feed_id, feed, body or b"")  # nothing uploaded is nothing that can be read
    except FatalError as fatal:
        feed.ended, told = "FATAL", fatal.result
    else:
        feed.ended, told = "DONE", report
    if told is not None:
        feed.result = pack(shop, kind.report, told, packed=kind.report == JSON)


def _state(shop: Shop, feed: Feed) -> str:
    return feed.ended or ("IN_QUEUE" if shop.instant() - feed.asked < shop.feed_time // 4 else "IN_PROGRESS")


def _shown(shop: Shop, feed_id: str) -> Row:
    feed = shop.feeds[feed_id]
    state = _state(shop, feed)
    row: Row = {
        "feedId": feed_id,
        "feedType": feed.type,
        "marketplaceIds": feed.markets,
        "createdTime": text_of(feed.asked),
        "processingStatus": state,
    }
    if state not in {"IN_QUEUE", "CANCELLED"}:
        row["processingStartTime"] = text_of(feed.asked + shop.feed_time // 4)
    if state in {"DONE", "FATAL"}:
        row["processingEndTime"] = text_of(feed.asked + shop.feed_time)
    return row | ({"resultFeedDocumentId": feed.result} if feed.result else {})
