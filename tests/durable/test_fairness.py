"""One person's many listings do not hold up another's only one."""

import sys
from contextlib import AsyncExitStack
from pathlib import Path

from temporalio.common import Priority
from temporalio.testing import WorkflowEnvironment

from talknshop.cli.stack import DYNAMIC_CONFIG, SEARCH_ATTRIBUTES
from tests.market import Market
from tests.running import eventually
from workflows.client import DATA_CONVERTER

MANY = 60


async def test_a_single_listing_overtakes_somebody_elses_many() -> None:
    options = ["--log-level", "never"]
    for value in DYNAMIC_CONFIG:
        options += ["--dynamic-config-value", value]
    for attribute in SEARCH_ATTRIBUTES:
        options += ["--search-attribute", attribute]
    async with await WorkflowEnvironment.start_local(
        data_converter=DATA_CONVERTER,
        dev_server_existing_path=str(Path(sys.executable).with_name("temporal")),
        dev_server_extra_args=options,
    ) as environment:
        market = Market(environment)
        crosspost, *posting = market.workers(calls_per_second=10)
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(crosspost)
            many = [
                await market.post(
                    target_marketplaces=["one"], priority=Priority(fairness_key="busy")
                )
                for _ in range(MANY)
            ]
            single = await market.post(
                target_marketplaces=["one"], priority=Priority(fairness_key="calm")
            )
            # Everybody waits in the queue before the first is served.
            for job in (many[-1], single):
                await job.becomes(one="posting")
            await stack.enter_async_context(posting[0])
            await eventually(lambda: single.key("one") in market.one.published, "it is posted")
            assert market.one.published.index(single.key("one")) < MANY / 2
