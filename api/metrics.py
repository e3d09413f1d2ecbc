"""What the gateway counts, for Prometheus."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

# What became of a frame: carried out, refused for a reason, or not taken because we are away.
FRAME_OUTCOMES = ("done", "refused", "unavailable")


class Metrics:
    """A registry of its own, so that several gateways can live in one process.

    Those of queues and listings are of the whole installation: every gateway says the same, and
    whoever reads them takes the largest.
    """

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.sockets = self._gauge("gateway_sockets", "Open WebSockets.")
        self.messages = Counter(
            "talknshop_gateway_messages", "Messages received.", registry=self.registry
        )
        self.frames = Counter(
            "talknshop_gateway_frames",
            "Frames of sockets by their type and what became of them.",
            ["type", "outcome"],
            registry=self.registry,
        )
        for outcome in FRAME_OUTCOMES:
            self.frames.labels("message", outcome)
        self.requests = Histogram(
            "talknshop_gateway_request_seconds",
            "HTTP requests.",
            ["method", "route", "status"],
            registry=self.registry,
        )
        self.live_feed = self._gauge("gateway_live_feed", "1 while Redis is heard, 0 while not.")
        self.temporal_up = self._gauge("gateway_temporal_up", "1 while Temporal answers.")
        self.backlog = self._gauge("queue_backlog", "Tasks that wait in a task queue.", "queue")
        self.backlog_age = self._gauge(
            "queue_backlog_age_seconds", "How long the first of them has waited.", "queue"
        )
        self.pollers = self._gauge("queue_pollers", "Workers that poll a task queue.", "queue")
        self.needs_action = self._gauge(
            "needs_action", "Listings that wait for a person: handed over, or a problem.", "reason"
        )
        self.needs_action_oldest = self._gauge(
            "needs_action_oldest_seconds", "How long the first of them has waited.", "reason"
        )

    def _gauge(self, name: str, what: str, *labels: str) -> Gauge:
        return Gauge(f"talknshop_{name}", what, labels, registry=self.registry)
