"""What one operation asks, worked out once a request: fields merged, arguments read, resolvers and scopes looked up.

The plan is what makes answering fast: running it is a walk over rows with nothing left to decide. Abstract types get their fields when a
row of a type is first met.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLIncludeDirective,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLSkipDirective,
    InlineFragmentNode,
    SelectionNode,
    SelectionSetNode,
    get_argument_values,
    get_directive_values,
    get_named_type,
    is_abstract_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
)
from graphql.execution.values import VariableValues

Resolver = Callable[[Any, Any, dict[str, Any]], Any]
Missing = Callable[[str, str, str], str | None]


@dataclass(slots=True)
class Field:
    """One field of an answer. `plain` ones are read off the row as they stand; `lacking` names the access that is missing."""

    key: str
    name: str
    owner: str
    answer: str
    node: FieldNode
    arguments: dict[str, Any]
    required: bool
    many: bool
    items_required: bool
    resolve: Resolver | None
    lacking: str | None
    selection: "Selection | None"
    plain: bool = False
    idempotency: str | None = None


@dataclass(slots=True)
class Fields:
    """The fields asked of one concrete type; `names` is set when all of them are plain."""

    entries: tuple[Field, ...]
    names: tuple[tuple[str, str], ...] | None = None


@dataclass(slots=True)
class Selection:
    """What is asked of the objects at one place. `fixed` is set when their type is known beforehand."""

    plan: "Plan"
    type_name: str
    sets: list[SelectionSetNode]
    abstract: bool
    met: dict[str, Fields] = field(default_factory=dict)

    @property
    def fixed(self) -> Fields | None:
        """The fields, unless they depend on the row."""
        return None if self.abstract else self.of(self.type_name)

    def of(self, type_name: str) -> Fields:
        """Return the fields asked of a concrete type."""
        found = self.met.get(type_name)
        if found is None:
            found = self.met[type_name] = self.plan.fields(type_name, self.sets)
        return found

    def possible(self) -> list[Fields]:
        """Return the fields of every type that can stand here."""
        if not self.abstract:
            return [self.of(self.type_name)]
        abstract = self.plan.schema.type_map[self.type_name]
        kinds = self.plan.schema.get_possible_types(abstract) if is_abstract_type(abstract) else []
        return [self.of(kind.name) for kind in kinds]


class Plan:
    """The plan of one operation."""

    def __init__(
        self,
        schema: GraphQLSchema,
        document: DocumentNode,
        variables: VariableValues,
        resolvers: Callable[[str, str], Resolver | None],
        missing: Missing,
    ) -> None:
        self.schema = schema
        self.variables = variables
        self._resolvers = resolvers
        self._missing = missing
        self._fragments: Mapping[str, FragmentDefinitionNode] = {
            node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)
        }

    def fields(self, type_name: str, sets: list[SelectionSetNode]) -> Fields:
        """Merge selection sets into the fields of one concrete type, in the order asked."""
        grouped: dict[str, list[FieldNode]] = {}
        for selections in sets:
            for node in self._collect(type_name, selections):
                grouped.setdefault(node.alias.value if node.alias else node.name.value, []).append(node)
        entries = tuple(self._field(type_name, key, nodes) for key, nodes in grouped.items())
        names = tuple((entry.key, entry.name) for entry in entries) if all(entry.plain for entry in entries) else None
        return Fields(entries, names)

    def _collect(self, type_name: str, selections: SelectionSetNode) -> Iterator[FieldNode]:
        for node in selections.selections:
            if not self._included(node):
                continue
            if isinstance(node, FieldNode):
                yield node
                continue
            fragment = self._fragments[node.name.value] if isinstance(node, FragmentSpreadNode) else node
            assert isinstance(fragment, FragmentDefinitionNode | InlineFragmentNode)
            condition = fragment.type_condition
            if condition is None or self._fits(type_name, condition.name.value):
                yield from self._collect(type_name, fragment.selection_set)

    def _included(self, node: SelectionNode) -> bool:
        if not node.directives:
            return True
        skip = get_directive_values(GraphQLSkipDirective, node, self.variables)
        include = get_directive_values(GraphQLIncludeDirective, node, self.variables)
        return not (skip and skip["if"]) and not (include and not include["if"])

    def _fits(self, type_name: str, condition: str) -> bool:
        if type_name == condition:
            return True
        wanted, kind = self.schema.type_map[condition], self.schema.type_map[type_name]
        return is_abstract_type(wanted) and self.schema.is_sub_type(wanted, kind)

    def _field(self, owner: str, key: str, nodes: list[FieldNode]) -> Field:
        name = nodes[0].name.value
        if name == "__typename":
            return Field(key, name, owner, "String", nodes[0], {}, True, False, False, lambda *_: owner, None, None)
        kind = self.schema.type_map[owner]
        definition = kind.fields[name] if isinstance(kind, GraphQLObjectType) else None
        if definition is None:
            raise LookupError(f"{owner}.{name}")
        required = is_non_null_type(definition.type)
        inner = definition.type.of_type if required else definition.type
        named = get_named_type(definition.type)
        many = is_list_type(inner)
        sets = [node.selection_set for node in nodes if node.selection_set]
        found = Field(
            key=key,
            name=name,
            owner=owner,
            answer=named.name,
            node=nodes[0],
            arguments=get_argument_values(definition, nodes[0], self.variables) if definition.args else {},
            required=required,
            many=many,
            items_required=many and is_non_null_type(inner.of_type),
            resolve=self._resolvers(owner, name),
            lacking=self._missing(owner, name, named.name),
            selection=None if is_leaf_type(named) else Selection(self, named.name, sets, is_abstract_type(named)),
        )
        if nodes[0].directives and (directive := self.schema.get_directive("idempotent")):
            found.idempotency = (get_directive_values(directive, nodes[0], self.variables) or {}).get("key")
        found.plain = found.selection is None and found.resolve is None and found.lacking is None
        return found
