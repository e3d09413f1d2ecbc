"""The live channel and its feed over Redis or Valkey.

A session's news is published on `live:{session}`; the tokens of an answer are a stream
`tokens:{session}:{turn}` that lives for two minutes, so that a page opened mid-answer catches up.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import timedelta

import structlog
from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.exceptions import RedisError

from adapters.live.connection import Patient
from adapters.live.port import Nudge, Token

log = structlog.get_logger()

TOKENS_KEPT = timedelta(minutes=2)
MAX_TOKENS = 4000
LOG = "log "  # begins news of the log; other news is the id of a turn


def _nudge(session_id: str, news: str) -> Nudge:
    if news.startswith(LOG):
        return Nudge(session_id, event_id=int(news.removeprefix(LOG)))
    return Nudge(session_id, turn_id=news)


class RedisLiveChannel:
    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._patient = Patient()

    async def hint(self, session_id: str, event_id: int) -> None:
        await self._patient.run(self._redis.publish(f"live:{session_id}", f"{LOG}{event_id}"))

    async def token(
        self, session_id: str, turn_id: str, attempt: int, index: int, text: str
    ) -> None:
        key = f"tokens:{session_id}:{turn_id}"
        fields = {"attempt": attempt, "index": index, "text": text}
        pipeline = self._redis.pipeline(transaction=False)
        pipeline.xadd(key, fields, maxlen=MAX_TOKENS, approximate=True)  # type: ignore[arg-type]
        pipeline.expire(key, TOKENS_KEPT)
        pipeline.publish(f"live:{session_id}", turn_id)
        await self._patient.run(pipeline.execute())


class RedisLiveFeed:
    """Watches many sessions over one connection. Start it with `run` as a task of its own."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._watched: set[str] = set()
        self._nudges: asyncio.Queue[Nudge] = asyncio.Queue()
        self._pubsub: PubSub | None = None

    @property
    def connected(self) -> bool:
        return self._pubsub is not None

    async def run(self) -> None:
        """Keeps the subscription alive until cancelled."""
        while True:
            try:
                await self._listen()
            except (RedisError, OSError, TimeoutError) as error:
                if self._pubsub is not None:
                    log.warning("live_feed_lost", error=repr(error))
                self._pubsub = None
                await asyncio.sleep(0.5)

    async def _listen(self) -> None:
        async with self._redis.pubsub(ignore_subscribe_messages=True) as pubsub:
            # Always subscribed to something: an idle connection must stay readable.
            await pubsub.subscribe("live", *(f"live:{name}" for name in self._watched))
            self._pubsub = pubsub
            # What happened while the feed was away was not heard: look at every session once.
            for session_id in self._watched:
                self._nudges.put_nowait(Nudge(session_id))
            while True:
                message = await pubsub.get_message(timeout=5)
                if (task := asyncio.current_task()) and task.cancelling():
                    # redis-py takes a cancellation for a timeout and swallows it.
                    raise asyncio.CancelledError
                if message is None:
                    # A server that hangs keeps the subscription open and says nothing.
                    await self._redis.ping()
                elif message["type"] == "message":
                    session_id = message["channel"].removeprefix("live:")
                    self._nudges.put_nowait(_nudge(session_id, message["data"]))

    async def watch(self, session_id: str) -> None:
        self._watched.add(session_id)
        if self._pubsub is not None:
            with suppress(RedisError, OSError):
                await self._pubsub.subscribe(f"live:{session_id}")

    async def unwatch(self, session_id: str) -> None:
        self._watched.discard(session_id)
        if self._pubsub is not None:
            with suppress(RedisError, OSError):
                await self._pubsub.unsubscribe(f"live:{session_id}")

    async def nudges(self) -> AsyncIterator[Nudge]:
        while True:
            yield await self._nudges.get()

    async def tokens(self, session_id: str, turn_id: str, after: str) -> tuple[list[Token], str]:
        key = f"tokens:{session_id}:{turn_id}"
        entries: list[tuple[str, dict[str, str]]]
        try:
            entries = await self._redis.xrange(key, f"({after}", "+")  # type: ignore[assignment]
        except (RedisError, OSError, TimeoutError):
            return [], after
        tokens = [
            Token(turn_id, int(fields["attempt"]), int(fields["index"]), fields["text"])
            for _, fields in entries
        ]
        return tokens, entries[-1][0] if entries else after


class NothingLive:
    """Stands in when no Redis is configured: nothing is streamed."""

    connected = False

    async def run(self) -> None:
        await asyncio.Event().wait()

    async def hint(self, session_id: str, event_id: int) -> None: ...

    async def token(
        self, session_id: str, turn_id: str, attempt: int, index: int, text: str
    ) -> None: ...

    async def watch(self, session_id: str) -> None: ...

    async def unwatch(self, session_id: str) -> None: ...

    async def nudges(self) -> AsyncIterator[Nudge]:
        await asyncio.Event().wait()
        yield Nudge("")

    async def tokens(self, session_id: str, turn_id: str, after: str) -> tuple[list[Token], str]:
        return [], after
