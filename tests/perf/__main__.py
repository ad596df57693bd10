"""`make bench`: measures the gateway on this machine, as a table and as JSON.

Four parts: warm pages beside stock Strawberry over the same rows (in turns, medians of rounds), cold pages (calls against the least
possible, time over the slowest chain of platform calls), memory after many requests, and what writes cost.
"""

import argparse
import asyncio
import json
import os
import platform
import statistics
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from adapters.kit.registry import names
from gateway.children import sandboxes
from tests.perf.cold import cold
from tests.perf.load import Figures, load
from tests.perf.servers import gateway, stock
from tests.perf.walk import walk
from tests.perf.writes import writes

CLIENTS = 16
PAGE = """{ orders(first: 50, platforms: ["shopify", "woocommerce"]) { nodes {
  id number createdAt updatedAt status platformStatus paymentStatus fulfilmentStatus tags
  totals { subtotal { amount currencyCode } shipping { amount currencyCode } tax { amount currencyCode } total { amount currencyCode } }
  billingAddress { firstName lastName address1 city postalCode countryCode }
  shippingAddress { firstName lastName address1 city postalCode countryCode }
  lines { platformId sku title quantity unitPrice { amount currencyCode } total { amount currencyCode } }
  store { name platform { name } } sync { observedAt source }
} pageInfo { hasNextPage endCursor } sources { store { name } state calls } } }"""
STOCK_PAGE = (
    PAGE.replace(', platforms: ["shopify", "woocommerce"]', "")
    .replace("endCursor", "startCursor")
    .replace("sources { store { name } state calls }", "sources { state calls }")
)


async def main() -> None:
    """Measure everything and print it."""
    options = _options()
    console = Console(width=120)
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        async with sandboxes(names(), folder) as urls:
            warm = await _warm(folder, urls, options.rounds, options.requests)
            memory = await _memory(folder, urls, options.memory)
            found = {"machine": _machine(), "warm": warm, "memory": memory, "cold": await cold(folder / "cold", urls)}
            found["walk"] = await walk(folder / "walk", urls)
            found["writes"] = await writes(folder / "writes", urls, options.rounds)
    _print(console, found)
    sys.stdout.write(json.dumps(found, indent=2) + "\n")


async def _warm(folder: Path, urls: dict[str, str], rounds: int, requests: int) -> dict[str, Any]:
    async with gateway(folder, urls) as ours, stock(folder, urls) as theirs:
        served = {"gateway": (ours, PAGE), "stock": (theirs, STOCK_PAGE)}
        for one, query in served.values():
            await load(one, query, clients=CLIENTS, requests=200)
        measured: dict[str, list[Figures]] = {name: [] for name in served}
        for _ in range(rounds):
            for name, (one, query) in served.items():
                measured[name].append(await load(one, query, clients=CLIENTS, requests=requests))
        sources = (await ours.ask(PAGE))["data"]["orders"]["sources"]
    ratio = statistics.median(a.per_second / b.per_second for a, b in zip(measured["gateway"], measured["stock"], strict=True))
    medians = {name: _median(figures) for name, figures in measured.items()}
    return {**medians, "ratio": round(ratio, 2), "calls": sum(source["calls"] for source in sources)}


async def _memory(folder: Path, urls: dict[str, str], requests: int) -> dict[str, float]:
    async with gateway(folder, urls) as ours:
        await load(ours, PAGE, clients=CLIENTS, requests=200)
        before = ours.memory()
        after = await load(ours, PAGE, clients=CLIENTS, requests=requests)
        return {"requests": requests, "before": round(before, 1), "after": round(after.memory, 1), "errors": after.errors}


def _median(figures: list[Figures]) -> dict[str, float]:
    names = asdict(figures[0])
    return {name: round(statistics.median(getattr(each, name) for each in figures), 2) for name in names}


def _print(console: Console, found: dict[str, Any]) -> None:
    warm = found["warm"]
    table = Table("", "requests/s", "p50 ms", "p99 ms", "CPU ms/request", "memory MB", "errors", title="Warm: 50 orders of four stores")
    for name in ("gateway", "stock"):
        table.add_row(name, *(str(warm[name][figure]) for figure in ("per_second", "p50", "p99", "cpu", "memory", "errors")))
    console.print(table, f"gateway / stock Strawberry: {warm['ratio']} (median of rounds); platform calls when warm: {warm['calls']}")
    table = Table(
        "query", "calls", "least", "waits", "total ms", "slowest chain ms", "over it, p50 ms", "p99 ms", title="Cold: every row read anew"
    )
    for row in found["cold"]:
        table.add_row(*(str(row[name]) for name in ("query", "calls", "least", "waits", "total", "chain", "over_p50", "over_p99")))
    rest = [f"Memory: {found['memory']}", f"A long list: {found['walk']}", f"Machine: {found['machine']}"]
    console.print(table, *(f"Writes, {name}: {row}" for name, row in found["writes"].items()), *rest, sep="\n")


def _machine() -> dict[str, Any]:
    return {"cores": os.cpu_count(), "python": platform.python_version(), "load": [round(each, 2) for each in os.getloadavg()]}


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.perf", description="Measures the gateway on this machine.")
    parser.add_argument("--rounds", type=int, default=5, help="rounds of the warm comparison")
    parser.add_argument("--requests", type=int, default=400, help="requests a round")
    parser.add_argument("--memory", type=int, default=10_000, help="requests before memory is looked at")
    return parser.parse_args()


if __name__ == "__main__":
    asyncio.run(main())
