"""What the gateway counts, for Prometheus."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram


class Metrics:
    """A registry of its own, so that several gateways can live in one process."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.sockets = Gauge(
            "talknshop_gateway_sockets", "Open WebSockets.", registry=self.registry
        )
        self.messages = Counter(
            "talknshop_gateway_messages", "Messages received.", registry=self.registry
        )
        self.requests = Histogram(
            "talknshop_gateway_request_seconds",
            "HTTP requests.",
            ["method", "route", "status"],
            registry=self.registry,
        )
