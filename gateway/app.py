"""The web application as data: what a request passes, in order, and where it can go."""

from collections.abc import Callable, Sequence
from typing import Any

import strawberry
from redis.asyncio import Redis
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route, WebSocketRoute

from adapters.kit.stores import StoreConfig
from gateway import graphiql, health
from gateway.answers import Answers
from gateway.auth import Door
from gateway.errors import RefusedError
from gateway.graphql import Endpoint
from gateway.hangup import HangUp
from gateway.limits import MOST_BODY_BYTES
from gateway.middleware import BodyLimit, RequestId
from resolvers.principal import Principal

GRAPHQL_PATH = "/graphql"


def make_app(
    *,
    schema: strawberry.Schema,
    door: Door,
    open_context: Callable[[Principal], Any],
    roles: dict[str, Redis],
    stores: Sequence[StoreConfig],
    show_key: str | None = None,
    version: Callable[[], int] = lambda: 0,
    more: Sequence[Route] = (),
) -> Starlette:
    """Return the application.

    `show_key` stands in GraphiQL for everybody to see: for demos. `version` changes whenever what is answered from was written to. `more`
    routes are those that need parts of the gateway which the rest does not.
    """
    page = graphiql.page(None if door.local_only else show_key or graphiql.PLACEHOLDER)
    endpoint = Endpoint(schema, Answers(schema, open_context, version), door, open_context, page)
    return Starlette(
        routes=[
            Route("/", _front),
            Route(GRAPHQL_PATH, endpoint),
            WebSocketRoute(GRAPHQL_PATH, endpoint),
            *health.routes(roles, stores),
            *more,
        ],
        middleware=[
            Middleware(RequestId),
            Middleware(BodyLimit, most=MOST_BODY_BYTES),
            Middleware(HangUp),
        ],
        exception_handlers={HTTPException: _refuse},
    )


async def _front(request: Request) -> Response:
    return RedirectResponse(GRAPHQL_PATH)


async def _refuse(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    remedy = f"there is nothing here; GraphQL is at {GRAPHQL_PATH}" if error.status_code == 404 else error.detail.lower()
    return RefusedError(error.status_code, f"{request.method} {request.url.path[:100]}: {remedy}.", headers=error.headers).response()
