"""The platform's official description, where it lies at hand: which requests it knows, and what is wrong with one.

It is no part of the project. It is looked for below the folder that CARTOGRAPH_SHARED names, else below `shared` beside the
repository; where it is absent, nothing is checked.
"""

import importlib
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import orjson

from adapters.amazon.sandbox.instants import instant_of

Model = Mapping[str, Any]
METHODS = frozenset({"get", "put", "post", "delete", "patch"})
FOLDER = ("platforms", "amazon", "spec", "models")


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation as described; `operation_id` is unique only within its model."""

    operation_id: str
    method: str
    template: str
    parameters: Sequence[Model]
    model: Model

    def complaints(self, query: Mapping[str, str], body: bytes) -> list[str]:
        """Return what the description finds wrong with a request."""
        named = {row["name"]: row for row in self.parameters if row["in"] == "query"}
        found = [f"{name} is no parameter of {self.operation_id}" for name in query if name not in named]
        found += [f"{name} is required" for name, row in named.items() if row.get("required") and not query.get(name)]
        for name, row in named.items():
            if query.get(name):
                found += [f"{name} {wrong}" for wrong in _wrong(row, query[name])]
        return found + [wrong for row in self.parameters if row["in"] == "body" for wrong in self._wrong_body(row, body)]

    def schema(self, status: int) -> Model:
        """Return the schema of an answer, which finds its own references."""
        return {**_resolved(self.model["paths"][self.template][self.method.lower()]["responses"][str(status)]["schema"], self.model)}

    def _wrong_body(self, row: Model, body: bytes) -> list[str]:
        try:
            sent = orjson.loads(body)
        except orjson.JSONDecodeError:
            return ["the body is no JSON"]
        checker = _checker()
        return [] if checker is None else [error.message for error in checker(_resolved(row["schema"], self.model)).iter_errors(sent)]


@cache
def operations() -> tuple[Operation, ...]:
    """Return all operations that are described; none when the description is absent."""
    root = Path(os.environ.get("CARTOGRAPH_SHARED") or Path(__file__).parents[3].parent / "shared")
    return tuple(found for path in sorted(root.joinpath(*FOLDER).glob("*.json")) for found in _read(orjson.loads(path.read_bytes())))


def prepare() -> None:
    """Read everything now, so that no request waits for it."""
    if operations():
        _patterns()
        _checker()


@cache
def described(method: str, template: str) -> Operation | None:
    """Return the operation of a route, if it is described."""
    return next((one for one in operations() if (one.method, one.template) == (method, template)), None)


def find(method: str, path: str) -> Operation | None:
    """Return the operation a path means, if it is described."""
    return next((one for one, pattern in _patterns() if one.method == method and pattern.fullmatch(path)), None)


@cache
def _checker() -> Any:
    """Return what checks a body against its schema; it is there in development alone."""
    try:
        return importlib.import_module("jsonschema").Draft4Validator
    except ImportError:
        return None


@cache
def _patterns() -> tuple[tuple[Operation, re.Pattern[str]], ...]:
    return tuple((one, re.compile(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(one.template)))) for one in operations())


def _read(model: Model) -> list[Operation]:
    found = []
    for template, path in model["paths"].items():
        for method, row in path.items():
            if method in METHODS:
                parameters = [_pointed(entry, model) for entry in (*path.get("parameters", ()), *row.get("parameters", ()))]
                found.append(Operation(row["operationId"], method.upper(), template, parameters, model))
    return found


def _pointed(entry: Model, model: Model) -> Model:
    if "$ref" not in entry:
        return entry
    target: Any = model
    for step in entry["$ref"].removeprefix("#/").split("/"):
        target = target[step]
    return dict(target)


def _resolved(schema: Model, model: Model) -> Model:
    return {**schema, "definitions": model["definitions"]}


def _wrong(row: Model, text: str) -> list[str]:
    if row["type"] != "array":
        return _wrong_value(row, text)
    words = text.split(",")
    found = [wrong for word in words for wrong in _wrong_value(row["items"], word)]
    if len(words) > row.get("maxItems", len(words)):
        found.append(f"has more than {row['maxItems']} values")
    if len(words) < row.get("minItems", 0):
        found.append(f"has fewer than {row['minItems']} values")
    return found


def _wrong_value(row: Model, text: str) -> list[str]:
    if text not in row.get("enum", (text,)):
        return [f"does not know {text}"]
    if row["type"] == "boolean":
        return [] if text in {"true", "false"} else ["is true or false"]
    if row["type"] in {"integer", "number"}:
        if not re.fullmatch(r"-?\d+", text):
            return ["is no number"]
        return [] if row.get("minimum", int(text)) <= int(text) <= row.get("maximum", int(text)) else ["is out of range"]
    if row.get("format") in {"date-time", "date"}:
        try:
            instant_of(text)
        except ValueError:
            return ["is no time in ISO 8601"]
    return []
