"""Shows what was measured, for people: what compares first, then what it is made of."""

from collections.abc import Callable, Mapping
from typing import Any

from rich.console import Console
from rich.table import Table

from tests.perf.warm import OURS, TITLES

Rows = Mapping[str, Any]

FIGURES = {
    "per_second": "requests/s",
    "p50": "p50 ms",
    "p95": "p95 ms",
    "p99": "p99 ms",
    "cpu": "CPU ms",
    "beside": "CPU beside",
    "memory": "MB",
    "calls": "calls",
    "errors": "errors",
    "own": "clients' CPU ms",
    "busy": "their share of a core",
}
LATENCIES = {
    "requests": "requests",
    "total_p50": "p50",
    "total_p99": "p99",
    "over_call_p50": "over call p50",
    "over_call_p99": "p99",
    "over_chain_p50": "over chain p50",
    "over_chain_p99": "p99",
    "calls": "calls",
    "errors": "errors",
}
SLOW = {"requests": "requests", "total_p50": "p50", "total_p99": "p99", "partial": "partial", "calls": "calls", "errors": "errors"}
BACKGROUND = ("warm_p50", "warm_p95", "cold_p50", "cold_p95", "cold_p99", "failed", "backfill_rows", "backfill_calls")
COLD = ("query", "calls", "least", "waits", "total", "chain", "over_p50", "over_p99")


def show(console: Console, found: Rows) -> None:
    """Print everything that was measured."""
    for name, part in found.items():
        SHOWN.get(name, _plain(name))(console, part)


def _warm(console: Console, part: Rows) -> None:
    workloads = part["workloads"]
    others = [name for name in TITLES if name != OURS and any(name in row["ratios"] for row in workloads.values())]
    table = Table(
        "workload",
        *(TITLES[name] for name in others),
        title="How many times as many requests a second as … (and how many times less CPU a request)",
    )
    for row in workloads.values():
        table.add_row(row["title"], *(f"{row['ratios'][name]['per_second']} ({row['ratios'][name]['cpu']})" for name in others))
    console.print(table, *(f"Not compared: {TITLES[name]}: {why}." for name, why in part["skipped"].items()), sep="\n")
    for row in workloads.values():
        table = Table("", *FIGURES.values(), title=f"Warm: {row['title']}. {row['compared']} answers were the same on all")
        for name, figures in row["servers"].items():
            table.add_row(TITLES[name], *(f"{figures[each]:.4g}" if each != "memory" else f"{figures[each]:.0f}" for each in FIGURES))
        console.print(table)


def _latency(console: Console, part: Rows) -> None:
    for rows, columns, title in (
        (
            part["cold"],
            LATENCIES,
            "Cold: each platform call takes 50 ms longer. ms in all, over the slowest call, over the longest chain of one store's calls",
        ),
        (part["slow_store"], SLOW, "A slow store among four"),
    ):
        table = Table("", "", *columns.values(), title=title)
        for case, servers in rows.items():
            for server, figures in servers.items():
                table.add_row(case, TITLES[server], *(str(figures[each]) for each in columns))
        console.print(table)


def _background(console: Console, part: Rows) -> None:
    table = Table("", *BACKGROUND, title="Pages beside a backfill, ms")
    for phase, figures in part.items():
        table.add_row(phase, *(str(figures[each]) for each in BACKGROUND))
    console.print(table)


def _cold(console: Console, part: list[Rows]) -> None:
    table = Table(*COLD, title="Cold, in one process: calls against the least possible; ms in all, slowest chain of calls, over it")
    for row in part:
        table.add_row(*(str(row[each]) for each in COLD))
    console.print(table)


def _plain(name: str) -> Callable[[Console, Any], None]:
    """Return what prints a part that has no table of its own."""

    def show_plain(console: Console, part: Any) -> None:
        if isinstance(part, Mapping) and any(isinstance(each, Mapping) for each in part.values()):
            console.print(*(f"{name}, {key}: {each}" for key, each in part.items()), sep="\n", highlight=False)
        else:
            console.print(f"{name}: {part}", highlight=False)

    return show_plain


SHOWN: Mapping[str, Callable[[Console, Any], None]] = {"warm": _warm, "latency": _latency, "background": _background, "cold": _cold}
