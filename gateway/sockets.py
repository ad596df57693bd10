"""GraphQL over WebSocket (the protocol `graphql-transport-ws`): who asks, a context of its own for each operation, errors with codes.

A browser can't send headers with a WebSocket, so the key may come with the first message: `{"authorization": "Bearer <key>"}`. A connection
without one that is let in is closed with 4403 before anything is run.
"""

import contextlib
from collections.abc import AsyncGenerator, Callable
from typing import Any

from starlette.requests import HTTPConnection
from strawberry.exceptions import ConnectionRejectionError
from strawberry.schema.base import BaseSchema
from strawberry.subscriptions.protocols.graphql_transport_ws.handlers import BaseGraphQLTransportWSHandler
from strawberry.types.execution import ExecutionResult, PreExecutionError

from gateway.auth import Door
from gateway.errors import coded
from resolvers.principal import Principal
from schema.errors import AccessError

MOST_OPERATIONS = 50  # of one connection


class Caller:
    """Who is at the other end of a connection; `connection_params` is what the first message brought."""

    def __init__(self, connection: HTTPConnection) -> None:
        self.connection = connection
        self.connection_params: dict[str, Any] = {}
        self.principal: Principal | None = None

    def admit(self, door: Door) -> None:
        """Let the caller in, by the header of the handshake or by the first message; raises ConnectionRejectionError."""
        brought = {name.lower(): value for name, value in self.connection_params.items() if isinstance(name, str)}
        authorization = brought.get("authorization")
        try:
            self.principal = door.admit(self.connection, authorization if isinstance(authorization, str) else None)
        except AccessError as error:
            raise ConnectionRejectionError from error


class Operations:
    """Runs the operations of connections, each in a context of its own. Stands where the protocol's handler expects a schema."""

    def __init__(self, schema: BaseSchema, open_context: Callable[[Principal], Any]) -> None:
        self._schema = schema
        self._open_context = open_context

    async def stream(self, query: str, *, context_value: Caller, **arguments: Any) -> AsyncGenerator[Any]:
        """Return the results of one operation as they come."""
        assert context_value.principal is not None, "an operation is run for nobody"
        context = self._open_context(context_value.principal)
        results = await self._schema.stream(query, context_value=context, **arguments)
        return _coded(results, context_value.connection.scope.get("request_id", ""))


class Handler(BaseGraphQLTransportWSHandler[Any, None]):
    """Strawberry's handler of the protocol, over `Operations`."""

    def __init__(self, *, schema: BaseSchema, view: Any, **arguments: Any) -> None:
        super().__init__(view=view, schema=view.operations, **arguments)


async def _coded(results: Any, request_id: str) -> AsyncGenerator[Any]:
    """Pass results on, each of their errors with a code."""
    async with contextlib.aclosing(results):
        async for result in results:
            if isinstance(result, ExecutionResult | PreExecutionError) and result.errors:
                executed = not isinstance(result, PreExecutionError)
                result.errors = [coded(error, request_id, executed=executed) for error in result.errors]
            yield result
