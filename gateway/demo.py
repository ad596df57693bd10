"""The demo: every platform's sandbox, a gateway over all of their stores, one query, and then an open door to try more.

Nothing is left behind: the data is in a folder of its own that goes at the end, and so are the sandboxes and the servers, even when the
demo itself is killed: they, and a caretaker process, hold the other end of a pipe that the kernel closes then.
"""

import asyncio
import contextlib
import os
import shutil
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from socket import socket

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from adapters.kit.registry import names, platforms, sandbox
from adapters.kit.sandbox import SandboxStore
from adapters.kit.stores import StoreConfig
from gateway import server, settings, showcase, telemetry
from gateway.auth import ApiKey, digest
from gateway.children import ChildError, caretaker, sandboxes
from gateway.engine import EngineError
from gateway.keys import new_key
from gateway.sandboxes import credentials_of
from gateway.settings import Settings
from gateway.stores_file import Loaded
from gateway.wiring import running
from resolvers.principal import Principal, Role

TENANTS = ("acme", "birch")
KEY_VARIABLE = "CARTOGRAPH_DEMO_KEY"
ONCE_VARIABLE = "DEMO_ONCE"
PORTS_TRIED = 50
PLAIN_WIDTH = 150


@dataclass(frozen=True, slots=True)
class Keys:
    """The demo's two API keys."""

    everything: str
    one_tenant: str


def show(*, host: str | None, port: int | None) -> int:
    """Run the demo until told to stop, or only until the query is answered; return the exit status."""
    console = Console(highlight=False, width=None if sys.stdout.isatty() else PLAIN_WIDTH)
    try:
        chosen = settings.load(host=host, port=port, log_format="text", **_quiet())
        telemetry.configure(chosen.log_level, chosen.log_format)
        return server.run(lambda stopping: _demo(stopping, chosen, console))
    except (settings.SettingsError, server.ListenError, EngineError, ChildError) as error:
        sys.stderr.write(f"{error}\n")
        return 1


async def _demo(stopping: server.Stopping, chosen: Settings, console: Console) -> int:
    keys = Keys(os.environ.get(KEY_VARIABLE) or new_key(), new_key())
    async with contextlib.AsyncExitStack() as stack:
        taken = stack.enter_context(_port(chosen, console))
        folder = await stack.enter_async_context(_folder())
        began = time.perf_counter()
        console.print(f"Starting sandboxes of {', '.join(platform.manifest.title for platform in platforms().values())} …")
        urls = await stack.enter_async_context(sandboxes(names(), folder))
        stores = _stores(urls)
        own = chosen.model_copy(update={"data_dir": folder, "state_url": None, "fast_url": None})
        gateway = await stack.enter_async_context(running(own, Loaded(tuple(stores), _api_keys(keys)), show_key=keys.everything))
        served = await stack.enter_async_context(server.serving(gateway.app, taken, stopping, gateway.leave))
        console.print(f"Ready after {time.perf_counter() - began:.1f} s.\n")
        console.print(_table(stores, urls))
        url = server.address(taken) + "/graphql"
        fine = await _query(stopping, url, keys.everything, console)
        if os.environ.get(ONCE_VARIABLE, "") not in {"", "0"}:
            return 0 if fine else 1
        _tell(console, url, keys)
        await served
    console.print("The demo has ended and left nothing behind.")
    return 0


async def _query(stopping: server.Stopping, url: str, key: str, console: Console) -> bool:
    """Ask the example query and print the answer; say whether all stores answered."""
    asking = asyncio.create_task(showcase.ask(url, key))
    with stopping.through(asking.cancel):
        answer = await asking
    return showcase.tell(answer, console)


def _port(chosen: Settings, console: Console) -> socket:
    """Take the port that was asked for, or, when none was, the next free one. Raises ListenError."""
    tries = 1 if "port" in chosen.model_fields_set else PORTS_TRIED
    for port in range(chosen.port, chosen.port + tries):
        try:
            taken = server.listen(chosen.host, port)
        except server.ListenError as error:
            if not error.busy or port == chosen.port + tries - 1:
                raise
        else:
            if port != chosen.port:
                console.print(f"Port {chosen.port} is in use, so this demo takes {port}.")
            return taken
    raise AssertionError("the last try returns or raises")


@contextlib.asynccontextmanager
async def _folder() -> AsyncIterator[Path]:
    """Have a folder that goes at the end."""
    folder = Path(await asyncio.to_thread(tempfile.mkdtemp, prefix="cartograph-demo-"))
    async with caretaker(folder):
        try:
            yield folder
        finally:
            await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)


def _stores(urls: dict[str, str]) -> list[StoreConfig]:
    """Return the stores of all sandboxes; on each platform the first belongs to the first tenant, the second to the second, and so on."""
    return [
        StoreConfig(
            name=store.name,
            tenant=TENANTS[index % len(TENANTS)],
            platform=platform,
            url=f"{url}/{store.name}",
            credentials=credentials_of(platform, store),
        )
        for platform, url in urls.items()
        for index, store in enumerate(sandbox(platform).stores)
    ]


def _api_keys(keys: Keys) -> tuple[ApiKey, ...]:
    roles = frozenset({Role.READ, Role.WRITE})
    return (
        ApiKey(digest(keys.everything), Principal("demo", None, roles)),
        ApiKey(digest(keys.one_tenant), Principal(f"demo-{TENANTS[0]}", frozenset(TENANTS[:1]), roles)),
    )


def _table(stores: Sequence[StoreConfig], urls: dict[str, str]) -> Table:
    shown: dict[str, SandboxStore] = {store.name: store for platform in urls for store in sandbox(platform).stores}
    table = Table("store", "tenant", "platform", "title", "url", title="The stores", title_justify="left")
    for store in stores:
        title = platforms()[store.platform].manifest.title
        table.add_row(store.name, store.tenant, title, escape(shown[store.name].title), store.url)
    return table


def _tell(console: Console, url: str, keys: Keys) -> None:
    lines = (
        f"\nGraphiQL, with examples:   {url}",
        f"Key for all tenants:       {keys.everything}",
        f"Key for tenant {TENANTS[0]} only:  {keys.one_tenant}",
        "\nTry it from a shell:",
        f"  curl -s {url} -H 'authorization: Bearer {keys.everything}' -H 'content-type: application/json' \\",
        '    -d \'{"query": "{ orders(first: 3) { nodes { store { name } number status } sources { store { name } state } } }"}\'',
        "\nCtrl-C ends the demo.",
    )
    for line in lines:
        console.print(line, markup=False, soft_wrap=True)


def _quiet() -> dict[str, str]:
    """Log warnings only, unless the environment says otherwise: the demo itself tells what happens."""
    return {} if os.environ.get(f"{settings.PREFIX}LOG_LEVEL") else {"log_level": "warning"}
