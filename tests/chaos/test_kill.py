"""kill -9 of each process while a turn and a job are under way: nothing lost, nothing doubled."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from websockets.exceptions import ConnectionClosed

from tests.chatting import Chat
from tests.running import Running
from tests.selling import by_marketplace, preview, settled

pytestmark = pytest.mark.timeout(300)

PHONE = "sell my iPhone 13, $650, good condition"
POSTED = ("ebay", "craigslist", "facebook")


@pytest.fixture
async def slow(doomed: Running) -> AsyncIterator[Running]:
    """Its marketplaces are slow enough to be killed in the middle of."""
    await doomed.latency("default")
    yield doomed
    await doomed.latency("none")


class Persistent:
    """A client that reconnects with its last event id, as the page does, and keeps every event."""

    def __init__(self, stack: Running, session: dict[str, str]) -> None:
        self._stack = stack
        self._session = session
        self.events: list[dict[str, object]] = []

    async def until(self, kind: str, seconds: float = 90) -> dict[str, object]:
        """Reconnects until an event of that kind has come."""
        async with asyncio.timeout(seconds):
            while True:
                found = next((event for event in self.events if event["type"] == kind), None)
                if found:
                    return found
                await self._connection()

    async def _connection(self) -> None:
        last = int(str(self.events[-1]["event_id"])) if self.events else 0
        try:
            async with Chat.open(self._stack.web, self._session, last) as chat:
                while not chat.closed:
                    event = await chat.next_where(lambda event: True, "any event", 5)
                    self.events.append(event)
        except (OSError, ConnectionClosed, AssertionError, EOFError):
            await asyncio.sleep(0.2)
        except Exception as error:
            # A gateway that is starting may refuse the handshake in several ways.
            if "handshake" not in str(error).lower() and "HTTP" not in str(error):
                raise
            await asyncio.sleep(0.2)


@pytest.mark.parametrize("role", ["conversation", "buyer", "gateway", "temporal"])
async def test_a_turn_survives_the_death_of(slow: Running, role: str) -> None:
    session = await slow.guest()
    client = Persistent(slow, session)
    async with slow.chat(session) as chat:
        await chat.say(f"find me a laptop under $1{role.__len__():03d}")
        await chat.next_where(
            lambda event: event["data"].get("status") == "searching", "the search"
        )
        client.events = list(chat.events)
        dead = slow.kill(role)
    done = await client.until("done")
    await slow.is_back(role, dead)
    ids = [event["event_id"] for event in client.events]
    assert ids == list(range(1, len(ids) + 1)), "each event once, in order"
    results = next(event for event in client.events if event["type"] == "results")
    assert results["data"]["products"]  # type: ignore[index]
    assert done["turn_id"] == results["turn_id"]


async def test_a_job_survives_the_death_of_the_conversation(slow: Running) -> None:
    """The deaths of what posts it, and of what that stands on, are in test_jobs.py."""
    async with slow.chat() as chat:
        await preview(slow, chat, PHONE)
        await chat.act("confirm_listing")
        job = await chat.next_where(
            lambda event: (
                event["type"] == "job"
                and any(entry["status"] == "posting" for entry in event["data"]["marketplace_jobs"])
            ),
            "a listing being posted",
        )
        dead = slow.kill("conversation")
        await slow.is_back("conversation", dead)
        end = by_marketplace(await chat.next_where(settled, "a settled job", 120))
    for name in POSTED:
        assert end[name]["status"] == "live"
        held = await slow.listings(name, job["data"]["job_id"])
        assert len(held) == 1, f"{name} holds exactly one"
    assert end["poshmark"]["status"] == "needs_action"


async def test_without_redis_turns_complete_and_say_nothing_false(doomed: Running) -> None:
    dead = doomed.kill("valkey")
    async with doomed.chat() as chat:
        await chat.say("find me a tablet under $700")
        results = await chat.next("results")
        done = await chat.next("done")
    await doomed.is_back("valkey", dead)
    assert results["data"]["products"]
    assert results["data"]["partial"] is False
    assert done["data"]["degraded"] is False


async def test_a_question_survives_the_death_of_everything_at_once(doomed: Running) -> None:
    async with doomed.chat() as chat:
        await chat.say("I want to buy something")
        question = await chat.next("clarification")
        dead = {role["role"]: doomed.kill(role["role"]) for role in doomed.status()["processes"]}
        await chat.wait_closed()
    for role, process in dead.items():
        await doomed.is_back(role, process)
    async with doomed.chat(chat.session, last_event_id=question["event_id"]) as later:
        await later.answer(question, "a watch under $300")
        results = await later.next("results")
    assert results["turn_id"] == question["turn_id"]
