"""Crosspost jobs beside Celery with Valkey, and SQS with DynamoDB: `python -m bench.jobs`.

Each job posts one listing on three marketplaces of one sandbox, by the same adapters. Ours is
accepted over REST; the others by the calls that a REST handler would make. SQS and DynamoDB are
moto's server, so their speed says nothing of AWS: their guarantees are what is compared.
"""

import argparse
import ast
import asyncio
import collections
import itertools
import logging
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.crosspost import UNLIMITED, Seller, stack_with
from bench.figures import keep, percentile, show
from bench.peers.posting import MARKETPLACES
from bench.peers.valkey import valkey
from talknshop.cli.ports import free_ports
from tests.running import Running, eventually

Figures = dict[str, float]
# By then some listings are posted, some are being posted and most wait.
MID_WORK_S = 0.6
PATIENCE_S = 40


@dataclass
class Engine:
    """`submit` returns the job's id; `kill` leaves its servers alone and starts the worker anew."""

    submit: Callable[[], Awaitable[str]]
    kill: Callable[[], Awaitable[None]]


class Worker:
    """A worker process that may be killed."""

    def __init__(self, *command: str) -> None:
        self._command = command
        self.start()

    def start(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", *self._command],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def kill(self) -> None:
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()


@asynccontextmanager
async def ours(stack: Running, folder: Path) -> AsyncIterator[Engine]:
    seller = await Seller.of(stack)

    async def kill() -> None:
        await stack.is_back("seller", stack.kill("seller"))

    yield Engine(lambda: seller.post_job([*MARKETPLACES]), kill)


@asynccontextmanager
async def celery(stack: Running, folder: Path) -> AsyncIterator[Engine]:
    async with valkey(folder) as url:
        os.environ["PEER_REDIS"] = url
        from bench.peers import celery_jobs

        celery_jobs.app.conf.broker_url = url
        arguments = ["-A", "bench.peers.celery_jobs", "worker", "--concurrency", "8"]
        arguments += ["--pool", "prefork", "--without-gossip", "--without-mingle"]
        worker = Worker("celery", *arguments)
        async with _working(worker, celery_jobs.submit) as engine:
            yield engine


@asynccontextmanager
async def aws(stack: Running, folder: Path) -> AsyncIterator[Engine]:
    from moto.server import ThreadedMotoServer

    from bench.peers import aws_jobs

    (port,) = free_ports(1)
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer("127.0.0.1", port, verbose=False)
    server.start()
    os.environ["PEER_AWS"] = f"http://127.0.0.1:{port}"
    aws_jobs.create()
    try:
        async with _working(Worker("bench.peers.aws_jobs"), aws_jobs.submit) as engine:
            yield engine
    finally:
        server.stop()


# One engine's listings must not be found by the next, on the same sandbox.
_NUMBERS = itertools.count()


@asynccontextmanager
async def _working(worker: Worker, submit: Callable[[str], None]) -> AsyncIterator[Engine]:
    async def submit_next() -> str:
        job_id = f"peer{os.getpid()}n{next(_NUMBERS)}"
        await asyncio.to_thread(submit, job_id)
        return job_id

    async def kill() -> None:
        worker.kill()
        worker.start()

    try:
        yield Engine(submit_next, kill)
    finally:
        worker.kill()


ENGINES = {
    "TalknShop (Temporal)": ours,
    "Celery + Valkey": celery,
    "SQS + DynamoDB (moto)": aws,
}

# What is written for jobs alone. Ours also edits, sells, renews, cancels and waits for people.
SOURCES = {
    "TalknShop (Temporal)": ["workflows/crosspost.py", "workflows/listing.py"],
    "Celery + Valkey": ["bench/peers/celery_jobs.py"],
    "SQS + DynamoDB (moto)": ["bench/peers/aws_jobs.py"],
}


def lines_of_code(path: str) -> int:
    """As Python itself would write it, without docstrings and comments."""
    tree = ast.parse(Path(path).read_text())
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            node.body = node.body[ast.get_docstring(node) is not None :] or [ast.Pass()]
    return sum(bool(line) for line in ast.unparse(tree).splitlines())


async def measure(stack: Running, engine: Engine, jobs: int) -> Figures:
    first = [await engine.submit() for _ in range(3)]
    await _posted(stack, first)
    times, submitted = [], []
    began = time.perf_counter()
    for _ in range(jobs):
        started = time.perf_counter()
        submitted.append(await engine.submit())
        times.append(time.perf_counter() - started)
    await _posted(stack, submitted)
    elapsed = time.perf_counter() - began
    figures = {
        "accept_p50_ms": percentile(times, 0.5),
        "accept_p95_ms": percentile(times, 0.95),
        "jobs_per_s": jobs / elapsed,
    }
    return figures | await _killed(stack, engine, jobs)


async def _killed(stack: Running, engine: Engine, jobs: int) -> Figures:
    submitted = await asyncio.gather(*(engine.submit() for _ in range(jobs)))
    await asyncio.sleep(MID_WORK_S)
    killed = time.perf_counter()
    await engine.kill()
    ended: float | None = None
    while time.perf_counter() - killed < PATIENCE_S:
        if not await _missing(stack, submitted):
            ended = ended or time.perf_counter()
            # What comes twice may come late.
            if time.perf_counter() - ended > 8:
                break
        await asyncio.sleep(0.2)
    counts = await _counts(stack)
    keys = [f"{job_id}-{name}" for job_id in submitted for name in MARKETPLACES]
    return {
        "killed_jobs": jobs,
        "not_posted": sum(counts[key] == 0 for key in keys),
        "posted_twice": sum(counts[key] > 1 for key in keys),
        "all_done_after_kill_s": (ended or float("nan")) - killed,
    }


async def _posted(stack: Running, jobs: list[str]) -> None:
    async def all_are() -> bool:
        await asyncio.sleep(0.1)
        return not await _missing(stack, jobs)

    await eventually(all_are, "all jobs are posted", 120)


async def _missing(stack: Running, jobs: list[str]) -> int:
    counts = await _counts(stack)
    return sum(counts[f"{job_id}-{name}"] == 0 for job_id in jobs for name in MARKETPLACES)


async def _counts(stack: Running) -> collections.Counter[str]:
    """How many listings each key has, as the marketplaces themselves hold them."""
    counts: collections.Counter[str] = collections.Counter()
    for name in MARKETPLACES:
        url = f"{stack.sandbox}/_sandbox/listings"
        reply = await stack.http.get(url, params={"marketplace": name})
        counts.update(entry["key"] for entry in reply.json())
    return counts


async def run(jobs: int) -> dict[str, Figures]:
    figures = {}
    async with stack_with(UNLIMITED) as stack:
        os.environ["PEER_SANDBOX"] = stack.sandbox
        os.environ["PEER_CREDENTIALS"] = str(stack.data_dir / "sandbox" / "credentials.json")
        for name, engine_of in ENGINES.items():
            with tempfile.TemporaryDirectory() as folder:
                async with engine_of(stack, Path(folder)) as engine:
                    figures[name] = await measure(stack, engine, jobs)
            figures[name]["lines_of_code"] = sum(map(lines_of_code, SOURCES[name]))
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--jobs", type=int, default=40)
    figures = asyncio.run(run(parser.parse_args().jobs))
    keep("jobs", figures)
    celery_row = figures["Celery + Valkey"]
    ratios = {
        f"{name}, over Celery": [row[name] / celery_row[name] for row in figures.values()]
        for name in ("accept_p50_ms", "jobs_per_s", "all_done_after_kill_s")
    }
    names = list(next(iter(figures.values())))
    rows = ratios | {name: [row[name] for row in figures.values()] for name in names}
    show(
        "jobs on three marketplaces, and kill -9 of the worker in the middle",
        ("", *figures),
        ([name, *(f"{value:.2f}" for value in values)] for name, values in rows.items()),
    )


if __name__ == "__main__":
    main()
