"""Times: milliseconds since 1970 UTC inside, ISO 8601 with a Z outside."""

from datetime import UTC, datetime

SECOND, MINUTE, HOUR, DAY = 1_000, 60_000, 3_600_000, 86_400_000


def instant_of(text: str) -> int:
    """Read an ISO 8601 time; without an offset it is UTC, a bare date its midnight. ValueError for anything else."""
    moment = datetime.fromisoformat(text)
    return round((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() * 1000)


def text_of(instant: int) -> str:
    """Write a time with milliseconds, as orders and finances carry it."""
    return f"{datetime.fromtimestamp(instant // 1000, UTC):%Y-%m-%dT%H:%M:%S}.{instant % 1000:03d}Z"


def second_of(instant: int) -> str:
    """Write a time in whole seconds, as listings and stock carry it."""
    return f"{datetime.fromtimestamp(instant // 1000, UTC):%Y-%m-%dT%H:%M:%S}Z"
