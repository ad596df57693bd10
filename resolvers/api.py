"""Builds the executable schema from the types of `schema/`, the roots of `queries` and the extras of every platform."""

from collections.abc import Sequence
from typing import Any

import strawberry
from strawberry.schema.config import StrawberryConfig

from adapters.kit.registry import platforms
from resolvers.queries import Query
from schema.scalars import SCALARS


def make_schema(extensions: Sequence[Any] = ()) -> strawberry.Schema:
    """Return the schema; `extensions` are strawberry's, outermost first."""
    extras = [each for platform in platforms().values() for each in platform.extras]
    return strawberry.Schema(query=Query, types=extras, extensions=extensions, config=StrawberryConfig(scalar_map=SCALARS))
