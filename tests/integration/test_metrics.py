"""What each hop tells of real requests: scraped from a served gateway, and received as spans by a collector."""

import asyncio
import contextlib
import dataclasses
import os
import signal
from collections import Counter
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span
from prometheus_client.parser import text_string_to_metric_families

from adapters.kit import watching
from adapters.kit.http import Request
from adapters.kit.registry import platforms
from gateway import server
from gateway.app import make_app
from gateway.auth import Door
from gateway.limits import LIMITS
from gateway.readings import Readings
from gateway.watching import begin, metrics_route
from resolvers.api import make_schema
from resolvers.context import RequestContext
from schema.commands import WriteOperation
from tests.integration.test_app import PLATFORM, command, said
from tests.support.server import answering, reply
from tests.support.world import LeapingClock, World, make_world

POINTS, OTHER = "shopify-one", "woocommerce-one"  # a store with a budget of points, and one of another platform
ORDERS = """query OfAnn($store: ID!, $maxAge: Int) { orders(first: 2, stores: [$store], maxAge: $maxAge) {
  nodes { id customer { id } shipments { id } } } }"""
LEVELS = "query($store: ID!) { inventoryLevels(first: 50, stores: [$store]) { nodes { id available } } }"
STORES = f"""[[stores]]
id = "one"
tenant = "acme"
platform = "{PLATFORM}"
url = "http://127.0.0.1:9"
credentials = {{ {", ".join(f'{key} = "env:NOBODY_HAS_IT"' for key in sorted(platforms()[PLATFORM].manifest.credentials[0]))} }}
"""
CALLER = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

Series = Counter[tuple[str, frozenset[tuple[str, str]]]]


class Gateway:
    """A served gateway, seen from outside."""

    def __init__(self, http: httpx.AsyncClient, world: World) -> None:
        self.http = http
        self.world = world

    async def ask(self, query: str, *, traceparent: str = "", **variables: Any) -> Any:
        headers = {"traceparent": traceparent} if traceparent else {}
        return (await self.http.post("/graphql", json={"query": query, "variables": variables}, headers=headers)).json()

    async def level(self) -> Any:
        """Return a stock level that can be written to."""
        levels = (await self.ask(LEVELS, store=POINTS))["data"]["inventoryLevels"]["nodes"]
        return next(level for level in levels if level["available"] is not None)

    async def text(self) -> str:
        answer = await self.http.get("/metrics")
        assert (200, "text/plain; version=0.0.4; charset=utf-8") == (answer.status_code, answer.headers["content-type"])
        return answer.text

    async def scrape(self) -> Series:
        return parsed(await self.text())


def parsed(text: str) -> Series:
    samples = (sample for family in text_string_to_metric_families(text) for sample in family.samples)
    return Counter({(sample.name, frozenset(sample.labels.items())): sample.value for sample in samples})


def of(series: Series, name: str, **labels: str) -> float:
    """Return the sum of all series of a metric that have these labels."""
    return sum(value for (found, own), value in series.items() if name == found and own >= labels.items())


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def lasting_gateway(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Gateway]:
    names = [store.split("-", maxsplit=1)[0] for store in (POINTS, OTHER)]
    async with make_world(tmp_path_factory.mktemp("watched"), names, clock=LeapingClock(), sizes={"orders": 60}) as world:
        door = Door([])
        app = make_app(
            schema=make_schema(LIMITS),
            door=door,
            open_context=partial(RequestContext, world.core, writes=world.writes),
            roles={},
            stores=list(world.core.stores.values()),
            more=[metrics_route(door, Readings(world.core, world.fast, world.writes.queue))],
        )
        await asyncio.to_thread(begin)
        with contextlib.closing(server.listen("127.0.0.1", 0)) as taken:
            async with server.serving(app, taken, server.Stopping()), httpx.AsyncClient(base_url=server.address(taken), timeout=30) as http:
                yield Gateway(http, world)
        watching.watch(None, None)


