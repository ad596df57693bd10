"""An application around a schema of a few fields, so that the way in is tested without a core."""

import hashlib
import logging
import os
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Self

import httpx
import pytest
import strawberry
from strawberry.scalars import JSON
from strawberry.schema.config import StrawberryConfig

from gateway import telemetry
from gateway.app import make_app
from gateway.auth import ApiKey, Door
from gateway.limits import LIMITS
from resolvers.principal import Principal, Role
from schema.errors import Code, InputError
from schema.scalars import SCALARS

READER_KEY = "cgk_reader-key-of-the-tests"
WRITER_KEY = "cgk_writer-key-of-the-tests"


@strawberry.type
class Knot:
    """Something with itself inside."""

    name: str = "knot"

    @strawberry.field
    def knot(self) -> Self:
        return self


@strawberry.type
class Query:
    """One field for each way a request can go."""

    @strawberry.field
    def who(self, info: strawberry.Info[Principal, None]) -> str:
        return info.context.name

    @strawberry.field
    def since(self, moment: datetime) -> datetime:
        return moment

    @strawberry.field
    def knot(self, times: int = 1) -> Knot:
        return Knot()

    @strawberry.field
    def knots(self) -> list[Knot | None]:
        raise InputError(Code.PAGE_SIZE_INVALID, "Ask for fewer knots.")

    @strawberry.field
    def broken(self) -> str:
        raise RuntimeError("shpat_0123456789abcdef belongs to ann@example.com")

    @strawberry.field
    def too_large_a_number(self) -> int:
        return 2**40

    @strawberry.field
    def free(self) -> JSON:
        return JSON({"long": 2**70})


def api_key(text: str, *roles: Role) -> ApiKey:
    return ApiKey(hashlib.sha256(text.encode()).hexdigest(), Principal(text[4:10], frozenset({"acme"}), frozenset(roles)))


KEYS = (api_key(READER_KEY, Role.READ), api_key(WRITER_KEY, Role.WRITE))
Client = Callable[..., httpx.AsyncClient]


@pytest.fixture
async def client() -> AsyncIterator[Client]:
    """Make clients of the application: with `keys` it has API keys, `address` is where the client is."""
    opened: list[httpx.AsyncClient] = []

    def make(*, keys: bool = False, address: str = "127.0.0.1", host: str = "localhost:8000") -> httpx.AsyncClient:
        schema = strawberry.Schema(Query, extensions=LIMITS, config=StrawberryConfig(scalar_map=SCALARS))
        door = Door(KEYS if keys else ())
        app = make_app(schema=schema, door=door, open_context=lambda principal: principal, roles={}, stores=())
        transport = httpx.ASGITransport(app, client=(address, 50_000))
        opened.append(httpx.AsyncClient(transport=transport, base_url=f"http://{host}"))
        return opened[-1]

    yield make
    for each in opened:
        await each.aclose()


@pytest.fixture
def no_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    """Stand in an empty folder, with none of our variables set."""
    for name in [name for name in os.environ if name.startswith("CARTOGRAPH_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return monkeypatch


@pytest.fixture
def kept_log() -> Iterator[None]:
    """Put the log back as it was: a program of ours configures it for the whole process."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    levels = {name: logging.getLogger(name).level for name in telemetry.QUIET}
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    for name, each in levels.items():
        logging.getLogger(name).setLevel(each)
