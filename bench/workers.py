"""What sizes of workers do to turns: `python -m bench.workers [--people 30] [--only NAME]`.

Each size has a stack of its own; its people talk at the same time, then one alone.
"""

import argparse
import asyncio
import statistics
import tempfile
import time
from pathlib import Path

import psutil

from bench.figures import keep, percentile, show
from bench.mixed_load import THINGS
from bench.turn import socket_turn
from tests.running import Running, running_stack

PREFIX = "TALKNSHOP_WORKER_"
SIZES: dict[str, dict[str, str]] = {
    "as it is": {},
    "cache 10": {"CACHED_WORKFLOWS": "10"},
    "cache 1000": {"CACHED_WORKFLOWS": "1000"},
    "2 pollers": {"POLLERS": "2"},
    "10 pollers": {"POLLERS": "10"},
    "20 activities": {"ACTIVITIES": "20"},
    "by resources": {"TUNER": "resources"},
}
IDLE_S = 10


async def measure(stack: Running, people: int) -> dict[str, float]:
    idle = await processor_seconds(stack, IDLE_S)
    began = time.perf_counter()
    crowd = [
        each
        for turns in await asyncio.gather(*(talk(stack, n) for n in range(people)))
        for each in turns
    ]
    seconds = time.perf_counter() - began
    alone = await talk(stack, people, turns=8)
    worker = psutil.Process(stack.process("conversation")["pid"])
    return {
        "turns_per_s": len(crowd) / seconds,
        "crowd_p50_ms": statistics.median(crowd) * 1000,
        "crowd_p95_ms": percentile(crowd, 0.95),
        "alone_p50_ms": statistics.median(alone[1:]) * 1000,
        "conversation_mib": worker.memory_info().rss / 2**20,
        "idle_processor_percent": 100 * idle / IDLE_S,
    }


async def talk(stack: Running, number: int, turns: int = 3) -> list[float]:
    async with stack.chat() as chat:
        return [
            await socket_turn(chat, f"find me a {THINGS[n % len(THINGS)]} under ${900 + number}")
            for n in range(turns)
        ]


async def processor_seconds(stack: Running, seconds: float) -> float:
    """That Temporal's server and all workers use while nobody asks for anything."""
    roles = ("temporal", "conversation", "buyer", "seller", "media", "language")
    processes = [psutil.Process(stack.process(role)["pid"]) for role in roles]

    def used() -> float:
        return sum(p.cpu_times().user + p.cpu_times().system for p in processes)

    before = used()
    await asyncio.sleep(seconds)
    return used() - before


async def run(names: list[str], people: int) -> dict[str, dict[str, float]]:
    figures = {}
    for name in names:
        settings = {f"{PREFIX}{key}": value for key, value in SIZES[name].items()}
        with tempfile.TemporaryDirectory() as folder:
            async with running_stack(Path(folder), **settings) as stack:
                figures[name] = await measure(stack, people)
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=30)
    parser.add_argument("--only", choices=SIZES, action="append")
    parser.add_argument("--json", type=Path, help="instead of bench/results/workers.json")
    arguments = parser.parse_args()
    figures = asyncio.run(run(arguments.only or list(SIZES), arguments.people))
    keep("workers", figures, arguments.json)
    columns = list(next(iter(figures.values())))
    show(
        "sizes of workers",
        ("", *(column.replace("_", "\n") for column in columns)),
        ((name, *(f"{row[c]:.1f}" for c in columns)) for name, row in figures.items()),
    )


if __name__ == "__main__":
    main()
