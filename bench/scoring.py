"""How well a spec was understood: its stated facts, counted one by one."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

Fact = tuple[str, str]

# Written by the product from other fields, or no wish of the person: not scored.
UNSCORED = {"description", "category", "media_refs"}
WORDS = {"product_type", "title", "shipping", "condition_notes"}

_DEFAULTS: dict[str, Any] = {
    "sort": "relevance",
    "language": "en",
    "quantity": 1,
    "currency": "USD",
    "country": "US",
}


@dataclass
class Counts:
    """Facts found that are right, facts found that are wrong, facts missed."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    def add(self, expected: set[Fact], found: set[Fact]) -> None:
        self.right += len(expected & found)
        self.wrong += len(found - expected)
        self.missed += len(expected - found)

    @property
    def f1(self) -> float:
        total = 2 * self.right + self.wrong + self.missed
        return 2 * self.right / total if total else 1.0


@dataclass
class Tally:
    """What a group of turns came to."""

    turns: int = 0
    facts: Counts = field(default_factory=Counts)
    exact: int = 0
    mode_right: int = 0
    clarification_right: int = 0
    fields: dict[str, Counts] = field(default_factory=dict)

    def add(self, turn: Mapping[str, Any], answer: Mapping[str, Any]) -> None:
        expected, found = facts_of(turn["spec"]), facts_of(answer["spec"])
        self.turns += 1
        self.facts.add(expected, found)
        self.exact += expected == found
        self.mode_right += turn["mode"] == answer["mode"]
        self.clarification_right += turn.get("clarification") == asked_for(answer)
        for name in {fact[0].partition(".")[0] for fact in expected | found}:
            counts = self.fields.setdefault(name, Counts())
            counts.add(_of(name, expected), _of(name, found))


def facts_of(spec: Mapping[str, Any] | None) -> set[Fact]:
    """Every fact that differs from its default; how it is written makes no difference."""
    return set(_facts(spec or {}))


def asked_for(answer: Mapping[str, Any]) -> str | None:
    clarification = answer.get("clarification")
    return clarification["field"] if clarification else None


def _facts(spec: Mapping[str, Any], prefix: str = "") -> Iterator[Fact]:
    for name, value in spec.items():
        if name in UNSCORED or value in (None, "", [], {}) or value == _DEFAULTS.get(name):
            continue
        if isinstance(value, Mapping):
            yield from _facts(value, f"{prefix}{name}.")
        elif isinstance(value, list):
            yield from ((prefix + name, _plain(item)) for item in value)
        elif name in WORDS:
            yield name, " ".join(sorted(_words(value)))
        else:
            yield (prefix + name).lower(), _plain(value)


def _plain(value: Any) -> str:
    if isinstance(value, int | float):
        return f"{value:g}" if abs(value) < 100_000 else f"{value:.2f}"
    return re.sub(r"[\s_-]+", " ", str(value)).strip().casefold()


def _words(text: str) -> Iterable[str]:
    """Without articles and number: "the mountain bikes" is "mountain bike"."""
    words = re.findall(r"[^\W_]+", text.casefold())
    return {_singular(word) for word in words if word not in ("a", "an", "the")}


def _singular(word: str) -> str:
    for ending in ("es", "s"):
        stem = word.removesuffix(ending)
        if stem != word and len(stem) > 2 and not stem.endswith("s"):
            return stem if ending == "s" or stem.endswith(("sh", "ch", "x", "ss")) else stem + "e"
    return word


def _of(name: str, facts: set[Fact]) -> set[Fact]:
    return {fact for fact in facts if fact[0].partition(".")[0] == name}
