"""The platform's times: seconds since 1970 here, `2026-11-23 14:07:39` in UTC there."""

import re
from datetime import UTC, datetime
from functools import lru_cache

FORM = re.compile(r"\d{4}-\d{2}-\d{2}([ T]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?")


@lru_cache(maxsize=4096)
def shown(instant: int) -> str:
    """Show a time as the platform does."""
    return f"{datetime.fromtimestamp(instant, UTC):%Y-%m-%d %H:%M:%S}"


def instant_of(text: str) -> int | None:
    """Read a time, taken as UTC unless it says otherwise; None for anything that is none."""
    if not FORM.fullmatch(text.strip()):
        return None
    try:
        read = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return int((read if read.tzinfo else read.replace(tzinfo=UTC)).timestamp())
