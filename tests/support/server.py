"""Small servers that misbehave on purpose, on loopback, for as long as a block lasts."""

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field

Conversation = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Hearing:
    """Where a server listens, and the heads of the requests it heard."""

    port: int
    heads: list[str] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    connections: int = 0


def reply(body: bytes = b"{}", status: str = "200 OK", **headers: str) -> bytes:
    """Return the bytes of an answer; `_` in a header's name stands for `-`."""
    lines = [f"HTTP/1.1 {status}", f"content-length: {len(body)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + body


@contextlib.asynccontextmanager
async def answering(*answers: bytes | Conversation, tls: ssl.SSLContext | None = None) -> AsyncIterator[Hearing]:
    """Answer the requests one after the other, the last answer again and again; a conversation does what it likes, then the line is cut."""
    hearing = Hearing(0)
    tasks: set[asyncio.Task[None]] = set()

    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        hearing.connections += 1
        try:
            while head := await _head(reader, hearing.bodies):
                hearing.heads.append(head)
                answer = answers[min(len(hearing.heads), len(answers)) - 1]
                if not isinstance(answer, bytes):
                    await answer(reader, writer)
                    break
                writer.write(answer)
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.transport.abort()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.ensure_future(converse(reader, writer))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    server = await asyncio.start_server(accept, "127.0.0.1", 0, ssl=tls)
    hearing.port = server.sockets[0].getsockname()[1]
    try:
        yield hearing
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _head(reader: asyncio.StreamReader, bodies: list[bytes]) -> str:
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    except asyncio.IncompleteReadError:
        return ""
    length = next((int(line.split(":")[1]) for line in head.lower().split("\r\n") if line.startswith("content-length:")), 0)
    bodies.append(await reader.readexactly(length))
    return head
