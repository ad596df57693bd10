"""What Shopify refuses inside an answer that is none the less a success: the user errors of a mutation's payload."""

from collections.abc import Iterable
from typing import Any

from adapters.kit.failures import PlatformError, classify
from adapters.shopify.manifest import ERRORS, NOT_BEGUN, TEXTS, VAGUE
from adapters.shopify.values import Json
from schema.errors import Category

LISTS = ("userErrors", "orderCancelUserErrors")


def refusals(payload: Json) -> list[Json]:
    """Return the user errors of a payload."""
    return [error for name in LISTS for error in payload.get(name) or ()]


def refused(payload: Any, personal: Iterable[str | None] = ()) -> PlatformError | None:
    """Return why a mutation was not done, of what it was answered; None when it was."""
    if isinstance(payload, PlatformError):
        return payload
    found = refusals(payload)
    return refusal(found[0], personal) if found else None


def refusal(error: Json, personal: Iterable[str | None] = ()) -> PlatformError:
    """Map a user error, in the platform's own words unless they repeat something personal."""
    said = str(error.get("message") or "").strip().rstrip(".")
    category, code, remedy = _meaning(error, said)
    told = said and not any(each and each.casefold() in said.casefold() for each in personal)
    message = f"Shopify says: {said}. {remedy}" if told else remedy
    return PlatformError(category, message, code=code, sent=code not in NOT_BEGUN)


def place(error: Json, name: str) -> int | None:
    """Return which row of the input list `name` a user error is about; None when it is about all of them."""
    field = error.get("field") or []
    if name not in field[:-1]:
        return None
    at = str(field[field.index(name) + 1])
    return int(at) if at.isdecimal() else None


def unanswered(what: str) -> PlatformError:
    """Return the failure of a write that was not refused, and whose answer does not show it either."""
    message = f"Shopify's answer does not show {what}; whether it was done is looked for."
    return PlatformError(Category.TRANSIENT, message, code="UNANSWERED")


def _meaning(error: Json, said: str) -> tuple[Category, str, str]:
    """Return category, code and remedy."""
    code = str(error.get("code") or "")
    for part, category, word, remedy in TEXTS:
        if part in said.casefold():
            return category, word if code in VAGUE else code, remedy
    category, remedy = classify(ERRORS, 200, code)
    return category, code or "REFUSED", remedy
