"""The server: two routes for each store (GraphQL and the token endpoint) and the control routes."""

import uuid
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from adapters.kit.sandbox import Control, SandboxStore
from adapters.shopify.sandbox.access import ALL_READS, ALL_WRITES, granted
from adapters.shopify.sandbox.bucket import Bucket
from adapters.shopify.sandbox.edits import Editor
from adapters.shopify.sandbox.filters import searchable
from adapters.shopify.sandbox.requests import operation_name, respond
from adapters.shopify.sandbox.shop import SERVED
from adapters.shopify.sandbox.store import Store
from adapters.shopify.sandbox.tokens import Tokens
from adapters.shopify.sandbox.view import View

BUCKET_SIZE = 2_000
RESTORE_RATE = 100
WRONG_TOKEN = "[API] Invalid API key or access token (unrecognized login or wrong password)"
TOKEN_OPERATION = "access_token"


class Site:
    """One store behind the server.

    Options: `scopes` (list, default all reads and writes), `bucket` and `restore` (points, points a second), `until` (end of the seeded
    years), `job_seconds` (how long what is only accepted takes).
    """

    def __init__(self, described: SandboxStore, control: Control) -> None:
        options = described.options
        scopes = list(options.get("scopes", (*ALL_READS, *ALL_WRITES)))
        self.name = described.name
        self.control = control
        self.store = Store(described, control.now)
        self.editor = Editor(self.store)
        self.view = View(self.store, granted(scopes), searchable(self.store), self._record)
        self.bucket = Bucket(options.get("bucket", BUCKET_SIZE), options.get("restore", RESTORE_RATE), control.now)
        self.tokens = Tokens(described.credentials, ",".join(scopes), control.now)

    async def graphql(self, request: Request) -> Response:
        """Answer one GraphQL request."""
        try:
            asked = orjson.loads(await request.body())
            query, variables, name = str(asked["query"]), asked.get("variables") or {}, asked.get("operationName")
        except orjson.JSONDecodeError:
            return self._reply({"errors": "Bad Request: the body is not JSON"}, 400, "")
        except (KeyError, TypeError, AttributeError):
            return self._reply({"errors": {"query": "Required parameter missing or invalid"}}, 400, "")
        operation = operation_name(query, name)
        struck = await self.control.strike(self.name, operation)
        if struck is not None:
            return struck
        if not self.tokens.accepts(request.headers.get("X-Shopify-Access-Token", "")):
            return self._reply({"errors": WRONG_TOKEN}, 401, operation)
        answer = respond(self.view, self.bucket, query, variables, name)
        return self._reply(answer.body, 200, operation, answer.requested)

    async def token(self, request: Request) -> Response:
        """Answer the token endpoint, for JSON and for forms."""
        struck = await self.control.strike(self.name, TOKEN_OPERATION)
        if struck is not None:
            return struck
        status, body = self.tokens.grant(_form(await request.body(), request.headers.get("Content-Type", "")))
        return self._reply(body, status, TOKEN_OPERATION)

    def _record(self, what: str, entity: str, value: Any, operation: str) -> None:
        self.control.effect(self.name, what, entity, value, operation)

    def _reply(self, body: Any, status: int, operation: str, cost: float = 0.0) -> Response:
        self.control.log(self.name, operation, status, cost)
        # Whatever version was asked, the only one served answers: older ones fall forward to it.
        headers = {"X-Shopify-API-Version": SERVED, "X-Request-Id": str(uuid.uuid4())}
        return Response(orjson.dumps(body), status, headers, media_type="application/json; charset=utf-8")


def make_app(stores: tuple[SandboxStore, ...], control: Control) -> Starlette:
    """Serve each store below its name, and the control routes."""
    sites = {described.name: Site(described, control) for described in stores}
    control.rows = _editor(sites)

    async def graphql(request: Request) -> Response:
        site = sites.get(request.path_params["store"])
        return await site.graphql(request) if site else _absent()

    async def token(request: Request) -> Response:
        site = sites.get(request.path_params["store"])
        return await site.token(request) if site else _absent()

    return Starlette(
        routes=[
            *control.routes(),
            Route("/{store}/admin/api/{version}/graphql.json", graphql, methods=["POST"]),
            Route("/{store}/admin/oauth/access_token", token, methods=["POST"]),
        ]
    )


def _editor(sites: Mapping[str, Site]) -> Any:
    def edit(asked: dict[str, Any]) -> dict[str, Any]:
        site = sites.get(asked["store"])
        return site.editor.edit(asked) if site else {"error": f"no such store: {asked['store']}"}

    return edit


def _form(body: bytes, content_type: str) -> Mapping[str, Any]:
    if "json" not in content_type:
        return dict(parse_qsl(body.decode("utf-8", "replace")))
    try:
        found = orjson.loads(body)
    except orjson.JSONDecodeError:
        return {}
    return found if isinstance(found, dict) else {}


def _absent() -> Response:
    return Response(orjson.dumps({"errors": "Not Found"}), 404, media_type="application/json; charset=utf-8")
