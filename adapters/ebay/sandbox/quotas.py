"""The daily quotas of applications: one call takes one unit of its resource, and at the reset all of them are back.

Nothing in an answer tells what is left; only the analytics paths do.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from adapters.ebay.sandbox.dates import DAY, HOUR, SECOND

RESET = 7 * HOUR  # midnight where the platform lives, for most of the year
BOUNDLESS = 10**12


@dataclass(frozen=True, slots=True)
class Resource:
    """What is counted together: its usual number of calls per window; `context` "" hides it from the analytics."""

    limit: int
    context: str = ""
    api: str = ""
    version: str = "v1"
    window: int = DAY


RESOURCES: dict[str, Resource] = {
    "sell.inventory": Resource(2_000_000, "sell", "inventory"),
    "sell.fulfillment.order": Resource(100_000, "sell", "fulfillment"),
    "sell.account": Resource(25_000, "sell", "account"),
    "sell.finances": Resource(15_000, "sell", "finances"),
    "commerce.identity": Resource(5_000, "commerce", "identity"),
    "developer.analytics": Resource(5_000, "developer", "analytics", "v1_beta"),
    "post-order.return": Resource(5_000),
    "post-order.cancellation": Resource(5_000),
    "oauth.client_credentials": Resource(1_000),
    "oauth.authorization_code": Resource(10_000),
    "oauth.refresh_token": Resource(50_000),
}


class Quotas:
    """What one application has used, by resource; the windows of a resource follow each other without a gap."""

    def __init__(self) -> None:
        self._used: dict[str, tuple[int, int]] = {}

    def take(self, name: str, limit: int, now: int) -> bool:
        """Use one unit, unless none is left; tell whether there was one."""
        used, reset = self._window(name, now)
        if used >= limit:
            return False
        self._used[name] = (used + 1, reset)
        return True

    def rate(self, name: str, limit: int, now: int) -> tuple[int, int, int]:
        """Return (used, left, instant of the next reset)."""
        used, reset = self._window(name, now)
        return used, max(0, limit - used), reset

    def _window(self, name: str, now: int) -> tuple[int, int]:
        window = RESOURCES[name].window
        used, reset = self._used.get(name, (0, 0))
        return (used, reset) if now < reset else (0, (now - RESET) // window * window + RESET + window)


def limit_of(name: str, quotas: Mapping[str, int], *, generous: bool) -> int:
    """Return how many calls of a resource a window has for a store's application."""
    return BOUNDLESS if generous else quotas.get(name, RESOURCES[name].limit)


def seconds(window: int) -> int:
    """Return a window in the unit of the analytics."""
    return window // SECOND
