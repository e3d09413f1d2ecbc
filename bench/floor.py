"""What the engine alone takes for a turn: the same tasks, steps and hints with nothing in them.

`python -m bench.floor [--turns 60]`: from the frame on the socket to `results`, like `bench.turn`,
through the real gateway, Temporal and Valkey; each row adds what a turn of ours has besides.
`python -m bench.floor work` is the worker.
"""

import argparse
import asyncio
import statistics
import tempfile
import time
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path

from temporalio import activity, workflow
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from adapters.encryption.factory import build_codec
from adapters.live.connection import connect as connect_redis
from adapters.live.redis_live import RedisLiveChannel
from bench.answering import answering_stack
from bench.figures import keep, percentile, show
from talknshop.commands import Accepted, SendMessage
from talknshop.events import (
    ConversationEvent,
    DoneData,
    EventData,
    EventPage,
    UserMessageData,
    WorkflowStage,
)
from talknshop.settings import Settings
from tests.chatting import Chat
from workers.hints import HintSender
from workflows.client import connect
from workflows.conversation import ConversationState, ConversationWorkflow
from workflows.hints import HintInterceptor, hint
from workflows.ids import CONVERSATIONS, SEARCH

WITHIN = timedelta(seconds=10)
# What is said is the shape of the turn: l a local step, s a step of another worker, a one aside.
SHAPES = {
    "l": "a message, and a local step",
    "ll": "and a second one (understand, recall)",
    "lls": "and a step of another worker (search, rank)",
    "llsl": "and a local step after it (compose)",
    "llsla": "and a step aside, after the answer (learn): our turn",
    "llssssssl": "five steps after each other instead of one",
}


@activity.defn
async def nothing() -> None: ...


@workflow.defn(name=ConversationWorkflow.__name__)
class ShapedWorkflow:
    """Takes the steps that are said."""

    @workflow.init
    def __init__(self, state: ConversationState) -> None:
        self._state = state
        self._inbox: list[str] = []

    @workflow.run
    async def run(self, state: ConversationState) -> None:
        while True:
            await workflow.wait_condition(lambda: bool(self._inbox))
            shape = self._inbox.pop(0)
            for step in shape.removesuffix("a"):
                if step == "l":
                    await workflow.execute_local_activity(nothing, start_to_close_timeout=WITHIN)
                else:
                    await workflow.execute_activity(
                        nothing, task_queue=SEARCH, start_to_close_timeout=WITHIN
                    )
            self._say(DoneData(message="Hello."))
            if shape.endswith("a"):
                await workflow.execute_activity(nothing, start_to_close_timeout=WITHIN)

    @workflow.update
    async def send_message(self, message: SendMessage) -> Accepted:
        self._state.turns += 1
        last = self._state.log.last_event_id
        said = self._say(UserMessageData(message=message.message, message_id=message.message_id))
        self._inbox.append(message.message)
        return Accepted(turn_id=f"t{self._state.turns}", last_event_id=last, event=said)

    def _say(self, data: EventData) -> ConversationEvent:
        event = self._state.log.append(f"t{self._state.turns}", data, workflow.now())
        hint(self._state.session_id, event.event_id, urgent=isinstance(data, DoneData))
        return event

    @workflow.query
    def events_since(self, event_id: int, limit: int = 100) -> EventPage:
        log = self._state.log
        return EventPage(
            events=log.since(event_id, limit),
            last_event_id=log.last_event_id,
            first_available=log.first_available,
            stage=WorkflowStage.COMPLETED,
            working=bool(self._inbox),
            user_id=self._state.user_id,
        )


async def measure(turns: int) -> dict[str, dict[str, float]]:
    """Interleaved."""
    times: dict[str, list[float]] = {shape: [] for shape in SHAPES}
    with tempfile.TemporaryDirectory() as folder:
        async with (
            answering_stack(Path(folder), "bench.floor", "work") as stack,
            stack.chat() as chat,
        ):
            for shape in SHAPES:
                await _turn(chat, shape)
            for _ in range(turns):
                for shape, taken in times.items():
                    taken.append(await _turn(chat, shape))
    return {
        shape: {"p50_ms": statistics.median(taken) * 1000, "p95_ms": percentile(taken, 0.95)}
        for shape, taken in times.items()
    }


async def _turn(chat: Chat, shape: str) -> float:
    started = time.perf_counter()
    await chat.say(shape)
    await chat.next("done")
    elapsed = time.perf_counter() - started
    await asyncio.sleep(0.1)  # what is aside ends
    return elapsed


async def work() -> None:
    settings = Settings()
    codec = build_codec(settings.encryption, settings.data_dir)
    client = await connect(settings.temporal, role="floor", codec=codec)
    assert settings.redis_url is not None
    live = RedisLiveChannel(connect_redis(settings.redis_url))
    async with AsyncExitStack() as stack:
        sender = await stack.enter_async_context(HintSender(live))
        await stack.enter_async_context(Worker(client, task_queue=SEARCH, activities=[nothing]))
        await Worker(
            client,
            task_queue=CONVERSATIONS,
            workflows=[ShapedWorkflow],
            activities=[nothing],
            interceptors=[HintInterceptor(sender.send)],
            workflow_runner=UnsandboxedWorkflowRunner(),
        ).run()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("part", nargs="?", choices=["work"])
    parser.add_argument("--turns", type=int, default=60)
    arguments = parser.parse_args()
    if arguments.part == "work":
        asyncio.run(work())
        return
    figures = asyncio.run(measure(arguments.turns))
    keep("floor", figures)
    show(
        "a turn with nothing in it",
        ("what", "p50 ms", "p95 ms"),
        (
            (SHAPES[shape], f"{row['p50_ms']:.0f}", f"{row['p95_ms']:.0f}")
            for shape, row in figures.items()
        ),
    )


if __name__ == "__main__":
    main()
