"""Reads Walmart's refusals: three envelopes in JSON, told apart by who refuses, and XML from gateways that overlook what was asked for.

What can't be told by code is told by text: a state that has moved on, and the refusal without a reason that is seen while Walmart is down.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from adapters.kit.failures import PlatformError
from adapters.kit.http import Answer
from adapters.walmart.values import Json, rows, text
from schema.errors import Category

NOT_FOUND = "CONTENT_NOT_FOUND"
NO_CODE = "NO_CODE"
BLANK = "INVALID_REQUEST:BLANK"
LONGEST_WAIT = 300.0  # seconds; a wrong clock or format must not stop a store for longer
DEFAULT_WAIT = 5.0
LONGEST_SAID = 300  # characters
MILLISECONDS, SECONDS = 1e11, 1e9  # from here on a number is an instant, not a span

XML_CODE = re.compile(r"<(?:\w+:)?code>([^<]+)</")
# Texts that say the order's state is the reason, whatever the code.
STATES = re.compile(
    r"in higher status|is in \w+ status|overshipped|already (been )?cancel"
    r"|exceeds? .*remain|remaining (amount|quantity)|intent.?to.?cancel"
    r"|older than \d+ days|later than \d+ hours|no such quantity shipped",
    re.IGNORECASE,
)
REPLENISHED = ("x-next-replenishment-time", "x-next-replenish-time")


def code_of(answer: Answer) -> str:
    """Return the code of a refusal without its suffix; `:STATE` or `:BLANK` is added where only the text tells."""
    entries = errors_of(answer.body)
    if not entries:
        found = XML_CODE.search(answer.text)
        return found.group(1).partition(".")[0] if found else NO_CODE
    first = entries[0]
    code = (text(first.get("code")) or NO_CODE).partition(".")[0]
    if code in {"INVALID_REQUEST", "INVALID_REQUEST_CONTENT"} and STATES.search(_said(first)):
        return "INVALID_REQUEST_CONTENT:STATE"
    if code == "INVALID_REQUEST" and _said(first).casefold() in {"", "invalid request"} and not first.get("causes"):
        return BLANK
    return code


def errors_of(body: Any) -> list[Json]:
    """Return the entries of whichever envelope a refusal came in."""
    if not isinstance(body, dict):
        return []
    found = body.get("errors") or body.get("error")
    return rows(found.get("error") if isinstance(found, dict) else found)


def sentence_of(answer: Answer) -> str:
    """Return what a refusal of a request's content says, "" when that is nothing, or may be of a person."""
    entries = errors_of(answer.body) if answer.status == 400 else []
    return _quoted(entries[0]) if entries else ""


def row_refusal(entry: Json, category: Category, code: str) -> PlatformError:
    """Return the failure of one row of several, in Walmart's words."""
    return PlatformError(category, _quoted(entry) or "Walmart refuses this and does not say why.", code=code)


def invalid(message: str, code: str = "INVALID") -> PlatformError:
    """Return the failure of what can never be done as it is; nothing was sent."""
    return PlatformError(Category.VALIDATION, message, code=code, sent=False)


def conflict(message: str, code: str) -> PlatformError:
    """Return the failure of what the store's state does not allow; nothing was sent."""
    return PlatformError(Category.CONFLICT, message, code=code, sent=False)


def gone() -> PlatformError:
    """Return the failure of what is about something the store does not have."""
    return invalid("Walmart does not have this, or no longer; read again.", "NOT_FOUND")


def unreadable() -> PlatformError:
    """Return the failure of an answer that leaves open what became of a change."""
    return PlatformError(Category.TRANSIENT, "Walmart does not say what became of this.", code="NO_OBJECT")


def wait_of(headers: Mapping[str, str]) -> float:
    """Return how long to leave an operation alone, in seconds: the header has milliseconds, seconds or ISO, as instants or as a span."""
    plain = _seconds(headers.get("retry-after"))
    if plain is not None:
        return min(plain, LONGEST_WAIT)
    told = next((headers[name] for name in REPLENISHED if headers.get(name)), "").strip()
    instant = _seconds(told)
    if instant is not None and instant < SECONDS:
        return min(instant, LONGEST_WAIT)
    try:
        until = datetime.fromtimestamp(instant / (1000 if instant > MILLISECONDS else 1), UTC) if instant else datetime.fromisoformat(told)
        wait = (until - _now(headers)).total_seconds()
    except (OSError, OverflowError, TypeError, ValueError):
        return DEFAULT_WAIT
    return min(max(wait, 1.0), LONGEST_WAIT)


def left_of(headers: Mapping[str, str]) -> float | None:
    """Return how many requests are left of the operation's bucket."""
    return _seconds(headers.get("x-current-token-count"))


def _quoted(entry: Json) -> str:
    said = _said(entry)
    return f"Walmart refuses: {said[:LONGEST_SAID]}." if said and "@" not in said else ""


def _said(entry: Json) -> str:
    return (text(entry.get("description")) or text(entry.get("message")) or "").strip(" .")


def _seconds(value: str | None) -> float | None:
    try:
        found = float(value or "")
    except ValueError:
        return None
    return found if 0 <= found < float("inf") else None


def _now(headers: Mapping[str, str]) -> datetime:
    """Return the time by the platform's own clock, where it tells."""
    try:
        return parsedate_to_datetime(headers["date"])
    except (KeyError, TypeError, ValueError):
        return datetime.now(UTC)
