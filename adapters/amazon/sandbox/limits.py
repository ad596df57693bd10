"""The usage plans: one bucket for each operation of a store, refilled by the sandbox's clock."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

PLANS: dict[str, tuple[float, float]] = {
    "searchOrders": (0.0056, 20),
    "getOrder": (0.5, 30),
    "getListingsItem": (5.0, 10),
    "searchListingsItems": (5.0, 5),
    "putListingsItem": (5.0, 10),
    "patchListingsItem": (5.0, 5),
    "deleteListingsItem": (5.0, 5),
    "searchDefinitionsProductTypes": (5.0, 10),
    "getDefinitionsProductType": (5.0, 10),
    "confirmShipment": (2.0, 10),
    "searchCatalogItems": (2.0, 2),
    "getCatalogItem": (2.0, 2),
    "getInventorySummaries": (2.0, 2),
    "batchInventory": (50.0, 100),
    "listTransactions": (0.5, 10),
    "getMarketplaceParticipations": (0.016, 15),
    "getAccount": (0.016, 15),
    "createRestrictedDataToken": (1.0, 10),
    "createReport": (0.0167, 15),
    "getReport": (2.0, 15),
    "getReports": (0.0222, 10),
    "getReportDocument": (0.0167, 15),
    "createFeedDocument": (0.5, 15),
    "createFeed": (0.0083, 15),
    "createFeed JSON_LISTINGS_FEED": (5 / 300, 5),  # five in five minutes, apart from all other feeds
    "getFeed": (2.0, 15),
    "getFeeds": (0.0222, 10),
    "cancelFeed": (2.0, 15),
    "getFeedDocument": (0.0222, 10),
}
AMPLE = (1_000_000.0, 1_000_000.0)
SHOWN = frozenset({200, 201, 202, 204, 207, 400, 404})


class Plans:
    """The buckets of one store; an operation without a published plan is not limited."""

    def __init__(self, options: Mapping[str, Any], now: Callable[[], datetime]) -> None:
        chosen = {name: (float(rate), float(burst)) for name, (rate, burst) in options.get("rates", {}).items()}
        self._plans = {name: AMPLE if options.get("generous") else chosen.get(name, plan) for name, plan in PLANS.items()}
        self._speed = float(options.get("speed", 1))
        self._now = now
        self._left = {name: burst for name, (_, burst) in self._plans.items()}
        self._seen = dict.fromkeys(self._plans, now())

    def take(self, operation: str) -> bool:
        """Take the one token a call costs; False when there is none."""
        if operation not in self._plans:
            return True
        rate, burst = self._plans[operation]
        now = self._now()
        gained = (now - self._seen[operation]).total_seconds() * rate * self._speed
        self._seen[operation] = now
        self._left[operation] = min(burst, self._left[operation] + max(0.0, gained))
        # A hair of tolerance, or a refill of exactly one token could miss it by rounding.
        if self._left[operation] < 1 - 1e-9:
            return False
        self._left[operation] -= 1
        return True

    def headers(self, operation: str, status: int) -> dict[str, str]:
        """Return what an answer tells of the plan: the rate alone, and nothing on refusals of access or for haste."""
        if status not in SHOWN or operation not in self._plans:
            return {}
        return {"x-amzn-RateLimit-Limit": str(self._plans[operation][0])}
