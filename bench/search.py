"""What searching costs beside the marketplaces themselves: `python -m bench.search`.

Four in parallel over the slowest of the same run, ranking 400 offers, and a cached search.
"""

import argparse
import asyncio
import random
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import httpx

from activities.searching import SearchingActivities
from adapters.embeddings.minilm import MiniLm
from adapters.live.connection import connect
from adapters.live.rate_limit import SharedRateLimit
from adapters.live.search_cache import RedisSearchCache
from adapters.marketplaces.configuration import SandboxAccess
from adapters.marketplaces.guarded import GuardedMarketplace
from adapters.marketplaces.registry import load_marketplaces
from bench.figures import keep, show
from talknshop.products import ProductResult, SearchRequest, SourceStatus
from talknshop.ranking import rank
from talknshop.requirement import PriceRange, RequirementSpec
from tests.running import running_stack

DEADLINE_MS = 8000
CANDIDATES = 400


async def parallel(searching: SearchingActivities, names: list[str], rounds: int) -> list[float]:
    """Milliseconds that all four together took longer than the slowest of them."""
    extra = []
    for number in range(rounds):
        wish = RequirementSpec(product_type="laptop", price=PriceRange(max=Decimal(2000 + number)))
        requests = [
            SearchRequest(marketplace=name, requirement=wish, deadline_ms=DEADLINE_MS)
            for name in names
        ]
        started = time.perf_counter()
        outcomes = await asyncio.gather(*(searching.find(request) for request in requests))
        together = (time.perf_counter() - started) * 1000
        assert all(outcome.status is SourceStatus.DONE for outcome in outcomes)
        extra.append(together - max(outcome.elapsed_ms for outcome in outcomes))
    return extra


async def cached(searching: SearchingActivities, rounds: int) -> list[float]:
    request = SearchRequest(marketplace="ebay", requirement=RequirementSpec(product_type="laptop"))
    await searching.find(request)

    async def again() -> None:
        outcome = await searching.find(request)
        assert outcome.status is SourceStatus.CACHED
        assert outcome.products

    return [await _timed(again) for _ in range(rounds)]


def ranking(rounds: int) -> tuple[float, list[float]]:
    """Milliseconds of one core for offers never met before, and then for known ones."""
    minilm, wish = MiniLm(), RequirementSpec(product_type="gaming laptop")
    minilm.learn([""])
    offers = candidates()
    times = []
    for _ in range(rounds + 1):
        started = time.process_time()  # other programs' time is not ours
        assert rank(wish, offers, 10, minilm.similarities).products
        times.append((time.process_time() - started) * 1000)
    return times[0], times[1:]


def candidates() -> list[ProductResult]:
    chance = random.Random(1)
    brands = ("Acme", "Apex", "Nova", "Orion", "Vega")
    kinds = ("Gaming Laptop", "Laptop", "Ultrabook", "Chromebook", "Laptop Backpack")
    return [
        ProductResult(
            product_id=str(number),
            title=f"{chance.choice(brands)} {chance.choice(kinds)} {number} 16GB RAM 512GB SSD",
            price=Decimal(chance.randrange(200, 3000)),
            currency="USD",
            rating=round(chance.uniform(3, 5), 1),
            review_count=chance.randrange(2000),
            marketplace=chance.choice(("ebay", "amazon", "walmart", "bestbuy")),
            deep_link="https://shop.example/1",
        )
        for number in range(CANDIDATES)
    ]


async def _timed(call: Callable[[], Awaitable[None]]) -> float:
    started = time.perf_counter()
    await call()
    return (time.perf_counter() - started) * 1000


async def run(rounds: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        async with running_stack(Path(folder)) as stack, httpx.AsyncClient() as http:
            await stack.latency("default")
            access = SandboxAccess.from_file(
                stack.sandbox, Path(folder) / "data" / "sandbox" / "credentials.json"
            )
            redis = connect(f"redis://127.0.0.1:{stack.process('valkey')['port']}")
            limit = SharedRateLimit(redis)
            marketplaces = load_marketplaces(http, access).searching
            searching = SearchingActivities(
                {name: GuardedMarketplace(m, limit) for name, m in marketplaces.items()},
                RedisSearchCache(redis, timedelta(minutes=10), timedelta(minutes=30)),
                MiniLm(),
            )
            extra = await parallel(searching, list(marketplaces), rounds)
            again = await cached(searching, rounds * 10)
    new, known = ranking(rounds)
    return {
        "over_slowest_ms_p50": statistics.median(extra),
        "over_slowest_ms_max": max(extra),
        "cached_ms_p50": statistics.median(again),
        "ranking_new_titles_cpu_ms": new,
        "ranking_known_titles_cpu_ms_p50": statistics.median(known),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=12)
    parser.add_argument("--json", type=Path, help="instead of bench/results/search.json")
    arguments = parser.parse_args()
    figures = asyncio.run(run(arguments.rounds))
    keep("search", figures, arguments.json)
    show("searching", ("", "ms"), ((name, f"{value:.1f}") for name, value in figures.items()))


if __name__ == "__main__":
    main()
