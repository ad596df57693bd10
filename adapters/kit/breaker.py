"""Lets a store rest that does not answer, so that lists over many stores do not wait for it again and again.

After some failures in a row every call fails at once, for a while that doubles; then one may try again. The first answer ends it. Each
process finds out for itself: what one sees of a network need not be what another sees.
"""

from adapters.kit.clock import Clock
from adapters.kit.failures import PlatformError
from schema.errors import Category

FAILURES = 3
FIRST_REST = 5.0  # seconds
LONGEST_REST = 60.0
RESTING = "RESTING"


class Breaker:
    """The rest of one store."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.reset()

    def reset(self) -> None:
        """Forget all failures."""
        self._failures = 0
        self._until = 0.0

    def check(self) -> None:
        """Raise PlatformError TRANSIENT while the store rests, with the time that is left."""
        left = self._until - self._clock.monotonic()
        if left > 0:
            message = "The store has not answered several times in a row; it is left alone for a moment."
            raise PlatformError(Category.TRANSIENT, message, code=RESTING, retry_after=left, sent=False)

    def failed(self) -> None:
        """Count a failure that says nothing about the request, only about the store."""
        self._failures += 1
        if self._failures >= FAILURES:
            rest = min(LONGEST_REST, FIRST_REST * 2 ** min(10, self._failures - FAILURES))
            self._until = self._clock.monotonic() + rest
