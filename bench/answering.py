"""A far side that answers at once: conversations that cost the machine next to nothing.

The real turn takes so much of a small machine that its processor is used up long before a gateway
is. Here Temporal, Valkey and the gateway are the real ones, and a worker with one light workflow
speaks the conversation's contract: the same update, query, log, sealed payloads and hints.
`python -m bench.answering` is that worker.
"""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
from temporalio import workflow
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from adapters.encryption.factory import build_codec
from adapters.live.connection import connect as connect_redis
from adapters.live.redis_live import RedisLiveChannel
from talknshop.cli.ports import free_ports
from talknshop.cli.processes import Child, Command
from talknshop.cli.stack import Ports, embedded_stack
from talknshop.commands import Accepted, SendMessage
from talknshop.events import DoneData, EventData, EventPage, UserMessageData, WorkflowStage
from talknshop.settings import Settings
from tests.running import READY_WITHIN_S, Running, eventually
from workers.hints import HintSender
from workflows.client import connect
from workflows.conversation import ConversationState, ConversationWorkflow
from workflows.hints import HintInterceptor, hint
from workflows.ids import CONVERSATIONS

ROLES = ("temporal", "valkey", "sandbox", "conversation", "gateway")


@workflow.defn(name=ConversationWorkflow.__name__)
class AnsweringWorkflow:
    """Says what was said, and that it is done."""

    @workflow.init
    def __init__(self, state: ConversationState) -> None:
        self._state = state

    @workflow.run
    async def run(self, state: ConversationState) -> None:
        await workflow.wait_condition(lambda: False)

    @workflow.update
    async def send_message(self, message: SendMessage) -> Accepted:
        self._state.turns += 1
        turn_id = f"t{self._state.turns}"
        accepted = Accepted(turn_id=turn_id, last_event_id=self._state.log.last_event_id)
        said = UserMessageData(message=message.message, message_id=message.message_id)
        self._say(turn_id, said)
        self._say(turn_id, DoneData(message="Hello."))
        return accepted

    def _say(self, turn_id: str, data: EventData) -> None:
        event = self._state.log.append(turn_id, data, workflow.now())
        hint(self._state.session_id, event.event_id, urgent=True)

    @workflow.query
    def events_since(self, event_id: int, limit: int = 100) -> EventPage:
        log = self._state.log
        return EventPage(
            events=log.since(event_id, limit),
            last_event_id=log.last_event_id,
            first_available=log.first_available,
            stage=WorkflowStage.COMPLETED,
            working=False,
            user_id=self._state.user_id,
        )


class AnsweringStack(Running):
    """As a running stack, with the processes that are there."""

    def __init__(self, children: dict[str, Child], folder: Path, http: httpx.AsyncClient) -> None:
        self.children = children
        self.status_file = folder / "status.json"
        self.http = http

    def status(self) -> dict[str, Any]:
        processes = [
            {"role": role, "pid": child.pid, "port": child.command.port, "state": child.state}
            for role, child in self.children.items()
        ]
        return {"urls": {"web": self.children["gateway"].command.url}, "processes": processes}


@asynccontextmanager
async def answering_stack(
    folder: Path, *worker: str, **settings: str
) -> AsyncIterator[AnsweringStack]:
    """`settings` are the gateway's, by their names; `worker`: another than this module, and how."""
    data_dir = folder / "data"
    data_dir.mkdir()
    ports = Ports(*free_ports(6))
    stack = embedded_stack(Settings(_env_file=None), ports, data_dir, sandbox_latency="none")
    commands = {command.role: command for stage in stack.stages for command in stage}
    commands["conversation"] = _answering(
        commands["conversation"], *(worker or ("bench.answering",))
    )
    gateway = commands["gateway"]
    commands["gateway"] = replace(gateway, env={**gateway.env, **settings})
    children = {role: Child(commands[role], folder / role, _ignore) for role in ROLES}
    async with httpx.AsyncClient(timeout=30) as http:
        try:
            for role, child in children.items():
                child.start()
                await eventually(child.ready.is_set, f"{role} is ready", READY_WITHIN_S)
            yield AnsweringStack(children, folder, http)
        finally:
            for child in reversed(children.values()):
                await child.stop()


def _answering(command: Command, *worker: str) -> Command:
    """Without the page that tells of its health: its first answer does."""

    async def is_ready() -> bool:
        return True

    argv = (sys.executable, "-m", *worker)
    return replace(command, argv=argv, is_ready=is_ready)


def _ignore(child: Child, sentence: str) -> None: ...


async def work() -> None:
    settings = Settings()
    codec = build_codec(settings.encryption, settings.data_dir)
    client = await connect(settings.temporal, role="answering", codec=codec)
    assert settings.redis_url is not None
    live = RedisLiveChannel(connect_redis(settings.redis_url))
    async with HintSender(live) as sender:
        await Worker(
            client,
            task_queue=CONVERSATIONS,
            workflows=[AnsweringWorkflow],
            interceptors=[HintInterceptor(sender.send)],
            workflow_runner=UnsandboxedWorkflowRunner(),
            sticky_queue_schedule_to_start_timeout=timedelta(seconds=10),
        ).run()


if __name__ == "__main__":
    asyncio.run(work())
