"""A platform's new word costs nobody a row, and is told to who keeps the tables."""

import logging
from types import SimpleNamespace
from typing import Any

import pytest

from adapters.kit.stores import StoreConfig
from resolvers.surprises import MOST_WORDS, Surprises
from schema.orders import OrderStatus, PaymentStatus

STORE = StoreConfig("north", "acme", "any", "https://north.example.com", {})


def order(word: str, status: OrderStatus = OrderStatus.OTHER) -> Any:
    return SimpleNamespace(status=status, platform_status=word, payment_status=PaymentStatus.PAID, platform_payment_status="PAID")


def test_words_are_counted_by_store_and_field() -> None:
    surprises = Surprises()
    surprises.note(STORE, [order("picked"), order("picked"), order("packed"), order("open", OrderStatus.OPEN), None])

    assert {("north", "status", "picked"): 2, ("north", "status", "packed"): 1} == dict(surprises.counts)


def test_a_word_is_logged_when_it_is_new_and_when_it_is_common(caplog: pytest.LogCaptureFixture) -> None:
    surprises = Surprises()
    with caplog.at_level(logging.WARNING, "cartograph.platform"):
        for _ in range(25):
            surprises.note(STORE, [order("picked")])

    assert [("picked", 1), ("picked", 10)] == [(vars(record)["platform_code"], vars(record)["rows"]) for record in caplog.records]


def test_a_platform_that_makes_words_up_does_not_fill_the_memory() -> None:
    surprises = Surprises()
    surprises.note(STORE, [order(str(each)) for each in range(3 * MOST_WORDS)])

    assert len(surprises.counts) <= MOST_WORDS + 1
