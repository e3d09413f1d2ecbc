"""Wakes the sockets of a session when there is something new in it."""

import asyncio
from contextlib import suppress
from typing import NamedTuple

from adapters.live.port import LiveFeed, Nudge
from talknshop.events import ConversationEvent


class News(NamedTuple):
    """What there is for a socket: the next events of the log, which are at hand; whether the log
    has more; the turns with new tokens."""

    events: list[ConversationEvent]
    ask_log: bool
    turns: set[str]


class Watcher:
    """One socket's wake-up."""

    def __init__(self) -> None:
        self._wake = asyncio.Event()
        self._turns: set[str] = set()
        self._log = False
        self._grown_to = 0
        self._events: list[ConversationEvent] = []

    def grown(self, event_id: int, event: ConversationEvent | None = None) -> None:
        """The log has this event: it is asked, unless that is at hand or a hint was quicker."""
        self._grown_to = max(self._grown_to, event_id)
        if event is not None:
            self._events.append(event)
        self._wake.set()

    def nudge(self, turn_id: str) -> None:
        if turn_id:
            self._turns.add(turn_id)
        else:
            self._log = True
        self._wake.set()

    async def wait(self, seconds: float, seen: int) -> News:
        """The log is to be asked also when nothing was heard for `seconds`.

        `seen`: the last event that is known already.
        """
        try:
            async with asyncio.timeout(seconds):
                await self._wake.wait()
        except TimeoutError:
            return News([], True, set())
        self._wake.clear()
        events = []
        for event in self._events:
            if event.event_id == seen + 1:
                events.append(event)
                seen = event.event_id
        news = News(events, self._log or self._grown_to > seen, self._turns)
        self._log, self._turns, self._events = False, set(), []
        return news


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
            if nudge.event_id:
                watcher.grown(nudge.event_id)
            else:
                watcher.nudge(nudge.turn_id)

    async def run(self) -> None:
        """Hands the feed's news to the sockets, until cancelled."""
        async for nudge in self.feed.nudges():
            self.nudge(nudge)
