"""The program behind `cartograph worker`: does writes that were accepted elsewhere, and serves nothing."""

import logging
import sys
from pathlib import Path

from gateway import server, settings, stores_file, telemetry
from gateway.engine import EngineError
from gateway.settings import Settings
from gateway.stores_file import Loaded
from gateway.wiring import assembled, working

LOG = logging.getLogger(__name__)


def work(*, stores: Path | None) -> int:
    """Work until told to stop. Return the exit status."""
    try:
        chosen = settings.load(stores=stores)
        telemetry.configure(chosen.log_level, chosen.log_format)
        loaded = stores_file.load(chosen.stores, settings.environment())
        return server.run(lambda stopping: _work(stopping, chosen, loaded))
    except (settings.SettingsError, stores_file.StoresFileError, EngineError) as error:
        sys.stderr.write(f"{error}\n")
        return 1


async def _work(stopping: server.Stopping, chosen: Settings, loaded: Loaded) -> int:
    async with assembled(chosen, loaded) as parts, working(parts.worker) as task:
        with stopping.through(parts.worker.stop):
            LOG.info("Working on the writes of %s stores", len(loaded.stores))
            await task
    return 0
