"""Instants as the platform writes them, and as this server counts them: milliseconds since 1970, UTC."""

import re
from datetime import UTC, datetime

SECOND = 1000
MINUTE, HOUR, DAY = 60 * SECOND, 3600 * SECOND, 86_400 * SECOND
YEAR = 365 * DAY
WRITTEN = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?Z")


def stamp(instant: int) -> str:
    """Write an instant, always with three digits of a second."""
    return f"{datetime.fromtimestamp(instant // SECOND, UTC):%Y-%m-%dT%H:%M:%S}.{instant % SECOND:03d}Z"


def instant_of(text: str) -> int:
    """Read an instant as clients must write it, in UTC with a Z. ValueError for anything else."""
    if not WRITTEN.fullmatch(text):
        raise ValueError(f"{text!r} is no instant in UTC")
    return in_milliseconds(datetime.fromisoformat(text))


def in_milliseconds(moment: datetime) -> int:
    """Count a moment, which is in UTC when it does not say."""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return round(aware.timestamp() * SECOND)


def loose_instant_of(text: str) -> int:
    """Read any ISO instant or date, in UTC unless it says otherwise. ValueError when it is neither."""
    return in_milliseconds(datetime.fromisoformat(text))
