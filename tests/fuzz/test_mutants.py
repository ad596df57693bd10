"""The comparison notices whatever is wrong: executions broken in small ways are told from the right one."""

import asyncio
import random
from collections.abc import Callable
from typing import Any

import pytest
from graphql.execution import Executor

from gateway import selections
from gateway.execution import Execution
from tests.fuzz.cases import MOODS, SCHEMAS, SIZE, case, compare
from tests.fuzz.mutants import MUTANTS

MOST_CASES = 1500

pytestmark = [
    pytest.mark.filterwarnings("ignore:coroutine .* was never awaited:RuntimeWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


def is_noticed(executor: type[Executor[Any]], *, seed: int = 3) -> bool:
    """Say whether an execution is told from graphql-core's in some hundred cases."""
    chance = random.Random(seed)
    with asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner:
        for number in range(MOST_CASES):
            mood = MOODS[number % len(MOODS)]
            schema = "ours" if mood == "written before" else list(SCHEMAS)[number // len(MOODS) % len(SCHEMAS)]
            found = case(schema, mood, (chance.randbytes(SIZE), chance.randbytes(SIZE)))
            if found.asked.valid and runner.run(compare(found, executor)):
                return True
    return False


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.__name__)
def test_a_wrong_execution_is_noticed(mutant: type[Executor[Any]]) -> None:
    assert is_noticed(mutant)


def test_a_text_that_outlives_what_it_was_made_of_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    right: Callable[..., list[str]] = selections._Writer._rendered

    def forgetful(writer: Any, *given: Any) -> list[str]:
        return ["    if k is not None: return k[1]" if "return k[1]" in line else line for line in right(writer, *given)]

    monkeypatch.setattr(selections._Writer, "_rendered", forgetful)

    assert is_noticed(Execution)


@pytest.mark.parametrize("name", ["Int", "Float", "String", "Boolean", "OrderStatus", "DateTime"])
def test_a_leaf_that_nobody_looks_at_is_noticed(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    right: Callable[..., str] = selections._Writer._leaf

    def careless(writer: Any, leaf: Any, given: str, lines: list[str], *, nullable: bool) -> str:
        return given if leaf.name == name else right(writer, leaf, given, lines, nullable=nullable)

    monkeypatch.setattr(selections._Writer, "_leaf", careless)

    assert is_noticed(Execution)
