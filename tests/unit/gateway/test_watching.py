"""Who watches a process, what becomes of what the hops tell, who may see it, and the dashboard that asks for it."""

import asyncio
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from prometheus_client.metrics_core import Metric
from prometheus_client.parser import text_string_to_metric_families
from starlette.applications import Starlette

from adapters.kit import watching
from adapters.kit.calls import Priority
from adapters.kit.failures import PlatformError
from adapters.kit.stores import StoreConfig
from gateway import metrics, readings
from gateway.auth import ApiKey, Door, digest
from gateway.metrics import MOST_SERIES, Metrics
from gateway.readings import Readings
from gateway.watching import Access, children_environment, metrics_route, wants_traces
from resolvers.principal import Principal, Role
from schema.errors import Category

ROOT = Path(__file__).parents[3]
DASHBOARD = json.loads((ROOT / "docker" / "grafana" / "cartograph.json").read_text())
STORE = StoreConfig("shop", "acme", "any", "http://shop.test", {})
SUPPORT, READ = frozenset({Role.SUPPORT}), frozenset({Role.READ})
KEYS = {
    "cgk_of-a-reader": Principal("reader", None, READ),
    "cgk_of-one-tenant": Principal("tenant", frozenset({"acme"}), SUPPORT),
    "cgk_of-one-store": Principal("store", None, SUPPORT, frozenset({"shop"})),
    "cgk_of-support": Principal("support", None, SUPPORT),
}
DOOR = Door([ApiKey(digest(key), principal) for key, principal in KEYS.items()])


@pytest.fixture
def counted() -> Iterator[Metrics]:
    """Count what this test does, and nobody else's after it."""
    before = watching._watchers.meter, watching._watchers.tracer
    made = Metrics()
    watching.watch(made, None)
    yield made
    watching.watch(*before)


def series(text: bytes) -> dict[str, list[tuple[dict[str, str], float]]]:
    found: dict[str, list[tuple[dict[str, str], float]]] = {}
    for family in text_string_to_metric_families(text.decode()):
        for sample in family.samples:
            found.setdefault(sample.name, []).append((dict(sample.labels), sample.value))
    return found


async def told(made: Metrics) -> dict[str, list[tuple[dict[str, str], float]]]:
    made.catch_up()
    return series(await asyncio.to_thread(made.text))


async def test_labels_without_end_become_one(counted: Metrics) -> None:
    for number in range(3 * MOST_SERIES):
        with watching.platform_call(STORE, f"Order {number}"):
            pass

    calls = (await told(counted))["cartograph_platform_calls_total"]
    assert MOST_SERIES + 1 == len(calls)
    assert ({"platform": "other", "operation": "other", "outcome": "other"}, 2 * MOST_SERIES) in calls


@pytest.mark.parametrize(
    ("error", "outcome"),
    [(PlatformError(category, "No."), category.name.lower()) for category in Category]
    + [(asyncio.CancelledError(), "cancelled"), (RuntimeError("ann@example.com"), "failed")],
)
async def test_what_ends_a_passage_is_its_outcome(counted: Metrics, error: BaseException, outcome: str) -> None:
    with pytest.raises(type(error)), watching.budget_wait(STORE, Priority.WRITE):
        raise error

    waits = (await told(counted))["cartograph_budget_wait_seconds_count"]
    assert [({"platform": "any", "priority": "write", "outcome": outcome}, 1.0)] == waits


async def test_a_request_that_tells_nothing_was_refused(counted: Metrics) -> None:
    with watching.request(""):
        pass

    assert [({"type": "unknown", "outcome": "refused"}, 1.0)] == (await told(counted))["cartograph_request_seconds_count"]


async def test_values_at_hand_count_as_read(counted: Metrics) -> None:
    for _ in range(7):
        watching.hit("Order")
    with watching.cache_read("Order") as passage:
        passage.tell(local=2, shared=1, stale=0, missing=1, age=3.0)

    reads = {labels["result"]: value for labels, value in (await told(counted))["cartograph_cache_reads_total"]}
    assert {"hit_local": 9, "hit_shared": 1, "miss": 1} == reads


