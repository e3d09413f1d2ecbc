"""A running job meets new workflow code: begun by one build, ended by the next."""

from contextlib import AsyncExitStack

import pytest
from temporalio.api.enums.v1 import EventType
from temporalio.client import Client, WorkflowHandle
from temporalio.worker import Replayer

from tests.durable.next_build import CarelessListingWorkflow, PatchedListingWorkflow
from tests.market import Job, Market, market_on_a_server
from workers.sandbox import workflow_runner
from workflows.client import data_converter
from workflows.listing import ListingWorkflow


async def build(market: Market, name: str) -> Client:
    address = market.client.service_client.config.target_host
    return await Client.connect(address, identity=name, data_converter=data_converter(None))


async def builds_of(handle: WorkflowHandle[ListingWorkflow, object]) -> list[str]:
    """Who completed the workflow's tasks, in order, each once."""
    history = await handle.fetch_history()
    completed = [
        event.workflow_task_completed_event_attributes.identity
        for event in history.events
        if event.event_type == EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED
    ]
    return list(dict.fromkeys(completed))


async def begun_by_the_old_build(market: Market) -> Job:
    """One marketplace's attempt is under way, the other's listing is live."""
    market.one.gate.clear()
    old = await build(market, "old build")
    async with market.crosspost_worker(old):
        job = await market.post()
        await market.one.entered.wait()
        await job.becomes(one="posting", two="live")
    return job


async def test_a_job_begun_on_the_old_build_is_ended_by_the_new() -> None:
    async with market_on_a_server() as market, AsyncExitStack() as stack:
        for worker in market.posting_workers():
            await stack.enter_async_context(worker)
        job = await begun_by_the_old_build(market)
        new = await build(market, "new build")
        async with market.crosspost_worker(new, PatchedListingWorkflow):
            market.one.gate.set()
            await job.becomes(one="live", two="live")
            await job.edit(price=80)
            await job.sold("two", "t1")
            await job.becomes(one="withdrawn", two="sold")
        for marketplace in ("one", "two"):
            assert await builds_of(job.listing(marketplace)) == ["old build", "new build"]
        assert market.one.published == [job.key("one")]


@pytest.mark.parametrize(
    ("listing", "diverges"),
    [(PatchedListingWorkflow, False), (CarelessListingWorkflow, True)],
    ids=["patched", "careless"],
)
async def test_a_history_of_the_old_build_replays_on_a_patched_one_only(
    listing: type[ListingWorkflow], diverges: bool
) -> None:
    async with market_on_a_server() as market, AsyncExitStack() as stack:
        for worker in market.posting_workers():
            await stack.enter_async_context(worker)
        job = await begun_by_the_old_build(market)
        history = await job.listing("two").fetch_history()
        market.one.gate.set()
    replayer = Replayer(
        workflows=[listing], data_converter=data_converter(None), workflow_runner=workflow_runner()
    )
    result = await replayer.replay_workflow(history, raise_on_replay_failure=False)
    assert (result.replay_failure is not None) == diverges
