"""Two writes of one SKU or group at a time: the platform refuses the second while the first is under way.

A write holds what it changes for some real time, so that writes that come together do collide.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterable

from adapters.ebay.sandbox.errors import refusal


class Turns:
    """What of one store is being written now."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._busy: set[str] = set()

    @contextlib.asynccontextmanager
    async def hold(self, names: Iterable[str]) -> AsyncIterator[None]:
        """Hold names while a write of them is under way; refuses one that comes meanwhile."""
        wanted = set(names)
        if wanted & self._busy:
            raise refusal(25025)
        self._busy |= wanted
        try:
            if wanted and self._seconds:
                await asyncio.sleep(self._seconds)
            yield
        finally:
            self._busy -= wanted
