"""The server: which store a request is for, what is wrong with it today, who may ask, how much is left, and who answers."""

from functools import partial
from typing import Any
from urllib.parse import parse_qsl

import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route as Path

from adapters.ebay.sandbox.calls import Answer, Call
from adapters.ebay.sandbox.checks import check
from adapters.ebay.sandbox.description import find_operation, operations
from adapters.ebay.sandbox.door import admit
from adapters.ebay.sandbox.errors import ApiError, envelope, refusal
from adapters.ebay.sandbox.quotas import Quotas, limit_of
from adapters.ebay.sandbox.routes import POST_ORDER, TOKEN_PATH, Route, find_route
from adapters.ebay.sandbox.rows import edit_row
from adapters.ebay.sandbox.store import Store, open_store
from adapters.kit.sandbox import Control, SandboxStore

METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]
FORM = "application/x-www-form-urlencoded"


def make_app(stores: tuple[SandboxStore, ...], control: Control) -> Starlette:
    """Return the server of these stores; those with the same client_id share quotas. ValueError for what it does not know."""
    operations()  # read now, because a request must not wait for files
    quotas: dict[str, Quotas] = {}
    opened = {
        store.name: open_store(store, control, quotas.setdefault(store.credentials.get("client_id", ""), Quotas())) for store in stores
    }
    control.rows = partial(edit_row, opened)

    async def serve(request: Request) -> Response:
        store = opened.get(request.path_params["store"])
        return await _served(store, control, request) if store else _written(_refused(refusal(2002), post_order=False))

    return Starlette(routes=[*control.routes(), Path("/{store}/{rest:path}", serve, methods=METHODS)])


async def _served(store: Store, control: Control, request: Request) -> Response:
    path = f"/{request.path_params['rest']}"
    found = find_route(request.method, path)
    operation = found[0].operation if found else _operation(request.method, path)
    struck = await control.strike(store.settings.name, operation)
    if struck is not None:
        return struck
    body = await request.body()
    is_token = path == TOKEN_PATH and request.method == "POST"
    store.jobs.run(store.instant())
    answer = _token(store, request, body) if is_token else await _answer(store, request, path, found, body)
    control.log(store.settings.name, operation, answer.status, 1)
    return _written(answer)


def _operation(method: str, path: str) -> str:
    described = find_operation(method, path)
    return f"{method} {described.template if described else path}"


def _token(store: Store, request: Request, body: bytes) -> Answer:
    form = dict(parse_qsl(body.decode(errors="replace"), keep_blank_values=True))
    resource = f"oauth.{form.get('grant_type', '')}"
    if not request.headers.get("content-type", "").startswith(FORM):
        form = {}
    status, answer = store.tokens.grant(request.headers.get("authorization", ""), form)
    if status == 200 and not _take(store, resource):
        return _refused(refusal(2001), post_order=False)
    return Answer(answer, status)


async def _answer(store: Store, request: Request, path: str, found: tuple[Route, dict[str, str]] | None, body: bytes) -> Answer:
    try:
        if found is None:
            # A path the platform does not have is somebody's mistake, and must not look like a thing that is not there.
            served = find_operation(request.method, path) is not None
            raise refusal(2003) if served else refusal(2004, why=f"there is no {request.method} {path}")
        route, names = found
        headers = {name.lower(): value for name, value in request.headers.items()}
        admit(store, route, headers)
        if not _take(store, route.resource):
            raise refusal(2001)
        query = parse_qsl(request.url.query, keep_blank_values=True)
        sent = _json(body)
        check(route, query, request.scope["query_string"], headers, sent)
        home = f"{request.url.scheme}://{request.url.netloc}/{store.settings.name}"
        call = Call(store, route.operation, store.instant(), home, path, names, dict(query), headers, sent)
        async with store.turns.hold(route.holds(call)):
            return route.handler(call)
    except ApiError as error:
        return _refused(error, post_order=path.startswith(POST_ORDER))


def _take(store: Store, resource: str) -> bool:
    settings = store.settings
    return store.quotas.take(resource, limit_of(resource, settings.quotas, generous=settings.generous), store.instant())


def _json(body: bytes) -> Any:
    if not body:
        return None
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        raise refusal(2004, why="the body is no JSON") from None


def _refused(error: ApiError, *, post_order: bool) -> Answer:
    return Answer(envelope(error, post_order=post_order), error.status)


def _written(answer: Answer) -> Response:
    content = b"" if answer.body is None else orjson.dumps(answer.body)
    kind = {"Content-Type": "application/json"} if content else {}
    return Response(content, answer.status, {**kind, **answer.headers})
