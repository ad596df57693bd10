"""The worlds operations are run in: a root whose fields give made values, now, later or not at all, and links that lead to more of them.

The types below the root are the project's own, with their own resolvers; only what would ask a store is answered from a tape. What a place
holds depends on its path or key alone, so it is the same for every execution, whatever that asks first.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from graphql import (
    GraphQLArgument,
    GraphQLField,
    GraphQLInt,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLResolveInfo,
    GraphQLSchema,
    GraphQLString,
    Undefined,
    is_input_type,
    is_output_type,
    print_ast,
)

from resolvers.api import make_schema
from schema.keys import Key, Kind
from tests.fuzz.tape import Tape
from tests.fuzz.values import NOON, Failing, Later, Values

MOST_TURNS = 2000

Info = GraphQLResolveInfo[Any]

# What the root of our schema gives, in the schema's own notation.
OURS = (
    "Order", "Order!", "[Order!]!", "[Order]", "[[OrderLine!]]!", "[[[Money]]]", "OrderConnection!", "CustomerConnection", "Customer",
    "Product", "[Product!]", "[ProductVariant]!", "InventoryLevel!", "Location", "[Shipment!]!", "Refund", "Node", "[Node]!", "[Node!]",
    "[Entity!]!", "OrderExtras", "[OrderExtras!]!", "[ProductExtras]", "[[VariantExtras!]]", "CustomerExtras!", "Receipt", "[Receipt!]",
    "WritePayload!", "[Platform!]!", "[Hold!]!", "Store", "Money", "[Money!]!", "OrderTotals!", "[Address]", "Contact", "Sync!",
    "OrderStatus", "[OrderStatus!]", "[[DateTime]]!", "[Decimal!]", "JSON", "Int!", "[Boolean]", "ID", "String",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mood:
    """How a world behaves.

    eager: nothing waits, and what links lead to is often at hand. kept: what was made before is there again, the very same, and one entity
    stands in many places. moment: another one has another time and other stores, and links may lead elsewhere.
    """

    eager: bool = False
    kept: dict[str, Any] | None = None
    moment: int = 0


class World:
    """The context of one execution: makes values, counts what was asked, and lets one thing that waits go on after another."""

    def __init__(self, schema: GraphQLSchema, tape: Tape, asked: frozenset[str], mood: Mood) -> None:
        self.eager = mood.eager
        self.lasting = mood.kept is not None
        self.calls: list[Any] = []
        self.finished = False
        self._mood = mood
        self._schema = schema
        self._tape = tape
        self._asked = asked
        self._oddness = tape.apart("oddness").pick((60, 20, 0, 120))
        self._order = str(tape.apart("order").number(64))
        self.after = self.until = self.above = self.upto = self.started
        self.oldest = self.started - timedelta(seconds=self.max_age)
        self._waiting: list[tuple[str, asyncio.Future[None]]] = []

    def type(self, text: str) -> Any:
        """Return the type that a notation means, e.g. [Order!]."""
        return shape(self._schema, text)

    def made(self, name: str, shape: Any) -> Any:
        """Return the value of a place."""
        return self._kept(name, lambda: self._values(name).value(shape))

    def shared(self, name: str, make: Callable[[Values], Any]) -> Any:
        """Return what stands in several places, by its name."""
        return self._kept(name, lambda: make(self._values(name)))

    def answer(self, info: Info, arguments: Mapping[str, Any]) -> Any:
        """Return what a resolver answers at its place, or raise."""
        name = self.note(info, arguments)
        if self._fails(name):
            raise self._values(f"{name}!").failure()
        return self.made(name, info.return_type)

    def note(self, info: Info, arguments: Mapping[str, Any]) -> str:
        """Remember what a resolver was asked, and what it saw; return the name of the place."""
        name = ".".join(map(str, info.path.as_list()))
        nodes = [print_ast(node) for node in info.field_nodes]
        self.calls.append((name, info.field_name, str(info.parent_type), str(info.return_type), nodes, repr(arguments)))
        return name

    async def turn(self, name: str) -> None:
        """Return when the named one may go on: at once if everybody is eager."""
        if self.eager or self.finished:
            return
        waiting = asyncio.get_running_loop().create_future()
        self._waiting.append((name, waiting))
        await waiting

    async def conduct(self, running: asyncio.Future[Any]) -> None:
        """Let those that wait go on one by one, each when nothing else moves any more; the order is nobody's to change."""
        for _ in range(MOST_TURNS):
            await quiet()
            if running.done():
                return
            self._next()
        raise TimeoutError("there is no end to what waits")

    async def close(self) -> None:
        """Let all go on that still waits when the answer is there."""
        self.finished = True
        for _, future in self._waiting:
            if not future.done():
                future.set_result(None)
        await quiet()

    def _next(self) -> None:
        self._waiting = [(name, future) for name, future in self._waiting if not future.done()]
        assert self._waiting, "the execution waits for nothing that is known"
        name, future = min(self._waiting, key=lambda each: (Tape(each[0].encode()).apart(self._order).number(256), each[0]))
        self.calls.append(("turn", name))
        future.set_result(None)

    def _kept(self, name: str, make: Callable[[], Any]) -> Any:
        kept = self._mood.kept
        if kept is None:
            return make()
        if name not in kept:
            kept[name] = make()
        return kept[name]

    def _values(self, name: str) -> Values:
        return Values(self._schema, self, self._tape.apart(name), name, self._asked, self._oddness)

    def _fails(self, name: str) -> bool:
        return bool(self._oddness) and self._tape.apart(f"{name}?").chance(12)

    # What follows is `schema.context.Links`.

    @property
    def started(self) -> datetime:
        """When the request began."""
        return NOON + timedelta(hours=self._mood.moment)

    @property
    def max_age(self) -> int:
        """How old an entity may be."""
        return 60

    @property
    def stamp(self) -> int:
        """Return what is the same while links lead to the same, which is as long as the moment."""
        return self._mood.moment

    def store(self, name: str) -> Any:
        """Return a store; may be asked more than once for one place."""
        place = f"store:{name}:{self._mood.moment}"
        if self._fails(place):
            raise KeyError(name)
        return self.made(place, self.type("Store"))

    async def one(self, key: Key) -> Any:
        """Return an entity, None or something odd."""
        return await self.linked(self._now(f"one:{key}"), self.type(KINDS[key.kind]))

    async def children(self, part: str, parent: Key) -> Any:
        """Return the parts of an entity."""
        return await self.linked(self._now(f"{part}:{parent}"), self.type(f"[{PARTS[part]}!]"))

    async def connection(self, kind: Kind, arguments: Mapping[str, Any]) -> Any:
        """Return a page."""
        return await self.linked(self._now(f"page:{kind}:{arguments}"), self.type(f"{KINDS[kind]}Connection"))

    def one_at_hand(self, key: Key) -> Any:
        """Return what `one` would, or `Undefined`."""
        return self._at_hand(self._now(f"one:{key}"), self.type(KINDS[key.kind]))

    def children_at_hand(self, part: str, parent: Key) -> Any:
        """Return what `children` would, or `Undefined`."""
        return self._at_hand(self._now(f"{part}:{parent}"), self.type(f"[{PARTS[part]}!]"))

    async def linked(self, name: str, shape: Any) -> Any:
        """Return what is at the end of a link, when its turn has come."""
        if not self.eager:
            self.calls.append(("link", name))
        await self.turn(name)
        if self._fails(name):
            raise self._values(f"{name}!").failure()
        return self.made(name, shape)

    def _at_hand(self, name: str, shape: Any) -> Any:
        there = self.eager and not self._fails(name) and self._tape.apart(f"{name} at hand").number(3)
        return self.made(name, shape) if there else Undefined

    def _now(self, name: str) -> str:
        """Return the name of a link's end, which may be another one in another moment."""
        return f"{name}:{self._mood.moment}" if self._tape.apart(f"{name} moves").number(3) == 2 else name


