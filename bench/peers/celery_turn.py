"""The buyer's turn as a Celery canvas on Valkey, with the delivery options that lose the least."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from typing import Any

import httpx
from celery import Celery, chain, group

from adapters.marketplaces.configuration import SandboxAccess
from bench.peers.steps import Json, Steps

# A task whose worker died comes back after this; the default is an hour.
VISIBILITY_S = 5

app = Celery("peer")
app.conf.update(
    broker_url=os.environ.get("PEER_REDIS", ""),
    result_backend=os.environ.get("PEER_REDIS", ""),
    broker_transport_options={"visibility_timeout": VISIBILITY_S},
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=1,
    worker_send_task_events=False,
    task_serializer="json",
    result_serializer="json",
)


@cache
def _runner() -> asyncio.Runner:
    return asyncio.Runner()


@cache
def _steps() -> Steps:
    credentials = Path(os.environ["PEER_CREDENTIALS"])
    access = SandboxAccess.from_file(os.environ["PEER_SANDBOX"], credentials)
    return Steps(httpx.AsyncClient(timeout=10), access)


def _understand(text: str) -> Json:
    return _runner().run(_steps().understand(text))


def _search(requirement: Json, marketplace: str) -> Json:
    return [requirement, _runner().run(_steps().search(marketplace, requirement))]


def _rank(found: list[Json]) -> Json:
    return _runner().run(_steps().rank(found[0][0], [page for _, page in found]))


understand = app.task(name="understand")(_understand)
search = app.task(name="search")(_search)
rank = app.task(name="rank")(_rank)


@asynccontextmanager
async def celery_valkey(
    steps: Steps, folder: Path, ended: Callable[[str, Json], None]
) -> AsyncIterator[Callable[[str, str], Any]]:
    """Worker processes of their own, as many as a turn has searches; this one is the client.

    PEER_REDIS is the broker, PEER_SANDBOX and PEER_CREDENTIALS the sandbox. What was asked before
    a crash is in the folder: its result is waited for, and not asked for again.
    """
    worker = subprocess.Popen(  # noqa: ASYNC220
        [
            *(sys.executable, "-m", "celery", "-A", "bench.peers.celery_turn", "worker"),
            *("--concurrency", "4", "--loglevel", "ERROR"),
            *("--without-gossip", "--without-mingle", "--without-heartbeat"),
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    (folder / "celery.pid").write_text(str(worker.pid))
    asked = folder / "asked.json"

    async def wait(turn_id: str, result_id: str) -> Json:
        pending = app.AsyncResult(result_id)
        shortlist = await asyncio.to_thread(pending.get, timeout=60, interval=0.001)
        ended(turn_id, shortlist)
        return shortlist

    async def turn(turn_id: str, text: str) -> Json:
        searches = group(search.s(name) for name in steps.marketplaces)
        pending = chain(understand.s(text), searches, rank.s()).apply_async()
        asked.write_text(json.dumps([turn_id, pending.id]))
        shortlist = await wait(turn_id, pending.id)
        asked.unlink()
        return shortlist

    try:
        if asked.exists():
            before = asyncio.create_task(wait(*json.loads(asked.read_text())))
            yield turn
            before.cancel()
        else:
            # Every child has its models loaded before the first turn counts.
            for number in range(8):
                await turn(f"warm-{number}", "find me a watch")
            yield turn
    finally:
        os.killpg(worker.pid, signal.SIGTERM)
        worker.wait()
