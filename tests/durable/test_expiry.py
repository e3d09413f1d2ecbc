"""Old uploads are erased day by day, on an engine that skips time."""

import asyncio
from datetime import timedelta

from temporalio import activity
from temporalio.exceptions import ApplicationError
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from tests.market import Market
from workflows.expiry import ExpiryWorkflow, Sweeps
from workflows.ids import EXPIRY_ID, MEDIA


async def test_a_sweep_a_day_whether_or_not_one_fails(market: Market) -> None:
    sweeps: list[int] = []

    @activity.defn(name="erase_expired")
    async def erase_expired() -> int:
        sweeps.append(len(sweeps))
        if len(sweeps) == 2:
            raise ApplicationError("the store is gone", non_retryable=True)
        return 3

    client = market.client
    runner = UnsandboxedWorkflowRunner()
    async with (
        Worker(client, task_queue=MEDIA, activities=[erase_expired]),
        Worker(client, task_queue="w", workflows=[ExpiryWorkflow], workflow_runner=runner),
    ):
        handle = await client.start_workflow(
            ExpiryWorkflow.run, Sweeps(), id=EXPIRY_ID, task_queue="w"
        )
        await market.environment.sleep(timedelta(days=3, hours=1))
        async with asyncio.timeout(60):
            while len(sweeps) < 4:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        assert len(sweeps) == 4
        await handle.cancel()
