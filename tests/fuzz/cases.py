"""Cases: an operation, and the worlds it is run in one after another by both executions."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from graphql import GraphQLSchema, OperationType
from graphql.execution import Executor
from hypothesis import strategies as some

from gateway.execution import Execution, Selections
from tests.fuzz.curiosities import curiosities
from tests.fuzz.oddities import oddities
from tests.fuzz.operations import Operation, operation
from tests.fuzz.outcomes import Outcome, differences, outcome
from tests.fuzz.roots import Mood, ours
from tests.fuzz.tape import Tape

SIZE = 200  # bytes of a tape: more than what most operations and most places of an answer read
WORLDS = 4  # in which an operation is run

TAPES = some.tuples(some.binary(min_size=SIZE, max_size=SIZE), some.binary(min_size=SIZE, max_size=SIZE))
SCHEMAS = {"ours": ours, "curiosities": curiosities, "oddities": oddities}
MOODS = ("waiting", "at hand", "written before")


@dataclass(frozen=True, slots=True)
class Case:
    """What is asked of a schema; `written` is the tape that its values are read from."""

    schema: GraphQLSchema
    asked: Operation
    written: bytes
    mood: str

    def worlds(self) -> Iterator[tuple[dict[str, Any], Tape, Mood, Mood]]:
        """Yield variables, a tape, and the moods of two worlds that are alike; the second keeps what the first makes anew."""
        lasting: dict[str, Any] = {}
        for turn in range(WORLDS):
            variables = self.asked.variables[turn % 2]
            if self.mood == "written before":
                moment = (0, 1, 1, 0)[turn]
                yield variables, Tape(self.written), Mood(eager=True, kept={}, moment=moment), Mood(eager=True, kept=lasting, moment=moment)
            else:
                half = SIZE // 2 * (turn // 2)
                mood = Mood(eager=self.mood != "waiting")
                yield variables, Tape(self.written[half:] + self.written[:half]), mood, mood


def case(schema: str, mood: str, tapes: tuple[bytes, bytes]) -> Case:
    """Return the case that two tapes tell of."""
    made, tape = schema_named(schema), Tape(tapes[0])
    kind = OperationType.MUTATION if tape.chance(5) else OperationType.QUERY
    return Case(made, operation(made, tape, kind), tapes[1], mood)


@cache
def schema_named(name: str) -> GraphQLSchema:
    """Return one of the schemas."""
    return SCHEMAS[name]()


async def answers(found: Case, executor: type[Executor[Any]] = Execution) -> list[tuple[Outcome, Outcome]]:
    """Return what graphql-core and another execution answer in each world of a case."""
    asked, schema = found.asked, found.schema
    more = {}
    if issubclass(executor, Execution):
        more["selections"] = Selections.of(asked.document, rendering=found.mood == "written before")
    return [
        (
            await outcome(schema, asked, variables, tape, anew),
            await outcome(schema, asked, variables, tape, lasting, executor, **more),
        )
        for variables, tape, anew, lasting in found.worlds()
    ]


async def smallest(schema: str, mood: str, tapes: tuple[bytes, bytes]) -> tuple[bytes, bytes]:
    """Return tapes with as many zeros as there can be, so that the answers still differ: the plainest case of the same fault."""
    length = SIZE
    while length:
        for place in range(0, 2 * SIZE, length):
            whole = b"".join(tapes)
            blank = whole[:place] + bytes(length) + whole[place + length :]
            tried = blank[:SIZE], blank[SIZE : 2 * SIZE]
            found = case(schema, mood, tried)
            if tried != tapes and found.asked.valid and await compare(found):
                tapes = tried
        length //= 2
    return tapes


async def compare(found: Case, executor: type[Executor[Any]] = Execution) -> list[str]:
    """Say how another execution's answers differ from graphql-core's."""
    strictly = found.mood == "waiting"
    return [line for expected, told in await answers(found, executor) for line in differences(expected, told, strictly=strictly)]
