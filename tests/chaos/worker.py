"""A worker process for the storm: made to be killed. Its stores and servers come as JSON on the standard input."""

import asyncio
import json
import signal
import sys
from typing import Any

from adapters.kit.clock import SystemClock
from adapters.kit.http import Wire
from adapters.kit.stores import StoreConfig
from gateway.engine import connect
from resolvers.core import Core
from resolvers.writes.queue import Queue
from resolvers.writes.sealing import Sealer
from resolvers.writes.worker import Worker, WorkerSettings


async def main(told: dict[str, Any]) -> None:
    """Work until told to stop."""
    clock, wire = SystemClock(), Wire()
    state, fast = connect(told["state"]), connect(told["fast"])
    core = Core([StoreConfig(**store) for store in told["stores"]], fast, wire, clock)
    worker = Worker(core, Queue(state, clock, told["lease"]), Sealer([told["seal"]]), WorkerSettings(sweep=0.5))
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, worker.stop)
    sys.stdout.write("at work\n")
    sys.stdout.flush()
    await worker.run()
    await core.close()
    await wire.close()
    await state.aclose()
    await fast.aclose()


if __name__ == "__main__":
    asyncio.run(main(json.loads(sys.stdin.readline())))
