"""What the platform finishes some moments after it said yes, by the sandbox's own clock."""

import heapq
import itertools
from collections.abc import Callable

Finish = Callable[[int], None]


class Jobs:
    """Accepted and unfinished work; each job is told the instant at which it was due, and is done by the first request after that."""

    def __init__(self) -> None:
        self._waiting: list[tuple[int, int, Finish]] = []
        self._turns = itertools.count()

    def add(self, due: int, finish: Finish) -> None:
        """Do something when an instant has come."""
        heapq.heappush(self._waiting, (due, next(self._turns), finish))

    def run(self, now: int) -> None:
        """Do what is due, in its order."""
        while self._waiting and self._waiting[0][0] <= now:
            due, _, finish = heapq.heappop(self._waiting)
            finish(due)
