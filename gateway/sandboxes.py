"""Runs a platform's sandbox as a program: serves its stores, and prints what a stores file needs to reach them."""

import asyncio
import os
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from shlex import quote

from adapters.kit.registry import platforms, sandbox
from adapters.kit.sandbox import SandboxStore, serving
from gateway.server import Stopping, listen

FIRST_LINE = "Sandbox {platform} serves at {url}"
TENANT = "acme"


async def serve_sandbox(
    stopping: Stopping, platform: str, host: str, port: int, tls: tuple[str, str] | None, *, with_parent: bool = False
) -> int:
    """Serve until told to stop; `with_parent` also ends it when the standard input is closed. Raises ListenError."""
    found = sandbox(platform)
    ended = asyncio.Event()
    if port:
        listen(host, port).close()
    async with serving(found, host=host, port=port, tls=tls) as served:
        with stopping.through(ended.set):
            print(FIRST_LINE.format(platform=platform, url=served.url), flush=True)  # noqa: T201
            print("\n".join(_instructions(platform, served.url, found.stores, tls)), flush=True)  # noqa: T201
            async with _parent(ended) if with_parent else _nobody():
                await ended.wait()
    return 0


def credentials_of(platform: str, store: SandboxStore) -> dict[str, str]:
    """Return the credentials that a stores file would have: the first of the platform's sets that the sandbox knows all of."""
    sets = platforms()[platform].manifest.credentials
    names = next(names for names in sets if names <= store.credentials.keys())
    return {name: store.credentials[name] for name in sorted(names)}


def _instructions(platform: str, url: str, stores: Iterable[SandboxStore], tls: tuple[str, str] | None) -> Iterator[str]:
    yield "\n# For the shell that starts the gateway:"
    for store in stores:
        yield from (f"export {_variable(store, name)}={quote(value)}" for name, value in credentials_of(platform, store).items())
    yield "\n# For the stores file:"
    for store in stores:
        references = ", ".join(f'{name} = "env:{_variable(store, name)}"' for name in credentials_of(platform, store))
        yield f'[[stores]]\nid = "{store.name}"\ntenant = "{TENANT}"\nplatform = "{platform}"\nurl = "{url}/{store.name}"'
        yield f"credentials = {{ {references} }}"
        if tls:
            yield f'ca_file = "{Path(tls[0]).resolve()}"  # or the certificate of the authority that signed it'
        yield ""


def _variable(store: SandboxStore, credential: str) -> str:
    return f"{store.name}_{credential}".upper().replace("-", "_")


@asynccontextmanager
async def _nobody() -> AsyncIterator[None]:
    yield


@asynccontextmanager
async def _parent(ended: asyncio.Event) -> AsyncIterator[None]:
    """Notice the end of the process that holds the other end of our standard input: it is closed, whatever ended the process."""
    loop = asyncio.get_running_loop()

    def readable() -> None:
        if not os.read(0, 1024):
            loop.remove_reader(0)
            ended.set()

    loop.add_reader(0, readable)
    try:
        yield
    finally:
        loop.remove_reader(0)
