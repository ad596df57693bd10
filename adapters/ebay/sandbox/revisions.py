"""How often listings were revised today: the platform lets each be revised so many times in one calendar day, and no more."""

from collections.abc import Iterable

from adapters.ebay.sandbox.dates import DAY
from adapters.ebay.sandbox.errors import ApiError, refusal
from adapters.ebay.sandbox.quotas import RESET

PER_DAY = 250


class Revisions:
    """Counts the revisions of one store's listings; every attempt that gets so far counts."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._day = 0
        self._made: dict[str, int] = {}

    def refused(self, listings: Iterable[str], now: int) -> ApiError | None:
        """Count one revision of each listing, or of none, and say which must not be revised before tomorrow.

        The documents leave the number of this error open: it is told by its words.
        """
        day = (now - RESET) // DAY
        if day != self._day:
            self._day, self._made = day, {}
        wanted = set(listings)
        for listing in sorted(wanted):
            if self._made.get(listing, 0) >= self._most:
                return refusal(
                    25019, additionalInfo=f"Listing {listing} was revised {self._most} times: no revision before the next calendar day"
                )
        for listing in wanted:
            self._made[listing] = self._made.get(listing, 0) + 1
        return None
