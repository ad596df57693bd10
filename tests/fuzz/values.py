"""Makes the values that fields resolve to: mostly what a mapping would make, now and then what nobody should have made.

Values follow the types of the schema. Types of ours become instances of their own classes, with the fields an operation asks for, and
no others; types written by hand become dictionaries and objects. Each value is made from a tape, so it can be made again for the next
execution: generators and exceptions are good for one only.
"""

from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import fields
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from enum import Enum, IntEnum
from functools import cache
from types import SimpleNamespace
from typing import Any, Protocol, get_args, get_type_hints

from graphql import (
    GraphQLEnumType,
    GraphQLError,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    Undefined,
)

from schema.entity import Entity
from schema.errors import Category, Code, InputError, StoreError
from schema.keys import Key, Kind, camel
from schema.money import Money
from schema.orders import OrderStatus, Parts
from tests.fuzz.tape import Tape

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
TIMES = (NOON, NOON + timedelta(hours=1), NOON.astimezone(timezone(timedelta(hours=5, minutes=30))), datetime(1, 1, 1, tzinfo=UTC))
NUMBERS = tuple(Decimal(text) for text in ("0", "12.50", "-0.00", "1E+3", "12345678901234567890.123456789"))
TEXTS = ("a", "", "ü\u2028", "true", "12")

# What leaves of a type may be; the first is the plainest.
LEAVES: Mapping[str, tuple[Any, ...]] = {
    "String": TEXTS,
    "ID": ("id", 7, ""),
    "Int": (1, 0, -3, 2**31 - 1, -(2**31)),
    "Float": (0.5, 3, -1e30),
    "Boolean": (True, False),
    "DateTime": TIMES,
    "Decimal": NUMBERS,
    "JSON": ({"a": 1}, None, [1, [2]], "text", 1.5, {}),
}

# Fields that resolvers of ours read when these are asked for.
READ_BY: Mapping[str, frozenset[str]] = {
    "refundedQuantity": frozenset({"lines", "orderLineId", "quantity", "platformId"}),
    "edges": frozenset({"nodes"}),
}

# Fields of ours that the API does not show; `eager` ones answer a link at once.
HIDDEN: Mapping[str, tuple[Any, ...]] = {
    "store_name": ("one", "two"),
    "observed_at": (NOON, NOON - timedelta(seconds=30), NOON - timedelta(days=3)),
    "sequence": (0, 1),
    "raw": ({"color": "red", "engraving": 5}, {}),
    "attributes": ({"color": "red"}, {}),
    "number": ("r1", "r2"),
    "coalesced": (None, "r9"),
    "target_key": (None, Key(Kind.ORDER, "one", "5")),
    "entity_key": (Key(Kind.PRODUCT, "two", "6"), None, Key(Kind.ORDER, "one", "5")),
    "cursor_after": (str,),
    "known_refunded": (None,),
    "known_levels": (None,),
}
KEYS = ("1", "2", None)


class Surroundings(Protocol):
    """Says when a value that is awaited may be there, and what is the same in several places."""

    eager: bool
    lasting: bool

    async def turn(self, name: str) -> None:
        """Return when the named one may go on."""
        ...

    def shared(self, name: str, make: "Callable[[Values], Any]") -> Any:
        """Return what has that name, made with values of its own if it is not there yet."""
        ...


class Later:
    """A value that is awaited, and no coroutine: nobody is warned when it never is."""

    def __init__(self, around: Surroundings, name: str, value: Any) -> None:
        self._around = around
        self._name = name
        self._value = value

    def __await__(self) -> Any:
        yield from self._around.turn(self._name).__await__()
        if isinstance(self._value, Failing):
            raise self._value.error
        return self._value

    def __repr__(self) -> str:
        return "<Later>"


class Failing:
    """Stands for a resolver that raises instead of returning."""

    def __init__(self, error: Exception) -> None:
        self.error = error


