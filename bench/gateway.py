"""What a gateway process holds, and what it costs: `python -m bench.gateway [PART …]`.

The parts, all of them by default:

- `idle`: memory for that many open sockets (`--idle 2000`).
- `pair`: two gateways behind a plain round-robin hold twice as many.
- `active`: conversations with a message each six seconds (`--active 200 --rounds 5`). The way of a
  message is its echo through the socket, over the same update sent to Temporal and awaited without
  a gateway, in a tenth as many conversations of the same run. Conversations answer at once
  (`bench.answering`): real turns use up a small machine long before its gateway has much to do.
  `active-turns` is the same with real turns, as many as the machine can do.
- `tokens`: from the worker's side of Redis to a client's socket, and to a bare reader of Redis.
- `sealing`: turns on a stack that seals its payloads over turns on one that does not, in turn, and
  the processor time that sealing and opening one turn's history takes.
"""

import argparse
import asyncio
import json
import statistics
import tempfile
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from pathlib import Path

import psutil
from temporalio.api.common.v1 import Payload
from websockets.asyncio.client import connect

from adapters.live.connection import connect as connect_redis
from adapters.live.redis_live import RedisLiveChannel, RedisLiveFeed
from api.conversations import Conversations
from bench.answering import answering_stack
from bench.figures import keep, show
from talknshop.commands import SendMessage
from tests.chatting import Chat
from tests.round_robin import round_robin
from tests.running import Running, another_gateway, eventually, running_stack
from workflows.conversation import ConversationSettings
from workflows.ids import conversation_id

AT_ONCE = 50
# Of so many conversations, one more goes without a gateway.
DIRECT_SHARE = 10
QUIET_S = 10
MEASURED_ROLES = ("temporal", "conversation", "gateway")
MESSAGE_EVERY = timedelta(seconds=6)
TOKENS_EVERY_S = 0.02

Figures = dict[str, float]


def memory_mib(pid: int) -> float:
    used: float = psutil.Process(pid).memory_info().rss / 2**20
    return used


@asynccontextmanager
async def held_sockets(web: str, token: str, number: int) -> AsyncIterator[None]:
    """That many conversations open, in which nobody says anything."""
    address = web.replace("http", "ws", 1)
    async with AsyncExitStack() as held:
        gate = asyncio.Semaphore(AT_ONCE)

        async def open_one() -> None:
            async with gate:
                url = f"{address}/ws/chat?session_id={uuid.uuid4().hex}&token={token}"
                socket = await held.enter_async_context(
                    connect(url, open_timeout=60, compression=None)
                )
                assert json.loads(await socket.recv())["type"] == "connected"

        await asyncio.gather(*(open_one() for _ in range(number)))
        yield


async def sockets_of(stack: Running, web: str) -> int:
    """As a gateway itself counts them."""
    lines = (await stack.http.get(f"{web}/metrics")).text.splitlines()
    value = next(line for line in lines if line.startswith("talknshop_gateway_sockets "))
    return int(float(value.split()[1]))


async def idle(stack: Running, number: int) -> Figures:
    pid = stack.process("gateway")["pid"]
    before = memory_mib(pid)
    async with held_sockets(stack.web, (await stack.guest())["token"], number):
        held, after = await sockets_of(stack, stack.web), memory_mib(pid)
    return {"sockets": held, "before_mib": before, "with_them_mib": after}


async def pair(stack: Running, number: int) -> Figures:
    """Twice that number, over two gateways."""
    async with (
        another_gateway(stack) as other,
        round_robin([stack.process("gateway")["port"], other.port]) as web,
        held_sockets(web, (await stack.guest())["token"], 2 * number),
    ):
        return {
            "first_sockets": await sockets_of(stack, stack.web),
            "second_sockets": await sockets_of(stack, other.url),
            "first_mib": memory_mib(stack.process("gateway")["pid"]),
            "second_mib": memory_mib(other.pid),
        }


