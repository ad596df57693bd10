"""The wire against real servers on loopback, most of them ill-behaved."""

import asyncio
import gzip
import json
import socket
import ssl
import zlib
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
import pytest_asyncio
import trustme

from adapters.kit import http
from adapters.kit.budget import LEASE_SECONDS
from adapters.kit.failures import PlatformError
from adapters.kit.http import Answer, Request, UnreachableError, Wire
from adapters.kit.stores import StoreConfig
from schema.errors import Category
from tests.support.server import Conversation, answering, reply

ASK = Request("GET", "/x", "Ask")


@pytest_asyncio.fixture
async def wire() -> AsyncIterator[Wire]:
    made = Wire()
    yield made
    await made.close()


def store(port: int, scheme: str = "http", host: str = "127.0.0.1", ca_file: Path | None = None) -> StoreConfig:
    return StoreConfig("shop", "acme", "any", f"{scheme}://{host}:{port}/shop", {}, ca_file)


async def answered(wire: Wire, *answers: bytes | Conversation, request: Request = ASK) -> Answer:
    async with answering(*answers) as server:
        return await wire.send(store(server.port), request)


async def unreachable(wire: Wire, *answers: bytes | Conversation, request: Request = ASK) -> tuple[bool, str]:
    with pytest.raises(UnreachableError) as caught:
        await answered(wire, *answers, request=request)
    assert Category.TRANSIENT is caught.value.category
    return caught.value.sent, caught.value.code


def saying(text: bytes) -> Conversation:
    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(text)
        await writer.drain()

    return converse


