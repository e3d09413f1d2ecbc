"""What being observed costs a buyer's turn: socket to `results`, over the same without it.

Two stacks take turns in one run: one counts, traces every turn to a collector and is scraped every
five seconds; the other does none of it: `python -m bench.observe [--turns 60]`. A ratio is taken
within each pair of turns, which had the same machine. The processor's time, of all processes of a
stack, says the same with less noise, and counts what is done after the answer too.
"""

import argparse
import asyncio
import statistics
import tempfile
from contextlib import AsyncExitStack
from operator import truediv
from pathlib import Path

import httpx
import psutil

from bench.figures import keep, show
from bench.turn import THINGS, socket_turn
from tests.otlp import collecting
from tests.running import Running, running_stack

BAR = 1.05
SCRAPE_S = 5.0


async def scrape_all(stack: Running) -> None:
    """As Prometheus does, until cancelled."""
    while True:
        for process in stack.status()["processes"]:
            if process["role"] not in ("temporal", "valkey"):
                try:
                    (await stack.http.get(f"{process['url']}/metrics")).raise_for_status()
                except httpx.HTTPError as error:
                    raise SystemExit(f"{process['role']} was not scraped: {error!r}") from error
        await asyncio.sleep(SCRAPE_S)


async def run(turns: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder, collecting() as collector:
        for name in ("seen", "unseen"):
            (Path(folder) / name).mkdir()
        async with AsyncExitStack() as stacks:
            seen = await stacks.enter_async_context(
                running_stack(Path(folder) / "seen", TALKNSHOP_TRACING__ENDPOINT=collector.url)
            )
            unseen = await stacks.enter_async_context(
                running_stack(
                    Path(folder) / "unseen",
                    TALKNSHOP_METRICS="false",
                    TALKNSHOP_TRACING__ENDPOINT="",
                )
            )
            scraping = asyncio.create_task(scrape_all(seen))
            times, used = await interleaved(seen, unseen, turns)
            assert not scraping.done(), scraping.result()
            scraping.cancel()
        assert len(collector.spans) > turns, "the turns were traced"
    return {
        "ratio": statistics.median(map(truediv, times["seen"], times["unseen"])),
        "ratio_p50": statistics.median(times["seen"]) / statistics.median(times["unseen"]),
        "ratio_mean": statistics.mean(times["seen"]) / statistics.mean(times["unseen"]),
        "ratio_processor": used["seen"] / used["unseen"],
        "seen_p50_ms": statistics.median(times["seen"]) * 1000,
        "unseen_p50_ms": statistics.median(times["unseen"]) * 1000,
        "seen_processor_ms": used["seen"] * 1000 / turns,
        "unseen_processor_ms": used["unseen"] * 1000 / turns,
        "turns": turns,
    }


def processor_seconds(stack: Running) -> float:
    """That all its processes have used so far."""
    processes = (psutil.Process(each["pid"]) for each in stack.status()["processes"])
    return sum(sum(process.cpu_times()[:2]) for process in processes)


async def interleaved(
    seen: Running, unseen: Running, turns: int
) -> tuple[dict[str, list[float]], dict[str, float]]:
    """Seconds of each turn, and of the processor in all. The one that goes first alternates; each
    request is new to every cache."""
    times: dict[str, list[float]] = {"seen": [], "unseen": []}
    async with seen.chat() as watched, unseen.chat() as alone:
        for chat in (watched, alone):
            for number in range(5):
                await socket_turn(chat, f"find me a {THINGS[number]} under $450")
        pair = [("seen", watched), ("unseen", alone)]
        before = {"seen": processor_seconds(seen), "unseen": processor_seconds(unseen)}
        for number in range(turns):
            words = f"find me a {THINGS[number % len(THINGS)]} under ${600 + number * 3}"
            for name, chat in pair if number % 2 else reversed(pair):
                times[name].append(await socket_turn(chat, words))
        after = {"seen": processor_seconds(seen), "unseen": processor_seconds(unseen)}
    return times, {name: after[name] - before[name] for name in after}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--turns", type=int, default=60)
    parser.add_argument("--json", type=Path, help="instead of bench/results/observe.json")
    arguments = parser.parse_args()
    figures = asyncio.run(run(arguments.turns))
    keep("observe", figures, arguments.json)
    row = (
        f"{figures['ratio']:.3f}",
        f"{figures['ratio_processor']:.3f}",
        f"{figures['ratio_p50']:.3f}",
        f"{figures['ratio_mean']:.3f}",
        f"{figures['seen_p50_ms']:.0f} ms",
        f"{figures['unseen_p50_ms']:.0f} ms",
        f"{figures['turns']:.0f}",
        f"≤ {BAR}",
    )
    show(
        "observed over not observed",
        (
            *("ratio", "of processor", "of p50s", "of means"),
            *("observed p50", "not observed p50", "turns", "bar"),
        ),
        [row],
    )


if __name__ == "__main__":
    main()