async def active(stack: Running, conversations: int, rounds: int) -> Figures:
    """Beside the latencies: the processor time that a message took of each process."""
    client = await stack.temporal()
    direct = Conversations(client, ConversationSettings(marketplaces=[], posting_marketplaces=[]))
    through: list[float] = []
    beside: list[float] = []

    async def by_socket(chat: Chat, delay: float) -> None:
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
            began = time.perf_counter()
            await direct.send(_hello(session_id), "en")
            beside.append(time.perf_counter() - began)
            await asyncio.sleep(MESSAGE_EVERY.total_seconds())

    await direct.send(_hello(uuid.uuid4().hex), "en")  # the worker is there
    step = MESSAGE_EVERY.total_seconds() / conversations
    direct_ones = max(1, conversations // DIRECT_SHARE)
    async with AsyncExitStack() as held:
        chats = [await held.enter_async_context(stack.chat()) for _ in range(conversations)]
        quiet = await _spent_while(stack, asyncio.sleep(QUIET_S))
        began = time.perf_counter()
        talking = asyncio.gather(
            *(by_socket(chat, number * step) for number, chat in enumerate(chats)),
            *(by_update(number * step * DIRECT_SHARE) for number in range(direct_ones)),
        )
        spent = await _spent_while(stack, talking)
        took = time.perf_counter() - began
    messages = len(through) + len(beside)
    return {
        "conversations": conversations,
        "messages_per_s": messages / took,
        **{
            f"{role}_ms_a_message": (seconds - quiet[role] / QUIET_S * took) / messages * 1000
            for role, seconds in spent.items()
        },
        "through_p50_ms": statistics.median(through) * 1000,
        "through_p95_ms": _p95(through) * 1000,
        "beside_p50_ms": statistics.median(beside) * 1000,
        "beside_p95_ms": _p95(beside) * 1000,
        "added_p95_ms": (_p95(through) - _p95(beside)) * 1000,
    }


def _hello(session_id: str) -> SendMessage:
    return SendMessage(
        session_id=session_id, user_id="bench", message_id=uuid.uuid4().hex, message="hello"
    )


async def _spent_while(stack: Running, doing: Awaitable[object]) -> dict[str, float]:
    """Seconds of processor time by role."""
    before = {role: _processor_s(stack, role) for role in MEASURED_ROLES}
    await doing
    return {role: _processor_s(stack, role) - began for role, began in before.items()}


def _processor_s(stack: Running, role: str) -> float:
    times = psutil.Process(stack.process(role)["pid"]).cpu_times()
    spent: float = times.user + times.system
    return spent


async def tokens(stack: Running, sockets: int, each: int = 100) -> Figures:
    """`sockets` answers at a time, each of them `each` tokens at 50 a second."""
    url = f"redis://127.0.0.1:{stack.process('valkey')['port']}/0"
    channel = RedisLiveChannel(connect_redis(url))
    through: list[float] = []
    bare: list[float] = []
    token = (await stack.guest())["token"]

    async def write(session_id: str) -> None:
        for index in range(each):
            await channel.token(session_id, "t1", 1, index, str(time.perf_counter_ns()))
            await asyncio.sleep(TOKENS_EVERY_S)

    async def by_socket() -> None:
        session_id = uuid.uuid4().hex
        address = stack.web.replace("http", "ws", 1)
        async with connect(f"{address}/ws/chat?session_id={session_id}&token={token}") as socket:
            await socket.recv()
            writing = asyncio.create_task(write(session_id))
            for _ in range(each):
                through.append(_age_s(await _received(socket.recv, "token")))
            await writing

    async def by_reader() -> None:
        feed = RedisLiveFeed(connect_redis(url))
        session_id = uuid.uuid4().hex
        await feed.watch(session_id)
        running = asyncio.create_task(feed.run())
        await eventually(lambda: feed.connected, "the reader is connected")
        writing = asyncio.create_task(write(session_id))
        position, read = "0", 0
        async for nudge in feed.nudges():
            if not nudge.turn_id:
                continue
            found, position = await feed.tokens(session_id, "t1", position)
            bare.extend((time.perf_counter_ns() - int(piece.text)) / 1e9 for piece in found)
            read += len(found)
            if read == each:
                break
        await writing
        running.cancel()

    await asyncio.gather(*(by_socket() for _ in range(sockets)))
    await asyncio.gather(*(by_reader() for _ in range(sockets)))
    return {
        "answers_at_a_time": sockets,
        "tokens": len(through),
        "to_the_socket_p50_ms": statistics.median(through) * 1000,
        "to_the_socket_p95_ms": _p95(through) * 1000,
        "bare_p50_ms": statistics.median(bare) * 1000,
        "bare_p95_ms": _p95(bare) * 1000,
    }


async def _received(receive: Callable[[], Awaitable[str | bytes]], kind: str) -> str:
    while True:
        text = await receive()
        assert isinstance(text, str)
        if json.loads(text)["type"] == kind:
            return text


def _age_s(frame: str) -> float:
    return (time.perf_counter_ns() - int(json.loads(frame)["data"]["token"])) / 1e9


async def sealing(stack: Running, folder: Path, turns: int) -> Figures:
    """`stack` seals; one that does not runs beside it."""
    sealed: list[float] = []
    clear: list[float] = []
    async with (
        running_stack(folder, TALKNSHOP_ENCRYPTION__KEYS="off") as open_stack,
        stack.chat() as one,
        open_stack.chat() as other,
    ):
        both = [(one, sealed), (other, clear)]
        for _ in range(turns + 1):
            both.reverse()  # whoever is second finds the machine warmer
            for chat, took in both:
                began = time.perf_counter()
                await chat.say("find me a kettle under $60")
                await chat.next("done")
                took.append(time.perf_counter() - began)
        session_id = one.session["session_id"]
    del sealed[0], clear[0]  # what is asked for the first time is searched for
    payloads = await _payloads(stack, session_id)
    codec = stack.codec
    assert codec is not None
    began = time.process_time()
    opened = await codec.decode(payloads)
    opening = time.process_time() - began
    began = time.process_time()
    await codec.encode(opened)
    sealing = time.process_time() - began
    return {
        "turns": turns,
        "ratio_of_p50": statistics.median(sealed) / statistics.median(clear),
        "sealed_p50_ms": statistics.median(sealed) * 1000,
        "clear_p50_ms": statistics.median(clear) * 1000,
        "payloads_per_turn": len(payloads) / (turns + 1),
        "bytes_per_turn": sum(payload.ByteSize() for payload in opened) / (turns + 1),
        "sealed_over_clear_bytes": sum(payload.ByteSize() for payload in payloads)
        / sum(payload.ByteSize() for payload in opened),
        "sealing_a_turn_ms": sealing / (turns + 1) * 1000,
        "opening_a_turn_ms": opening / (turns + 1) * 1000,
    }


async def _payloads(stack: Running, session_id: str) -> Sequence[Payload]:
    """All that a conversation's history holds."""
    client = await stack.temporal()
    history = await client.get_workflow_handle(conversation_id(session_id)).fetch_history()
    found: list[Payload] = []

    def gather(message: object) -> None:
        if isinstance(message, Payload):
            found.append(message)
            return
        for descriptor, value in message.ListFields():  # type: ignore[attr-defined]
            if descriptor.type != descriptor.TYPE_MESSAGE:
                continue
            is_map = descriptor.message_type.GetOptions().map_entry
            if is_map:
                parts = [entry for entry in value.values() if hasattr(entry, "ListFields")]
            else:
                parts = value if descriptor.is_repeated else [value]
            for part in parts:
                gather(part)

    for event in history.events:
        gather(event)
    return found


def _p95(values: list[float]) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * 0.95))]


