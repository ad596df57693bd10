"""The words in which requests are refused: every error that leaves has a code, and nothing unexpected is shown.

An error of ours keeps its code, however deep the libraries wrapped it. What the libraries raise gets the code of the step it was raised
in. Anything else is our own mistake: it is logged with its traceback, and the caller is told only where to find it in the log.
"""

import logging
from collections.abc import Iterator, Mapping

import orjson
from graphql import GraphQLError, GraphQLSyntaxError, ValueNode
from starlette.responses import Response

from schema.errors import CartographError, Code

LOG = logging.getLogger(__name__)

JSON = "application/json"
TOO_DEEP = "The request is nested too deeply."

# HTTP status of a request that is refused as a whole.
STATUSES: Mapping[str, int] = {Code.UNAUTHENTICATED.value: 401, Code.FORBIDDEN.value: 403, Code.INTERNAL.value: 500}


class RefusedError(Exception):
    """A request is refused before GraphQL begins; the message is for the caller."""

    def __init__(self, status: int, message: str, code: Code = Code.BAD_REQUEST, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.code = code
        self.headers = dict(headers or {})

    @classmethod
    def of(cls, error: CartographError) -> "RefusedError":
        """Return the refusal of a whole request for an error of ours."""
        headers = {"www-authenticate": "Bearer"} if error.code is Code.UNAUTHENTICATED else None
        return cls(STATUSES.get(error.code.value, 400), error.message, error.code, headers)

    def response(self) -> Response:
        """Return the answer, shaped as GraphQL errors are."""
        body = {"errors": [{"message": self.message, "extensions": {"code": self.code.value}}]}
        return Response(orjson.dumps(body), self.status, self.headers, media_type=JSON)


def internal(request_id: str) -> str:
    """Return the sentence for what went wrong on our side."""
    return f"Something went wrong here; it was logged under {request_id}."


def coded(error: GraphQLError, request_id: str, *, executed: bool) -> GraphQLError:
    """Return an error fit to leave; `executed` says that the operation was valid and running began. Logs what is unexpected."""
    ours = next((link for link in _chain(error) if isinstance(link, CartographError)), None)
    if ours is not None:
        return _again(error, error.message, dict(ours.extensions or {}))
    if any(isinstance(link, RecursionError) for link in _chain(error)):
        return _again(error, TOO_DEEP, {"code": Code.GRAPHQL_VALIDATION_FAILED.value})
    code = _code(error, executed=executed)
    if code is Code.INTERNAL:
        LOG.error("Unexpected error at %s", _place(error), exc_info=error.original_error or error, extra={"request_id": request_id})
        return _again(error, internal(request_id), {"code": code.value})
    return _again(error, error.message, {"code": code.value})


def _code(error: GraphQLError, *, executed: bool) -> Code:
    if isinstance(error, GraphQLSyntaxError):
        return Code.GRAPHQL_PARSE_FAILED
    if not _is_about_the_request(error):
        return Code.INTERNAL
    return Code.BAD_REQUEST if executed else Code.GRAPHQL_VALIDATION_FAILED


def _is_about_the_request(error: GraphQLError) -> bool:
    """Tell the caller's mistakes from ours.

    With a path an error is about an argument, then its node is a value, or about what a resolver did. Without one it is about the document
    or the variables, unless it wraps a foreign exception and points nowhere.
    """
    if error.path is not None:
        return any(isinstance(node, ValueNode) for node in error.nodes or ())
    return bool(error.nodes) or all(isinstance(link, GraphQLError) for link in _chain(error))


def _chain(error: BaseException) -> Iterator[BaseException]:
    """Yield an error and what it wraps, from the outside in."""
    link: BaseException | None = error
    for _ in range(10):
        if link is None:
            return
        yield link
        link = link.original_error if isinstance(link, GraphQLError) else None


def _again(error: GraphQLError, message: str, extensions: dict[str, object]) -> GraphQLError:
    return GraphQLError(message, error.nodes, error.source, error.positions, error.path, None, extensions)


def _place(error: GraphQLError) -> str:
    """Return the path of an error without the numbers of list rows."""
    return ".".join(part for part in error.path or () if isinstance(part, str)) or "no field"
