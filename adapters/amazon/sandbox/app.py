"""The server: which store a request is for, who may ask, whether the plan allows it, what is wrong with it, and who answers."""

from collections.abc import Sequence
from functools import partial
from typing import Any
from urllib.parse import parse_qsl, unquote

import orjson
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route as Path
from starlette.types import ASGIApp, Receive, Scope, Send

from adapters.amazon.sandbox import feed_documents, product_types
from adapters.amazon.sandbox.calls import Answer, Call
from adapters.amazon.sandbox.description import described, find, prepare
from adapters.amazon.sandbox.errors import ApiError, invalid, refusal
from adapters.amazon.sandbox.query import Query
from adapters.amazon.sandbox.reports import DOWNLOAD, download
from adapters.amazon.sandbox.routes import Route, find_route
from adapters.amazon.sandbox.rows import edit_row
from adapters.amazon.sandbox.shop import Shop, open_shop
from adapters.kit.sandbox import Control, SandboxStore

METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]
TOKEN_PATH = "/auth/o2/token"
JSON = "application/json"
UNCACHED = {"Content-Type": "application/json;charset=UTF-8", "Cache-Control": "no-store", "Pragma": "no-cache"}
LONGEST_AGENT = 500


def make_app(stores: tuple[SandboxStore, ...], control: Control) -> Starlette:
    """Return the server of these stores. ValueError for a profile, size, option or marketplace it does not know."""
    prepare()
    shops = {store.name: open_shop(store, control.now, partial(control.effect, store.name)) for store in stores}
    control.rows = partial(edit_row, shops)

    async def serve(request: Request) -> Response:
        shop = shops.get(request.path_params["store"])
        return await _served(shop, control, request) if shop else Response("No such host", 404)

    routes = [*control.routes(), Path("/{store}/{rest:path}", serve, methods=METHODS)]
    return Starlette(routes=routes, middleware=[Middleware(_Settling, shops=tuple(shops.values()))])


class _Settling:
    """Lets what is due happen before and after every request, those to the control routes too: a clock that was moved is such a one."""

    def __init__(self, app: ASGIApp, shops: Sequence[Shop]) -> None:
        self._app = app
        self._shops = shops

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._settle()
        try:
            await self._app(scope, receive, send)
        finally:
            self._settle()

    def _settle(self) -> None:
        for shop in self._shops:
            shop.jobs.settle()


async def _served(shop: Shop, control: Control, request: Request) -> Response:
    """Answer one request of one store, and remember it."""
    path = _path(shop, request)
    found = find_route(request.method, path)
    operation = found[0].operation if found else _operation(request.method, path)
    struck = await control.strike(shop.facts.name, operation)
    if struck is not None:
        return struck
    body = await request.body()
    if (request.method, path) == ("POST", TOKEN_PATH):
        status, row = shop.door.exchange(request.headers.get("content-type", ""), dict(parse_qsl(body.decode(errors="replace"))))
        answer = Answer(row, status, UNCACHED)
    else:
        answer = _answer(shop, request, path, found, body)
    control.log(shop.facts.name, operation, answer.status, cost=1 if found else 0)
    content = answer.body if isinstance(answer.body, bytes) else orjson.dumps(answer.body)
    identity = {"Content-Type": JSON, "x-amzn-RequestId": f"00000000-0000-4000-8000-{len(control.calls):012d}"}
    return Response(content, answer.status, {**identity, **answer.headers})


def _answer(shop: Shop, request: Request, path: str, found: tuple[Route, dict[str, str]] | None, body: bytes) -> Answer:
    plan = ""
    if found:
        plan = found[0].plan(body) if found[0].plan else found[0].operation_id
    try:
        answer = _performed(shop, request, path, found, body, plan)
    except ApiError as error:
        answer = Answer(error.body(), error.status, error.headers)
    return Answer(answer.body, answer.status, {**shop.plans.headers(plan, answer.status), **answer.headers})


def _performed(shop: Shop, request: Request, path: str, found: tuple[Route, dict[str, str]] | None, body: bytes, plan: str) -> Answer:
    signed = _signed(shop, request, path, body)
    if signed is not None:
        return signed
    if found is None and find(request.method, path) is None:
        raise refusal("no path")
    _admit(shop, request, found[0].role if found else "")
    if found is None:
        raise refusal("not served")
    route, values = found
    if not shop.plans.take(plan):
        raise refusal("quota")
    call = Call(values, Query(request.query_params), body, _home(shop, request), route.operation)
    _check(route, call)
    return route.handler(shop, call)


def _signed(shop: Shop, request: Request, path: str, body: bytes) -> Answer | None:
    """Answer an address that is its own key, or None for any other."""
    query, name = request.query_params, path.rpartition("/")[2]
    if path == f"{feed_documents.FOLDER}{name}" and request.method in {"GET", "PUT"}:
        return feed_documents.serve(shop, request.method, name, query, request.headers, body)
    if path == f"{DOWNLOAD}{name}" and request.method == "GET":
        return download(shop, name, query.get("until", ""))
    if path == f"{product_types.FOLDER}{name}" and request.method == "GET":
        return product_types.download(name, query)
    return None


def _admit(shop: Shop, request: Request, role: str) -> None:
    """Let a seller's token with the role in. ApiError otherwise."""
    if not 0 < len(request.headers.get("user-agent", "")) <= LONGEST_AGENT:
        raise invalid("The user-agent header is required and has at most 500 characters.")
    access = shop.door.admit(request.headers.get("x-amz-access-token"))
    if not access.seller or (role and role not in shop.roles):
        raise refusal("no role")


def _check(route: Route, call: Call) -> None:
    """Hold a request against the official description. ApiError 400 for what it does not allow."""
    if route.precheck:
        route.precheck(call.body)
    known = described(route.method, route.template)
    complaints = known.complaints(call.query.items(), call.body) if known else []
    if complaints:
        raise invalid("; ".join(complaints))


def _operation(method: str, path: str) -> str:
    """Name an operation that has no route: a document's address, one by its description, or else as it was asked for."""
    if path.startswith(feed_documents.FOLDER):
        return f"{method} {feed_documents.TEMPLATE}"
    known = None if path == TOKEN_PATH else find(method, path)
    return f"{method} {known.template if known else path}"


def _path(shop: Shop, request: Request) -> str:
    """Return the path below the store, still encoded: a SKU may contain a slash."""
    raw: Any = request.scope.get("raw_path") or request.url.path.encode()
    path = raw.decode("ascii", "replace").partition("?")[0]
    _, _, rest = path.lstrip("/").partition("/")
    return f"/{rest}" if unquote(path.lstrip("/").partition("/")[0]) == shop.facts.name else request.url.path


def _home(shop: Shop, request: Request) -> str:
    return f"{request.url.scheme}://{request.url.netloc}/{shop.facts.name}"