async def test_many_passages_are_counted_without_being_asked(counted: Metrics) -> None:
    for _ in range(metrics.MOST_NOTED):
        with watching.execution("query"):
            pass

    assert [({"type": "query", "outcome": "ok"}, metrics.MOST_NOTED)] == series(await asyncio.to_thread(counted.text))[
        "cartograph_execution_seconds_count"
    ]


async def test_nobody_has_to_watch() -> None:
    before = watching._watchers.meter, watching._watchers.tracer
    watching.watch(None, None)
    try:
        with watching.request("00-0-0-0") as passage:
            passage.tell(outcome="ok")
        watching.job(STORE, "PRICE_SET", "DONE")
        watching.unknown_words(STORE, "status", 1)
        watching.follow(["x"])

        assert "" == watching.mark()
    finally:
        watching.watch(*before)


async def test_memory_and_processor_are_told(counted: Metrics) -> None:
    found = await told(counted)

    assert [{"process": "0"}] == [labels for labels, _ in found["process_resident_memory_bytes"]]
    assert found["process_cpu_seconds_total"][0][1] > 0


class NothingToRead(Readings):
    """Reads nothing: there is no engine here."""

    def __init__(self) -> None:
        pass

    async def read(self) -> list[Metric]:
        return []


async def scrape(door: Door, key: str | None, address: str = "127.0.0.1", access: Access = "guarded") -> int:
    app = Starlette(routes=[metrics_route(door, NothingToRead(), access)])
    headers = {"authorization": f"Bearer {key}"} if key else {}
    transport = httpx.ASGITransport(app, client=(address, 50_000))
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost:8000") as client:
        return (await client.get("/metrics", headers=headers)).status_code


@pytest.mark.parametrize(
    ("key", "status"),
    [(None, 401), ("cgk_of-nobody", 401), *zip(KEYS, (403, 403, 403, 200), strict=True)],
)
async def test_metrics_are_for_the_support_of_all_tenants(key: str | None, status: int) -> None:
    """A scrape from this machine is no exception: a proxy on it may pass on anybody's."""
    assert status == await scrape(DOOR, key)


async def test_a_gateway_without_keys_tells_its_own_machine_alone() -> None:
    assert (200, 403) == (await scrape(Door([]), None), await scrape(Door([]), None, "192.0.2.1"))


async def test_open_metrics_are_for_everybody() -> None:
    assert 200 == await scrape(DOOR, None, "192.0.2.1", "open")


