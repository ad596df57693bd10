"""Selections as straight Python: what a query asks of plain data, written as a function once, and run for every value.

Compiled is what needs nothing but the value and what is at hand: attributes, resolvers that take nothing, fields with an `AT_ONCE`, and
lists, objects, interfaces and unions of them. A resolver that takes nothing has to be pure, since it may be called twice: a compiled
function knows well-behaved data only, and raises for whatever else it meets (a null where none may be, a word no enum has, an attribute
that raises, something to await). Then whoever called it lets graphql-core complete the same value, so every error, its path and its reach
are graphql-core's own.

Where only text is wanted (`rendering`), an entity is answered as the JSON it was written as before, if nothing else was asked of it since.

The types are Strawberry's, and no value is one that `strawberry.cast` was used on.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from inspect import Parameter
from typing import Any

from graphql import (
    GraphQLAbstractType,
    GraphQLBoolean,
    GraphQLEnumType,
    GraphQLError,
    GraphQLField,
    GraphQLFloat,
    GraphQLID,
    GraphQLInt,
    GraphQLInterfaceType,
    GraphQLLeafType,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLSchema,
    GraphQLString,
    Undefined,
    is_abstract_type,
    is_enum_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
    is_object_type,
)
from graphql.execution.collect_fields import FieldDetailsList, GroupedFieldSet
from orjson import Fragment, dumps
from strawberry.types.base import StrawberryObjectDefinition
from strawberry.types.enum import StrawberryEnumDefinition
from strawberry.types.field import StrawberryField
from strawberry.types.union import StrawberryUnion

from schema.context import AT_ONCE
from schema.entity import Entity

Value = Any
Compiled = Callable[[Value, Any], Any]  # a value and the links -> what is answered; raises for graphql-core to take over
Collect = Callable[[GraphQLObjectType, FieldDetailsList], GroupedFieldSet]

DEFINITION = "strawberry-definition"
TYPENAME = "__typename"
INT_BITS = 31
FIRST, LAST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)

# What a value of a built-in scalar has to be to be answered as it is, besides a class of its own.
PLAIN: Mapping[str, tuple[type, str]] = {
    GraphQLString.name: (str, ""),
    GraphQLID.name: (str, ""),
    GraphQLBoolean.name: (bool, ""),
    GraphQLInt.name: (int, f"not {-(2**INT_BITS)} <= {{0}} < {2**INT_BITS}"),
    GraphQLFloat.name: (float, "not isfinite({0})"),
}
# The Python classes of scalars whose values are neither awaited nor raised, so that nobody has to look.
TAME = frozenset((datetime, date, Decimal, dict, list, str, int, float, bool))


class OddError(Exception):
    """Data that graphql-core has to look at."""


class OpaqueError(Exception):
    """A selection that can't be compiled."""


