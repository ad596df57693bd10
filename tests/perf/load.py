"""Load: some clients that send one query again and again to a server, and what that cost the server's process."""

import asyncio
import itertools
import os
import statistics
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import orjson


@dataclass(frozen=True, slots=True)
class Figures:
    """What one round measured. Times are milliseconds, CPU is that of the serving process, memory megabytes."""

    per_second: float
    p50: float
    p99: float
    cpu: float
    memory: float
    errors: int


class Served:
    """A serving process, known by its id."""

    def __init__(self, url: str, pid: int, headers: dict[str, str]) -> None:
        self.url = url
        self.pid = pid
        self.headers = {"content-type": "application/json", **headers}

    async def ask(self, query: str, **variables: Any) -> dict[str, Any]:
        """Send one query; returns the whole answer."""
        body = orjson.dumps({"query": query, "variables": variables})
        async with aiohttp.ClientSession() as http, http.post(self.url, data=body, headers=self.headers) as response:
            found: dict[str, Any] = orjson.loads(await response.read())
            return found

    def cpu(self) -> float:
        """Return the seconds of CPU the process has used."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def memory(self) -> float:
        """Return the megabytes the process holds."""
        lines = Path(f"/proc/{self.pid}/status").read_text().splitlines()
        return int(next(line for line in lines if line.startswith("VmRSS:")).split()[1]) / 1024


async def load(served: Served, query: str, *, clients: int, requests: int, wanted: bytes = b'"nodes"') -> Figures:
    """Send `requests` queries by `clients` at once; each answer must hold what is wanted, and no errors."""
    body = orjson.dumps({"query": query})
    numbers = itertools.count()
    times: list[float] = []
    errors = 0

    async def client(http: aiohttp.ClientSession) -> None:
        nonlocal errors
        while next(numbers) < requests:
            began = time.perf_counter()
            async with http.post(served.url, data=body, headers=served.headers) as response:
                raw = await response.read()
            times.append((time.perf_counter() - began) * 1000)
            errors += response.status != 200 or b'"errors"' in raw[:200] or wanted not in raw

    cpu, began = served.cpu(), time.perf_counter()
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as http:
        await asyncio.gather(*(client(http) for _ in range(clients)))
    took = time.perf_counter() - began
    cuts = statistics.quantiles(times, n=100)
    return Figures(len(times) / took, cuts[49], cuts[98], (served.cpu() - cpu) / len(times) * 1000, served.memory(), errors)
