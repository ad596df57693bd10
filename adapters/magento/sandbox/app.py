"""The server: which store a request is for, whether it gets through, what is wrong with it today, and who answers."""

from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import parse_qsl, unquote

import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route as Path

from adapters.kit.sandbox import Control, SandboxStore
from adapters.magento.sandbox.calls import Answer, Asked, Call
from adapters.magento.sandbox.description import check_request, description
from adapters.magento.sandbox.errors import ApiError, refusal
from adapters.magento.sandbox.fields import trim, wanted_of
from adapters.magento.sandbox.routes import Route, find_route
from adapters.magento.sandbox.rows import edit_row
from adapters.magento.sandbox.site import Site, open_site

JSON = "application/json; charset=utf-8"
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]
TAKEN = ("*/*", "application/*", "application/json")
ADMIN_TOKEN = ("V1", "integration", "admin", "token")
REQUEST_TOKEN, ACCESS_TOKEN = ("oauth", "token", "request"), ("oauth", "token", "access")
CLOUD_TOKEN = ("ims", "token", "v3")
LOST = "<html><head><title>404 Not Found</title></head><body><h1>Not Found</h1></body></html>"


@dataclass(frozen=True, slots=True)
class Target:
    """What a path points at: `segments` from `V1` on, or those of a token endpoint, read in the store view `scope`."""

    segments: tuple[str, ...]
    scope: str = "default"


def make_app(stores: tuple[SandboxStore, ...], control: Control) -> Starlette:
    """Return the server of these stores. ValueError for a profile, size or option it does not know."""
    description()  # read before the first request: files are not to be waited for among requests
    sites = {store.name: open_site(store, control.now) for store in stores}
    control.rows = partial(edit_row, sites)

    async def serve(request: Request) -> Response:
        site = sites.get(request.path_params["store"])
        return await _served(site, control, request) if site else HTMLResponse(LOST, 404)

    paths = [Path("/{store}", serve, methods=METHODS), Path("/{store}/{rest:path}", serve, methods=METHODS)]
    return Starlette(routes=[*control.routes(), *paths])


async def _served(site: Site, control: Control, request: Request) -> Response:
    """Answer one request of one store; one that does not get through never reaches the shop."""
    raw = request.scope.get("raw_path", request.url.path.encode()).decode("latin-1")
    target = _target(site, request, raw)
    if target is None or ("%2f" in raw.lower() and not site.settings.encoded_slashes):
        control.log(site.settings.name, f"{request.method} /{request.path_params.get('rest', '')}", 404)
        return HTMLResponse(LOST, 404)
    found = find_route(site.settings, request.method, target.segments)
    operation = f"{request.method} {found[0].template if found else '/' + '/'.join(target.segments)}"
    stopped = site.gate.refuse()
    if stopped:
        control.log(site.settings.name, operation, stopped.status)
        return _response(stopped)
    site.gate.in_flight += 1
    try:
        struck = await control.strike(site.settings.name, operation)
        if struck is not None:
            return struck
        asked = await _asked(request, raw)
        try:
            answer = _answer(site, asked, target, found)
        except ApiError as error:
            answer = Answer(error.body(), error.status, error.headers)
    finally:
        site.gate.in_flight -= 1
    control.log(site.settings.name, operation, answer.status)
    return _response(answer)


def _target(site: Site, request: Request, raw: str) -> Target | None:
    """Return what the path points at, None when no part of the API."""
    segments = tuple(unquote(part) for part in raw.split("/")[2:] if part)
    if segments[:1] == ("index.php",):
        segments = segments[1:]
    if site.settings.cloud:
        if segments == CLOUD_TOKEN:
            return Target(segments)
        scope = request.headers.get("store", "default")
        return Target(segments, scope) if segments[:1] == ("V1",) else None
    if segments in {REQUEST_TOKEN, ACCESS_TOKEN}:
        return Target(segments)
    if segments[:1] != ("rest",):
        return None
    scopes = {"default", "all", *(view.code for view in site.facts.profile.views)}
    if segments[1:2] and segments[1] in scopes:
        return Target(segments[2:], segments[1])
    return Target(segments[1:])


async def _asked(request: Request, raw: str) -> Asked:
    pairs = parse_qsl(request.scope.get("query_string", b"").decode("latin-1"), keep_blank_values=True)
    url = f"{request.url.scheme}://{request.headers.get('host', request.url.netloc)}{raw}"
    return Asked(request.method, url, tuple(pairs), dict(request.headers), await request.body())


def _answer(site: Site, asked: Asked, target: Target, found: tuple[Route, tuple[str, ...]] | None) -> Answer:
    entry = _token(site, asked, target)
    if entry is not None:
        return entry
    if found is None:
        raise refusal("route")
    accepted = [part.partition(";")[0].strip() for part in asked.headers.get("accept", "*/*").split(",")]
    if not any(one in TAKEN for one in accepted):
        raise refusal("accept")
    route, parts = found
    site.door.admit(asked, route.resource)
    route.check(parts)
    wrong = check_request(route.method, route.template, asked.pairs)
    if wrong:
        raise wrong
    call = Call(asked, parts, target.scope)
    answer = route.handler(site, call)
    wanted = call.query.get("fields")
    return Answer(trim(answer.body, wanted_of(wanted)), answer.status, answer.headers) if wanted else answer


def _token(site: Site, asked: Asked, target: Target) -> Answer | None:
    """Answer the endpoints that hand out tokens, None for anything else."""
    if asked.method != "POST":
        return None
    if target.segments == REQUEST_TOKEN:
        return site.door.request_token(asked)
    if target.segments == ACCESS_TOKEN:
        return site.door.access_token(asked)
    if target.segments == CLOUD_TOKEN:
        return site.door.cloud_token(asked.body)
    if target.segments == ADMIN_TOKEN and not site.settings.cloud:
        return site.door.admin_token(asked.body)
    return None


def _response(answer: Answer) -> Response:
    body: Any = answer.body if answer.text else orjson.dumps(answer.body)
    kind = "text/plain; charset=utf-8" if answer.text else JSON
    return Response(body, answer.status, {"Content-Type": kind, **answer.headers})
