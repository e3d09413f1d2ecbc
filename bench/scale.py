"""How cost grows with work: `python -m bench.scale [PART …]`: people, length, idle; or all of them.

people: a turn's latency, and turns a second, with 1, 10, 50 conversations at once.
length: turn 10, 100 and 1,000 of one conversation.
idle: memory with many open conversations, waking one of them, and asking for a person's list.
"""

import argparse
import asyncio
import itertools
import random
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import psutil

from bench.figures import keep, percentile, show
from bench.turn import THINGS, socket_turn
from tests.running import Running, running_stack

Row = dict[str, float]
WORKERS = ("conversation", "buyer", "seller", "language", "media")
# Conversations that chat at once; the server's queues are the same for two hundred.
PEOPLE = (1, 10, 50)
LENGTHS = (10, 100, 1000)
AROUND = 15  # turns measured at each length


async def people(stack: Running, turns: int) -> list[Row]:
    """Each conversation says the next thing as soon as it has its answer."""
    rows = []
    budget = itertools.count(800)

    async def talk(times: list[float], until: int) -> None:
        async with stack.chat() as chat:
            while len(times) < until:
                thing = THINGS[len(times) % len(THINGS)]
                times.append(await socket_turn(chat, f"find me a {thing} under ${next(budget)}"))

    await talk([], 5)
    for at_once in PEOPLE:
        times: list[float] = []
        started = time.perf_counter()
        await asyncio.gather(*(talk(times, turns * min(at_once, 5)) for _ in range(at_once)))
        elapsed = time.perf_counter() - started
        rows.append(
            {
                "at_once": at_once,
                "p50_ms": statistics.median(times) * 1000,
                "p95_ms": percentile(times, 0.95),
                "turns_per_s": len(times) / elapsed,
            }
        )
    return rows


async def length(stack: Running, turns: int) -> list[Row]:
    """One conversation that never ends: continue-as-new should keep it flat."""
    rows = []
    async with stack.chat() as chat:
        for number in range(1, LENGTHS[-1] + AROUND + 1):
            thing = THINGS[number % len(THINGS)]
            elapsed = await socket_turn(chat, f"find me a {thing} under ${900 + number}")
            reached = next((mark for mark in LENGTHS if mark <= number < mark + AROUND), None)
            if reached is not None:
                rows.append({"turn": reached, "s": elapsed})
    return [
        {"turn": mark, "p50_ms": statistics.median([r["s"] for r in of_mark]) * 1000}
        for mark, of_mark in ((mark, [r for r in rows if r["turn"] == mark]) for mark in LENGTHS)
    ]


async def idle(stack: Running, turns: int, conversations: int = 10_000) -> list[Row]:
    """Each has had one word from its person, and is left alone."""
    slots = asyncio.Semaphore(8)
    opened: list[dict[str, Any]] = []
    before = memory(stack)

    async def open_one() -> None:
        async with slots:
            session = await stack.guest()
            async with stack.chat(session) as chat:
                await chat.say("hello")
                await chat.next("done")
            opened.append(session)

    for batch in _batches(conversations):
        await asyncio.gather(*(open_one() for _ in batch))
    after = memory(stack)
    waking = []
    for session in random.sample(opened, 40):
        async with stack.chat(session, last_event_id=2) as chat:
            started = time.perf_counter()
            await chat.say("thanks")
            await chat.next("done")
            waking.append(time.perf_counter() - started)
    client = await stack.temporal()
    asked = []
    for session in random.sample(opened, 20):
        started = time.perf_counter()
        query = f"UserId = '{session['user_id']}' AND Kind = 'conversation'"
        assert [found async for found in client.list_workflows(query)]
        asked.append(time.perf_counter() - started)
    return [
        {
            "conversations": conversations,
            "workers_mib": sum(after[role] for role in WORKERS),
            "conversation_worker_mib": after["conversation"],
            "workers_before_mib": sum(before[role] for role in WORKERS),
            "server_mib": after["temporal"],
            "server_before_mib": before["temporal"],
            "wake_p50_ms": statistics.median(waking) * 1000,
            "wake_p95_ms": percentile(waking, 0.95),
            "list_p95_ms": percentile(asked, 0.95),
        }
    ]


def _batches(count: int) -> list[range]:
    return [range(start, min(start + 500, count)) for start in range(0, count, 500)]


def memory(stack: Running) -> dict[str, float]:
    """Resident MiB by role."""
    return {
        entry["role"]: psutil.Process(entry["pid"]).memory_info().rss / 2**20
        for entry in stack.status()["processes"]
    }


PARTS: dict[str, Callable[..., Awaitable[list[Row]]]] = {
    "people": people,
    "length": length,
    "idle": idle,
}


async def run(parts: list[str], turns: int, conversations: int) -> dict[str, list[Row]]:
    figures = {}
    for part in parts:
        with tempfile.TemporaryDirectory() as folder:
            async with running_stack(Path(folder)) as stack:
                extra = {"conversations": conversations} if part == "idle" else {}
                figures[part] = await PARTS[part](stack, turns, **extra)
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", choices=[*PARTS, []])
    parser.add_argument("--turns", type=int, default=40)
    parser.add_argument("--conversations", type=int, default=10_000, help="left open, for idle")
    arguments = parser.parse_args()
    parts = arguments.parts or list(PARTS)
    figures = asyncio.run(run(parts, arguments.turns, arguments.conversations))
    keep("scale", figures)
    for part, rows in figures.items():
        show(
            part,
            ("", *("" for _ in rows)),
            ([name, *(f"{row[name]:.1f}" for row in rows)] for name in rows[0]),
        )


if __name__ == "__main__":
    main()
