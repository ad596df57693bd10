"""The dates that filters take: a day, or a second with its offset. The order API refuses milliseconds, returns take them."""

import re
from datetime import UTC, datetime

from adapters.walmart.sandbox.calls import Call
from adapters.walmart.sandbox.errors import ApiError

DAY = re.compile(r"\d{4}-\d\d-\d\d")
SECOND = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:?\d\d)")
FRACTION = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+ -]\d\d:?\d\d)")


def bound(call: Call, name: str) -> float | None:
    """Return a filter's instant in seconds since 1970 UTC, None when it is not given. ApiError 400 for what is no date."""
    given = call.query.get(name)
    if given is None:
        return None
    pattern = SECOND if call.api == "GMP_ORDER_API" else FRACTION
    try:
        if DAY.fullmatch(given):
            return datetime.fromisoformat(given).replace(tzinfo=UTC).timestamp()
        if pattern.fullmatch(given):
            return datetime.fromisoformat(given.replace(" ", "+")).timestamp()
    except ValueError:
        pass
    raise ApiError(400, "INVALID_REQUEST", "Invalid Date format value", call.api)


def within(instant: float, low: float | None, high: float | None) -> bool:
    """Return whether an instant lies between two bounds, both counted in."""
    return (low is None or instant >= low) and (high is None or instant <= high)
