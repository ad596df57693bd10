"""What a query may be: its words, its depth, its aliases, its operations. The whole document counts, fragments as often as they are used.

Sizes of fragments are worked out once each: a few fragments that use each other twice would otherwise take longer than anybody waits.
"""

from collections.abc import Callable, Iterator
from functools import partial

from graphql import (
    FieldNode,
    FragmentSpreadNode,
    GraphQLError,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    ValidationContext,
    ValidationRule,
)
from strawberry.extensions import AddValidationRules, MaxTokensLimiter, SchemaExtension

MOST_TOKENS = 2000  # more can keep graphql-core busy for a second, comparing fields that overlap
MOST_DEPTH = 15
MOST_ALIASES = 50
MOST_BODY_BYTES = 1024 * 1024
INTROSPECTION = "__"  # such fields have a limit of their own in graphql-core


class QuerySizeRule(ValidationRule):
    """Refuses operations that are too deep or have too many aliases."""

    def __init__(self, context: ValidationContext) -> None:
        super().__init__(context)
        self._sizes: dict[str, tuple[int, int]] = {}
        for definition in context.document.definitions:
            if isinstance(definition, OperationDefinitionNode):
                self._check(definition)

    def _check(self, operation: OperationDefinitionNode) -> None:
        depth, aliases = self._measure(operation.selection_set)
        name = operation.name.value if operation.name else "The operation"
        if depth > MOST_DEPTH:
            self.report_error(GraphQLError(f"{name} is {depth} fields deep; {MOST_DEPTH} are allowed. Ask in several requests.", operation))
        if aliases > MOST_ALIASES:
            self.report_error(
                GraphQLError(f"{name} has {aliases} aliases; {MOST_ALIASES} are allowed. Ask in several requests.", operation)
            )

    def _measure(self, selections: SelectionSetNode | None) -> tuple[int, int]:
        """Return the depth and the number of aliases below."""
        depth = aliases = 0
        for selection in selections.selections if selections else ():
            below, found = self._measure_one(selection)
            depth = max(depth, below)
            aliases += found
        return depth, aliases

    def _measure_one(self, selection: object) -> tuple[int, int]:
        if isinstance(selection, FieldNode):
            if selection.name.value.startswith(INTROSPECTION):
                return 1, int(selection.alias is not None)
            depth, aliases = self._measure(selection.selection_set)
            return depth + 1, aliases + int(selection.alias is not None)
        if isinstance(selection, InlineFragmentNode):
            return self._measure(selection.selection_set)
        if isinstance(selection, FragmentSpreadNode):
            return self._measure_fragment(selection.name.value)
        return 0, 0

    def _measure_fragment(self, name: str) -> tuple[int, int]:
        if name not in self._sizes:
            self._sizes[name] = (0, 0)  # a fragment within itself: another rule refuses it
            fragment = self.context.get_fragment(name)
            self._sizes[name] = self._measure(fragment.selection_set) if fragment else (0, 0)
        return self._sizes[name]


SEVERAL = "The document has several operations: name one as `operationName`."


class OneOperation(SchemaExtension):
    """Refuses a document of several operations when the request names none; Strawberry would run the first."""

    def on_validate(self) -> Iterator[None]:
        """Look before validation."""
        context = self.execution_context
        document = context.graphql_document
        operations = [each for each in document.definitions if isinstance(each, OperationDefinitionNode)] if document else []
        if len(operations) > 1 and context._provided_operation_name is None:  # noqa: SLF001 -- the public name falls back to the first
            context.pre_execution_errors = [GraphQLError(SEVERAL, operations)]
        yield


LIMITS: tuple[Callable[[], SchemaExtension], ...] = (
    partial(MaxTokensLimiter, max_token_count=MOST_TOKENS),
    partial(AddValidationRules, [QuerySizeRule]),
    OneOperation,
)
