"""What one client is sent: a retried answer starts anew, and a slow reader loses only tokens."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest

from adapters.live.port import Nudge, Token
from api import stream as streaming
from api.hub import Hub, Watcher
from api.stream import Stream
from talknshop.events import Done, DoneData, EventPage, WorkflowStage
from tests.running import eventually


class Log:
    """A conversation whose log is a list."""

    def __init__(self) -> None:
        self.events: list[Done] = []
        self.asked: list[int] = []

    async def events_since(self, session_id: str, user_id: str, event_id: int) -> EventPage:
        self.asked.append(event_id)
        return EventPage(
            events=list(self.events[event_id:]),
            last_event_id=len(self.events),
            first_available=1,
            stage=WorkflowStage.INITIAL,
            working=True,
            user_id="ann",
        )

    def finish(self, turn_id: str, message: str) -> Done:
        done = Done(
            session_id="s",
            event_id=len(self.events) + 1,
            turn_id=turn_id,
            timestamp=datetime(2026, 1, 1, tzinfo=UTC),
            data=DoneData(message=message),
        )
        self.events.append(done)
        return done


class Feed:
    connected = True

    def __init__(self) -> None:
        self.written: list[Token] = []

    async def watch(self, session_id: str) -> None: ...

    async def unwatch(self, session_id: str) -> None: ...

    async def nudges(self) -> AsyncIterator[Nudge]:
        yield Nudge("")

    async def tokens(self, session_id: str, turn_id: str, after: str) -> tuple[list[Token], str]:
        return self.written[int(after) :], str(len(self.written))


class Client:
    def __init__(self, delay: float = 0) -> None:
        self.sent: list[dict[str, Any]] = []
        self._delay = delay

    async def __call__(self, event: dict[str, Any]) -> None:
        if event["type"] == "token":
            await asyncio.sleep(self._delay)
        self.sent.append(event)

    async def until_done(self) -> list[dict[str, Any]]:
        async with asyncio.timeout(60):
            while not self.sent or self.sent[-1]["type"] != "done":  # noqa: ASYNC110
                await asyncio.sleep(0.001)
        return self.sent


async def sent_for(log: Log, feed: Feed, client: Client) -> list[dict[str, Any]]:
    watcher = Watcher()
    running = asyncio.create_task(Stream("s", "ann", 0, log, Hub(feed), client).run(watcher))  # type: ignore[arg-type]
    try:
        await asyncio.sleep(0)
        watcher.nudge("t1")
        await asyncio.sleep(0.01)
        log.finish("t1", "whole")
        watcher.nudge("")
        return await client.until_done()
    finally:
        running.cancel()


async def test_a_retried_answer_starts_anew_in_sight() -> None:
    feed = Feed()
    feed.written = [Token("t1", 100, 0, "hal")]
    feed.written += [Token("t1", 200, 0, "who"), Token("t1", 200, 1, "le")]
    sent = await sent_for(Log(), feed, Client())
    tokens = [(e["data"]["attempt"], e["data"]["index"]) for e in sent if e["type"] == "token"]
    assert tokens == [(100, 0), (200, 0), (200, 1)]


async def test_a_slow_reader_is_spared_tokens_and_gets_every_event(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(streaming, "SLOW_TOKENS_S", 0.05)
    feed = Feed()
    feed.written = [Token("t1", 100, index, "x") for index in range(1000)]
    sent = await sent_for(Log(), feed, Client(delay=0.01))
    assert 0 < len([event for event in sent if event["type"] == "token"]) < 50
    assert sent[-1]["data"]["message"] == "whole"


@pytest.mark.parametrize("hint_first", [True, False])
async def test_what_a_hint_has_brought_already_is_not_asked_for_again(hint_first: bool) -> None:
    watcher = Watcher()
    watcher.nudge("") if hint_first else watcher.grown(7)
    assert (await watcher.wait(5, 6)).ask_log
    watcher.grown(7)
    watcher.nudge("t1")
    assert await watcher.wait(5, 7) == ([], False, {"t1"})
    watcher.grown(8)
    assert await watcher.wait(5, 7) == ([], True, set())
    watcher.nudge("")
    assert await watcher.wait(5, 8) == ([], True, set())


@pytest.mark.parametrize(("before", "asked"), [(0, [0]), (2, [0, 0])])
async def test_what_an_acceptance_brings_is_sent_in_its_place(
    before: int, asked: list[int]
) -> None:
    """The log is asked at the start, and again only for what lies between."""
    log, client, hub = Log(), Client(), Hub(Feed())
    watcher = await hub.join("s")
    running = asyncio.create_task(Stream("s", "ann", 0, log, hub, client).run(watcher))  # type: ignore[arg-type]
    try:
        await eventually(lambda: log.asked == [0], "the log is asked at the start")
        for number in range(before):
            log.finish("t0", f"before {number}")
        said = log.finish("t1", "said")
        watcher.grown(said.event_id, said)
        await eventually(lambda: len(client.sent) == before + 1, "what was said is sent")
        hub.nudge(Nudge("s", event_id=said.event_id))
        await asyncio.sleep(0.05)
    finally:
        running.cancel()
    assert [event["event_id"] for event in client.sent] == list(range(1, before + 2))
    assert log.asked == asked