@pytest.mark.parametrize(
    ("variables", "wanted"),
    [
        ({}, False),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector:4318"}, True),
        ({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://collector:4318/v1/traces"}, True),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": ""}, False),
        ({"OTEL_TRACES_EXPORTER": "otlp"}, True),
        ({"OTEL_TRACES_EXPORTER": "console, otlp"}, True),
        ({"OTEL_TRACES_EXPORTER": "none", "OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector:4318"}, False),
        ({"OTEL_SDK_DISABLED": "True", "OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector:4318"}, False),
    ],
)
def test_the_standard_variables_switch_traces_on(variables: dict[str, str], wanted: bool) -> None:
    assert wanted is wants_traces(variables)


def run(script: str, *arguments: str, **environment: str) -> str:
    """Run a script in a process of its own; returns what it prints."""
    found = subprocess.run(
        [sys.executable, "-c", script, *arguments], cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=60
    )
    return found.stdout + found.stderr


def test_without_traces_nothing_that_makes_or_sends_them_is_imported() -> None:
    """The client of Valkey imports what OpenTelemetry has for metrics wherever it is installed; that is not ours to change."""
    script = "import sys, gateway.wiring as wiring; wiring.begin(); print(*sys.modules)"
    senders = ("opentelemetry.sdk.trace", "opentelemetry.exporter", "google.protobuf", "requests", "gateway.traces")

    assert [] == [name for name in run(script).split() if name.startswith(senders)]


COUNTING = """
import asyncio, os, signal, sys
from pathlib import Path
from gateway.metrics import Metrics
from adapters.kit.watching import Event
made = Metrics(Path(sys.argv[1]))

async def count():
    made.count(Event.JOB, {"platform": "any", "operation": "PRICE_SET", "outcome": "done"}, int(sys.argv[2]))

asyncio.run(count())
made.catch_up()
if sys.argv[3] == "killed":
    os.kill(os.getpid(), signal.SIGKILL)
if sys.argv[3] == "waits":
    print("up", flush=True)
    sys.stdin.read()
print(made.text().decode())
"""


def jobs(text: str) -> str:
    found = re.search(r"cartograph_write_jobs_total\{.+\} (.+)", text)
    assert found, text
    return found[1]


def test_counts_of_several_processes_are_added_up_and_outlive_them(tmp_path: Path) -> None:
    """A process that was killed leaves its counts to its successor; who finds nobody at all begins from nothing."""
    arguments = [sys.executable, "-c", COUNTING, str(tmp_path), "3", "waits"]
    with subprocess.Popen(arguments, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as first:
        assert first.stdout
        assert "up\n" == first.stdout.readline()
        run(COUNTING, str(tmp_path), "4", "killed")
        successor = run(COUNTING, str(tmp_path), "5", "tells")
        of_both, _ = first.communicate("", timeout=60)
    alone = run(COUNTING, str(tmp_path), "1", "tells")

    assert ["12.0", "12.0", "1.0"] == list(map(jobs, (successor, of_both, alone)))
    assert ["0.process", "1.process"] == sorted(path.name for path in tmp_path.glob("*.process"))
    assert 2 == successor.count("process_resident_memory_bytes{")


def test_serving_processes_count_below_the_data_directory_unless_told_where(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("PROMETHEUS_MULTIPROC_DIR", raising=False)
    usual = children_environment(tmp_path, 8000)
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", "/elsewhere")

    assert {"PROMETHEUS_MULTIPROC_DIR": str(tmp_path / "metrics" / "8000")} == usual
    assert {"PROMETHEUS_MULTIPROC_DIR": "/elsewhere"} == children_environment(tmp_path, 8000)


def exported() -> dict[str, set[str]]:
    """Return the labels of every series there can be, by its name."""
    rows = {source.row for sources in metrics.PASSAGES.values() for source in sources} | set(metrics.EVENTS.values())
    found = {f"{row.name}_total": set(row.labels) for row in rows if not row.buckets}
    for row in rows:
        if row.buckets:
            found |= {f"{row.name}_{end}": {*row.labels, *(("le",) if end == "bucket" else ())} for end in ("bucket", "sum", "count")}
    found |= {name: set(labels) for name, _, labels in (readings.WAITING, readings.OLDEST)}
    found |= {name: {"store", "bucket"} for name in readings.LEVELS}
    return found | {name: {"process"} for name in series(Metrics().text()) if name.startswith("process_")}


def expressions() -> list[str]:
    return [target["expr"] for panel in DASHBOARD["panels"] for target in panel.get("targets", ())]


@pytest.mark.parametrize("expression", expressions())
def test_a_panel_asks_for_what_is_exported(expression: str) -> None:
    named = set(re.findall(r"\b(?:cartograph|process)_[a-z_]+", expression))
    labels = {label.strip() for group in re.findall(r"\bby \(([^)]*)\)", expression) for label in group.split(",")}
    selected = set(re.findall(r"[{,]\s*([a-z_]+)=", expression))
    known = exported()

    assert named
    assert set() == named - known.keys()
    assert set() == (labels | selected) - set().union(*(known[name] for name in named))


def test_the_dashboard_can_be_imported_anywhere() -> None:
    own = {panel["id"] for panel in DASHBOARD["panels"]}
    sources = set(re.findall(r'"uid": "([^"]*)"', json.dumps(DASHBOARD))) - {"cartograph"}

    assert ("cartograph", "Cartograph", True) == (DASHBOARD["uid"], DASHBOARD["title"], DASHBOARD["schemaVersion"] > 30)
    assert {"${datasource}"} == sources
    assert len(DASHBOARD["panels"]) == len(own)
    assert "datasource" in {each["name"] for each in DASHBOARD["templating"]["list"]}
