"""Fields only one platform has: an interface a kind, implemented by each platform's own type.

In the cache an extras value is written with the name of its type, since a field typed as the interface would lose the fields
of the implementing type on the way through.
"""

from typing import Any

import strawberry
from pydantic import GetCoreSchemaHandler, TypeAdapter
from pydantic_core import CoreSchema, core_schema

from schema.canonical import Canonical


class Extras(Canonical):
    """Base of all extras interfaces: stores itself as {"type": <class name>, "fields": {…}}."""

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Interfaces are stored with a tag; the implementing types as every canonical type."""
        if Extras not in cls.__bases__:
            return super().__get_pydantic_core_schema__(source, handler)
        return core_schema.no_info_plain_validator_function(
            lambda value: value if isinstance(value, cls) else _adapter(cls, value["type"]).validate_python(value["fields"]),
            serialization=core_schema.plain_serializer_function_ser_schema(
                lambda value: {
                    "type": type(value).__name__,
                    "fields": _adapter(cls, type(value).__name__).dump_python(value, mode="json"),
                }
            ),
        )


def _adapter(interface: type[Extras], name: str) -> TypeAdapter[Any]:
    found = _ADAPTERS.get((interface, name))
    if found is None:
        implementing = next(each for each in interface.__subclasses__() if each.__name__ == name)
        found = _ADAPTERS[interface, name] = TypeAdapter(implementing)
    return found


_ADAPTERS: dict[tuple[type[Extras], str], TypeAdapter[Any]] = {}


@strawberry.interface(description="What only one platform knows of an order.")
class OrderExtras(Extras):
    """Implemented by each platform's own type for orders."""

    platform: str = strawberry.field(description="The platform these fields belong to.")


@strawberry.interface(description="What only one platform knows of a product.")
class ProductExtras(Extras):
    """Implemented by each platform's own type for products."""

    platform: str = strawberry.field(description="The platform these fields belong to.")


@strawberry.interface(description="What only one platform knows of a variant.")
class VariantExtras(Extras):
    """Implemented by each platform's own type for variants."""

    platform: str = strawberry.field(description="The platform these fields belong to.")


@strawberry.interface(description="What only one platform knows of a customer.")
class CustomerExtras(Extras):
    """Implemented by each platform's own type for customers."""

    platform: str = strawberry.field(description="The platform these fields belong to.")
