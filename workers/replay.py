"""Replays histories against today's workflow code."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass

from temporalio.client import WorkflowHistory
from temporalio.worker import Replayer

from workers.sandbox import workflow_runner
from workflows.bulk import BulkWorkflow
from workflows.client import DATA_CONVERTER
from workflows.conversation import ConversationWorkflow
from workflows.crosspost import CrosspostWorkflow
from workflows.listing import ListingWorkflow
from workflows.sales import SalesWorkflow
from workflows.searching import SearchWorkflow

# A history without one completed workflow task has nothing to compare and never ends.
LONGEST_REPLAY_S = 60


@dataclass(frozen=True)
class ReplayOutcome:
    """`divergence` is empty when today's code does what the history says."""

    workflow_id: str
    divergence: str = ""


def replayer() -> Replayer:
    return Replayer(
        workflows=[
            BulkWorkflow,
            ConversationWorkflow,
            CrosspostWorkflow,
            ListingWorkflow,
            SalesWorkflow,
            SearchWorkflow,
        ],
        data_converter=DATA_CONVERTER,
        workflow_runner=workflow_runner(),
    )


async def replay_histories(histories: Iterable[WorkflowHistory]) -> list[ReplayOutcome]:
    """One outcome for each history, in order."""
    return [await _replay(history) for history in histories]


async def _replay(history: WorkflowHistory) -> ReplayOutcome:
    async with asyncio.timeout(LONGEST_REPLAY_S):
        result = await replayer().replay_workflow(history, raise_on_replay_failure=False)
    failure = result.replay_failure
    return ReplayOutcome(history.workflow_id, str(failure) if failure else "")
