"""Reads Walmart's refusals: three envelopes in JSON, told apart by who refuses, and XML from gateways that overlook what was asked for.

What can't be told by code is told by text: a state that has moved on, and the refusal without a reason that is seen while Walmart is down.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from adapters.kit.http import Answer
from adapters.walmart.values import Json, rows, text

NOT_FOUND = "CONTENT_NOT_FOUND"
NO_CODE = "NO_CODE"
LONGEST_WAIT = 300.0  # seconds; a wrong clock or format must not stop a store for longer
DEFAULT_WAIT = 5.0
MILLISECONDS, SECONDS = 1e11, 1e9  # from here on a number is an instant, not a span

XML_CODE = re.compile(r"<(?:\w+:)?code>([^<]+)</")
# Texts that say the order's state is the reason, whatever the code.
STATES = re.compile(
    r"in higher status|is in \w+ status|overshipped|already (been )?cancel"
    r"|exceeds? .*remain|remaining (amount|quantity)|intent.?to.?cancel",
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
        return "INVALID_REQUEST:BLANK"
    return code


def errors_of(body: Any) -> list[Json]:
    """Return the entries of whichever envelope a refusal came in."""
    if not isinstance(body, dict):
        return []
    found = body.get("errors") or body.get("error")
    return rows(found.get("error") if isinstance(found, dict) else found)


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
