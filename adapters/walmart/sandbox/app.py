"""The server: which store a request is for, what is wrong with it today, whether it may come in, and who answers."""

import asyncio
from functools import partial

import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route as Path

from adapters.kit.sandbox import Control, SandboxStore
from adapters.walmart.sandbox import description
from adapters.walmart.sandbox.calls import Call
from adapters.walmart.sandbox.errors import ApiError
from adapters.walmart.sandbox.routes import TOKEN, Route, find_route, known_path
from adapters.walmart.sandbox.rows import edit_row
from adapters.walmart.sandbox.seller import Seller, open_seller

METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]
NEEDED_HEADERS = ("WM_SVC.NAME", "WM_QOS.CORRELATION_ID")
CORRELATION = "WM_QOS.CORRELATION_ID"


def make_app(stores: tuple[SandboxStore, ...], control: Control) -> Starlette:
    """Return the server of these stores. ValueError for a profile, size or option it does not know."""
    sellers = {store.name: open_seller(store, control) for store in stores}
    control.rows = partial(edit_row, sellers, control.now)

    async def serve(request: Request) -> Response:
        seller = sellers.get(request.path_params["store"])
        return await _served(seller, control, request) if seller else Response("No such store", 404)

    paths = [Path("/{store}", serve, methods=METHODS), Path("/{store}/{rest:path}", serve, methods=METHODS)]
    return Starlette(routes=[*control.routes(), *paths])


async def _served(seller: Seller, control: Control, request: Request) -> Response:
    """Answer one request of one store, and remember it; a request the gateway throttles costs nothing."""
    path = _path(request)
    found = find_route(request.method, path)
    operation = found[0].operation if found else f"{request.method} {path}"
    struck = await control.strike(seller.settings.name, operation)
    if struck is not None:
        return struck
    if seller.settings.latency:
        await asyncio.sleep(seller.settings.latency)
    headers = {CORRELATION: request.headers[CORRELATION]} if CORRELATION in request.headers else {}
    now, body = int(control.now().timestamp()), await request.body()
    try:
        if found is None:
            raise _lost(request.method, path)
        route, argument = found
        seller.advance(now)
        seller.jobs.settle()
        headers |= _admitted(seller, request, route)
        call = Call(route.api, argument, request.query_params, request.headers, now, body, route.operation)
        answer = Response(orjson.dumps(route.handler(seller, call)), 200, headers, "application/json")
    except ApiError as error:
        answer = error.response(request.headers.get("accept", ""), headers | _budget(seller, request, found))
    control.log(seller.settings.name, operation, answer.status_code, 0 if answer.status_code == 429 else 1)
    return answer


def _path(request: Request) -> str:
    """Return the path below the store as it was sent: an id may hold an encoded slash."""
    raw: bytes = request.scope.get("raw_path") or request.scope["path"].encode()
    return f"/{raw.decode('ascii', errors='replace').strip('/').partition('/')[2]}"


def _admitted(seller: Seller, request: Request, route: Route) -> dict[str, str]:
    """Let a request in and return the headers of its budget. ApiError 401, 403, 429 or 400, in this order."""
    headers = {}
    if route.operation != TOKEN:
        seller.door.admit(request.headers, route.scope, writing=route.writes)
        headers = seller.budgets.spend(route.operation, request.query_params)
    for name in NEEDED_HEADERS:
        if name not in request.headers:
            raise ApiError(400, "MISSING_REQUEST_HEADER", f"The header {name} is required.", about=name)
    description.check(route.operation, request.query_params, request.headers, route.api)
    return headers


def _budget(seller: Seller, request: Request, found: tuple[Route, str] | None) -> dict[str, str]:
    return seller.budgets.shown(found[0].operation, request.query_params) if found else {}


def _lost(method: str, path: str) -> ApiError:
    """Refuse an address nobody answers; where the platform's documents are here, asking for one is a mistake of the caller's."""
    if known_path(path):
        return ApiError(405, "METHOD_NOT_ALLOWED", f"{method} is not allowed here")
    return ApiError(400 if description.DESCRIBED else 404, "URI_NOT_FOUND", f"{method} {path} is not known")
