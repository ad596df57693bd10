"""A clock that stands until somebody sleeps, so that a test of hours takes no time."""

import asyncio
from datetime import UTC, datetime, timedelta

START = datetime(2026, 11, 23, 12, tzinfo=UTC)


class SleepyClock:
    """Tells the time of its own; a sleeper moves it forward. `slept` are the sleeps so far, in seconds; `skew` is a wall clock's error."""

    def __init__(self, skew: float = 0) -> None:
        self.seconds = 0.0
        self.skew = skew
        self.slept: list[float] = []

    def now(self) -> datetime:
        return START + timedelta(seconds=self.seconds + self.skew)

    def monotonic(self) -> float:
        return self.seconds

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.seconds += seconds
        await asyncio.sleep(0)

    def advance(self, seconds: float) -> None:
        self.seconds += seconds
