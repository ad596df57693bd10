"""The same questions to every platform the registry finds: what a reader promises, asked of each adapter against its sandbox."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from adapters.kit.calls import Priority, calling
from adapters.kit.failures import PlatformError
from adapters.kit.port import Filter, ListQuery, Ordering, Page, Reader, Span
from adapters.kit.registry import names, platforms
from resolvers.codec import ENTITIES, PART_TYPES, TYPES
from schema.entity import Entity
from schema.errors import Category
from schema.keys import Kind
from tests.support.world import World

LISTS = [
    pytest.param(name, kind, field, descending, id=f"{name}-{kind}-{field}-{'desc' if descending else 'asc'}")
    for name in names()
    for kind, facts in platforms()[name].manifest.kinds.items()
    for field in facts.sorts
    for descending in (True, False)
]
KINDS = [pytest.param(name, kind, id=f"{name}-{kind}") for name in names() for kind in platforms()[name].manifest.kinds]
PLATFORMS = pytest.mark.parametrize("name", names())


def reader(world: World, name: str, kind: Kind) -> Reader:
    return world.readers(f"{name}-one").kinds[kind]


async def all_pages(found: Reader, query: ListQuery) -> list[Page]:
    """Walk a list to its end; a list that never ends fails."""
    assert found.page is not None
    pages = [await found.page(query)]
    while (cursor := pages[-1].cursor) is not None:
        assert len(pages) < 400, "the list does not end"
        pages.append(await found.page(replace(query, cursor=cursor)))
    return pages


async def all_rows(found: Reader, query: ListQuery) -> list[Any]:
    return [row for page in await all_pages(found, query) for row in page.rows]


def first_list(name: str, kind: Kind) -> Ordering:
    return Ordering(platforms()[name].manifest.kinds[kind].sorts[0], descending=True)  # type: ignore[arg-type]


async def some_ids(world: World, name: str, kind: Kind) -> list[str]:
    """Return ids of a kind: from its list, or from the orders where there is none."""
    if platforms()[name].manifest.kinds[kind].sorts:
        return [row.key_id for row in await all_rows(reader(world, name, kind), ListQuery(first_list(name, kind), 20))]
    orders = await some_ids(world, name, Kind.ORDER)
    parts = await world.readers(f"{name}-one").parts[f"{kind.lower()}s"](orders)
    return [row.key_id for rows in parts if isinstance(rows, list) for row in rows]


@pytest.mark.parametrize(("name", "kind", "field", "descending"), LISTS)
async def test_a_list_walked_page_by_page_has_every_row_once_and_in_order(
    world: World, name: str, kind: Kind, field: Any, *, descending: bool
) -> None:
    ordering = Ordering(field, descending)
    found = reader(world, name, kind)
    whole = await all_rows(found, ListQuery(ordering, 250))
    walked = await all_rows(found, ListQuery(ordering, 3))

    values = [getattr(row, field) for row in walked]
    assert len(whole) > 0
    assert sorted(row.key_id for row in whole) == sorted({row.key_id for row in walked})
    assert sorted(values, reverse=descending) == values


@pytest.mark.parametrize(("name", "kind", "field", "descending"), LISTS)
async def test_a_list_begun_at_a_value_lacks_nothing_from_there_on(
    world: World, name: str, kind: Kind, field: Any, *, descending: bool
) -> None:
    ordering = Ordering(field, descending)
    found = reader(world, name, kind)
    whole = await all_rows(found, ListQuery(ordering, 250))
    start = getattr(whole[len(whole) // 2], field)
    begun = await all_rows(found, ListQuery(ordering, 7, start=start))

    wanted = {row.key_id for row in whole if (getattr(row, field) <= start if descending else getattr(row, field) >= start)}
    assert set() == wanted - {row.key_id for row in begun}


@pytest.mark.parametrize(("name", "kind"), KINDS)
async def test_by_ids_answers_in_the_order_asked_with_nothing_for_the_unknown(world: World, name: str, kind: Kind) -> None:
    found = reader(world, name, kind)
    assert found.by_ids is not None
    known = (await some_ids(world, name, kind))[:5]
    unknown = ["", "0", "gid://shopify/Order/999999999", "999999-999999", "no such id", "ü/../x?y=1&z=[2]"]
    asked = [unknown[0], *reversed(known), *unknown[1:], known[0]]
    answers = await found.by_ids(asked)

    expected = [key if key in known else None for key in asked]
    assert expected == [getattr(answer, "key_id", None) for answer in answers]
    assert [] == [answer for answer in answers if isinstance(answer, PlatformError)]


@pytest.mark.parametrize(("name", "kind"), KINDS)
async def test_an_entity_read_by_id_is_the_one_that_was_listed(world: World, name: str, kind: Kind) -> None:
    found = reader(world, name, kind)
    if not platforms()[name].manifest.kinds[kind].sorts:
        pytest.skip("the platform has no such list")
    assert found.by_ids is not None
    listed = (await all_rows(found, ListQuery(first_list(name, kind), 50)))[:20]
    by_id = await found.by_ids([row.key_id for row in listed])

    assert [_content(row) for row in listed] == [_content(row) for row in by_id]


@pytest.mark.parametrize(("name", "kind"), KINDS)
async def test_every_entity_can_be_kept_and_read_back(world: World, name: str, kind: Kind) -> None:
    found = reader(world, name, kind)
    assert found.by_ids is not None
    rows = await found.by_ids((await some_ids(world, name, kind))[:20])
    codec = ENTITIES[kind]

    for row in rows:
        assert isinstance(row, Entity)
        assert isinstance(row, TYPES[kind])
        assert row == codec.read(codec.write(row, row.observed_at)).value


@PLATFORMS
async def test_parts_come_complete_and_in_the_order_of_their_parents(world: World, name: str) -> None:
    parents = {
        "lines": Kind.ORDER,
        "shipments": Kind.ORDER,
        "refunds": Kind.ORDER,
        "variants": Kind.PRODUCT,
        "inventory_levels": Kind.VARIANT,
    }
    readers = world.readers(f"{name}-one")

    kinds = platforms()[name].manifest.kinds
    assert set(readers.parts) <= set(parents)
    assert {Kind.SHIPMENT: "shipments" in readers.parts, Kind.REFUND: "refunds" in readers.parts} == {
        kind: kind in kinds for kind in (Kind.SHIPMENT, Kind.REFUND)
    }
    for part in readers.parts:
        kind = parents[part]
        ids = await some_ids(world, name, kind)
        forward, backward = await readers.parts[part](ids), await readers.parts[part]([*reversed(ids)])
        assert [_keys(rows) for rows in forward] == [_keys(rows) for rows in reversed(backward)]
        assert any(rows for rows in forward)
        assert all(isinstance(row, PART_TYPES[part]) for rows in forward if isinstance(rows, list) for row in rows)


@PLATFORMS
async def test_a_part_of_something_unknown_is_nothing(world: World, name: str) -> None:
    found = {part: await read(["no such id", "0"]) for part, read in world.readers(f"{name}-one").parts.items()}

    assert {part: [True, True] for part in found} == {part: [not rows for rows in answers] for part, answers in found.items()}


@PLATFORMS
async def test_order_filters_lose_no_row_that_fits(world: World, name: str) -> None:
    """A reader may give too many rows, the core sifts them; it may never give too few."""
    found = reader(world, name, Kind.ORDER)
    ordering = Ordering("created_at", descending=True)
    whole = await all_rows(found, ListQuery(ordering, 250))
    middle = whole[len(whole) // 2]
    buyer = next((row.contact.email for row in whole if row.contact and row.contact.email), None)
    known = next((row.customer_key_id for row in whole if row.customer_key_id), None)
    cases = {
        "numbers": Filter(numbers=(middle.number, whole[0].number)),
        "statuses": Filter(statuses=(middle.status,)),
        "payment_statuses": Filter(payment_statuses=tuple({row.payment_status for row in whole if row.payment_status})),
        "created": Filter(created=Span(middle.created_at, whole[0].created_at)),
        "updated": Filter(updated=Span(middle.updated_at, None)),
        **({"email": Filter(email=buyer)} if buyer else {}),
        **({"customer": Filter(customer=known)} if known else {}),
    }
    for case, wanted in cases.items():
        got = {row.key_id for row in await all_rows(found, ListQuery(ordering, 50, filter=wanted))}
        expected = {row.key_id for row in whole if _fits(row, wanted)}
        assert expected, case
        assert set() == expected - got, case


@PLATFORMS
async def test_a_row_that_comes_while_a_list_is_walked_shifts_nothing(world: World, name: str) -> None:
    found = reader(world, name, Kind.ORDER)
    assert found.page is not None
    query = ListQuery(Ordering("created_at", descending=True), 5)
    before = [row.key_id for row in await all_rows(found, replace(query, size=250))]
    page = await found.page(query)
    rows = [row.key_id for row in page.rows]
    made = [world.row(f"{name}-one", "insert", "order")["id"] for _ in range(3)]
    while page.cursor is not None:
        page = await found.page(replace(query, cursor=page.cursor))
        rows += [row.key_id for row in page.rows]
    for each in made:
        world.row(f"{name}-one", "delete", "order", id=each)

    assert before == sorted(set(rows), key=rows.index)


@PLATFORMS
@pytest.mark.parametrize(
    ("status", "category"),
    [
        (401, Category.AUTH),
        (403, None),
        (404, Category.VALIDATION),
        (429, Category.QUOTA),
        (500, Category.TRANSIENT),
        (503, Category.TRANSIENT),
    ],
)
async def test_a_refusal_has_its_category(world: World, name: str, status: int, category: Category | None) -> None:
    world.fail(f"{name}-one", status=status, headers={"retry-after": "60"}, body="<html>no</html>")
    found = reader(world, name, Kind.ORDER)
    assert found.page is not None
    with pytest.raises(PlatformError) as caught:
        await found.page(ListQuery(Ordering("created_at", descending=True), 5))
    await world.fast.flushdb()  # the pause the store asked for would hold up the tests to come

    assert caught.value.category in ({category} if category else {Category.AUTH, Category.TRANSIENT})
    assert caught.value.message


@PLATFORMS
async def test_a_connection_cut_once_is_not_noticed(world: World, name: str) -> None:
    world.fail(f"{name}-one", hang_up=True, times=1)
    found = reader(world, name, Kind.ORDER)
    assert found.page is not None

    assert (await found.page(ListQuery(Ordering("created_at", descending=True), 5))).rows


@PLATFORMS
async def test_a_credential_refused_in_mid_list_is_renewed_or_told_and_the_list_goes_on(world: World, name: str) -> None:
    found = reader(world, name, Kind.ORDER)
    assert found.page is not None
    query = ListQuery(Ordering("created_at", descending=True), 5)
    whole = {row.key_id for row in await all_rows(found, replace(query, size=250))}
    page = await found.page(query)
    rows = [row.key_id for row in page.rows]
    world.fail(f"{name}-one", status=401, times=1)
    while page.cursor is not None:
        following = replace(query, cursor=page.cursor)
        try:
            page = await found.page(following)
        except PlatformError as error:
            assert Category.AUTH is error.category  # noqa: PT017  # either is right, but nothing else
            page = await found.page(following)
        rows += [row.key_id for row in page.rows]

    assert whole == set(rows)


@PLATFORMS
async def test_a_burst_within_the_budget_is_never_refused(world: World, name: str) -> None:
    found = reader(world, name, Kind.ORDER)
    assert found.page is not None
    await found.page(ListQuery(Ordering("created_at", descending=True), 5))  # the first answer tells how large the bucket is
    world.forget()
    queries = [ListQuery(Ordering("created_at", descending=each % 2 == 0), 10 + each % 7) for each in range(40)]
    with calling(Priority.INTERACTIVE) as tally:
        await asyncio.gather(*(found.page(query) for query in queries))

    assert [] == [call for call in world.calls(f"{name}-one") if call.status != 200]
    assert tally.calls == len(world.calls(f"{name}-one"))


@PLATFORMS
async def test_the_totals_of_every_order_add_up(world: World, name: str) -> None:
    """Lines, shipping, fees and tax make the total, to the last digit."""
    orders = await all_rows(reader(world, name, Kind.ORDER), ListQuery(Ordering("created_at", descending=True), 250))
    wrong = []
    for order in orders:
        sums = order.totals
        parts = [sums.subtotal, sums.shipping, sums.fees, None if sums.taxes_included else sums.tax]
        if sums.total is not None and sum(part.amount for part in parts if part is not None) != sums.total.amount:
            wrong.append(order.number)

    assert [] == wrong


@PLATFORMS
async def test_all_times_are_utc(world: World, name: str) -> None:
    for kind, facts in platforms()[name].manifest.kinds.items():
        if not facts.sorts:
            continue
        for row in (await all_rows(reader(world, name, kind), ListQuery(first_list(name, kind), 50)))[:20]:
            times = [value for value in vars(row).values() if isinstance(value, datetime)]
            assert [timedelta(0)] * len(times) == [value.utcoffset() for value in times]


def _keys(rows: Any) -> Any:
    return None if rows is None else [getattr(row, "key_id", None) or row.platform_id for row in rows]


def _content(row: Any) -> dict[str, Any]:
    """Return what an entity says, without the moment it was seen and what only a walk below its order can know."""
    left_out = {"observed_at", "order_created_at", "order_updated_at", "known_levels"}
    return {name: value for name, value in vars(row).items() if name not in left_out}


def _fits(row: Any, wanted: Filter) -> bool:
    from resolvers.narrowing import CHECKS

    checks: Sequence[tuple[str, Any]] = [(name, getattr(wanted, name)) for name in CHECKS if getattr(wanted, name) is not None]
    return all(CHECKS[name](row, value) for name, value in checks)
