"""Documents: the text of a request, parsed and validated once, and kept with what was compiled of it.

Only valid documents are kept; how many is bounded by their number and by what they are estimated to hold.
"""

from dataclasses import dataclass
from typing import Any

from cachetools import LRUCache
from graphql import (
    ArgumentNode,
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    Visitor,
    get_operation_ast,
    parse,
    specified_rules,
    validate,
    visit,
)

from gateway.errors import RefusedError
from gateway.execution import Selections
from gateway.limits import MOST_TOKENS, QuerySizeRule

MOST_DOCUMENTS = 1000
MOST_BYTES = 32 * 1024 * 1024
BYTES_A_CHARACTER = 60  # measured: the tree and the functions of a page of orders, 1,100 characters, hold 60 kB
FRESHNESS = "maxAge"


class InvalidError(Exception):
    """A document that can't be run, with the reasons."""

    def __init__(self, errors: list[GraphQLError]) -> None:
        super().__init__(f"{len(errors)} errors")
        self.errors = errors


@dataclass(frozen=True, slots=True)
class Document:
    """A valid document. `fresh` says that it asks for a freshness of its own somewhere."""

    tree: DocumentNode
    selections: Selections
    fresh: bool

    def operation(self, name: str | None) -> OperationDefinitionNode | None:
        """Return the operation of that name, or the only one; None when there is none."""
        return get_operation_ast(self.tree, name)


class Documents:
    """The documents of one schema that were asked for lately."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self._schema = schema
        self._kept: LRUCache[str, Document] = LRUCache(MOST_BYTES, getsizeof=_size)

    def read(self, text: str) -> Document:
        """Return a document; raises GraphQLSyntaxError, InvalidError and RefusedError."""
        found = self._kept.get(text)
        if found is None:
            tree = parse(text, max_tokens=MOST_TOKENS)
            if not any(isinstance(each, OperationDefinitionNode) for each in tree.definitions):
                raise RefusedError(400, "The document has no operation.")
            errors = validate(self._schema, tree, (*specified_rules, QuerySizeRule))
            if errors:
                raise InvalidError(errors)
            found = Document(tree, Selections.of(tree, rendering=True), _asks_for(tree, FRESHNESS))
            if len(self._kept) >= MOST_DOCUMENTS:
                self._kept.popitem()
            if len(text) * BYTES_A_CHARACTER <= self._kept.maxsize:
                self._kept[text] = found
        return found


def _size(document: Document) -> int:
    source = document.tree.loc.source.body if document.tree.loc else ""
    return max(1, len(source)) * BYTES_A_CHARACTER


def _asks_for(tree: DocumentNode, argument: str) -> bool:
    """Say whether a document gives an argument of that name to any field."""
    finder = _ArgumentFinder(argument)
    visit(tree, finder)
    return finder.found


class _ArgumentFinder(Visitor):
    def __init__(self, name: str) -> None:
        super().__init__()
        self.found = False
        self._name = name

    def enter_argument(self, node: ArgumentNode, *_: Any) -> None:
        """Look at an argument."""
        self.found = self.found or node.name.value == self._name
