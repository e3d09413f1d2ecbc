"""How cost grows with work: `python -m bench.scale [PART …]`; without one, all of them.

people: a turn's latency, and turns a second, with 1, 10, 50, 200 conversations at once.
length: turn 10, 100 and 1,000 of one conversation, between turns of one that has had ten.
idle: memory with many open conversations, waking one of them, and asking for a person's list.
backlog: jobs that wait in one marketplace's queue: what they cost everybody else.
"""

import argparse
import asyncio
import itertools
import random
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

import psutil

from bench.crosspost import MARKETPLACES, Seller, posts
from bench.figures import keep, percentile, show
from bench.turn import THINGS, socket_turn
from tests.chatting import Chat
from tests.running import Running, running_stack

Row = dict[str, float]
WORKERS = ("conversation", "buyer", "seller", "language", "media")
PEOPLE = (1, 10, 50, 200)  # conversations that chat at once
LENGTHS = (10, 100, 1000)
AROUND = 25  # turns measured at each length
WAKINGS = 40
# Calls a second that the marketplace of the backlog allows: it grows faster than it goes down.
SLOW = 2.0
RATES = [f"TALKNSHOP_{name.upper()}_CALLS_PER_SECOND" for name in MARKETPLACES]
WATCHED_S = 30


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
        await asyncio.gather(*(talk(times, turns * min(at_once, 10)) for _ in range(at_once)))
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


async def length(stack: Running, longest: int) -> list[Row]:
    """One conversation that never ends, its turns between those of one that has had ten.

    Continuing as new should keep it flat.
    """
    numbers = itertools.count(900)

    async def turn(chat: Chat) -> float:
        number = next(numbers)
        return await socket_turn(chat, f"find me a {THINGS[number % len(THINGS)]} under ${number}")

    rows, said = [], 0
    async with stack.chat() as old:
        for mark in (mark for mark in LENGTHS if mark <= longest):
            for _ in range(mark - said):
                await turn(old)
            async with stack.chat() as young:
                for _ in range(LENGTHS[0]):
                    await turn(young)
                pairs = []
                for number in range(AROUND):
                    # Whoever is second may find the machine warmer.
                    both = [old, young] if number % 2 else [young, old]
                    times = {chat: await turn(chat) for chat in both}
                    pairs.append((times[old], times[young]))
            said = mark + AROUND
            rows.append(
                {
                    "over_turn_10": statistics.median(o / y for o, y in pairs),
                    "turn": mark,
                    "p50_ms": statistics.median(o for o, _ in pairs) * 1000,
                    "turn_10_p50_ms": statistics.median(y for _, y in pairs) * 1000,
                }
            )
    return rows


async def idle(stack: Running, conversations: int) -> list[Row]:
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
    for session in random.sample(opened, WAKINGS):
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


async def backlog(stack: Running, jobs: int) -> list[Row]:
    """The stack's marketplaces take `SLOW` calls a second."""
    seller = await Seller.of(stack)
    before = await _beside(stack, seller, 700)
    memory_before = memory(stack)
    began = time.perf_counter()
    await seller.post_many(jobs, ["craigslist"])
    filled_s = time.perf_counter() - began
    posted = await posts(stack)
    during = await _beside(stack, seller, 1700)
    await asyncio.sleep(WATCHED_S)
    elapsed = time.perf_counter() - began - filled_s
    after = memory(stack)
    return [
        {
            "accept_p95_over_before": during["accept_p95_ms"] / before["accept_p95_ms"],
            "turn_p50_over_before": during["turn_p50_ms"] / before["turn_p50_ms"],
            "jobs_waiting": jobs - posted,
            "accepted_a_second": jobs / filled_s,
            "posted_a_second": (await posts(stack) - posted) / elapsed,
            **during,
            **{f"{name}_before": value for name, value in before.items()},
            "seller_mib": after["seller"],
            "seller_mib_before": memory_before["seller"],
            "server_mib": after["temporal"],
            "server_mib_before": memory_before["temporal"],
        }
    ]


async def _beside(stack: Running, seller: Seller, budget: int) -> Row:
    """What another seller and a buyer have of it. The other seller posts elsewhere."""
    accepted = [await seller.post(["facebook"]) for _ in range(20)]
    async with stack.chat() as chat:
        turns = [
            await socket_turn(chat, f"find me a {THINGS[n % len(THINGS)]} under ${budget + n}")
            for n in range(20)
        ]
    return {"accept_p95_ms": percentile(accepted, 0.95), "turn_p50_ms": percentile(turns, 0.5)}


def _batches(count: int) -> list[range]:
    return [range(start, min(start + 500, count)) for start in range(0, count, 500)]


def memory(stack: Running) -> dict[str, float]:
    """Resident MiB by role."""
    return {
        entry["role"]: psutil.Process(entry["pid"]).memory_info().rss / 2**20
        for entry in stack.status()["processes"]
    }


Part = Callable[[Running, argparse.Namespace], Awaitable[list[Row]]]
PARTS: dict[str, Part] = {
    "people": lambda stack, given: people(stack, given.turns),
    "length": lambda stack, given: length(stack, given.longest),
    "idle": lambda stack, given: idle(stack, given.conversations),
    "backlog": lambda stack, given: backlog(stack, given.jobs),
}


async def run(parts: Sequence[str], given: argparse.Namespace) -> dict[str, list[Row]]:
    figures = {}
    for part in parts:
        settings = {
            "TALKNSHOP_GATEWAY__TOKEN_LIFETIME": "PT8H",  # outlasts the part
            "TALKNSHOP_GATEWAY__MAX_SOCKETS_PER_ADDRESS": "1000",  # all people have ours
        }
        if part == "backlog":
            settings |= dict.fromkeys(RATES, str(SLOW))
            settings["TALKNSHOP_LIMITS__POSTS"] = "1000000/minute"  # one seller fills the queue
        with tempfile.TemporaryDirectory() as folder:
            async with running_stack(Path(folder), **settings) as stack:
                figures[part] = await PARTS[part](stack, given)
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", choices=[*PARTS, []])
    parser.add_argument("--turns", type=int, default=40, help="of people")
    parser.add_argument("--longest", type=int, default=LENGTHS[-1], help="turns, of length")
    parser.add_argument("--conversations", type=int, default=10_000, help="left open, of idle")
    parser.add_argument("--jobs", type=int, default=10_000, help="that wait, of backlog")
    arguments = parser.parse_args()
    figures = asyncio.run(run(arguments.parts or list(PARTS), arguments))
    keep("scale", figures)
    for part, rows in figures.items():
        show(
            part,
            ("", *("" for _ in rows)),
            ([name, *(f"{row[name]:,.2f}" for row in rows)] for name in rows[0]),
        )


if __name__ == "__main__":
    main()
