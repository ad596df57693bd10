"""The table from a failure's category to what happens next, row by row."""

from datetime import timedelta
from typing import Any

import pytest

from adapters.kit.failures import PlatformError
from adapters.kit.writing import Repeat
from resolvers.writes.queue import Verdict
from resolvers.writes.retries import LOOKS, NEXT, SHORTEST_WAIT, failed, pause, waiting
from schema.commands import WriteOperation
from schema.errors import Category
from tests.support.fakes import DAY

SET, CANCEL = WriteOperation.INVENTORY_SET, WriteOperation.ORDER_CANCEL


def after(category: Category, operation: WriteOperation = SET, *, sent: bool = False, wait: float | None = None, **more: Any) -> Verdict:
    error = PlatformError(category, "No.", code="WORD", retry_after=wait, sent=sent)
    return failed("1", operation, error, **{"attempts": 1, "now": DAY, "repeat": Repeat.LOOK, **more})


def seconds(verdict: Verdict) -> float:
    assert verdict.next is not None
    return (verdict.next - DAY).total_seconds()


def test_every_category_has_a_row() -> None:
    assert set(Category) == set(NEXT)


@pytest.mark.parametrize("category", Category)
def test_every_verdict_tells_the_category_the_platform_s_word_and_a_sentence(category: Category) -> None:
    verdict = after(category)

    assert (category, "WORD", "No.") == (verdict.category, verdict.code, verdict.reason)


def test_what_may_succeed_soon_is_tried_again_later_each_time() -> None:
    waits = [seconds(after(Category.TRANSIENT, attempts=attempts)) for attempts in (1, 4, 8, 11)]

    assert waits == sorted(waits)
    assert waits[-1] <= 900 * 1.25
    assert {"RETRYING"} == {after(Category.TRANSIENT, attempts=attempts).state.name for attempts in range(1, 12)}


def test_after_the_last_attempt_a_person_decides() -> None:
    assert "NEEDS_INTERVENTION" == after(Category.TRANSIENT, attempts=12).state.name


def test_a_platform_that_says_when_is_not_asked_earlier() -> None:
    assert seconds(after(Category.TRANSIENT, wait=77)) >= 77


@pytest.mark.parametrize(("repeat", "state"), [(Repeat.LOOK, "RETRYING"), (Repeat.KEYED, "RETRYING"), (Repeat.NEVER, "NEEDS_INTERVENTION")])
def test_what_may_have_been_done_is_in_doubt_and_left_to_a_person_where_nothing_tells(repeat: Repeat, state: str) -> None:
    verdict = after(Category.TRANSIENT, sent=True, repeat=repeat)

    assert state == verdict.state.name
    assert verdict.uncertain or verdict.code == "UNCLEAR"


def test_what_was_not_sent_is_tried_again_even_where_nothing_would_tell() -> None:
    assert "RETRYING" == after(Category.TRANSIENT, repeat=Repeat.NEVER).state.name


@pytest.mark.parametrize(("wait", "expected"), [(None, 1), (0, SHORTEST_WAIT), (45, 45)])
def test_a_limit_is_waited_for_as_long_as_the_platform_says_and_costs_no_attempt(wait: float | None, expected: float) -> None:
    verdict = after(Category.QUOTA, wait=wait)

    assert (expected, False, "QUEUED") == (seconds(verdict), verdict.counted, verdict.state.name)


@pytest.mark.parametrize("category", [Category.QUOTA, Category.AUTH])
def test_what_waits_in_doubt_stays_in_doubt(category: Category) -> None:
    verdict = after(category, uncertain=True, attempts=2)

    assert ("RETRYING", True, False) == (verdict.state.name, verdict.uncertain, verdict.counted)


def test_refused_credentials_cost_no_attempt() -> None:
    assert ("QUEUED", False) == (after(Category.AUTH).state.name, after(Category.AUTH).counted)


def test_what_can_never_succeed_is_given_back_at_once() -> None:
    assert "REJECTED" == after(Category.VALIDATION).state.name


def test_a_conflict_is_looked_at_three_times_where_a_second_look_may_help() -> None:
    states = [after(Category.CONFLICT, attempts=attempts).state.name for attempts in (1, 2, 3)]

    assert ["RETRYING", "RETRYING", "REJECTED"] == states


@pytest.mark.parametrize("more", [{"operation": CANCEL}, {"guarded": True}])
def test_a_conflict_is_given_back_at_once_where_no_second_look_helps(more: dict[str, Any]) -> None:
    assert "REJECTED" == after(Category.CONFLICT, **more).state.name


@pytest.mark.parametrize("category", [Category.VALIDATION, Category.CONFLICT])
def test_what_was_refused_with_others_is_tried_alone_without_a_count(category: Category) -> None:
    verdict = after(category, alone=True)

    assert ("RETRYING", True, False) == (verdict.state.name, verdict.alone, verdict.counted)


def test_what_failed_for_now_with_others_is_not_torn_from_them() -> None:
    assert not after(Category.TRANSIENT, alone=True).alone


@pytest.mark.parametrize("attempts", [0, 1, 5, 1000])
def test_a_pause_is_within_its_row(attempts: int) -> None:
    row = NEXT[Category.TRANSIENT]

    assert row.first * 0.75 <= pause(row, attempts) <= row.longest * 1.25


def test_what_was_accepted_is_looked_for_later_each_time_and_at_last_left_to_a_person() -> None:
    first, later, last = (waiting("1", "job:7", looks=looks, now=DAY) for looks in (0, 19, LOOKS.limit))

    assert LOOKS.first == seconds(first)
    assert 900 * 0.75 <= seconds(later) <= 900 * 1.25
    assert ("WAITING_PLATFORM", "job:7", True) == (first.state.name, first.handle, first.looked)
    assert ("NEEDS_INTERVENTION", "NEVER_SHOWN", True) == (last.state.name, last.code, last.uncertain)


@pytest.mark.parametrize(("category", "counts"), [(Category.QUOTA, False), (Category.AUTH, False), (Category.TRANSIENT, True)])
def test_a_look_that_only_waited_is_not_counted(category: Category, counts: bool) -> None:
    verdict = waiting("1", "seen", looks=3, now=DAY, error=PlatformError(category, "No.", code="WORD"))

    assert (counts, category, "WORD") == (verdict.looked, verdict.category, verdict.code)


def test_a_platform_that_names_its_time_is_asked_then() -> None:
    assert DAY + timedelta(seconds=120) <= (waiting("1", "job:7", looks=1, now=DAY, seconds=120).next or DAY)
