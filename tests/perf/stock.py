"""Stock Strawberry over the rows the gateway serves: read once at the start, then kept in memory and resolved field by field.

It is what Strawberry's documentation teaches: its schema, its ASGI view, uvicorn with uvloop and httptools. Nothing is fetched, cached or
decided during a request.
"""

import asyncio
import logging
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import strawberry
import uvicorn
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from strawberry.asgi import GraphQL
from strawberry.schema.config import StrawberryConfig

from adapters.kit.clock import SystemClock
from adapters.kit.http import Wire
from adapters.kit.registry import platforms
from gateway.engine import EngineSettings, connect, engine
from resolvers.context import RequestContext
from resolvers.core import Core, CoreSettings
from schema.keys import Kind
from schema.orders import Order
from schema.paging import Connection, OrderSort, PageInfo, Source
from schema.scalars import SCALARS
from schema.stores import Node
from tests.perf.cold import EVERYTHING, stores_of
from tests.perf.servers import MAX_AGE

SHOPS = ["shopify", "woocommerce"]


ROWS, PAGE = 1100, 250
LINES = 200  # of so many of the newest orders the lines are read as well


@dataclass(frozen=True, slots=True)
class Rows:
    """The newest orders, what a page said of its sources, and who answers what hangs below an order."""

    orders: list[Order]
    sources: list[Source]
    context: RequestContext


def main() -> None:
    """Read the rows, then serve them."""
    logging.basicConfig(level=logging.ERROR)
    port, folder = int(sys.argv[1]), Path(sys.argv[2])
    uvicorn.run(_app(asyncio.run(_read(folder))), port=port, log_level="error", access_log=False, loop="uvloop", http="httptools")


async def _read(folder: Path) -> Rows:
    urls = dict(pair.split("=", 1) for pair in os.environ["CARTOGRAPH_BENCH_SANDBOXES"].split())
    async with engine(EngineSettings(data_dir=folder)) as endpoints:
        fast, wire = connect(endpoints.fast), Wire()
        core = Core(stores_of(urls), fast, wire, SystemClock(), CoreSettings(max_age=MAX_AGE))
        reading = RequestContext(core, EVERYTHING)
        orders: list[Order] = []
        after = None
        while len(orders) < ROWS:
            arguments = {"first": PAGE, "after": after, "sort": OrderSort["CREATED_AT_DESC"], "platforms": SHOPS}
            page = await reading.connection(Kind.ORDER, arguments)
            orders += page.nodes
            after = page.page_info.end_cursor
        for order in orders[:LINES]:
            order.parts.lines = await order.lines(info=_Info(reading))
        context = RequestContext(core, EVERYTHING)
        page = await context.connection(Kind.ORDER, {**arguments, "after": None})
        await wire.close()
        await fast.aclose()
    return Rows(orders, page.sources, context)


class _Info:
    """As much of an Info as the types' links need."""

    def __init__(self, context: RequestContext) -> None:
        self.context = context


def _app(rows: Rows) -> Starlette:
    by_id = {order.key.encode(): order for order in rows.orders}

    @strawberry.type
    class Query:
        @strawberry.field
        async def orders(
            self, first: int = 50, after: str | None = None, platforms: list[strawberry.ID] | None = None, max_age: int = 30
        ) -> Connection[Order]:
            begin = int(after or 0)
            end = begin + first
            info = PageInfo(has_next_page=True, has_previous_page=begin > 0, start_cursor=str(begin), end_cursor=str(end))
            return Connection(nodes=rows.orders[begin:end], cursor_after=str, page_info=info, sources=rows.sources)

        @strawberry.field
        async def nodes(self, ids: list[strawberry.ID]) -> list[Node | None]:
            return [by_id.get(each) for each in ids]

    extras = [each for platform in platforms().values() for each in platform.extras]
    schema = strawberry.Schema(Query, types=[Order, *extras], config=StrawberryConfig(scalar_map=SCALARS))

    class View(GraphQL[Any, None]):
        async def get_context(self, request: Any, response: Any) -> Any:
            return rows.context

    return Starlette(routes=[Route("/health/live", lambda _: PlainTextResponse("ok")), Route("/graphql", View(schema))])


if __name__ == "__main__":
    main()
