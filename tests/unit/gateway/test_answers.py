"""Who asks the same at the same time is answered by one execution, and never by one that is not his or too old."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import orjson
import pytest
import strawberry

from gateway.answers import Answer, Answers, Asked
from gateway.documents import BYTES_A_CHARACTER, MOST_BYTES, MOST_DOCUMENTS, Documents, InvalidError
from gateway.errors import RefusedError
from resolvers.principal import Principal, Role
from tests.support.fakes import until

ANN = Principal("ann", frozenset({"acme"}), frozenset(Role))
BOB = Principal("bob", frozenset({"birch"}), frozenset(Role))


@dataclass
class Run:
    """One execution: who it is for, and whether it was cancelled."""

    principal: Principal
    began: asyncio.Event = field(default_factory=asyncio.Event)
    go: asyncio.Event = field(default_factory=asyncio.Event)
    cancelled: bool = False


@strawberry.type
class Query:
    """One field that waits to be let go."""

    @strawberry.field
    async def slow(self, info: strawberry.Info[Run, None], max_age: int | None = None, number: int = 0) -> str:
        info.context.began.set()
        try:
            await info.context.go.wait()
        except asyncio.CancelledError:
            info.context.cancelled = True
            raise
        return f"{info.context.principal.name} {number}"


@strawberry.type
class Mutation:
    """The same, to be done once for each who asks."""

    @strawberry.mutation
    async def change(self, info: strawberry.Info[Run, None]) -> str:
        await info.context.go.wait()
        return info.context.principal.name


SCHEMA = strawberry.Schema(Query, Mutation)


@dataclass
class Desk:
    """Answers, and the executions they began."""

    runs: list[Run] = field(default_factory=list)
    version: int = 0
    answers: Answers = field(init=False)
    asking: list[asyncio.Task[Answer]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.answers = Answers(SCHEMA, self.begin, lambda: self.version)

    def begin(self, principal: Principal) -> Run:
        self.runs.append(Run(principal))
        return self.runs[-1]

    def ask(self, query: str, principal: Principal = ANN, **variables: Any) -> asyncio.Task[Answer]:
        self.asking.append(asyncio.create_task(self.answers.answer(principal, Asked(query, variables or None), "1")))
        return self.asking[-1]

    async def begun(self, count: int = 1) -> None:
        """Wait until so many executions are under way."""
        await until(lambda: len(self.runs) >= count)
        async with asyncio.timeout(5):
            for run in self.runs[:count]:
                await run.began.wait()

    async def bodies(self) -> list[Any]:
        """Let everything go and return what was answered."""
        for run in self.runs:
            run.go.set()
        return [orjson.loads((await task).body)["data"] for task in self.asking]


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    made = Desk()
    yield made
    for task in made.asking:
        task.cancel()
    await asyncio.gather(*made.asking, return_exceptions=True)


async def test_who_asks_the_same_at_once_shares_an_execution(desk: Desk) -> None:
    desk.ask("query($n: Int!) { slow(number: $n) }", n=1)
    desk.ask("query($n: Int!) { slow(number: $n) }", n=1)
    desk.ask("query($n: Int!) { slow(number: $n) }", n=2)
    await desk.begun(2)

    assert [{"slow": "ann 1"}, {"slow": "ann 1"}, {"slow": "ann 2"}] == await desk.bodies()
    assert 2 == len(desk.runs)


async def test_who_comes_later_shares_what_is_under_way(desk: Desk) -> None:
    desk.ask("{ slow }")
    await desk.begun()
    desk.ask("{ slow }")
    await asyncio.sleep(0)

    assert [{"slow": "ann 0"}] * 2 == await desk.bodies()
    assert 1 == len(desk.runs)


async def test_who_wants_a_freshness_of_his_own_does_not_share_what_has_begun(desk: Desk) -> None:
    desk.ask("{ slow(maxAge: 0) }")
    desk.ask("{ slow(maxAge: 0) }")
    await desk.begun()
    desk.ask("{ slow(maxAge: 0) }")
    await desk.begun(2)

    assert [{"slow": "ann 0"}] * 3 == await desk.bodies()
    assert 2 == len(desk.runs)


async def test_what_began_before_a_write_is_not_shared_after_it(desk: Desk) -> None:
    desk.ask("{ slow }")
    await desk.begun()
    desk.version += 1
    desk.ask("{ slow }")
    await desk.begun(2)

    assert [{"slow": "ann 0"}] * 2 == await desk.bodies()


async def test_nobody_shares_what_is_another_s(desk: Desk) -> None:
    desk.ask("{ slow }")
    desk.ask("{ slow }", BOB)
    await desk.begun(2)

    assert [{"slow": "ann 0"}, {"slow": "bob 0"}] == await desk.bodies()


async def test_a_change_is_made_for_each_who_asks(desk: Desk) -> None:
    for _ in range(2):
        desk.ask("mutation { change }")
    await until(lambda: len(desk.runs) == 2)

    assert [{"change": "ann"}] * 2 == await desk.bodies()


async def test_an_execution_ends_with_the_last_who_waits(desk: Desk) -> None:
    first, second = desk.ask("{ slow }"), desk.ask("{ slow }")
    await desk.begun()
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)
    after_one = desk.runs[0].cancelled
    second.cancel()
    await asyncio.gather(second, return_exceptions=True)

    assert (False, True) == (after_one, desk.runs[0].cancelled)
    assert {} == desk.answers._flights


async def test_who_comes_after_an_execution_was_given_up_gets_another(desk: Desk) -> None:
    given_up = desk.ask("{ slow }")
    await desk.begun()
    given_up.cancel()
    await asyncio.gather(given_up, return_exceptions=True)
    desk.asking.clear()
    desk.ask("{ slow }")
    await desk.begun(2)

    assert [{"slow": "ann 0"}] == await desk.bodies()


def test_a_document_is_read_once() -> None:
    documents = Documents(SCHEMA._schema)

    assert documents.read("{ slow }") is documents.read("{ slow }")


def test_the_documents_that_are_kept_are_bounded_in_number_and_size() -> None:
    documents = Documents(SCHEMA._schema)
    for number in range(MOST_DOCUMENTS + 5):
        documents.read(f"{{ slow(number: {number}) }}")
    many = len(documents._kept)
    for number in range(80):
        documents.read(f"query {'q' * (MOST_BYTES // BYTES_A_CHARACTER // 40)}{number} {{ slow }}")

    assert many == MOST_DOCUMENTS
    assert len(documents._kept) < 60
    assert documents._kept.currsize <= MOST_BYTES


@pytest.mark.parametrize(("query", "error"), [("{ nobody }", InvalidError), ("fragment a on Query { slow }", RefusedError)])
def test_what_is_wrong_is_not_kept(query: str, error: type[Exception]) -> None:
    documents = Documents(SCHEMA._schema)
    with pytest.raises(error):
        documents.read(query)

    assert 0 == len(documents._kept)
