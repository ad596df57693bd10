"""What a write costs: to accept it, to do it for a platform that does nothing, to keep it, and to find it among many."""

import asyncio
import itertools
import statistics
import time
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from redis.asyncio import Redis

from adapters.kit.clock import SystemClock
from adapters.kit.writing import WriteFacts
from gateway.engine import EngineSettings, connect, engine
from resolvers.writes.queue import Queue, Steps, Verdict, Write
from resolvers.writes.sealing import Contents, Sealer
from resolvers.writes.worker import Worker, WorkerSettings
from schema.commands import InventorySet, WriteOperation
from schema.receipts import ReceiptState
from tests.perf.load import load
from tests.perf.servers import gateway
from tests.support.desk import SEAL, Counter, _Writers
from tests.support.fakes import WRITES, fake_platforms, mall

CLIENTS = 16
LANES, JOBS = 10_000, 100_000
LEVEL = '{ variants(first: 1, platforms: ["woocommerce"], sort: ID_ASC) { nodes { inventoryLevels { id } } } }'
MUTATION = (
    'mutation { inventorySet(items: [{inventoryLevelId: "%s", available: 5}]) { receipts { id state } userErrors { code message } } }'
)


async def writes(folder: Path, urls: Mapping[str, str], rounds: int) -> dict[str, Any]:
    """Measure everything about writes; times in milliseconds, memory in bytes, medians of rounds."""
    await asyncio.to_thread(folder.mkdir)
    through = await _through_the_api(folder, urls, rounds)
    async with engine(EngineSettings(data_dir=folder / "queue")) as endpoints:
        state, fast = connect(endpoints.state), connect(endpoints.fast)
        found = {
            "enqueue_api": through,
            "enqueue_queue": await _enqueue(state, rounds),
            "done": await _done(state, fast, rounds),
            "memory": await _memory(state),
            "claim": await _claim(state),
        }
        await state.aclose()
        await fast.aclose()
    return found


async def _through_the_api(folder: Path, urls: Mapping[str, str], rounds: int) -> dict[str, float]:
    async with gateway(folder, urls, CARTOGRAPH_WORKER="false") as served:
        page = (await served.ask(LEVEL))["data"]["variants"]["nodes"]
        query = MUTATION % page[0]["inventoryLevels"][0]["id"]
        await load(served, query, clients=CLIENTS, requests=200, wanted=b'"QUEUED"')
        measured = [asdict(await load(served, query, clients=CLIENTS, requests=500, wanted=b'"QUEUED"')) for _ in range(rounds)]
        alone = [asdict(await load(served, query, clients=1, requests=200, wanted=b'"QUEUED"')) for _ in range(rounds)]
    names = ("per_second", "p50", "p99", "cpu", "errors")
    found = {name: round(statistics.median(each[name] for each in measured), 2) for name in names}
    return {**found, "alone_p50": round(statistics.median(each["p50"] for each in alone), 2)}


async def _enqueue(state: Redis, rounds: int) -> dict[str, float]:
    await state.flushdb()
    queue, payload = Queue(state, SystemClock()), _payload()
    numbers = itertools.count()
    found: list[tuple[float, float, float]] = []
    for _ in range(rounds):
        times: list[float] = []

        async def client(times: list[float] = times) -> None:
            for _ in range(100):
                began = time.perf_counter()
                await queue.enqueue("bench/store", [_write(next(numbers), payload)])
                times.append((time.perf_counter() - began) * 1000)

        began = time.perf_counter()
        await asyncio.gather(*(client() for _ in range(CLIENTS)))
        cuts = statistics.quantiles(times, n=100)
        found.append((len(times) / (time.perf_counter() - began), cuts[49], cuts[98]))
    return {name: round(statistics.median(each[place] for each in found), 2) for place, name in enumerate(("per_second", "p50", "p99"))}


async def _done(state: Redis, fast: Redis, rounds: int) -> dict[str, float]:
    """Return jobs a second of one worker: one by one, and in batches of a hundred; over twenty stores."""
    return {f"batch_{size}_per_second": await _jobs(state, fast, size, rounds) for size in (1, 100)}


