"""What workflows count and time, for Prometheus. Nothing is counted again in a replay.

Times are the workflow's own: from one of its tasks to another.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any, Literal, TypeVar

from temporalio import workflow

TurnOutcome = Literal["answered", "asked", "cancelled", "failed"]
SearchOutcome = Literal["full", "partial", "none"]

N = TypeVar("N", bound=Callable[..., Awaitable[Any]])


def turn_spoke(flow: str, outcome: TurnOutcome, since: datetime) -> None:
    """From the person's word to the answer, or to the question that waits for their next word."""
    _time("turn", "From a person's word to ours.", since, flow=flow, outcome=outcome)


def searched(outcome: SearchOutcome, since: datetime) -> None:
    _time("search", "Searches of all marketplaces, ranking included.", since, outcome=outcome)


def listing_posted(marketplace: str, outcome: str, since: datetime | None) -> None:
    """From the order to post until it is live, handed over, or a problem."""
    what = "Posting one listing, with all its attempts."
    _time("posting", what, since or workflow.now(), marketplace=marketplace, outcome=outcome)


def job_created() -> None:
    _count("jobs_created", "Crosspost jobs begun.")


def job_settled(status: str) -> None:
    _count("jobs_settled", "Crosspost jobs that came to rest.", status=status)


def timed(graph: str) -> Callable[[N], N]:
    """Times a graph's node. Not for those that wait for a person."""

    def decorate(node: N) -> N:
        @wraps(node)
        async def run(*args: Any, **kwargs: Any) -> Any:
            started = workflow.now()
            try:
                return await node(*args, **kwargs)
            finally:
                _time("node", "A turn's steps.", started, graph=graph, node=node.__name__)

        return run  # type: ignore[return-value]

    return decorate


def _time(name: str, what: str, since: datetime, **labels: str) -> None:
    meter = workflow.metric_meter()
    histogram = meter.create_histogram_timedelta(f"talknshop_{name}", what, "s")
    histogram.record(max(workflow.now() - since, timedelta(0)), labels)


def _count(name: str, what: str, **labels: str) -> None:
    workflow.metric_meter().create_counter(f"talknshop_{name}", what).add(1, labels)
