"""A rolling deployment: two builds at work side by side, new work ramped over, the old drained."""

import asyncio
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest
from temporalio.api.deployment.v1 import WorkerDeploymentVersion
from temporalio.api.enums.v1 import EventType, VersionDrainageStatus
from temporalio.api.workflowservice.v1 import (
    DescribeWorkerDeploymentRequest,
    DescribeWorkerDeploymentVersionRequest,
)
from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.service import RPCError

from tests.market import market_on_a_server
from tests.running import Running, bearer, eventually, running_stack
from tests.selling import post_bookshelf

pytestmark = pytest.mark.timeout(300)

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent  # the temporal command comes with the virtual environment
ROLES = ("conversation", "seller")
MARKETPLACES = ("ebay", "facebook")
# By default the server looks each three minutes whether a build still has something to do.
SOON = (
    'matching.wv.VersionDrainageStatusRefreshInterval="1s"',
    'matching.wv.VersionDrainageStatusVisibilityGracePeriod="1s"',
)
# What the later build does besides: one more step before a listing is live, said by a patch.
GO_LIVE = "async def _go_live(self, published: Published, shown: ListingSpec) -> None:\n"
NEW_STEP = (
    '        if workflow.patched("wait-before-live"):\n            await workflow.sleep(0.01)\n'
)


def later_build(folder: Path) -> Path:
    """A copy of what workers run, with that change."""
    for package in ("talknshop", "adapters", "activities", "workflows", "workers"):
        shutil.copytree(ROOT / package, folder / package)
    source = folder / "workflows/listing.py"
    assert source.read_text().count(GO_LIVE) == 1
    source.write_text(source.read_text().replace(GO_LIVE, GO_LIVE + NEW_STEP))
    return folder


@asynccontextmanager
async def workers_of(stack: Running, role: str, code: Path, build: str) -> AsyncIterator[int]:
    """One more process of that role with that code; its process id."""
    env = psutil.Process(stack.process(role)["pid"]).environ()
    env.pop("TALKNSHOP_WORKER_HEALTH_PORT")
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-m", "workers", "--role", role),
        env={**env, "PYTHONPATH": str(code), "TALKNSHOP_DEPLOYMENT__BUILD_ID": build},
    )
    try:
        yield process.pid
    finally:
        process.terminate()
        await process.wait()


