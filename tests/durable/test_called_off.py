"""Cancelling a job, by the person or in Temporal's own Web UI, at every moment of its life."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import Literal

import pytest
from temporalio.client import WorkflowExecutionStatus, WorkflowFailureError

from adapters.errors import OutcomeUnknown, Rejected, Unauthorized, Unavailable
from tests.market import BIKE, Job, Market, market_on_a_server
from tests.running import eventually
from workflows.crosspost import LATE_ORDERS

By = Literal["person", "operator"]


@pytest.fixture(scope="module")
async def server() -> AsyncIterator[Market]:
    """A real one: the engine that skips time does not know an activity that is called off in the
    moment it is scheduled."""
    async with market_on_a_server() as market:
        yield market


@pytest.fixture
async def shop(server: Market) -> AsyncIterator[Market]:
    """New marketplaces on the same server, with everybody at work."""
    market = Market(server.environment)
    async with AsyncExitStack() as stack:
        for worker in (market.crosspost_worker(), *market.posting_workers()):
            await stack.enter_async_context(worker)
        yield market


async def cancel(job: Job, by: By) -> None:
    if by == "person":
        await job.cancel()
    else:
        await job.handle.cancel()


Moment = Callable[[Market], Awaitable[Job]]


async def before_anything(market: Market) -> Job:
    return await market.post()


async def in_an_attempt(market: Market) -> Job:
    market.one.gate.clear()
    job = await market.post()
    await market.one.entered.wait()
    return job


async def in_an_attempt_that_loses_its_reply(market: Market) -> Job:
    """It takes effect, and nobody hears of it."""
    market.one.loses_replies = 1
    return await in_an_attempt(market)


async def between_attempts(market: Market) -> Job:
    market.one.failures = [Unavailable("It is down.")] * 50
    job = await market.post()
    await eventually(lambda: market.one.calls.count("publish") >= 2, "it was tried again")
    return job


async def between_an_attempt_without_an_answer_and_the_next(market: Market) -> Job:
    market.one.failures = [OutcomeUnknown("No answer.")] * 50
    job = await market.post()
    await eventually(lambda: market.one.calls.count("publish") >= 2, "it was tried again")
    market.one.live[job.key("one")] = BIKE
    market.one.failures = []
    return job


async def while_refused(market: Market) -> Job:
    market.one.failures = [Rejected("No bikes.")]
    job = await market.post()
    await job.becomes(one="needs_action", two="live")
    return job


async def while_not_let_in(market: Market) -> Job:
    market.one.failures = [Unauthorized("Who are you?")]
    job = await market.post()
    await job.becomes(one="needs_action", two="live")
    return job


async def while_the_person_is_to_post(market: Market) -> Job:
    job = await market.post(target_marketplaces=["one", "two", "hand"])
    await job.becomes(one="live", two="live", hand="needs_action")
    return job


async def when_live(market: Market) -> Job:
    job = await market.post()
    await job.becomes(one="live", two="live")
    return job


async def in_a_change(market: Market) -> Job:
    job = await when_live(market)
    market.one.entered.clear()
    market.one.gate.clear()
    editing = asyncio.create_task(job.edit(price=80))
    market.background.append(editing)
    await market.one.entered.wait()
    return job


async def in_a_sale_of_one_of_two(market: Market) -> Job:
    job = await market.post(quantity=2)
    await job.becomes(one="live", two="live")
    market.one.entered.clear()
    market.one.gate.clear()
    await job.sold("two", "t1")
    await market.one.entered.wait()
    return job


async def in_a_withdrawal(market: Market) -> Job:
    job = await when_live(market)
    market.one.entered.clear()
    market.one.gate.clear()
    cancelling = asyncio.create_task(job.cancel())
    market.background.append(cancelling)
    await market.one.entered.wait()
    return job


async def in_listing_it_again(market: Market) -> Job:
    job = await when_live(market)
    await job.cancel()
    await job.becomes(one="withdrawn", two="withdrawn")
    market.one.entered.clear()
    market.one.gate.clear()
    market.background.append(asyncio.create_task(job.relist("one")))
    await market.one.entered.wait()
    return job


MOMENTS: list[Moment] = [
    before_anything,
    in_an_attempt,
    in_an_attempt_that_loses_its_reply,
    between_attempts,
    between_an_attempt_without_an_answer_and_the_next,
    while_refused,
    while_not_let_in,
    while_the_person_is_to_post,
    when_live,
    in_a_change,
    in_a_sale_of_one_of_two,
    in_a_withdrawal,
    in_listing_it_again,
]


@pytest.mark.parametrize("by", ["person", "operator"])
@pytest.mark.parametrize("moment", MOMENTS, ids=lambda moment: moment.__name__)
async def test_whenever_it_is_cancelled_nothing_stays_up(
    shop: Market, moment: Moment, by: By
) -> None:
    market = shop
    job = await moment(market)
    cancelling = asyncio.create_task(cancel(job, by))
    if not market.one.gate.is_set():
        # It has been taken in before the marketplace answers.
        await eventually(lambda: is_cancelled(job), "the job knows of it")
    market.one.gate.set()
    await cancelling
    names = (await job.statuses()).keys()
    await job.becomes(**dict.fromkeys(names, "withdrawn"))
    await asyncio.gather(*market.background)
    assert market.one.live == market.two.live == {}

    async def have_ended() -> bool:
        ends = [await job.listing(name).describe() for name in names]
        return all(end.status is WorkflowExecutionStatus.COMPLETED for end in ends)

    await eventually(have_ended, "no listing's workflow goes on")


async def is_cancelled(job: Job) -> bool:
    view = await job.details()
    return any(entry.event == "cancelled" for entry in view.timeline)


async def test_what_an_operator_cancelled_ends_as_cancelled(market: Market) -> None:
    job = await when_live(market)
    await job.handle.cancel()
    await job.becomes(one="withdrawn", two="withdrawn")
    await market.environment.sleep(LATE_ORDERS + timedelta(seconds=1))
    with pytest.raises(WorkflowFailureError):
        await job.handle.result()
    assert (await job.handle.describe()).status is WorkflowExecutionStatus.CANCELED


async def test_what_was_bought_before_it_came_down_is_still_counted(market: Market) -> None:
    job = await when_live(market)
    await job.handle.cancel()
    await job.becomes(one="withdrawn", two="withdrawn")
    await job.sold("one", "o1")

    async def is_counted() -> bool:
        return [record.status.value for record in (await job.view()).sales] == ["counted"]

    await eventually(is_counted, "the sale is counted")


async def test_one_listing_that_an_operator_cancels_comes_down_alone(market: Market) -> None:
    job = await when_live(market)
    await job.listing("one").cancel()
    await job.becomes(one="withdrawn", two="live")
    assert market.one.live == {}
    assert job.key("two") in market.two.live


async def test_what_only_a_person_can_take_down_keeps_the_job_open(market: Market) -> None:
    job = await market.post(target_marketplaces=["one", "hand"])
    await job.becomes(one="live", hand="needs_action")
    await job.retry("hand", url="https://hand/1")
    await job.becomes(one="live", hand="live")
    await job.handle.cancel()
    await job.becomes(one="withdrawn", hand="needs_action")
    await market.environment.sleep(LATE_ORDERS * 2)
    assert (await job.handle.describe()).status is WorkflowExecutionStatus.RUNNING
