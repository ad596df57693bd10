"""What a request must be before any handler sees it: as the official description says, as far as that is here."""

import importlib
from collections.abc import Mapping, Sequence
from typing import Any

from adapters.ebay.sandbox.description import operations
from adapters.ebay.sandbox.errors import refusal
from adapters.ebay.sandbox.routes import Route

MARKETPLACE = "x-ebay-c-marketplace-id"
# Clients must write these as %5B and so on; a server of the platform's make never lets them in.
RAW = frozenset(b"[]{}|")


def check(route: Route, query: Sequence[tuple[str, str]], raw_query: bytes, headers: Mapping[str, str], body: Any) -> None:
    """Refuse a request that the platform would not understand.

    Parameters that it would silently ignore are refused too, because here they are somebody's mistake.
    """
    if RAW & set(raw_query):
        raise refusal(2004, why="brackets, braces and bars in a query must be percent-encoded")
    names = [name for name, _ in query]
    if len(set(names)) < len(names):
        raise refusal(2004, why="a parameter is there twice")
    described = operations().get((route.method, route.template))
    known = route.query if route.query is not None else described.query.keys() if described else None
    unknown = sorted(set(names) - known) if known is not None else []
    if unknown:
        raise refusal(2004, why=f"unknown parameter {', '.join(unknown)}")
    if route.marketplace and not headers.get(MARKETPLACE):
        raise refusal(2004, why=f"the header {MARKETPLACE} is missing")
    if described is None:
        return
    missing = sorted(described.required - set(names)) + sorted(name for name in described.headers if not headers.get(name))
    if missing:
        raise refusal(2004, why=f"{', '.join(missing)} is missing")
    for name, value in query:
        _check_value(name, value, described.query.get(name, {}))
    if described.body is not None:
        _check_body(body, described.body)


def _check_value(name: str, value: str, schema: Mapping[str, Any]) -> None:
    wrong = (schema.get("type") == "integer" and not value.removeprefix("-").isdecimal()) or value not in schema.get("enum", (value,))
    if wrong:
        raise refusal(2004, why=f"{name} can't be {value}")


def _check_body(body: Any, schema: dict[str, Any]) -> None:
    try:
        jsonschema = importlib.import_module("jsonschema")
    except ImportError:  # it comes with the development tools only
        return
    error = next(jsonschema.Draft202012Validator(schema).iter_errors(body), None)
    if error is not None:
        raise refusal(2004, why=f"{'/'.join(map(str, error.path)) or 'the body'}: {error.message}")
