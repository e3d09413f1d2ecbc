"""Work in a thread, with a sign of life while it lasts."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

_INTERVAL_S = 1.0


async def run_in_thread(work: Callable[[], T], heartbeat: Callable[[], None]) -> T:
    """The result of `work`. Cancelled, it returns at once and the thread ends by itself."""
    task = asyncio.ensure_future(asyncio.to_thread(work))
    while not task.done():
        heartbeat()
        await asyncio.wait({task}, timeout=_INTERVAL_S)
    return task.result()
