"""Spans, sent to a collector by OTLP over HTTP. No span holds what a person wrote, or a key."""

from collections.abc import Sequence
from urllib.parse import urlsplit, urlunsplit

import httpx
from opentelemetry import propagate, trace
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.instrumentation.httpx import (
    HTTPXClientInstrumentor,
    RequestInfo,
)
from opentelemetry.propagators.composite import CompositePropagator
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import (
    Decision,
    ParentBased,
    Sampler,
    SamplingResult,
    TraceIdRatioBased,
)
from opentelemetry.trace import Link, Span, SpanKind, TraceState
from opentelemetry.util.types import Attributes

from talknshop.telemetry import TracingChoice

# What the spans of a person's doings begin with: a frame of a socket, a request.
FRAME = "frame "
REQUEST = "request "
# Looks at what a workflow knows, and at whether a message may come in: a sixth of a turn's spans,
# and their time is in the span around them.
_LOOKS = ("QueryWorkflow:", "HandleQuery:", "ValidateUpdate:")
# With all attempts: a process that ends waits no longer for a collector that is away.
_EXPORT_S = 2


def provider_of(choice: TracingChoice, role: str) -> TracerProvider | None:
    """Also the process's global one. None where the settings name no collector."""
    if not choice.endpoint:
        return None
    inside = _Inside()
    provider = TracerProvider(
        sampler=ParentBased(
            _Roots(choice.sample_ratio), remote_parent_sampled=inside, local_parent_sampled=inside
        ),
        resource=Resource.create({"service.name": f"talknshop-{role}"}),
    )
    headers = {name: value.get_secret_value() for name, value in choice.headers.items()}
    exporter = OTLPSpanExporter(endpoint=choice.endpoint, headers=headers, timeout=_EXPORT_S)
    provider.add_span_processor(BatchSpanProcessor(exporter))
    trace.set_tracer_provider(provider)
    return provider


def trace_http_calls(provider: TracerProvider) -> None:
    """Every call by httpx becomes a span, and nobody outside learns of it."""
    # Marketplaces and models get no header with our trace's id.
    propagate.set_global_textmap(CompositePropagator([]))
    HTTPXClientInstrumentor().instrument(
        tracer_provider=provider, request_hook=_without_query, async_request_hook=_hook
    )


async def _hook(span: Span, request: RequestInfo) -> None:
    _without_query(span, request)


def _without_query(span: Span, request: RequestInfo) -> None:
    """What is asked for, and some vendors' keys, are in the query."""
    url = request.url if isinstance(request.url, httpx.URL) else httpx.URL(str(request.url))
    parts = urlsplit(str(url))
    # Best Buy takes the words of a search in the path.
    path = parts.path.partition("(")[0]
    plain = urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], path, "", ""))
    for name in ("http.url", "url.full"):
        span.set_attribute(name, plain)


class _Roots(Sampler):
    """Which traces begin: those of what people do, by their span's name.

    A gateway's looks at a log, many a second, and a scrape's are none.
    """

    def __init__(self, ratio: float) -> None:
        self._by_ratio = TraceIdRatioBased(ratio)

    def should_sample(
        self,
        parent_context: Context | None,
        trace_id: int,
        name: str,
        kind: SpanKind | None = None,
        attributes: Attributes = None,
        links: Sequence[Link] | None = None,
        trace_state: TraceState | None = None,
    ) -> SamplingResult:
        if not name.startswith((FRAME, REQUEST)):
            return SamplingResult(Decision.DROP)
        return self._by_ratio.should_sample(
            parent_context, trace_id, name, kind, attributes, links, trace_state
        )

    def get_description(self) -> str:
        return f"Roots({self._by_ratio.get_description()})"


class _Inside(Sampler):
    """Which spans a trace that is kept has: all that say more than the one around them."""

    def should_sample(
        self,
        parent_context: Context | None,
        trace_id: int,
        name: str,
        kind: SpanKind | None = None,
        attributes: Attributes = None,
        links: Sequence[Link] | None = None,
        trace_state: TraceState | None = None,
    ) -> SamplingResult:
        if name.startswith(_LOOKS):
            return SamplingResult(Decision.DROP)
        return SamplingResult(Decision.RECORD_AND_SAMPLE, attributes, trace_state)

    def get_description(self) -> str:
        return "Inside"
