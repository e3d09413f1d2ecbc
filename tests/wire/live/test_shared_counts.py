"""Connections are counted over all gateways that live, and over one's own while Redis is away."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from datetime import timedelta

import pytest

from adapters.live import shared_counts
from adapters.live.connection import connect
from adapters.live.shared_counts import SharedCounts
from api.errors import TooMany
from api.gateway import SocketLimit
from tests.running import eventually
from tests.wire.live.conftest import Valkey


@asynccontextmanager
async def gateway(valkey: Valkey) -> AsyncIterator[SocketLimit]:
    """Leaving it is being killed: it says nothing any more."""
    redis = connect(valkey.url)
    counts = SharedCounts(redis)
    beating = asyncio.create_task(counts.run())
    try:
        await eventually(lambda: _beats(valkey, counts), "it is known to live")
        yield SocketLimit(per_user=2, per_address=3, shared=counts)
    finally:
        beating.cancel()
        with suppress(asyncio.CancelledError):
            await beating
        await redis.aclose()


async def _beats(valkey: Valkey, counts: SharedCounts) -> bool:
    redis = connect(valkey.url)
    found = await redis.exists(f"process:{counts._id}")
    await redis.aclose()
    return bool(found)


async def _is_let_in(sockets: SocketLimit, user_id: str, address: str) -> bool:
    try:
        async with sockets.held(user_id, address):
            return True
    except TooMany:
        return False


async def test_two_gateways_together_let_nobody_in_more_often(valkey: Valkey) -> None:
    async with gateway(valkey) as one, gateway(valkey) as two, AsyncExitStack() as open_:
        await open_.enter_async_context(one.held("ann", "a"))
        async with two.held("ann", "b"):
            assert not await _is_let_in(one, "ann", "c")
            assert not await _is_let_in(two, "ann", "c")
            assert await _is_let_in(two, "bob", "c")
        # One was closed on the other gateway: there is room again here.
        assert await _is_let_in(one, "ann", "c")
        for number in range(2):
            await open_.enter_async_context(two.held(f"guest{number}", "a"))
        assert not await _is_let_in(one, "eve", "a")
        assert not await _is_let_in(two, "eve", "a")


async def test_what_a_killed_gateway_had_is_soon_not_counted(
    valkey: Valkey, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shared_counts, "LIVES", timedelta(seconds=1))
    monkeypatch.setattr(shared_counts, "BEAT_S", 0.2)
    async with gateway(valkey) as one, AsyncExitStack() as lost:
        async with gateway(valkey) as killed:
            for _ in range(2):
                await lost.enter_async_context(killed.held("ann", "a"))
            assert not await _is_let_in(one, "ann", "b")
        await eventually(lambda: _is_let_in(one, "ann", "b"), "the killed one is forgotten")


async def test_while_redis_is_away_each_gateway_counts_its_own(valkey: Valkey) -> None:
    async with gateway(valkey) as one, gateway(valkey) as two:
        await valkey.kill()
        async with one.held("ann", "a"), one.held("ann", "a"):
            assert not await _is_let_in(one, "ann", "a")
            assert await _is_let_in(two, "ann", "a")
