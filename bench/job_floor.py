"""What the engine alone takes for a job: the same tasks, steps and news with nothing in them.

`python -m bench.job_floor [--jobs 300]`: processor time of Temporal's server and of the worker for
a job on one marketplace; each row adds what a job of ours has besides, and the last one is ours.
`python -m bench.job_floor work` is the worker.
"""

import argparse
import asyncio
import os
import sys
import tempfile
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import psutil
from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import UnsandboxedWorkflowRunner, Worker
from temporalio.workflow import ParentClosePolicy

from adapters.encryption.factory import build_codec
from bench.crosspost import UNLIMITED, Seller, is_held, stack_with
from bench.figures import keep, show
from talknshop.settings import Settings
from tests.running import Running, eventually
from workflows.client import connect
from workflows.visibility import JOB_STATUS, STAGE

QUEUE, POSTS = "floor", "floor-posts"
WITHIN = timedelta(seconds=30)
REST = timedelta(days=28)
AT_ONCE = 8
QUIET_S = 0.06  # of a second, of two processes that wait
# What is said is the shape of the job, and each letter adds a part to those before it.
SHAPES = {
    "": "a workflow that waits",
    "c": "and a child that tells it something",
    "cs": "which takes a step in another queue",
    "csf": "that asks the child whether it may",
    "csfa": "and both set an attribute",
}
OURS = "our job, on Craigslist"
Figures = dict[str, float]


@activity.defn
async def tell(workflow_id: str) -> None:
    await activity.client().get_workflow_handle(workflow_id).signal("told")


@activity.defn
async def step(shape: str) -> None:
    if "f" in shape:
        handle = activity.client().get_workflow_handle(activity.info().workflow_id or "")
        await handle.execute_update("may")


@workflow.defn
class FloorJob:
    def __init__(self) -> None:
        self._is_told = False

    @workflow.run
    async def run(self, shape: str) -> None:
        if "c" in shape:
            await workflow.start_child_workflow(
                FloorListing.run, shape, parent_close_policy=ParentClosePolicy.ABANDON
            )
            await workflow.wait_condition(lambda: self._is_told)
            if "a" in shape:
                workflow.upsert_search_attributes([JOB_STATUS.value_set("completed")])
        await workflow.wait_condition(lambda: False)

    @workflow.signal
    def told(self) -> None:
        self._is_told = True


@workflow.defn
class FloorListing:
    @workflow.run
    async def run(self, shape: str) -> None:
        if "s" in shape:
            await workflow.execute_activity(
                step, shape, task_queue=POSTS, start_to_close_timeout=WITHIN
            )
        if "a" in shape:
            workflow.upsert_search_attributes([STAGE.value_set("live")])
        parent = workflow.info().parent
        assert parent is not None
        await workflow.execute_local_activity(
            tell, parent.workflow_id, start_to_close_timeout=WITHIN
        )
        await workflow.sleep(REST)

    @workflow.update
    def may(self) -> bool:
        return True


async def measure(jobs: int, rounds: int = 5) -> dict[str, Figures]:
    """Interleaved, in rounds whose order turns."""
    spent = {shape: {"server": 0.0, "worker": 0.0} for shape in [*SHAPES, OURS]}
    with tempfile.TemporaryDirectory() as folder:
        async with stack_with(UNLIMITED) as stack, worker_of(stack, Path(folder)) as worker:
            client, seller = await stack.temporal(), await Seller.of(stack)
            held = 0
            order = list(spent)
            for number in range(rounds + 1):
                for shape in order[::-1] if number % 2 else order:
                    pids = [stack.process("temporal")["pid"], worker]
                    if shape == OURS:
                        pids[1] = stack.process("seller")["pid"]
                    before = [seconds(pid) for pid in pids]
                    if shape == OURS:
                        held += jobs // rounds
                        await seller.post_many(jobs // rounds, ["craigslist"], AT_ONCE)
                        await is_held(stack, held)
                    else:
                        await start_many(client, shape, jobs // rounds)
                    await is_quiet(pids)
                    if number:  # the first round warms up
                        for name, pid, was in zip(spent[shape], pids, before, strict=True):
                            spent[shape][name] += seconds(pid) - was
    per_job = 1000 / (jobs // rounds * rounds)
    return {
        shape: {f"{name}_ms": value * per_job for name, value in row.items()}
        for shape, row in spent.items()
    }


async def is_quiet(pids: list[int]) -> None:
    """All that was begun is over: none of them takes more than its idle work for a second."""
    worked = 1.0
    while worked > QUIET_S:
        before = sum(map(seconds, pids))
        await asyncio.sleep(1)
        worked = sum(map(seconds, pids)) - before


def seconds(pid: int) -> float:
    times = psutil.Process(pid).cpu_times()
    return times.user + times.system


async def start_many(client: Client, shape: str, count: int) -> None:
    slots = asyncio.Semaphore(AT_ONCE)

    async def one() -> None:
        async with slots:
            await client.start_workflow(
                FloorJob.run, shape, id=f"floor/{uuid.uuid4()}", task_queue=QUEUE
            )

    await asyncio.gather(*(one() for _ in range(count)))


@asynccontextmanager
async def worker_of(stack: Running, folder: Path) -> AsyncIterator[int]:
    """The process id of one that has begun to work, with the settings of the stack's seller."""
    environment = psutil.Process(stack.process("seller")["pid"]).environ()
    ready = folder / "ready"
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bench.job_floor", "work", "--ready", str(ready)),
        env={**environment, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    try:
        await eventually(ready.exists, "the worker is at work")
        yield process.pid
    finally:
        process.terminate()
        await process.wait()


async def work(ready: Path) -> None:
    settings = Settings()
    codec = build_codec(settings.encryption, settings.data_dir)
    client = await connect(settings.temporal, role="floor", codec=codec)
    steps = Worker(client, task_queue=POSTS, activities=[step])
    workflows = Worker(
        client,
        task_queue=QUEUE,
        workflows=[FloorJob, FloorListing],
        activities=[tell],
        workflow_runner=UnsandboxedWorkflowRunner(),
    )
    async with steps, workflows:
        await asyncio.to_thread(ready.touch)
        await asyncio.Event().wait()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("part", nargs="?", choices=["work"])
    parser.add_argument("--ready", type=Path)
    parser.add_argument("--jobs", type=int, default=300)
    arguments = parser.parse_args()
    if arguments.part == "work":
        asyncio.run(work(arguments.ready))
        return
    figures = asyncio.run(measure(arguments.jobs))
    keep("job_floor", figures)
    show(
        "processor time of a job with nothing in it",
        ("what", "Temporal's server, ms", "worker, ms"),
        (
            (SHAPES.get(shape, shape), f"{row['server_ms']:.1f}", f"{row['worker_ms']:.1f}")
            for shape, row in figures.items()
        ),
    )


if __name__ == "__main__":
    main()
