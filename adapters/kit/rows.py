"""Mapping rows one by one: a row a platform has bent beyond recognition costs itself, never the page it is on."""

import logging
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from adapters.kit.session import Session

T = TypeVar("T")

log = logging.getLogger("cartograph.platform")


def attempt(make: Callable[[T], Any], found: T) -> Any | None:
    """Return what a row maps to, None when it can't be mapped: whatever the mapping did not foresee costs this row only."""
    try:
        return make(found)
    except (ArithmeticError, AttributeError, KeyError, TypeError, ValueError):
        return None


def mapped(session: Session, operation: str, found: Iterable[T], make: Callable[[T], Any]) -> list[Any | None]:
    """Return what each row maps to, in their order; rows that can't be mapped are None, and counted in the log."""
    made = [attempt(make, each) for each in found]
    if skipped := made.count(None):
        facts = {"store": session.store.name, "platform": session.store.platform, "operation": operation, "rows": skipped}
        log.warning("rows skipped: they could not be understood", extra=facts)
    return made
