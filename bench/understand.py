"""How well people are understood: sets of turns against every configured path.

`python -m bench.understand [SET.jsonl ...] [--split test] [--model embedded --model …]`.
A turn is {"id", "text", "mode"?, "previous_spec"?, "dialogue"?, "language"?, "phenomena"?}; what is
expected of it stands in "expect": {"mode", "spec", "clarification"?}. In a dialogue, each turn
follows the one before it.
"""

import argparse
import asyncio
import json
import statistics
import subprocess
import sys
import time
import zlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console

from adapters.language.port import Language
from bench.figures import keep, show
from bench.scoring import Tally, asked_for, facts_of
from talknshop.cli.understand import answer_to
from talknshop.settings import Settings
from workers.language import language_of

SETS = Path(__file__).with_name("understanding")

# Decided before anything was tuned: 2 of 5 dialogues, by their names.
TEST_SHARE = (2, 5)

_LOADING = """
import json, resource, time
start = time.process_time()
from adapters.language.embedded import EmbeddedLanguage
import asyncio
from talknshop.understanding import Utterance
asyncio.run(EmbeddedLanguage().understand(Utterance(text="find me a laptop under $1000")))
seconds = time.process_time() - start
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps({"processor_s": round(seconds, 2), "peak_mib": round(peak / 1024)}))
"""


def split_of(turn: dict[str, Any]) -> str:
    """A set written later says of each turn what it is for."""
    if "split" in turn:
        return str(turn["split"])
    share, of = TEST_SHARE
    name = str(turn.get("dialogue") or turn["id"])
    return "test" if zlib.crc32(name.encode()) % of < share else "tune"


def load(paths: Iterable[Path]) -> list[dict[str, Any]]:
    """The turns, each with the spec that the dialogue had come to before it."""
    turns, before = [], dict[str, dict[str, Any]]()
    for path in paths:
        for line in path.read_text(encoding="utf-8").splitlines():
            turn = json.loads(line)
            dialogue = turn.get("dialogue")
            if dialogue in before and "previous_spec" not in turn:
                turn["previous_spec"] = before[dialogue]
            if dialogue and turn["expect"]["spec"]:
                before[dialogue] = turn["expect"]["spec"]
            turns.append({"set": path.stem, **turn})
    return turns


async def answers_of(
    language: Language, turns: Sequence[dict[str, Any]]
) -> tuple[list[dict[str, Any]], list[float]]:
    """The answers, and how much processor time each took: a busy machine changes little in it."""
    answers, seconds = [], []
    for turn in turns:
        line = json.dumps({key: turn[key] for key in turn if key not in ("expect", "phenomena")})
        start = time.process_time()
        answers.append(await answer_to(language, line))
        seconds.append(time.process_time() - start)
    return answers, seconds


def tallies(
    turns: Sequence[dict[str, Any]], answers: Sequence[dict[str, Any]]
) -> dict[str, dict[str, Tally]]:
    """By kind of group (set, phenomenon, language), by name."""
    groups: dict[str, dict[str, Tally]] = {"set": {}, "phenomenon": {}, "language": {}}
    for turn, answer in zip(turns, answers, strict=True):
        names = [("set", turn["set"]), ("language", turn.get("language", "en"))]
        names += [("phenomenon", name) for name in turn.get("phenomena", [])]
        for kind, name in names:
            groups[kind].setdefault(name, Tally()).add(turn["expect"], answer)
    return groups


def main() -> None:
    arguments = _arguments()
    turns = [
        turn
        for turn in load(arguments.sets or sorted(SETS.glob("*.jsonl")))
        if arguments.split in ("all", split_of(turn))
    ]
    console = Console()
    report: dict[str, Any] = {"split": arguments.split, "paths": {}}
    for model in arguments.model or sorted({"embedded", Settings().language.model}):
        language = language_of(Settings().language.model_copy(update={"model": model}))
        answers, seconds = asyncio.run(answers_of(language, turns))
        groups = tallies(turns, answers)
        _print(f"{model}, {arguments.split}", groups, seconds)
        failures = _failures(turns, answers)
        if arguments.failures:
            _print_failures(console, failures)
        report["paths"][model] = {
            "processor_ms": _milliseconds(seconds),
            "groups": {kind: {n: _row(t) for n, t in g.items()} for kind, g in groups.items()},
            "failures": failures,
        }
    loading = subprocess.run([sys.executable, "-c", _LOADING], capture_output=True, check=True)
    report["loading"] = json.loads(loading.stdout)
    print("embedded alone, loading and first turn:", report["loading"])
    keep("understand", report)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sets", nargs="*", type=Path)
    parser.add_argument("--split", choices=("tune", "test", "all"), default="test")
    parser.add_argument("--model", action="append", help="instead of every configured path")
    parser.add_argument("--failures", action="store_true", help="list every turn that went wrong")
    return parser.parse_args()


def _milliseconds(seconds: list[float]) -> dict[str, float]:
    ordered = sorted(seconds)
    p95 = ordered[int(len(ordered) * 0.95)] if ordered else 0
    p50 = statistics.median(ordered) if ordered else 0
    return {"p50": round(p50 * 1000, 2), "p95": round(p95 * 1000, 2)}


def _row(tally: Tally) -> dict[str, Any]:
    return {
        "turns": tally.turns,
        "f1": round(tally.facts.f1, 4),
        "exact": round(tally.exact / tally.turns, 4),
        "mode": round(tally.mode_right / tally.turns, 4),
        "clarification": round(tally.clarification_right / tally.turns, 4),
        "fields": {name: round(counts.f1, 4) for name, counts in sorted(tally.fields.items())},
    }


def _print(title: str, groups: dict[str, dict[str, Tally]], seconds: list[float]) -> None:
    scores = ("f1", "exact", "mode", "clarification")
    for kind, group in groups.items():
        rows = [(name, _row(tally)) for name, tally in sorted(group.items())]
        show(
            title,
            (kind, "turns", "F1", *scores[1:]),
            ((n, str(row["turns"]), *(f"{row[key]:.3f}" for key in scores)) for n, row in rows),
        )
    show(
        "fields",
        ("set", "field", "F1", "right", "wrong", "missed"),
        (
            (name, of, f"{c.f1:.3f}", str(c.right), str(c.wrong), str(c.missed))
            for name, tally in sorted(groups["set"].items())
            for of, c in sorted(tally.fields.items())
        ),
    )
    print("a turn, ms of processor time:", _milliseconds(seconds))


def _failures(
    turns: Sequence[dict[str, Any]], answers: Sequence[dict[str, Any]]
) -> list[dict[str, Any]]:
    failures = []
    for turn, answer in zip(turns, answers, strict=True):
        expect = turn["expect"]
        expected, found = facts_of(expect["spec"]), facts_of(answer["spec"])
        difference = {
            "missed": sorted(expected - found),
            "wrong": sorted(found - expected),
            "mode": None if expect["mode"] == answer["mode"] else answer["mode"],
            "clarification": None
            if expect.get("clarification") == asked_for(answer)
            else f"{expect.get('clarification')} -> {asked_for(answer)}",
        }
        if any(difference.values()):
            failures.append({"id": turn["id"], "text": turn["text"], **difference})
    return failures


def _print_failures(console: Console, failures: list[dict[str, Any]]) -> None:
    for failure in failures:
        console.print(f"[bold]{failure['id']}[/] {failure['text']!r}", highlight=False)
        for name in ("missed", "wrong", "mode", "clarification"):
            if failure[name]:
                console.print(f"    {name}: {failure[name]}", highlight=False)


if __name__ == "__main__":
    main()
