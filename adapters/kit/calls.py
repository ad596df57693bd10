"""Who a platform call is made for: its priority, and a count of the requests it took. Carried by a context variable, so that
adapters need not pass it on.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from enum import IntEnum


class Priority(IntEnum):
    """Who goes first when a budget is short; the lower, the sooner."""

    INTERACTIVE = 0
    WRITE = 1
    SYNC = 2
    BACKFILL = 3


@dataclass(slots=True)
class Tally:
    """Counts the requests made in one `calling` block, its tasks included."""

    priority: Priority
    calls: int = 0


_CURRENT: ContextVar[Tally | None] = ContextVar("cartograph_tally", default=None)


@contextmanager
def calling(priority: Priority = Priority.INTERACTIVE) -> Iterator[Tally]:
    """Count and rank all platform calls made in this block."""
    tally = Tally(priority)
    token = _CURRENT.set(tally)
    try:
        yield tally
    finally:
        _CURRENT.reset(token)


def current_tally() -> Tally:
    """Return the tally of the enclosing block; calls outside any block are interactive and counted by nobody."""
    return _CURRENT.get() or Tally(Priority.INTERACTIVE)
