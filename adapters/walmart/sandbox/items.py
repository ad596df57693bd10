"""The listed items: one, many, and how many.

The cursor of the list is the handle of a snapshot: it stays the same on every page, which are told apart by `offset`, and dies soon.
"""

import base64
import secrets
from typing import Any

import orjson

from adapters.walmart.sandbox.calls import Call
from adapters.walmart.sandbox.errors import ApiError, invalid, nothing_found, unknown_row
from adapters.walmart.sandbox.seed.catalogue import REASONS, Item
from adapters.walmart.sandbox.seed.money import amount, number
from adapters.walmart.sandbox.seller import Seller

Row = dict[str, Any]
DEFAULT_LIMIT, MOST, FARTHEST = 20, 1000, 10_000
SEARCH_LIMIT, SEARCH_MOST = 100, 200
ID_TYPES = {"SKU": "sku", "GTIN": "gtin", "UPC": "upc", "ITEM_ID": "item_id", "EAN": "", "ISBN": ""}
FILTERS = {
    "sku": "sku",
    "lifecycleStatus": "lifecycle",
    "publishedStatus": "published",
    "variantGroupId": "group",
    "condition": "condition",
}
SEARCHED = {"sku": "sku", "gtin": "gtin", "wpid": "wpid", "upc": "upc", "itemId": "item_id", "condition": "condition"}
NARROWED = {"lifecycleStatus": "lifecycle", "publishedStatus": "published"}
COUNTED = ("PUBLISHED", "UNPUBLISHED", "SYSTEM_PROBLEM", "IN_PROGRESS", "ALL")


def list_items(seller: Seller, call: Call) -> Row:
    """Answer one page of the items. ApiError 400 for a handle that has died."""
    limit, offset = call.number("limit", DEFAULT_LIMIT, MOST, 1), call.number("offset", 0, FARTHEST)
    handle = call.query.get("nextCursor", "*")
    if handle == "*":
        handle = seller.item_cursors.give(base64.b64encode(secrets.token_bytes(60)).decode(), _filtered(seller, call))
    found = seller.item_cursors.take(handle)
    if found is None:
        raise invalid(call.api, "nextCursor")
    chosen = found[offset : offset + limit]
    if not chosen:
        raise nothing_found(call.api, "Items")
    return {"ItemResponse": [_item_row(item) for item in chosen], "totalItems": len(found), "nextCursor": handle}


def one_item(seller: Seller, call: Call) -> Row:
    """Answer the items with an id of some type: several when conditions differ. ApiError 404 when there is none."""
    call.needed("productIdType")
    attribute = ID_TYPES[call.choice("productIdType", tuple(ID_TYPES))]
    found = [item for item in seller.listed() if attribute and getattr(item, attribute) == call.argument]
    if condition := call.text("condition"):
        found = [item for item in found if item.condition == condition]
    if not found:
        raise unknown_row(call.api, f"Item {call.argument}")
    return {"ItemResponse": [_item_row(item) for item in found], "totalItems": len(found)}


def search_items(seller: Seller, call: Call) -> Row:
    """Answer a search by one field, narrowed by equality. Only here an item shows the number of its page."""
    try:
        wish = orjson.loads(call.body)
        field, wanted = wish.get("query", {}).get("field", ""), wish.get("query", {}).get("value", "")
        filters = [(entry["field"], entry["op"], entry["values"]) for entry in wish.get("filters", [])]
    except (orjson.JSONDecodeError, AttributeError, KeyError, TypeError) as error:
        raise ApiError(400, "MALFORMED_REQUEST_CONTENT", "The request body can not be read", call.api) from error
    limit, page = call.number("limit", SEARCH_LIMIT, SEARCH_MOST, 1), call.number("page", 0, FARTHEST)
    found = [item for item in seller.listed() if not field or _matches(call, item, field, wanted)]
    for name, operator, values in filters:
        if name not in NARROWED or operator != "equals":
            raise invalid(call.api, name)
        found = [item for item in found if getattr(item, NARROWED[name]) in values]
    chosen = found[page * limit : (page + 1) * limit]
    if not chosen:
        raise nothing_found(call.api, "Items")
    return {"status": "Success", "payload": [_hit(item) for item in chosen], "totalItems": len(found), "limit": limit}


def count_items(seller: Seller, call: Call) -> Row:
    """Answer how many items have a published status."""
    status = call.choice("status", COUNTED, "ALL")
    return {status.title(): sum(status in {"ALL", item.published} for item in seller.listed())}


def count_groups(seller: Seller, call: Call) -> Row:
    """Answer the variant groups and how many items each has."""
    counts: dict[str, int] = {}
    for item in seller.listed():
        if item.group and call.text("variantGroupId") in {"", item.group}:
            counts[item.group] = counts.get(item.group, 0) + 1
    if not counts:
        raise nothing_found(call.api, "Variant groups")
    # The document declares both numbers as text; its own example and the platform show numbers.
    return {"status": 200, "payload": [{"variantGroupId": group, "count": count} for group, count in counts.items()]}


def _filtered(seller: Seller, call: Call) -> list[Item]:
    wanted = [(attribute, call.text(name)) for name, attribute in FILTERS.items() if call.text(name)]
    found = [item for item in seller.listed() if all(getattr(item, attribute) == value for attribute, value in wanted)]
    if not found:
        raise nothing_found(call.api, "Items")
    return found


def _matches(call: Call, item: Item, field: str, wanted: str) -> bool:
    if field == "productName":
        return wanted.strip("*").lower() in item.name.lower()
    if field == "variantGroupId":
        return item.group == wanted
    if field not in SEARCHED:
        raise invalid(call.api, field)
    return bool(getattr(item, SEARCHED[field]) == wanted)


def _item_row(item: Item) -> Row:
    row = _common(item) | {"upc": item.upc, "price": amount(item.price), "publishedStatus": item.published}
    reason = REASONS.get(item.lifecycle) or REASONS.get(item.published)
    return row | ({"unpublishedReasons": {"reason": [reason]}} if reason else {})


def _hit(item: Item) -> Row:
    row = _common(item) | {"itemId": item.item_id, "price": {"unit": "USD", "amount": number(item.price)}, "brand": "Prairie"}
    return row | {"publishedStatus": {"status": item.published}} | ({"upc": item.upc} if item.upc else {})


def _common(item: Item) -> Row:
    row: Row = {
        "mart": "WALMART_US",
        "sku": item.sku,
        "condition": item.condition,
        "wpid": item.wpid,
        "gtin": item.gtin,
        "productName": item.name,
        "shelf": f'["Home Page","Home","{item.type}"]' if item.published == "PUBLISHED" else '["UNNAV"]',
        "productType": item.type,
        "lifecycleStatus": item.lifecycle,
    }
    if item.group:
        attributes = [{"name": name, "value": value} for name, value in item.attributes]
        row |= {"variantGroupId": item.group}
        row["variantGroupInfo"] = {"isPrimary": "true" if item.primary else "false", "groupingAttributes": attributes}
    return row
