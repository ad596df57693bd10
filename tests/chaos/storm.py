"""A storm: everything goes wrong at once, for a while, while writes come in.

Workers are processes of their own and are killed without a warning. The state server is killed too. The sandboxes refuse, break, hang up,
and, what is worst, do what they are asked and then do not say so.
"""

import asyncio
import contextlib
import json
import os
import random
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import RedisError

from adapters.kit.sandbox import Fault
from tests.support.world import SEAL, World

ROOT = Path(__file__).parents[2]
VERBOSE = bool(os.environ.get("CHAOS_VERBOSE"))  # show what the workers log
LEASE = 3.0  # seconds; short, because a storm can't wait a minute for what a dead worker left behind

FAULTS: tuple[dict[str, Any], ...] = (
    {"status": 429, "headers": {"retry-after": "1"}},
    {"status": 500},
    {"status": 503},
    {"hang_up": True},
    {"hang_up": True, "after": True},
    {"hang_up": True, "after": True},
    {"status": 500, "after": True},
    {"delay": 0.3},
)


@dataclass(slots=True)
class Storm:
    """What goes wrong; `seed` repeats it as far as the machine allows."""

    world: World
    seed: int = 1
    workers: int = 3
    killed: int = 0
    restarts: int = 0
    struck: int = 0
    _processes: list[Process] = field(default_factory=list)

    @contextlib.asynccontextmanager
    async def raging(self) -> AsyncIterator[None]:
        """Let it rage for the time of the block; workers go on after it."""
        chance = random.Random(self.seed)
        tasks = [asyncio.create_task(each) for each in (self._strike(chance), self._kill_workers(chance), self._kill_state(chance))]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            for running in self.world.sandboxes.values():
                running.control.faults.clear()

    @contextlib.asynccontextmanager
    async def working(self) -> AsyncIterator[None]:
        """Have workers for the time of the block."""
        self._processes = [await self._worker() for _ in range(self.workers)]
        try:
            yield
        finally:
            for process in self._processes:
                with contextlib.suppress(ProcessLookupError):
                    process.kill()
                await process.communicate()

    async def _worker(self) -> Process:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.chaos.worker"), stdin=PIPE, stdout=PIPE, stderr=None if VERBOSE else DEVNULL, cwd=ROOT
        )
        stores = [{**asdict(store), "credentials": dict(store.credentials), "ca_file": None} for store in self.world.core.stores.values()]
        told = {"state": _url(self.world.state), "fast": _url(self.world.fast), "stores": stores, "seal": SEAL, "lease": LEASE}
        assert process.stdin
        assert process.stdout
        process.stdin.write(json.dumps(told).encode() + b"\n")
        await process.stdin.drain()
        await process.stdout.readline()
        return process

    async def _strike(self, chance: random.Random) -> None:
        while True:
            await asyncio.sleep(chance.uniform(0.02, 0.1))
            store = chance.choice(list(self.world.core.stores))
            fault = Fault(store=store, times=chance.randint(1, 2), **chance.choice(FAULTS))
            self.world.sandbox(store).control.faults.append(fault)
            self.struck += 1

    async def _kill_workers(self, chance: random.Random) -> None:
        while True:
            await asyncio.sleep(chance.uniform(1.0, 2.5))
            place = chance.randrange(self.workers)
            self._processes[place].send_signal(signal.SIGKILL)
            await self._processes[place].communicate()
            self.killed += 1
            self._processes[place] = await self._worker()

    async def _kill_state(self, chance: random.Random) -> None:
        while True:
            await asyncio.sleep(chance.uniform(6.0, 9.0))
            with contextlib.suppress(RedisError):
                os.kill((await self.world.state.info("server"))["process_id"], signal.SIGKILL)
                self.restarts += 1


def _url(client: Redis) -> str:
    return f"unix://{client.connection_pool.connection_kwargs['path']}"
