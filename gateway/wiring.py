"""Puts a gateway together: engine, connections, core, application, in the order they need each other."""

import contextlib
from collections.abc import AsyncIterator
from functools import partial

from starlette.applications import Starlette

from adapters.kit.clock import SystemClock
from adapters.kit.http import Wire
from gateway.app import make_app
from gateway.auth import Door
from gateway.engine import EngineSettings, connect, engine
from gateway.limits import LIMITS
from gateway.settings import Settings
from gateway.stores_file import Loaded
from resolvers.api import make_schema
from resolvers.context import RequestContext
from resolvers.core import Core, CoreSettings


@contextlib.asynccontextmanager
async def running(settings: Settings, loaded: Loaded, *, show_key: str | None = None) -> AsyncIterator[Starlette]:
    """Have an application ready to serve for the time of the block; raises EngineError."""
    async with contextlib.AsyncExitStack() as stack:
        endpoints = await stack.enter_async_context(engine(engine_settings(settings)))
        state = connect(endpoints.state)
        stack.push_async_callback(state.aclose)
        fast = connect(endpoints.fast)
        stack.push_async_callback(fast.aclose)
        wire = Wire()
        stack.push_async_callback(wire.close)
        core = Core(loaded.stores, fast, wire, SystemClock(), CoreSettings(max_age=settings.max_age, deadline_ms=settings.deadline_ms))
        stack.push_async_callback(core.close)
        yield make_app(
            schema=make_schema(LIMITS),
            door=Door(loaded.keys),
            open_context=partial(RequestContext, core),
            roles={"state": state, "fast": fast},
            stores=loaded.stores,
            show_key=show_key,
        )


def engine_settings(settings: Settings) -> EngineSettings:
    """Return what the engine needs to know."""
    return EngineSettings(
        data_dir=settings.data_dir,
        state_url=settings.state_url,
        fast_url=settings.fast_url,
        allow_unsafe_state=settings.allow_unsafe_state,
        fast_megabytes=settings.fast_megabytes,
    )
