"""`make bench`: measures the gateway on this machine, alone and beside what a team would use instead; as tables, and as JSON.

Every part can be run alone (`--only warm,latency`). What Node runs is compared where it is installed in `tests/perf/node`; where it is not,
the reason is told.
"""

import argparse
import asyncio
import importlib
import importlib.util
import json
import tempfile
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import uvloop
from rich.console import Console

from adapters.kit.registry import names
from gateway.children import sandboxes
from tests.perf.background import background
from tests.perf.cold import cold
from tests.perf.latency import latency
from tests.perf.load import load
from tests.perf.machine import busy, machine
from tests.perf.report import show
from tests.perf.servers import gateway
from tests.perf.walk import walk
from tests.perf.warm import CLIENTS, TITLES, warm
from tests.perf.workloads import PAGE
from tests.perf.writes import writes

SHOPS = ("shopify", "woocommerce")
Part = Callable[[Path, argparse.Namespace], Awaitable[Any]]


async def main(options: argparse.Namespace) -> dict[str, Any]:
    """Measure the parts that are asked for, one after the other."""
    found: dict[str, Any] = {"machine": machine(), "load": {"before": busy()}}
    with tempfile.TemporaryDirectory() as made:
        for name in options.only:
            folder = Path(made) / name
            await asyncio.to_thread(folder.mkdir)
            found[name] = await PARTS[name](folder, options)
            found["load"][name] = busy()
    return found


async def _warm(folder: Path, options: argparse.Namespace) -> Any:
    async with sandboxes(SHOPS, folder) as urls:
        return await warm(folder, urls, options.rounds, options.seconds, options.servers)


async def _latency(folder: Path, options: argparse.Namespace) -> Any:
    return await latency(folder, options.rounds, options.seconds)


async def _background(folder: Path, options: argparse.Namespace) -> Any:
    async with sandboxes(SHOPS, folder) as urls:
        return await background(folder, urls, options.rounds)


async def _over_all(measure: Callable[[Path, Mapping[str, str]], Awaitable[Any]], folder: Path, options: argparse.Namespace) -> Any:
    async with sandboxes(names(), folder) as urls:
        return await measure(folder, urls)


async def _memory(folder: Path, options: argparse.Namespace) -> dict[str, float]:
    """Return the megabytes of the gateway's process before and after many requests."""
    async with sandboxes(SHOPS, folder) as urls, gateway(folder, urls) as ours:
        await load(ours, PAGE, clients=CLIENTS, requests=1000)
        before = ours.memory()
        after = await load(ours, PAGE, clients=CLIENTS, requests=options.memory)
        return {"requests": options.memory, "before": round(before, 1), "after": round(after.memory, 1), "errors": after.errors}


async def _writes(folder: Path, options: argparse.Namespace) -> Any:
    return await _over_all(lambda folder, urls: writes(folder / "writes", urls, options.rounds), folder, options)


async def _mapping(folder: Path, options: argparse.Namespace) -> Any:
    return await asyncio.to_thread(importlib.import_module("tests.perf.mapping").mapping)


PARTS: Mapping[str, Part] = {
    "warm": _warm,
    "latency": _latency,
    "background": _background,
    "cold": partial(_over_all, cold),
    "walk": partial(_over_all, walk),
    "memory": _memory,
    "writes": _writes,
    **({"mapping": _mapping} if importlib.util.find_spec("tests.perf.mapping") else {}),
}


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.perf", description="Measures the gateway on this machine.")
    parser.add_argument("--only", type=_listed(PARTS), default=[*PARTS], help=f"which parts, of {','.join(PARTS)}")
    parser.add_argument("--servers", type=_listed(TITLES), default=[], help=f"whom to compare warm, of {','.join(TITLES)}")
    parser.add_argument("--rounds", type=int, default=5, help="rounds of a comparison (default: 5)")
    parser.add_argument("--seconds", type=float, default=2.0, help="how long each turn of a round takes (default: 2)")
    parser.add_argument("--memory", type=int, default=20_000, help="requests before memory is looked at (default: 20000)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write all figures to this file")
    return parser.parse_args()


def _listed(known: Mapping[str, Any]) -> Callable[[str], list[str]]:
    """Return what reads a list of names."""

    def names(text: str) -> list[str]:
        found = text.split(",")
        for name in found:
            if name not in known:
                raise argparse.ArgumentTypeError(f"there is no {name!r}; there are: {', '.join(known)}")
        return found

    return names


if __name__ == "__main__":
    asked = _options()
    measured = uvloop.run(main(asked))
    if asked.json:
        asked.json.write_text(json.dumps(measured, indent=2) + "\n")
    show(Console(width=160), measured)
