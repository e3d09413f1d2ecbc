"""What Temporal knows of the whole installation, looked at now and then for Prometheus."""

import asyncio
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

import structlog
from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import (
    DescribeTaskQueueRequest,
    DescribeTaskQueueResponse,
)
from temporalio.client import Client
from temporalio.service import RPCError

from api.metrics import Metrics
from talknshop.errors import FailureCode
from workflows.ids import queues
from workflows.visibility import NEEDS_SINCE

log = structlog.get_logger()

INTERVAL_S = 10.0
PATIENCE = timedelta(seconds=5)
# A poll lasts a minute, and is noted when it begins.
POLLED_WITHIN = timedelta(seconds=75)
_WAITING = 'Kind = "listing" AND Stage = "needs_action"'
REASONS = {
    "handoff": f'{_WAITING} AND Needs = "{FailureCode.HANDOFF}"',
    "problem": f'{_WAITING} AND Needs != "{FailureCode.HANDOFF}"',
}
# The oldest is looked for among as few as this at last.
FEW = 200


async def watch(client: Client, metrics: Metrics, posting_marketplaces: Sequence[str]) -> None:
    """Until cancelled. While Temporal is away the last numbers stay, and `temporal_up` is 0."""
    while True:
        try:
            for name, kinds in queues(posting_marketplaces).items():
                await _look_at_queue(client, metrics, name, kinds)
            for reason, query in REASONS.items():
                await _look_at_listings(client, metrics, reason, query)
        except RPCError as error:
            metrics.temporal_up.set(0)
            log.warning("temporal_not_watched", status=error.status.name)
        else:
            metrics.temporal_up.set(1)
        await asyncio.sleep(INTERVAL_S)


async def _look_at_queue(client: Client, metrics: Metrics, name: str, kinds: Sequence[str]) -> None:
    told = [await describe_queue(client, name, kind) for kind in kinds]
    age = max(reply.stats.approximate_backlog_age.ToTimedelta() for reply in told)
    count = sum(reply.stats.approximate_backlog_count for reply in told)
    metrics.backlog.labels(name).set(count)
    metrics.backlog_age.labels(name).set(age.total_seconds() if count else 0)
    metrics.pollers.labels(name).set(min(len(list(pollers_of(reply))) for reply in told))


async def describe_queue(client: Client, name: str, kind: str) -> DescribeTaskQueueResponse:
    """`kind`: "workflow" or "activity". Raises RPCError."""
    return await client.workflow_service.describe_task_queue(
        DescribeTaskQueueRequest(
            namespace=client.namespace,
            task_queue=TaskQueue(name=name),
            task_queue_type=TaskQueueType.Value(f"TASK_QUEUE_TYPE_{kind.upper()}"),
            report_stats=True,
        ),
        timeout=PATIENCE,
    )


def pollers_of(reply: DescribeTaskQueueResponse) -> Iterator[str]:
    """Those that polled lately: the server remembers the others for five minutes."""
    since = datetime.now(UTC) - POLLED_WITHIN
    for poller in reply.pollers:
        if poller.last_access_time.ToDatetime(UTC) > since:
            yield poller.identity


async def _look_at_listings(client: Client, metrics: Metrics, reason: str, query: str) -> None:
    count = await _count(client, query)
    metrics.needs_action.labels(reason).set(count)
    metrics.needs_action_oldest.labels(reason).set(
        await _oldest_age_s(client, query) if count else 0
    )


async def _oldest_age_s(client: Client, query: str) -> float:
    """Lists cannot be sorted everywhere: halve the time until few are left to be compared."""
    now = datetime.now(UTC)
    age, step = timedelta(0), timedelta(minutes=1)
    while await _count(client, _older(query, now - step)) > 0:
        age, step = step, step * 2
    oldest = now - age
    async for listing in client.list_workflows(
        _older(query, oldest), limit=FEW, rpc_timeout=PATIENCE
    ):
        since = listing.typed_search_attributes.get(NEEDS_SINCE)
        oldest = min(oldest, since) if since else oldest
    return (now - oldest).total_seconds()


def _older(query: str, than: datetime) -> str:
    return f'{query} AND NeedsSince < "{than.isoformat()}"'


async def _count(client: Client, query: str) -> int:
    return (await client.count_workflows(query, rpc_timeout=PATIENCE)).count
