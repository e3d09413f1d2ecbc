"""One process's metrics and traces, set up once at its start."""

import asyncio
import socket
from dataclasses import dataclass
from urllib.request import ProxyHandler, build_opener

import structlog
from opentelemetry.sdk.trace import TracerProvider
from prometheus_client import (
    REGISTRY,
    CollectorRegistry,
    disable_created_metrics,
    generate_latest,
)
from temporalio.client import Interceptor
from temporalio.contrib.opentelemetry import TracingInterceptor
from temporalio.runtime import PrometheusConfig, Runtime, TelemetryConfig

from adapters.telemetry.tracing import provider_of, trace_http_calls
from talknshop.telemetry import TracingChoice

log = structlog.get_logger()

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

_UP_TO_10_S = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 3.0, 4.0, 5.0, 7.5, 10.0)
# By parts of names. What workflows record has the resolution of their tasks.
_BUCKETS = {
    "temporal_request_latency": _UP_TO_10_S,
    "temporal_activity_execution_latency": _UP_TO_10_S,
    "schedule_to_start_latency": (0.005, *_UP_TO_10_S, 30.0, 60.0, 300.0, 3600.0),
    "talknshop_turn": (*_UP_TO_10_S, 30.0, 60.0),
    "talknshop_node": _UP_TO_10_S,
    "talknshop_search": _UP_TO_10_S,
    "talknshop_posting": (0.1, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 300.0, 1800.0, 7200.0),
}
_PATIENCE_S = 2.0
_OPENER = build_opener(ProxyHandler({}))  # a proxy of the environment is not for the loopback


@dataclass(frozen=True)
class Telemetry:
    """`runtime` and `interceptors` go to Temporal's client; None and () where nothing is told."""

    runtime: Runtime | None = None
    interceptors: tuple[Interceptor, ...] = ()
    sdk_url: str | None = None
    provider: TracerProvider | None = None

    async def page(self, *registries: CollectorRegistry) -> bytes:
        """Everything that this process counts, in Prometheus' text format.

        The SDK's native part serves its own numbers, which come last; where it does not answer the
        page fails, because a page without them would look like a worker that does nothing. Raises
        OSError then.
        """
        own = b"".join(generate_latest(registry) for registry in (*registries, REGISTRY))
        if self.sdk_url is None:
            return own
        # In a thread and without httpx, whose clients take tens of milliseconds to be made: the
        # loop has turns to serve.
        return own + await asyncio.to_thread(_fetched, self.sdk_url)

    def close(self) -> None:
        """Sends the last spans; blocks for some seconds where the collector is away."""
        if self.provider is not None:
            self.provider.shutdown()


def _fetched(url: str) -> bytes:
    with _OPENER.open(url, timeout=_PATIENCE_S) as reply:
        page: bytes = reply.read()
    return page


def start_telemetry(role: str, *, metrics: bool, tracing: TracingChoice) -> Telemetry:
    """Once in a process: the SDK's runtime and the tracing of HTTP calls are the process's own."""
    # When a counter began doubles the number of series, and nobody asks for it.
    disable_created_metrics()  # type: ignore[no-untyped-call]
    runtime, url = _runtime() if metrics else (None, None)
    provider = provider_of(tracing, role)
    interceptors: tuple[Interceptor, ...] = ()
    if provider is not None:
        trace_http_calls(provider)
        interceptors = (TracingInterceptor(provider.get_tracer("talknshop")),)
    log.debug("telemetry", metrics=metrics, traces=provider is not None)
    return Telemetry(runtime, interceptors, url, provider)


def _runtime() -> tuple[Runtime, str]:
    """The SDK takes an address that it serves its numbers at, and cannot choose a port itself."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{probe.getsockname()[1]}"
    config = PrometheusConfig(
        bind_address=address,
        counters_total_suffix=True,
        unit_suffix=True,
        durations_as_seconds=True,
        histogram_bucket_overrides=_BUCKETS,
    )
    telemetry = TelemetryConfig(metrics=config, attach_service_name=False)
    return Runtime(telemetry=telemetry), f"http://{address}/metrics"
