"""Who watches a process: its metrics always, for whoever scrapes `/metrics`; its traces when the environment names a collector.

`/metrics` names stores and tells how busy they are, so it is for those who look after all of them. A gateway with API keys wants one with
the role `support` for all tenants, wherever the scrape comes from: a proxy on this machine may pass on anybody's. One without keys answers
its own machine, as everywhere. `CARTOGRAPH_METRICS=open` lets in whoever reaches the port.
"""

import asyncio
import os
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal

from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from adapters.kit.watching import Tracer, watch
from gateway.auth import Door
from gateway.errors import RefusedError
from gateway.metrics import Metrics
from gateway.readings import Readings
from resolvers.principal import Role
from schema.errors import AccessError, Code

METRICS_PATH = "/metrics"
FOLDER = "PROMETHEUS_MULTIPROC_DIR"  # where the counts of several processes are added up; the name is the library's
SHARED = "metrics"

Access = Literal["guarded", "open"]

NARROW = 'Metrics are of all stores, and this API key sees some: give it `tenants = ["*"]` and no `stores` in the stores file.'


@cache
def begin() -> Metrics:
    """Let this process be watched from now on, and return its metrics. Once is enough, however many gateways it runs in its life."""
    folder = os.environ.get(FOLDER)
    metrics = Metrics(Path(folder) if folder else None)
    watch(metrics, _tracer())
    return metrics


def children_environment(data_dir: Path, port: int) -> Mapping[str, str]:
    """Return what processes that serve at one port have to be started with, so that any of them can tell the metrics of all."""
    return {FOLDER: os.environ.get(FOLDER) or str(data_dir.absolute() / SHARED / str(port))}


def wants_traces(environment: Mapping[str, str]) -> bool:
    """Say whether the standard variables ask for traces."""
    if environment.get("OTEL_SDK_DISABLED", "").strip().lower() == "true":
        return False
    exporters = environment.get("OTEL_TRACES_EXPORTER", "").strip()
    if exporters:
        return "otlp" in {name.strip() for name in exporters.split(",")}
    return any(environment.get(name) for name in ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"))


def metrics_route(door: Door, readings: Readings, access: Access = "guarded") -> Route:
    """Return the route that tells the metrics."""

    async def tell(request: Request) -> Response:
        try:
            if access != "open":
                _admit(door, request)
        except AccessError as error:
            return RefusedError.of(error).response()
        metrics, found = begin(), await readings.read()
        metrics.catch_up()
        return Response(await asyncio.to_thread(metrics.text, found), media_type=CONTENT_TYPE_PLAIN_0_0_4)

    return Route(METRICS_PATH, tell)


def _admit(door: Door, request: Request) -> None:
    principal = door.admit(request, role=Role.SUPPORT)
    if principal.tenants is not None or principal.stores is not None:
        raise AccessError(Code.FORBIDDEN, NARROW)


def _tracer() -> Tracer | None:
    if not wants_traces(os.environ):
        return None
    from gateway.traces import traces

    return traces()
