"""The source of all chances: bytes that are read once, so that a whole case is one draw and shrinks towards zeros.

A zero, and the end of the tape, always mean the plainest choice: nothing odd, the first option, no more of it.
"""

from collections.abc import Sequence
from typing import TypeVar
from zlib import crc32

T = TypeVar("T")


class Tape:
    """Reads choices from bytes; what is read behind the end is zero."""

    def __init__(self, choices: bytes, place: int = 0, end: int | None = None) -> None:
        self._choices = choices
        self._place = place
        self._end = len(choices) if end is None else end

    def number(self, below: int) -> int:
        """Return a number from zero up to `below`, which is at most 256."""
        if self._place >= self._end:
            return 0
        self._place += 1
        return self._choices[(self._place - 1) % len(self._choices)] * below >> 8

    def chance(self, of: int) -> bool:
        """Say yes once in `of` times; never behind the end."""
        return self.number(256) >= 256 - 256 // of

    def pick(self, options: Sequence[T]) -> T:
        """Return one of at most 256 options."""
        return options[self.number(len(options))]

    def apart(self, name: str) -> "Tape":
        """Return a tape for one thing: it says the same whenever, and in whatever order, it is read."""
        start = crc32(name.encode()) % max(1, len(self._choices))
        return Tape(self._choices, start, start + len(self._choices))
