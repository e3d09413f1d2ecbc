"""What one gateway process holds: `python -m bench.gateway [--idle 2000] [--active 20]`.

Idle sockets are measured by memory; active conversations by the way of a message: its turn through
the socket, over the same update sent to Temporal and awaited without a gateway, in the same run.
"""

import argparse
import asyncio
import json
import statistics
import tempfile
import time
import uuid
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path

import psutil
from rich.console import Console
from rich.table import Table
from websockets.asyncio.client import connect

from api.conversations import Conversations
from bench.machine import machine
from talknshop.commands import SendMessage
from tests.running import Running, running_stack
from workflows.conversation import ConversationSettings

AT_ONCE = 50
MESSAGE_EVERY = timedelta(seconds=6)


def memory_mib(stack: Running) -> float:
    used: float = psutil.Process(stack.process("gateway")["pid"]).memory_info().rss / 2**20
    return used


async def idle(stack: Running, sockets: int) -> dict[str, float]:
    """Resident memory with and without that many open sockets."""
    before = memory_mib(stack)
    token = (await stack.guest())["token"]
    web = stack.web.replace("http", "ws", 1)
    async with AsyncExitStack() as held:
        gate = asyncio.Semaphore(AT_ONCE)

        async def open_one() -> None:
            async with gate:
                url = f"{web}/ws/chat?session_id={uuid.uuid4().hex}&token={token}"
                socket = await held.enter_async_context(
                    connect(url, open_timeout=60, compression=None)
                )
                assert json.loads(await socket.recv())["type"] == "connected"

        await asyncio.gather(*(open_one() for _ in range(sockets)))
        after = memory_mib(stack)
    return {"sockets": sockets, "before_mib": before, "with_them_mib": after}


async def active(stack: Running, conversations: int, rounds: int) -> dict[str, float]:
    """A message each six seconds in each conversation, half of them past the gateway."""
    client = await stack.temporal()
    direct = Conversations(client, ConversationSettings(marketplaces=[], posting_marketplaces=[]))
    through: list[float] = []
    beside: list[float] = []

    async def by_socket(delay: float) -> None:
        async with stack.chat() as chat:
            await asyncio.sleep(delay)
            for _ in range(rounds):
                began = time.perf_counter()
                await chat.say("hello")
                await chat.next("user_message")
                through.append(time.perf_counter() - began)
                await chat.next("done")
                await asyncio.sleep(MESSAGE_EVERY.total_seconds())

    async def by_update(delay: float) -> None:
        session_id = uuid.uuid4().hex
        await asyncio.sleep(delay)
        for _ in range(rounds):
            message = SendMessage(
                session_id=session_id,
                user_id="bench",
                message_id=uuid.uuid4().hex,
                message="hello",
            )
            began = time.perf_counter()
            await direct.send(message)
            beside.append(time.perf_counter() - began)
            await asyncio.sleep(MESSAGE_EVERY.total_seconds())

    step = MESSAGE_EVERY.total_seconds() / conversations
    half = conversations // 2
    await asyncio.gather(
        *(by_socket(number * step) for number in range(half)),
        *(by_update((number + half) * step) for number in range(half)),
    )
    return {
        "conversations": conversations,
        "through_p50_ms": statistics.median(through) * 1000,
        "through_p95_ms": _p95(through) * 1000,
        "beside_p50_ms": statistics.median(beside) * 1000,
        "beside_p95_ms": _p95(beside) * 1000,
        "added_p95_ms": (_p95(through) - _p95(beside)) * 1000,
    }


def _p95(values: list[float]) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * 0.95))]


async def run(sockets: int, conversations: int, rounds: int) -> dict[str, dict[str, float]]:
    with tempfile.TemporaryDirectory() as folder:
        async with running_stack(
            Path(folder),
            TALKNSHOP_GATEWAY__MAX_SOCKETS_PER_USER="100000",
            TALKNSHOP_GATEWAY__MAX_SOCKETS_PER_ADDRESS="100000",
        ) as stack:
            return {
                "active": await active(stack, conversations, rounds),
                "idle": await idle(stack, sockets),
            }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--idle", type=int, default=2000)
    parser.add_argument("--active", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", type=Path, default=Path("bench/results/gateway.json"))
    arguments = parser.parse_args()
    figures = asyncio.run(run(arguments.idle, arguments.active, arguments.rounds))
    table = Table("", "figure", "value")
    for part, row in figures.items():
        for name, value in row.items():
            table.add_row(part, name, f"{value:.1f}")
    Console().print(table)
    arguments.json.parent.mkdir(parents=True, exist_ok=True)
    arguments.json.write_text(json.dumps({"machine": machine(), "gateway": figures}, indent=2))


if __name__ == "__main__":
    main()
