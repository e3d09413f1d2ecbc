"""Heartbeats while a step works, so that a dead worker is noticed in seconds."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from temporalio import activity

INTERVAL_S = 0.5


@asynccontextmanager
async def heartbeating() -> AsyncIterator[None]:
    """Beats until the block ends; cancellation of the activity reaches the block by itself."""
    beat = asyncio.create_task(_beat())
    try:
        yield
    finally:
        beat.cancel()
        with suppress(asyncio.CancelledError):
            await beat


async def _beat() -> None:
    # Most steps are over before the first beat, and cost no call for it.
    while True:
        await asyncio.sleep(INTERVAL_S)
        activity.heartbeat()
