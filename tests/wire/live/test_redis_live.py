"""The live channel and its feed on a real Valkey."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from adapters.live.connection import connect
from adapters.live.port import Nudge
from adapters.live.redis_live import RedisLiveChannel, RedisLiveFeed
from tests.running import eventually
from tests.wire.live.conftest import Valkey


@asynccontextmanager
async def feeding(valkey: Valkey, *sessions: str) -> AsyncIterator[RedisLiveFeed]:
    feed = RedisLiveFeed(connect(valkey.url))
    for session in sessions:
        await feed.watch(session)
    task = asyncio.create_task(feed.run())
    try:
        await eventually(lambda: feed.connected, "the feed is connected")
        yield feed
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await asyncio.wait_for(task, 2)


async def next_nudge(feed: RedisLiveFeed) -> Nudge:
    return await asyncio.wait_for(anext(aiter(feed.nudges())), 10)


async def test_a_hint_reaches_whoever_watches_the_session(valkey: Valkey) -> None:
    async with feeding(valkey, "s1") as feed:
        await next_nudge(feed)  # at the start every session is looked at
        await RedisLiveChannel(connect(valkey.url)).hint("s1", 7)
        assert await next_nudge(feed) == Nudge("s1", event_id=7)


async def test_tokens_are_read_once_from_where_the_reader_is(valkey: Valkey) -> None:
    channel = RedisLiveChannel(connect(valkey.url))
    async with feeding(valkey) as feed:
        await channel.token("s1", "t1", 1, 0, "Hello ")
        await channel.token("s1", "t1", 1, 1, "there")
        first, position = await feed.tokens("s1", "t1", "0")
        await channel.token("s1", "t1", 2, 0, "Again")
        second, _ = await feed.tokens("s1", "t1", position)
    assert [token.text for token in first] == ["Hello ", "there"]
    assert [(token.attempt, token.text) for token in second] == [(2, "Again")]


async def test_a_feed_that_lost_its_server_looks_at_every_session_when_it_is_back(
    valkey: Valkey,
) -> None:
    async with feeding(valkey, "s1", "s2") as feed:
        assert {(await next_nudge(feed)).session_id for _ in range(2)} == {"s1", "s2"}
        await valkey.kill()
        await eventually(lambda: not feed.connected, "the loss is noticed")
        await valkey.start()
        assert {(await next_nudge(feed)).session_id for _ in range(2)} == {"s1", "s2"}


async def test_a_server_that_hangs_is_as_good_as_lost(valkey: Valkey) -> None:
    async with feeding(valkey, "s1") as feed:
        await next_nudge(feed)
        with valkey.frozen():
            await eventually(lambda: not feed.connected, "the loss is noticed", 20)
        assert await next_nudge(feed) == Nudge("s1")
        assert feed.connected


async def test_an_idle_feed_asks_the_server_for_nothing(valkey: Valkey) -> None:
    redis = connect(valkey.url)
    async with feeding(valkey, "s1"):
        before = (await redis.info("stats"))["total_commands_processed"]
        for _ in range(20):
            await asyncio.sleep(0)
        await asyncio.sleep(0.3)
        after = (await redis.info("stats"))["total_commands_processed"]
    assert after - before < 10


async def test_a_feed_ends_when_it_is_cancelled(valkey: Valkey) -> None:
    feed = RedisLiveFeed(connect(valkey.url))
    task = asyncio.create_task(feed.run())
    await eventually(lambda: feed.connected, "the feed is connected")
    task.cancel()
    done, _ = await asyncio.wait([task], timeout=3)
    assert task in done


async def test_without_a_server_nothing_fails(valkey: Valkey) -> None:
    await valkey.kill()
    redis = connect(valkey.url)
    channel = RedisLiveChannel(redis)
    await channel.hint("s1", 1)
    await channel.token("s1", "t1", 1, 0, "x")
    assert await RedisLiveFeed(redis).tokens("s1", "t1", "0") == ([], "0")
