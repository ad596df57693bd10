"""What all canonical types are: kept in the cache as they are declared (`resolvers.packing`), and made in great numbers.

A page has thousands of small values, and most of what a dataclass costs is the way through its class's call. `maker(Tax)` is called as
`Tax` is, by field names, and type checkers see no difference, but it is a function that sets the attributes and nothing else.
"""

import dataclasses
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar, cast

P = ParamSpec("P")
T = TypeVar("T")


class Canonical:
    """Base of every canonical type that is kept in the cache."""


def maker(shape: Callable[P, T]) -> Callable[P, T]:
    """Return a function that makes instances of a dataclass, which must do nothing of its own when it is made."""
    cls = cast("Any", shape)
    fields = [field for field in dataclasses.fields(cls) if field.init]
    if hasattr(cls, "__post_init__") or any(field.default_factory is not dataclasses.MISSING for field in fields):
        raise TypeError(f"{cls.__name__} is made in a way of its own")
    defaults = {field.name: field.default for field in fields if field.default is not dataclasses.MISSING}
    arguments = ", ".join(f"{field.name}=defaults[{field.name!r}]" if field.name in defaults else field.name for field in fields)
    plain = cls.__setattr__ is object.__setattr__
    setting = [f" made.{field.name} = {field.name}" if plain else f" put(made, {field.name!r}, {field.name})" for field in fields]
    names: dict[str, Any] = {"new": object.__new__, "put": object.__setattr__, "cls": cls, "defaults": defaults}
    # The text is made of the names of our own fields.
    exec("\n".join([f"def make(*, {arguments}):", " made = new(cls)", *setting, " return made"]), names)  # noqa: S102
    made: Callable[P, T] = names["make"]
    return made
