"""Execution: graphql-core's, with what is plain done by compiled functions (`selections`), and everything else as it always is.

A field or a value is first given to its compiled function, if it has one. What that can't answer it raises on, and graphql-core then
completes the same value as if nothing had been tried, each part of it by its compiled function again; so one odd row of a page costs that
row. Functions are kept with the document (`Selections`), and are the same for every request whose `@skip` and `@include` say the same.
"""

from collections.abc import Awaitable, Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    DirectiveNode,
    DocumentNode,
    FieldNode,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLResolveInfo,
    Undefined,
    VariableNode,
    Visitor,
    is_leaf_type,
    is_non_null_type,
    visit,
)
from graphql.execution import Executor
from graphql.execution.collect_fields import FieldDetailsList, GroupedFieldSet
from graphql.execution.values import get_argument_values
from graphql.pyutils import AwaitableOrValue, Path, UndefinedType
from strawberry.types.field import StrawberryField

from gateway.selections import DEFINITION, Compiled, compile_field, compile_value
from schema.context import ASKED

MOST_FLAGS = 8  # so many outcomes of the variables of `@skip` and `@include` are kept of one document


@dataclass(slots=True)
class Selections:
    """The compiled functions of one document; `flags` are the variables that decide which fields are there."""

    flags: tuple[str, ...]
    rendering: bool = False
    ways: dict[tuple[Any, ...], dict[tuple[int, ...], Compiled | None]] = field(default_factory=dict)

    @classmethod
    def of(cls, document: DocumentNode, *, rendering: bool = False) -> "Selections":
        """Return an empty set for a document."""
        finder = _FlagFinder()
        visit(document, finder)
        return cls(tuple(sorted(finder.found)), rendering)

    def under(self, values: Mapping[str, Any]) -> dict[tuple[int, ...], Compiled | None]:
        """Return the functions for what the variables say."""
        said = tuple(values.get(name) for name in self.flags)
        found = self.ways.get(said)
        if found is None:
            if len(self.ways) >= MOST_FLAGS:
                self.ways.clear()
            found = self.ways[said] = {}
        return found


class Execution(Executor[None]):
    """Executes one operation; `selections` are those of its document, kept as long as the document is.

    With `rendering` the data has JSON texts in it (`orjson.Fragment`), for `orjson` to put together.
    """

    def __init__(self, *arguments: Any, selections: Selections | None = None, **more: Any) -> None:
        super().__init__(*arguments, **more)
        if selections is None:
            definitions = (self.operation, *(each.definition for each in self.fragments.values()))
            selections = Selections.of(DocumentNode(definitions=definitions))
        self._rendering = selections.rendering
        self._ways = selections.under(self.variable_values.coerced)

    def execute_field(
        self, parent_type: GraphQLObjectType, source: Any, field_details_list: FieldDetailsList, path: Path, position_context: None
    ) -> AwaitableOrValue[Any] | UndefinedType:
        """Answer a field by its compiled function, else as graphql-core does."""
        key = (id(parent_type), *map(_node, field_details_list))
        compiled = self._ways.get(key, _MISSING)
        if compiled is _MISSING:
            compiled = compile_field(
                self.schema, parent_type, field_details_list, self._collect, self.is_awaitable, rendering=self._rendering
            )
            self._ways[key] = compiled
        if compiled is not None:
            try:
                return compiled(source, self.context_value)
            except Exception:  # noqa: BLE001, S110 -- whatever it is, graphql-core meets it again and says so
                pass
        else:
            answered = self._ask(parent_type, field_details_list, path)
            if answered is not Undefined:
                return answered
        return super().execute_field(parent_type, source, field_details_list, path, position_context)

    def _ask(self, parent_type: GraphQLObjectType, details: FieldDetailsList, path: Path) -> Any:
        """Answer a field by its arguments alone, where it can be; else return `Undefined`."""
        node = details[0].node
        definition = parent_type.fields.get(node.name.value)
        own = definition.extensions.get(DEFINITION) if definition is not None else None
        asked = own.metadata.get(ASKED) if isinstance(own, StrawberryField) else None
        if definition is None or asked is None:
            return Undefined
        try:
            found = asked(self.context_value, get_argument_values(definition, node, self.variable_values))
            if found is Undefined:
                return Undefined
            info = self.build_resolve_info(definition, [each.node for each in details], parent_type, path)
            if self.is_awaitable(found):
                return self.complete_awaitable_value(definition.type, details, info, path, found, None)
            answered = self.complete_value(definition.type, details, info, path, found, None)
        except Exception:  # noqa: BLE001 -- as above
            return Undefined
        return self._awaited(answered, definition.type, details, path) if self.is_awaitable(answered) else answered

    async def _awaited(self, answered: Awaitable[Any], type_: GraphQLOutputType, details: FieldDetailsList, path: Path) -> Any:
        try:
            return await answered
        except Exception as error:  # noqa: BLE001 -- told as graphql-core tells it
            self.handle_field_error(error, type_, details, path)
            return None

    def complete_value(
        self,
        return_type: GraphQLOutputType,
        field_details_list: FieldDetailsList,
        info: GraphQLResolveInfo[Any],
        path: Path,
        result: Any,
        position_context: None,
    ) -> AwaitableOrValue[Any]:
        """Complete what a resolver gave by the compiled function of its selection, else as graphql-core does."""
        if is_leaf_type(return_type) or is_non_null_type(return_type):  # what must not be null is completed by its inner type first
            return super().complete_value(return_type, field_details_list, info, path, result, position_context)
        key = (-id(return_type), *map(_node, field_details_list))
        compiled = self._ways.get(key, _MISSING)
        if compiled is _MISSING:
            compiled = compile_value(
                self.schema, return_type, field_details_list, self._collect, self.is_awaitable, rendering=self._rendering
            )
            self._ways[key] = compiled
        if compiled is not None:
            try:
                return compiled(result, self.context_value)
            except Exception:  # noqa: BLE001, S110 -- as above
                pass
        return super().complete_value(return_type, field_details_list, info, path, result, position_context)

    def _collect(self, type_: GraphQLObjectType, details: FieldDetailsList) -> GroupedFieldSet:
        return self.collect_subfields(type_, details).grouped_field_set


class _FlagFinder(Visitor):
    """Finds the variables of `@skip` and `@include`."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()

    def enter_directive(self, node: DirectiveNode, *_: Any) -> None:
        """Look into a directive."""
        self.found |= {each.value.name.value for each in node.arguments or () if isinstance(each.value, VariableNode)}


_MISSING: Any = object()


def _node(details: Any) -> int:
    node: FieldNode = details.node
    return id(node)
