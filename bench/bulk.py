"""A bulk upload from start to result: `python -m bench.bulk`.

How many rows a second go live, next to one after the other over REST in the same run; that each
went live exactly once, with a seller worker killed on the way or not; the worker's memory.
"""

import argparse
import asyncio
import tempfile
import time
import uuid
from collections import Counter
from pathlib import Path
from typing import Any

import psutil

from bench.figures import keep, show
from tests.running import Running, running_stack

SINGLE_JOBS = 30


async def measure(rows: int, kill: bool) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        async with running_stack(Path(folder)) as stack:
            session = await stack.guest()
            headers = {"Authorization": f"Bearer {session['token']}"}
            single = await _one_by_one(stack, headers)
            before = _rss(stack)
            bulk = await _bulk(stack, headers, rows, kill)
            return {
                "rows": rows,
                "killed": kill,
                "single_per_s": single,
                **bulk,
                "seller_mib_before": before,
                "seller_mib_after": _rss(stack),
            }


async def _one_by_one(stack: Running, headers: dict[str, str]) -> float:
    """Listings a second, each posted when the one before is live."""
    started = time.perf_counter()
    for number in range(SINGLE_JOBS):
        listing = {
            "title": f"Single {number}",
            "price": 20,
            "condition": "good",
            "location": {"postal_code": "98101"},
            "target_marketplaces": ["craigslist"],
        }
        reply = await stack.http.post(f"{stack.web}/api/v1/post", json=listing, headers=headers)
        url = f"{stack.web}{reply.json()['status_url']}"
        while True:
            job = (await stack.http.get(url, headers=headers)).json()
            if job["marketplace_jobs"] and job["marketplace_jobs"][0]["status"] == "live":
                break
            await asyncio.sleep(0.005)
    return SINGLE_JOBS / (time.perf_counter() - started)


async def _bulk(stack: Running, headers: dict[str, str], rows: int, kill: bool) -> dict[str, Any]:
    mark = uuid.uuid4().hex[:8]
    titles = [f"Thing {mark} {number}" for number in range(rows)]
    data = "title,price,condition,zip,marketplaces\n" + "".join(
        f"{title},20,good,98101,craigslist\n" for title in titles
    )
    started = time.perf_counter()
    reply = await stack.http.post(
        f"{stack.web}/api/v1/jobs/bulk",
        content=data.encode(),
        params={"post": "all"},
        headers=headers,
    )
    accepted = time.perf_counter() - started
    url = f"{stack.web}{reply.json()['status_url']}"
    posting = dead = 0.0
    view: dict[str, Any] = {"status": ""}
    while view["status"] not in ("completed", "failed"):
        answer = await stack.http.get(url, headers=headers)
        view = answer.json() if answer.status_code == 200 else view
        posting = posting or (time.perf_counter() if view["status"] == "posting" else 0.0)
        if kill and not dead and view.get("started", 0) > rows // 3:
            dead = stack.kill("seller")
        await asyncio.sleep(0.25)
    ended = time.perf_counter()
    result = (await stack.http.get(f"{url}/result", headers=headers)).text
    listings = await stack.http.get(
        f"{stack.sandbox}/_sandbox/listings", params={"marketplace": "craigslist"}, timeout=120
    )
    times = Counter(entry["title"] for entry in listings.json() if mark in entry["title"])
    client = await stack.temporal()
    runs = [run async for run in client.list_workflows(f'WorkflowId = "bulk/{view["bulk_id"]}"')]
    return {
        "accepted_s": accepted,
        "checked_s": posting - started,
        "rows_per_s": rows / (ended - posting),
        "live": view["live"],
        "needs_action": view["needs_action"],
        "failed": view["failed"],
        "result_lines": result.count("\n") - 1,
        "not_posted": len(set(titles) - set(times)),
        "posted_twice": sum(count > 1 for count in times.values()),
        "runs": len(runs),
        "run_events": max(run.history_length for run in runs),
    }


def _rss(stack: Running) -> float:
    rss: float = psutil.Process(stack.process("seller")["pid"]).memory_info().rss
    return rss / 2**20


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.bulk", description=__doc__)
    parser.add_argument("--rows", type=int, default=2000)
    parser.add_argument("--kill", action="store_true", help="kill -9 the seller worker on the way")
    arguments = parser.parse_args()
    figures = asyncio.run(measure(arguments.rows, arguments.kill))
    keep("bulk", figures)
    ratio = figures["rows_per_s"] / figures["single_per_s"]
    rows = {"rows a second over one by one": ratio, **figures}
    show(
        "a bulk upload",
        ("figure", "value"),
        ((n, f"{v:.2f}" if isinstance(v, float) else str(v)) for n, v in rows.items()),
    )


if __name__ == "__main__":
    main()
