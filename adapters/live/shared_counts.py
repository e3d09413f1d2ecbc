"""How many of a thing are open, over all processes that live: each writes its own number."""

import asyncio
import uuid
from datetime import timedelta
from typing import Any

from redis.asyncio import Redis

from adapters.live.connection import Patient

# A process that is killed is counted for so long after.
LIVES = timedelta(seconds=6)
BEAT_S = 2.0
# What killed processes wrote about people who never came back.
KEPT = timedelta(days=1)


class SharedCounts:
    """Start `run` as a task: without it, nobody else counts what this process has."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._patient = Patient()
        self._id = uuid.uuid4().hex

    async def run(self) -> None:
        while True:
            await self._patient.run(self._redis.set(f"process:{self._id}", "1", ex=LIVES))
            await asyncio.sleep(BEAT_S)

    async def elsewhere(self, key: str, here: int) -> int:
        """Say how many there are here; returns how many others have. 0 while Redis is away."""
        pipeline = self._redis.pipeline(transaction=False)
        if here:
            pipeline.hset(key, self._id, str(here))
            pipeline.expire(key, KEPT)
        else:
            pipeline.hdel(key, self._id)
        pipeline.hgetall(key)
        answers: list[Any] | None = await self._patient.run(pipeline.execute())
        counts: dict[str, str] = {} if answers is None else answers[-1]
        others = {process: int(count) for process, count in counts.items() if process != self._id}
        if not others:
            return 0
        living = await self._patient.run(self._redis.mget([f"process:{name}" for name in others]))
        lives = zip(others.values(), living or [], strict=False)
        return sum(count for count, alive in lives if alive)
