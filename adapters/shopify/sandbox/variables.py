"""Checks the variables of a request and the global ids in its arguments, before anything runs."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import orjson
from graphql import (
    ArgumentNode,
    DocumentNode,
    FieldNode,
    GraphQLError,
    GraphQLInputObjectType,
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
    value_from_ast_untyped,
)
from graphql.execution.values import VariableValues, get_variable_values

from adapters.shopify.sandbox.documents import schema, walk
from adapters.shopify.sandbox.errors import RefusedError, error

LONGEST_LIST = 250
# What may be longer, by the field and the last name on the way.
LONGER_LISTS = {("productVariantsBulkCreate", "variants"), ("productSet", "variants")}
UNKNOWN_FIELD = re.compile(r"type '(\w+)' not to include unknown field '(\w+)'")
LACKING_FIELD = re.compile(r"to include required field '(\w+)'")
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
        for inner, size in _long_lists(value_from_ast_untyped(value, values.coerced)):
            keys = [key for key in (*path[1:], *inner) if not key.startswith("... on")]
            if (field.name.value, keys[-1]) not in LONGER_LISTS:
                message = f"The input array size of {size} is greater than the maximum allowed of {LONGEST_LIST}."
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


def _long_lists(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], int]]:
    """Yield where lists stand that are too long, and how long they are."""
    if isinstance(value, list):
        if len(value) > LONGEST_LIST:
            yield path, len(value)
        for part in value:
            yield from _long_lists(part, path)
    elif isinstance(value, dict):
        for name, part in value.items():
            yield from _long_lists(part, (*path, name))


def _check(node: VariableDefinitionNode, given: Any) -> list[Problem]:
    kind = type_from_ast(schema(), node.type)
    if kind is None or not is_input_type(kind) or (given is Undefined and node.default_value is not None):
        return []
    found: list[tuple[list[str | int], str]] = []

    def note(failure: GraphQLError, path: list[str | int]) -> None:
        unknown, lacking = UNKNOWN_FIELD.search(failure.message), LACKING_FIELD.search(failure.message)
        if unknown:
            found.append(([*path, unknown.group(2)], f"Field is not defined on {unknown.group(1)}"))
        elif lacking:
            found.append(([*path, lacking.group(1)], "Expected value to not be null"))
        elif "OneOf Input Object" in failure.message:
            found.append((path, f"'{get_named_type(kind)}' requires exactly one argument, but {len(given or ())} were provided."))
        else:
            found.append((path, _explain(failure, path, given, kind)))

    validate_input_value(given, kind, note)
    if not found:
        found = list(_wrong_ids(given, kind, []))
    return [_problem(node, given, found)] if found else []


def _wrong_ids(given: Any, kind: GraphQLType, path: list[str | int]) -> Iterator[tuple[list[str | int], str]]:
    """Yield every value that should be a global id and is none."""
    named = get_named_type(kind)
    if given is None or given is Undefined:
        return
    if isinstance(given, list):
        for at, part in enumerate(given):
            yield from _wrong_ids(part, kind, [*path, at])
    elif isinstance(named, GraphQLInputObjectType) and isinstance(given, dict):
        for name, part in given.items():
            yield from _wrong_ids(part, named.fields[name].type, [*path, name])
    elif named.name == "ID" and not GLOBAL_ID.fullmatch(str(given)):
        yield path, f"Invalid global id '{given}'"


def _explain(failure: GraphQLError, path: list[str | int], given: Any, kind: GraphQLType) -> str:
    if "non-null type" in failure.message:
        return "Expected value to not be null"
    named, value = get_named_type(kind), given
    for key in path:
        value = value[key]
        named = get_named_type(named.fields[key].type) if isinstance(named, GraphQLInputObjectType) and isinstance(key, str) else named
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
