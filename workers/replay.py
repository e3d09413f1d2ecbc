"""Replays histories against today's workflow code."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass

from temporalio.api.enums.v1 import EventType
from temporalio.client import WorkflowHistory
from temporalio.converter import PayloadCodec
from temporalio.worker import Replayer

from workers.divergence import in_words
from workers.sandbox import workflow_runner
from workflows.account import AccountWorkflow
from workflows.bulk import BulkWorkflow
from workflows.client import data_converter
from workflows.conversation import ConversationWorkflow
from workflows.crosspost import CrosspostWorkflow
from workflows.delivery import DeliveryWorkflow
from workflows.expiry import ExpiryWorkflow
from workflows.listing import ListingWorkflow
from workflows.recommending import RecommendWorkflow
from workflows.sales import SalesWorkflow
from workflows.searching import ProductWorkflow, SearchWorkflow
from workflows.watching import WatchesWorkflow

# A replay takes milliseconds; what takes longer hangs.
LONGEST_REPLAY_S = 60


@dataclass(frozen=True)
class ReplayOutcome:
    """`divergence` is empty when today's code does what the history says, as far as it goes.

    `compared`: false where it goes nowhere yet, because no task of it was completed.
    """

    workflow_id: str
    divergence: str = ""
    compared: bool = True


WORKFLOWS: tuple[type, ...] = (
    AccountWorkflow,
    BulkWorkflow,
    ConversationWorkflow,
    CrosspostWorkflow,
    DeliveryWorkflow,
    ExpiryWorkflow,
    ListingWorkflow,
    RecommendWorkflow,
    SalesWorkflow,
    ProductWorkflow,
    SearchWorkflow,
    WatchesWorkflow,
)


def replayer(codec: PayloadCodec | None = None) -> Replayer:
    return Replayer(
        workflows=WORKFLOWS,
        data_converter=data_converter(codec),
        workflow_runner=workflow_runner(),
    )


async def replay_histories(
    histories: Iterable[WorkflowHistory], codec: PayloadCodec | None = None
) -> list[ReplayOutcome]:
    """One outcome for each history, in order. The codec opens what is sealed in them."""

    async def given() -> AsyncIterator[WorkflowHistory]:
        for history in histories:
            yield history

    return [outcome async for outcome in replaying(given(), codec)]


async def replaying(
    histories: AsyncIterator[WorkflowHistory], codec: PayloadCodec | None = None
) -> AsyncIterator[ReplayOutcome]:
    """The same, one after the other: no more than one history is held at a time.

    Raises TimeoutError when one hangs.
    """
    waiting: list[ReplayOutcome] = []

    async def begun() -> AsyncIterator[WorkflowHistory]:
        async for history in histories:
            if _has_decided(history):
                yield history
            else:
                waiting.append(ReplayOutcome(history.workflow_id, compared=False))

    async with replayer(codec).workflow_replay_iterator(begun()) as results:
        while True:
            async with asyncio.timeout(LONGEST_REPLAY_S):
                result = await anext(results, None)
            while waiting:
                yield waiting.pop(0)
            if result is None:
                return
            failure = result.replay_failure
            yield ReplayOutcome(
                result.history.workflow_id,
                in_words(failure, result.history.events) if failure else "",
            )


def _has_decided(history: WorkflowHistory) -> bool:
    """Before its first completed task there is nothing to compare, and a replay would hang."""
    completed = EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED
    return any(event.event_type == completed for event in history.events)
