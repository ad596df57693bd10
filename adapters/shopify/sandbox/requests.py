"""One GraphQL request from its JSON to its answer: read, check, price, take from the bucket, run, settle."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from graphql import DocumentNode, FieldNode, OperationDefinitionNode, execute_sync

from adapters.shopify.sandbox.access import missing
from adapters.shopify.sandbox.bucket import Bucket
from adapters.shopify.sandbox.cost import CEILING, actual_cost, requested_cost
from adapters.shopify.sandbox.documents import choose, read, schema
from adapters.shopify.sandbox.errors import RefusedError, error
from adapters.shopify.sandbox.execution import Run
from adapters.shopify.sandbox.plan import Fields, Plan
from adapters.shopify.sandbox.resolvers import resolver
from adapters.shopify.sandbox.variables import check_arguments, coerce
from adapters.shopify.sandbox.view import View

ROOTS = {"query": "QueryRoot", "mutation": "Mutation"}
LIMITS_PAGE = "https://shopify.dev/api/usage/rate-limits"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a request is answered with, and what it asked to spend."""

    body: dict[str, Any]
    requested: int = 0


def operation_name(query: str, name: str | None) -> str:
    """Return what a request calls itself: a mutation without a name by its field, a query without one, or no document at all, ""."""
    if name:
        return name
    document, _ = read(query)
    known = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)] if document else []
    if known and known[0].name is None and known[0].operation.value == "mutation":
        return next((node.name.value for node in known[0].selection_set.selections if isinstance(node, FieldNode)), "")
    return known[0].name.value if known and known[0].name else ""


def respond(view: View, bucket: Bucket, query: str, variables: Mapping[str, Any], name: str | None) -> Answer:
    """Answer one request; what was accepted before and is due by now has happened by then."""
    view.store.jobs.settle()
    try:
        document, operation = _read(query, name)
        values = coerce(operation, variables)
        check_arguments(document, operation, values)
    except RefusedError as refusal:
        return Answer({"errors": refusal.errors})
    plan = Plan(schema(), document, values, resolver, lambda owner, field, answer: missing(owner, field, answer, view.scopes))
    if _introspects(operation):
        return Answer({"data": execute_sync(schema(), document, operation_name=name).data})
    fields = plan.fields(ROOTS[operation.operation.value], [operation.selection_set])
    requested = requested_cost(fields)
    if requested > CEILING:
        message = f"Query cost is {requested}, which exceeds the single query max cost limit ({CEILING})."
        extensions = {"code": "MAX_COST_EXCEEDED", "cost": requested, "maxCost": CEILING, "documentation": LIMITS_PAGE}
        return Answer({"errors": [{"message": message, "extensions": extensions}]}, requested)
    if not bucket.has(requested):
        throttled = {"message": "Throttled", "extensions": {"code": "THROTTLED", "documentation": LIMITS_PAGE}}
        return Answer({"errors": [throttled], "extensions": {"cost": _cost(bucket, requested, None)}}, requested)
    return Answer(_run(Run(view, operation_name(query, name)), bucket, fields, requested), requested)


def _read(query: str, name: str | None) -> tuple[DocumentNode, OperationDefinitionNode]:
    document, problems = read(query)
    if problems or document is None:
        raise RefusedError(problems)
    operation = choose(document, name)
    if operation is None:
        message = f'No operation named "{name}"' if name else "An operation name is required"
        raise RefusedError([error(message, None, {"code": "BAD_REQUEST"})])
    return document, operation


def _run(run: Run, bucket: Bucket, fields: Fields, requested: int) -> dict[str, Any]:
    data = run.answer(fields)
    actual = min(requested, actual_cost(fields, data))
    bucket.take(actual)
    body: dict[str, Any] = {"errors": run.errors} if run.errors else {}
    body["data"] = data
    body["extensions"] = {"cost": _cost(bucket, requested, actual)}
    if run.searches:
        body["extensions"]["search"] = run.searches
    return body


def _cost(bucket: Bucket, requested: int, actual: int | None) -> dict[str, Any]:
    return {"requestedQueryCost": requested, "actualQueryCost": actual, "throttleStatus": bucket.status()}


def _introspects(operation: OperationDefinitionNode) -> bool:
    names = [getattr(getattr(node, "name", None), "value", "") for node in operation.selection_set.selections]
    return any(name in {"__schema", "__type"} for name in names)
