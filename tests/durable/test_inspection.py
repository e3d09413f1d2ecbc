"""Each command of docs/inspection.md, run as it stands there against a stack at work."""

import asyncio
import os
import re
import sys
import uuid
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psutil
import pytest
from temporalio.client import WorkflowHandle

from adapters.encryption.factory import build_codec
from talknshop.access import EncryptionChoice, TemporalAccess
from talknshop.jobs import JobView
from tests.running import Running, bearer, eventually, running_stack
from tests.selling import by_marketplace, post_bookshelf
from workflows.client import connect
from workflows.crosspost import CrosspostWorkflow
from workflows.ids import job_workflow_id

pytestmark = pytest.mark.timeout(240)

COOKBOOK = (Path(__file__).parents[2] / "docs/inspection.md").read_text()
HELD = {
    "ebay": "posting",
    "facebook": "live",
    "craigslist": "needs_action",
    "poshmark": "needs_action",
}
BLOCKS = re.findall(r"```sh\n# ([^\n]*)\n(.*?)```", COOKBOOK, re.DOTALL)


@pytest.fixture(scope="module")
async def place(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[dict[str, str]]:
    """A stack with a conversation, and a job that is live on Facebook, waits for eBay, for a person
    on Poshmark, and for keys on Craigslist; as the environment of the commands."""
    folder = tmp_path_factory.mktemp("inspection")
    async with running_stack(folder) as stack:
        async with stack.chat() as chat:
            await chat.say("find me a laptop under $1000")
            await chat.next("done")
        session = chat.session
        await stack.fault(marketplace="ebay", match="", kind="status", status=503, count=100_000)
        refusal = {"marketplace": "craigslist", "kind": "status", "status": 403, "count": 1}
        await stack.fault(match="POST /bulk-rss/post", **refusal)
        job_id = await posted(stack, session)
        gateway = psutil.Process(stack.process("gateway")["pid"]).environ()
        yield {
            **os.environ,
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "TEMPORAL_ADDRESS": stack.access.address or "",
            "TALKNSHOP_TEMPORAL__ADDRESS": stack.access.address or "",
            "TALKNSHOP_DATA_DIR": str(stack.data_dir),
            "GATEWAY": stack.web,
            "OPERATOR_TOKEN": gateway["TALKNSHOP_GATEWAY__OPERATOR_TOKEN"],
            "JOB": job_id,
            "SESSION": session["session_id"],
            "USER_ID": session["user_id"],
            "LISTING_NUMBER": uuid.uuid4().hex[:24],
            "YESTERDAY": (datetime.now(UTC) - timedelta(days=1)).isoformat(),
            "HOME": str(folder),
        }


async def posted(stack: Running, session: dict[str, Any]) -> str:
    job_id = await post_bookshelf(stack, session, *HELD)

    async def stands() -> bool:
        reply = await stack.http.get(f"{stack.web}/api/v1/jobs/{job_id}", headers=bearer(session))
        entries = by_marketplace({"data": reply.raise_for_status().json()})
        return {name: entry["status"] for name, entry in entries.items()} == HELD

    await eventually(stands, "the job waits for eBay and for a person")
    return job_id


def test_no_block_is_overlooked() -> None:
    assert len(BLOCKS) == COOKBOOK.count("```sh")


@pytest.mark.parametrize(("about", "commands"), BLOCKS, ids=[about[:40] for about, _ in BLOCKS])
async def test_the_cookbook(place: dict[str, str], about: str, commands: str) -> None:
    process = await asyncio.create_subprocess_exec(
        *("bash", "-euo", "pipefail", "-c", commands),
        env=place,
        cwd=place["HOME"],
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await process.communicate()
    print(f"$ {commands}\n{said.decode()}")
    assert process.returncode == 0, said.decode()


async def test_what_was_retried_went_live(place: dict[str, str]) -> None:
    """After the commands above: by hand on Poshmark, and with all of its kind on Craigslist."""
    access = TemporalAccess(address=place["TEMPORAL_ADDRESS"])
    codec = build_codec(EncryptionChoice(), Path(place["TALKNSHOP_DATA_DIR"]))
    client = await connect(access, role="tests", codec=codec)
    job: WorkflowHandle[CrosspostWorkflow, JobView] = client.get_workflow_handle_for(
        CrosspostWorkflow.run, job_workflow_id(place["JOB"])
    )

    async def live() -> bool:
        view = await job.query(CrosspostWorkflow.job)
        status = {entry.marketplace: entry.status.value for entry in view.marketplace_jobs}
        return status["poshmark"] == status["craigslist"] == "live"

    await eventually(live, "both are live")