async def silence(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await asyncio.Event().wait()


async def test_an_answer_is_status_headers_and_decoded_body(wire: Wire) -> None:
    answer = await answered(wire, reply(b'{"a": "\xc3\xa9"}', "418 Teapot", X_One="1"))

    assert (418, {"a": "é"}, '{"a": "é"}', "1") == (answer.status, answer.body, answer.text, answer.headers["x-one"])
    assert answer.seconds > 0


@pytest.mark.parametrize("body", [b"", b"<html>", b"\xff\xfe", b"[" * 100_000, b'{"a": 1'])
async def test_what_is_not_json_has_no_body(wire: Wire, body: bytes) -> None:
    assert (await answered(wire, reply(body))).body is None


async def test_a_redirect_is_an_answer_and_not_followed(wire: Wire) -> None:
    async with answering(reply()) as other, answering(reply(b"", "302 Found", location=f"http://127.0.0.1:{other.port}/")) as server:
        answer = await wire.send(store(server.port), ASK)

    assert (302, 1, []) == (answer.status, len(server.heads), other.heads)


async def test_the_parameters_arrive_as_given(wire: Wire) -> None:
    params = {"a b": "c d", "plus": "1+1", "percent": "100%25", "word": "Größe ✓", "list": "1,2,3", "odd": "&=?#/;:@[]'\"~*", "none": ""}
    async with answering(reply()) as server:
        await wire.send(store(server.port), Request("GET", "/orders", "Ask", params=params))
    method, target, _ = server.heads[0].split("\r\n")[0].split(" ")

    assert ("GET", "/shop/orders") == (method, urlsplit(target).path)
    assert params == dict(parse_qsl(urlsplit(target).query, keep_blank_values=True, strict_parsing=True))


async def test_a_body_is_sent_as_json_with_the_headers_given(wire: Wire) -> None:
    async with answering(reply()) as server:
        await wire.send(store(server.port), Request("POST", "/x", "Ask", json={"a": "é"}, headers={"X-Token": "t"}))

    assert {"a": "é"} == json.loads(server.bodies[0])
    assert {"x-token: t", "content-type: application/json", "accept-encoding: gzip"} <= set(server.heads[0].lower().split("\r\n"))


async def test_a_body_of_another_kind_is_sent_as_it_is(wire: Wire) -> None:
    content, kind = b"--x\r\n\xff\r\n--x--\r\n", "multipart/form-data; boundary=x"
    async with answering(reply()) as server:
        await wire.send(store(server.port), Request("POST", "/x", "Ask", content=content, headers={"content-type": kind}))

    assert (content, True) == (server.bodies[0], f"content-type: {kind}" in server.heads[0].lower().split("\r\n"))


async def test_no_cookie_is_kept_for_the_next_store_of_the_domain(wire: Wire) -> None:
    async with answering(reply(set_cookie="session=of-one-tenant; Path=/")) as server:
        await wire.send(store(server.port, host="localhost"), ASK)
        await wire.send(store(server.port, host="localhost"), ASK)

    assert (2, False) == (len(server.heads), "cookie" in server.heads[1].lower())


async def test_proxies_of_the_environment_are_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    wire = Wire()

    assert 200 == (await answered(wire, reply())).status
    await wire.close()


async def test_an_answer_too_large_is_refused_before_it_is_read(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "MOST_BYTES", 100_000)
    written = 0

    async def endless(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal written
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            writer.write(b"x" * 10_000)
            await writer.drain()
            written += 10_000

    with pytest.raises(PlatformError, match="larger than") as caught:
        await answered(wire, endless)

    assert (Category.VALIDATION, "ANSWER_TOO_LARGE") == (caught.value.category, caught.value.code)
    assert written < 20_000_000


async def test_a_packed_answer_is_unpacked(wire: Wire) -> None:
    body = json.dumps(list(range(50_000))).encode()

    assert list(range(50_000)) == (await answered(wire, reply(gzip.compress(body), content_encoding="gzip"))).body
    assert list(range(50_000)) == (await answered(wire, reply(zlib.compress(body), content_encoding="deflate"))).body


async def test_a_packed_answer_counts_unpacked(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "MOST_BYTES", 100_000)
    bomb = gzip.compress(b"0" * 10_000_000)

    assert len(bomb) < http.MOST_BYTES
    with pytest.raises(PlatformError, match="larger than"):
        await answered(wire, reply(bomb, content_encoding="gzip"))


@pytest.mark.parametrize("encoding", ["gzip, gzip", "br", "zstd"])
async def test_an_answer_packed_as_nobody_asked_is_refused(wire: Wire, encoding: str) -> None:
    with pytest.raises(PlatformError) as caught:
        await answered(wire, reply(b"x", content_encoding=encoding))

    assert "CONTENT_ENCODING" == caught.value.code


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (b"", "RemoteProtocolError"),
        (b"HTTP/1.1 200", "RemoteProtocolError"),
        (b"HTTP/1.1 200 OK\r\ncontent-le", "RemoteProtocolError"),
        (b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{", "ReadError"),
        (b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\n{", "ReadError"),
        (b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n{", "NotHttp"),
        (b"SSH-2.0-OpenSSH_9.9\r\n\r\n", "NotHttp"),
        (b"HTTP/1.1 banana\r\n\r\n", "NotHttp"),
        (b"HTTP/1.1 200 OK\r\nx: " + b"x" * 100_000 + b"\r\n\r\n", "NotHttp"),
        (reply(b"no gzip at all", content_encoding="gzip"), "DecodingError"),
        (reply(gzip.compress(b"{}" * 999, mtime=0)[:-9], content_encoding="gzip"), "DecodingError"),
    ],
)
async def test_an_answer_that_breaks_off_or_is_garbage_may_have_been_acted_upon(wire: Wire, said: bytes, code: str) -> None:
    assert (True, code) == await unreachable(wire, saying(said))


@pytest.mark.parametrize("method", ["GET", "PUT", "POST", "DELETE"])
async def test_nothing_is_sent_twice_behind_our_back(wire: Wire, method: str) -> None:
    async with answering(reply(), saying(b""), reply()) as server:
        await wire.send(store(server.port), ASK)
        with pytest.raises(UnreachableError) as caught:
            await wire.send(store(server.port), Request(method, "/x", "Ask"))
        sent = len(server.heads)
        answer = await wire.send(store(server.port), ASK)

    assert (2, True) == (sent, caught.value.sent)
    assert (200, 2) == (answer.status, server.connections)


async def test_connections_are_kept(wire: Wire) -> None:
    async with answering(reply()) as server:
        for _ in range(5):
            await wire.send(store(server.port), ASK)

    assert (5, 1) == (len(server.heads), server.connections)


async def test_a_silent_server_is_given_up(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "TIMEOUT", httpx.Timeout(connect=5, read=0.05, write=5, pool=5))

    assert (True, "ReadTimeout") == await unreachable(wire, silence)


async def test_a_server_that_drips_is_given_up(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "LONGEST", 0.1)

    async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            writer.write(b" ")
            await writer.drain()
            await asyncio.sleep(0)

    assert (True, "ReadTimeout") == await unreachable(wire, drip)


def test_no_exchange_outlives_its_share_of_the_budget() -> None:
    assert http.LONGEST < LEASE_SECONDS


async def test_a_refused_connection_was_never_sent(wire: Wire) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and never listens
        with pytest.raises(UnreachableError) as caught:
            await wire.send(store(taken.getsockname()[1]), ASK)

    assert (False, "ConnectError", Category.TRANSIENT) == (caught.value.sent, caught.value.code, caught.value.category)


@pytest.mark.parametrize("header", ["tök", "a\r\nx-evil: 1", "a\x00b"])
async def test_a_credential_that_cannot_be_sent_is_not_shown(wire: Wire, header: str) -> None:
    with pytest.raises(PlatformError) as caught:
        await answered(wire, reply(), request=Request("GET", "/x", "Ask", headers={"x-token": header}))

    assert (Category.VALIDATION, "UNSENDABLE") == (caught.value.category, caught.value.code)
    assert header not in caught.value.message
    assert caught.value.__suppress_context__


@pytest.mark.parametrize("url", ["http://", "http://[", "ftp://example.test", "nothing"])
async def test_an_address_that_is_none_is_a_failure_with_a_category(wire: Wire, url: str) -> None:
    with pytest.raises(PlatformError):
        await wire.send(StoreConfig("shop", "acme", "any", url, {}), ASK)


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.mark.parametrize(
    ("name", "known", "reached"), [("127.0.0.1", True, True), ("127.0.0.1", False, False), ("shop.example", True, False)]
)
async def test_tls_is_verified_against_the_store_s_authority(
    wire: Wire, authority: trustme.CA, tmp_path: Path, name: str, known: bool, reached: bool
) -> None:
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    async with answering(reply(), tls=context) as server:
        config = store(server.port, "https", ca_file=tmp_path / "ca.pem" if known else None)
        if reached:
            assert 200 == (await wire.send(config, ASK)).status
        else:
            with pytest.raises(UnreachableError) as caught:
                await wire.send(config, ASK)
            assert (False, "ConnectError") == (caught.value.sent, caught.value.code)

    assert reached == bool(server.heads)
