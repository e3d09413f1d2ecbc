"""Which sizes of workers to take: `python -m bench.workers [--people 24] [--only NAME]`.

Each size has a stack of its own; its people talk at the same time, then one alone. What is set
already is measured first and last: what differs less than these two do is noise. The output is
what docs/capacity.md has.
"""

import argparse
import asyncio
import json
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

from bench.figures import keep, percentile
from bench.mixed_load import THINGS
from bench.turn import socket_turn
from talknshop.settings import Settings
from tests.running import Running, running_stack

Figures = dict[str, float]

AS_IT_IS, ONCE_MORE = "as it is", "as it is, once more"
CANDIDATES: dict[str, tuple[str, ...]] = {
    "cached_workflows": ("100", "1000"),
    "pollers": ("2", "10"),
    "activities": ("20",),
    "tuner": ("resources",),
}
COLUMNS = {
    "turns_per_s": "turns a second",
    "crowd_p50_ms": "p50 ms",
    "crowd_p95_ms": "p95 ms",
    "alone_p50_ms": "alone, p50 ms",
    "conversation_mib": "MiB of the conversation worker",
    "idle_processor_percent": "% of a core, idle",
}
IDLE_S = 8
# Less than this is no reason to change a setting, however quiet the machine was.
LEAST_GAIN = 0.05


@dataclass(frozen=True)
class Size:
    """One setting changed from what is set."""

    setting: str
    value: str

    @property
    def name(self) -> str:
        return f"{self.setting.replace('_', ' ')} {self.value}"

    @property
    def variable(self) -> str:
        return f"TALKNSHOP_WORKER_{self.setting.upper()}"


SIZES = [Size(setting, value) for setting, values in CANDIDATES.items() for value in values]


async def measure(stack: Running, people: int) -> Figures:
    idle = await processor_seconds(stack, IDLE_S)
    began = time.perf_counter()
    crowd = [
        each
        for turns in await asyncio.gather(*(talk(stack, n) for n in range(people)))
        for each in turns
    ]
    seconds = time.perf_counter() - began
    alone = await talk(stack, people, turns=12)
    worker = psutil.Process(stack.process("conversation")["pid"])
    return {
        "turns_per_s": len(crowd) / seconds,
        "crowd_p50_ms": percentile(crowd, 0.5),
        "crowd_p95_ms": percentile(crowd, 0.95),
        "alone_p50_ms": percentile(alone[1:], 0.5),
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


async def run(sizes: list[Size], people: int) -> dict[str, Figures]:
    plan: list[tuple[str, dict[str, str]]] = [
        (AS_IT_IS, {}),
        *((size.name, {size.variable: size.value}) for size in sizes),
        (ONCE_MORE, {}),
    ]
    figures = {}
    for name, settings in plan:
        with tempfile.TemporaryDirectory() as folder:
            async with running_stack(Path(folder), **settings) as stack:
                figures[name] = await measure(stack, people)
    return figures


def verdict(setting: str, figures: dict[str, Figures]) -> tuple[str, str]:
    """The value to take, and why: one that is faster than what is set by more than noise, or that
    is as fast and costs less."""
    now = Settings.model_fields[f"worker_{setting}"].default
    others = [size for size in SIZES if size.setting == setting and size.name in figures]
    base = {name: (figures[AS_IT_IS][name] + figures[ONCE_MORE][name]) / 2 for name in COLUMNS}
    taken, why = str(now), "no other is faster, or cheaper at the same speed"
    best = 0.0
    for size in others:
        gains = {name: _gain(name, base, figures[size.name]) for name in COLUMNS}
        speed = [gains["turns_per_s"], gains["alone_p50_ms"]]
        noise = [_noise(name, figures) for name in ("turns_per_s", "alone_p50_ms")]
        if any(gain < -least for gain, least in zip(speed, noise, strict=True)):
            continue
        for name in ("turns_per_s", "alone_p50_ms", "conversation_mib", "idle_processor_percent"):
            if gains[name] > max(best, _noise(name, figures)):
                best, taken = gains[name], size.value
                why = f"{COLUMNS[name]}: {figures[size.name][name]:.1f}, not {base[name]:.1f}"
    return taken, why


def _gain(name: str, base: Figures, other: Figures) -> float:
    """How much better, as a share of what is set; below 0 is worse."""
    more = (other[name] - base[name]) / base[name]
    return more if name == "turns_per_s" else -more


def _noise(name: str, figures: dict[str, Figures]) -> float:
    """Of two measurements of the same."""
    first, last = figures[AS_IT_IS][name], figures[ONCE_MORE][name]
    return max(LEAST_GAIN, 2 * abs(first - last) / (first + last))


def page(figures: dict[str, Figures]) -> str:
    """In Markdown."""
    lines = [f"| size | {' | '.join(COLUMNS.values())} |", f"| --- |{' --- |' * len(COLUMNS)}"]
    for name, row in figures.items():
        lines.append(f"| {name} | {' | '.join(f'{row[column]:.1f}' for column in COLUMNS)} |")
    lines += ["", "| setting | to take | because |", "| --- | --- | --- |"]
    for setting in CANDIDATES:
        if any(size.setting == setting and size.name in figures for size in SIZES):
            taken, why = verdict(setting, figures)
            lines.append(f"| `TALKNSHOP_WORKER_{setting.upper()}` | {taken} | {why} |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=24)
    parser.add_argument("--only", choices=[size.name for size in SIZES], action="append")
    parser.add_argument("--measured", type=Path, help="figures that were measured before")
    parser.add_argument("--json", type=Path, default=Path("bench/results/workers.json"))
    arguments = parser.parse_args()
    if arguments.measured:
        print(page(json.loads(arguments.measured.read_text())["workers"]))
        return
    sizes = [size for size in SIZES if not arguments.only or size.name in arguments.only]
    figures = asyncio.run(run(sizes, arguments.people))
    print(page(figures))
    keep("workers", figures, arguments.json)


if __name__ == "__main__":
    main()
