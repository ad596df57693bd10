"""What all sandboxes share: their record, the faults they can be told to show, a log of calls, and the control routes.

A sandbox is a small local server that behaves like one platform. One process serves several stores of that platform, each below its
own path (`http://127.0.0.1:<port>/<store>`), which is the `url` of the store. Nothing here, and nothing in a sandbox, is shared with
the adapters: a mistake in an adapter must not repeat itself in the server that tests it.

Control routes (JSON; not part of any platform):

    POST   /control/faults   {"store", "match", "times", "status", "headers", "body", "delay", "hang_up", "after"}  add one fault
    DELETE /control/faults   forget all faults
    GET    /control/calls    [{"store", "operation", "status", "cost"}] since start or the last DELETE
    DELETE /control/calls    forget them
    GET    /control/effects  [{"store", "what", "entity", "value", "operation", "request", "at"}] since start or the last DELETE
    DELETE /control/effects  forget them
    POST   /control/clock    {"advance": seconds}: moves every store's clock forward
    POST   /control/rows     {"store", "action": "insert"|"touch"|"delete", "kind", "id"?, "fields"?} -> {"id"}
"""

import asyncio
import contextlib
import itertools
import socket
from collections.abc import AsyncIterator, Callable, Mapping
from contextvars import ContextVar
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

SHUTDOWN_SECONDS = 1  # how long a sandbox that ends waits for requests under way


@dataclass(frozen=True, slots=True)
class SandboxStore:
    """One store a sandbox serves.

    `profile` names the kind of catalogue (each sandbox says which it knows); `sizes` overrides its row counts, e.g. {"orders": 40}.
    `credentials` has the keys that the platform's `credentials` table in a stores file has.
    """

    name: str
    title: str
    profile: str
    credentials: Mapping[str, str]
    sizes: Mapping[str, int] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)


class MakeApp(Protocol):
    """Builds the server for some stores."""

    def __call__(self, stores: tuple[SandboxStore, ...], control: "Control") -> Starlette:
        """Return an application that serves each store below `/<store.name>` and includes `control.routes()`."""
        ...


@dataclass(frozen=True, slots=True)
class Sandbox:
    """A platform's sandbox: how to build its server, and the stores a demo shows."""

    make_app: MakeApp
    stores: tuple[SandboxStore, ...]


@dataclass(slots=True)
class Fault:
    """Something that goes wrong on purpose; `times` counts down, -1 stays until removed.

    It strikes requests of `store` ("" = every store) whose operation contains `match`. `delay` seconds pass first; then the connection
    is cut (`hang_up`), or `status` with `headers` and `body` is answered, or, with status 0, the request goes on as usual. With `after`
    all of that comes when the request has been carried out: what it changed stays changed, and its maker is not told.
    """

    store: str = ""
    match: str = ""
    times: int = -1
    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: str = ""
    delay: float = 0.0
    hang_up: bool = False
    after: bool = False


@dataclass(slots=True)
class _Exchange:
    """One request under way: its number in this process, and the fault that strikes when it has been carried out."""

    number: int
    fault: Fault | None = None


_EXCHANGE: ContextVar[_Exchange | None] = ContextVar("sandbox_exchange", default=None)
_NUMBERS = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Effect:
    """One change a sandbox made because it was asked to: `what` in the canonical words of `EFFECTS`, `entity` the platform's own id.

    `value` is what now stands there, e.g. the number of units; `operation` is the name in the call log, `request` numbers the requests of
    this process, so that what one request did can be told from what two did.
    """

    store: str
    what: str
    entity: str
    value: Any
    operation: str
    request: int
    at: datetime


