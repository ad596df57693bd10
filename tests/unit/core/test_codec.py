"""What is kept comes back as it was, to the last digit."""

import contextlib
import dataclasses
import types
import typing
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.kit.port import Page
from resolvers import codec, packing
from resolvers.codec import ENTITIES, PAGES, PART_TYPES, PARTS, TYPES, observed
from schema.canonical import Canonical
from schema.extras import OrderExtras
from schema.keys import Kind
from schema.money import Money
from schema.orders import Order
from schema.refunds import Refund
from tests.support.fakes import DAY, EXTRAS, entity

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=5)
TIMES = st.datetimes(min_value=datetime(1, 1, 2), max_value=datetime(9999, 12, 30), timezones=st.just(UTC))  # noqa: DTZ001
ODD = st.sampled_from([Decimal(text) for text in ("0", "-0", "0.00", "1E+3", "1.50", "0E-9", "1E-30", "12345678901234567890.123456789")])
NUMBERS = ODD | st.decimals(allow_nan=False, allow_infinity=False)
PLAIN = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT
JSON = st.recursive(PLAIN, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(TEXT, inner, max_size=2), max_leaves=4)
LEAVES: dict[Any, st.SearchStrategy[Any]] = {
    str: TEXT,
    int: st.integers(),
    bool: st.booleans(),
    datetime: TIMES,
    Decimal: NUMBERS,
    dict: st.dictionaries(TEXT, JSON, max_size=2),
}


def values(hint: Any) -> st.SearchStrategy[Any]:
    """Return a strategy for values of a stored field."""
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in {typing.Union, types.UnionType}:
        return st.one_of(st.none(), *(values(each) for each in arguments if each is not type(None)))
    if origin is list:
        return st.lists(values(arguments[0]), max_size=2)
    if (origin or hint) in LEAVES:
        return LEAVES[origin or hint]
    if issubclass(hint, Enum):
        return st.sampled_from(hint)
    return st.deferred(lambda: built(EXTRAS.get(hint, hint)))


def built(shape: type) -> st.SearchStrategy[Any]:
    hints = typing.get_type_hints(shape)
    fields = [field.name for field in dataclasses.fields(shape) if field.init]
    return st.builds(shape, **{name: values(hints[name]) for name in fields})


ROWS = {shape: built(shape) for shape in (*TYPES.values(), *PART_TYPES.values())}
FEW = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def digits(value: Any) -> Iterator[str]:
    """Yield all decimals in a value as they are written."""
    if isinstance(value, Decimal):
        yield str(value)
    elif dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            yield from digits(getattr(value, field.name, None))
    elif isinstance(value, list):
        for each in value:
            yield from digits(each)


@pytest.mark.parametrize("kind", Kind)
@FEW
@given(data=st.data())
def test_an_entity_comes_back_as_it_was(kind: Kind, data: st.DataObject) -> None:
    row = data.draw(st.none() | ROWS[TYPES[kind]])
    raw = ENTITIES[kind].write(row, DAY)
    entry = ENTITIES[kind].read(raw)

    assert row == entry.value
    assert list(digits(row)) == list(digits(entry.value))
    assert (DAY, len(raw)) == (entry.observed_at, entry.size)


@pytest.mark.parametrize("part", PARTS)
@settings(FEW, max_examples=8)
@given(data=st.data())
def test_the_parts_of_an_entity_come_back_as_they_were(part: str, data: st.DataObject) -> None:
    rows = data.draw(st.none() | st.lists(ROWS[PART_TYPES[part]], max_size=2))

    assert rows == PARTS[part].read(PARTS[part].write(rows, DAY)).value


@pytest.mark.parametrize("kind", Kind)
@settings(FEW, max_examples=8)
@given(data=st.data(), cursor=st.none() | TEXT)
def test_a_page_comes_back_as_it_was(kind: Kind, data: st.DataObject, cursor: str | None) -> None:
    page = Page(data.draw(st.lists(ROWS[TYPES[kind]], max_size=2)), cursor)

    assert page == PAGES[kind].read(PAGES[kind].write(page, DAY)).value


@settings(max_examples=50, deadline=None)
@given(moment=st.datetimes(min_value=datetime(1990, 1, 1), max_value=datetime(2100, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_the_moment_of_observation_is_kept_to_the_microsecond(moment: datetime) -> None:
    assert moment == observed(ENTITIES[Kind.ORDER].write(None, moment))


@settings(max_examples=50, deadline=None)
@given(raw=st.binary(max_size=40), kind=st.sampled_from(Kind))
def test_damaged_bytes_are_nothing_or_a_value_error(raw: bytes, kind: Kind) -> None:
    for each in (ENTITIES[kind], PAGES[kind]):
        with contextlib.suppress(ValueError):
            assert each.read(raw).value is None


def test_the_version_follows_every_type_that_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """A field that is added to any canonical type, however deep inside, ends what was kept before."""
    shapes = set(codec._stored())
    nested = {each for shape in shapes for hint in typing.get_type_hints(shape).values() for each in _named(hint)}

    assert set(TYPES.values()) | set(PART_TYPES.values()) <= shapes
    assert nested <= shapes
    for shape in shapes:
        with monkeypatch.context() as patch:
            patch.setitem(shape.__annotations__, "added", int | None)
            assert codec.VERSION != codec._version(), shape


@pytest.mark.parametrize("place", [12, 40, -1])
def test_a_byte_that_changed_is_damage(place: int) -> None:
    raw = bytearray(PARTS["refunds"].write([entity(Refund, "north", "1")], DAY))
    raw[place] ^= 1

    with pytest.raises(ValueError):
        PARTS["refunds"].read(bytes(raw))


@pytest.mark.parametrize("odd", [2**64, -(2**63) - 1, "\ud800", {"deep": [2**70, 1.5, None]}])
def test_what_json_in_c_can_not_write_comes_back_all_the_same(odd: Any) -> None:
    row = dataclasses.replace(entity(Order, "north", "1"), raw={"odd": odd})

    assert row == ENTITIES[Kind.ORDER].read(ENTITIES[Kind.ORDER].write(row, DAY)).value


def test_extras_that_another_release_wrote_are_damage() -> None:
    raw = ENTITIES[Kind.ORDER].write(entity(Order, "north", "1"), DAY)
    name = packing._lasting_name(EXTRAS[OrderExtras]).encode()
    body = raw[codec.HEAD.size :].replace(name, name[:-1] + b"x")

    assert name in raw
    with pytest.raises(ValueError):
        ENTITIES[Kind.ORDER].read(codec.HEAD.pack(0, zlib.crc32(body)) + body)


@pytest.mark.parametrize("shape", [Order, Money], ids=lambda shape: shape.__name__)
def test_fields_in_another_order_are_another_version(shape: type, monkeypatch: pytest.MonkeyPatch) -> None:
    """Values are written without the names of their fields."""
    monkeypatch.setattr(shape, "__annotations__", dict(reversed(shape.__annotations__.items())))

    assert codec.VERSION != codec._version()


def _named(hint: Any) -> Iterator[type]:
    """Yield the canonical types a hint names."""
    for each in (hint, *typing.get_args(hint)):
        if each is not hint:
            yield from _named(each)
        elif isinstance(each, type) and issubclass(each, Canonical):
            yield each