async def run(parts: Sequence[str], arguments: argparse.Namespace) -> dict[str, Figures]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for each in ("sealed", "clear", "light"):
            (folder / each).mkdir()
        figures: dict[str, Figures] = {}
        if "active" in parts:
            async with answering_stack(folder / "light", **MANY_SOCKETS) as light:
                figures["active"] = await active(light, arguments.active, arguments.rounds)
        if not {*parts} - {"active"}:
            return figures
        async with running_stack(folder / "sealed", **MANY_SOCKETS) as stack:
            measured: dict[str, Callable[[], Awaitable[Figures]]] = {
                "active-turns": lambda: active(stack, arguments.turning, arguments.rounds),
                "tokens": lambda: tokens(stack, arguments.answers),
                "sealing": lambda: sealing(stack, folder / "clear", arguments.turns),
                "idle": lambda: idle(stack, arguments.idle),
                "pair": lambda: pair(stack, arguments.idle),
            }
            figures |= {part: await measured[part]() for part in measured if part in parts}
            return figures


PARTS = ("active", "active-turns", "tokens", "sealing", "idle", "pair")
MANY_SOCKETS = {
    "TALKNSHOP_GATEWAY__MAX_SOCKETS_PER_USER": "100000",
    "TALKNSHOP_GATEWAY__MAX_SOCKETS_PER_ADDRESS": "100000",
}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join(PARTS))
    parser.add_argument("--idle", type=int, default=2000, help="sockets on one gateway")
    parser.add_argument("--active", type=int, default=200, help="conversations")
    parser.add_argument("--turning", type=int, default=40, help="conversations with real turns")
    parser.add_argument("--rounds", type=int, default=5, help="messages in each of them")
    parser.add_argument("--answers", type=int, default=5, help="answers written at a time")
    parser.add_argument("--turns", type=int, default=30, help="on each of the two stacks")
    parser.add_argument("--json", type=Path, help="instead of bench/results/gateway.json")
    arguments = parser.parse_args()
    if unknown := set(arguments.parts) - set(PARTS):
        parser.error(f"there is no part {', '.join(sorted(unknown))}")
    figures = asyncio.run(run(arguments.parts or PARTS, arguments))
    keep("gateway", figures, arguments.json)
    show(
        "the gateway",
        ("", "figure", "value"),
        (
            (part, name, f"{value:.2f}")
            for part, row in figures.items()
            for name, value in row.items()
        ),
    )


if __name__ == "__main__":
    main()
