"""What makes a canonical type storable: one base class that tells pydantic its fields.

A canonical type is declared once, as a strawberry type. Strawberry replaces the annotations of its fields by its own
type objects, which pydantic does not know; the true annotations are still on the class, and are read from there.
"""

import dataclasses
from typing import Any, get_type_hints

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema


class Canonical:
    """Base of every canonical type that is kept in the cache: `pydantic.TypeAdapter` can write and read it."""

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Describe the stored fields; fields with a resolver hold nothing and are left out."""
        hints = get_type_hints(cls, include_extras=True)
        stored = [field.name for field in dataclasses.fields(cls) if field.init]  # type: ignore[arg-type]
        fields = [core_schema.dataclass_field(name, handler.generate_schema(hints[name]), kw_only=True) for name in stored]
        arguments = core_schema.dataclass_args_schema(cls.__name__, fields)
        return core_schema.dataclass_schema(cls, arguments, stored)
