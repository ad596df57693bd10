"""Remembers the keys of mutations that may be repeated: the same key with the same input is carried out once."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson

from adapters.shopify.sandbox.payloads import Payload

KEPT = timedelta(hours=24)
MISMATCH = ("The same idempotency key cannot be used with different operation parameters.", "IDEMPOTENCY_KEY_PARAMETER_MISMATCH")
FAILED = (
    "A previous request with this idempotency key failed. Retry with a new idempotency key.",
    "IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED",
)


@dataclass(frozen=True, slots=True)
class _Attempt:
    """What was asked with a key, when, and what came of it."""

    asked: bytes
    moment: datetime
    payload: Payload


class Keys:
    """The keys of one store; each is forgotten after a day of the sandbox's clock."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._attempts: dict[str, _Attempt] = {}

    def once(self, key: str, name: str, arguments: dict[str, Any], run: Callable[[], Payload]) -> Payload:
        """Carry out a mutation, or answer its repetition as the first run was answered."""
        asked = orjson.dumps([name, arguments], option=orjson.OPT_SORT_KEYS)
        known = self._attempts.get(key)
        if known is None or self._now() - known.moment > KEPT:
            payload = run()
            self._attempts[key] = _Attempt(asked, self._now(), payload)
            return payload
        if known.asked != asked:
            return Payload.refused(MISMATCH)
        if known.payload.problems:
            return Payload.refused(FAILED)
        return known.payload.repeated()
