"""What can be told of a refusal beside its code. The platform's own words are in the shop's language and may hold anything; the names of
fields are the platform's, so they can be passed on.
"""

import re
from typing import Any

from adapters.kit.failures import PlatformError, classify
from adapters.woocommerce.manifest import ERRORS, GONE
from adapters.woocommerce.values import Json, identity
from schema.errors import Category

FIELD = re.compile(r"[a-z][a-z0-9_]{0,40}(\[[a-z0-9_]{1,40}\]){0,3}")
BAD_REQUEST = 400


def sentence(error: Json) -> str:
    """Return what a refusal says of fields or of an entity in its way, "" when nothing."""
    found: Any = error.get("data")
    if not isinstance(found, dict):
        return ""
    if error.get("code") == "product_invalid_sku" and (owner := identity(found.get("resource_id"))):
        return f"Product or variation {owner} has this SKU already."
    names = [name for name in found.get("params") or () if isinstance(name, str) and FIELD.fullmatch(name)]
    return f"The store refuses what was sent as {', '.join(names)}." if names else ""


def refusal(entry: Json) -> PlatformError | None:
    """Return why one entry of a batch failed, None when it did not."""
    error = entry.get("error")
    if not isinstance(error, dict):
        return None
    found = error.get("data")
    status = found.get("status") if isinstance(found, dict) else found
    code = str(error.get("code") or "")
    category, remedy = classify(ERRORS, status if isinstance(status, int) else BAD_REQUEST, code)
    return PlatformError(category, sentence(error) or remedy, code=code)


def invalid(message: str, code: str = "INVALID") -> PlatformError:
    """Return the failure of what can never be done as it is; nothing was sent."""
    return PlatformError(Category.VALIDATION, message, code=code, sent=False)


def conflict(message: str, code: str) -> PlatformError:
    """Return the failure of what the store's state does not allow; nothing was sent."""
    return PlatformError(Category.CONFLICT, message, code=code, sent=False)


def gone() -> PlatformError:
    """Return the failure of what is about something the store does not have."""
    return invalid(GONE, "NOT_FOUND")
