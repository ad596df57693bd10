"""The GraphQL endpoint: reads a request, runs it for its principal, and sees to it that every answer is GraphQL-shaped JSON.

Queries and mutations are asked over HTTP; subscriptions over a WebSocket (`sockets`), or over HTTP with `accept: text/event-stream`.

Queries and mutations go straight to `answers`; streams go through Strawberry's view, which knows the protocols. The media type
`application/graphql-response+json` gives a refused request status 400 instead of 200.
"""

import logging
import re
import time
from collections.abc import Callable, Mapping
from typing import Any

import orjson
from cross_web import AsyncHTTPRequestAdapter, HTTPException
from graphql import GraphQLError
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL
from strawberry.http import GraphQLHTTPResponse, GraphQLRequestData
from strawberry.http.base import BaseRequestProtocol
from strawberry.schema.base import BaseSchema
from strawberry.subscriptions import GRAPHQL_SSE_PROTOCOL, GRAPHQL_TRANSPORT_WS_PROTOCOL
from strawberry.types import ExecutionResult
from strawberry.types.execution import PreExecutionError
from strawberry.types.unset import UNSET, UnsetType

from adapters.kit import watching
from gateway.answers import Answer, Answers, Asked, encode
from gateway.auth import Door
from gateway.errors import JSON, RefusedError, coded
from gateway.sockets import MOST_OPERATIONS, Caller, Handler, Operations
from resolvers.principal import Principal
from schema.errors import AccessError

LOG = logging.getLogger(__name__)

GRAPHQL_JSON = "application/graphql-response+json"
MOST_NAME = 80

_OPERATION = re.compile(r"\b(?:query|mutation|subscription)\s+(\w+)")


