"""What stands before the shop: a few workers, and, where one is set, a limit of requests a second.

The product itself has no limit. A firewall's answer is a page, the cloud edition's gateway says in JSON when to come back. The bucket
holds two seconds' worth and refills by the sandbox's clock.
"""

from collections.abc import Callable
from datetime import datetime
from math import ceil

from adapters.magento.sandbox.calls import Answer
from adapters.magento.sandbox.settings import Settings

BURST_SECONDS = 2
BUSY = "<html><head><title>503 Service Temporarily Unavailable</title></head><body><h1>Service Temporarily Unavailable</h1></body></html>"
STOPPED = "<html><head><title>429 Too Many Requests</title></head><body><h1>Too Many Requests</h1></body></html>"
PAGE = {"Content-Type": "text/html; charset=UTF-8"}


class Gate:
    """Lets requests of one store through, or answers in the shop's place; `in_flight` counts those under way."""

    def __init__(self, settings: Settings, now: Callable[[], datetime]) -> None:
        self.in_flight = 0
        self._settings = settings
        self._now = now
        self._level = settings.requests_per_second * BURST_SECONDS
        self._seen = now().timestamp()

    def refuse(self) -> Answer | None:
        """Return the answer to a request that does not get through; None lets it pass and takes its share."""
        if self.in_flight >= self._settings.workers:
            return Answer(BUSY, 503, PAGE, text=True)
        rate = self._settings.requests_per_second
        if not rate:
            return None
        now = self._now().timestamp()
        self._level = min(rate * BURST_SECONDS, self._level + (now - self._seen) * rate)
        self._seen = now
        if self._level >= 1:
            self._level -= 1
            return None
        if self._settings.cloud:
            return Answer({"message": "Too Many Requests"}, 429, {"retry-after": str(max(1, ceil((1 - self._level) / rate)))})
        return Answer(STOPPED, 429, PAGE, text=True)
