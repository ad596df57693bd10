"""The door before the mock servers: it stands where a platform would, and writes down what they find wrong with a request.

It starts the mock server of a description when a request for it comes, and answers for tokens where no description does. Made-up answers
say for ever that another page follows: the door takes that out of the later ones, and lets through a limited number of requests.
"""

import asyncio
import contextlib
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from adapters.kit.sandbox import Control, SandboxStore
from tests.second_opinion.descriptions import RENAMED, Description, descriptions
from tests.second_opinion.mock import Mock, mocking

MOST_CALLS = 30  # of one test
PAGES = 2  # of one list
MORE = frozenset({"nextToken", "nextCursor", "next"})  # what says that another page follows
METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]
TOKEN = {"access_token": "a-token-of-the-tests", "token_type": "bearer", "expires_in": 3600}
TOKEN_PATHS = {"amazon": "/auth/o2/token", "ebay": "/identity/v1/oauth2/token"}

VIOLATIONS = "sl-violations"
PROBLEM = "/prism/errors#"
# Prism's words for requests it can't serve as they are. Its others are for descriptions it can't make an answer of.
REFUSALS = frozenset({
    "UNPROCESSABLE_ENTITY", "UNAUTHORIZED", "NOT_ACCEPTABLE", "INVALID_CONTENT_TYPE", "NO_PATH_MATCHED_ERROR", "NO_METHOD_MATCHED_ERROR",
    "NO_SERVER_MATCHED_ERROR",
})  # fmt: skip
NOT_PASSED_ON = frozenset({"connection", "keep-alive", "content-length", "transfer-encoding", "date", "host", "accept-encoding"})


@dataclass(slots=True)
class Door:
    """All platforms' mock servers behind one address, each below its platform's name. `complaints` and `calls` are those of one test."""

    folder: Path
    client: httpx.AsyncClient
    mocks: contextlib.AsyncExitStack
    complaints: list[str] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    _known: dict[str, list[Description]] = field(default_factory=dict)
    _running: dict[Path, asyncio.Task[Mock]] = field(default_factory=dict)

    def open(self, platform: str) -> None:
        """Begin anew for a test of one platform; skips it when the platform's descriptions are not here."""
        if platform not in self._known:
            self._known[platform] = descriptions(platform, self.folder)
        self.complaints.clear()
        self.calls.clear()

    def app(self, stores: tuple[SandboxStore, ...], control: Control) -> Starlette:
        """Return the server, in the way sandboxes are served; it has no stores of its own."""
        return Starlette(routes=[Route("/{platform}/{path:path}", self._answer, methods=METHODS)])

    async def _answer(self, request: Request) -> Response:
        platform = request.path_params["platform"]
        path = request.scope["raw_path"].decode("ascii").removeprefix(f"/{platform}")
        if path == TOKEN_PATHS.get(platform):
            return JSONResponse(TOKEN)
        called = f"{request.method} {path}"
        self.calls.append(called)
        if len(self.calls) > MOST_CALLS:
            return JSONResponse({}, 503)
        described = RENAMED.get(platform, {}).get(path, path)
        for description in self._known[platform]:
            place = description.place(request.method, described)
            if place is not None:
                answer = await self._ask(description, request, place)
                self.complaints += [f"{called}: {each} ({description.name})" for each in complaints(answer)]
                content = answer.content if self.calls.count(called) < PAGES else _last_page(answer.content)
                return Response(content, answer.status_code, _passed_on(answer.headers))
        self.complaints.append(f"{called}: no description has it")
        return JSONResponse({}, 404)

    async def _ask(self, description: Description, request: Request, place: str) -> httpx.Response:
        """Ask a mock server, with the very bytes of the address that came."""
        if description.file not in self._running:
            self._running[description.file] = asyncio.create_task(self.mocks.enter_async_context(mocking(description.file)))
        mock = await asyncio.shield(self._running[description.file])
        query = request.scope["query_string"].decode("ascii")
        target = f"{place}?{query}" if query else place
        asked = self.client.build_request(request.method, mock.url, headers=_passed_on(request.headers), content=await request.body())
        asked.extensions["target"] = target.encode("ascii")
        return await self.client.send(asked)


def complaints(answer: httpx.Response) -> list[str]:
    """Return what Prism finds wrong with a request, from its answer; faults of its own answers are left out."""
    found = [each for each in json.loads(answer.headers.get(VIOLATIONS, "[]")) if each["location"][:1] == ["request"]]
    said = [_sentence(each) for each in found]
    problem: Any = answer.json() if answer.headers.get("content-type", "").startswith("application/problem+json") else {}
    kind = str(problem.get("type", "")).partition(PROBLEM)[2]
    if kind in REFUSALS:
        said += [_sentence(each) for each in problem.get("validation", ())] or [f"{kind} {problem.get('detail')}"]
    return said


def _sentence(violation: dict[str, Any]) -> str:
    return f"{'.'.join(violation['location'])}: {violation['message']}"


def _last_page(content: bytes) -> bytes:
    """Return an answer without what says that another page follows."""
    try:
        return json.dumps(json.loads(content, object_hook=lambda row: {key: row[key] for key in row if key not in MORE})).encode()
    except ValueError:
        return content


def _passed_on(headers: Any) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name.lower() not in NOT_PASSED_ON}
