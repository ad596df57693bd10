"""Puts a gateway together: engine, connections, core, worker, application, in the order they need each other."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

from redis.asyncio import Redis
from starlette.applications import Starlette

from adapters.kit.clock import SystemClock
from adapters.kit.http import Wire
from adapters.kit.tasks import end
from gateway.app import make_app
from gateway.auth import Door
from gateway.engine import EngineSettings, connect, engine
from gateway.limits import LIMITS
from gateway.readings import Readings
from gateway.seals import sealing_keys
from gateway.settings import Settings
from gateway.stores_file import Loaded
from gateway.watching import begin, metrics_route
from resolvers.api import make_schema
from resolvers.context import RequestContext
from resolvers.core import Core, CoreSettings
from resolvers.principal import Principal
from resolvers.writes.accepting import Writes
from resolvers.writes.queue import Queue
from resolvers.writes.sealing import Sealer
from resolvers.writes.worker import Worker, WorkerSettings


@dataclass(frozen=True, slots=True)
class Parts:
    """What every process of a gateway has; `worker` is not begun."""

    state: Redis
    fast: Redis
    core: Core
    writes: Writes
    worker: Worker


@dataclass(frozen=True, slots=True)
class Running:
    """A gateway that is ready to serve; `leave` ends what would go on for ever, so that the rest can end."""

    app: Starlette
    leave: Callable[[], None]


@contextlib.asynccontextmanager
async def assembled(settings: Settings, loaded: Loaded) -> AsyncIterator[Parts]:
    """Have the parts of a process for the time of the block; raises EngineError and SettingsError."""
    await asyncio.to_thread(begin)
    keys = await asyncio.to_thread(sealing_keys, settings)
    async with contextlib.AsyncExitStack() as stack:
        endpoints = await stack.enter_async_context(engine(engine_settings(settings)))
        state = connect(endpoints.state)
        stack.push_async_callback(state.aclose)
        fast = connect(endpoints.fast)
        stack.push_async_callback(fast.aclose)
        wire = Wire()
        stack.push_async_callback(wire.close)
        clock = SystemClock()
        core = Core(loaded.stores, fast, wire, clock, CoreSettings(max_age=settings.max_age, deadline_ms=settings.deadline_ms))
        stack.push_async_callback(core.close)
        await stack.enter_async_context(_going_on(core.listen()))
        queue, sealer = Queue(state, clock), Sealer(keys)
        worker = Worker(core, queue, sealer, WorkerSettings(places=settings.places))
        writes = Writes(core, queue, sealer, worker.wake)
        stack.push_async_callback(writes.changes.close)
        yield Parts(state, fast, core, writes, worker)


@contextlib.asynccontextmanager
async def running(settings: Settings, loaded: Loaded, *, show_key: str | None = None) -> AsyncIterator[Running]:
    """Have an application ready to serve for the time of the block; raises EngineError and SettingsError."""
    async with contextlib.AsyncExitStack() as stack:
        parts = await stack.enter_async_context(assembled(settings, loaded))
        if settings.worker:
            await stack.enter_async_context(working(parts.worker))

        def open_context(principal: Principal) -> RequestContext:
            return RequestContext(parts.core, principal, parts.writes)

        def leave() -> None:
            parts.worker.stop()
            parts.writes.changes.end()

        door = Door(loaded.keys)
        app = make_app(
            schema=make_schema(LIMITS),
            door=door,
            open_context=open_context,
            roles={"state": parts.state, "fast": parts.fast},
            stores=loaded.stores,
            show_key=show_key,
            version=parts.core.version,
            more=[metrics_route(door, Readings(parts.core, parts.fast, parts.writes.queue), settings.metrics)],
        )
        yield Running(app, leave)


@contextlib.asynccontextmanager
async def working(worker: Worker) -> AsyncIterator[asyncio.Task[None]]:
    """Have a worker at work for the time of the block; what is under way at its end is finished or handed back."""
    task = asyncio.create_task(worker.run())
    try:
        yield task
    finally:
        worker.stop()
        await asyncio.gather(task, return_exceptions=True)


def engine_settings(settings: Settings) -> EngineSettings:
    """Return what the engine needs to know."""
    return EngineSettings(
        data_dir=settings.data_dir,
        state_url=settings.state_url,
        fast_url=settings.fast_url,
        allow_unsafe_state=settings.allow_unsafe_state,
        fast_megabytes=settings.fast_megabytes,
    )


@contextlib.asynccontextmanager
async def _going_on(going_on: object) -> AsyncIterator[None]:
    """Have something go on for the time of the block."""
    task = asyncio.ensure_future(going_on)  # type: ignore[call-overload]
    try:
        yield
    finally:
        await end(task)
