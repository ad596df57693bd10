"""Traces: what the hops tell (`adapters.kit.watching`), as OpenTelemetry's spans, sent to a collector over OTLP/HTTP.

The standard environment variables say where to, how much and under which name; nothing here is imported unless they ask for it. A caller's
`traceparent` is taken over; nothing is sent on to platforms. Spans have the facts of their hops, which hold nothing personal, and no more:
neither events nor the texts of exceptions.
"""

import logging
import os
from collections.abc import Iterable, Mapping
from contextvars import Token
from dataclasses import dataclass

from opentelemetry.context import Context, attach, detach
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Span, SpanKind, Status, StatusCode, get_current_span, set_span_in_context
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from adapters.kit.watching import OK, Facts, Hop

NAME = "cartograph"
KINDS: Mapping[Hop, SpanKind] = {Hop.REQUEST: SpanKind.SERVER, Hop.PLATFORM_CALL: SpanKind.CLIENT, Hop.WRITE: SpanKind.CONSUMER}
OWN_NAMES = {"status": "http.response.status_code"}  # facts that OpenTelemetry has a word for
HEADER = "traceparent"
PROTOCOL = "http/protobuf"

LOG = logging.getLogger(__name__)

_W3C = TraceContextTextMapPropagator()


@dataclass(frozen=True, slots=True)
class _Begun:
    span: Span
    token: Token[Context]


class Traces:
    """Makes spans of passages."""

    def __init__(self, provider: TracerProvider) -> None:
        self.provider = provider
        self._tracer = provider.get_tracer(NAME)

    def begin(self, hop: Hop, facts: Facts, parent: str) -> _Begun:
        """Begin a span within the one under way, or within the caller's; writes begin a trace of their own, linked to their requests."""
        context = Context() if hop is Hop.WRITE else _W3C.extract({HEADER: parent}, Context()) if parent else None
        span = self._tracer.start_span(hop.value, context, KINDS.get(hop, SpanKind.INTERNAL), record_exception=False)
        return _Begun(span, attach(set_span_in_context(span, context)))

    def end(self, begun: _Begun, facts: Facts) -> None:
        """End a span."""
        detach(begun.token)
        if begun.span.is_recording():
            begun.span.set_attributes({OWN_NAMES.get(name, f"{NAME}.{name}"): value for name, value in facts.items()})
            if facts["outcome"] != OK:
                begun.span.set_status(Status(StatusCode.ERROR))
        begun.span.end()

    def mark(self) -> str:
        """Return the traceparent of the span under way."""
        carrier: dict[str, str] = {}
        _W3C.inject(carrier)
        return carrier.get(HEADER, "")

    def follow(self, marks: Iterable[str]) -> None:
        """Link the span under way to others."""
        for mark in marks:
            get_current_span().add_link(get_current_span(_W3C.extract({HEADER: mark}, Context())).get_span_context())


def traces() -> Traces:
    """Return a tracer that sends what it keeps to the collector of the environment; what is left is sent when the process ends."""
    protocol = os.environ.get("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL") or os.environ.get("OTEL_EXPORTER_OTLP_PROTOCOL") or PROTOCOL
    if protocol != PROTOCOL:
        LOG.warning(
            "Traces are sent as %s: set OTEL_EXPORTER_OTLP_PROTOCOL to it, and the endpoint to the collector's port for it", PROTOCOL
        )
    named = os.environ.get("OTEL_SERVICE_NAME") or "service.name=" in os.environ.get("OTEL_RESOURCE_ATTRIBUTES", "")
    provider = TracerProvider(resource=Resource.create({} if named else {"service.name": NAME}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    return Traces(provider)
