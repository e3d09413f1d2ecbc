"""`talknshop rank`: JSON lines of a query and its products in, ids from best to worst out."""

import json
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from adapters.embeddings.minilm import MiniLm
from adapters.language.factory import build_language
from talknshop.cli.errors import CommandError
from talknshop.cli.rank_input import Reading, read
from talknshop.offers import Offer
from talknshop.ranking import Ranked, order
from talknshop.reasons import reasons
from talknshop.relevance import Similarity, Text
from talknshop.requirement import Sort
from talknshop.wishes import broken_wishes, has_one_of, unknown_wishes

# Nobody can say how well such an offer fits, so what is known to fit comes first.
UNKNOWN = 0.9
# What a query says it should not have: rather not, but a title may mean something else by it.
DENIED = 0.5


@dataclass(frozen=True)
class Answer:
    ids: list[Any]
    scores: list[float]
    reasons: list[str]
    notes: list[str]


async def rank_lines(lines: Iterable[str]) -> None:
    """One line out for each line in. Raises CommandError at the end when a line was unusable."""
    language, similarity = build_language(), MiniLm().similarities
    unusable = 0
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            reading = await read(json.loads(line), language)
            answer = rank_reading(reading, similarity)
        except (ValueError, TypeError, RecursionError) as error:
            unusable += 1
            answer = Answer([], [], [], [f"line {number} can't be used: {error}"])
        for note in answer.notes:
            print(note, file=sys.stderr)
        print(_written(answer), flush=True)
    if unusable:
        raise CommandError(f"{unusable} lines could not be used.", exit_code=1)


def _has_denied(reading: Reading, place: int) -> bool:
    """Titles only: descriptions also tell what a thing does not have."""
    title = Text(reading.offers[place].text.title)
    return has_one_of(reading.denied, Offer(title))


def _written(answer: Answer) -> str:
    text = json.dumps(vars(answer), ensure_ascii=False)
    try:
        text.encode()
    except UnicodeEncodeError:  # half of a character in somebody's ids, which go out as they came
        text = json.dumps(vars(answer))
    return text


def rank_reading(reading: Reading, similarity: Similarity | None = None) -> Answer:
    """What breaks a wish is left out; what does not say comes after what does."""
    requirement, offers = reading.requirement, reading.offers
    missing = [set(unknown_wishes(requirement, offer)) for offer in offers]
    allowed = [
        place
        for place, offer in enumerate(offers)
        if set(broken_wishes(requirement, offer)) <= missing[place]
    ]
    ranked = [
        Ranked(
            allowed[r.index],
            r.score
            * (UNKNOWN if missing[allowed[r.index]] else 1)
            * (DENIED if _has_denied(reading, allowed[r.index]) else 1),
            r.relevance,
        )
        for r in order(requirement, reading.wish, [offers[p] for p in allowed], similarity)
    ]
    if requirement.sort is Sort.RELEVANCE:
        ranked.sort(key=lambda r: -r.score)
    return Answer(
        [reading.ids[r.index] for r in ranked],
        [round(r.score, 4) for r in ranked],
        [
            reasons(requirement, reading.wish, offers[r.index], r.relevance, offers, 0)
            for r in ranked
        ],
        reading.notes,
    )