class Endpoint(GraphQL[Any, None]):
    """Answers GET and POST; a GET that wants HTML gets `page`. `open_context` makes the context of one request."""

    graphql_transport_ws_handler_class = Handler

    def __init__(self, schema: BaseSchema, answers: Answers, door: Door, open_context: Callable[[Principal], Any], page: str) -> None:
        protocols = (GRAPHQL_TRANSPORT_WS_PROTOCOL, GRAPHQL_SSE_PROTOCOL)
        super().__init__(schema, subscription_protocols=protocols, max_subscriptions_per_connection=MOST_OPERATIONS)
        self.operations = Operations(schema, open_context)
        self._answers = answers
        self._door = door
        self._open_context = open_context
        self._page = page

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request, or all operations of a WebSocket."""
        if scope["type"] == "websocket":
            await self.run(WebSocket(scope, receive, send))
            return
        request = Request(scope, receive)
        with watching.request(request.headers.get("traceparent", "")) as passage:
            try:
                response = await self._answer(request, passage)
            except AccessError as error:
                response = _refused(RefusedError.of(error))
            except RefusedError as error:
                response = _refused(error)
            except HTTPException as error:
                response = _refused(RefusedError(error.status_code, error.reason))
        await response(scope, receive, send)

    async def _answer(self, request: Request, passage: watching.Passage) -> Response:
        if request.method not in {"GET", "POST"}:
            raise RefusedError(405, "GraphQL is asked with POST, or with GET for queries.", headers={"allow": "GET, POST"})
        if self.should_render_graphql_ide(self.request_adapter_class(request)):
            passage.tell(type="page", outcome=watching.OK)
            return await self.render_graphql_ide(request)
        began = time.perf_counter()
        principal = self._door.admit(request)
        if self._get_stream_transport_from_headers(request.headers) is not None:
            request.state.errors = 0
            response = await self.run(request, context=self._open_context(principal))
            errors, operation = request.state.errors, getattr(request.state, "operation", None)
            passage.tell(type="subscription", outcome="errors" if errors else watching.OK)
        else:
            asked = await _asked(request)
            answer = await self._answers.answer(principal, asked, request.scope.get("request_id", ""))
            response, errors, operation = _written(answer, request), answer.errors, _name(asked.query, asked.operation_name)
            passage.tell(type=answer.type, outcome=answer.outcome)
        fields = {
            "operation": operation,
            "principal": principal.name,
            "milliseconds": round((time.perf_counter() - began) * 1000, 1),
            "errors": errors,
        }
        LOG.info("GraphQL request answered", extra=fields)
        return response

    def should_render_graphql_ide(self, request: BaseRequestProtocol) -> bool:
        """Say whether a browser wants the page; what takes anything, as curl does, is told about queries instead."""
        wants_page = "text/html" in request.headers.get("accept", "")
        return wants_page and request.method == "GET" and request.query_params.get("query") is None

    async def render_graphql_ide(self, request: Request) -> Response:
        """Return the page."""
        return HTMLResponse(self._page)

    async def parse_http_body(self, request: AsyncHTTPRequestAdapter) -> GraphQLRequestData:
        """Read a request; raises RefusedError."""
        get = request.method == "GET"
        asked = _read(_parameters(request.query_params) if get else _body(request.content_type, await request.get_body()))
        streaming = self._get_stream_transport_from_headers(request.headers)
        return GraphQLRequestData(
            query=asked.query,
            variables=asked.variables,
            operation_name=asked.operation_name,
            extensions=None,
            protocol=streaming.protocol if streaming else "http",
        )

    async def execute_operation(
        self,
        request: Request,
        request_adapter: AsyncHTTPRequestAdapter,
        request_data: GraphQLRequestData | list[GraphQLRequestData],
        context: Any,
        root_value: None,
        sub_response: Response,
    ) -> Any:
        """Run an operation, and remember its name for the log."""
        if isinstance(request_data, GraphQLRequestData):
            request.state.operation = _name(request_data.query or "", request_data.operation_name)
        return await super().execute_operation(request, request_adapter, request_data, context, root_value, sub_response)

    async def get_sub_response(self, request: Request | WebSocket) -> Response:
        """Begin the answer: its media type is the one the caller likes best of ours."""
        answer = await super().get_sub_response(request)
        answer.media_type = GRAPHQL_JSON if GRAPHQL_JSON in request.headers.get("accept", "") else JSON
        request.state.answer = answer
        return answer

    async def process_result(self, request: Request, result: ExecutionResult) -> GraphQLHTTPResponse:
        """Shape a result, each of its errors with a code; one that never ran has no `data`."""
        errors = result.errors or []
        executed = not isinstance(result, PreExecutionError)
        refused = not executed or (bool(errors) and result.data is None and all(error.path is None for error in errors))
        if refused and request.state.answer.media_type == GRAPHQL_JSON:
            request.state.answer.status_code = 400
        request.state.errors = len(errors)
        shaped: GraphQLHTTPResponse = {} if refused else {"data": result.data}
        if errors:
            shaped["errors"] = [_coded(error, request, executed=executed).formatted for error in errors]
        if result.extensions:
            shaped["extensions"] = result.extensions
        return shaped

    def create_response(self, response_data: GraphQLHTTPResponse | list[GraphQLHTTPResponse], sub_response: Response) -> Response:
        """Write an answer."""
        return Response(self.encode_json(response_data), sub_response.status_code or 200, media_type=sub_response.media_type)

    def encode_json(self, data: object) -> bytes:
        """Write JSON."""
        return encode(data)

    async def get_context(self, request: Request | WebSocket, response: Response | WebSocket) -> Any:
        """Return who is at the other end of a WebSocket; over HTTP a context is made by whoever was let in."""
        return Caller(request)

    async def on_ws_connect(self, context: Any) -> UnsetType | dict[str, object] | None:
        """Let a caller in, or close his connection."""
        context.admit(self._door)
        plainly: UnsetType = UNSET
        return plainly


def _refused(error: RefusedError) -> Response:
    LOG.info("GraphQL request refused: %s", error.code, extra={"status": error.status})
    return error.response()


def _coded(error: GraphQLError, request: Request, *, executed: bool) -> GraphQLError:
    return coded(error, request.scope.get("request_id", ""), executed=executed)


def _written(answer: Answer, request: Request) -> Response:
    """Return an answer in the media type that the caller likes best of ours."""
    kind = GRAPHQL_JSON if GRAPHQL_JSON in request.headers.get("accept", "") else JSON
    return Response(answer.body, 200 if answer.ran or kind == JSON else 400, media_type=kind)


def _name(query: str, given: str | None) -> str | None:
    """Return the name of the operation, for the log."""
    if given is None:
        found = _OPERATION.search(query)
        given = found[1] if found else None
    return given and given[:MOST_NAME]


async def _asked(request: Request) -> Asked:
    """Read a request; raises RefusedError."""
    if request.method == "GET":
        return _read(_parameters(request.query_params), reads_only=True)
    return _read(_body(request.headers.get("content-type"), await request.body()))


def _read(values: dict[str, Any], *, reads_only: bool = False) -> Asked:
    query = _checked(values, "query", str, "text")
    if not query:
        raise RefusedError(400, 'There is no query in the request: send {"query": "…"}, with "variables" and "operationName" if needed.')
    _checked(values, "extensions", dict, "an object")
    return Asked(query, _checked(values, "variables", dict, "an object"), _checked(values, "operationName", str, "text"), reads_only)


def _parameters(given: Mapping[str, str | None]) -> dict[str, Any]:
    values: dict[str, Any] = dict(given)
    for name in ("variables", "extensions"):
        if values.get(name):
            values[name] = _decoded(values[name], f"`{name}`")
    return {name: value for name, value in values.items() if value != ""}


def _body(content_type: str | None, raw: str | bytes) -> dict[str, Any]:
    if (content_type or "").partition(";")[0].strip().lower() != JSON:
        raise RefusedError(415, f"The body has to be JSON, sent with the header `content-type: {JSON}`.")
    found = _decoded(raw, "The body")
    if isinstance(found, list):
        raise RefusedError(400, "Send one operation a request: batches are not taken. Several root fields in one operation are.")
    if not isinstance(found, dict):
        raise RefusedError(400, 'The body has to be a JSON object: {"query": "…"}.')
    return found


def _decoded(raw: str | bytes, what: str) -> Any:
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise RefusedError(400, f"{what} is not JSON: {error.msg} at character {error.pos}.") from None


def _checked(values: dict[str, Any], name: str, kind: type, word: str) -> Any:
    value = values.get(name)
    if value is not None and not isinstance(value, kind):
        raise RefusedError(400, f"`{name}` has to be {word}.")
    return value
