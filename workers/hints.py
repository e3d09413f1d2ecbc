"""Carries hints from workflow threads to the live channel, without ever making a workflow wait."""

import asyncio
from contextlib import suppress
from types import TracebackType

from adapters.live.port import LiveChannel

# Each hint makes a gateway ask the log. Marketplaces answer within a second of each other: waiting
# for 150 ms instead of 40 saves some 40 ms of processor time in a turn, all processes together.
PATIENCE_S = 0.15


class HintSender:
    """`send` may be called from any thread. Hints for one session that come together become one."""

    def __init__(self, live: LiveChannel) -> None:
        self._live = live
        self._loop = asyncio.get_running_loop()
        self._waiting: set[str] = set()
        self._due: set[str] = set()
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def send(self, session_id: str, urgent: bool) -> None:
        """What is not urgent waits for a moment, or for what is."""
        with suppress(RuntimeError):  # the loop is closed: the process is ending
            self._loop.call_soon_threadsafe(self._add, session_id, urgent)

    def _add(self, session_id: str, urgent: bool) -> None:
        if urgent:
            self._make_due(session_id)
        elif session_id not in self._waiting:
            self._waiting.add(session_id)
            self._loop.call_later(PATIENCE_S, self._run_out, session_id)

    def _run_out(self, session_id: str) -> None:
        if session_id in self._waiting:
            self._make_due(session_id)

    def _make_due(self, session_id: str) -> None:
        self._waiting.discard(session_id)
        self._due.add(session_id)
        self._wake.set()

    async def _run(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            due, self._due = self._due, set()
            for session_id in due:
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
