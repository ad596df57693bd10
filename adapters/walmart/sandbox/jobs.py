"""What was accepted and waits for its time by the sandbox's clock: feeds, and changes that take a while to show.

A job runs once, at the first look after it is due: each request looks, and so does a timer, for those who ask nobody. It runs as part of
the request that was accepted, so that its effects carry that request's number.
"""

import asyncio
from collections.abc import Callable
from contextvars import Context, copy_context
from datetime import datetime
from heapq import heappop, heappush
from itertools import count

SLACK = 0.01  # a timer may come a little early by the clock that says what is due
Work = Callable[[], None]


class Jobs:
    """The jobs of one seller."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._numbers = count()
        self._waiting: list[tuple[float, int, Context, Work]] = []

    def add(self, seconds: float, work: Work) -> None:
        """Run this so many seconds from now, or at once when there are none."""
        if seconds <= 0:
            work()
            return
        heappush(self._waiting, (self.now() + seconds, next(self._numbers), copy_context(), work))
        asyncio.get_running_loop().call_later(seconds + SLACK, self.settle)

    def settle(self) -> None:
        """Run what is due, in the order it was due."""
        while self._waiting and self._waiting[0][0] <= self.now():
            _, _, context, work = heappop(self._waiting)
            context.run(work)

    def now(self) -> float:
        """Return the time in seconds since 1970 UTC."""
        return self._now().timestamp()
