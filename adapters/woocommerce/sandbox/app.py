"""The server: which store a request is for, whether the host still takes it, what is wrong with it today, and who answers."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import parse_qsl

import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route as Path

from adapters.kit.sandbox import Control, SandboxStore
from adapters.woocommerce.sandbox import about
from adapters.woocommerce.sandbox.calls import Answer, Call
from adapters.woocommerce.sandbox.errors import ApiError, refusal
from adapters.woocommerce.sandbox.fields import trim
from adapters.woocommerce.sandbox.routes import PLUGIN, Route, find_route, patterns
from adapters.woocommerce.sandbox.rows import edit_row
from adapters.woocommerce.sandbox.site import Site, open_site

PREFIX = "wp-json"
NAMESPACE = f"/{about.NAMESPACE}"
KEYED = (NAMESPACE, f"/{PLUGIN}")
JSON = "application/json; charset=UTF-8"
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]
BUSY = "<html><head><title>503 Service Unavailable</title></head><body><h1>Too many requests at once</h1></body></html>"
LOST = "<html><head><title>Page not found</title></head><body><h1>Nothing is here</h1></body></html>"


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it was meant, and what remembers the changes it makes."""

    method: str
    path: str
    body: bytes
    record: Callable[[str, str, Any], None]


def make_app(stores: tuple[SandboxStore, ...], control: Control) -> Starlette:
    """Return the server of these stores. ValueError for a profile, size or option it does not know."""
    sites = {store.name: open_site(store, control.now) for store in stores}
    control.rows = partial(edit_row, sites)

    async def serve(request: Request) -> Response:
        site = sites.get(request.path_params["store"])
        return await _served(site, control, request) if site else HTMLResponse(LOST, 404)

    paths = [Path("/{store}", serve, methods=METHODS), Path("/{store}/{rest:path}", serve, methods=METHODS)]
    return Starlette(routes=[*control.routes(), *paths])


async def _served(site: Site, control: Control, request: Request) -> Response:
    """Answer one request of one store. A host takes only so many at once; the others never reach the shop."""
    path = _api_path(request)
    if path is None:
        return _page(site, request)
    method = _method(request)
    found = find_route(site, method, path)
    operation = f"{method} {found[0].template if found else path.strip('/') or 'index'}"
    if site.in_flight >= site.settings.max_concurrent:
        control.log(site.settings.name, operation, 503)
        return HTMLResponse(BUSY, 503, {"Retry-After": "1"})
    site.in_flight += 1
    try:
        struck = await control.strike(site.settings.name, operation)
        if struck is not None:
            return struck
        if site.settings.latency:
            await asyncio.sleep(site.settings.latency)
        record = partial(_record, control, site, operation)
        answer = _answer(site, request, Asked(method, path, await request.body(), record), found)
    finally:
        site.in_flight -= 1
    control.log(site.settings.name, operation, answer.status)
    content = b"" if request.method == "HEAD" else orjson.dumps(answer.body)
    return Response(content, answer.status, {"Content-Type": JSON, **answer.headers})


def _record(control: Control, site: Site, operation: str, what: str, entity: str, value: Any) -> None:
    control.effect(site.settings.name, what, entity, value, operation)


def _answer(site: Site, request: Request, asked: Asked, found: tuple[Route, tuple[int, ...]] | None) -> Answer:
    method, path = asked.method, asked.path
    try:
        if path == "/":
            return Answer(about.index(site, _home(site, request), patterns(site)))
        # Keys are looked at only below these namespaces; there a wrong one is refused before anything else is.
        admitted = site.door.admit(request, method) if path.startswith(KEYED) else False
        if path == NAMESPACE:
            return Answer({"namespace": about.NAMESPACE, "routes": about.routes(patterns(site))})
        if found is None:
            raise refusal("no route")
        route, ids = found
        sent = _body(request, method, asked.body)
        if not admitted:
            raise refusal(route.refusal)
        inner = path.removeprefix(f"/{route.namespace}/")
        call = Call(method, inner, ids, request.query_params, _home(site, request), asked.record, sent)
        answer = route.handler(site, call)
        return Answer(trim(answer.body, request.query_params), answer.status, answer.headers)
    except ApiError as error:
        return Answer(error.body(), error.status, error.headers)


def _api_path(request: Request) -> str | None:
    """Return the route asked for, "/" for the index, or None where a page of the shop is meant."""
    rest = request.path_params.get("rest", "").strip("/")
    if rest == PREFIX or rest.startswith(f"{PREFIX}/"):
        return f"/{rest.removeprefix(PREFIX).strip('/')}"
    asked = request.query_params.get("rest_route") if not rest else None
    return f"/{asked.strip('/')}" if asked else None


def _page(site: Site, request: Request) -> Response:
    if request.path_params.get("rest", "").strip("/"):
        return HTMLResponse(LOST, 404)
    link = f'<{_home(site, request)}/{PREFIX}/>; rel="https://api.w.org/"'
    return HTMLResponse(f"<html><head><title>{site.settings.title}</title></head><body></body></html>", headers={"Link": link})


def _method(request: Request) -> str:
    """Return the method meant: a POST may carry another one, for hosts that block verbs; HEAD is a GET without its body."""
    override = request.query_params.get("_method") or request.headers.get("x-http-method-override")
    if request.method == "POST" and override:
        return override.upper()
    return "GET" if request.method == "HEAD" else request.method


def _home(site: Site, request: Request) -> str:
    return f"{request.url.scheme}://{request.url.netloc}/{site.settings.name}"


def _body(request: Request, method: str, body: bytes) -> Any:
    """Return what was sent, as an object: JSON or a form."""
    if method == "GET" or not body:
        return {}
    if "json" not in request.headers.get("content-type", ""):
        return dict(parse_qsl(body.decode(errors="replace"), keep_blank_values=True))
    try:
        sent = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise refusal("bad json", json_error_code=4, json_error_message="Syntax error") from error
    return sent if isinstance(sent, dict) else {}
