"""One of several processes that serve at one port. Run by `processes` as `python -m gateway.serving_process DESCRIPTOR`.

DESCRIPTOR is the number of the listening socket. The configuration is the first line of standard input, and nothing follows it: when that
pipe closes, the parent has died, and this process ends in order, so that none stays behind.
"""

import asyncio
import contextlib
import os
import signal
import socket
import sys

from gateway import server, telemetry
from gateway.configuration import Configuration
from gateway.engine import EngineError
from gateway.processes import READY
from gateway.server import Stopping
from gateway.settings import SettingsError
from gateway.wiring import running

INPUT, OUTPUT = 0, 1


def main() -> int:
    """Serve until told to stop, or until the parent is gone."""
    with socket.socket(fileno=int(sys.argv[1])) as taken:
        line = sys.stdin.buffer.readline()
        if not line:
            return server.INTERRUPTED
        configuration = Configuration.of(line)
        telemetry.configure(configuration.settings.log_level, configuration.settings.log_format)
        try:
            return server.run(lambda stopping: _serve(stopping, configuration, taken))
        except (SettingsError, EngineError) as error:
            sys.stderr.write(f"{error}\n")
            return 1


async def _serve(stopping: Stopping, configuration: Configuration, taken: socket.socket) -> int:
    loop = asyncio.get_running_loop()

    def hear_parent() -> None:
        loop.remove_reader(INPUT)
        stopping.tell()

    loop.add_reader(INPUT, hear_parent)
    async with (
        running(configuration.settings, configuration.loaded) as gateway,
        server.serving(gateway.app, taken, stopping, gateway.leave) as served,
    ):
        loop.add_signal_handler(signal.SIGHUP, stopping.retire)
        with contextlib.suppress(BrokenPipeError):
            os.write(OUTPUT, READY)
        await served
    return 0


if __name__ == "__main__":
    sys.exit(main())
