"""What can't be done, as values: what eBay says of one part of a bulk write, and what is refused here before anything is sent."""

from typing import NoReturn

from adapters.ebay.auth import TOMORROW, code_of, words_of
from adapters.ebay.manifest import ERRORS, REVISED
from adapters.ebay.values import Json, whole
from adapters.kit.failures import PlatformError, classify
from schema.errors import Category

GONE = "The store does not have this, or no longer; read again."


def failure_of(response: Json) -> PlatformError | None:
    """Return why one part of a bulk write failed, None when it did not."""
    status = whole(response.get("statusCode")) or 500
    if status < 300:
        return None
    code = code_of(response)
    category, remedy = classify(ERRORS, status, code)
    retry_after = TOMORROW if code == REVISED else None
    return PlatformError(category, words_of(response) or remedy, code=code, retry_after=retry_after)


def invalid(message: str, code: str = "INVALID") -> PlatformError:
    """Return the failure of what can never be done as it is; nothing was sent."""
    return PlatformError(Category.VALIDATION, message, code=code, sent=False)


def conflict(message: str, code: str) -> PlatformError:
    """Return the failure of what the store's state does not allow; nothing was sent."""
    return PlatformError(Category.CONFLICT, message, code=code, sent=False)


def gone() -> PlatformError:
    """Return the failure of what is about something the store does not have."""
    return invalid(GONE, "NOT_FOUND")


def refuse(error: PlatformError | None) -> NoReturn:
    """Raise why something could not be read, or that it is not there."""
    raise unsent(error) if error else gone()


def unsent(error: PlatformError) -> PlatformError:
    """Return the failure of a read before a write: nothing was written, so nothing is in doubt."""
    return PlatformError(error.category, error.message, code=error.code, retry_after=error.retry_after, sent=False)
