"""What being observed costs a buyer's turn: socket to `results`, over the same without it.

Two stacks take turns in one run: one counts, traces every turn to a collector and is scraped every
five seconds; the other does none of it: `python -m bench.observe [--turns 60]`.
"""

import argparse
import asyncio
import statistics
import tempfile
from contextlib import AsyncExitStack
from pathlib import Path

import httpx

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
            times = await interleaved(seen, unseen, turns)
            assert not scraping.done(), scraping.result()
            scraping.cancel()
        assert len(collector.spans) > turns, "the turns were traced"
    return {
        "ratio_p50": statistics.median(times["seen"]) / statistics.median(times["unseen"]),
        "ratio_mean": statistics.mean(times["seen"]) / statistics.mean(times["unseen"]),
        "seen_p50_ms": statistics.median(times["seen"]) * 1000,
        "unseen_p50_ms": statistics.median(times["unseen"]) * 1000,
        "turns": turns,
    }


async def interleaved(seen: Running, unseen: Running, turns: int) -> dict[str, list[float]]:
    """The one that goes first alternates; each request is new to every cache."""
    times: dict[str, list[float]] = {"seen": [], "unseen": []}
    async with seen.chat() as watched, unseen.chat() as alone:
        for chat in (watched, alone):
            for number in range(5):
                await socket_turn(chat, f"find me a {THINGS[number]} under $450")
        pair = [("seen", watched), ("unseen", alone)]
        for number in range(turns):
            words = f"find me a {THINGS[number % len(THINGS)]} under ${600 + number * 3}"
            for name, chat in pair if number % 2 else reversed(pair):
                times[name].append(await socket_turn(chat, words))
    return times


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--turns", type=int, default=60)
    parser.add_argument("--json", type=Path, help="instead of bench/results/observe.json")
    arguments = parser.parse_args()
    figures = asyncio.run(run(arguments.turns))
    keep("observe", figures, arguments.json)
    row = (
        f"{figures['ratio_p50']:.3f}",
        f"{figures['ratio_mean']:.3f}",
        f"{figures['seen_p50_ms']:.0f} ms",
        f"{figures['unseen_p50_ms']:.0f} ms",
        f"{figures['turns']:.0f}",
        f"≤ {BAR}",
    )
    show(
        "observed over not observed",
        ("ratio p50", "ratio mean", "observed p50", "not observed p50", "turns", "bar"),
        [row],
    )


if __name__ == "__main__":
    main()
