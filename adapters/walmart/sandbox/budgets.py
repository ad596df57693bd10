"""How much a seller may ask: a bucket of tokens for each API, which fills again little by little.

A bucket lives in this object only: the tokens that were left and when that was. An answer shows what is left and when there is one more,
under two names and in three formats, as the platform's gateways do.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from math import ceil, floor

from adapters.walmart.sandbox.errors import ApiError

MINUTE = 60
GENEROUS = 100_000
PER_MINUTE = {
    "GET /v3/orders": 5000,
    "GET /v3/orders/{purchaseOrderId}": 5000,
    "GET /v3/orders/released": 60,
    "GET /v3/returns": 50,
    "GET /v3/items": 300,
    "GET /v3/items?": 60,
    "GET /v3/items/{id}": 900,
    "GET /v3/items/{id}?": 60,
    "GET /v3/items/count": 200,
    "GET /v3/items/groups/count": 200,
    "POST /v3/items/catalog/search": 200,
    "GET /v3/inventory": 200,
    "GET /v3/inventories": 200,
    "GET /v3/inventories/{sku}": 200,
    "GET /v3/wfs/inventory": 100,
    "GET /v3/settings/shipping/shipnodes": 50,
    "GET /v3/settings/partnerprofile": 50,
    "GET /v3/utilities/apiStatus": 100,
    "GET /v3/token/detail": 100,
}
# The first word of an API's path tells how its gateway words the headers.
FORMATS = {"orders": "milliseconds", "items": "iso", "inventory": "seconds", "inventories": "seconds", "returns": "milliseconds"}
MISSPELT = frozenset({"items", "settings"})
RETRY_AFTER = frozenset({"returns", "inventories"})


@dataclass(slots=True)
class Bucket:
    """A bucket for `size` requests a minute."""

    size: int
    left: float
    at: float


class Budgets:
    """All buckets of one seller."""

    def __init__(self, now: Callable[[], datetime], *, generous: bool) -> None:
        self._now = now
        self._scale = GENEROUS if generous else 1
        self._buckets: dict[str, Bucket] = {}

    def spend(self, operation: str, *, queried: bool) -> dict[str, str]:
        """Take one token for an operation and return the headers that tell of it. ApiError 429 when there is none."""
        bucket = self._filled(operation, queried=queried)
        if bucket is None:
            return {}
        if bucket.left < 1:
            headers = self._headers(operation, bucket)
            if operation.split("/")[2] in RETRY_AFTER:
                headers["Retry-After"] = str(ceil((1 - bucket.left) * MINUTE / bucket.size))
            raise ApiError(429, "REQUEST_THRESHOLD_VIOLATED", "Too many requests", headers=headers)
        bucket.left -= 1
        return self._headers(operation, bucket)

    def shown(self, operation: str, *, queried: bool) -> dict[str, str]:
        """Return the headers without taking a token."""
        bucket = self._filled(operation, queried=queried)
        return self._headers(operation, bucket) if bucket else {}

    def _filled(self, operation: str, *, queried: bool) -> Bucket | None:
        key = f"{operation}?" if queried and f"{operation}?" in PER_MINUTE else operation
        if key not in PER_MINUTE:
            return None
        size, now = PER_MINUTE[key] * self._scale, self._now().timestamp()
        bucket = self._buckets.setdefault(key, Bucket(size, size, now))
        bucket.left = min(size, bucket.left + max(now - bucket.at, 0) * size / MINUTE)
        bucket.at = now
        return bucket

    def _headers(self, operation: str, bucket: Bucket) -> dict[str, str]:
        family = operation.split("/")[2]
        missing = 0 if bucket.left >= bucket.size else floor(bucket.left) + 1 - bucket.left
        wait = missing * MINUTE / bucket.size
        name = "x-next-replenish-time" if family in MISSPELT else "x-next-replenishment-time"
        return {"x-current-token-count": str(floor(bucket.left)), name: _instant(FORMATS.get(family, "milliseconds"), bucket.at, wait)}


def _instant(form: str, now: float, wait: float) -> str:
    if form == "seconds":
        return str(ceil(wait))
    if form == "iso":
        return datetime.fromtimestamp(ceil(now + wait), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return str(ceil((now + wait) * 1000))
