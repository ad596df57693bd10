"""The two ways a GraphQL request goes wrong, with the error objects the platform writes."""

from collections.abc import Sequence
from typing import Any

from graphql import Node, get_location

Path = tuple[Any, ...]  # (path of the parent, key), () at the root


class FieldError(Exception):
    """One field answers null and this error; where it happened is added by who catches it."""

    def __init__(self, message: str, code: str, **extensions: Any) -> None:
        super().__init__(message)
        self.message = message
        self.extensions = {"code": code, **extensions}


class RefusedError(Exception):
    """The request is refused as a whole before anything runs: no data, no cost."""

    def __init__(self, errors: Sequence[dict[str, Any]]) -> None:
        super().__init__(errors[0]["message"])
        self.errors = list(errors)


def error(message: str, node: Node | None, extensions: dict[str, Any], path: Sequence[str | int] | None = None) -> dict[str, Any]:
    """Write one entry of `errors`."""
    found: dict[str, Any] = {"message": message}
    if node is not None and node.loc is not None:
        place = get_location(node.loc.source, node.loc.start)
        found["locations"] = [{"line": place.line, "column": place.column}]
    if path is not None:
        found["path"] = list(path)
    return {**found, "extensions": extensions}


def unfold(path: Path) -> list[str | int]:
    """Turn the linked path that execution keeps into a list."""
    keys: list[str | int] = []
    while path:
        path, key = path
        keys.append(key)
    return keys[::-1]
