"""Load: some clients that send requests again and again to a server, what that cost the server's process, and what it cost here.

The clients speak HTTP/1.1 over connections that are kept, by a protocol of a few lines: a general client would use more CPU than some of
the servers that are measured, and on a machine of two cores would measure itself.
"""

import asyncio
import itertools
import os
import statistics
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

import httptools
import orjson

Watch = Callable[[float, float, bytes], None]  # when a request began and ended, in seconds of the performance counter, and its answer


@dataclass(frozen=True, slots=True)
class Figures:
    """What one round measured. Times are milliseconds, memory megabytes, CPU milliseconds a request.

    `cpu` and `memory` are those of the serving process, `beside` is the CPU of the processes it needs (its Valkey, what it stands before),
    `own` the CPU of the clients. `busy` is how much of the time the clients' process ran, of 1.
    """

    requests: int
    per_second: float
    p50: float
    p95: float
    p99: float
    cpu: float
    memory: float
    errors: int
    beside: float
    own: float
    busy: float


class Served:
    """A serving process, known by its id, and the processes it needs."""

    def __init__(self, url: str, pid: int, headers: dict[str, str], beside: Callable[[], Sequence[int]] = tuple) -> None:
        self.url = url
        self.pid = pid
        self.headers = {"content-type": "application/json", **headers}
        self.beside = beside

    async def ask(self, query: str, **variables: Any) -> dict[str, Any]:
        """Send one query; returns the whole answer."""
        client = await Client.to(self)
        try:
            _, raw = await client.send(self.request(query, variables))
        finally:
            client.close()
        found: dict[str, Any] = orjson.loads(raw)
        return found

    def request(self, query: str, variables: Mapping[str, Any] | None = None) -> bytes:
        """Return all bytes of a request."""
        parts = urlsplit(self.url)
        body = orjson.dumps({"query": query, **({"variables": variables} if variables else {})})
        headers = {**self.headers, "host": parts.netloc, "content-length": str(len(body))}
        lines = [f"POST {parts.path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
        return "\r\n".join([*lines, "", ""]).encode() + body

    def cpu(self) -> float:
        """Return the seconds of CPU the process has used."""
        return cpu_of(self.pid)

    def cpu_beside(self) -> float:
        """Return the seconds of CPU used by the processes it needs."""
        return sum(map(cpu_of, self.beside()))

    def memory(self) -> float:
        """Return the megabytes the process holds."""
        lines = Path(f"/proc/{self.pid}/status").read_text().splitlines()
        return int(next(line for line in lines if line.startswith("VmRSS:")).split()[1]) / 1024


class Client(asyncio.Protocol):
    """One connection: sends a request, gives its answer, and is then free for the next."""

    def __init__(self) -> None:
        self._answer: asyncio.Future[tuple[int, bytes]] | None = None
        self._transport: asyncio.Transport | None = None
        self._body: list[bytes] = []
        self._parser = httptools.HttpResponseParser(self)

    @classmethod
    async def to(cls, served: Served) -> "Client":
        """Connect to a server."""
        parts = urlsplit(served.url)
        _, client = await asyncio.get_running_loop().create_connection(cls, parts.hostname or "", parts.port or 80)
        return client

    def send(self, request: bytes) -> asyncio.Future[tuple[int, bytes]]:
        """Send a request; the future has the status and the body, or ConnectionError."""
        self._answer = asyncio.get_running_loop().create_future()
        if self._transport is None or self._transport.is_closing():
            self._answer.set_exception(ConnectionResetError("the connection is closed"))
        else:
            self._transport.write(request)
        return self._answer

    def close(self) -> None:
        """Hang up."""
        if self._transport is not None:
            self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remember where to write."""
        self._transport = cast("asyncio.Transport", transport)

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell who waits."""
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(ConnectionResetError("the server hung up"))

    def data_received(self, data: bytes) -> None:
        """Read on."""
        self._parser.feed_data(data)

    def on_body(self, body: bytes) -> None:
        """Keep a piece of the answer."""
        self._body.append(body)

    def on_message_complete(self) -> None:
        """Give the answer to who waits."""
        status, body = self._parser.get_status_code(), b"".join(self._body)
        self._body.clear()
        if self._answer is not None and not self._answer.done():
            self._answer.set_result((status, body))


async def load(
    served: Served,
    query: str | Sequence[str],
    *,
    clients: int,
    requests: int,
    seconds: float | None = None,
    wanted: bytes = b'"nodes"',
    variables: Iterable[Mapping[str, Any]] = (),
    watch: Watch | None = None,
) -> Figures:
    """Send at most `requests` queries by `clients` at once, for at most `seconds`; each answer must hold what is wanted, and no errors.

    Queries take turns, and so do variables, from the beginning again when they are used up. All is written down before the clock starts.
    """
    queries = [query] if isinstance(query, str) else query
    bodies = itertools.cycle(
        [served.request(*each) for each in zip(itertools.cycle(queries), variables, strict=False)] or map(served.request, queries)
    )
    connected = [await Client.to(served) for _ in range(clients)]
    turns = _Turns(bodies, requests)
    cpu, beside, own, began = served.cpu(), served.cpu_beside(), time.process_time(), time.perf_counter()
    turns.until = began + seconds if seconds else None
    await asyncio.gather(*(_ask_on(served, client, turns, wanted, watch) for client in connected))
    took = time.perf_counter() - began
    own = time.process_time() - own
    count = len(turns.times)
    cuts = statistics.quantiles(turns.times, n=100, method="inclusive") if count > 1 else [*turns.times] * 99
    each = 1000 / count
    return Figures(
        requests=count,
        per_second=count / took,
        p50=cuts[49],
        p95=cuts[94],
        p99=cuts[98],
        cpu=(served.cpu() - cpu) * each,
        memory=served.memory(),
        errors=turns.errors,
        beside=(served.cpu_beside() - beside) * each,
        own=own * each,
        busy=own / took,
    )


class _Turns:
    """The requests still to be sent, and what became of those that were."""

    def __init__(self, bodies: Iterator[bytes], requests: int) -> None:
        self.until: float | None = None
        self.times: list[float] = []
        self.errors = 0
        self._bodies = itertools.islice(bodies, requests)

    def take(self) -> bytes | None:
        """Return the next request, None when it is over."""
        if self.until is not None and time.perf_counter() >= self.until:
            return None
        return next(self._bodies, None)


async def _ask_on(served: Served, client: Client, turns: _Turns, wanted: bytes, watch: Watch | None) -> None:
    while (request := turns.take()) is not None:
        began = time.perf_counter()
        try:
            status, raw = await client.send(request)
        except ConnectionError:
            status, raw = 0, b""
            client = await Client.to(served)
        ended = time.perf_counter()
        turns.times.append((ended - began) * 1000)
        turns.errors += status != 200 or _refused(raw) or wanted not in raw
        if watch is not None:
            watch(began, ended, raw)
    client.close()


def _refused(raw: bytes) -> bool:
    """Say whether an answer has errors; they stand first, or behind the data."""
    return b'"errors":' in raw[:200] or b'"errors":' in raw[-600:]


def cpu_of(pid: int) -> float:
    """Return the seconds of CPU a process has used; none when it is gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
