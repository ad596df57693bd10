"""The server: which store a request is for, whether it gets through, what is wrong with it today, and who answers."""

from dataclasses import dataclass, replace
from functools import partial
from typing import Any
from urllib.parse import parse_qsl, unquote

import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route as Path

from adapters.kit.sandbox import Control, SandboxStore
from adapters.magento.sandbox.bodies import check_entities, most_entities, read_json, settled
from adapters.magento.sandbox.bulk import enqueue
from adapters.magento.sandbox.calls import Answer, Asked, Call
from adapters.magento.sandbox.description import check_body, check_request, description
from adapters.magento.sandbox.errors import ApiError, refusal
from adapters.magento.sandbox.fields import trim, wanted_of
from adapters.magento.sandbox.route import Route
from adapters.magento.sandbox.routes import find_queued, find_route
from adapters.magento.sandbox.rows import edit_row
from adapters.magento.sandbox.settings import Settings
from adapters.magento.sandbox.site import Site, open_site

JSON = "application/json; charset=utf-8"
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]
TAKEN = ("*/*", "application/*", "application/json")
ADMIN_TOKEN = ("V1", "integration", "admin", "token")
REQUEST_TOKEN, ACCESS_TOKEN = ("oauth", "token", "request"), ("oauth", "token", "access")
CLOUD_TOKEN = ("ims", "token", "v3")
LOST = "<html><head><title>404 Not Found</title></head><body><h1>Not Found</h1></body></html>"


@dataclass(frozen=True, slots=True)
class Found:
    """A route for a request, with its path's parameters."""

    route: Route
    parts: tuple[str, ...]
    operation: str


@dataclass(frozen=True, slots=True)
class Target:
    """What a path points at: `segments` from `V1` on, or those of a token endpoint, read in the store view `scope`.

    `queued` is "async" for a call to be done later, "async/bulk" for many of them.
    """

    segments: tuple[str, ...]
    scope: str = "default"
    queued: str = ""

    @property
    def many(self) -> bool:
        """Whether the bodies of many calls are sent at once."""
        return self.queued == "async/bulk"

    def find(self, settings: Settings, method: str) -> Found | None:
        """Return the route that serves it, with the path's parameters, and how the call is logged."""
        queued = bool(self.queued)
        found = find_queued(settings, method, self.segments, many=self.many) if queued else find_route(settings, method, self.segments)
        if found is None:
            return None
        path = "/" + "/".join(found[0].named()) if self.many else found[0].template
        return Found(*found, f"{method} {'/' if queued else ''}{self.queued}{path}")


def make_app(stores: tuple[SandboxStore, ...], control: Control) -> Starlette:
    """Return the server of these stores. ValueError for a profile, size or option it does not know."""
    description()  # read before the first request: files are not to be waited for among requests
    sites = {store.name: open_site(store, control) for store in stores}
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
    found = target.find(site.settings, request.method)
    operation = found.operation if found else f"{request.method} /{'/'.join(target.segments)}"
    stopped = site.gate.refuse()
    if stopped:
        control.log(site.settings.name, operation, stopped.status)
        return _response(stopped)
    site.gate.in_flight += 1
    try:
        await site.queue.work(control)
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
        return _queued(segments, request.headers.get("store", "default")) if segments[:1] == ("V1",) else None
    if segments in {REQUEST_TOKEN, ACCESS_TOKEN}:
        return Target(segments)
    if segments[:1] != ("rest",):
        return None
    scopes = {"default", "all", *(view.code for view in site.facts.profile.views)}
    if segments[1:2] and segments[1] in scopes:
        return _queued(segments[2:], segments[1])
    return _queued(segments[1:], "default")


def _queued(segments: tuple[str, ...], scope: str) -> Target:
    """Take the words of the queue out of a path: they stand before `V1`, or behind it in the cloud."""
    words = tuple(word for word in segments[:3] if word in {"async", "bulk"})
    if words[:1] != ("async",):
        return Target(segments, scope)
    rest = list(segments)
    for word in (*words, "V1"):
        if word not in rest[:3]:
            return Target(segments, scope)
        rest.remove(word)
    return Target(("V1", *rest), scope, "/".join(words))


async def _asked(request: Request, raw: str) -> Asked:
    pairs = parse_qsl(request.scope.get("query_string", b"").decode("latin-1"), keep_blank_values=True)
    url = f"{request.url.scheme}://{request.headers.get('host', request.url.netloc)}{raw}"
    return Asked(request.method, url, tuple(pairs), dict(request.headers), await request.body())


def _answer(site: Site, asked: Asked, target: Target, found: Found | None) -> Answer:
    entry = _token(site, asked, target)
    if entry is not None:
        return entry
    if found is None:
        raise refusal("route")
    accepted = [part.partition(";")[0].strip() for part in asked.headers.get("accept", "*/*").split(",")]
    if not any(one in TAKEN for one in accepted):
        raise refusal("accept")
    route = found.route
    site.door.admit(asked, route.resource)
    if not target.many:
        route.check(found.parts)
    wrong = check_request(route.method, route.template, asked.pairs)
    if wrong:
        raise wrong
    call = Call(asked, found.parts, target.scope, operation=found.operation)
    answer = _written(site, call, target, route) if route.service else route.handler(site, call)
    wanted = call.query.get("fields")
    return Answer(trim(answer.body, wanted_of(wanted)), answer.status, answer.headers) if wanted else answer


def _written(site: Site, call: Call, target: Target, route: Route) -> Answer:
    """Read and check what is sent, then do it, or queue it."""
    sent = read_json(call.asked.body)
    most = most_entities(site.settings, queued=bool(target.queued))
    many = sent if target.many and isinstance(sent, list) else [sent]
    if target.many:
        check_entities({route.service: many}, most)
    beside = [part.strip("{}") for part in route.template.split("/") if part.startswith("{") and target.many]
    for body in many:
        if isinstance(body, dict):
            check_entities(body, most)
            wrong = check_body((route.method, route.template), body, beside)
            if wrong:
                raise wrong
    if not target.many and not isinstance(sent, dict):
        raise refusal("json")
    call = replace(call, body=settled(sent) if isinstance(sent, dict) else {})
    return enqueue(site, route, call, sent, many=target.many) if target.queued else route.handler(site, call)


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
