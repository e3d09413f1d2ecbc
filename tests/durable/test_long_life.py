"""What lives for years continues as new, with all that it knows."""

from contextlib import AsyncExitStack

from temporalio.client import WorkflowHandle

from talknshop.jobs import JobView
from tests.market import market_on_a_server
from workflows.crosspost import CrosspostWorkflow
from workflows.ids import job_workflow_id


async def test_a_job_and_its_listings_go_on_in_new_runs_with_stock_and_sales() -> None:
    # Suggested at once instead of after thousands of events.
    suggestion = "limit.historyCount.suggestContinueAsNew=40"
    async with market_on_a_server(suggestion) as market, AsyncExitStack() as stack:
        for worker in (market.crosspost_worker(), *market.posting_workers()):
            await stack.enter_async_context(worker)
        job = await market.post(quantity=20)
        await job.becomes(one="live", two="live")
        first_run = (await job.handle.describe()).run_id
        first_listing = (await job.listing("one").describe()).run_id
        for number in range(12):
            await job.edit(price=100 + number)
            await job.sold("one", f"o{number}")
            # Heard of again, in a later run perhaps.
            await job.sold("one", "o0")
        latest: WorkflowHandle[CrosspostWorkflow, JobView] = market.client.get_workflow_handle_for(
            CrosspostWorkflow.run, job_workflow_id(job.job_id)
        )
        job.handle = latest
        await job.edit(description="The last one.")
        assert (await latest.describe()).run_id != first_run
        assert (await job.listing("one").describe()).run_id != first_listing
        view = await job.view()
        assert view.stock == 8
        for marketplace in (market.one, market.two):
            shown = marketplace.live[job.key(marketplace.name)]
            assert (shown.price, shown.quantity, shown.description) == (111, 8, "The last one.")
        assert market.one.published == [job.key("one")]
        await job.sold("two", "t1", quantity=8)
        await job.becomes(one="sold", two="sold")
