"""Builds the executable schema: the roots of `queries`, `mutations` and `subscriptions`, and the extras of every platform."""

from collections.abc import Sequence
from typing import Any

import strawberry
from strawberry.schema.config import StrawberryConfig

from adapters.kit.registry import platforms
from resolvers.mutations import Mutation
from resolvers.queries import Query
from resolvers.subscriptions import Subscription
from schema.scalars import SCALARS


def make_schema(extensions: Sequence[Any] = ()) -> strawberry.Schema:
    """Return the schema; `extensions` are strawberry's, outermost first."""
    extras = [each for platform in platforms().values() for each in platform.extras]
    config = StrawberryConfig(scalar_map=SCALARS)
    return strawberry.Schema(Query, Mutation, Subscription, types=extras, extensions=extensions, config=config)
