"""A store that does not answer is left alone for a while, and found again when it is back."""

import pytest

from adapters.kit.breaker import FAILURES, FIRST_REST, LONGEST_REST, Breaker
from adapters.kit.failures import PlatformError
from schema.errors import Category
from tests.support.clock import SleepyClock


def rest(breaker: Breaker) -> float:
    """Return how long a breaker keeps calls away, 0 when it does not."""
    try:
        breaker.check()
    except PlatformError as error:
        return error.retry_after if error.category is Category.TRANSIENT and error.retry_after else -1.0
    return 0.0


def test_a_few_failures_change_nothing() -> None:
    breaker = Breaker(SleepyClock())
    for _ in range(FAILURES - 1):
        breaker.failed()

    assert 0.0 == rest(breaker)


async def test_a_store_that_keeps_failing_rests_and_may_be_tried_afterwards() -> None:
    clock = SleepyClock()
    breaker = Breaker(clock)
    for _ in range(FAILURES):
        breaker.failed()

    assert pytest.approx(FIRST_REST) == rest(breaker)
    await clock.sleep(FIRST_REST + 0.1)
    assert 0.0 == rest(breaker)


async def test_the_rest_doubles_up_to_a_limit() -> None:
    clock = SleepyClock()
    breaker = Breaker(clock)
    rests = []
    for _ in range(FAILURES + 8):
        breaker.failed()
        rests.append(rest(breaker))
        await clock.sleep(rests[-1])

    assert [pytest.approx(each) for each in (5, 10, 20, 40, 60, 60)] == rests[FAILURES - 1 :][:6]
    assert pytest.approx(LONGEST_REST) == max(rests)


def test_one_answer_ends_the_rest() -> None:
    breaker = Breaker(SleepyClock())
    for _ in range(FAILURES):
        breaker.failed()
    breaker.reset()

    assert 0.0 == rest(breaker)
