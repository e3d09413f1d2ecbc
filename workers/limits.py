"""How much one worker takes on, with the reasons."""

from dataclasses import dataclass
from datetime import timedelta
from typing import TypedDict

from temporalio.worker import PollerBehavior, PollerBehaviorSimpleMaximum, WorkerTuner

from talknshop.settings import Settings


@dataclass(frozen=True)
class Limits:
    # After a pause, Temporal lets what a queue would give in one second through at once and one
    # more (its limiter's burst is a second, and no setting), and goes on at its rate: so a second
    # may have twice the queue's rate and one. The rest is for calls that come late.
    share_of_rate: float = 0.4
    # Workflows of a killed worker wait this long for it; the default is 10 s.
    sticky_timeout: timedelta = timedelta(seconds=1)
    # A third of the shortest heartbeat timeout, or live steps look dead.
    heartbeat_throttle: timedelta = timedelta(seconds=0.5)
    # Of the machine's: above these a worker that looks at resources takes no more.
    memory_share: float = 0.8
    processor_share: float = 0.9


LIMITS = Limits()


class Sizes(TypedDict, total=False):
    """Arguments of a Worker."""

    max_cached_workflows: int
    max_concurrent_activities: int
    tuner: WorkerTuner
    workflow_task_poller_behavior: PollerBehavior
    activity_task_poller_behavior: PollerBehavior


def sizes_of(settings: Settings) -> Sizes:
    """docs/capacity.md says why so many; `python -m bench.workers` measures others."""
    pollers = PollerBehaviorSimpleMaximum(maximum=settings.worker_pollers)
    sizes = Sizes(
        max_cached_workflows=settings.worker_cached_workflows,
        workflow_task_poller_behavior=pollers,
        activity_task_poller_behavior=pollers,
    )
    if settings.worker_tuner == "resources":
        sizes["tuner"] = WorkerTuner.create_resource_based(
            target_memory_usage=LIMITS.memory_share, target_cpu_usage=LIMITS.processor_share
        )
    else:
        sizes["max_concurrent_activities"] = settings.worker_activities
    return sizes
