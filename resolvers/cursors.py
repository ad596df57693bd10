"""Cursors: where a list over many stores was left.

A row's key is (sort value, store, key id); descending lists are the exact reverse of ascending ones. A cursor holds one key, up to which
every store has been read, and an exception for each store that has not come so far: one that failed, or one that is catching up. It does
not grow with the number of stores, and it is good for ever: nothing of it lives in this process.

A digest of kind, order, filter and stores ties a cursor to its list.
"""

import base64
import binascii
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import orjson

from adapters.kit.port import Ordering, SortValue
from schema.errors import Code, InputError

RowKey = tuple[SortValue, str, str]

TIMES = frozenset({"created_at", "updated_at", "order_created_at", "order_updated_at"})


@dataclass(frozen=True, slots=True)
class Cursor:
    """`key` None is the beginning of the list; `exceptions` are the stores that were left elsewhere."""

    key: RowKey | None = None
    exceptions: Mapping[str, RowKey | None] = field(default_factory=dict)

    def place(self, store: str) -> RowKey | None:
        """Return the last key up to which a store has been read."""
        return self.exceptions.get(store, self.key)


def encode(cursor: Cursor, digest: str) -> str:
    """Return the opaque text of a cursor."""
    packed = [digest, _pack(cursor.key), {store: _pack(key) for store, key in cursor.exceptions.items()}]
    return base64.urlsafe_b64encode(orjson.dumps(packed)).decode().rstrip("=")


def decode(text: str, digest: str, ordering: Ordering) -> Cursor:
    """Read a cursor; raises InputError CURSOR_INVALID when it is malformed or belongs to another list."""
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        found, key, exceptions = orjson.loads(raw)
        if found != digest:
            raise _invalid("it belongs to a list with other filters, another order or other stores")
        return Cursor(_unpack(key, ordering), {str(store): _unpack(each, ordering) for store, each in exceptions.items()})
    except (binascii.Error, UnicodeError, ValueError, TypeError, AttributeError, OverflowError, OSError):
        raise _invalid("it is not a cursor this API has given out") from None


def digest_of(parts: Iterable[Any]) -> str:
    """Return a short digest of what makes a list the list it is."""
    return hashlib.sha256(orjson.dumps(list(parts), default=str, option=orjson.OPT_SORT_KEYS)).hexdigest()[:12]


def before(one: RowKey, other: RowKey, ordering: Ordering) -> bool:
    """Say whether one key comes before the other in this order."""
    return one > other if ordering.descending else one < other


def _pack(key: RowKey | None) -> list[Any] | None:
    if key is None:
        return None
    value, store, key_id = key
    return [value.timestamp() if isinstance(value, datetime) else value, store, key_id]


def _unpack(packed: Any, ordering: Ordering) -> RowKey | None:
    if packed is None:
        return None
    value, store, key_id = packed
    if not (isinstance(store, str) and isinstance(key_id, str)):
        raise TypeError
    if ordering.by in TIMES:
        return datetime.fromtimestamp(float(value), UTC), store, key_id
    if not isinstance(value, str if ordering.by == "name" else int):
        raise TypeError
    return value, store, key_id


def _invalid(why: str) -> InputError:
    return InputError(
        Code.CURSOR_INVALID,
        f"The cursor can't be used: {why}. Pass `endCursor` of the page before with the same arguments, or leave it out.",
    )
