"""What jobs cost: acceptance, throughput, memory, queue limits, and what a buyer notices of them.

`python -m bench.crosspost [PART …]`: accept, throughput, memory, limit, sale, buyer; without a name
all of them.
"""

import argparse
import asyncio
import os
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import psutil

from bench.figures import keep, percentile, show
from bench.turn import socket_turn
from tests.chatting import Chat
from tests.running import Running, eventually, running_stack
from tests.selling import upload_photo
from workflows.ids import sales_workflow_id
from workflows.sales import SaleNotice, SalesWorkflow

Figures = dict[str, float]
MARKETPLACES = ["ebay", "craigslist", "facebook", "poshmark"]
OTHERS = ["craigslist", "facebook"]
UNLIMITED = 10_000


class Seller:
    """Posts jobs over REST."""

    def __init__(self, stack: Running, session: dict[str, Any], photo: str) -> None:
        self._stack = stack
        self._headers = {"Authorization": f"Bearer {session['token']}"}
        self._photo = photo

    @classmethod
    async def of(cls, stack: Running) -> "Seller":
        session = await stack.guest()
        return cls(stack, session, (await upload_photo(stack, session))["media_id"])

    async def post(self, marketplaces: list[str]) -> float:
        """Seconds until the job was accepted."""
        started = time.perf_counter()
        await self.post_job(marketplaces)
        return time.perf_counter() - started

    async def post_job(self, marketplaces: list[str]) -> str:
        """The id of the job, once it is accepted."""
        listing = {
            "title": "Oak bookshelf",
            "description": "Solid oak.",
            "price": 80,
            "condition": "good",
            "media_refs": [self._photo],
            "target_marketplaces": marketplaces,
        }
        reply = await self._stack.http.post(
            f"{self._stack.web}/api/v1/post", json=listing, headers=self._headers
        )
        assert reply.status_code == 202, reply.text
        job_id: str = reply.json()["job_id"]
        return job_id

    async def post_many(self, count: int, marketplaces: list[str], at_once: int = 8) -> None:
        slots = asyncio.Semaphore(at_once)

        async def one() -> None:
            async with slots:
                await self.post(marketplaces)

        await asyncio.gather(*(one() for _ in range(count)))


@asynccontextmanager
async def stack_with(calls_per_second: float) -> AsyncIterator[Running]:
    """A stack of its own whose marketplaces take so many calls."""
    names = [f"TALKNSHOP_{name.upper()}_CALLS_PER_SECOND" for name in MARKETPLACES]
    os.environ.update(dict.fromkeys(names, str(calls_per_second)))
    try:
        with tempfile.TemporaryDirectory() as folder:
            async with running_stack(Path(folder)) as stack:
                yield stack
    finally:
        for name in names:
            del os.environ[name]


async def held(stack: Running, marketplace: str) -> int:
    """How many listings the marketplace itself shows."""
    return sum(1 for entry in await shown(stack, marketplace) if entry["status"] == "live")


async def accept() -> Figures:
    """202 while 500 jobs wait for their marketplaces' rates, as jobs do."""
    async with stack_with(calls_per_second=1) as stack:
        seller = await Seller.of(stack)
        idle = [await seller.post(MARKETPLACES) for _ in range(30)]
        await seller.post_many(500, MARKETPLACES)
        # The workflows of all of them have begun, and wait in the queues.
        client = await stack.temporal()
        query = 'WorkflowType = "ListingWorkflow" AND ExecutionStatus = "Running"'

        async def have_begun() -> bool:
            return (await client.count_workflows(query)).count >= 500 * len(MARKETPLACES)

        await eventually(have_begun, "500 jobs run", 300)
        busy = [await seller.post(MARKETPLACES) for _ in range(100)]
    return {
        "p50_ms": statistics.median(busy) * 1000,
        "p95_ms": percentile(busy, 0.95),
        "with_none_p95_ms": percentile(idle, 0.95),
        "jobs_running": 530,
    }


async def throughput() -> Figures:
    figures: Figures = {}
    for name, marketplaces, count in (
        ("craigslist", ["craigslist"], 300),
        ("facebook", ["facebook"], 300),
        ("ebay", ["ebay"], 300),
        ("all_four", MARKETPLACES, 120),
    ):
        async with stack_with(UNLIMITED) as stack:
            seller = await Seller.of(stack)
            await seller.post_many(5, marketplaces)
            await is_held(stack, 5, marketplaces[0])
            started = time.perf_counter()
            await seller.post_many(count, marketplaces)
            for marketplace in set(marketplaces) & _PUBLISHES.keys():
                await is_held(stack, 5 + count, marketplace)
            elapsed = time.perf_counter() - started
        figures[f"jobs_per_s_on_{name}"] = count / elapsed
    return figures


async def is_held(stack: Running, count: int, marketplace: str = "craigslist") -> None:
    """Counted by the posts: to list all listings again and again is work for the sandbox."""

    async def all_posted() -> bool:
        await asyncio.sleep(0.1)
        return await posts(stack, marketplace) >= count

    await eventually(all_posted, f"{count} are posted", 1200)

    async def all_live() -> bool:
        return await held(stack, marketplace) >= count

    await eventually(all_live, f"{count} are live", 60)


# How the request ends that brings a listing up, where there is one.
_PUBLISHES = {"craigslist": "/bulk-rss/post", "facebook": "/items_batch", "ebay": "/publish"}


async def posts(stack: Running, marketplace: str = "craigslist") -> int:
    """How many listings the marketplace was sent."""
    reply = await stack.http.get(f"{stack.sandbox}/_sandbox/requests")
    paths = reply.json()["paths"].get(marketplace, {})
    ending = _PUBLISHES[marketplace]
    return sum(n for path, n in paths.items() if path.startswith("POST") and path.endswith(ending))


