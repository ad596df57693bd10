"""What can go wrong, in the words the API uses.

CartographError            every error of ours; has a code and a sentence for the caller
├── InputError             the request asks for something that can't be: change it
├── AccessError            who asks is unknown, or may not do this
└── StoreError             a store could not answer; has the store and the category

`Category` is the word for a store's failure, the same everywhere: in `sources`, in errors, in logs.
"""

from datetime import datetime
from enum import Enum, StrEnum
from typing import Any

import strawberry
from graphql import GraphQLError


class Code(StrEnum):
    """Values of `extensions.code`; each has a row in the README."""

    BAD_REQUEST = "BAD_REQUEST"
    CURSOR_INVALID = "CURSOR_INVALID"
    DEADLINE = "DEADLINE"
    FILTER_INVALID = "FILTER_INVALID"
    FORBIDDEN = "FORBIDDEN"
    GRAPHQL_PARSE_FAILED = "GRAPHQL_PARSE_FAILED"
    GRAPHQL_VALIDATION_FAILED = "GRAPHQL_VALIDATION_FAILED"
    ID_INVALID = "ID_INVALID"
    INTERNAL = "INTERNAL"
    PAGE_SIZE_INVALID = "PAGE_SIZE_INVALID"
    PLATFORM_UNKNOWN = "PLATFORM_UNKNOWN"
    STORE_FAILED = "STORE_FAILED"
    STORE_UNKNOWN = "STORE_UNKNOWN"
    TOO_MANY_IDS = "TOO_MANY_IDS"
    UNAUTHENTICATED = "UNAUTHENTICATED"
    UNSUPPORTED = "UNSUPPORTED"


@strawberry.enum(description="Why a store could not answer, and so what helps.")
class Category(Enum):
    """The five kinds of failure of a platform."""

    TRANSIENT = strawberry.enum_value("TRANSIENT", description="The same call may succeed soon; it is worth trying again.")
    QUOTA = strawberry.enum_value("QUOTA", description="The platform's limit is used up; wait until `retryAt`.")
    AUTH = strawberry.enum_value("AUTH", description="The store's credentials are refused or lack a right; its owner has to reconnect it.")
    VALIDATION = strawberry.enum_value("VALIDATION", description="The platform can never answer this call as it was asked.")
    CONFLICT = strawberry.enum_value("CONFLICT", description="The platform's present state says no; read again, then decide.")


class CartographError(GraphQLError):
    """Base of our errors: `code` for programs, the message for people. Both go to the caller."""

    def __init__(self, code: Code, message: str, **extensions: Any) -> None:
        super().__init__(message, extensions={"code": code.value, **extensions})
        self.code = code


class InputError(CartographError):
    """The request can't be answered as asked; the message says what to change."""


class AccessError(CartographError):
    """Who asks is unknown (UNAUTHENTICATED) or may not do this (FORBIDDEN)."""


class StoreError(CartographError):
    """A store could not answer."""

    def __init__(self, store: str, category: Category, message: str, retry_at: datetime | None = None) -> None:
        when = retry_at.isoformat().replace("+00:00", "Z") if retry_at else None
        super().__init__(Code.STORE_FAILED, f"Store {store!r}: {message}", store=store, category=category.value, retryAt=when)