KINDS = {kind: kind.value for kind in Kind}
PARTS = {
    "lines": "OrderLine",
    "shipments": "Shipment",
    "refunds": "Refund",
    "variants": "ProductVariant",
    "inventory_levels": "InventoryLevel",
}


class Root(Mapping[str, Any]):
    """The root value: a dictionary of everything, made when it is asked for."""

    def __init__(self, world: World, fields: Mapping[str, GraphQLField]) -> None:
        self._world = world
        self._fields = fields

    def __getitem__(self, name: str) -> Any:
        return self._world.made(f"root.{name}", self._fields[name].type)

    def __iter__(self) -> Iterator[str]:
        return iter(self._fields)

    def __len__(self) -> int:
        return len(self._fields)


async def quiet() -> None:
    """Return when nothing else in the loop is ready to run."""
    loop: Any = asyncio.get_running_loop()
    while True:
        await asyncio.sleep(0)
        if not loop._ready:
            return


def now(_: Any, info: Info, **arguments: Any) -> Any:
    """Resolve a field at once."""
    return info.context.answer(info, arguments)


async def later(_: Any, info: Info, **arguments: Any) -> Any:
    """Resolve a field by a coroutine."""
    await info.context.turn(".".join(map(str, info.path.as_list())))
    return info.context.answer(info, arguments)