async def promote(address: str, *arguments: str) -> None:
    """As people do it: deploy/temporal/promote.sh."""
    done = await asyncio.to_thread(
        subprocess.run,
        ["sh", str(ROOT / "deploy/temporal/promote.sh"), *arguments],
        env={**os.environ, "PATH": f"{BIN}:{os.environ['PATH']}", "TEMPORAL_ADDRESS": address},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


async def builds_of(client: Client, workflow_id: str) -> list[str]:
    """Which builds completed the workflow's tasks, in order, each once."""
    history = await client.get_workflow_handle(workflow_id).fetch_history()
    return list(
        dict.fromkeys(
            event.workflow_task_completed_event_attributes.deployment_version.build_id
            for event in history.events
            if event.event_type == EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED
        )
    )


async def has_patch(client: Client, workflow_id: str) -> bool:
    history = await client.get_workflow_handle(workflow_id).fetch_history()
    # Local activities leave markers as well.
    return any(
        event.marker_recorded_event_attributes.marker_name == "core_patch"
        for event in history.events
    )


async def drainage(client: Client, role: str, build: str) -> str:
    version = WorkerDeploymentVersion(deployment_name=f"talknshop-{role}", build_id=build)
    described = await client.workflow_service.describe_worker_deployment_version(
        DescribeWorkerDeploymentVersionRequest(
            namespace=client.namespace, deployment_version=version
        ),
        retry=True,  # the server answers only so many of these at once
    )
    info = described.worker_deployment_version_info.drainage_info
    return VersionDrainageStatus.Name(info.status).removeprefix("VERSION_DRAINAGE_STATUS_")


async def is_ramping(client: Client) -> bool:
    described = await client.workflow_service.describe_worker_deployment(
        DescribeWorkerDeploymentRequest(
            namespace=client.namespace, deployment_name="talknshop-conversation"
        ),
        retry=True,
    )
    routing = described.worker_deployment_info.routing_config
    return routing.ramping_deployment_version.build_id == "old"


async def search(stack: Running, session: dict[str, Any], number: int) -> httpx.Response:
    wanted = {"product_type": "laptop", "price": {"max": 900 + number}}
    return await stack.http.post(
        f"{stack.web}/api/v1/search", json=wanted, headers=bearer(session), timeout=60
    )


async def searches(client: Client) -> list[str]:
    found = client.list_workflows('WorkflowType = "SearchWorkflow"')
    return [workflow.id async for workflow in found]


async def is_live(stack: Running, job_id: str) -> None:
    async def live() -> bool:
        held = [await stack.listings(name, job_id) for name in MARKETPLACES]
        return all(len(listings) == 1 for listings in held)

    await eventually(live, f"job {job_id} is live once on each marketplace", 90)


async def test_a_rolling_deployment(tmp_path: Path) -> None:
    (tmp_path / "stack").mkdir()
    async with AsyncExitStack() as cleanup:
        market = await cleanup.enter_async_context(market_on_a_server(*SOON))
        client = market.client
        address = client.service_client.config.target_host
        stack = await cleanup.enter_async_context(
            running_stack(
                tmp_path / "stack",
                TALKNSHOP_TEMPORAL__ADDRESS=address,
                TALKNSHOP_ENCRYPTION__KEYS="off",
                TALKNSHOP_DEPLOYMENT__BUILD_ID="old",
                TALKNSHOP_SEARCH_DEADLINE="PT10S",
            )
        )
        for role in ROLES:
            await promote(address, role, "old")
        session = await stack.guest()
        assert (await search(stack, session, 0)).json()["products"]

        # Both builds are at work; a search and a posting are under way on the old one.
        code = later_build(tmp_path / "later")
        newer = [
            await cleanup.enter_async_context(workers_of(stack, role, code, "new"))
            for role in ROLES
        ]
        assert len(set(newer)) == len(ROLES)

        async def are_both_at_work() -> bool:
            try:
                return [await drainage(client, role, "new") for role in ROLES] != []
            except RPCError:
                return False

        await eventually(are_both_at_work, "the new build polls", 90)
        earlier = set(await searches(client))
        await stack.fault(marketplace="ebay", match="GET /buy/browse", kind="hang", count=1)
        await stack.latency("default")
        pinned = asyncio.create_task(search(stack, session, 1))
        moved = await post_bookshelf(stack, session, *MARKETPLACES)

        async def has_begun() -> bool:
            return len(set(await searches(client)) - earlier) == 1

        await eventually(has_begun, "the search has begun")
        (pinned_id,) = set(await searches(client)) - earlier
        await asyncio.gather(*(promote(address, role, "new") for role in ROLES))
        described = await client.get_workflow_handle(pinned_id).describe()
        assert described.status is WorkflowExecutionStatus.RUNNING

        # What is pinned ends where it began; what may move goes on with the new build.
        assert (await pinned).json()["products"]
        assert await builds_of(client, pinned_id) == ["old"]
        await is_live(stack, moved)

        # What starts now starts on the new build, and takes its new step.
        await stack.latency("none")
        earlier = set(await searches(client))
        assert (await search(stack, session, 2)).json()["products"]
        fresh = await post_bookshelf(stack, session, *MARKETPLACES)
        await is_live(stack, fresh)

        async def is_listed() -> bool:
            return len(set(await searches(client)) - earlier) == 1

        await eventually(is_listed, "the new search is listed")
        (new_search,) = set(await searches(client)) - earlier
        assert await builds_of(client, new_search) == ["new"]
        assert await builds_of(client, f"listing/{fresh}/ebay") == ["new"]
        assert await has_patch(client, f"listing/{fresh}/ebay")

        # The old build has nothing left to do; its workers may go, and old jobs are still served.
        async def is_drained() -> bool:
            return [await drainage(client, role, "old") for role in ROLES] == ["DRAINED"] * 2

        await eventually(is_drained, "the old build is drained", 60)
        for role in ROLES:
            os.kill(stack.process(role)["pid"], signal.SIGSTOP)
        reply = await stack.http.post(
            f"{stack.web}/api/v1/jobs/{moved}/edit", json={"price": 70}, headers=bearer(session)
        )
        assert reply.status_code == 200, reply.text

        async def is_cheaper() -> bool:
            (listing,) = await stack.listings("facebook", moved)
            return "70" in listing["price"]

        await eventually(is_cheaper, "the new build changed what the old one posted")
        assert (await builds_of(client, f"listing/{moved}/facebook"))[-1] == "new"

        # And back, by halves: while it ramps, both builds take what is new.
        for role in ROLES:
            os.kill(stack.process(role)["pid"], signal.SIGCONT)
        ramping = asyncio.create_task(promote(address, "conversation", "old", "50", "8"))
        earlier = set(await searches(client))
        await eventually(lambda: is_ramping(client), "the old build takes its half")
        await asyncio.gather(*(search(stack, session, number) for number in range(3, 23)))

        async def are_listed() -> bool:
            return len(set(await searches(client)) - earlier) == 20

        await eventually(are_listed, "all searches are listed")
        taken = [await builds_of(client, each) for each in set(await searches(client)) - earlier]
        assert {build for builds in taken for build in builds} == {"old", "new"}
        assert all(len(builds) == 1 for builds in taken)
        await ramping
