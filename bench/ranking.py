"""How good the ranking is: nDCG@10 on judged queries, beside BM25 and plain MiniLM cosine.

All three leave out what breaks the same spec: `python -m bench.ranking [--split test] [--worst]`.
"""

import argparse
import asyncio
import json
import math
import statistics
import time
import zlib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rich.console import Console

from adapters.embeddings.minilm import MiniLm
from adapters.language.factory import build_language
from bench.figures import keep, show
from talknshop.cli.rank import rank_reading
from talknshop.cli.rank_input import Reading, read
from talknshop.wishes import broken_wishes, unknown_wishes

JUDGED = Path(__file__).parent / "judged"
# As judged shopping queries commonly weigh exact, substitute, complement and irrelevant.
GAINS = {"E": 1.0, "S": 0.1, "C": 0.01, "I": 0.0}
K1, B = 1.5, 0.75


@dataclass(frozen=True)
class Judged:
    """One query with its products, and each product's gain by its id."""

    line: dict[str, Any]
    gains: dict[str, float]
    source: str
    grades: dict[str, str] = field(default_factory=dict)

    @property
    def query(self) -> str:
        return str(self.line["query"])

    @property
    def split(self) -> str:
        return "test" if zlib.crc32(self.query.encode()) % 2 else "tune"


def read_judged() -> list[Judged]:
    lines = [*_catalogue(JUDGED / "catalogue.jsonl"), *_hard(JUDGED / "hard.txt")]
    judged = []
    for source, line in lines:
        grades = {str(product["id"]): product.pop("grade") for product in line["products"]}
        gains = {key: GAINS[grade] for key, grade in grades.items()}
        judged.append(Judged(line, gains, source, grades))
    return judged


def _catalogue(path: Path) -> list[tuple[str, dict[str, Any]]]:
    return [("catalogue", json.loads(line)) for line in path.read_text("utf-8").splitlines()]


def _hard(path: Path) -> list[tuple[str, dict[str, Any]]]:
    found: list[tuple[str, dict[str, Any]]] = []
    for line in path.read_text("utf-8").splitlines():
        if line.startswith("? "):
            found.append(("hard", {"query": line[2:], "products": []}))
        elif line and not line.startswith("#"):
            grade, title, brand, price = (part.strip() for part in line.split(" | "))
            products = found[-1][1]["products"]
            product = {"id": f"p{len(products)}", "title": title, "brand": brand}
            products.append({**product, "price": float(price), "grade": grade})
    for _, entry in found:
        # Written best first: an order that says nothing must not help anybody.
        entry["products"].sort(key=lambda p: zlib.crc32(p["title"].encode()))
    return found


def ndcg(ids: Sequence[str], gains: dict[str, float], cut: int = 10) -> float:
    ideal = _dcg(sorted(gains.values(), reverse=True)[:cut])
    return _dcg([gains[key] for key in ids[:cut]]) / ideal if ideal else 1.0


def _dcg(gains: Sequence[float]) -> float:
    return sum(gain / math.log2(place + 2) for place, gain in enumerate(gains))


System = Callable[[Reading], list[Any]]


def constrained(score: Callable[[str, Sequence[str]], Sequence[float]]) -> System:
    """A baseline: sorted by score, without what is known to break the spec."""

    def rank_ids(reading: Reading) -> list[Any]:
        texts = [f"{o.text.title} {o.text.brand} {o.text.body}".strip() for o in reading.offers]
        scores = score(reading.query, texts)
        order = sorted(range(len(texts)), key=lambda i: -scores[i])
        return [
            reading.ids[i]
            for i in order
            if set(broken_wishes(reading.requirement, reading.offers[i]))
            <= set(unknown_wishes(reading.requirement, reading.offers[i]))
        ]

    return rank_ids


def bm25(query: str, texts: Sequence[str]) -> list[float]:
    documents = [text.lower().replace(",", " ").split() for text in texts]
    average = statistics.mean(len(d) for d in documents) or 1
    frequency = Counter(word for d in documents for word in set(d))
    scores = []
    for document in documents:
        counts, score = Counter(document), 0.0
        for word in query.lower().split():
            n = frequency[word]
            idf = math.log(1 + (len(documents) - n + 0.5) / (n + 0.5))
            length = K1 * (1 - B + B * len(document) / average)
            score += idf * counts[word] * (K1 + 1) / (counts[word] + length)
        scores.append(score)
    return scores


async def measure(splits: Sequence[str]) -> dict[str, dict[str, dict[str, float]]]:
    """By system, and by split and source: nDCG@10 and the number of queries."""
    minilm, language = MiniLm(), build_language()

    def ours(reading: Reading) -> list[Any]:
        return rank_reading(reading, minilm.similarities).ids

    systems = {
        "BM25": constrained(bm25),
        "MiniLM cosine": constrained(minilm.similarities),
        "ours": ours,
    }
    found: dict[str, dict[str, list[float]]] = {name: {} for name in systems}
    for judged in read_judged():
        if judged.split not in splits:
            continue
        reading = await read(judged.line, language)
        for name, system in systems.items():
            value = ndcg(system(reading), judged.gains)
            for key in (f"{judged.split} {judged.source}", f"{judged.split} all"):
                found[name].setdefault(key, []).append(value)
    return {
        name: {
            key: {"ndcg": statistics.mean(v), "queries": len(v)} for key, v in sorted(by.items())
        }
        for name, by in found.items()
    }


async def worst(split: str, count: int) -> None:
    """The queries of a split that come out worst, product by product: for tuning."""
    minilm, language = MiniLm(), build_language()
    rows = []
    for judged in read_judged():
        if judged.split != split:
            continue
        reading = await read(judged.line, language)
        result = rank_reading(reading, minilm.similarities)
        rows.append((ndcg(result.ids, judged.gains), judged, reading, result))
    titles = Console()
    for value, judged, reading, result in sorted(rows, key=lambda row: row[0])[:count]:
        titles.print(f"\n{value:.3f} [bold]{judged.query}[/] -> {reading.wish.text}", markup=True)
        by_id = dict(zip(reading.ids, reading.offers, strict=True))
        for key, score, reason in list(zip(result.ids, result.scores, result.reasons, strict=True))[
            :10
        ]:
            print(f"  {judged.grades[key]} {score:.3f} {by_id[key].text.title[:80]} | {reason}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--split", choices=["tune", "test"], action="append")
    parser.add_argument("--worst", type=int, help="show the worst queries of the split instead")
    parser.add_argument("--json", type=Path, help="instead of bench/results/ranking.json")
    arguments = parser.parse_args()
    splits = arguments.split or ["tune", "test"]
    if arguments.worst:
        asyncio.run(worst(splits[0], arguments.worst))
        return
    started = time.perf_counter()
    figures = asyncio.run(measure(splits))
    took = time.perf_counter() - started
    keep("ranking", {"seconds": took, "ndcg": figures}, arguments.json)
    show(
        "nDCG@10",
        ("", *figures),
        (
            (
                f"{key} ({row['queries']:.0f})",
                *(f"{by[key]['ndcg']:.3f}" for by in figures.values()),
            )
            for key, row in figures["ours"].items()
        ),
    )


if __name__ == "__main__":
    main()
