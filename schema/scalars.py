"""The scalars of the API beside the standard ones: exact decimals, UTC times, plain JSON.

`DateTime` is always written in UTC with a `Z`. It is read with any offset; a time without an offset is refused, since a
guessed zone shifts a day's orders.
"""

from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

import strawberry
from graphql import GraphQLError
from strawberry.types.scalar import ScalarDefinition

from schema.errors import Code, InputError


def write_time(value: datetime) -> str:
    """Write a time as ISO 8601 in UTC, e.g. 2026-11-23T10:00:00Z."""
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


def read_time(value: Any) -> datetime:
    """Read an ISO 8601 time with an offset; raises a GraphQL error that says what is missing."""
    if not isinstance(value, str):
        raise _bad_time(value)
    try:
        found = datetime.fromisoformat(value)
        if found.tzinfo is None:
            raise _bad_time(value)
        return found.astimezone(UTC)
    except (ValueError, OverflowError):
        raise _bad_time(value) from None


def _bad_time(value: Any) -> GraphQLError:
    return InputError(
        Code.FILTER_INVALID,
        f"{str(value)[:60]!r} is no time this API can use. Write ISO 8601 with an offset, e.g. 2026-11-23T10:00:00Z.",
    )


def _write_decimal(value: Decimal) -> str:
    return format(value, "f")


def _read_decimal(value: Any) -> Decimal:
    try:
        return Decimal(str(value))
    except InvalidOperation:
        raise InputError(Code.FILTER_INVALID, f'{str(value)[:60]!r} is no decimal number. Write it as text, e.g. "12.50".') from None


SCALARS: dict[object, ScalarDefinition] = {
    datetime: strawberry.scalar(
        name="DateTime",
        description="A moment, ISO 8601 in UTC, e.g. 2026-11-23T10:00:00Z. Any offset is accepted on input; none is refused.",
        specified_by_url="https://scalars.graphql.org/andimarek/date-time",
        serialize=write_time,
        parse_value=read_time,
    ),
    Decimal: strawberry.scalar(
        name="Decimal",
        description='An exact decimal number as text, with the digits the platform gave, e.g. "12.50".',
        serialize=_write_decimal,
        parse_value=_read_decimal,
    ),
    date: strawberry.scalar(
        name="Date",
        description="A calendar day, ISO 8601, e.g. 2026-11-23.",
        serialize=date.isoformat,
        parse_value=date.fromisoformat,
    ),
}