@pytest_asyncio.fixture
async def gateway(lasting_gateway: Gateway) -> Gateway:
    lasting_gateway.world.forget()
    await lasting_gateway.world.sweep()
    watching.watch(begin(), None)
    return lasting_gateway


async def test_a_read_is_counted_at_each_of_its_hops(gateway: Gateway) -> None:
    before = await gateway.scrape()
    for _ in range(2):
        answer = await gateway.ask(ORDERS, store=POINTS, maxAge=3600)
    new = await gateway.scrape() - before

    assert "errors" not in answer
    assert (2, 2) == (
        of(new, "cartograph_request_seconds_count", type="query", outcome="ok"),
        of(new, "cartograph_execution_seconds_count"),
    )
    assert len(gateway.world.calls()) == of(new, "cartograph_platform_calls_total", platform="shopify", outcome="ok") > 0
    assert len(gateway.world.calls()) == of(new, "cartograph_platform_call_seconds_count")
    assert of(new, "cartograph_budget_wait_seconds_count", priority="interactive", outcome="ok") > 0
    assert of(new, "cartograph_loader_batch_keys_sum") > 0
    assert (1, 1) == tuple(of(new, "cartograph_cache_reads_total", what="Order:page", result=result) for result in ("miss", "hit_local"))
    assert 1 == of(new, "cartograph_cache_hit_age_seconds_count", what="Order:page")


async def test_what_another_process_keeps_and_what_is_too_old_is_told_apart(gateway: Gateway) -> None:
    await gateway.ask(ORDERS, store=POINTS, maxAge=3600)
    gateway.world.core._cache._local.clear()
    before = await gateway.scrape()
    await gateway.ask(ORDERS, store=POINTS, maxAge=3600)
    gateway.world.leap(60)
    await gateway.ask(ORDERS, store=POINTS, maxAge=30)
    new = await gateway.scrape() - before

    assert (1, 1) == tuple(of(new, "cartograph_cache_reads_total", what="Order:page", result=result) for result in ("hit_shared", "stale"))


async def test_calls_that_fail_are_counted_by_their_category(gateway: Gateway) -> None:
    gateway.world.fail(OTHER, status=500)
    before = await gateway.scrape()
    await gateway.ask(ORDERS, store=OTHER, maxAge=0)
    new = await gateway.scrape() - before

    assert len(gateway.world.calls(OTHER)) == of(new, "cartograph_platform_calls_total", platform="woocommerce", outcome="transient") > 0


async def test_a_request_that_is_no_request_is_counted_as_refused(gateway: Gateway) -> None:
    before = await gateway.scrape()
    await gateway.http.post("/graphql", content=b"no JSON")
    await gateway.ask("{ nothing }")
    await gateway.ask('{ order(id: "nothing") { id } }')
    new = await gateway.scrape() - before

    assert 2 == of(new, "cartograph_request_seconds_count", type="unknown", outcome="refused")
    assert 1 == of(new, "cartograph_request_seconds_count", type="query") - of(new, "cartograph_request_seconds_count", outcome="ok")


async def test_no_label_has_anything_of_the_callers(gateway: Gateway) -> None:
    answer = await gateway.ask(ORDERS, store=POINTS)
    node = answer["data"]["orders"]["nodes"][0]["id"]
    await gateway.ask("query Secret($id: ID!) { order(id: $id) { id } }", id=node)
    text = await gateway.text()

    assert [] == [word for word in ("OfAnn", "Secret", node, "http://", "127.0.0.1", "acme/") if word in text]


async def test_a_budgets_level_is_told_once_it_was_asked(gateway: Gateway) -> None:
    await gateway.ask(ORDERS, store=POINTS, maxAge=0)
    found = await gateway.scrape()
    store = {"store": POINTS, "bucket": ""}

    assert 0 < of(found, "cartograph_budget_points", **store) <= of(found, "cartograph_budget_most_points", **store) == 40_000
    assert (0, True) == (of(found, "cartograph_budget_under_way", **store), of(found, "cartograph_budget_places", **store) >= 1)


