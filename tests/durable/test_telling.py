"""News that a workflow's worker sends for it arrives once, however often it is tried."""

import uuid
from dataclasses import replace
from typing import Any

from temporalio import workflow
from temporalio.client import WorkflowHandle
from temporalio.testing import ActivityEnvironment
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from activities.telling import Telling, TellingActivities
from tests.market import market_on_a_server

QUEUE = "listeners"


@workflow.defn
class ListenerWorkflow:
    def __init__(self) -> None:
        self._heard: list[int] = []

    @workflow.run
    async def run(self) -> None:
        await workflow.wait_condition(lambda: False)

    @workflow.signal
    def said(self, news: dict[str, int]) -> None:
        self._heard.append(news["number"])

    @workflow.query
    def heard(self) -> list[int]:
        return self._heard


async def test_what_is_tried_again_is_told_once_and_who_is_gone_keeps_nobody_else_waiting() -> None:
    async with market_on_a_server() as market:
        client = market.client
        listener: WorkflowHandle[ListenerWorkflow, None] = await client.start_workflow(
            ListenerWorkflow.run, id=uuid.uuid4().hex, task_queue=QUEUE
        )

        async def tell(step: str, *numbers: int, to: str = listener.id) -> None:
            environment = ActivityEnvironment(client=client)
            environment.info = replace(environment.info, activity_id=step)
            news: list[Any] = [
                Telling(workflow_id=to, signal="said", news={"number": number})
                for number in numbers
            ]
            await environment.run(TellingActivities().tell, news)

        await tell("a step", 1)
        await tell("a step", 1)  # its answer was lost
        await tell("a step", 2)  # done anew, it knows more
        await tell("the next", 1, 1)  # news that happens to read like older news
        await tell("the next", 3, to="nobody")
        await tell("the next", 4)
        async with Worker(
            client,
            task_queue=QUEUE,
            workflows=[ListenerWorkflow],
            workflow_runner=UnsandboxedWorkflowRunner(),
        ):
            assert await listener.query(ListenerWorkflow.heard) == [1, 2, 1, 1, 4]
