"""Page tokens: opaque, bound to the query they came from, good for a while.

A token carries all it needs, so the server remembers nothing of a listing under way.
"""

import base64
import binascii
from collections.abc import Mapping
from typing import Any
from zlib import crc32

import orjson

from adapters.amazon.sandbox.errors import invalid


def seal(kind: str, asked: Mapping[str, str], now: int, **place: Any) -> str:
    """Return a token for the page at a place, in a list of this kind and query."""
    return base64.urlsafe_b64encode(orjson.dumps({"k": kind, "d": _digest(asked), "t": now, **place})).decode()


def unseal(token: str, kind: str, asked: Mapping[str, str], now: int, life: int) -> dict[str, Any]:
    """Return the place a token stands for. ApiError 400 when it is older than `life` milliseconds, or not of this list."""
    try:
        place: dict[str, Any] = orjson.loads(base64.urlsafe_b64decode(token.encode()))
    except (binascii.Error, ValueError) as error:
        raise invalid("The page token is malformed.") from error
    if not isinstance(place, dict) or place.get("k") != kind:
        raise invalid("The page token is malformed.")
    if now - place["t"] > life:
        raise invalid("The page token has expired.")
    if place["d"] != _digest(asked):
        raise invalid("The page token belongs to a request with other parameters.")
    return place


def _digest(asked: Mapping[str, str]) -> int:
    return crc32(orjson.dumps(sorted(asked.items())))
