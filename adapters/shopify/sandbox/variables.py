"""Checks the variables of a request and the global ids in its arguments, before anything runs."""

import re
from collections.abc import Mapping
from typing import Any

import orjson
from graphql import (
    ArgumentNode,
    DocumentNode,
    FieldNode,
    GraphQLError,
    GraphQLType,
    ListValueNode,
    Node,
    OperationDefinitionNode,
    StringValueNode,
    Undefined,
    VariableDefinitionNode,
    get_named_type,
    is_enum_type,
    is_input_type,
    type_from_ast,
    validate_input_value,
)
from graphql.execution.values import VariableValues, get_variable_values

from adapters.shopify.sandbox.documents import schema, walk
from adapters.shopify.sandbox.errors import RefusedError, error

LONGEST_LIST = 250
GLOBAL_ID = re.compile(r"gid://[\w-]+/\w+/.+")

Problem = dict[str, Any]


def coerce(operation: OperationDefinitionNode, given: Mapping[str, Any]) -> VariableValues:
    """Read the variables of an operation; raises RefusedError in the platform's words."""
    found: list[Problem] = []
    for node in operation.variable_definitions or ():
        found += _check(node, given.get(node.variable.name.value, Undefined))
    if found:
        raise RefusedError(found)
    values = get_variable_values(schema(), operation.variable_definitions or (), dict(given))
    if isinstance(values, list):
        raise RefusedError([error(str(values[0].message), None, {"code": "INVALID_VARIABLE"})])
    return values


def check_arguments(document: DocumentNode, operation: OperationDefinitionNode, values: VariableValues) -> None:
    """Refuse lists that are too long, and literal ids that are none; raises RefusedError."""
    found: list[Problem] = []

    def look(node: Node, path: list[str], field: FieldNode | None) -> None:
        if not isinstance(node, ArgumentNode) or field is None:
            return
        value = node.value
        size = len(value.values) if isinstance(value, ListValueNode) else _length(value, values)
        if size > LONGEST_LIST:
            message = f"The input array size of {size} is greater than the maximum allowed of {LONGEST_LIST}."
            keys = [key for key in path[1:] if not key.startswith("... on")]
            found.append(error(message, field, {"code": "MAX_INPUT_SIZE_EXCEEDED"}, keys))
        if node.name.value in {"id", "ids", "locationId", "inventoryItemId"}:
            parts = value.values if isinstance(value, ListValueNode) else (value,)
            wrong = next((part.value for part in parts if isinstance(part, StringValueNode) and not GLOBAL_ID.fullmatch(part.value)), None)
            if wrong is not None:
                extensions = {"code": "argumentLiteralsIncompatible", "typeName": "CoercionError"}
                found.append(error(f"Invalid global id '{wrong}'", field, extensions, path))

    walk(document, look)
    if found:
        raise RefusedError(found)


def _length(value: Node, values: VariableValues) -> int:
    name = getattr(getattr(value, "name", None), "value", None)
    given = values.coerced.get(name) if name else None
    return len(given) if isinstance(given, list) else 0


def _check(node: VariableDefinitionNode, given: Any) -> list[Problem]:
    kind = type_from_ast(schema(), node.type)
    if kind is None or not is_input_type(kind) or (given is Undefined and node.default_value is not None):
        return []
    found: list[tuple[list[str | int], str]] = []

    def note(failure: GraphQLError, path: list[str | int]) -> None:
        found.append((path, _explain(failure, path, given, kind)))

    validate_input_value(given, kind, note)
    if not found and get_named_type(kind).name == "ID":
        found = _wrong_ids(given)
    return [_problem(node, given, found)] if found else []


def _wrong_ids(given: Any) -> list[tuple[list[str | int], str]]:
    if isinstance(given, list):
        return [([at], f"Invalid global id '{part}'") for at, part in enumerate(given) if part and not GLOBAL_ID.fullmatch(str(part))]
    wrong = given not in {None, Undefined} and not GLOBAL_ID.fullmatch(str(given))
    return [([], f"Invalid global id '{given}'")] if wrong else []


def _explain(failure: GraphQLError, path: list[str | int], given: Any, kind: GraphQLType) -> str:
    if "non-null type" in failure.message:
        return "Expected value to not be null"
    named, value = get_named_type(kind), given
    for key in path:
        value = value[key]
    if is_enum_type(named):
        return f"Expected {orjson.dumps(value).decode()} to be one of: {', '.join(named.values)}"
    return f"Could not coerce value {orjson.dumps(value).decode()} to {named.name}"


def _problem(node: VariableDefinitionNode, given: Any, found: list[tuple[list[str | int], str]]) -> Problem:
    path, explanation = found[0]
    where = f" for {'.'.join(map(str, path))} ({explanation})" if path else ""
    kind = node.type.loc.source.body[node.type.loc.start : node.type.loc.end] if node.type.loc else ""
    extensions = {
        "code": "INVALID_VARIABLE",
        "value": None if given is Undefined else given,
        "problems": [{"path": place, "explanation": told} for place, told in found],
    }
    return error(f"Variable ${node.variable.name.value} of type {kind} was provided invalid value{where}", node, extensions)
