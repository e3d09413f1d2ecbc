"""Carries hints from workflow threads to the live channel, without ever making a workflow wait."""

import asyncio
from contextlib import suppress
from types import TracebackType

from adapters.live.port import LiveChannel


class HintSender:
    """`send` may be called from any thread. Hints for one session that queue up become one."""

    def __init__(self, live: LiveChannel) -> None:
        self._live = live
        self._loop = asyncio.get_running_loop()
        self._pending: set[str] = set()
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def send(self, session_id: str) -> None:
        with suppress(RuntimeError):  # the loop is closed: the process is ending
            self._loop.call_soon_threadsafe(self._add, session_id)

    def _add(self, session_id: str) -> None:
        self._pending.add(session_id)
        self._wake.set()

    async def _run(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            pending, self._pending = self._pending, set()
            for session_id in pending:
                await self._live.hint(session_id)

    async def __aenter__(self) -> "HintSender":
        self._task = asyncio.create_task(self._run())
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
