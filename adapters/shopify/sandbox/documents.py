"""Reads and checks query documents; what graphql-core finds wrong is told in the platform's words and codes."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from graphql import (
    ArgumentNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLScalarType,
    GraphQLSchema,
    GraphQLSyntaxError,
    InlineFragmentNode,
    Node,
    OperationDefinitionNode,
    build_schema,
    parse,
    print_ast,
    validate,
)

from adapters.shopify.sandbox.errors import error

Problem = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Rule:
    """How one kind of finding is told: `message` and `extensions` are filled with the groups of `pattern`."""

    pattern: re.Pattern[str]
    code: str
    message: str
    extensions: tuple[tuple[str, str], ...] = ()


def _rule(pattern: str, code: str, message: str, **extensions: str) -> Rule:
    return Rule(re.compile(pattern), code, message, tuple(extensions.items()))


RULES = (
    _rule(
        r"Cannot query field '(\w+)' on type '(\w+)'",
        "undefinedField",
        "Field '{0}' doesn't exist on type '{1}'",
        typeName="{1}",
        fieldName="{0}",
    ),
    _rule(
        r"Field '(\w+)' of type '\W*(\w+)\W*' must have a selection of subfields",
        "selectionMismatch",
        "Field must have selections (field '{0}' returns {1} but has no selections. Did you mean '{0} {{ ... }}'?)",
        nodeName="field '{0}'",
        typeName="{1}",
    ),
    _rule(
        r"Field '(\w+)' must not have a selection since type '\W*(\w+)\W*'",
        "selectionMismatch",
        "Selections can't be made on scalars (field '{0}' returns {1} but has selections)",
        nodeName="field '{0}'",
        typeName="{1}",
    ),
    _rule(
        r"Unknown argument '(\w+)' on field '(?:\w+\.)?(\w+)'",
        "argumentNotAccepted",
        "Field '{1}' doesn't accept argument '{0}'",
        name="{1}",
        typeName="Field",
        argumentName="{0}",
    ),
    _rule(
        r"Argument '(?:\w+\.)?(\w+)\((\w+):\)' of type '[^']+' is required",
        "missingRequiredArguments",
        "Field '{0}' is missing required arguments: {1}",
        className="Field",
        name="{0}",
        arguments="{1}",
    ),
    _rule(r"Variable '\$(\w+)' is never used", "variableNotUsed", "Variable ${0} is declared but not used", variableName="{0}"),
    _rule(r"Variable '\$(\w+)' is not defined", "variableNotDefined", "Variable ${0} is used but not declared", variableName="{0}"),
    _rule(
        r"Variable '\$(\w+)' of type '([^']+)' used in position expecting type '([^']+)'",
        "variableMismatch",
        "Type mismatch on variable ${0} ({1} / {2})",
        variableName="{0}",
        typeName="{1}",
    ),
    _rule(r"Fragment '(\w+)' is never used", "useAndDefineFragment", "Fragment {0} was defined, but not used", fragmentName="{0}"),
    _rule(r"Unknown fragment '(\w+)'", "useAndDefineFragment", "Fragment {0} was used, but not defined", fragmentName="{0}"),
    _rule(r"Unknown type '(\w+)'", "undefinedType", "No such type {0}, so it can't be a fragment condition", typeName="{0}"),
    _rule(r"Unknown directive '@(\w+)'", "undefinedDirective", "Directive @{0} is not defined", directiveName="{0}"),
)


SDL = "".join((Path(__file__).parent / name).read_text("utf-8") for name in ("schema.graphql", "writes.graphql"))
NUMBER = re.compile(r"-?\d+(\.\d+)?")
DECIMALS = ("Decimal", "Money")


@cache
def schema() -> GraphQLSchema:
    """Return the schema the sandbox serves."""
    made = build_schema(SDL)
    for name in DECIMALS:
        kind = made.type_map[name]
        assert isinstance(kind, GraphQLScalarType)
        kind.coerce_input_value = _decimal
    return made


@lru_cache(maxsize=512)
def read(text: str) -> tuple[DocumentNode | None, tuple[Problem, ...]]:
    """Parse and check a document, once for each text: the document, or what is wrong with it."""
    try:
        document = parse(text)
    except GraphQLSyntaxError as failure:
        return None, (_syntax(failure),)
    if any(isinstance(node, OperationDefinitionNode) and node.operation.value == "subscription" for node in document.definitions):
        message = "Schema is not configured for subscriptions"
        return None, (error(message, document.definitions[0], {"code": "missingSubscriptionConfiguration"}),)
    found = validate(schema(), document)
    return document, tuple(_translate(document, failure) for failure in found)


def choose(document: DocumentNode, name: str | None) -> OperationDefinitionNode | None:
    """Return the operation to run: the named one, or the only one."""
    known = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
    if name:
        return next((node for node in known if node.name and node.name.value == name), None)
    return known[0] if len(known) == 1 else None


def walk(document: DocumentNode, wanted: Callable[[Node, list[str], FieldNode | None], None]) -> None:
    """Call `wanted` with every node below the document, the names that lead to it, and the field it belongs to."""

    def descend(node: Node, path: list[str], field: FieldNode | None) -> None:
        label = _label(node)
        path = [*path, label] if label else path
        field = node if isinstance(node, FieldNode) else field
        wanted(node, path, field)
        for key in node.keys:
            value = getattr(node, key, None)
            for child in value if isinstance(value, (tuple, list)) else (value,):
                if isinstance(child, Node):
                    descend(child, path, field)

    for definition in document.definitions:
        descend(definition, [], None)


def _decimal(value: Any) -> str:
    """Read a number as the text it is written with; raises GraphQLError for what is none."""
    text = str(value)
    if isinstance(value, bool) or not NUMBER.fullmatch(text):
        raise GraphQLError(f"Decimal cannot represent {text!r}")
    return text


def _label(node: Node) -> str | None:
    if isinstance(node, OperationDefinitionNode):
        return f"{node.operation.value} {node.name.value}" if node.name else node.operation.value
    if isinstance(node, FragmentDefinitionNode):
        return f"fragment {node.name.value}"
    if isinstance(node, InlineFragmentNode):
        return f"... on {node.type_condition.name.value}" if node.type_condition else "..."
    if isinstance(node, FieldNode):
        return node.alias.value if node.alias else node.name.value
    return node.name.value if isinstance(node, ArgumentNode) else None


def _syntax(failure: GraphQLSyntaxError) -> Problem:
    place = failure.locations[0] if failure.locations else None
    found = re.search(r"[Uu]nexpected (.+?)\.?$|found (.+?)\.$", failure.message)
    word = next((group for group in found.groups() if group), "token") if found else "token"
    word = "end of file" if word == "<EOF>" else word
    at = f" at [{place.line}, {place.column}]" if place else ""
    problem: Problem = {"message": f"syntax error, unexpected {word}{at}"}
    if place:
        problem["locations"] = [{"line": place.line, "column": place.column}]
    return {**problem, "extensions": {"code": "PARSE_ERROR"}}


def _translate(document: DocumentNode, failure: GraphQLError) -> Problem:
    node = failure.nodes[0] if failure.nodes else None
    path, field = _find(document, node)
    for rule in RULES:
        match = rule.pattern.search(failure.message)
        if match:
            words = match.groups()
            extensions = {name: value.format(*words) for name, value in rule.extensions}
            return error(rule.message.format(*words), node, {"code": rule.code, **extensions}, path)
    if field is not None and node is not None:
        return _literal(failure, node, field, path)
    return error(failure.message, node, {"code": "invalid"}, path)


def _literal(failure: GraphQLError, node: Node, field: FieldNode, path: list[str]) -> Problem:
    """Tell a literal that its argument does not take."""
    name = path[-1] if path else ""
    wanted = re.search(r"^(\w+) cannot represent|'(\w+)' enum|expecting type '([^']+)'", failure.message)
    kind = next((group for group in wanted.groups() if group), "") if wanted else ""
    message = f"Argument '{name}' on Field '{field.name.value}' has an invalid value ({print_ast(node)})."
    extensions = {"code": "argumentLiteralsIncompatible", "typeName": "Field", "argumentName": name}
    return error(f"{message} Expected type '{kind}'." if kind else message, node, extensions, path)


def _find(document: DocumentNode, sought: Node | None) -> tuple[list[str], FieldNode | None]:
    found: list[tuple[list[str], FieldNode | None]] = []

    def compare(node: Node, path: list[str], field: FieldNode | None) -> None:
        if node is sought:
            found.append((path, field))

    walk(document, compare)
    return found[0] if found else ([], None)
