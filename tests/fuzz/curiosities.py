"""A schema written with Strawberry, of what could be compiled wrongly: each type has something of its own that ours lack.

Unions, generics, types that inherit from each other, resolvers of every form, arguments with every kind of default, enums whose values are
texts and numbers, scalars that refuse.
"""

from collections.abc import Awaitable
from datetime import datetime
from decimal import Decimal
from enum import Enum, IntEnum, StrEnum
from typing import Annotated, Any, Generic, NewType, TypeVar, Union

import strawberry
from graphql import GraphQLArgument, GraphQLInt, GraphQLSchema
from strawberry.extensions import FieldExtension
from strawberry.permission import BasePermission
from strawberry.schema.config import StrawberryConfig
from strawberry.types.scalar import ScalarDefinition

from schema.scalars import SCALARS
from tests.fuzz.roots import rooted, shape

T = TypeVar("T")
Info = strawberry.Info[Any, None]

ROOTS = (
    "Plain", "[Plain!]!", "Heir!", "[Plain]", "AnyOf!", "[AnyOf]", "[[AnyOf!]!]!", "PlainPair", "[IntPair!]!", "Shaped!", "[Shaped!]",
    "Chosen", "[Chosen!]", "Matrix!", "Word!", "[Number!]", "[[[Refusing]]]", "Vague", "[Resolved!]!", "Resolved",
)  # fmt: skip

Refusing = NewType("Refusing", str)
Vague = NewType("Vague", str)


