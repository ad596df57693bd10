"""What came of an operation, in a form in which two executions can be compared to the letter."""

import asyncio
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from inspect import isawaitable
from typing import Any

from graphql import ExecutionResult, GraphQLError, GraphQLSchema, execute
from graphql.execution import Executor

from gateway.answers import encode
from tests.fuzz.operations import Operation
from tests.fuzz.roots import Mood, Root, World
from tests.fuzz.tape import Tape

ADDRESS = re.compile(r" at 0x[0-9a-f]+")


@dataclass(frozen=True, slots=True)
class Outcome:
    """An answer: `data` is JSON, `errors` stand as they were told; `calls` are what resolvers and links were asked in the meantime."""

    data: str
    errors: tuple[Any, ...]
    calls: tuple[Any, ...] = field(repr=False)
    awaited: bool


async def outcome(
    schema: GraphQLSchema,
    asked: Operation,
    variables: dict[str, Any],
    tape: Tape,
    mood: Mood,
    executor: type[Executor[Any]] | None = None,
    **more: Any,
) -> Outcome:
    """Execute an operation in a world of its own."""
    world = World(schema, tape, asked.asked, mood)
    assert schema.query_type is not None
    root = Root(world, schema.query_type.fields)
    result: Any = execute(schema, asked.document, root, world, dict(variables), asked.name, executor_class=executor, **more)
    awaited = isawaitable(result)
    if awaited:
        running = asyncio.ensure_future(result)
        await world.conduct(running)
        result = running.result()
    # What is still under way may add errors to a result that was given out long ago.
    told = _told(result, world, awaited=awaited)
    await world.close()
    return told


def _told(result: ExecutionResult, world: World, *, awaited: bool) -> Outcome:
    errors = tuple(_error(each) for each in result.errors or ())
    return Outcome(ADDRESS.sub("", _text(result.data, rendered=world.lasting)), errors, tuple(world.calls), awaited)


def _text(data: Any, *, rendered: bool) -> str:
    """Return the data as JSON, written as it leaves the gateway where parts of it may be written already."""
    if not rendered:
        return json.dumps(data, default=_named)
    try:
        return json.dumps(json.loads(encode(data)))
    except (AttributeError, TypeError) as error:  # a free field holds what is no JSON
        return f'"{type(error).__name__}"'


def _named(value: Any) -> str:
    return f"<{type(value).__name__}>"


def _error(error: GraphQLError) -> tuple[Any, ...]:
    places = tuple((place.line, place.column) for place in error.locations or ())
    path = tuple(error.path) if error.path is not None else None
    return ADDRESS.sub("", error.message), path, places, type(error.original_error).__name__, repr(error.extensions)


def in_any_order(told: Outcome) -> list[Any]:
    """Return the errors as they are, whatever overtakes what: one that reaches beyond its own place may be another."""
    data = json.loads(told.data)
    places = {_nulled(data, error[1]): error for error in told.errors}
    return sorted((repr(place), error if place == error[1] else None) for place, error in places.items())


def in_turns(told: Outcome) -> list[Any]:
    """Return the calls by the turns they fell into: resolvers in their order, links as one batch, whoever came first."""
    turns: list[tuple[Any, list[Any], list[Any]]] = [(None, [], [])]
    for call in told.calls:
        if call[0] == "turn":
            turns.append((call, [], []))
        else:
            turns[-1][2 if call[0] == "link" else 1].append(call)
    return [(turn, calls, sorted(links)) for turn, calls, links in turns]


def _nulled(data: Any, path: tuple[Any, ...] | None) -> tuple[Any, ...]:
    """Return the place that an error made null: where its path ends in the data."""
    found: list[Any] = []
    for step in path or ():
        if not isinstance(data, dict | list):
            break
        found.append(step)
        try:
            data = data[step]
        except (LookupError, TypeError):  # an error with a path of its own says nothing of its place
            return ("nowhere",)
    return tuple(found)


def differences(expected: Outcome, found: Outcome, *, strictly: bool) -> list[str]:
    """Say in which way two answers differ; an answer may be there at once where graphql-core would have waited."""
    told: list[str] = []

    def compare(name: str, read: Callable[[Outcome], Any]) -> None:
        if read(expected) != read(found):
            told.append(f"{name}:\n  graphql-core {read(expected)}\n  found        {read(found)}")

    compare("data", lambda each: each.data)
    if strictly:
        compare("errors", lambda each: each.errors)
        compare("calls", in_turns)
    else:
        compare("errors", in_any_order)
    if found.awaited and not expected.awaited:
        told.append("the answer has to be awaited")
    return told