class Values:
    """Makes the values of one place in the answer. `oddness` is how rarely something odd is made; 0 is never."""

    def __init__(self, schema: GraphQLSchema, around: Surroundings, tape: Tape, name: str, asked: frozenset[str], oddness: int) -> None:
        self._schema = schema
        self._around = around
        self._tape = tape
        self._name = name
        self._asked = asked.union(*(READ_BY.get(each, ()) for each in asked))
        self._oddness = oddness
        self._made = 0

    def value(self, shape: Any, depth: int = 5) -> Any:
        """Return a value for an output type."""
        if self._oddness and self._tape.chance(self._oddness):
            return self._odd(shape, depth)
        if isinstance(shape, GraphQLNonNull):
            return self._there(shape.of_type, depth)
        return None if self._tape.chance(5) else self._there(shape, depth)

    def failure(self) -> Exception:
        """Return an error as resolvers raise them."""
        return self._tape.pick(FAILURES)()

    def _there(self, shape: Any, depth: int) -> Any:
        if isinstance(shape, GraphQLList):
            return [self.value(shape.of_type, depth) for _ in range(self._tape.pick((1, 2, 0, 2, 3, 1, 4)))]
        if isinstance(shape, GraphQLEnumType):
            return self._member(shape)
        if isinstance(shape, GraphQLInterfaceType | GraphQLUnionType):
            return self._there(self._tape.pick(self._schema.get_possible_types(shape)), depth)
        if isinstance(shape, GraphQLObjectType):
            return self._object(shape, depth - 1) if depth > 0 else None
        return self._tape.pick(LEAVES.get(shape.name, TEXTS))

    def _member(self, shape: GraphQLEnumType) -> Any:
        ours: type[Enum] | None = getattr(shape, "wrapped_cls", None)
        return self._tape.pick(list(ours)) if ours else self._tape.pick(list(shape.values.values())).value

    def _object(self, shape: GraphQLObjectType, depth: int) -> Any:
        ours = shape.extensions.get("strawberry-definition")
        if ours is None:
            return self._by_hand(shape, depth)
        if self._around.lasting and issubclass(ours.origin, Entity):
            return self._around.shared(f"{shape}{self._tape.number(3)}", lambda values: values.instance(shape, ours, depth))
        return self.instance(shape, ours, depth)

    def instance(self, shape: GraphQLObjectType, ours: Any, depth: int) -> Any:
        """Make an instance of a class of ours without its constructor, which would insist on fields nobody asks for."""
        origin: Any = ours.origin
        made = origin.__new__(origin)
        for name, shown in stored(origin, shape):
            if shown is None:
                made.__dict__[name] = self._hidden(name, lacking=may_lack(origin, name))
            elif shown in self._asked:
                self._set(made, name, shape.fields[shown].type, depth)
        return made

    def _set(self, made: Any, name: str, shape: Any, depth: int) -> None:
        if self._oddness and self._tape.chance(self._oddness * 4):
            if self._tape.chance(2):
                origin: Any = type(made)
                made.__class__ = raising(origin, name)
            return
        made.__dict__[name] = self.value(shape, depth)

    def _hidden(self, name: str, *, lacking: bool) -> Any:
        if name == "parts":
            return self._parts()
        if self._around.eager and name == "known_refunded":
            return self._tape.pick((None, 3, "three", 2**40))
        return self._tape.pick(HIDDEN.get(name, KEYS if lacking else KEYS[:2]))

    def _parts(self) -> Parts:
        lines = None
        if self._around.eager and "lines" in self._asked and self._tape.chance(2):
            lines = self._there(GraphQLList(self._schema.type_map["OrderLine"]), 2)
        return Parts(lines=lines, has_refunds=self._tape.pick((None, False)))

    def _by_hand(self, shape: GraphQLObjectType, depth: int) -> Any:
        found = {name: self._member_of(name, field.type, depth) for name, field in shape.fields.items() if name in self._asked}
        found["kind"] = shape.name
        if self._oddness and self._tape.chance(8):
            found["kind"] = self._tape.pick(ODD_KINDS)
        if self._tape.chance(2):
            return SimpleNamespace(**found)
        return {**found, "__typename": found["kind"]} if self._tape.chance(2) else found

    def _member_of(self, name: str, shape: Any, depth: int) -> Any:
        value = self.value(shape, depth)
        return (lambda _info, **_arguments: value) if self._tape.chance(8) else value

    def _odd(self, shape: Any, depth: int) -> Any:
        """Return what the schema has no place for, or only by luck."""
        self._made += 1
        form = self._tape.number(20)
        if form < 3:
            return Undefined if form == 2 else None
        if form < 5:
            return Later(self._around, f"{self._name}/{self._made}", self._settled(shape, depth))
        if form < 8:
            return self._many(self._tape.pick(MANY), shape, depth)
        if form < 10:
            return self.failure()
        if form < 11:
            objects = [each for each in self._schema.type_map.values() if isinstance(each, GraphQLObjectType)]
            return self._object(self._tape.pick(objects), 1)
        return self._tape.pick(ODD)()

    def _settled(self, shape: Any, depth: int) -> Any:
        inner = shape.of_type if isinstance(shape, GraphQLNonNull) else shape
        return Failing(self.failure()) if self._tape.chance(3) else self._there(inner, depth)

    def _many(self, form: Callable[[list[Any]], Any], shape: Any, depth: int) -> Any:
        """Return several values in something that is no list, where a list is expected or not."""
        inner = shape.of_type if isinstance(shape, GraphQLNonNull) else shape
        inner = inner.of_type if isinstance(inner, GraphQLList) else inner
        items = [self.value(inner, depth - 1) for _ in range(2)]
        # What can be read once only would tell which of two resolvers came first, and how often.
        return form(items) if form in LASTING or not (self._around.lasting or "edges" in self._asked) else tuple(items)


