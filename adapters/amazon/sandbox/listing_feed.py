"""The feed of listings: many changes in one JSON document, each accepted or refused alone, and a report of both."""

from collections.abc import Sequence
from typing import Any

import orjson

from adapters.amazon.sandbox.errors import FatalError
from adapters.amazon.sandbox.listing_changes import Change, MalformedError, change_of
from adapters.amazon.sandbox.listing_rules import refused
from adapters.amazon.sandbox.listing_writes import judge, make
from adapters.amazon.sandbox.listings import sold_in
from adapters.amazon.sandbox.markets import MARKETS, Market
from adapters.amazon.sandbox.seed.listing_rows import SETS, listing_row
from adapters.amazon.sandbox.shop import Feed, Shop

Row = dict[str, Any]
VERSION = "2.0"
KINDS = ("UPDATE", "PARTIAL_UPDATE", "PATCH", "DELETE")
MOST_MESSAGES = 25_000
BAD = {"code": "BAD_REQUEST", "severity": "ERROR", "message": "Invalid parameters provided."}


def work_on_listings(shop: Shop, feed_id: str, feed: Feed, body: bytes) -> bytes:
    """Carry out the messages in their order, and return the report. FatalError for what is no feed of this seller's."""
    header, messages = _read(shop, feed_id, body)
    markets = [MARKETS[name] for name in feed.markets]
    issues: list[Row] = []
    accepted: list[str] = []
    seen: set[int] = set()
    for message in messages:
        change, found = _judged(shop, markets, message, seen)
        issues += found
        if change is not None and not refused(found):
            make(shop, change, feed.operation)
            accepted.append(change.sku)
    summary = {
        "errors": sum(issue["severity"] == "ERROR" for issue in issues),
        "warnings": sum(issue["severity"] == "WARNING" for issue in issues),
        "messagesProcessed": len(messages),
        "messagesAccepted": len(accepted),
        "messagesInvalid": len(messages) - len(accepted),
    }
    report: Row = {"header": header, "issues": issues, "summary": summary}
    if "report" in header:
        report["items"] = _items(shop, markets, accepted, header["report"]["includedData"])
        report["summary"]["itemSummary"] = _item_summary(report["items"])
    return orjson.dumps(report)


def _read(shop: Shop, feed_id: str, body: bytes) -> tuple[Row, list[Any]]:
    """Return the report's header and the messages."""
    try:
        sent = orjson.loads(body)
        header, messages = sent["header"], sent["messages"]
        whose, version, wanted = header["sellerId"], header["version"], header.get("report")
        shown = [] if wanted is None else [SETS[name] for name in wanted["includedData"]]
    except (orjson.JSONDecodeError, KeyError, TypeError) as error:
        raise FatalError(_unread(shop, feed_id)) from error
    if whose != shop.facts.seller_id or version != VERSION or not isinstance(messages, list) or not 1 <= len(messages) <= MOST_MESSAGES:
        raise FatalError(_unread(shop, feed_id))
    return {"sellerId": whose, "version": VERSION, "feedId": feed_id, **({"report": wanted} if shown else {})}, messages


def _unread(shop: Shop, feed_id: str) -> bytes:
    """Return the report of a document that does not even have messages: an issue that belongs to none of them."""
    summary = {"errors": 1, "warnings": 0, "messagesProcessed": 0, "messagesAccepted": 0, "messagesInvalid": 0}
    header = {"sellerId": shop.facts.seller_id, "version": VERSION, "feedId": feed_id}
    return orjson.dumps({"header": header, "issues": [BAD], "summary": summary})


def _judged(shop: Shop, markets: Sequence[Market], message: Any, seen: set[int]) -> tuple[Change | None, list[Row]]:
    """Return the change a message asks for, if it can be understood, and what is wrong with it."""
    number = message.get("messageId") if isinstance(message, dict) else None
    if type(number) is not int or not 1 <= number < 2**31 or number in seen:
        return None, [BAD if type(number) is not int or number < 1 else {"messageId": number, **BAD}]
    seen.add(number)
    sku, kind = message.get("sku"), message.get("operationType")
    if not isinstance(sku, str) or not sku or kind not in KINDS:
        return None, [{"messageId": number, **BAD}]
    try:
        change = change_of(sku, markets, kind, message)
        issues = judge(shop, change)
    except MalformedError:
        return None, [{"messageId": number, "sku": sku, **BAD}]
    return change, [_issue(number, sku, issue) for issue in issues]


def _issue(number: int, sku: str, issue: Row) -> Row:
    row = {"messageId": number, "sku": sku, **{key: issue[key] for key in ("code", "severity", "message")}}
    return {**row, "attributeName": issue["attributeNames"][0]} if issue.get("attributeNames") else row


def _items(shop: Shop, markets: Sequence[Market], skus: Sequence[str], shown: Sequence[str]) -> list[Row]:
    wares = [shop.wares[sku] for sku in dict.fromkeys(skus) if sku in shop.wares]
    return [listing_row(ware, sold_in(shop, ware, markets), shown) for ware in wares if sold_in(shop, ware, markets)]


def _item_summary(items: Sequence[Row]) -> Row:
    found = [issue["severity"] for item in items for issue in item.get("issues", ())]
    return {"items": len(items), "errors": found.count("ERROR"), "warnings": found.count("WARNING")}
