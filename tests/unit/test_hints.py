"""Hints that come together are one; what is urgent does not wait for what is not."""

import asyncio

import pytest

from adapters.live.redis_live import NothingLive
from workers import hints
from workers.hints import HintSender


class Heard(NothingLive):
    def __init__(self) -> None:
        self.sessions: asyncio.Queue[tuple[str, int]] = asyncio.Queue()

    async def hint(self, session_id: str, event_id: int) -> None:
        self.sessions.put_nowait((session_id, event_id))


async def test_what_comes_together_is_one_hint(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hints, "PATIENCE_S", 0.02)
    heard = Heard()
    async with HintSender(heard) as sender:
        for event_id, urgent in enumerate((False, True, True), 1):
            sender.send("one", event_id, urgent)
        assert await heard.sessions.get() == ("one", 3)
        # Due after the first one's patience, which is over by then.
        sender.send("other", 1, False)
        assert await heard.sessions.get() == ("other", 1)
        assert heard.sessions.empty()


async def test_what_is_urgent_does_not_wait_for_what_is_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(hints, "PATIENCE_S", 3600)
    heard = Heard()
    async with HintSender(heard) as sender:
        sender.send("one", 1, False)
        sender.send("one", 2, True)
        assert await heard.sessions.get() == ("one", 2)