async def _jobs(state: Redis, fast: Redis, size: int, rounds: int) -> float:
    facts = dict(WRITES)
    WRITES[WriteOperation.INVENTORY_SET] = WriteFacts(batch=size)
    try:
        with fake_platforms():
            found = [await _round(state, fast, 3000) for _ in range(rounds)]
    finally:
        WRITES.update(facts)
    return round(statistics.median(found))


async def _round(state: Redis, fast: Redis, jobs: int) -> float:
    await state.flushdb()
    names = [f"store{place}" for place in range(20)]
    made = mall(fast, names)
    queue = Queue(state, made.core.clock)
    for name in names:
        made.core._writers[name] = _Writers(Counter())
    payload = _payload()
    per_store = jobs // len(names)
    for name in names:
        await queue.enqueue(made.core.stores[name].scope, [_write(place, payload) for place in range(per_store)])
    worker = Worker(made.core, queue, Sealer([SEAL]), WorkerSettings())
    began = time.perf_counter()
    running = asyncio.create_task(worker.run())
    done = [f"write:{{{made.core.stores[name].scope}}}:by:DONE" for name in names]
    while True:
        pipe = state.pipeline(transaction=False)
        for key in done:
            pipe.zcard(key)
        if sum(await pipe.execute()) == per_store * len(names):
            break
        await asyncio.sleep(0.01)
    took = time.perf_counter() - began
    worker.stop()
    await running
    await made.core.close()
    return jobs / took


async def _memory(state: Redis) -> dict[str, int]:
    """Return what a waiting write and a kept receipt hold of the server's memory."""
    await state.flushdb()
    queue, payload, count = Queue(state, SystemClock()), _payload(), 5000
    empty = (await state.info("memory"))["used_memory"]
    for begin in range(0, count, 250):
        await queue.enqueue("bench/store", [_write(place, payload) for place in range(begin, begin + 250)])
    waiting = (await state.info("memory"))["used_memory"] - empty
    steps = Steps(8, {"INVENTORY_SET": (250, "InventoryLevel")})
    while batch := await queue.claim("bench/store", steps):
        effect = {"entity": ["InventoryLevel", "1"], "before": {"available": 1}, "after": {"available": 5}}
        await queue.finish(batch, [Verdict(item.id, ReceiptState.DONE, effect=effect) for item in batch.items])
    await state.delete(*[key async for key in state.scan_iter("*ended*")])
    kept = (await state.info("memory"))["used_memory"] - empty
    return {"waiting": round(waiting / count), "kept": round(kept / count)}


async def _claim(state: Redis) -> dict[str, float]:
    """Return how long it takes to claim with many lanes and many waiting jobs: one job, and a hundred."""
    await state.flushdb()
    queue, payload = Queue(state, SystemClock()), _payload()
    for begin in range(0, JOBS, 1000):
        jobs = [_write(place, payload, lane=place % LANES, mergeable=False) for place in range(begin, begin + 1000)]
        await queue.enqueue("bench/store", jobs)
    found = {"lanes": float(LANES), "jobs": float(JOBS)}
    for size in (1, 100):
        steps, times = Steps(10_000, {"INVENTORY_SET": (size, "InventoryLevel")}), []
        for _ in range(50):
            began = time.perf_counter()
            batch = await queue.claim("bench/store", steps)
            times.append((time.perf_counter() - began) * 1000)
            assert batch is not None
            assert size == len(batch.items)
        found[f"claim_{size}_p50"] = round(statistics.median(times), 2)
        found[f"claim_{size}_max"] = round(max(times), 2)
    return found


def _payload() -> bytes:
    return Sealer([SEAL]).seal(Contents(WriteOperation.INVENTORY_SET, InventorySet("gid://shop/InventoryLevel/1", 5)))


def _write(place: int, payload: bytes, lane: int | None = None, *, mergeable: bool = True) -> Write:
    name = f"InventoryLevel:{place if lane is None else lane}"
    return Write(f"{place:08d}", WriteOperation.INVENTORY_SET, name, payload, mergeable)
