"""What was accepted and waits for its time by the sandbox's clock: changes of listings, and feeds.

A job runs once, at the first look after it is due: every request looks, those to the control routes too, and so does a timer, for those
who ask nobody. It runs within the request that was accepted, so that its effects carry that request's number.
"""

import asyncio
from collections.abc import Callable
from contextvars import Context, copy_context
from heapq import heappop, heappush
from itertools import count

from adapters.amazon.sandbox.instants import SECOND

SLACK = 0.01  # seconds; a timer may come a little early by the clock that says what is due
Work = Callable[[], None]


class Jobs:
    """The jobs of one store; `now` tells its time in milliseconds."""

    def __init__(self, now: Callable[[], int]) -> None:
        self._now = now
        self._numbers = count()
        self._waiting: list[tuple[int, int, Context, Work]] = []

    def add(self, delay: int, work: Work) -> None:
        """Run this so many milliseconds from now, or at once when there are none."""
        if delay <= 0:
            work()
            return
        heappush(self._waiting, (self._now() + delay, next(self._numbers), copy_context(), work))
        asyncio.get_running_loop().call_later(delay / SECOND + SLACK, self.settle)

    def settle(self) -> None:
        """Run what is due, in the order it was due."""
        while self._waiting and self._waiting[0][0] <= self._now():
            _, _, context, work = heappop(self._waiting)
            context.run(work)
