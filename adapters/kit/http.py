"""The wire: the one place that speaks HTTP to platforms.

Connections are pooled and kept alive per certificate authority. A request goes to the address its store names and nowhere else:
redirects are answers, never followed. Every phase and the whole have a time limit, every answer a size limit, TLS is always verified,
and no cookie is kept: stores of several tenants share connections, and may share a domain.
"""

import asyncio
import http.cookiejar
import ssl
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import aiohttp
import httpx
import orjson
from httpx_aiohttp import AiohttpTransport

from adapters.kit.failures import PlatformError
from adapters.kit.stores import StoreConfig
from schema.errors import Category

TIMEOUT = httpx.Timeout(connect=5, read=25, write=10, pool=5)
LONGEST = 50.0  # seconds of one exchange: less than a lease of the budget lasts (`adapters.kit.budget`)
MOST_BYTES = 32 * 1024 * 1024
MOST_CONNECTIONS = 200
KEEPALIVE_SECONDS = 30
USER_AGENT = "Cartograph/0.1"
ENCODINGS = {"": False, "identity": False, "gzip": True, "x-gzip": True, "deflate": True}  # whether it is packed

_NOT_REACHED = "The store can't be reached; check that its address is right and its server is up."
_SILENT = "The store did not answer in time."
_BROKEN = "The store broke the connection off."
_NOT_HTTP = "What answers at the store's address does not speak HTTP as it should."
# What the transport may meet, narrow before wide: whether the platform may have seen the request, the code, the sentence.
_MET: tuple[tuple[type[Exception], bool, str, str], ...] = (
    (aiohttp.InvalidURL, False, "InvalidURL", _NOT_REACHED),
    (aiohttp.ClientConnectorError, False, "ConnectError", _NOT_REACHED),
    (aiohttp.ConnectionTimeoutError, False, "ConnectTimeout", _NOT_REACHED),
    (TimeoutError, True, "ReadTimeout", _SILENT),
    (aiohttp.ClientPayloadError, True, "ReadError", _BROKEN),
    (aiohttp.ClientConnectionError, True, "RemoteProtocolError", _BROKEN),
    (aiohttp.ClientResponseError, True, "NotHttp", _NOT_HTTP),
    (zlib.error, True, "DecodingError", _BROKEN),
    (Exception, True, "TransportError", _BROKEN),
)


@dataclass(frozen=True, slots=True)
class Request:
    """One request to a store. `path` is appended to the store's url; `operation` names it in logs and counts.

    `form` is sent as an HTML form would be, `json` as JSON, `content` as it is, of the kind that `headers` say. `host` names another of the
    platform's own hosts (`Manifest.hosts`), e.g. the one that gives tokens. `cost` is in the platform's points, `bucket` the budget they
    are taken from ("" is the store's own). `safe` says that sending it twice changes nothing.
    """

    method: str
    path: str
    operation: str
    params: Mapping[str, str] = field(default_factory=dict)
    json: Any = None
    form: Mapping[str, str] | None = None
    content: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    host: str = ""
    bucket: str = ""
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
        super().__init__(Category.TRANSIENT, message, code=code, retry_after=5, sent=sent)


class Wire:
    """The connections of one process."""

    def __init__(self) -> None:
        self._clients: dict[Path | None, httpx.AsyncClient] = {}

    async def send(self, store: StoreConfig, request: Request, base: str | None = None) -> Answer:
        """Send one request, to the store's own address or to `base`, and read its answer; raises UnreachableError when none comes."""
        client = self._client(store.ca_file)
        content, kind = _content(request)
        headers = {"accept": "application/json", "accept-encoding": "gzip", "user-agent": USER_AGENT, **kind, **request.headers}
        try:
            url = httpx.URL((base or store.url) + request.path, **({"params": request.params} if request.params else {}))
            async with asyncio.timeout(LONGEST), client.stream(request.method, url, content=content, headers=headers) as response:
                raw = await _read(response)
        except (httpx.RequestError, aiohttp.ClientError, TimeoutError, zlib.error) as error:
            raise _unreachable(error) from error
        except (httpx.InvalidURL, ValueError):
            # What can't be sent may be a credential: neither it nor the error that quotes it is passed on.
            message = "The request can't be written as HTTP; check the store's address, and its credentials for stray characters."
            raise PlatformError(Category.VALIDATION, message, code="UNSENDABLE") from None
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
            transport = AiohttpTransport(client=lambda: _connections(verify))
            no_cookies = http.cookiejar.CookieJar(http.cookiejar.DefaultCookiePolicy(allowed_domains=[]))
            client = self._clients[ca_file] = httpx.AsyncClient(
                transport=transport, timeout=TIMEOUT, follow_redirects=False, trust_env=False, cookies=no_cookies
            )
        return client


def _content(request: Request) -> tuple[bytes | None, dict[str, str]]:
    """Return the body of a request and the header that names its kind."""
    if request.form is not None:
        return urlencode(request.form).encode(), {"content-type": "application/x-www-form-urlencoded"}
    if request.json is not None:
        return orjson.dumps(request.json), {"content-type": "application/json"}
    return request.content, {}


def _connections(verify: ssl.SSLContext) -> aiohttp.ClientSession:
    connector = aiohttp.TCPConnector(limit=MOST_CONNECTIONS, keepalive_timeout=KEEPALIVE_SECONDS, ssl=verify)
    session = aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar())
    # It would send PUT and DELETE twice when a kept connection breaks; whether that is safe only the request's maker knows.
    session._retry_connection = False  # noqa: SLF001
    return session


def _unreachable(error: Exception) -> UnreachableError:
    """Say what happened from what the transport met: httpx's own classes do not tell a refused connection from one that broke."""
    met = error.__cause__ if isinstance(error.__cause__, aiohttp.ClientError) else error
    sent, code, message = next(row[1:] for row in _MET if isinstance(met, row[0]))
    return UnreachableError(message, sent=sent, code=code)


async def _read(response: httpx.Response) -> bytes:
    """Return the decoded body. It is decoded here, in bounded steps: a few KB of nested or packed zeros must not fill the memory."""
    encoding = response.headers.get("content-encoding", "identity").strip().lower()
    if encoding not in ENCODINGS:
        raise PlatformError(Category.VALIDATION, "The store packs its answers in a way nobody asked for.", code="CONTENT_ENCODING")
    unpack = zlib.decompressobj(wbits=zlib.MAX_WBITS | 32) if ENCODINGS[encoding] else None
    chunks: list[bytes] = []
    received = size = 0
    async for chunk in response.aiter_raw():
        received += len(chunk)
        chunks.append(unpack.decompress(chunk, MOST_BYTES - size + 1) if unpack else chunk)
        size += len(chunks[-1])
        if max(received, size) > MOST_BYTES:
            message = f"The store's answer is larger than {MOST_BYTES // 1024 // 1024} MB; ask for fewer rows at once."
            raise PlatformError(Category.VALIDATION, message, code="ANSWER_TOO_LARGE")
    if unpack and received and not unpack.eof:
        raise zlib.error("the packed answer ends too soon")
    return b"".join(chunks)


def _decode(raw: bytes) -> Any:
    if not raw:
        return None
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError:
        return None
