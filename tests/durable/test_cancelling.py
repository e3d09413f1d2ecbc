"""`cancel` stops what a turn has set going: the searches at marketplaces, the model's answer."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from temporalio.testing import ActivityEnvironment

from activities.understanding import UnderstandingActivities
from adapters.language.port import Piece
from adapters.live.redis_live import NothingLive
from talknshop.understanding import AnswerRequest, Understanding, Utterance
from tests.running import Running, eventually
from workflows.ids import conversation_id


async def test_a_cancelled_turn_stops_its_searches_at_once(stack: Running) -> None:
    await stack.latency("default")
    try:
        async with stack.chat() as chat:
            await chat.say("find me a trampoline")
            await chat.next_where(
                lambda event: event["data"].get("status") == "searching", "the search"
            )
            await chat.send({"type": "cancel"})
            done = await chat.next("done")
            assert done["data"]["cancelled"] is True
            client = await stack.temporal()
            handle = client.get_workflow_handle(conversation_id(chat.session["session_id"]))

            async def nothing_runs() -> bool:
                description = await handle.describe()
                return not description.raw_description.pending_activities

            await eventually(nothing_runs, "no search is under way")
            await chat.say("hello")
            await chat.next("done")
        assert not [event for event in chat.events if event["type"] == "results"]
    finally:
        await stack.latency("none")


class Endless:
    """A model that never comes to an end, and knows whether it was stopped."""

    def __init__(self) -> None:
        self.began = asyncio.Event()
        self.stopped = False

    async def understand(self, utterance: Utterance) -> Understanding:
        raise NotImplementedError

    async def compose(self, request: AnswerRequest) -> AsyncIterator[Piece]:
        try:
            while True:
                yield "and "
                self.began.set()
                await asyncio.sleep(0.001)
        finally:
            self.stopped = True


async def test_a_cancelled_answer_stops_the_model() -> None:
    model = Endless()
    environment = ActivityEnvironment()
    activities = UnderstandingActivities(model, NothingLive())
    request = AnswerRequest(session_id="s", turn_id="t1", kind="chat", question="hi", facts=[])
    running = asyncio.create_task(environment.run(activities.compose_answer, request))
    await asyncio.wait_for(model.began.wait(), 60)
    environment.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(running, 60)
    assert model.stopped
