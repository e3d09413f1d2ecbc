"""One worker or eight: no second has more calls than a marketplace's limit."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest
from temporalio.client import Client

from tests.running import Running, bearer, eventually, running_stack

WORKERS = 8
LIMIT = 6
LISTINGS = 15
POSTS = "POST /bulk-rss/post"


@asynccontextmanager
async def more_sellers(stack: Running, count: int) -> AsyncIterator[None]:
    """Further seller processes beside the stack's own."""
    settings = {
        "TALKNSHOP_DATA_DIR": str(stack.data_dir),
        "TALKNSHOP_TEMPORAL__ADDRESS": f"127.0.0.1:{stack.process('temporal')['port']}",
        "TALKNSHOP_SANDBOX_URL": stack.sandbox,
        "TALKNSHOP_SANDBOX_CREDENTIALS": str(stack.data_dir / "sandbox" / "credentials.json"),
        "TALKNSHOP_CRAIGSLIST_CALLS_PER_SECOND": str(LIMIT),
    }
    processes = [
        await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "workers", "--role", "seller"),
            env={**os.environ, **settings},
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
        for _ in range(count)
    ]
    try:
        yield
    finally:
        for process in processes:
            process.terminate()
        await asyncio.gather(*(process.wait() for process in processes))


async def post_many(stack: Running, session: dict[str, Any], begun: int) -> None:
    """At once, and until all are up."""
    for number in range(LISTINGS):
        listing = {
            "title": f"Lamp {begun + number}",
            "price": 5,
            "condition": "good",
            "location": {"postal_code": "98101"},
            "target_marketplaces": ["craigslist"],
        }
        reply = await stack.http.post(
            f"{stack.web}/api/v1/post", json=listing, headers=bearer(session)
        )
        assert reply.status_code == 202, reply.text

    async def are_up() -> bool:
        url = f"{stack.sandbox}/_sandbox/listings"
        shown = (await stack.http.get(url, params={"marketplace": "craigslist"})).json()
        return len(shown) == begun + LISTINGS

    await eventually(are_up, "all are posted")


async def test_no_second_has_more_posts_than_the_limit(tmp_path: Path) -> None:
    limit = {"TALKNSHOP_CRAIGSLIST_CALLS_PER_SECOND": str(LIMIT)}
    async with running_stack(tmp_path, **limit) as stack:
        client = await stack.temporal()
        session = await stack.guest()
        await post_many(stack, session, 0)
        async with more_sellers(stack, WORKERS - 1):

            async def are_polling() -> bool:
                return await posting_pollers(client) >= WORKERS

            await eventually(are_polling, f"{WORKERS} workers poll")
            # After a pause the queue lets more through at once.
            await asyncio.sleep(2)
            await post_many(stack, session, LISTINGS)
            counted = (await stack.http.get(f"{stack.sandbox}/_sandbox/requests")).json()
    assert counted["paths"]["craigslist"][POSTS] == 2 * LISTINGS
    assert counted["busiest_second"]["craigslist"][POSTS] <= LIMIT


async def posting_pollers(client: Client) -> int:
    reply = await client.workflow_service.describe_task_queue(
        DescribeTaskQueueRequest(
            namespace="default",
            task_queue=TaskQueue(name="post-craigslist"),
            task_queue_type=TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY,
        )
    )
    return len({poller.identity for poller in reply.pollers})
