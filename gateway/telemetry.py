"""What is written down: one line an event, for machines as JSON or for people as text.

A line has its message and the fields below, nothing else of the record: whatever else somebody attaches stays out. Exceptions are written
as their type and the places in the code they went through, without values; the sentence of an exception is written for our own ones only,
since other people's may quote data. What still looks like a secret is blotted out at the very end.
"""

import contextlib
import logging
import re
import sys
import traceback
from collections.abc import Iterator
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any, TextIO

import orjson

from gateway.settings import LogFormat, LogLevel

FIELDS = (
    "store",
    "platform",
    "operation",
    "category",
    "platform_code",
    "tries",
    "tenant",
    "principal",
    "milliseconds",
    "status",
    "errors",
    "rows",
    "receipt",
    "request_id",
)
OUR_PACKAGES = frozenset({"adapters", "gateway", "resolvers", "schema"})
MOST_FRAMES = 40
MOST_CAUSES = 5
BLOT = "[hidden]"

# Loggers of libraries that talk too much, and how much they may say. Errors of GraphQL are logged by gateway.graphql, without values.
QUIET = {"strawberry": logging.CRITICAL, "uvicorn": logging.WARNING, "asyncio": logging.WARNING, "httpx": logging.WARNING}

_SECRETS = (
    re.compile(r"(?i)(?P<keep>\b(?:bearer|basic)\s+)[\w.~+/=-]{6,}"),
    re.compile(r"(?P<keep>)\b(?:shp[a-z]{2}_|c[ks]_|cgk_)[\w-]{8,}"),
    re.compile(
        r"""(?ix)(?P<keep>\b\w*(?:token|secret|password|passwd|api_?key|consumer_key|signature|authorization)["']?\s*[=:]\s*["']?)"""
        r"""(?!\[hidden\]|bearer\b|basic\b)[^\s"'&,;}]{3,}"""
    ),
    re.compile(r"(?P<keep>\b[a-z][a-z0-9+.-]*://)[^\s/@]*:[^\s/@]+(?=@)"),
)
_REQUEST_ID: ContextVar[str | None] = ContextVar("request_id", default=None)


def configure(level: LogLevel, log_format: LogFormat, stream: TextIO | None = None) -> None:
    """Send everything that is logged in this process to one stream (by default the standard error output)."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonLines() if log_format == "json" else Text())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name, threshold in QUIET.items():
        logging.getLogger(name).setLevel(threshold)


@contextlib.contextmanager
def numbered(request_id: str) -> Iterator[None]:
    """Give every line that is logged within the block, tasks it starts included, the number of the request."""
    token = _REQUEST_ID.set(request_id)
    try:
        yield
    finally:
        _REQUEST_ID.reset(token)


def redact(text: str) -> str:
    """Return a text with whatever looks like a secret blotted out."""
    for pattern in _SECRETS:
        text = pattern.sub(rf"\g<keep>{BLOT}", text)
    return text


class JsonLines(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line: dict[str, Any] = {
            "time": _time(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": _message(record),
            **_fields(record),
        }
        if record.exc_info and record.exc_info[1]:
            line["exception"] = describe(record.exc_info[1])
        return orjson.dumps(line).decode()


class Text(logging.Formatter):
    """A line for people, with the exception below it."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, or lines."""
        fields = "".join(f"  {name}={value}" for name, value in _fields(record).items())
        line = f"{_time(record)} {record.levelname.lower():7} {_message(record)}{fields}"
        if record.exc_info and record.exc_info[1]:
            line += "".join(f"\n    {part}" for part in describe(record.exc_info[1]))
        return line


def describe(error: BaseException) -> list[str]:
    """Return an exception as lines: for it and each of its causes, the type, then the places from outermost to innermost."""
    lines: list[str] = []
    cause: BaseException | None = error
    for _ in range(MOST_CAUSES):
        if cause is None:
            break
        kind = type(cause)
        ours = kind.__module__.partition(".")[0] in OUR_PACKAGES
        lines.append(f"{kind.__module__}.{kind.__qualname__}" + (f": {redact(str(cause))}" if ours else ""))
        # Without their lines, which would be read from disk while everybody waits.
        frames = traceback.StackSummary.extract(traceback.walk_tb(cause.__traceback__), lookup_lines=False)[-MOST_FRAMES:]
        lines += [f"  {frame.filename}:{frame.lineno} in {frame.name}" for frame in frames]
        cause = cause.__cause__ or (None if cause.__suppress_context__ else cause.__context__)
    return lines


def _time(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _message(record: logging.LogRecord) -> str:
    try:
        return redact(record.getMessage())
    except (TypeError, ValueError):  # a library's line whose arguments don't fit
        return redact(str(record.msg))


def _fields(record: logging.LogRecord) -> dict[str, str | int | float]:
    found: dict[str, str | int | float] = {}
    for name in FIELDS:
        value = getattr(record, name, _REQUEST_ID.get() if name == "request_id" else None)
        if isinstance(value, int | float):
            found[name] = value
        elif value is not None:
            found[name] = redact(str(value))
    return found
