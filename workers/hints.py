"""Carries hints from workflow threads to the live channel, without ever making a workflow wait."""

import asyncio
from contextlib import suppress
from math import inf
from types import TracebackType

from adapters.live.port import LiveChannel

# Each hint makes a gateway ask the log. Marketplaces answer within a second of each other: waiting
# for 150 ms instead of 40 saves some 40 ms of processor time in a turn, all processes together.
PATIENCE_S = 0.15
# What is urgent waits for the end of its workflow task: an answer's results and its last words are
# in one, and the log is read once for both.
URGENT_S = 0.004


class HintSender:
    """`send` may be called from any thread. Hints for one session that come together become one."""

    def __init__(self, live: LiveChannel) -> None:
        self._live = live
        self._loop = asyncio.get_running_loop()
        self._grown: dict[str, int] = {}  # the newest event of each log that is to be told of
        self._waiting: dict[str, float] = {}  # when each is due, by the loop's clock
        self._due: dict[str, int] = {}
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def send(self, session_id: str, event_id: int, urgent: bool) -> None:
        """What is not urgent waits for a moment, or for what is."""
        with suppress(RuntimeError):  # the loop is closed: the process is ending
            self._loop.call_soon_threadsafe(self._add, session_id, event_id, urgent)

    def _add(self, session_id: str, event_id: int, urgent: bool) -> None:
        self._grown[session_id] = event_id
        due = self._loop.time() + (URGENT_S if urgent else PATIENCE_S)
        if due < self._waiting.get(session_id, inf):
            self._waiting[session_id] = due
            self._loop.call_at(due, self._run_out, session_id, due)

    def _run_out(self, session_id: str, due: float) -> None:
        # Another one may have come that was due sooner.
        if self._waiting.get(session_id) == due:
            del self._waiting[session_id]
            self._due[session_id] = self._grown.pop(session_id)
            self._wake.set()

    async def _run(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            due, self._due = self._due, {}
            for session_id, event_id in due.items():
                await self._live.hint(session_id, event_id)

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
