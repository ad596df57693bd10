"""Sends documents to one store and takes their answers apart.

A question that is asked, or a change that is made, many times goes out in documents of several roots, so that it costs few calls. What a
root is refused stands beside what the others were told: there are as many results as requests, each a payload or a failure.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from adapters.kit.failures import PlatformError, classify
from adapters.kit.http import Request
from adapters.kit.session import Session
from adapters.shopify.manifest import API_VERSION, BATCH, ERRORS
from adapters.shopify.operations import ROOT, operations, several
from adapters.shopify.values import Json
from schema.errors import Category

PATH = f"/admin/api/{API_VERSION}/graphql.json"
GID = re.compile(r"gid://shopify/([A-Za-z]+)/\d+(\?[\w=&]+)?")

MOST_ROOTS = 20
MOST_POINTS = 400  # of one document of several roots: the platform works them off one by one, and has to answer in time
POINTS_A_VARIANT = 0.2  # what a variant in the input costs

# By these a document is refused as a whole, and nothing of it was done.
REFUSED_WHOLE = frozenset({
    "400", "BAD_REQUEST", "INVALID", "INVALID_FIELD_ARGUMENTS", "INVALID_VARIABLE", "MAX_COST_EXCEEDED", "MAX_INPUT_SIZE_EXCEEDED",
    "RESOURCE_NOT_FOUND",
})  # fmt: skip
# After these what is left of a request is not sent: it would fare no better.
ENDING = frozenset({Category.TRANSIENT, Category.QUOTA, Category.AUTH})

OPERATIONS = operations()  # read once, before anything is served: files must not be waited for later


class Calls:
    """One store, ready to be sent documents."""

    def __init__(self, session: Session) -> None:
        self.session = session

    async def ask(self, name: str, variables: Json) -> Json:
        """Run a query and return its data; raises PlatformError."""
        document = OPERATIONS[name]
        body = {"query": document.text, "variables": variables, "operationName": name}
        answer = await self.session.send(Request("POST", PATH, name, json=body, cost=document.cost(variables)))
        data: Json = answer.body["data"]
        return data

    async def nodes(self, name: str, typename: str, ids: Sequence[str]) -> dict[str, Any]:
        """Return nodes by their ids, or why they can't be read; what the store does not have is absent. For what is read before a write."""
        good = [key for key in dict.fromkeys(ids) if is_gid(key, typename)]
        found: dict[str, Any] = {}
        for begin in range(0, len(good), BATCH):
            batch = good[begin : begin + BATCH]
            try:
                data = await self.ask(name, {"ids": batch})
            except PlatformError as error:
                found.update(dict.fromkeys(batch, unsent(error)))
                continue
            pairs = zip(batch, data["nodes"], strict=True)
            found.update({key: node for key, node in pairs if node and node["__typename"] == typename})
        return found

    async def each(self, name: str, requests: Sequence[Json]) -> list[Any]:
        """Run an operation of one root once for each of the variables; returns what each was answered: a payload, None, or why not."""
        results: list[Any] = []
        if not requests:
            return results
        for part in _parts(name, requests):
            results += await self._part(name, part)
            last = results[-1]
            if isinstance(last, PlatformError) and last.category in ENDING:
                break
        return results + [unsent(results[-1]) for _ in range(len(requests) - len(results))]

    async def one(self, name: str, variables: Json) -> Any:
        """Run an operation of one root; returns its payload, None, or why not."""
        return (await self.each(name, [variables]))[0]

    async def _part(self, name: str, part: Sequence[Json]) -> list[Any]:
        """Run a document; one that is refused as a whole is halved until the guilty root stands alone."""
        try:
            return await self._send(name, part)
        except PlatformError as error:
            if error.code not in REFUSED_WHOLE or len(part) == 1:
                return [error for _ in part]
        middle = len(part) // 2
        return [*await self._part(name, part[:middle]), *await self._part(name, part[middle:])]

    async def _send(self, name: str, part: Sequence[Json]) -> list[Any]:
        document = several(name, len(part))
        variables = {f"{key}_{at}": value for at, each in enumerate(part) for key, value in each.items()}
        body = {"query": document.text, "variables": variables, "operationName": name}
        cost = document.cost(variables) + sum(map(_surcharge, part))
        answer = await self.session.send(Request("POST", PATH, name, json=body, cost=cost, safe=not document.changes))
        return [_result(answer.body, f"{ROOT}{at}", changes=document.changes) for at in range(len(part))]


def is_gid(key: str, typename: str) -> bool:
    """Say whether an id is one of Shopify's, of this type. Others are not sent: one bad id fails a whole call there."""
    match = GID.fullmatch(key)
    return match is not None and match[1] == typename


def unsent(error: PlatformError) -> PlatformError:
    """Return a failure as one of a write that was not sent: so it was not done."""
    return PlatformError(error.category, error.message, code=error.code, retry_after=error.retry_after, sent=False)


def _parts(name: str, requests: Sequence[Json]) -> list[Sequence[Json]]:
    """Return the requests in documents that the platform can work off in time."""
    points = OPERATIONS[name].cost({})
    parts: list[list[Json]] = []
    room = 0.0
    for each in requests:
        cost = points + _surcharge(each)
        if not parts or cost > room or len(parts[-1]) == MOST_ROOTS:
            parts.append([])
            room = MOST_POINTS
        parts[-1].append(each)
        room -= cost
    return list(parts)


def _surcharge(variables: Mapping[str, Any]) -> float:
    variants = variables.get("variants") or (variables.get("input") or {}).get("variants") or ()
    return POINTS_A_VARIANT * len(variants)


def _result(body: Json, alias: str, *, changes: bool) -> Any:
    """Return what one root was answered."""
    payload = body["data"].get(alias)
    if payload is not None:
        return payload
    errors = body.get("errors") or []
    own = next((each for each in errors if (each.get("path") or [None])[0] == alias), None)
    if own is None and not changes:
        return None
    error = own or next(iter(errors), {"extensions": {"code": "INTERNAL_SERVER_ERROR"}})
    code = str((error.get("extensions") or {}).get("code") or "UNKNOWN")
    category, remedy = classify(ERRORS, 200, code)
    return PlatformError(category, remedy, code=code)
