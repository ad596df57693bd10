"""Answers: from a valid document to the bytes that leave, once for all who ask the same at the same time.

Who asks the same query with the same variables while its execution has not begun shares it. He shares one that has begun as well, when the
query leaves freshness to the gateway and nothing was written meanwhile, as far as this process knows: then it is no older than what the
cache would have given him. An execution ends with the last who waits for it.
"""

import asyncio
import inspect
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson
import strawberry
from graphql import ExecutionResult, GraphQLError, GraphQLSyntaxError, OperationDefinitionNode, OperationType, execute

from adapters.kit import watching
from adapters.kit.tasks import end
from gateway.documents import Document, Documents, InvalidError
from gateway.errors import TOO_DEEP, RefusedError, coded
from gateway.execution import Execution
from gateway.limits import SEVERAL
from resolvers.principal import Principal

OPENS: Mapping[OperationType, str] = {
    OperationType.SUBSCRIPTION: "Subscriptions are served over WebSocket, or over HTTP with `accept: text/event-stream`.",
    OperationType.MUTATION: "Mutations are sent with POST.",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request asks: its text, the value of its variables, the name of its operation, and whether it only may read."""

    query: str
    variables: dict[str, Any] | None = None
    operation_name: str | None = None
    reads_only: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What leaves. `ran` says that the operation was valid and running began; `errors` counts those in the body.

    `type` is "query" or "mutation", where there is one.
    """

    body: bytes
    ran: bool
    errors: int
    type: str = "unknown"

    @property
    def outcome(self) -> str:
        """Return the word for those who watch."""
        return ("errors" if self.errors else watching.OK) if self.ran else "refused"


@dataclass(slots=True)
class _Flight:
    task: asyncio.Task[Answer]
    version: int
    waiting: int = 0
    begun: bool = False


class Answers:
    """Answers requests over one schema. `version` changes whenever something this process answers from was written to."""

    def __init__(self, schema: strawberry.Schema, open_context: Callable[[Principal], Any], version: Callable[[], int] = lambda: 0) -> None:
        self._schema = schema._schema  # noqa: SLF001 -- Strawberry shows graphql-core's schema in no other way
        self._open_context = open_context
        self._version = version
        self._documents = Documents(self._schema)
        self._flights: dict[tuple[Any, ...], _Flight] = {}

    async def answer(self, principal: Principal, asked: Asked, request_id: str) -> Answer:
        """Answer a request; raises RefusedError for one that names no operation that may be asked so."""
        try:
            document = self._documents.read(asked.query)
            operation = _chosen(document, asked)
        except InvalidError as error:
            return _refused(error.errors, request_id)
        except GraphQLSyntaxError as error:
            return _refused([error], request_id)
        except RecursionError as error:
            return _refused([GraphQLError(TOO_DEEP, original_error=error)], request_id)
        if operation.operation is not OperationType.QUERY:
            return await self._run(principal, document, asked, request_id)
        variables = orjson.dumps(asked.variables, option=orjson.OPT_SORT_KEYS) if asked.variables else b""
        return await self._shared((principal, asked.query, variables, asked.operation_name), principal, document, asked, request_id)

    async def _shared(self, key: tuple[Any, ...], principal: Principal, document: Document, asked: Asked, request_id: str) -> Answer:
        flight = self._flights.get(key)
        if flight is None or (flight.begun and (document.fresh or flight.version != self._version())):
            flight = self._flights[key] = self._begin(key, principal, document, asked, request_id)
        flight.waiting += 1
        try:
            return await asyncio.shield(flight.task)
        except asyncio.CancelledError:
            if flight.waiting == 1:
                await end(flight.task)
            raise
        finally:
            flight.waiting -= 1

    def _begin(self, key: tuple[Any, ...], principal: Principal, document: Document, asked: Asked, request_id: str) -> _Flight:
        async def fly() -> Answer:
            flight.begun, flight.version = True, self._version()
            try:
                return await self._run(principal, document, asked, request_id)
            finally:
                if self._flights.get(key) is flight:
                    del self._flights[key]

        flight = _Flight(asyncio.create_task(fly()), self._version())
        return flight

    async def _run(self, principal: Principal, document: Document, asked: Asked, request_id: str) -> Answer:
        operation = document.operation(asked.operation_name)
        type_ = operation.operation.value if operation else "unknown"
        with watching.execution(type_) as passage:
            answer = await self._execute(principal, document, asked, request_id, type_)
            passage.tell(outcome=answer.outcome)
            return answer

    async def _execute(self, principal: Principal, document: Document, asked: Asked, request_id: str, type_: str) -> Answer:
        try:
            found = execute(
                self._schema,
                document.tree,
                context_value=self._open_context(principal),
                variable_values=asked.variables,
                operation_name=asked.operation_name,
                executor_class=Execution,
                selections=document.selections,
            )
            result = await found if inspect.isawaitable(found) else found
        except RecursionError as error:
            result = ExecutionResult(None, [GraphQLError(TOO_DEEP, original_error=error)])
        errors = result.errors or []
        if errors and result.data is None and all(error.path is None for error in errors):
            return _refused(errors, request_id, type_, executed=True)
        shaped: dict[str, Any] = {"data": result.data}
        if errors:
            shaped["errors"] = [coded(error, request_id, executed=True).formatted for error in errors]
        return Answer(encode(shaped), True, len(errors), type_)


def encode(data: object) -> bytes:
    """Write JSON; a whole number too long for the fast writer goes through the slow one."""
    try:
        return orjson.dumps(data)
    except TypeError:
        return json.dumps(data, separators=(",", ":"), default=_written).encode()


def _written(text: orjson.Fragment) -> Any:
    """Return what was written before as a value again."""
    return orjson.loads(orjson.dumps(text))


def _chosen(document: Document, asked: Asked) -> OperationDefinitionNode:
    """Return the operation to run; raises InvalidError and RefusedError."""
    found = document.operation(asked.operation_name)
    if found is None:
        if asked.operation_name is None:
            operations = [each for each in document.tree.definitions if isinstance(each, OperationDefinitionNode)]
            raise InvalidError([GraphQLError(SEVERAL, operations)])
        raise RefusedError(400, f"The document has no operation named {asked.operation_name[:80]!r}.")
    if found.operation is OperationType.SUBSCRIPTION or (found.operation is OperationType.MUTATION and asked.reads_only):
        raise RefusedError(400, OPENS[found.operation])
    return found


def _refused(errors: list[GraphQLError], request_id: str, type_: str = "unknown", *, executed: bool = False) -> Answer:
    shaped = [coded(error, request_id, executed=executed).formatted for error in errors]
    return Answer(encode({"errors": shaped}), False, len(errors), type_)
