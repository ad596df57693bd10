"""The cursors a seller was given, each with what it stands for; they are forgotten a while after they were last used."""

from collections.abc import Callable
from datetime import datetime
from typing import Generic, TypeVar

T = TypeVar("T")
MOST = 1_000


class Cursors(Generic[T]):
    """Cursors of one kind, which live for `seconds` after each use."""

    def __init__(self, now: Callable[[], datetime], seconds: float) -> None:
        self._now = now
        self._seconds = seconds
        self._kept: dict[str, tuple[float, T]] = {}

    def give(self, cursor: str, meaning: T) -> str:
        """Remember a cursor and return it."""
        if len(self._kept) >= MOST:
            del self._kept[next(iter(self._kept))]
        self._kept[cursor] = (self._now().timestamp(), meaning)
        return cursor

    def take(self, cursor: str) -> T | None:
        """Return what a cursor stands for, None for one that is unknown or too old."""
        used, meaning = self._kept.get(cursor, (float("-inf"), None))
        if meaning is None or used + self._seconds < self._now().timestamp():
            self._kept.pop(cursor, None)
            return None
        self.give(cursor, meaning)
        return meaning
