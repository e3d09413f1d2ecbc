"""A connection to Redis or Valkey for what may be lost: it gives up quickly and never raises."""

import time
from collections.abc import Awaitable
from contextlib import suppress
from datetime import timedelta
from typing import TypeVar

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

log = structlog.get_logger()

# A store that did not answer is left alone for this long, so that its absence costs no turn much.
REST = timedelta(seconds=2)

T = TypeVar("T")


def connect(url: str, timeout_s: float = 0.5) -> Redis:
    client: Redis = Redis.from_url(
        url,
        decode_responses=True,
        socket_timeout=timeout_s,
        socket_connect_timeout=timeout_s,
        health_check_interval=15,
    )
    return client


class Patient:
    """Runs commands; after a failure it leaves the store alone for a while."""

    def __init__(self) -> None:
        self._away_until = 0.0

    @property
    def is_resting(self) -> bool:
        return time.monotonic() < self._away_until

    async def run(self, command: Awaitable[T]) -> T | None:
        """None when the store is away."""
        if self.is_resting:
            with suppress(AttributeError):
                command.close()  # type: ignore[attr-defined]
            return None
        try:
            return await command
        except (RedisError, OSError, TimeoutError) as error:
            self.rest(error)
            return None

    def rest(self, error: Exception) -> None:
        self._away_until = time.monotonic() + REST.total_seconds()
        log.warning("redis_away", error=repr(error))
