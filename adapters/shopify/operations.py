"""The adapter's GraphQL documents, read from the files in `documents/`, each with the fragments it needs and its requested cost.

The cost is what the platform will reserve before it runs the document (facts: rate limits, 2026-10). It is worked out from the text alone:
every field with a selection is an object, a connection when it takes `first` or `last`. A mutation has a price of its own, which covers the
objects of its payload.

What is to be done many times is asked for in one document with as many roots (`several`), numbered by their aliases.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    IntValueNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    VariableNode,
    parse,
    print_ast,
)

# Objects that cost nothing themselves, by the fields of ours that return them.
FREE_FIELDS = frozenset({
    "amount", "amountSpent", "unitCost", "measurement", "weight", "shopMoney", "presentmentMoney",
    "pageInfo", "nodes", "defaultAddress",
})  # fmt: skip
FREE_SUFFIX = "Set"  # the fields that return a MoneyBag
FREE_UNDER = {"Location": frozenset({"address"})}
WIDE_ROOT = "nodes"  # costs its dearest type once, however many ids are asked
CONNECTION = 2
MUTATION = 10
MUTATIONS = {"refundCreate": 20, "fulfillmentTrackingInfoUpdate": 50}  # those with another price
USER_ERRORS = "serErrors"  # how the names of the lists of refusals end
ROOT = "root"  # what the aliases of numbered roots begin with


@dataclass(frozen=True, slots=True)
class Document:
    """One operation, ready to be sent."""

    name: str
    text: str
    operation: OperationDefinitionNode
    fragments: Mapping[str, FragmentDefinitionNode]

    @property
    def changes(self) -> bool:
        """Say whether it changes something."""
        return self.operation.operation is OperationType.MUTATION

    def cost(self, variables: Mapping[str, Any]) -> int:
        """Return the points the platform reserves for this operation with these variables."""
        total = 0
        for root in self.operation.selection_set.selections:
            assert isinstance(root, FieldNode)
            if self.changes:
                total += self._mutation(root, variables)
            elif root.name.value == WIDE_ROOT and root.selection_set:
                total += 1 + self._selections(root.selection_set, variables, "")
            else:
                total += self._field(root, variables, "")
        return total

    def _mutation(self, root: FieldNode, variables: Mapping[str, Any]) -> int:
        """Return the price of a mutation, and of what is asked below the objects of its payload."""
        total = MUTATIONS.get(root.name.value, MUTATION)
        for part in root.selection_set.selections if root.selection_set else ():
            assert isinstance(part, FieldNode)
            if part.selection_set and not part.name.value.endswith(USER_ERRORS):
                total += self._selections(part.selection_set, variables, "")
        return total

    def _field(self, field: FieldNode, variables: Mapping[str, Any], under: str) -> int:
        if field.selection_set is None:
            return 0
        name = field.name.value
        inner = self._selections(field.selection_set, variables, "")
        size = _size(field, variables)
        if size is not None and _is_connection(field):
            return CONNECTION + page_factor(size) * (1 + inner)
        free = name in FREE_FIELDS or name.endswith(FREE_SUFFIX) or name in FREE_UNDER.get(under, ())
        return inner if free else 1 + inner

    def _selections(self, selections: SelectionSetNode, variables: Mapping[str, Any], under: str) -> int:
        total, dearest = 0, 0
        for selection in selections.selections:
            if isinstance(selection, FieldNode):
                total += self._field(selection, variables, under)
            elif isinstance(selection, InlineFragmentNode):
                condition = selection.type_condition.name.value if selection.type_condition else under
                dearest = max(dearest, self._selections(selection.selection_set, variables, condition))
            elif isinstance(selection, FragmentSpreadNode):
                fragment = self.fragments[selection.name.value]
                total += self._selections(fragment.selection_set, variables, fragment.type_condition.name.value)
        return total + dearest


def page_factor(size: int) -> int:
    """Return how often a connection of `size` rows is charged for its row: 1 at 1, 7 at 50, 11 at 250."""
    return max(1, math.floor(2 * math.log(size))) if size > 0 else 0


@cache
def operations() -> dict[str, Document]:
    """Map each operation's name to its document."""
    definitions = [
        node for path in sorted((Path(__file__).parent / "documents").glob("*.graphql")) for node in parse(path.read_text()).definitions
    ]
    fragments = {node.name.value: node for node in definitions if isinstance(node, FragmentDefinitionNode)}
    made = [_document(node, fragments) for node in definitions if isinstance(node, OperationDefinitionNode)]
    return {each.name: each for each in made}


@lru_cache(maxsize=512)
def several(name: str, count: int) -> Document:
    """Return an operation of one root as one of `count` roots: the aliases and the variables end in their numbers, from 0."""
    single = operations()[name]
    node = single.operation
    root, *others = node.selection_set.selections
    assert not others
    places = range(count)
    variables = ", ".join(_numbered(print_ast(each), at) for at in places for each in node.variable_definitions or ())
    roots = "\n".join(f"{ROOT}{at}: {_numbered(print_ast(root), at)}" for at in places)
    made = parse(f"{node.operation.value} {name}({variables}) {{ {roots} }}").definitions[0]
    assert isinstance(made, OperationDefinitionNode)
    return _document(made, single.fragments)


def _numbered(text: str, at: int) -> str:
    return re.sub(r"\$(\w+)", rf"$\1_{at}", text)


def _document(node: OperationDefinitionNode, fragments: Mapping[str, FragmentDefinitionNode]) -> Document:
    assert node.name is not None
    text = "\n".join([print_ast(node), *(print_ast(fragments[name]) for name in _needed(node, fragments))])
    return Document(node.name.value, text, node, fragments)


def _needed(node: OperationDefinitionNode | FragmentDefinitionNode, fragments: Mapping[str, FragmentDefinitionNode]) -> list[str]:
    """Return the names of all fragments a definition uses, directly or not, sorted."""
    names: set[str] = set()
    waiting: list[Any] = [node.selection_set]
    while waiting:
        for selection in waiting.pop().selections:
            if isinstance(selection, FragmentSpreadNode):
                if selection.name.value not in names:
                    names.add(selection.name.value)
                    waiting.append(fragments[selection.name.value].selection_set)
            elif selection.selection_set:
                waiting.append(selection.selection_set)
    return sorted(names)


def _is_connection(field: FieldNode) -> bool:
    """Tell connections from plain lists that take `first`: only connections are read through `nodes`."""
    inner = field.selection_set.selections if field.selection_set else ()
    return any(isinstance(each, FieldNode) and each.name.value == "nodes" for each in inner)


def _size(field: FieldNode, variables: Mapping[str, Any]) -> int | None:
    for argument in field.arguments or ():
        if argument.name.value in {"first", "last"}:
            if isinstance(argument.value, IntValueNode):
                return int(argument.value.value)
            if isinstance(argument.value, VariableNode):
                return int(variables[argument.value.name.value])
    return None
