"""What several rows, requests or tenants may hold at the same time can't be changed by any of them."""

import dataclasses
from collections import Counter
from collections.abc import Iterator
from dataclasses import FrozenInstanceError
from decimal import Decimal, InvalidOperation
from enum import Enum
from typing import Any

import pytest

from adapters.kit.port import Page
from resolvers.codec import PAGES, TYPES
from schema import money
from schema.canonical import maker
from schema.keys import Kind
from schema.money import AMOUNTS, LONGEST_KEPT, MOST_KEPT, Money
from schema.orders import Tax
from tests.support.fakes import DAY, entity


def changeable(value: Any) -> Iterator[Any]:
    """Yield all in a row that could be changed, the row itself first."""
    if isinstance(value, Money | Enum) or not (isinstance(value, list | dict) or dataclasses.is_dataclass(value)):
        return
    yield value
    within = value if isinstance(value, list) else value.values() if isinstance(value, dict) else vars(value).values()
    for each in within:
        yield from changeable(each)


@pytest.mark.parametrize("name", ["amount", "currency_code", "more"])
def test_an_amount_is_never_changed(name: str) -> None:
    shared = AMOUNTS["12.50", "EUR"]

    with pytest.raises(FrozenInstanceError):
        setattr(shared, name, Decimal(0))
    with pytest.raises(FrozenInstanceError):
        delattr(shared, name)
    assert Money(amount=Decimal("12.50"), currency_code="EUR") == shared


def test_amounts_are_shared_where_they_are_written_alike() -> None:
    assert AMOUNTS["12.50", "EUR"] is AMOUNTS["12.50", "EUR"]
    assert ["12.50", "12.5"] == [str(AMOUNTS[text, "EUR"].amount) for text in ("12.50", "12.5")]


def test_no_store_can_fill_the_memory_with_amounts(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = money._Kept()
    monkeypatch.setattr(money, "AMOUNTS", kept)
    made = [kept[f"{number}.00", "EUR"] for number in range(MOST_KEPT + 10)]
    long = kept["1" * LONGEST_KEPT, "EUR"]

    assert Decimal("1" * LONGEST_KEPT) == long.amount
    assert [Decimal(number) for number in range(MOST_KEPT + 10)] == [each.amount for each in made]
    assert 10 == len(kept)


def test_a_text_that_is_no_number_is_not_kept() -> None:
    for _ in range(2):
        with pytest.raises(InvalidOperation):
            AMOUNTS["cheap", "EUR"]


@pytest.mark.parametrize("kind", Kind)
def test_rows_that_were_kept_share_nothing_that_can_be_changed(kind: Kind) -> None:
    page = Page([entity(TYPES[kind], "north", str(number)) for number in (1, 1)], None)
    raw = PAGES[kind].write(page, DAY)
    rows = [*PAGES[kind].read(raw).value.rows, *PAGES[kind].read(raw).value.rows]
    owned = Counter(id(each) for row in rows for each in changeable(row))

    assert {1} == set(owned.values())


def test_a_maker_makes_what_the_class_makes() -> None:
    fields: dict[str, Any] = {"title": "VAT", "rate": Decimal("0.2"), "amount": AMOUNTS["1.00", "EUR"]}

    assert Tax(**fields) == maker(Tax)(**fields)
    with pytest.raises(TypeError):
        maker(Tax)(title="VAT")  # type: ignore[call-arg]