async def memory(jobs: int = 1500, pieces: int = 10) -> Figures:
    """Resident MiB of every process while jobs pass through, piece by piece: `--jobs 5000`."""
    figures: Figures = {}
    async with stack_with(UNLIMITED) as stack:
        seller = await Seller.of(stack)
        for piece in range(1, pieces + 1):
            await seller.post_many(jobs // pieces, ["craigslist"])
            await is_held(stack, piece * jobs // pieces)
            for process in stack.status()["processes"]:
                rss = psutil.Process(process["pid"]).memory_info().rss / 2**20
                figures[f"{process['role']}_mib_after_{piece * jobs // pieces}"] = rss
    return figures


async def limit() -> Figures:
    """The most posts that the sandbox got in any one second, against a limit of six."""
    figures: Figures = {"limit_per_s": 6}
    for workers in (1, 8):
        async with stack_with(6) as stack, more_sellers(stack, workers - 1):
            seller = await Seller.of(stack)
            started = time.perf_counter()
            await seller.post_many(100, ["craigslist"])
            await is_held(stack, 100)
            elapsed = time.perf_counter() - started
            requests = await stack.http.get(f"{stack.sandbox}/_sandbox/requests")
        busiest = requests.json()["busiest_second"]["craigslist"]["POST /bulk-rss/post"]
        figures[f"most_in_1_s_with_{workers}"] = busiest
        figures[f"per_s_with_{workers}"] = 100 / elapsed
    return figures


@asynccontextmanager
async def more_sellers(stack: Running, count: int) -> AsyncIterator[None]:
    """Further seller processes, with the environment of the stack's own."""
    own = psutil.Process(stack.process("seller")["pid"]).environ()
    own.pop("TALKNSHOP_WORKER_HEALTH_PORT", None)
    processes = [
        await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-m", "workers", "--role", "seller"),
            env=own,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
        for _ in range(count)
    ]
    if processes:
        await asyncio.sleep(15)  # until they poll
    try:
        yield
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            await process.wait()


async def sale(jobs: int = 20) -> Figures:
    """From the notice of a sale on eBay until the others, asked themselves, show it no more."""
    times = []
    async with stack_with(UNLIMITED) as stack:
        client = await stack.temporal()
        sales = client.get_workflow_handle_for(SalesWorkflow.run, sales_workflow_id("ebay"))
        seller = await Seller.of(stack)
        for number in range(1, jobs + 1):
            await seller.post(["ebay", "craigslist", "facebook"])
            await eventually(partial(are_up, stack, 1, ["ebay", *OTHERS]), "it is live", 60)
            (item,) = [e for e in await shown(stack, "ebay") if e["status"] == "live"]
            purchase = {"marketplace": "ebay", "listing_id": item["listing_id"]}
            await stack.http.post(f"{stack.sandbox}/_sandbox/buy", json=purchase)
            started = time.perf_counter()
            await sales.signal(SalesWorkflow.noticed, SaleNotice(notice_id=str(number)))
            await eventually(partial(are_up, stack, 0, OTHERS), "the others are down", 60)
            times.append(time.perf_counter() - started)
    return {"p50_ms": statistics.median(times) * 1000, "p95_ms": percentile(times, 0.95)}


async def are_up(stack: Running, count: int, marketplaces: list[str]) -> bool:
    return all([await held(stack, name) == count for name in marketplaces])


async def shown(stack: Running, marketplace: str) -> list[dict[str, Any]]:
    reply = await stack.http.get(
        f"{stack.sandbox}/_sandbox/listings", params={"marketplace": marketplace}
    )
    entries: list[dict[str, Any]] = reply.json()
    return entries


async def buyer(turns: int = 25) -> Figures:
    """A search turn with sellers at work, and with sellers that are killed every second."""
    async with stack_with(UNLIMITED) as stack, stack.chat() as chat:
        await socket_turn(chat, "find me a laptop under $700")
        calm = await search(chat, "laptop", turns)
        looping = asyncio.create_task(keep_killing(stack))
        await asyncio.sleep(2)
        hurt = await search(chat, "phone", turns)
        looping.cancel()
        again = [
            await socket_turn(chat, f"find me a tablet under ${800 + n}") for n in range(turns)
        ]
    before = statistics.median([*calm, *again])
    return {
        "ratio_p50": statistics.median(hurt) / before,
        "calm_p50_ms": before * 1000,
        "killed_p50_ms": statistics.median(hurt) * 1000,
        "killed_p95_ms": percentile(hurt, 0.95),
    }


async def search(chat: Chat, thing: str, turns: int) -> list[float]:
    return [await socket_turn(chat, f"find me a {thing} under ${800 + n}") for n in range(turns)]


async def keep_killing(stack: Running) -> None:
    while True:
        if stack.process("seller")["state"] == "ready":
            stack.kill("seller")
        await asyncio.sleep(1)


PARTS: dict[str, Callable[[], Awaitable[Figures]]] = {
    "accept": accept,
    "throughput": throughput,
    "memory": memory,
    "limit": limit,
    "sale": sale,
    "buyer": buyer,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []])
    parser.add_argument("--jobs", type=int, default=1500, help="how many `memory` posts")
    arguments = parser.parse_args()
    parts = {**PARTS, "memory": partial(memory, arguments.jobs)}
    figures = {name: asyncio.run(parts[name]()) for name in arguments.parts or parts}
    rows = (
        (part, name, f"{value:.2f}") for part, row in figures.items() for name, value in row.items()
    )
    show("jobs", ("part", "figure", "value"), rows)
    keep("crosspost", figures)


if __name__ == "__main__":
    main()
