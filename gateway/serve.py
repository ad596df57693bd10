"""The program behind `cartograph serve`: settings, stores file, port, gateway, in that order; each says what is wrong with it.

The port is held here for as long as the program runs. What serves at it is a generation: this process itself, or several of its own
making (`processes`); on SIGHUP the next one takes over (`generations`).
"""

import logging
import socket
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

from gateway import configuration, server
from gateway.configuration import MISTAKES, Configuration
from gateway.engine import EngineError
from gateway.generations import Succession
from gateway.processes import ProcessError, serve_from_processes
from gateway.server import Stopping
from gateway.wiring import running

LOG = logging.getLogger(__name__)


def serve_stores(*, host: str | None, port: int | None, stores: Path | None, workers: int | None) -> int:
    """Serve until told to stop; options that are None come from the environment. Return the exit status."""
    options = {"host": host, "port": port, "stores": stores, "workers": workers}
    try:
        first = configuration.first(options)
        return server.run(lambda stopping: _serve(stopping, first, partial(configuration.renewed, options)))
    except (*MISTAKES, server.ListenError, EngineError, ProcessError) as error:
        sys.stderr.write(f"{error}\n")
        return 1


async def _serve(stopping: Stopping, first: Configuration, renewed: Callable[[Configuration], Configuration]) -> int:
    with server.listen(first.settings.host, first.settings.port) as taken:
        succession = Succession(partial(_generation, taken), renewed, partial(_announce, taken))
        await succession.run(stopping, first)
    return 0


async def _generation(taken: socket.socket, stopping: Stopping, chosen: Configuration, ready: Callable[[], None]) -> None:
    """Serve by one configuration until told to stop."""
    if chosen.settings.workers > 1:
        await serve_from_processes(taken, stopping, chosen, ready)
        return
    async with (
        running(chosen.settings, chosen.loaded) as gateway,
        server.serving(gateway.app, taken.dup(), stopping, gateway.leave) as served,
    ):
        ready()
        await served


def _announce(taken: socket.socket, chosen: Configuration) -> None:
    processes = f" from {chosen.settings.workers} processes" if chosen.settings.workers > 1 else ""
    LOG.info("Serving %s stores at %s/graphql%s", len(chosen.loaded.stores), server.address(taken), processes)
    if not chosen.loaded.keys:
        LOG.warning("No API key is configured: only requests from this machine are answered")