def _refuse(value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise ArithmeticError(f"{type(value).__name__} is refused")
    return value[::-1]


SCALARS_OF_CURIOSITIES: dict[object, ScalarDefinition] = {
    **SCALARS,
    Refusing: strawberry.scalar(name="Refusing", serialize=_refuse),
    Vague: strawberry.scalar(name="Vague", serialize=lambda value: None if value in {"", "a"} else value),
}


@strawberry.enum
class Word(StrEnum):
    """Members that are texts."""

    ONE = "one"
    TWO = "two"
    ALSO = "ONE"


@strawberry.enum
class Number(IntEnum):
    """Members that are numbers."""

    ZERO = 0
    ONE = 1


@strawberry.enum
class Torn(Enum):
    """Members of odd values and names."""

    LEFT = strawberry.enum_value((1,), name="OTHER_NAME")
    RIGHT = (2,)
    NEITHER = None


class Forbidding(BasePermission):
    """Lets nobody see what is named `secret`."""

    message = "not for you"

    def has_permission(self, source: Any, info: Any, **_: Any) -> bool:
        return getattr(source, "name", None) != "a"


class Louder(FieldExtension):
    """Changes what a resolver gives."""

    def resolve(self, next_: Any, source: Any, info: Info, **arguments: Any) -> Any:
        found = next_(source, info, **arguments)
        return found.upper() if isinstance(found, str) else found


def from_outside(root: Any) -> str:
    """Resolve a field without being a method."""
    return f"outside {root.name}"


def _told(one: Any) -> str:
    """Return what tells one from others, and is the same in every process."""
    return one.name if isinstance(one.name, str) else type(one.name).__name__


@strawberry.type
class Plain:
    """Resolvers of every form."""

    name: str
    number: int | None
    ratio: float = 0.5
    renamed: str | None = strawberry.field(name="calledOtherwise", default="as before")
    at: datetime | None
    amount: Decimal
    torn: Torn | None
    word: Word
    outside: str = strawberry.field(resolver=from_outside)
    guarded: str | None = strawberry.field(permission_classes=[Forbidding], default=None)
    loud: str | None = strawberry.field(extensions=[Louder()], default=None)

    @strawberry.field
    def twice(self) -> int | None:
        return None if self.number is None else self.number * 2

    @strawberry.field
    def echo(self, text: str | None = None, times: int = 2, also: Annotated[str, strawberry.argument(name="other")] = "o") -> str:
        return f"{text}{times}{also}"

    @strawberry.field
    def missing(self, text: str | None = None, mood: Torn | None = strawberry.UNSET) -> str:
        return f"{text}{mood}"

    @strawberry.field
    def where(self, info: Info) -> str:
        return f"{info.field_name} {info.path.as_list()}"

    @strawberry.field
    def maybe(self, info: Info) -> "Plain | None":
        found: Plain | None = info.context.made(f"maybe:{_told(self)}", info.context.type("Plain"))
        return found

    @strawberry.field
    async def awaited(self, info: Info) -> "list[AnyOf] | None":
        found: list[Any] | None = await info.context.linked(f"awaited:{_told(self)}", info.context.type("[AnyOf!]"))
        return found

    @strawberry.field
    def sometimes(self, info: Info) -> "Heir | None":
        """Return something to await, from a function that does not say so."""
        found: Awaitable[Any] = info.context.linked(f"sometimes:{_told(self)}", info.context.type("Heir"))
        return found  # type: ignore[return-value]

    @strawberry.field
    def failing(self) -> int:
        raise ZeroDivisionError(self.name)


@strawberry.type
class Heir(Plain):
    """Stands where its parent may: without an interface, graphql-core does not ask which one it is."""

    own: list[list[int]]


@strawberry.type
class Pair(Generic[T]):
    """Two of a kind."""

    left: T
    right: list[T | None]

    @strawberry.field
    def both(self) -> list[T]:
        return [self.left, self.left]


@strawberry.interface
class Shaped:
    """Told by the class."""

    sides: int

    @strawberry.field
    def corners(self) -> int:
        return self.sides


@strawberry.type
class Square(Shaped):
    """One of the shaped, and one of any."""

    size: float | None

    @strawberry.field
    def corners(self) -> int:
        return 4


@strawberry.type
class Cube(Square):
    """Inherits from one of the shaped."""

    faces: list[Square]


@strawberry.interface
class Resolved:
    """Tells the kind itself."""

    name: str

    @classmethod
    def resolve_type(cls, value: Any, *_: Any) -> Any:
        return {"a": "Round", "": "Nobody", "12": None}.get(value.name, "Flat")


@strawberry.type
class Round(Resolved):
    """One way."""

    radius: int


@strawberry.type
class Flat(Resolved):
    """Another way."""

    width: int

    @classmethod
    def is_type_of(cls, value: Any, _: Any) -> bool:
        return isinstance(value, Flat) and value.name != "true"


AnyOf = Annotated[Union[Plain, Square, Round], strawberry.union("AnyOf")]  # noqa: UP007 -- a union with a name
Chosen = Annotated[Union[Cube, Heir], strawberry.union("Chosen")]  # noqa: UP007 -- as above


@strawberry.type
class Matrix:
    """Lists of lists."""

    cells: list[list[int]]
    words: list[list[Word] | None] | None
    cube: list[list[list[Shaped | None]]]
    refusing: Refusing | None
    vague: Vague


@strawberry.type
class Everything:
    """Names all there is, so that it is in the schema."""

    plain: Plain
    heir: Heir
    any: AnyOf
    chosen: Chosen
    plains: Pair[Plain]
    ints: Pair[int]
    shaped: Shaped
    resolved: Resolved
    matrix: Matrix
    number: Number


def curiosities() -> GraphQLSchema:
    """Return the schema."""
    config = StrawberryConfig(scalar_map=SCALARS_OF_CURIOSITIES)
    real = strawberry.Schema(Everything, types=[Square, Cube, Round, Flat], config=config)._schema
    arguments = {"first": GraphQLArgument(GraphQLInt, default_value=1)}
    shapes = {f"f{number}": shape(real, text) for number, text in enumerate(ROOTS)}
    return GraphQLSchema(
        query=rooted("Query", shapes, arguments),
        mutation=rooted("Mutation", {name: shapes[name] for name in ("f0", "f1", "f5", "f9")}, arguments),
        types=[each for name, each in real.type_map.items() if name != "Everything"],
        directives=real.directives,
    )
