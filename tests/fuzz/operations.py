"""Writes random operations that are valid for a schema: the questions both executions are asked.

Validity comes by construction. A response name means one field with the same arguments in the whole document, so selections can be
merged; fragments are finished before they can be spread; a variable has exactly the type of the places it stands at. What is left (types
whose fields of one name differ in shape) is told by `validate`, and rare.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    NameNode,
    OperationType,
    Undefined,
    Visitor,
    get_named_type,
    is_composite_type,
    is_required_argument,
    is_required_input_field,
    parse,
    validate,
    visit,
)
from graphql.utilities import do_types_overlap

from tests.fuzz.tape import Tape

MOST_SELECTIONS = 24
DEEPEST = 6

# What may be written for a scalar: (as a literal, as a variable's value). Scalars that are not here take any text.
SCALARS: Mapping[str, tuple[Any, ...]] = {
    "Int": (1, 0, -7, 2),
    "Float": (0.5, 3, -1e3),
    "Boolean": (False, True),
    "DateTime": ("2026-11-23T10:00:00Z", "2026-11-23T10:00:00+05:00"),
    "Decimal": ("12.50", "-0"),
}
TEXTS = ("a", "", "ü", "{}")
# Values that no type takes, or only some: a request that is refused, or a field that is.
ODD_VALUES: tuple[Any, ...] = (None, "no time", 2**40, [], {"odd": 1}, True)

# An abbreviation of what may be selected in.
Composite = GraphQLObjectType | GraphQLInterfaceType | GraphQLUnionType


@dataclass(frozen=True, slots=True)
class Operation:
    """What is sent: a document, and which of its operations is meant; `variables` are sets of values it may be sent with."""

    text: str
    document: DocumentNode
    variables: tuple[dict[str, Any], ...]
    name: str | None
    asked: frozenset[str]
    valid: bool


def operation(schema: GraphQLSchema, tape: Tape, kind: OperationType = OperationType.QUERY) -> Operation:
    """Write one operation; `asked` has the names of all fields in it."""
    author = _Author(schema, tape)
    text, variables, name = author.write(kind)
    document = parse(text)
    names = _Names()
    visit(document, names)
    return Operation(text, document, variables, name, frozenset(names.found), not validate(schema, document, max_errors=1))


class _Names(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()

    def enter_field(self, node: FieldNode, *_: Any) -> None:
        name: NameNode = node.name
        self.found.add(name.value)


class _Author:
    """Writes one document."""

    def __init__(self, schema: GraphQLSchema, tape: Tape) -> None:
        self._schema = schema
        self._tape = tape
        self._left = MOST_SELECTIONS
        self._meanings: dict[str, tuple[str, str]] = {}
        self._fragments: list[tuple[str, Composite, str]] = []
        self._variables: dict[str, tuple[str, str]] = {}
        self._values: tuple[dict[str, Any], ...] = ({}, {})

    def write(self, kind: OperationType) -> tuple[str, tuple[dict[str, Any], ...], str | None]:
        """Return text, sets of variables, and operation name."""
        root = self._schema.get_root_type(kind)
        assert root is not None
        body = self._selections(root, DEEPEST)
        variables = ", ".join(f"${name}: {shape}{default}" for name, (shape, default) in self._variables.items())
        texts = [f"{kind.value} Asked{f'({variables})' if variables else ''} {body}"]
        texts += [f"fragment {name} on {shape.name} {text}" for name, shape, text in self._fragments]
        two = self._tape.chance(8)
        if two:
            texts.insert(self._tape.number(2), "query Other { __typename }")
        if self._tape.chance(3):
            texts.reverse()
        return "\n".join(texts), self._values, "Asked" if two or self._tape.chance(4) else None

    def _selections(self, parent: Composite, depth: int) -> str:
        wanted = 1 + self._tape.number(5)
        written: list[str] = []
        while wanted and (self._left > 0 or not written):
            wanted -= 1
            self._left -= 1
            written.append(self._selection(parent, depth))
        return "{ " + self._tape.pick((" ", "\n", "\n  ")).join(written) + " }"

    def _selection(self, parent: Composite, depth: int) -> str:
        form = self._tape.number(16)
        if depth > 0 and self._left > 0:
            if form >= 14:
                return self._inline(parent, depth)
            if form >= 12:
                return self._spread(parent, depth)
        if form == 11 or isinstance(parent, GraphQLUnionType):
            return self._named("__typename", "", parent) + self._directives()
        return self._field(parent, depth)

    def _field(self, parent: GraphQLObjectType | GraphQLInterfaceType, depth: int) -> str:
        fields = [(name, field) for name, field in self._offered(parent) if depth > 0 or not is_composite_type(get_named_type(field.type))]
        if not fields:
            return self._named("__typename", "", parent)
        name, field = self._tape.pick(fields)
        written = self._named(name, self._arguments(field), parent) + self._directives()
        shape = get_named_type(field.type)
        if isinstance(shape, Composite):
            written += " " + self._selections(shape, depth - 1)
        return written

    def _offered(self, parent: GraphQLObjectType | GraphQLInterfaceType) -> list[tuple[str, GraphQLField]]:
        fields = list(parent.fields.items())
        if parent is self._schema.query_type:
            field = self._schema.get_field(parent, "__type")
            assert field is not None
            fields.append(("__type", field))
        return fields

    def _named(self, name: str, arguments: str, parent: Composite) -> str:
        """Write a field under a response name that means nothing else: its own, one made up, or that of another field."""
        others = list(parent.fields) if not isinstance(parent, GraphQLUnionType) else []
        names = [name, f"{name}_1", f"{name}_2", *([self._tape.pick(others)] if others else []), "__typename_1"]
        start = max(0, self._tape.number(12) - 7)
        for shown in (*names[start:], *names, *(f"{name}_{number}" for number in range(3, 99))):
            if self._meanings.setdefault(shown, (name, arguments)) == (name, arguments):
                return (name if shown == name else f"{shown}: {name}") + arguments
        raise AssertionError(name)

    def _directives(self) -> str:
        if not self._tape.chance(5):
            return ""
        found = self._tape.pick(("skip", "include"))
        written = f" @{found}(if: {self._condition(found == 'include')})"
        if self._tape.chance(4):
            other = "include" if found == "skip" else "skip"
            written += f" @{other}(if: {self._condition(other == 'include')})"
        return written

    def _condition(self, likely: bool) -> str:
        """Write a condition that lets more through than it stops."""
        value = likely if self._tape.number(3) < 2 else not likely
        if self._tape.chance(2):
            return json.dumps(value)
        shape, default = self._tape.pick((("Boolean!", ""), ("Boolean!", " = true"), ("Boolean", " = false")))
        return self._variable(shape, default, (value, self._tape.chance(2)))

    def _inline(self, parent: Composite, depth: int) -> str:
        if self._tape.chance(3):
            return f"...{self._directives()} {self._selections(parent, depth)}"
        shape = self._tape.pick(self._overlapping(parent))
        return f"... on {shape.name}{self._directives()} {self._selections(shape, depth - 1)}"

    def _spread(self, parent: Composite, depth: int) -> str:
        fitting = [name for name, shape, _ in self._fragments if do_types_overlap(self._schema, shape, parent)]
        if fitting and self._tape.chance(2):
            return f"...{self._tape.pick(fitting)}{self._directives()}"
        shape = self._tape.pick(self._overlapping(parent))
        body = self._selections(shape, depth - 1)
        name = f"F{len(self._fragments)}"
        self._fragments.append((name, shape, body))
        return f"...{name}{self._directives()}"

    def _overlapping(self, parent: Composite) -> list[Composite]:
        """Return the types a fragment may have here, the parent first."""
        abstract: list[Composite] = [
            each
            for each in self._schema.type_map.values()
            if isinstance(each, GraphQLInterfaceType | GraphQLUnionType) and do_types_overlap(self._schema, each, parent)
        ]
        if isinstance(parent, GraphQLObjectType):
            return [parent, *abstract]
        return [parent, *self._schema.get_possible_types(parent), *abstract]

    def _arguments(self, field: GraphQLField) -> str:
        written: list[str] = []
        for name, argument in field.args.items():
            needed = is_required_argument(argument)
            if needed or self._tape.chance(3):
                written.append(f"{name}: {self._input(argument.type, has_default=argument.default_value is not Undefined)}")
        return f"({', '.join(written)})" if written else ""

    def _input(self, shape: Any, depth: int = 2, *, has_default: bool = False) -> str:
        """Write what stands at an argument: a literal or a variable."""
        if self._tape.chance(3):
            default = ""
            text = str(shape)
            if isinstance(shape, GraphQLNonNull) and self._tape.chance(3):
                # A null that passes validation, and is refused when the field is run.
                text, default = str(shape.of_type), f" = {_written(self._value(shape, depth), shape)}"
            elif self._tape.chance(3):
                default = f" = {self._literal(shape, depth)}"
            return self._variable(text, default, [self._value(shape, depth) for _ in self._values])
        return self._literal(shape, depth)

    def _variable(self, shape: str, default: str, values: Sequence[Any]) -> str:
        """Name a variable of a type: one there is already, or a new one; its values may be left out, or be odd."""
        fitting = [name for name, there in self._variables.items() if there == (shape, default)]
        if fitting and self._tape.chance(2):
            return f"${self._tape.pick(fitting)}"
        name = f"v{len(self._variables)}"
        self._variables[name] = (shape, default)
        for given, value in zip(self._values, values, strict=True):
            if not shape.endswith("!") and self._tape.chance(10):
                given[name] = None
            elif self._tape.chance(40):
                given[name] = self._tape.pick(ODD_VALUES)
            elif not ((default or not shape.endswith("!")) and self._tape.chance(3)):
                given[name] = value
        return f"${name}"

    def _literal(self, shape: Any, depth: int) -> str:
        return _written(self._value(shape, depth), shape)

    def _value(self, shape: Any, depth: int) -> Any:
        """Return a value of an input type as it stands among variables."""
        if isinstance(shape, GraphQLNonNull):
            return self._value_of(shape.of_type, depth)
        return None if self._tape.chance(6) else self._value_of(shape, depth)

    def _value_of(self, shape: Any, depth: int) -> Any:
        if isinstance(shape, GraphQLList):
            return [self._value(shape.of_type, depth) for _ in range(self._tape.number(3))]
        if isinstance(shape, GraphQLEnumType):
            return self._tape.pick(list(shape.values))
        if isinstance(shape, GraphQLInputObjectType):
            if shape.is_one_of:
                name, field = self._tape.pick(list(shape.fields.items()))
                return {name: self._value_of(field.type, depth - 1)}
            return {
                name: self._value(field.type, depth - 1)
                for name, field in shape.fields.items()
                if is_required_input_field(field) or (depth > 0 and self._tape.chance(6))
            }
        return self._tape.pick(SCALARS.get(shape.name, TEXTS))


def _written(value: Any, shape: Any) -> str:
    """Write a value as a literal: names of enumerations and of fields stand without quotes."""
    if isinstance(shape, GraphQLNonNull):
        shape = shape.of_type
    if value is None:
        return "null"
    if isinstance(shape, GraphQLList):
        return f"[{', '.join(_written(each, shape.of_type) for each in value)}]"
    if isinstance(shape, GraphQLEnumType):
        return str(value)
    if isinstance(shape, GraphQLInputObjectType):
        return f"{{{', '.join(f'{name}: {_written(each, shape.fields[name].type)}' for name, each in value.items())}}}"
    return json.dumps(value, ensure_ascii=False)
