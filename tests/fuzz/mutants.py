"""Executions that are wrong in one small way each: what the comparison has to notice, or it proves nothing."""

from typing import Any

from graphql import GraphQLError, Undefined, is_list_type, is_non_null_type
from graphql.execution import Executor
from graphql.pyutils import Path

from gateway.execution import Execution, Selections


class NullAllowed(Executor[Any]):
    """Lets null stand where none may be."""

    def complete_value(self, return_type: Any, *more: Any) -> Any:
        inner = return_type.of_type if is_non_null_type(return_type) else return_type
        return super().complete_value(inner, *more)


class AliasForgotten(Executor[Any]):
    """Answers a field under its own name."""

    def execute_fields(self, parent_type: Any, source_value: Any, path: Any, grouped_field_set: Any, *more: Any) -> Any:
        named = {own[0].node.name.value: own for own in grouped_field_set.values()}
        return super().execute_fields(parent_type, source_value, path, named, *more)


class RowsFromOne(Executor[Any]):
    """Counts the rows of lists from one."""

    def complete_list_item_value(self, item: Any, results: Any, shape: Any, details: Any, info: Any, path: Any, context: Any) -> bool:
        moved = Path(path.prev, path.key + 1, path.typename)
        return super().complete_list_item_value(item, results, shape, details, info, moved, context)


class ErrorSwallowed(Executor[Any]):
    """Says nothing of a field that failed."""

    def handle_field_error(self, raw_error: Any, return_type: Any, *more: Any) -> None:
        if is_non_null_type(return_type):
            super().handle_field_error(raw_error, return_type, *more)


class OnePlaceTold(Executor[Any]):
    """Tells one place in the document of an error, where several were merged."""

    def handle_field_error(self, raw_error: Any, return_type: Any, field_details_list: Any, path: Any) -> None:
        super().handle_field_error(raw_error, return_type, field_details_list[:1], path)


class LeavesAsTheyAre(Executor[Any]):
    """Answers a number as it came, where it is one."""

    def complete_leaf_value(self, return_type: Any, result: Any) -> Any:  # type: ignore[override]
        return result if isinstance(result, int | str) else super().complete_leaf_value(return_type, result)


class ErrorsAreValues(Executor[Any]):
    """Takes an error for a null when it is a value."""

    def complete_value(self, return_type: Any, details: Any, info: Any, path: Any, result: Any, context: Any) -> Any:
        result = None if isinstance(result, Exception) else result
        return super().complete_value(return_type, details, info, path, result, context)


class FirstSelectionOnly(Executor[Any]):
    """Forgets the selections of fields that were merged into another."""

    def collect_subfields(self, return_type: Any, field_details_list: Any) -> Any:
        return super().collect_subfields(return_type, field_details_list[:1])


class InParallel(Executor[Any]):
    """Does not wait for one mutation before the next."""

    def execute_fields_serially(self, *given: Any) -> Any:
        return self.execute_fields(*given)


class KeysSorted(Executor[Any]):
    """Answers fields in an order of its own."""

    def execute_fields(self, parent_type: Any, source_value: Any, path: Any, grouped_field_set: Any, *more: Any) -> Any:
        return super().execute_fields(parent_type, source_value, path, dict(sorted(grouped_field_set.items())), *more)


class KindsUnchecked(Executor[Any]):
    """Believes what a value says of its kind."""

    def ensure_valid_runtime_type(self, runtime_type_name: Any, *more: Any) -> Any:
        found = self.schema.get_type(runtime_type_name) if isinstance(runtime_type_name, str) else None
        return found if hasattr(found, "is_type_of") else super().ensure_valid_runtime_type(runtime_type_name, *more)


class ListsOnly(Executor[Any]):
    """Takes nothing but a list for a list."""

    def complete_list_value(self, return_type: Any, details: Any, info: Any, path: Any, result: Any, context: Any) -> Any:
        if not isinstance(result, list):
            raise GraphQLError(f"Expected Iterable, but did not find one for field '{info.parent_type}.{info.field_name}'.")
        return super().complete_list_value(return_type, details, info, path, result, context)


class NullsSpread(Executor[Any]):
    """Lets a null in a list take the whole list with it."""

    def complete_list_value(self, return_type: Any, *more: Any) -> Any:
        found: Any = super().complete_list_value(return_type, *more)
        nullable = is_list_type(return_type) and not is_non_null_type(return_type.of_type)
        return None if nullable and isinstance(found, list) and None in found else found


class UndefinedShown(Executor[Any]):
    """Takes what is not defined for something."""

    def complete_value(self, return_type: Any, details: Any, info: Any, path: Any, result: Any, context: Any) -> Any:
        result = "Undefined" if result is Undefined else result
        return super().complete_value(return_type, details, info, path, result, context)


class NeverAwaited(Executor[Any]):
    """Awaits coroutines, and nothing else that can be awaited."""

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.is_awaitable = lambda value: hasattr(value, "cr_frame")  # type: ignore[assignment]


class FlagsForgotten(Execution):
    """Answers what a document said under other variables."""

    def __init__(self, *given: Any, selections: Selections, **more: Any) -> None:
        super().__init__(*given, selections=selections, **more)
        self._ways = selections.ways.setdefault((), {})


MUTANTS: tuple[type[Executor[Any]], ...] = (
    NullAllowed, AliasForgotten, RowsFromOne, ErrorSwallowed, OnePlaceTold, LeavesAsTheyAre, ErrorsAreValues, FirstSelectionOnly,
    InParallel, KeysSorted, KindsUnchecked, ListsOnly, NullsSpread, UndefinedShown, NeverAwaited, FlagsForgotten,
)  # fmt: skip
