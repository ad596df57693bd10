"""The load generator of the benchmarks: a figure is worth no more than its counting, and a comparison no more than its comparing."""

import asyncio
import contextlib
import itertools
import os
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import orjson
import pytest

from tests.perf.load import Served, load
from tests.perf.tap import tapped
from tests.perf.workloads import differences

GOOD = b'{"data":{"nodes":[]}}'
Answer = Callable[[int, bytes], bytes]

pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="benchmarks read /proc, which this system does not have")


def http(body: bytes, status: str = "200 OK") -> bytes:
    return f"HTTP/1.1 {status}\r\ncontent-length: {len(body)}\r\n\r\n".encode() + body


def in_pieces(body: bytes) -> bytes:
    pieces = b"".join(f"{len(piece):x}\r\n".encode() + piece + b"\r\n" for piece in (body[:5], body[5:]))
    return b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n" + pieces + b"0\r\n\r\n"


@contextlib.asynccontextmanager
async def answering(answer: Answer) -> AsyncIterator[Served]:
    """Serve what `answer` says to the number of a request and its body; nothing is hanging up."""
    numbers = itertools.count()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
                told = answer(next(numbers), await reader.readexactly(length))
                if not told:
                    break
                writer.write(told)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield Served(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/graphql", os.getpid(), {})


async def test_every_kind_of_failure_is_counted_once() -> None:
    bad = {
        2: http(b'{"errors":[{}]}'),
        3: http(b'{"data":{"nodes":[]},"errors":[{}]}'),
        5: http(b'{"data":null}'),
        7: http(GOOD, "503 Service Unavailable"),
        11: b"",
    }
    async with answering(lambda number, _: bad.get(number, http(GOOD))) as served:
        figures = await load(served, "{ nodes }", clients=3, requests=20)

    assert (20, 5) == (figures.requests, figures.errors)


async def test_no_more_is_sent_than_was_asked_for() -> None:
    numbers: list[int] = []

    def answer(number: int, body: bytes) -> bytes:
        numbers.append(number)
        return http(GOOD)

    async with answering(answer) as served:
        figures = await load(served, "{ nodes }", clients=8, requests=21)

    assert (21, 0) == (figures.requests, figures.errors)
    assert 21 == len(numbers)


async def test_a_turn_ends_when_its_time_is_over() -> None:
    async with answering(lambda *_: http(GOOD)) as served:
        began = time.perf_counter()
        figures = await load(served, "{ nodes }", clients=2, requests=10**9, seconds=0.1)

    assert 0.1 <= time.perf_counter() - began < 5
    assert figures.requests > 2


async def test_answers_in_pieces_are_whole_answers() -> None:
    seen: list[bytes] = []

    def watch(_began: float, _ended: float, raw: bytes) -> None:
        seen.append(raw)

    async with answering(lambda *_: in_pieces(GOOD)) as served:
        figures = await load(served, "{ nodes }", clients=1, requests=3, watch=watch)

    assert ([GOOD] * 3, 0) == (seen, figures.errors)


async def test_queries_and_variables_take_turns() -> None:
    asked: list[tuple[str, dict[str, int]]] = []

    def answer(number: int, body: bytes) -> bytes:
        request = orjson.loads(body)
        asked.append((request["query"], request["variables"]))
        return http(GOOD)

    async with answering(answer) as served:
        await load(served, ["a", "b"], clients=1, requests=5, variables=[{"n": 1}, {"n": 2}, {"n": 3}, {"n": 4}])

    assert [("a", {"n": 1}), ("b", {"n": 2}), ("a", {"n": 3}), ("b", {"n": 4}), ("a", {"n": 1})] == asked


async def test_times_are_those_of_the_requests() -> None:
    times: list[float] = []

    def watch(began: float, ended: float, _raw: bytes) -> None:
        times.append((ended - began) * 1000)

    async with answering(lambda *_: http(GOOD)) as served:
        figures = await load(served, "{ nodes }", clients=2, requests=50, watch=watch)

    assert min(times) <= figures.p50 <= figures.p95 <= figures.p99 <= max(times)


async def test_a_tap_knows_whose_calls_passed_and_changes_nothing() -> None:
    async with answering(lambda *_: in_pieces(GOOD)) as served, tapped({"shop": served.url.removesuffix("/graphql")}) as tap:
        through = Served(f"{tap.urls['shop']}/north/api", os.getpid(), {})
        figures = await load(through, "{ nodes }", clients=2, requests=6)

    assert (6, 0) == (figures.requests, figures.errors)
    assert ["north"] * 6 == [call.store for call in tap.calls]
    assert all(call.seconds > 0 for call in tap.calls)


def test_answers_that_differ_anywhere_are_told_apart() -> None:
    one = {"data": {"nodes": [{"id": "1", "lines": [{"sku": "A"}]}, {"id": "2", "lines": []}], "more": True}}
    other = {"data": {"nodes": [{"id": "1", "lines": [{"sku": "B"}]}, {"id": "2", "lines": [{}]}], "more": 1.5}}

    found = [each.split(":")[0] for each in differences(one, other)]

    assert [".data.nodes[0].lines[0].sku", ".data.nodes[1].lines", ".data.more"] == found
    assert [] == list(differences(one, one))
