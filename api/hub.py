"""Wakes the sockets of a session when there is something new in it."""

import asyncio
from contextlib import suppress

from adapters.live.port import LiveFeed, Nudge


class Watcher:
    """One socket's wake-up: `turns` are those with new tokens."""

    def __init__(self) -> None:
        self._event = asyncio.Event()
        self._turns: set[str] = set()
        self._log = False
        self._grown_to = 0

    def grown(self, event_id: int) -> None:
        """The log has this event: it is asked, unless a hint was quicker."""
        self._grown_to = max(self._grown_to, event_id)
        self._event.set()

    def nudge(self, turn_id: str) -> None:
        if turn_id:
            self._turns.add(turn_id)
        else:
            self._log = True
        self._event.set()

    async def wait(self, seconds: float, seen: int) -> tuple[bool, set[str]]:
        """Whether to ask the log (also when nothing was heard for `seconds`), and the turns.

        `seen`: the last event that is known already.
        """
        try:
            async with asyncio.timeout(seconds):
                await self._event.wait()
        except TimeoutError:
            return True, set()
        self._event.clear()
        log, turns = self._log or self._grown_to > seen, self._turns
        self._log, self._turns = False, set()
        return log, turns


class Hub:
    """All the sockets of this process, by session."""

    def __init__(self, feed: LiveFeed) -> None:
        self.feed = feed
        self._watchers: dict[str, set[Watcher]] = {}

    @property
    def sockets(self) -> int:
        return sum(len(watchers) for watchers in self._watchers.values())

    async def join(self, session_id: str) -> Watcher:
        watcher = Watcher()
        self._watchers.setdefault(session_id, set()).add(watcher)
        await self.feed.watch(session_id)
        return watcher

    async def leave(self, session_id: str, watcher: Watcher) -> None:
        watchers = self._watchers.get(session_id, set())
        watchers.discard(watcher)
        if not watchers:
            self._watchers.pop(session_id, None)
            with suppress(OSError):
                await self.feed.unwatch(session_id)

    def nudge(self, nudge: Nudge) -> None:
        for watcher in self._watchers.get(nudge.session_id, ()):
            watcher.nudge(nudge.turn_id)

    async def run(self) -> None:
        """Hands the feed's news to the sockets, until cancelled."""
        async for nudge in self.feed.nudges():
            self.nudge(nudge)