@dataclass(slots=True)
class _Writer:
    """Writes the functions of one selection; `names` is what their text refers to."""

    schema: GraphQLSchema
    collect: Collect
    is_awaitable: Callable[[Any], bool]
    rendering: bool
    names: dict[str, Any] = field(
        default_factory=lambda: {
            "Odd": OddError,
            "isfinite": math.isfinite,
            "FIRST": FIRST,
            "LAST": LAST,
            "Fragment": Fragment,
            "dumps": dumps,
        }
    )
    text: list[str] = field(default_factory=list)
    tables: list[str] = field(default_factory=list)
    made: dict[tuple[str, int], tuple[str, bool]] = field(default_factory=dict)
    depends: bool = False  # whether what is being written asks for something at hand

    def name(self, value: Any) -> str:
        """Return a name for a value."""
        found = f"n{len(self.names)}"
        self.names[found] = value
        return found

    def value(self, type_: GraphQLOutputType, details: FieldDetailsList, given: str, lines: list[str]) -> str:
        """Add the lines that complete what the variable `given` holds; return what it is then."""
        nullable = not is_non_null_type(type_)
        inner = type_.of_type if is_non_null_type(type_) else type_
        if is_leaf_type(inner):
            return self._leaf(inner, given, lines, nullable=nullable)
        found = self._composite(inner, details, given)
        return f"None if {given} is None else {found}" if nullable else found

    def _composite(self, type_: GraphQLOutputType, details: FieldDetailsList, given: str) -> str:
        if is_list_type(type_):
            return f"{self._list(type_.of_type, details)}({given}, c)"
        if is_object_type(type_):
            return f"{self.object(type_, details)}({given}, c)"
        if is_abstract_type(type_):
            return f"{self._abstract(type_, details)}({given}, c)"
        raise OpaqueError

    def _list(self, item: GraphQLOutputType, details: FieldDetailsList) -> str:
        name = f"l{len(self.text)}"
        self.text.append("")  # takes the place, and with it the name
        place = len(self.text) - 1
        lines: list[str] = []
        found = self.value(item, details, "v", lines)
        body = ["    if s.__class__ is not list and s.__class__ is not tuple: raise Odd"]
        if lines:
            body += ["    r = []", "    for v in s:", *(f"    {line}" for line in lines), f"        r.append({found})", "    return r"]
        else:
            body += [f"    return [{found} for v in s]"]
        self.text[place] = "\n".join([f"def {name}(s, c):", *body])
        return name

    def object(self, type_: GraphQLObjectType, details: FieldDetailsList) -> str:
        """Write the function of an object type's selection; return its name."""
        key = (type_.name, id(details))
        if key in self.made:
            name, depends = self.made[key]
            self.depends = self.depends or depends
            return name
        name = f"o{len(self.text)}"
        self.text.append("")
        place = len(self.text) - 1
        classes = _classes(type_)
        unlike = " and ".join(f"s.__class__ is not {self.name(each)}" for each in classes)
        before, self.depends = self.depends, False
        first: list[str] = []
        lines: list[str] = []
        pairs = []
        try:
            collected = self.collect(type_, details)
        except GraphQLError as error:  # a condition that is null: told where there is a value, and only there
            raise OpaqueError from error
        for at, (response_name, own) in enumerate(collected.items()):
            pairs.append(f"{response_name!r}: {self.field(type_, own, f'v{at}', lines, first)}")
        found = f"{{{', '.join(pairs)}}}"
        if self.rendering and not self.depends and all(issubclass(each, Entity) for each in classes):
            body = self._rendered(found, first, lines)
        else:
            body = [*first, *lines, f"    return {found}"]
        self.text[place] = "\n".join([f"def {name}(s, c):", f"    if {unlike}: raise Odd", *body])
        self.made[key] = name, self.depends or bool(first)
        self.depends = before or self.made[key][1]
        return name

    def _rendered(self, found: str, first: list[str], lines: list[str]) -> list[str]:
        """Return the lines that write an entity as JSON once, for as long as it is kept and what was at hand with it is the same.

        The last text stays on the entity itself, so it goes when the entity goes; there is one, whatever is asked. While the links bear
        the same stamp nothing at hand has changed, and within some limits of time it is as fresh as it was: then nothing is looked at.
        """
        asked = [line.split(" = ")[0].strip() for line in first]
        token = self.name(object())
        own = f"k is not None and k[0] is {token}"
        same = " and ".join([own, *(f"k[{at}] is {each}" for at, each in enumerate(asked, 7))])
        return [
            "    k = s.__dict__.get('_rendered')",
            f"    if {own} and k[2] == c.stamp and k[3] < c.started <= k[4] and k[5] < c.oldest <= k[6]: return k[1]",
            "    c.after = c.above = FIRST",
            "    c.until = c.upto = LAST",
            *first,
            "    limits = c.after, c.until, c.above, c.upto",
            f"    if {same}:",
            "        r = k[1]",
            "    else:",
            *(f"    {line}" for line in lines),
            f"        r = Fragment(dumps({found}))",
            f"    s.__dict__['_rendered'] = ({', '.join([token, 'r', 'c.stamp', '*limits', *asked])})",
            "    return r",
        ]

    def field(self, parent: GraphQLObjectType, details: FieldDetailsList, variable: str, lines: list[str], first: list[str]) -> str:
        """Add the lines that read and complete a field of `s`, what is at hand `first`; return what it is then."""
        if any(each.defer_usage is not None or each.fragment_variable_values is not None for each in details):
            raise OpaqueError
        node = details[0].node
        if node.name.value == TYPENAME:
            return repr(parent.name)
        definition = parent.fields.get(node.name.value)
        if definition is None or node.arguments:
            raise OpaqueError
        own = definition.extensions.get(DEFINITION)
        at_hand = isinstance(own, StrawberryField) and AT_ONCE in own.metadata
        (first if at_hand else lines).append(f"    {variable} = {self._read(definition)}")
        return self.value(definition.type, details, variable, lines)

    def _read(self, definition: GraphQLField) -> str:
        """Return how a field is read."""
        own = definition.extensions.get(DEFINITION)
        if not isinstance(own, StrawberryField) or own.extensions or own.permission_classes:
            raise OpaqueError
        if own.is_basic_field:
            if own.default_resolver is not getattr:
                raise OpaqueError
            return f"s.{own.python_name}"
        resolver = own.base_resolver
        if resolver is None:
            raise OpaqueError
        if AT_ONCE in own.metadata:
            return f"{self.name(own.metadata[AT_ONCE])}(s, c)"
        asks = {name for name, each in resolver.signature.parameters.items() if not _left_out(definition, own, name, each)} - {"self"}
        if resolver.is_async or resolver.self_parameter is None or asks:
            raise OpaqueError
        return f"{self.name(resolver.wrapped_func)}(s)"

    def _abstract(self, type_: GraphQLAbstractType, details: FieldDetailsList) -> str:
        definition = type_.extensions.get(DEFINITION)
        plain = isinstance(definition, StrawberryUnion) or (
            isinstance(type_, GraphQLInterfaceType)
            and isinstance(definition, StrawberryObjectDefinition)
            and definition.resolve_type is None
        )
        if not plain:
            raise OpaqueError
        functions = {}
        for each in self.schema.get_possible_types(type_):
            (own,) = _classes(each)
            functions[self.name(own)] = self.object(each, details)
        name = f"a{len(self.text)}"
        table = f"{name}_by_class = {{{', '.join(f'{own}: {function}' for own, function in functions.items())}}}"
        self.tables.append(table)
        self.text.append(f"def {name}(s, c):\n    return {name}_by_class[s.__class__](s, c)")
        return name

    def _leaf(self, type_: GraphQLLeafType, given: str, lines: list[str], *, nullable: bool) -> str:
        """Add the lines that check a leaf, and return how it is written."""
        if type_.name in PLAIN and type_ is self.schema.type_map.get(type_.name):
            own, more = PLAIN[type_.name]
            wrong = [f"{given}.__class__ is not {own.__name__}", *([more.format(given)] if more else [])]
            lines.append(f"    if {f'{given} is not None and (' if nullable else '('}{' or '.join(wrong)}): raise Odd")
            return given
        if is_enum_type(type_):
            owner, members = _members(type_)
            unlike = f"{given}.__class__ is not {self.name(owner)}"
            lines.append(f"    if {f'{given} is not None and ' if nullable else ''}{unlike}: raise Odd")
            found = f"{self.name(members)}[{given}]"
        else:
            wild = f"isinstance({given}, Exception) or {given} is {self.name(Undefined)} or {self.name(self.is_awaitable)}({given})"
            odd = f"{given}.__class__ not in {self.name(TAME)} and ({wild})"
            lines.append(f"    if {f'{given} is not None and ' if nullable else f'{given} is None or '}({odd}): raise Odd")
            found = f"{self.name(_written(type_))}({given})"
        return f"None if {given} is None else {found}" if nullable else found

    def finish(self, name: str) -> Compiled:
        """Return the function of that name."""
        # The text is ours, of names that the schema and the parser have checked.
        exec("\n".join([*self.text, *self.tables]), self.names)  # noqa: S102
        found: Compiled = self.names[name]
        return found


