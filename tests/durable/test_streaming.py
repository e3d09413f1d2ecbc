"""An answer being written: it starts anew in sight when its step is retried, and stops when told.

The model and one marketplace are servers of the test, so that what is said to have stopped can be
seen from the far side.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field

import pytest

from tests.chatting import Chat
from tests.running import Running, eventually, running_stack
from tests.scraping import scraped, total
from tests.wire.language import bedrock_wire
from tests.wire.marketplaces.scripted_server import Asked, answering, scripted

ANSWER = ("Here are ", "laptops ", "for you.")
NOTHING_FOUND = b"""{"from": 0, "to": 0, "currentPage": 1, "total": 0, "totalPages": 0,
    "queryTime": "0.01", "totalTime": "0.02", "partial": false, "canonicalUrl": "", "products": []}
"""


@dataclass
class FarSide:
    """What the model and the marketplace do, and whether they were left."""

    writes_on: bool = False
    searches_on: bool = False
    sought: str = "laptop"
    is_searched: bool = False
    left: list[str] = field(default_factory=list)

    async def understand(self, request: Asked, writer: asyncio.StreamWriter) -> None:
        form = bedrock_wire.form(intent="buy", wish={"product_type": self.sought})
        await form(request, writer)

    async def write(self, request: Asked, writer: asyncio.StreamWriter) -> None:
        if not self.writes_on:
            await bedrock_wire.streaming(*ANSWER)(request, writer)
            return
        await bedrock_wire.begin(writer)
        await bedrock_wire.say(writer, ANSWER[0])
        with suppress(ConnectionError):
            while True:
                await bedrock_wire.say(writer, "and ")
                await asyncio.sleep(0.1)
        self.left.append("model")

    async def search(self, request: Asked, writer: asyncio.StreamWriter) -> None:
        if not self.searches_on:
            await answering(200, NOTHING_FOUND, content_type="application/json")(request, writer)
            return
        self.is_searched = True
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n")
        with suppress(ConnectionError):
            while True:
                writer.write(b" ")
                await writer.drain()
                await asyncio.sleep(0.05)
        self.left.append("marketplace")


@dataclass
class Observed:
    stack: Running
    far: FarSide


@pytest.fixture(scope="module")
async def observed(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Observed]:
    far = FarSide()
    async with AsyncExitStack() as held:
        model = await held.enter_async_context(
            scripted(bedrock_wire.model(far.understand, far.write))
        )
        marketplace = await held.enter_async_context(scripted(far.search))
        environment = held.enter_context(pytest.MonkeyPatch.context())
        for name, value in {
            "TALKNSHOP_LANGUAGE__MODEL": "bedrock_converse:global.anthropic.claude-haiku-5-5",
            "TALKNSHOP_LANGUAGE__BASE_URL": model.url,
            "TALKNSHOP_LANGUAGE__REGION": "us-east-1",
            "TALKNSHOP_BESTBUY_API_URL": marketplace.url,
            "TALKNSHOP_BESTBUY_API_KEY": "test",
            # So that what ends a search is the person, and not the clock.
            "TALKNSHOP_SEARCH_DEADLINE": "PT60S",
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
        }.items():
            environment.setenv(name, value)
        environment.delenv("AWS_BEARER_TOKEN_BEDROCK", raising=False)
        folder = tmp_path_factory.mktemp("observed")
        yield Observed(await held.enter_async_context(running_stack(folder)), far)


@pytest.fixture
def far(observed: Observed) -> FarSide:
    observed.far.writes_on = observed.far.searches_on = observed.far.is_searched = False
    observed.far.sought = "laptop"
    observed.far.left.clear()
    return observed.far


async def test_an_answer_whose_writer_dies_starts_anew_in_sight_and_is_there_once(
    observed: Observed, far: FarSide
) -> None:
    far.writes_on = True
    async with observed.stack.chat() as chat:
        await chat.say("find me a laptop")
        first = await chat.next_other("token")
        far.writes_on = False
        dead = observed.stack.kill("language")
        done = await chat.next("done", seconds=120)
    await observed.stack.is_back("language", dead)
    tokens = [event["data"] for event in chat.others if event["type"] == "token"]
    last = [token for token in tokens if token["attempt"] > first["data"]["attempt"]]
    assert last, "the second attempt was streamed"
    assert [token["index"] for token in last] == list(range(len(last)))
    assert len({token["attempt"] for token in last}) == 1
    assert "".join(token["token"] for token in last) == "".join(ANSWER) == done["data"]["message"]
    assert [event["event_id"] for event in chat.events] == list(range(1, len(chat.events) + 1))


async def test_cancel_makes_the_model_stop_writing(observed: Observed, far: FarSide) -> None:
    far.writes_on = True
    async with observed.stack.chat() as chat:
        await chat.say("find me a laptop")
        await chat.next_other("token")
        await _cancelled(chat)
        await eventually(lambda: far.left == ["model"], "nobody listens to the model")


async def test_cancel_makes_a_search_leave_the_marketplace(
    observed: Observed, far: FarSide
) -> None:
    far.searches_on, far.sought = True, "trampoline"  # what nobody has searched before
    async with observed.stack.chat() as chat:
        await chat.say("find me a trampoline")
        await eventually(lambda: far.is_searched, "the marketplace is asked")
        await _cancelled(chat)
        await eventually(lambda: far.left == ["marketplace"], "nobody waits for the marketplace")
    calls = await scraped(observed.stack, "buyer")
    ended = {"marketplace": "bestbuy", "outcome": "abandoned"}
    assert total(calls, "talknshop_marketplace_call_seconds_count", **ended) == 1, "no timeout did"


async def _cancelled(chat: Chat) -> None:
    await chat.send({"type": "cancel"})
    done = await chat.next("done")
    assert done["data"]["cancelled"] is True
