"""What one socket is sent: the session's log from an event id on, and the answer being written."""

import time
from collections.abc import Awaitable, Callable
from typing import Any

import structlog

from api.conversations import Conversations
from api.errors import ApiError, Forbidden
from api.hub import Hub, Watcher
from talknshop.events import ConversationEvent
from talknshop.model import UserId

log = structlog.get_logger()

# Without a feed the log is asked now and then; with one, hints may still be lost on the way.
POLL_WORKING_S = 1.0
POLL_IDLE_S = 2.0
RECHECK_WORKING_S = 2.0
RECHECK_IDLE_S = 60.0
# A client that takes longer for its tokens is spared the rest of them: the answer comes whole.
SLOW_TOKENS_S = 0.5


class Stream:
    """Events in order, each once; a turn's tokens only until its end."""

    def __init__(
        self,
        session_id: str,
        user_id: UserId,
        last_event_id: int,
        conversations: Conversations,
        hub: Hub,
        send: Callable[[dict[str, Any]], Awaitable[None]],
    ) -> None:
        self._session_id = session_id
        self._user_id = user_id
        self._last = last_event_id
        self._conversations = conversations
        self._hub = hub
        self._send = send
        self._working = True
        self._positions: dict[str, str] = {}
        self._finished: set[str] = set()

    async def run(self, watcher: Watcher) -> None:
        """Until cancelled or the socket is gone; Forbidden when another began the session."""
        await self._catch_up()
        while True:
            news = await watcher.wait(self._patience(), self._last)
            for turn_id in news.turns - self._finished:
                await self._send_tokens(turn_id)
            for event in news.events:
                self._working = True  # on what was just said
                await self._send_event(event)
            if news.ask_log:
                await self._catch_up()

    def _patience(self) -> float:
        if self._hub.feed.connected:
            return RECHECK_WORKING_S if self._working else RECHECK_IDLE_S
        return POLL_WORKING_S if self._working else POLL_IDLE_S

    async def _catch_up(self) -> None:
        while True:
            try:
                page = await self._conversations.events_since(
                    self._session_id, self._user_id, self._last
                )
            except Forbidden:
                raise
            except ApiError as error:
                # The workers are away: what is new stays in the log, and is asked for again.
                log.info("log_not_readable", session_id=self._session_id, error=error.code)
                self._working = True
                return
            if page is None:
                return
            self._working = page.working
            for event in page.events:
                await self._send_event(event)
            if self._last >= page.last_event_id:
                return

    async def _send_event(self, event: ConversationEvent) -> None:
        if event.type in ("done", "error"):
            if event.turn_id in self._positions:
                await self._send_tokens(event.turn_id)  # the last ones, before their end
            self._finished.add(event.turn_id)
            self._positions.pop(event.turn_id, None)
        await self._send(event.model_dump(mode="json"))
        self._last = event.event_id

    async def _send_tokens(self, turn_id: str) -> None:
        after = self._positions.get(turn_id, "0")
        tokens, after = await self._hub.feed.tokens(self._session_id, turn_id, after)
        self._positions[turn_id] = after
        started = time.monotonic()
        for token in tokens:
            if time.monotonic() - started > SLOW_TOKENS_S:
                self._finished.add(turn_id)
                return
            data = {"token": token.text, "index": token.index, "attempt": token.attempt}
            await self._send({"type": "token", "turn_id": turn_id, "data": data})
