"""Stock Strawberry over the rows the gateway serves: read once at the start, then kept in memory and resolved field by field.

It is what Strawberry's documentation teaches: its schema, its ASGI view, uvicorn with uvloop and httptools. Nothing is fetched, cached or
decided during a request.
"""

import asyncio
import os
import sys
from pathlib import Path
from typing import Any

import strawberry
import uvicorn
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route
from strawberry.asgi import GraphQL
from strawberry.schema.config import StrawberryConfig

from adapters.kit.clock import SystemClock
from adapters.kit.http import Wire
from adapters.kit.registry import platforms
from gateway.engine import EngineSettings, connect, engine
from resolvers.context import RequestContext
from resolvers.core import Core
from resolvers.principal import Principal, Role
from schema.keys import Kind
from schema.orders import Order
from schema.paging import Connection, OrderSort
from schema.scalars import SCALARS
from tests.perf.cold import stores_of

EVERYTHING = Principal("benchmark", None, frozenset({Role.READ}))


def main() -> None:
    """Read the page, then serve it."""
    port, folder = int(sys.argv[1]), Path(sys.argv[2])
    uvicorn.run(_app(asyncio.run(_page(folder))), port=port, log_level="error", access_log=False, loop="uvloop", http="httptools")


async def _page(folder: Path) -> tuple[Connection[Any], RequestContext]:
    urls = dict(pair.split("=", 1) for pair in os.environ["CARTOGRAPH_BENCH_SANDBOXES"].split())
    async with engine(EngineSettings(data_dir=folder)) as endpoints:
        fast, wire = connect(endpoints.fast), Wire()
        context = RequestContext(Core(stores_of(urls), fast, wire, SystemClock()), EVERYTHING)
        page = await context.connection(
            Kind.ORDER, {"first": 50, "sort": OrderSort["CREATED_AT_DESC"], "platforms": ["shopify", "woocommerce"]}
        )
        for order in page.nodes:
            order.parts.lines = await order.lines(info=_Info(context)) if order.parts.lines is None else order.parts.lines
        await wire.close()
        await fast.aclose()
    return page, context


class _Info:
    """As much of an Info as the types' links need."""

    def __init__(self, context: RequestContext) -> None:
        self.context = context


def _app(read: tuple[Connection[Any], RequestContext]) -> Starlette:
    page, context = read

    @strawberry.type
    class Query:
        @strawberry.field
        async def orders(self, first: int = 50, max_age: int = 30) -> Connection[Order]:
            return page

    extras = [each for platform in platforms().values() for each in platform.extras]
    schema = strawberry.Schema(Query, types=extras, config=StrawberryConfig(scalar_map=SCALARS))

    class View(GraphQL[Any, None]):
        async def get_context(self, request: Any, response: Any) -> Any:
            return context

    return Starlette(routes=[Route("/health/live", lambda _: PlainTextResponse("ok")), Mount("/graphql", View(schema))])


if __name__ == "__main__":
    main()
