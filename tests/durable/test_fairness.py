"""One person's many listings do not hold up another's only one."""

from contextlib import AsyncExitStack

from temporalio.common import Priority

from tests.market import market_on_a_server
from tests.running import eventually

MANY = 60


async def test_a_single_listing_overtakes_somebody_elses_many() -> None:
    async with market_on_a_server() as market, AsyncExitStack() as stack:
        await stack.enter_async_context(market.crosspost_worker())
        busy, calm = Priority(fairness_key="busy"), Priority(fairness_key="calm")
        many = [await market.post(target_marketplaces=["one"], priority=busy) for _ in range(MANY)]
        single = await market.post(target_marketplaces=["one"], priority=calm)
        # Everybody waits in the queue before the first is served.
        for job in (many[-1], single):
            await job.becomes(one="posting")
        await stack.enter_async_context(market.posting_workers(calls_per_second=10)[0])
        await eventually(lambda: single.key("one") in market.one.published, "it is posted")
        assert market.one.published.index(single.key("one")) < MANY / 2
