"""Replays histories against today's workflow code."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass

from temporalio.client import WorkflowHistory
from temporalio.converter import PayloadCodec
from temporalio.worker import Replayer

from workers.sandbox import workflow_runner
from workflows.account import AccountWorkflow
from workflows.bulk import BulkWorkflow
from workflows.client import data_converter
from workflows.conversation import ConversationWorkflow
from workflows.crosspost import CrosspostWorkflow
from workflows.listing import ListingWorkflow
from workflows.sales import SalesWorkflow
from workflows.searching import ProductWorkflow, SearchWorkflow
from workflows.watching import WatchesWorkflow

# A history without one completed workflow task has nothing to compare and never ends.
LONGEST_REPLAY_S = 60


@dataclass(frozen=True)
class ReplayOutcome:
    """`divergence` is empty when today's code does what the history says."""

    workflow_id: str
    divergence: str = ""


def replayer(codec: PayloadCodec | None = None) -> Replayer:
    return Replayer(
        workflows=[
            AccountWorkflow,
            BulkWorkflow,
            ConversationWorkflow,
            CrosspostWorkflow,
            ListingWorkflow,
            SalesWorkflow,
            ProductWorkflow,
            SearchWorkflow,
            WatchesWorkflow,
        ],
        data_converter=data_converter(codec),
        workflow_runner=workflow_runner(),
    )


async def replay_histories(
    histories: Iterable[WorkflowHistory], codec: PayloadCodec | None = None
) -> list[ReplayOutcome]:
    """One outcome for each history, in order. The codec opens what is sealed in them."""
    return [await _replay(history, codec) for history in histories]


async def _replay(history: WorkflowHistory, codec: PayloadCodec | None) -> ReplayOutcome:
    async with asyncio.timeout(LONGEST_REPLAY_S):
        result = await replayer(codec).replay_workflow(history, raise_on_replay_failure=False)
    failure = result.replay_failure
    return ReplayOutcome(history.workflow_id, str(failure) if failure else "")