def compile_field(
    schema: GraphQLSchema,
    parent: GraphQLObjectType,
    details: FieldDetailsList,
    collect: Collect,
    is_awaitable: Callable[[Any], bool],
    *,
    rendering: bool,
) -> Compiled | None:
    """Return a function from an object to the answer of one of its fields, None when the field can't be compiled."""
    writer = _Writer(schema, collect, is_awaitable, rendering)
    lines: list[str] = []
    try:
        found = writer.field(parent, details, "v", lines, lines)
    except OpaqueError:
        return None
    writer.text.append("\n".join(["def field(s, c):", *lines, f"    return {found}"]))
    return writer.finish("field")


def compile_value(
    schema: GraphQLSchema,
    type_: GraphQLOutputType,
    details: FieldDetailsList,
    collect: Collect,
    is_awaitable: Callable[[Any], bool],
    *,
    rendering: bool,
) -> Compiled | None:
    """Return a function from what a resolver gave to its answer, None when the selection can't be compiled."""
    writer = _Writer(schema, collect, is_awaitable, rendering)
    lines: list[str] = []
    try:
        found = writer.value(type_, details, "s", lines)
    except OpaqueError:
        return None
    writer.text.append("\n".join(["def value(s, c):", *lines, f"    return {found}"]))
    return writer.finish("value")


def _classes(type_: GraphQLObjectType) -> list[type]:
    """Return the classes whose instances are of a type, without a look at what is in them."""
    definition = type_.extensions.get(DEFINITION)
    if not isinstance(definition, StrawberryObjectDefinition) or definition.is_type_of is not None:
        raise OpaqueError
    if definition.concrete_of is None:
        return [definition.origin]
    if definition.interfaces:
        raise OpaqueError
    return [definition.origin, definition.concrete_of.origin]


def _left_out(definition: GraphQLField, own: StrawberryField, name: str, parameter: Parameter) -> bool:
    """Say whether a parameter of a resolver is an argument that is null when the query leaves it out."""
    given = next((each for each in own.arguments if each.python_name == name), None)
    if given is None or parameter.default is not None:
        return False
    argument = next((each for each in definition.args.values() if each.extensions.get(DEFINITION) is given), None)
    return argument is not None and argument.default is None and argument.default_value in {None, Undefined}


def _members(type_: GraphQLEnumType) -> tuple[type[Enum], dict[Enum, str]]:
    """Return the class of an enum, and the name of each member."""
    definition = type_.extensions.get(DEFINITION)
    if not isinstance(definition, StrawberryEnumDefinition):
        raise OpaqueError
    owner: Any = definition.wrapped_cls
    return owner, {member: type_.coerce_output_value(member) for member in owner}


def _written(type_: GraphQLLeafType) -> Callable[[Any], Any]:
    write = type_.coerce_output_value

    def written(value: Any) -> Any:
        found = write(value)
        if found is None or found is Undefined:
            raise OddError
        return found

    return written