async def test_writes_are_told_while_they_wait_and_when_they_are_settled(gateway: Gateway) -> None:
    world = gateway.world
    level = await gateway.level()
    before = await gateway.scrape()
    await world.write(WriteOperation.INVENTORY_SET, {"inventoryLevelId": level["id"], "available": level["available"] + 1})
    world.leap(100)
    waiting = await gateway.scrape()
    await world.settle()
    after = await gateway.scrape()

    assert (1, 0) == tuple(of(each, "cartograph_writes", store=POINTS, state="queued") for each in (waiting, after))
    assert 100 <= of(waiting, "cartograph_writes_oldest_seconds", store=POINTS) < 130
    assert 0 == of(after, "cartograph_writes_oldest_seconds", store=POINTS)
    settled = after - before
    assert 1 == of(settled, "cartograph_write_jobs_total", platform="shopify", operation="INVENTORY_SET", outcome="done")
    assert of(settled, "cartograph_write_batch_seconds_count", operation="INVENTORY_SET") >= 1
    assert of(settled, "cartograph_budget_wait_seconds_count", priority="write") > 0


async def test_a_state_that_is_away_takes_nothing_else_with_it(gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gateway.world.writes.queue.state, "pipeline", lambda **_: _raise())
    found = await gateway.scrape()

    assert (0, True) == (of(found, "cartograph_writes"), of(found, "process_resident_memory_bytes") > 0)


def _raise() -> None:
    raise ConnectionRefusedError