def soon(_: Any, info: Info, **arguments: Any) -> Awaitable[Any]:
    """Resolve a field by something to await that is no coroutine."""
    world: World = info.context
    name = world.note(info, arguments)
    try:
        value = world.answer(info, arguments)
    except Exception as error:  # noqa: BLE001 -- it is raised when it is awaited
        value = Failing(error)
    return Later(world, name, value)


def counted(_: Any, info: Info, **arguments: Any) -> int:
    """Resolve a field to the number of things done before it."""
    world: World = info.context
    world.note(info, arguments)
    return len(world.calls)


RESOLVERS = {"": now, "Later": later, "Soon": soon, "Plain": None}


def rooted(name: str, shapes: Mapping[str, GraphQLOutputType], arguments: dict[str, GraphQLArgument]) -> GraphQLObjectType:
    """Return a root type: each shape is there four times, from a function, a coroutine, something to await, and the root value."""
    fields = {
        f"{field}{suffix}": GraphQLField(shape, args=arguments if resolve else None, resolve=resolve)
        for field, shape in shapes.items()
        for suffix, resolve in RESOLVERS.items()
    }
    fields["step"] = GraphQLField(GraphQLNonNull(GraphQLInt), resolve=counted)
    return GraphQLObjectType(name, fields)


def ours() -> GraphQLSchema:
    """Return a schema with the types of ours below roots that need no store."""
    real = make_schema()._schema
    arguments: dict[str, GraphQLArgument] = {
        "id": GraphQLArgument(GraphQLString, out_name="the_id"),
        "first": GraphQLArgument(GraphQLNonNull(GraphQLInt), default_value=5),
    }
    for name in ("OrderSort", "OrderFilter", "GuardInput"):
        found = real.type_map[name]
        assert is_input_type(found)
        arguments[name[0].lower() + name[1:]] = GraphQLArgument(found)
    shapes = {f"f{number}": shape(real, text) for number, text in enumerate(OURS)}
    kept = [each for name, each in real.type_map.items() if name not in {"Query", "Mutation", "Subscription"}]
    return GraphQLSchema(
        query=rooted("Query", shapes, arguments),
        mutation=rooted("Mutation", {name: shapes[name] for name in ("f0", "f2", "f10", "f27", "f31", "f42")}, arguments),
        types=kept,
        directives=real.directives,
    )


def shape(schema: GraphQLSchema, text: str) -> GraphQLOutputType:
    """Return the type that a notation means, e.g. [Order!]."""
    if text.endswith("!"):
        inner: Any = shape(schema, text[:-1])
        return GraphQLNonNull(inner)
    if text.startswith("["):
        return GraphQLList(shape(schema, text[1:-1]))
    found = schema.type_map[text]
    assert is_output_type(found)
    return found
