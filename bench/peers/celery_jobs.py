"""Crosspost jobs on Celery and Valkey, with the delivery options that lose the least.

`celery -A bench.peers.celery_jobs worker` works; `submit` is what an API would call.
"""

import asyncio
import os
from functools import cache

import redis
from celery import Celery

from bench.peers.posting import MARKETPLACES, Poster

# A task whose worker died comes back after this; the default is an hour.
VISIBILITY_S = 5

app = Celery("jobs", broker=os.environ.get("PEER_REDIS", ""))
app.conf.update(
    broker_transport_options={"visibility_timeout": VISIBILITY_S},
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    task_ignore_result=True,
    worker_prefetch_multiplier=1,
)


@cache
def _poster() -> tuple[asyncio.Runner, Poster]:
    return asyncio.Runner(), Poster()


@cache
def _store() -> redis.Redis:
    return redis.Redis.from_url(os.environ["PEER_REDIS"])


def _post(job_id: str, marketplace: str) -> None:
    runner, poster = _poster()
    _store().hset(f"job:{job_id}", marketplace, runner.run(poster.post(job_id, marketplace)))


post = app.task(
    name="post", autoretry_for=(Exception,), retry_backoff=1, retry_kwargs={"max_retries": 5}
)(_post)


def submit(job_id: str) -> None:
    """Accepted when the broker has all of it."""
    _store().hset(f"job:{job_id}", mapping=dict.fromkeys(MARKETPLACES, "pending"))
    for marketplace in MARKETPLACES:
        post.delay(job_id, marketplace)
