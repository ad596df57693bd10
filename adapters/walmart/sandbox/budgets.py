"""How much a seller may ask: a bucket of tokens for each API, and each type of feed, which fills again little by little.

A bucket lives in this object only: the tokens that were left and when that was. An answer shows what is left and when there is one more,
under two names and in three formats, as the platform's gateways do.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from math import ceil, floor

from starlette.datastructures import QueryParams

from adapters.walmart.sandbox.errors import ApiError

MINUTE = 60
GENEROUS = 100_000
FEEDS = "POST /v3/feeds"
PER_HOUR = {
    "PUT /v3/price": 100,
    FEEDS: 10,  # of the types that have no published figure
    f"{FEEDS} inventory": 10,
    f"{FEEDS} MP_INVENTORY": 50,
    f"{FEEDS} price": 10,
    f"{FEEDS} MP_ITEM": 10,
    f"{FEEDS} MP_MAINTENANCE": 10,
    f"{FEEDS} DELETE_ITEM": 10,
}
PER_MINUTE: dict[str, float] = {
    "GET /v3/orders": 5000,
    "GET /v3/orders/{purchaseOrderId}": 5000,
    "GET /v3/orders/released": 60,
    "POST /v3/orders/{purchaseOrderId}/acknowledge": 60,
    "POST /v3/orders/{purchaseOrderId}/shipping": 60,
    "POST /v3/orders/{purchaseOrderId}/cancel": 60,
    "POST /v3/orders/{purchaseOrderId}/refund": 60,
    "GET /v3/returns": 50,
    "POST /v3/returns/{returnOrderId}/refund": 60,
    "GET /v3/items": 300,
    "GET /v3/items?": 60,
    "GET /v3/items/{id}": 900,
    "GET /v3/items/{id}?": 60,
    "DELETE /v3/items/{sku}": 900,
    "GET /v3/items/count": 200,
    "GET /v3/items/groups/count": 200,
    "POST /v3/items/catalog/search": 200,
    "GET /v3/inventory": 200,
    "PUT /v3/inventory": 200,
    "GET /v3/inventories": 200,
    "GET /v3/inventories/{sku}": 200,
    "PUT /v3/inventories/{sku}": 200,
    "GET /v3/wfs/inventory": 100,
    "GET /v3/settings/shipping/shipnodes": 50,
    "GET /v3/settings/partnerprofile": 50,
    "GET /v3/utilities/apiStatus": 100,
    "GET /v3/token/detail": 100,
    "GET /v3/feeds": 5000,
    "GET /v3/feeds/{feedId}": 5000,
    **{name: size / 60 for name, size in PER_HOUR.items()},
}
SHARED = {"GET /v3/feeds/{feedId}": "GET /v3/feeds", f"{FEEDS} PRICE_AND_PROMOTION": f"{FEEDS} price"}
# The first word of an API's path tells how its gateway words the headers.
FORMATS = {"orders": "milliseconds", "items": "iso", "inventory": "seconds", "inventories": "seconds", "returns": "milliseconds"}
MISSPELT = frozenset({"items", "settings"})
RETRY_AFTER = frozenset({"returns", "inventories"})


@dataclass(slots=True)
class Bucket:
    """A bucket for `size` requests; `rate` of them come back in a second."""

    size: int
    rate: float
    left: float
    at: float


class Budgets:
    """All buckets of one seller."""

    def __init__(self, now: Callable[[], datetime], *, generous: bool) -> None:
        self._now = now
        self._scale = GENEROUS if generous else 1
        self._buckets: dict[str, Bucket] = {}

    def spend(self, operation: str, query: QueryParams) -> dict[str, str]:
        """Take one token for an operation and return the headers that tell of it. ApiError 429 when there is none."""
        bucket = self._filled(operation, query)
        if bucket is None:
            return {}
        if bucket.left < 1:
            headers = self._headers(operation, bucket)
            if operation.split("/")[2] in RETRY_AFTER:
                headers["Retry-After"] = str(ceil((1 - bucket.left) / bucket.rate))
            raise ApiError(429, "REQUEST_THRESHOLD_VIOLATED", "Too many requests", headers=headers)
        bucket.left -= 1
        return self._headers(operation, bucket)

    def shown(self, operation: str, query: QueryParams) -> dict[str, str]:
        """Return the headers without taking a token."""
        bucket = self._filled(operation, query)
        return self._headers(operation, bucket) if bucket else {}

    def _filled(self, operation: str, query: QueryParams) -> Bucket | None:
        key = _bucket_of(operation, query)
        if key not in PER_MINUTE:
            return None
        rate, now = PER_MINUTE[key] * self._scale / MINUTE, self._now().timestamp()
        size = PER_HOUR[key] * self._scale if key in PER_HOUR else round(rate * MINUTE)
        bucket = self._buckets.setdefault(key, Bucket(size, rate, size, now))
        bucket.left = min(size, bucket.left + max(now - bucket.at, 0) * rate)
        bucket.at = now
        return bucket

    def _headers(self, operation: str, bucket: Bucket) -> dict[str, str]:
        family = operation.split("/")[2]
        missing = 0 if bucket.left >= bucket.size else floor(bucket.left) + 1 - bucket.left
        wait = missing / bucket.rate
        name = "x-next-replenish-time" if family in MISSPELT else "x-next-replenishment-time"
        return {"x-current-token-count": str(floor(bucket.left)), name: _instant(FORMATS.get(family, "milliseconds"), bucket.at, wait)}


def _bucket_of(operation: str, query: QueryParams) -> str:
    """Return whose bucket a request takes from; a feed takes from its type's."""
    key = f"{operation} {query.get('feedType')}" if operation == FEEDS else f"{operation}?" if query else operation
    return SHARED.get(key) or SHARED.get(operation) or (key if key in PER_MINUTE else operation)


def _instant(form: str, now: float, wait: float) -> str:
    if form == "seconds":
        return str(ceil(wait))
    if form == "iso":
        return datetime.fromtimestamp(ceil(now + wait), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return str(ceil((now + wait) * 1000))
