"""The leaky bucket of one store: points come back with time, a query takes what it cost."""

from collections.abc import Callable
from datetime import datetime
from typing import Any


class Bucket:
    """Points left to one app in one store; `restore` come back each second of the sandbox's clock."""

    def __init__(self, size: float, restore: float, now: Callable[[], datetime]) -> None:
        self.size = size
        self.restore = restore
        self._now = now
        self._left = size
        self._moment = now()

    def available(self) -> float:
        """Return the points left now."""
        moment = self._now()
        self._left = min(self.size, self._left + self.restore * max(0.0, (moment - self._moment).total_seconds()))
        self._moment = moment
        return self._left

    def has(self, points: float) -> bool:
        """Tell whether a query of this requested cost may run."""
        return points <= self.available()

    def take(self, points: float) -> None:
        """Charge what a query really cost."""
        self._left = self.available() - points

    def status(self) -> dict[str, Any]:
        """Write the bucket as answers report it."""
        return {"maximumAvailable": float(self.size), "currentlyAvailable": int(self.available()), "restoreRate": float(self.restore)}
