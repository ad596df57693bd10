"""An entity that is answered as the text it was before is answered as if it had been written anew."""

import itertools
from datetime import timedelta
from typing import Any

import orjson
from graphql import ExecutionResult, execute, parse

from gateway.execution import Execution, Selections
from resolvers.api import make_schema
from schema.entity import Sync
from schema.keys import Kind
from schema.orders import Order, OrderLine, OrderStatus, Parts
from schema.paging import Connection, PageInfo
from schema.stores import Platform, Store
from tests.support.fakes import DAY, entity

SCHEMA = make_schema()._schema
STAMPS = itertools.count(1)
QUERY = """{ orders { nodes { id number status createdAt store { name } sync { source observedAt } tags
  lines { platformId sku quantity } metadata } } }"""


class Links:
    """A request for a page of given orders; `lines` are at hand by order."""

    max_age = 30

    def __init__(self, rows: list[Order], *, later: float = 0, lines: dict[str, list[OrderLine]] | None = None, stamp: int = 0) -> None:
        self.rows = rows
        self.started = self.after = self.until = self.above = self.upto = DAY + timedelta(seconds=later)
        self.oldest = self.started - timedelta(seconds=self.max_age)
        self.stamp = stamp or next(STAMPS)  # a new one for each: all is looked at
        self.lines = lines or {}

    def store(self, name: str) -> Store:
        return STORES[name]

    def children_at_hand(self, part: str, key: Any) -> Any:
        return self.lines[key.id]

    async def children(self, part: str, key: Any) -> Any:
        return self.children_at_hand(part, key)

    async def connection(self, kind: Kind, arguments: Any) -> Connection[Order]:
        info = PageInfo(has_next_page=False, has_previous_page=False, start_cursor=None, end_cursor=None)
        return Connection(cursor_after=str, nodes=self.rows, page_info=info, sources=[])


PLATFORM = Platform(id="fake", name="Fake", api_version="1", capabilities=[], writes=[])  # type: ignore[arg-type]
STORES = {name: Store(name=name, tenant="acme", platform=PLATFORM, url="https://shop.example") for name in ("east", "west")}


def order(number: str, **more: Any) -> Order:
    made: Order = entity(Order, "east", number, observed_at=DAY, status=OrderStatus.OPEN, **{"parts": Parts(lines=[]), **more})
    return made


def line(number: str) -> OrderLine:
    made: OrderLine = entity(OrderLine, "east", number, platform_id=number)
    return made


LINES = {"1": [line("a")]}


class Counting(Links):
    """Counts how often parts are looked for."""

    looked = 0

    def children_at_hand(self, part: str, key: Any) -> Any:
        self.looked += 1
        return super().children_at_hand(part, key)


class Document:
    """One document with what is compiled of it: with texts, and without."""

    def __init__(self, query: str = QUERY) -> None:
        self.tree = parse(query)
        self.rendering = Selections.of(self.tree, rendering=True)

    async def text(self, links: Links) -> bytes:
        """Return the answer, having seen that graphql-core answers the same."""
        found = await _run(self.tree, links, executor_class=Execution, selections=self.rendering)
        expected = await _run(self.tree, links)
        assert found.errors is None
        assert orjson.dumps(expected.data) == orjson.dumps(found.data)
        return orjson.dumps(found.data)


async def _run(tree: Any, links: Links, **more: Any) -> ExecutionResult:
    found: Any = execute(SCHEMA, tree, context_value=links, **more)
    result: ExecutionResult = await found
    return result


async def test_the_same_entity_is_answered_with_the_same_text() -> None:
    document, rows = Document(), [order("1"), order("2")]

    assert await document.text(Links(rows)) == await document.text(Links(rows))
    assert all("_rendered" in vars(row) for row in rows)


async def test_how_fresh_it_is_is_told_anew() -> None:
    document, rows = Document(), [order("1")]
    texts = [await document.text(Links(rows, later=later)) for later in (0, 10, 100)]

    assert [b"LIVE", b"CACHED", b"STALE"] == [next(word for word in (b"LIVE", b"CACHED", b"STALE") if word in text) for text in texts]


async def test_parts_that_changed_are_told_anew() -> None:
    document, row = Document(), order("1", parts=Parts())
    few, more = {"1": [line("a")]}, {"1": [line("a"), line("b")]}
    first = await document.text(Links([row], lines=few))
    second = await document.text(Links([row], lines=more))

    assert (1, 2) == tuple(len(orjson.loads(text)["orders"]["nodes"][0]["lines"]) for text in (first, second))


async def test_another_selection_gets_its_own_text() -> None:
    one, other, rows = Document(), Document("{ orders { nodes { n: number } } }"), [order("1")]
    texts = [await document.text(Links(rows)) for document in (one, other, one, other)]

    assert texts[:2] == texts[2:]
    assert texts[0] != texts[1]


async def test_the_same_moment_is_the_same_value() -> None:
    rows = [order("1"), order("2")]
    found = [Order.__strawberry_definition__.get_field("sync").metadata["at-once"](row, Links(rows)) for row in rows]  # type: ignore[attr-defined]

    assert isinstance(found[0], Sync)
    assert found[0] is found[1]


async def test_nothing_is_looked_at_while_nothing_has_changed_and_nothing_has_become_too_old() -> None:
    document, row, stamp = Document(), order("1", parts=Parts()), next(STAMPS)
    looked: list[int] = []
    for later, own in ((1, stamp), (2, stamp), (2, 0), (100, 0)):
        links = Counting([row], later=later, lines=LINES, stamp=own)
        await document.text(links)
        looked.append(links.looked)

    # graphql-core, which is asked as well, looks once each time.
    assert [2, 1, 2, 2] == looked
