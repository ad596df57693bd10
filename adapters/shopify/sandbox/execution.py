"""Answers a plan from the rows of a store.

A field that fails answers null with an entry in `errors`; where null is not allowed the failure climbs to the next place where it is. Rows
hold what the wire shows, so plain fields are copied without a look.
"""

from typing import Any

from adapters.shopify.sandbox.access import denied
from adapters.shopify.sandbox.errors import FieldError, Path, error, unfold
from adapters.shopify.sandbox.plan import Field, Fields
from adapters.shopify.sandbox.tables import Row


class _NullError(Exception):
    """A field that may not be null has failed; the failure is written down already."""


class Run:
    """One execution. Resolvers get it as their first argument.

    `subject` is the store they answer from, `operation` what the request calls itself, `path` where they stand, and `key` the
    idempotency key of the field they answer.
    """

    def __init__(self, subject: Any, operation: str = "") -> None:
        self.subject = subject
        self.operation = operation
        self.key: str | None = None
        self.errors: list[dict[str, Any]] = []
        self.searches: list[dict[str, Any]] = []
        self.path: Path = ()

    def answer(self, fields: Fields) -> Row | None:
        """Return the data; None when a failure climbed all the way up."""
        try:
            return self._object(fields, {}, ())
        except _NullError:
            return None

    def _object(self, fields: Fields, row: Row, path: Path) -> Row:
        if fields.names is not None:
            return {key: row[name] for key, name in fields.names}
        return {entry.key: row[entry.name] if entry.plain else self._field(entry, row, (path, entry.key)) for entry in fields.entries}

    def _field(self, field: Field, row: Row, path: Path) -> Any:
        try:
            return self._value(field, self._read(field, row, path), path)
        except FieldError as failure:
            self._note(failure, field, path)
        except _NullError:
            pass
        if field.required:
            raise _NullError
        return None

    def _read(self, field: Field, row: Row, path: Path) -> Any:
        if field.lacking is not None:
            raise denied(field.name, field.lacking)
        self.path, self.key = path, field.idempotency
        return row[field.name] if field.resolve is None else field.resolve(self, row, field.arguments)

    def _value(self, field: Field, value: Any, path: Path) -> Any:
        if value is None and field.required:
            raise FieldError(f"Internal error: nothing to answer for {field.owner}.{field.name}.", "INTERNAL_SERVER_ERROR")
        if value is None or field.selection is None:
            return value
        if not field.many:
            return self._object(self._fields(field, value), value, path)
        fixed = field.selection.fixed
        if fixed is not None and fixed.names is not None:
            names = fixed.names
            return [{key: row[name] for key, name in names} for row in value]
        return [self._item(field, fixed, row, (path, at)) for at, row in enumerate(value)]

    def _item(self, field: Field, fixed: Fields | None, row: Any, path: Path) -> Any:
        if row is None:
            return None
        try:
            if isinstance(row, FieldError):
                raise row
            return self._object(fixed or self._fields(field, row), row, path)
        except FieldError as failure:
            self._note(failure, field, path)
        except _NullError:
            pass
        if field.items_required:
            raise _NullError
        return None

    def _fields(self, field: Field, row: Row) -> Fields:
        selection = field.selection
        assert selection is not None
        return selection.fixed or selection.of(row["__typename"])

    def _note(self, failure: FieldError, field: Field, path: Path) -> None:
        self.errors.append(error(failure.message, field.node, failure.extensions, unfold(path)))