async def test_a_trace_tells_what_happened_within_what(gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    world = gateway.world
    async with collecting(monkeypatch) as spans:
        read = await gateway.ask(ORDERS, store=POINTS, maxAge=0, traceparent=CALLER)
        level = await gateway.level()
        item = {"inventoryLevelId": level["id"], "available": level["available"] + 1}
        mutation = "mutation($items: [InventorySetInput!]!) { inventorySet(items: $items) { receipts { state } userErrors { message } } }"
        accepted = await gateway.ask(mutation, items=[item])
        await world.settle()
    found = {span.span_id: span for span in spans}

    def way(span: Span) -> str:
        """Return the names of a span and of those it is within."""
        return f"{way(found[span.parent_span_id])} > {span.name}" if span.parent_span_id in found else span.name

    ways = Counter(map(way, spans))
    assert ("errors" not in read, [{"state": "QUEUED"}]) == (True, accepted["data"]["inventorySet"]["receipts"])
    assert 3 == ways["request"] == ways["request > execution"]
    assert ways["request > execution > cache read > platform call"] > 0
    assert ways["request > execution > cache read > budget wait"] == ways["request > execution > cache read > platform call"]
    assert ways["request > execution > loader > cache read"] > 0
    assert ways["write"] > 0 < sum(times for name, times in ways.items() if name.startswith("write > ") and name.endswith("platform call"))
    of_caller = [span for span in spans if span.trace_id.hex() in CALLER]
    assert ("request", CALLER.split("-")[2]) == next((span.name, span.parent_span_id.hex()) for span in of_caller if span.name == "request")
    assert {"request", "execution", "cache read", "budget wait", "platform call"} <= {span.name for span in of_caller}
    links = {link.trace_id for span in spans if span.name == "write" for link in span.links}
    assert links == {span.trace_id for span in spans if span.name == "execution" and attributes(span)["cartograph.type"] == "mutation"}
    call = next(attributes(span) for span in spans if span.name == "platform call")
    assert ("shopify", POINTS, "200") == (call["cartograph.platform"], call["cartograph.store"], call["http.response.status_code"])
    values = {value for span in spans for value in attributes(span).values()} | {span.name for span in spans}
    nodes = [level["id"], *(node["id"] for node in read["data"]["orders"]["nodes"]), "OfAnn"]
    assert [] == [value for value in values if any(node in value for node in nodes)]


async def test_no_trace_goes_on_to_a_platform(gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    async with collecting(monkeypatch) as spans, answering(reply()) as shop:
        store = dataclasses.replace(gateway.world.core.stores[POINTS], url=f"http://127.0.0.1:{shop.port}")
        with watching.platform_call(store, "Orders"):
            await gateway.world.wire.send(store, Request("GET", "/orders", "Orders"))

    assert (1, 1) == (len(spans), len(shop.heads))
    assert "traceparent" not in shop.heads[0].lower()


def attributes(span: Span) -> dict[str, str]:
    return {each.key: each.value.string_value or f"{each.value.int_value or each.value.double_value}" for each in span.attributes}


@contextlib.asynccontextmanager
async def collecting(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[list[Span]]:
    """Collect the spans of a block; they are complete when it has ended."""
    spans: list[Span] = []
    async with answering(reply(b"", content_type="application/x-protobuf")) as hearing:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", f"http://127.0.0.1:{hearing.port}")
        from gateway.traces import traces

        made = await asyncio.to_thread(traces)
        watching.watch(begin(), made)
        try:
            yield spans
        finally:
            watching.watch(begin(), None)
            await asyncio.to_thread(made.provider.shutdown)
            spans += received(hearing.bodies)


def received(bodies: list[bytes]) -> list[Span]:
    requests = map(ExportTraceServiceRequest.FromString, bodies)
    return [span for request in requests for resource in request.resource_spans for scope in resource.scope_spans for span in scope.spans]


async def test_any_of_several_processes_tells_the_sum_and_the_killed_ones_are_in_it(tmp_path: Path) -> None:
    """Traces of all of them arrive, the last ones when they end."""
    (tmp_path / "stores.toml").write_text(STORES)
    async with answering(reply(b"", content_type="application/x-protobuf")) as hearing:
        options = {
            "CARTOGRAPH_DATA_DIR": str(tmp_path / "data"),
            "PROMETHEUS_MULTIPROC_DIR": str(tmp_path / "counts"),
            "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{hearing.port}",
        }
        arguments = ("serve", "--stores", str(tmp_path / "stores.toml"), "--port", "0", "--workers", "2")
        async with command(*arguments, **options) as process:
            url = (await said(process.stderr, r"(http://[\d.:]+)/graphql"))[1]
            asked = await in_turn(url, 12)
            victim = next(int(path.read_text()) for path in sorted((tmp_path / "counts").glob("*.process")))
            told = await counted(url, 12)
            os.kill(victim, signal.SIGKILL)
            await said(process.stderr, "serves in its place")
            later = await counted(url, 12)
            process.send_signal(signal.SIGTERM)
            await process.communicate()

    assert [200] * 12 == asked
    assert (12, 12) == (of(told, "cartograph_request_seconds_count"), of(later, "cartograph_request_seconds_count"))
    processes = [{dict(labels)["process"] for name, labels in each if name == "process_open_fds"} for each in (told, later)]
    assert [{"0", "1"}, {"0", "1"}] == processes
    assert 0 < sum(span.name == "request" for span in received(hearing.bodies)) <= 12


async def in_turn(url: str, times: int) -> list[int]:
    """Ask so often, each time over a connection of its own."""
    found = []
    for _ in range(times):
        async with httpx.AsyncClient(base_url=url, timeout=30) as http:
            found.append((await http.post("/graphql", json={"query": "{ stores { name } }"})).status_code)
    return found


async def counted(url: str, requests: int) -> Series:
    """Scrape, until all requests have been counted: each process counts a moment later."""
    async with httpx.AsyncClient(base_url=url, timeout=30) as http, asyncio.timeout(20):
        found: Series = Counter()
        while of(found, "cartograph_request_seconds_count") < requests:
            found = parsed((await http.get("/metrics")).text)
    return found
