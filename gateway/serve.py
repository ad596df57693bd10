"""The program behind `cartograph serve`: settings, stores file, port, gateway, in that order; each says what is wrong with it."""

import logging
import sys
from pathlib import Path

from gateway import server, settings, stores_file, telemetry
from gateway.auth import is_loopback
from gateway.engine import EngineError
from gateway.settings import Settings
from gateway.stores_file import Loaded
from gateway.wiring import running

LOG = logging.getLogger(__name__)

KEYLESS = (
    "There is no API key in {stores}, so the gateway may listen to its own machine only, not to {host}: "
    "add a [[keys]] table (`cartograph keys new` prints one), or leave --host out."
)


class RefusedToServeError(Exception):
    """The gateway must not be served like this; the sentence says what to do."""


def serve_stores(*, host: str | None, port: int | None, stores: Path | None) -> int:
    """Serve until told to stop; options that are None come from the environment. Return the exit status."""
    try:
        chosen = settings.load(host=host, port=port, stores=stores)
        telemetry.configure(chosen.log_level, chosen.log_format)
        loaded = stores_file.load(chosen.stores, settings.environment())
        _check_host(chosen, loaded)
        return server.run(lambda stopping: _serve(stopping, chosen, loaded))
    except (settings.SettingsError, stores_file.StoresFileError, RefusedToServeError, server.ListenError, EngineError) as error:
        sys.stderr.write(f"{error}\n")
        return 1


def _check_host(chosen: Settings, loaded: Loaded) -> None:
    if not loaded.keys and not is_loopback(chosen.host):
        raise RefusedToServeError(KEYLESS.format(stores=chosen.stores, host=chosen.host))


async def _serve(stopping: server.Stopping, chosen: Settings, loaded: Loaded) -> int:
    with server.listen(chosen.host, chosen.port) as taken:
        async with running(chosen, loaded) as gateway, server.serving(gateway.app, taken, stopping, gateway.leave) as served:
            LOG.info("Serving %s stores at %s/graphql", len(loaded.stores), server.address(taken))
            if not loaded.keys:
                LOG.warning("No API key is configured: only requests from this machine are answered")
            await served
    return 0
