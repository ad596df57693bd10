"""The documents of feeds: an address to upload to, or to download from, each good for one method and for five minutes.

The addresses ask for no token and refuse one: what is signed is the address, and whatever else the platform's own headers say is not.
"""

import gzip
from collections.abc import Mapping
from itertools import count
from typing import Any

import orjson

from adapters.amazon.sandbox.calls import Answer, Call
from adapters.amazon.sandbox.errors import invalid, refusal
from adapters.amazon.sandbox.instants import DAY, MINUTE
from adapters.amazon.sandbox.shop import Document, Shop

Row = dict[str, Any]
ADDRESS_LIFE = 5 * MINUTE
KEPT = 28 * DAY
FOLDER = "/feed-documents/"
TEMPLATE = f"{FOLDER}{{feedDocumentId}}"
LARGEST = 10 * 2**20
REFUSALS = {
    "AccessDenied": (403, "Request has expired"),
    "SignatureDoesNotMatch": (403, "The request signature we calculated does not match the signature you provided."),
    "EntityTooLarge": (400, "Your proposed upload exceeds the maximum allowed size."),
    "NoSuchKey": (404, "The specified key does not exist."),
}


def create_document(shop: Shop, call: Call) -> Answer:
    """Answer createFeedDocument."""
    try:
        content_type = orjson.loads(call.body)["contentType"]
    except (orjson.JSONDecodeError, KeyError, TypeError) as error:
        raise invalid("contentType is required.") from error
    if not isinstance(content_type, str) or "/" not in content_type:
        raise invalid("contentType must be a media type.")
    document_id = keep(shop, Document(content_type, shop.instant()))
    return Answer({"feedDocumentId": document_id, "url": _address(shop, call.home, document_id, "PUT")}, 201)


def get_document(shop: Shop, call: Call) -> Answer:
    """Answer getFeedDocument."""
    document_id = call.path["feedDocumentId"]
    document = shop.documents.get(document_id)
    if document is None or document.body is None or shop.instant() > document.made + KEPT:
        raise refusal("no feed")
    row = {"feedDocumentId": document_id, "url": _address(shop, call.home, document_id, "GET")}
    if document.packed:
        row["compressionAlgorithm"] = "GZIP"
        if call.query.flag("enableContentEncodingUrlHeader"):
            row["url"] += "&encoding=gzip"
    return Answer(row)


def keep(shop: Shop, document: Document) -> str:
    """Keep a document, and return its id."""
    number = next(number for number in count(len(shop.documents) + 1) if _id(shop, number) not in shop.documents)
    shop.documents[_id(shop, number)] = document
    return _id(shop, number)


def pack(shop: Shop, content_type: str, body: bytes, *, packed: bool) -> str:
    """Keep what came of a feed, and return the document's id."""
    return keep(shop, Document(content_type, shop.instant(), gzip.compress(body, mtime=0) if packed else body, packed))


def serve(shop: Shop, method: str, document_id: str, query: Mapping[str, str], headers: Mapping[str, str], body: bytes) -> Answer:
    """Answer the address of a document."""
    document, until = shop.documents.get(document_id), query.get("until", "")
    if not until.isdecimal() or int(until) < shop.instant():
        return _refused("AccessDenied")
    if document is None:
        return _refused("NoSuchKey")
    if query.get("for") != method or "x-amz-access-token" in headers:
        return _refused("SignatureDoesNotMatch")
    if method == "GET":
        encoding = {"Content-Encoding": "gzip"} if query.get("encoding") == "gzip" and document.packed else {}
        return Answer(document.body or b"", headers={"Content-Type": document.content_type, **encoding})
    if headers.get("content-type", "") != document.content_type:
        return _refused("SignatureDoesNotMatch")
    if len(body) > LARGEST:
        return _refused("EntityTooLarge")
    document.body = body
    return Answer(b"")


def _address(shop: Shop, home: str, document_id: str, method: str) -> str:
    return f"{home}{FOLDER}{document_id}?for={method}&until={shop.instant() + ADDRESS_LIFE}"


def _id(shop: Shop, number: int) -> str:
    return f"amzn1.tortuga.4.{shop.facts.region.lower()}.00000000-0000-4000-8000-{number:012d}"


def _refused(code: str) -> Answer:
    status, message = REFUSALS[code]
    body = f'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>{code}</Code><Message>{message}</Message></Error>'
    return Answer(body.encode(), status, {"Content-Type": "application/xml"})