# What a sandbox can be seen doing. An effect is one entity's change: a bulk request makes as many as it changes entities.
EFFECTS = frozenset({
    "stock.set", "stock.adjust", "price.set",
    "product.create", "product.update", "product.delete",
    "variant.create", "variant.update", "variant.delete",
    "shipment.create", "shipment.update",
    "order.cancel", "order.update", "order.acknowledge",
    "refund.create", "customer.create", "customer.update",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Call:
    """One request a sandbox answered; `cost` in the platform's own unit, 0 where it has none."""

    store: str
    operation: str
    status: int
    cost: float = 0.0


class HangUpError(BaseException):  # no web framework on the way may turn it into a 500
    """Raised inside a request to cut its connection without an answer."""


RowAction = Callable[[dict[str, Any]], dict[str, Any]]


class Control:
    """Faults, clock and call log of one sandbox process; `rows` is set by the sandbox to edit its data."""

    def __init__(self, now: Callable[[], datetime] | None = None) -> None:
        self.faults: list[Fault] = []
        self.calls: list[Call] = []
        self.effects: list[Effect] = []
        self.offset = timedelta()
        self.rows: RowAction | None = None
        self._now = now or (lambda: datetime.now(UTC))

    def now(self) -> datetime:
        """Return the sandbox's time, in UTC."""
        return self._now() + self.offset

    async def strike(self, store: str, operation: str) -> Response | None:
        """Apply the first fault that fits this request: an answer to send instead, or None to go on.

        Raises HangUpError when the connection is to be cut.
        """
        for fault in self.faults:
            if fault.times == 0 or fault.store not in {"", store} or fault.match not in operation:
                continue
            fault.times -= 1 if fault.times > 0 else 0
            exchange = _EXCHANGE.get()
            if fault.after and exchange is not None:
                exchange.fault = fault
                return None
            if fault.delay:
                await asyncio.sleep(fault.delay)
            if fault.hang_up:
                raise HangUpError
            if fault.status:
                self.log(store, operation, fault.status)
                return Response(fault.body, fault.status, fault.headers)
            return None
        return None

    def log(self, store: str, operation: str, status: int, cost: float = 0.0) -> None:
        """Remember one answered request."""
        self.calls.append(Call(store, operation, status, cost))

    def effect(self, store: str, what: str, entity: str, value: Any = None, operation: str = "") -> None:
        """Remember one change that was made; to be called where it is made, so that a change without a record can't be."""
        if what not in EFFECTS:
            raise ValueError(f"{what!r} is no effect; there are: {', '.join(sorted(EFFECTS))}")
        exchange = _EXCHANGE.get()
        self.effects.append(Effect(store, what, entity, value, operation, exchange.number if exchange else 0, self.now()))

    def routes(self) -> list[Route]:
        """Return the control routes to mount beside the platform's own."""
        return [
            Route("/control/faults", self._faults, methods=["POST", "DELETE"]),
            Route("/control/calls", self._calls, methods=["GET", "DELETE"]),
            Route("/control/effects", self._effects, methods=["GET", "DELETE"]),
            Route("/control/clock", self._clock, methods=["POST"]),
            Route("/control/rows", self._rows, methods=["POST"]),
        ]

    async def _faults(self, request: Request) -> Response:
        if request.method == "DELETE":
            self.faults.clear()
        else:
            try:
                self.faults.append(Fault(**await request.json()))
            except (TypeError, ValueError) as error:
                return JSONResponse({"error": f"this is no fault: {error}"}, 400)
        return Response(status_code=204)

    async def _calls(self, request: Request) -> Response:
        if request.method == "DELETE":
            self.calls.clear()
            return Response(status_code=204)
        return JSONResponse([{"store": c.store, "operation": c.operation, "status": c.status, "cost": c.cost} for c in self.calls])

    async def _effects(self, request: Request) -> Response:
        if request.method == "DELETE":
            self.effects.clear()
            return Response(status_code=204)
        return JSONResponse([{**asdict(each), "at": each.at.isoformat()} for each in self.effects])

    async def _clock(self, request: Request) -> Response:
        self.offset += timedelta(seconds=(await request.json())["advance"])
        return Response(status_code=204)

    async def _rows(self, request: Request) -> Response:
        if self.rows is None:
            return JSONResponse({"error": "this sandbox has no editable rows"}, 501)
        return JSONResponse(self.rows(await request.json()))


@dataclass(slots=True)
class Running:
    """A sandbox that serves: `url` without a slash at its end."""

    url: str
    control: Control
    server: uvicorn.Server


@contextlib.asynccontextmanager
async def serving(
    sandbox: Sandbox,
    stores: tuple[SandboxStore, ...] = (),
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    tls: tuple[str, str] | None = None,
) -> AsyncIterator[Running]:
    """Serve a sandbox in this event loop until the block ends; `tls` is (certificate file, key file), port 0 takes a free one.

    Raises OSError when it cannot listen there.
    """
    control = Control()
    app = sandbox.make_app(stores or sandbox.stores, control)
    certificate, key = tls or (None, None)
    config = uvicorn.Config(
        _cutting(app),
        log_level="warning",
        ssl_certfile=certificate,
        ssl_keyfile=key,
        lifespan="off",
        ws="none",
        timeout_graceful_shutdown=SHUTDOWN_SECONDS,
    )
    server = uvicorn.Server(config)
    # uvicorn's own signal handlers belong to a whole process; here the caller decides when to stop.
    server.capture_signals = contextlib.nullcontext  # type: ignore[method-assign,assignment]
    # Bound here, because uvicorn ends the whole process when it cannot listen.
    listening = socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    bound = listening.getsockname()[1]
    task = asyncio.create_task(server.serve([listening]))
    try:
        while not server.started:
            if task.done():
                await task
                raise RuntimeError(f"the sandbox ended before it served on {host}:{bound}")
            await asyncio.sleep(0.01)
        yield Running(f"{'https' if tls else 'http'}://{f'[{host}]' if ':' in host else host}:{bound}", control, server)
    finally:
        server.should_exit = True
        with contextlib.suppress(asyncio.CancelledError):
            await task


def _cutting(app: Starlette) -> Any:
    """Wrap an application so that HangUpError closes the connection without an answer, and faults can strike after the work is done."""

    async def wrapped(scope: Any, receive: Any, send: Any) -> None:
        exchange = _Exchange(next(_NUMBERS))
        _EXCHANGE.set(exchange)
        spoiled = False

        async def sending(message: Any) -> None:
            nonlocal spoiled
            fault = exchange.fault
            if fault is None:
                await send(message)
            elif not spoiled:
                spoiled = True
                if fault.delay:
                    await asyncio.sleep(fault.delay)
                if fault.hang_up:
                    raise HangUpError
                if not fault.status:
                    exchange.fault = None
                    await send(message)
                else:
                    await Response(fault.body, fault.status, fault.headers)(scope, receive, send)

        try:
            await app(scope, receive, sending)
        except HangUpError:
            transport = getattr(getattr(send, "__self__", None), "transport", None)
            if transport is not None:
                transport.abort()
                await asyncio.sleep(0)  # the server learns that its client is gone, and does not miss an answer

    return wrapped
