"""From a marketplace's list of orders to the jobs: each order once, at a notice or in time."""

from datetime import UTC, datetime, timedelta

import pytest
from temporalio.client import WorkflowHandle

from adapters.errors import Unavailable
from talknshop.posting import Sale
from tests.market import Job, Market
from tests.running import eventually
from workflows.crosspost import CrosspostWorkflow
from workflows.ids import CROSSPOST, sales_workflow_id
from workflows.sales import SaleNotice, SalesWatch, SalesWorkflow

Watching = WorkflowHandle[SalesWorkflow, None]


def order(job: Job, sale_id: str, quantity: int = 1, is_cancelled: bool = False) -> Sale:
    return Sale(
        sale_id=sale_id,
        listing_id="l1",
        key=job.key("one"),
        quantity=quantity,
        sold_at=datetime(2026, 1, 1, tzinfo=UTC),
        is_cancelled=is_cancelled,
    )


@pytest.fixture
async def watching(market: Market) -> Watching:
    """Looks by itself once in an hour only."""
    return await market.client.start_workflow(
        SalesWorkflow.run,
        SalesWatch(marketplace="one", interval=timedelta(hours=1)),
        id=sales_workflow_id("one"),
        task_queue=CROSSPOST,
    )


async def notice(watching: Watching, notice_id: str) -> None:
    await watching.signal(SalesWorkflow.noticed, SaleNotice(notice_id=notice_id))


async def test_a_notice_leads_to_the_order_and_the_order_to_the_job(
    market: Market, watching: Watching
) -> None:
    job = await market.post()
    await job.becomes(one="live", two="live")
    market.one.sales.append(order(job, "o1"))
    await notice(watching, "n1")
    await job.becomes(one="sold", two="withdrawn")


async def test_without_a_notice_the_order_is_seen_in_time(
    market: Market, watching: Watching
) -> None:
    job = await market.post()
    await job.becomes(one="live", two="live")
    market.one.sales.append(order(job, "o1"))
    await market.environment.sleep(timedelta(hours=2))
    await job.becomes(one="sold", two="withdrawn")


async def test_a_job_hears_of_an_order_once_and_again_only_when_it_was_cancelled(
    market: Market, watching: Watching
) -> None:
    job = await market.post(quantity=5)
    await job.becomes(one="live", two="live")
    for number in range(3):
        # Paid, packed, shipped: the same order each time.
        market.one.sales.append(order(job, "o1", quantity=2))
        await notice(watching, f"n{number}")
        await notice(watching, f"n{number}")
        looked = number + 1
        await eventually(lambda looked=looked: market.one.looks >= looked, "it looked")

    async def stock() -> int:
        left = (await job.view()).stock
        assert left is not None
        return left

    assert await stock() == 3
    market.one.sales.append(order(job, "o1", quantity=2, is_cancelled=True))
    await notice(watching, "last")

    async def is_back() -> bool:
        return await stock() == 5

    await eventually(is_back, "the two are back")
    history = await job.handle.fetch_history()
    reports = [
        event
        for event in history.events
        if event.workflow_execution_signaled_event_attributes.signal_name
        == CrosspostWorkflow.sale_reported.__name__
    ]
    assert len(reports) == 2


async def test_a_marketplace_that_is_down_for_a_look_is_looked_at_again(
    market: Market, watching: Watching
) -> None:
    job = await market.post()
    await job.becomes(one="live", two="live")
    market.one.look_failures = [Unavailable("It is down.")] * 3
    market.one.sales.append(order(job, "o1"))
    await notice(watching, "n1")
    await eventually(lambda: market.one.look_failures == [], "the look failed for good")
    await market.environment.sleep(timedelta(hours=2))
    await job.becomes(one="sold", two="withdrawn")


async def test_orders_of_what_is_not_ours_are_passed_over(
    market: Market, watching: Watching
) -> None:
    job = await market.post()
    await job.becomes(one="live", two="live")
    foreign = order(job, "f1").model_copy(update={"key": "somebody-elses-sku"})
    market.one.sales += [foreign, foreign.model_copy(update={"key": ""}), order(job, "o1")]
    await notice(watching, "n1")
    await job.becomes(one="sold", two="withdrawn")
