"""Compiled execution answers as graphql-core does: the same data in the same order, the same errors at the same places.

`FUZZ_CASES` makes it longer, and other cases each time. A failure prints the smallest operation that shows it, and the
tapes that repeat it.
"""

import asyncio
import os
from collections import Counter
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, Phase, assume, given, note, settings

from tests.fuzz.cases import MOODS, SCHEMAS, TAPES, WORLDS, answers, case, compare, smallest

CASES = int(os.environ.get("FUZZ_CASES", "5600"))
# Where an order is the same by construction, there is no need to write anything.
KINDS = [(schema, mood) for schema in SCHEMAS for mood in MOODS if mood != "written before" or schema == "ours"]

# graphql-core forgets coroutines when something it does at once fails beside them.
pytestmark = [
    pytest.mark.filterwarnings("ignore:coroutine .* was never awaited:RuntimeWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

EQUAL = settings(
    max_examples=max(1, CASES // len(KINDS) // WORLDS),
    deadline=None,
    derandomize="FUZZ_CASES" not in os.environ,
    database=None,
    phases=[Phase.generate],  # cases are made smaller here, in seconds
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def runner() -> Iterator[asyncio.Runner]:
    """Return a loop of its own: a world has to know when nothing else moves in it."""
    with asyncio.Runner(loop_factory=asyncio.new_event_loop) as made:
        yield made


@pytest.mark.parametrize(("schema", "mood"), KINDS)
@EQUAL
@given(tapes=TAPES)
def test_an_answer_is_what_graphql_core_would_answer(runner: asyncio.Runner, schema: str, mood: str, tapes: tuple[bytes, bytes]) -> None:
    found = case(schema, mood, tapes)
    assume(found.asked.valid)
    differs = runner.run(compare(found))
    if differs:
        least = case(schema, mood, runner.run(smallest(schema, mood, tapes)))
        differs = runner.run(compare(least))
        note("\n".join([least.asked.text, *map(str, least.asked.variables), *differs]))

    assert [] == differs


@pytest.mark.parametrize("schema", SCHEMAS)
def test_the_cases_are_worth_running(runner: asyncio.Runner, schema: str) -> None:
    """Nearly all operations are valid, and enough of them give rows, nulls, errors, or have to be awaited."""
    seen: Counter[str] = Counter()

    @settings(EQUAL, max_examples=200, derandomize=True)
    @given(tapes=TAPES)
    def look(tapes: tuple[bytes, bytes]) -> None:
        found = case(schema, "waiting", tapes)
        seen["operations"] += 1
        seen["valid"] += found.asked.valid
        seen["fragments"] += "...F" in found.asked.text
        seen["conditions"] += "@skip" in found.asked.text or "@include" in found.asked.text
        seen["merged"] += len(set(found.asked.text.split())) < len(found.asked.text.split())
        if found.asked.valid:
            told = [expected for expected, _ in runner.run(answers(found))]
            seen["cases"] += len(told)
            seen["rows"] += sum("[{" in each.data for each in told)
            seen["clean"] += sum(not each.errors for each in told)
            seen["partial"] += sum(bool(each.errors) and each.data != "null" for each in told)
            seen["awaited"] += sum(each.awaited for each in told)

    look()

    assert seen["valid"] >= 0.97 * seen["operations"]
    assert [] == [name for name in ("fragments", "conditions", "merged") if seen[name] < 0.25 * seen["operations"]], seen
    assert [] == [name for name in ("rows", "clean", "partial", "awaited") if seen[name] < 0.1 * seen["cases"]], seen