@cache
def stored(origin: type, shape: GraphQLObjectType) -> tuple[tuple[str, str | None], ...]:
    """Return the names of what instances hold, each with its name in the API, or None where it is not shown."""
    shown = {field.python_name: field for field in shape.extensions["strawberry-definition"].fields}
    names = {field.name: _shown(shown.get(field.name)) for field in fields(origin)}
    return tuple((name, api) for name, api in names.items() if name not in shown or shown[name].is_basic_field)


@cache
def may_lack(origin: type, name: str) -> bool:
    """Say whether what an instance holds may be None."""
    return type(None) in get_args(get_type_hints(origin)[name])


def _shown(field: Any) -> str | None:
    return field and (field.graphql_name or camel(field.python_name))


@cache
def raising(origin: type, name: str) -> type:
    """Return a class whose instances are of the other one, but for an attribute that raises."""

    def fail(_: object) -> None:
        raise LookupError(f"{name} can't be read")

    return type(origin.__name__, (origin,), {name: property(fail)})


class Level(IntEnum):
    """Numbers that are more than numbers."""

    LOW = 1


class Word(str):
    """A text that is more than a text."""

    __slots__ = ()


class Told(Exception):  # noqa: N818 -- a class that stands where a value should
    """An error that is made of anything, and says nothing of it."""

    def __init__(self, *_: Any) -> None:
        super().__init__("told")


def _tearing(items: list[Any]) -> Iterator[Any]:
    yield from items
    raise OSError("the rows broke off")


async def _asynchronous(items: list[Any]) -> AsyncIterator[Any]:
    for each in items:
        yield each


FAILURES: tuple[Callable[[], Exception], ...] = (
    lambda: ValueError("no such thing"),
    lambda: GraphQLError("refused", extensions={"code": "REFUSED"}),
    lambda: InputError(Code.BAD_REQUEST, "change it"),
    lambda: StoreError("one", Category.QUOTA, "come back later", NOON),
    lambda: KeyError("key"),
    lambda: TypeError(""),
    lambda: StopIteration("over"),
    lambda: GraphQLError("elsewhere", path=["somewhere", 3]),
)
LASTING: tuple[Callable[[list[Any]], Any], ...] = (
    tuple,
    list,
    lambda items: dict(enumerate(items)),
    lambda items: dict(enumerate(items)).values(),
    lambda items: [items, items],
)
MANY: tuple[Callable[[list[Any]], Any], ...] = (*LASTING, iter, lambda items: (each for each in items), _tearing, _asynchronous)
ODD: tuple[Callable[[], Any], ...] = (
    lambda: "text",
    lambda: "\ud800",
    lambda: 2**31,
    lambda: -(2**31) - 1,
    lambda: 2**80,
    lambda: float("nan"),
    lambda: float("inf"),
    lambda: 1.0,
    lambda: 1.5,
    lambda: True,
    lambda: 0,
    lambda: "7",
    lambda: b"bytes",
    lambda: Decimal("NaN"),
    lambda: Decimal(3),
    lambda: NOON.replace(tzinfo=None),
    NOON.date,
    lambda: date(2026, 1, 1),
    lambda: Category.AUTH,
    lambda: OrderStatus.OPEN,
    lambda: "OPEN",
    lambda: Level.LOW,
    lambda: Word("word"),
    list,
    dict,
    lambda: {"amount": 1, "name": "x", "__typename": "Money"},
    lambda: {1, 2} - {2},
    lambda: range(2),
    object,
    lambda: Told,
    lambda: KeyboardInterrupt("a value, not raised"),
    lambda: Money(amount=Decimal(1), currency_code="EUR"),
    lambda: SimpleNamespace(amount=Decimal(2), currency_code="USD", name="n", id="i"),
    lambda: len,
)
ODD_KINDS: tuple[Any, ...] = (None, 7, "Nobody", "Named", "Stone", "Stone", "Mood", "Cat", "Dog", ["Cat"], ValueError("no kind"))
