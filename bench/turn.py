"""What durability costs a buyer's turn: socket to `results`, over the same steps in one process.

Both sides search one sandbox in one run, interleaved: `python -m bench.turn [--turns 40]`.
"""

import argparse
import asyncio
import json
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypedDict

import httpx
from langgraph.graph import END, START, StateGraph
from rich.console import Console
from rich.table import Table

from adapters.embeddings.minilm import MiniLm
from adapters.language.factory import build_language
from adapters.language.port import Language
from adapters.marketplaces.configuration import SandboxAccess
from adapters.marketplaces.port import SearchMarketplace
from adapters.marketplaces.registry import load_marketplaces
from bench.machine import machine
from talknshop.products import ProductResult, Shortlist
from talknshop.ranking import rank
from talknshop.requirement import RequirementSpec
from talknshop.understanding import Utterance
from tests.chatting import Chat
from tests.running import Running, running_stack
from workflows.searching import OFFERS_PER_MARKETPLACE, PRODUCTS_SHOWN

THINGS = ("laptop", "phone", "monitor", "camera", "tablet")


class Plain(TypedDict, total=False):
    text: str
    requirement: RequirementSpec
    products: list[ProductResult]
    shortlist: Shortlist


def plain_graph(
    language: Language, marketplaces: dict[str, SearchMarketplace]
) -> Callable[[str], Awaitable[Shortlist]]:
    """The buyer's steps as a LangGraph graph of plain functions: no durability, no processes."""
    minilm = MiniLm()

    async def understand(state: Plain) -> Plain:
        understanding = await language.understand(Utterance(text=state["text"]))
        return {"requirement": understanding.requirement or RequirementSpec()}

    async def search(state: Plain) -> Plain:
        found = await asyncio.gather(
            *(
                marketplace.search(state["requirement"], OFFERS_PER_MARKETPLACE)
                for marketplace in marketplaces.values()
            )
        )
        return {"products": [product for page in found for product in page.products]}

    async def rank_products(state: Plain) -> Plain:
        shortlist = rank(
            state["requirement"], state["products"], PRODUCTS_SHOWN, minilm.similarities
        )
        return {"shortlist": shortlist}

    graph = StateGraph(Plain)
    graph.add_sequence([understand, search, rank_products])
    graph.add_edge(START, "understand")
    graph.add_edge("rank_products", END)
    compiled = graph.compile()

    async def run(text: str) -> Shortlist:
        state = await compiled.ainvoke({"text": text})
        shortlist: Shortlist = state["shortlist"]
        return shortlist

    return run


async def socket_turn(chat: Chat, text: str) -> float:
    """Seconds from the frame to `results`; the turn is let end before the next."""
    started = time.perf_counter()
    await chat.say(text)
    results = await chat.next("results")
    elapsed = time.perf_counter() - started
    assert results["data"]["products"], text
    await chat.next("done")
    return elapsed


async def measure(
    stack: Running, plain: Callable[[str], Awaitable[Shortlist]], turns: int, first: int
) -> dict[str, list[float]]:
    """Interleaved, each request new to every cache."""
    times: dict[str, list[float]] = {"durable": [], "plain": []}
    async with stack.chat() as chat:
        await socket_turn(chat, f"find me a laptop under ${first}")
        for number in range(1, turns + 1):
            thing = THINGS[number % len(THINGS)]
            budget = first + number * 3
            times["durable"].append(await socket_turn(chat, f"find me a {thing} under ${budget}"))
            started = time.perf_counter()
            shortlist = await plain(f"find me a {thing} under ${budget + 1}")
            times["plain"].append(time.perf_counter() - started)
            assert shortlist.products
    return times


async def run(turns: int) -> dict[str, dict[str, float]]:
    with tempfile.TemporaryDirectory() as folder:
        async with running_stack(Path(folder)) as stack, httpx.AsyncClient(timeout=10) as http:
            credentials = Path(folder) / "data" / "sandbox" / "credentials.json"
            access = SandboxAccess.from_file(stack.sandbox, credentials)
            language = build_language()
            plain = plain_graph(language, load_marketplaces(http, access).searching)
            await plain("find me a watch")
            quick = await measure(stack, plain, turns, 900)
            await stack.latency("default")
            real = await measure(stack, plain, max(5, turns // 4), 2000)
    return {"sandbox latency 0": summary(quick), "sandbox latency 0.4-1.2 s": summary(real)}


def summary(times: dict[str, list[float]]) -> dict[str, float]:
    def percentile(values: list[float], share: float) -> float:
        return sorted(values)[min(len(values) - 1, int(len(values) * share))] * 1000

    durable, plain = times["durable"], times["plain"]
    return {
        "ratio_p50": statistics.median(durable) / statistics.median(plain),
        "durable_p50_ms": statistics.median(durable) * 1000,
        "durable_p95_ms": percentile(durable, 0.95),
        "plain_p50_ms": statistics.median(plain) * 1000,
        "plain_p95_ms": percentile(plain, 0.95),
        "turns": len(durable),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--turns", type=int, default=40)
    parser.add_argument("--json", type=Path, default=Path("bench/results/turn.json"))
    arguments = parser.parse_args()
    figures = asyncio.run(run(arguments.turns))
    table = Table("", "ratio p50", "durable p50 / p95", "one process p50 / p95", "turns")
    for name, row in figures.items():
        table.add_row(
            name,
            f"{row['ratio_p50']:.2f}",
            f"{row['durable_p50_ms']:.0f} / {row['durable_p95_ms']:.0f} ms",
            f"{row['plain_p50_ms']:.0f} / {row['plain_p95_ms']:.0f} ms",
            f"{row['turns']:.0f}",
        )
    Console().print(table)
    arguments.json.parent.mkdir(parents=True, exist_ok=True)
    arguments.json.write_text(json.dumps({"machine": machine(), "turn": figures}, indent=2))


if __name__ == "__main__":
    main()
