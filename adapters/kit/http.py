"""The wire: the one place that speaks HTTP to platforms.

Connections are pooled and kept alive per certificate authority. A request goes to the address its store names and nowhere else:
redirects are answers, never followed. Every phase has a time limit, every answer a size limit, TLS is always verified.
"""

import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import orjson
from httpx_aiohttp import AiohttpTransport

from adapters.kit.failures import PlatformError
from adapters.kit.stores import StoreConfig
from schema.errors import Category

TIMEOUT = httpx.Timeout(connect=5, read=25, write=10, pool=5)
MOST_BYTES = 32 * 1024 * 1024
LIMITS = httpx.Limits(max_connections=200, max_keepalive_connections=100, keepalive_expiry=30)
USER_AGENT = "Cartograph/0.1"


@dataclass(frozen=True, slots=True)
class Request:
    """One request to a store. `path` is appended to the store's url; `operation` names it in logs and counts.

    `cost` is in the platform's points. `safe` says that sending it twice changes nothing.
    """

    method: str
    path: str
    operation: str
    params: Mapping[str, str] = field(default_factory=dict)
    json: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    cost: float = 1
    safe: bool = True


@dataclass(frozen=True, slots=True)
class Answer:
    """What a platform answered. `body` is the decoded JSON or None, `text` the beginning of the raw body. Header names are lower case."""

    status: int
    headers: Mapping[str, str]
    body: Any
    text: str
    seconds: float


class UnreachableError(PlatformError):
    """No answer came. `sent` says whether the platform may have seen the request."""

    def __init__(self, message: str, *, sent: bool, code: str) -> None:
        super().__init__(Category.TRANSIENT, message, code=code, retry_after=5)
        self.sent = sent


class Wire:
    """The connections of one process."""

    def __init__(self) -> None:
        self._clients: dict[Path | None, httpx.AsyncClient] = {}

    async def send(self, store: StoreConfig, request: Request) -> Answer:
        """Send one request and read its answer; raises UnreachableError when none comes."""
        client = self._client(store.ca_file)
        content = None if request.json is None else orjson.dumps(request.json)
        headers = {"accept": "application/json", "user-agent": USER_AGENT, **request.headers}
        if content is not None:
            headers["content-type"] = "application/json"
        url = httpx.URL(store.url + request.path, params=request.params) if request.params else httpx.URL(store.url + request.path)
        try:
            async with client.stream(request.method, url, content=content, headers=headers) as response:
                raw = await _read(response)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise UnreachableError(
                "The store can't be reached; check that its address is right and its server is up.", sent=False, code=_name(error)
            ) from error
        except httpx.TimeoutException as error:
            raise UnreachableError("The store did not answer in time.", sent=True, code=_name(error)) from error
        except httpx.TransportError as error:
            raise UnreachableError("The store broke the connection off.", sent=True, code=_name(error)) from error
        return Answer(
            status=response.status_code,
            headers={name.lower(): value for name, value in response.headers.items()},
            body=_decode(raw),
            text=raw[:2000].decode("utf-8", "replace"),
            seconds=response.elapsed.total_seconds(),
        )

    async def close(self) -> None:
        """Close all connections."""
        for client in self._clients.values():
            await client.aclose()
        self._clients.clear()

    def _client(self, ca_file: Path | None) -> httpx.AsyncClient:
        client = self._clients.get(ca_file)
        if client is None:
            verify = ssl.create_default_context(cafile=ca_file) if ca_file else ssl.create_default_context()
            transport = AiohttpTransport(verify=verify, limits=LIMITS)
            client = self._clients[ca_file] = httpx.AsyncClient(
                transport=transport, timeout=TIMEOUT, follow_redirects=False, trust_env=False
            )
        return client


async def _read(response: httpx.Response) -> bytes:
    chunks: list[bytes] = []
    size = 0
    async for chunk in response.aiter_bytes():
        size += len(chunk)
        if size > MOST_BYTES:
            message = f"The store's answer is larger than {MOST_BYTES // 1024 // 1024} MB; ask for fewer rows at once."
            raise PlatformError(Category.VALIDATION, message, code="ANSWER_TOO_LARGE")
        chunks.append(chunk)
    return b"".join(chunks)


def _decode(raw: bytes) -> Any:
    if not raw:
        return None
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError:
        return None


def _name(error: Exception) -> str:
    return type(error).__name__
