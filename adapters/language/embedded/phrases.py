"""The thing that a text is about: what is left once everything else was taken."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from adapters.language.embedded.brands import MOST_FUZZY_WORDS, maker_of, similar_thing
from adapters.language.embedded.text import TAKEN, WORD, Reading
from adapters.language.embedded.vocabulary import (
    ACCESSORIES,
    CATEGORY_OF,
    FEATURES,
    FILLER,
    SPELLING,
    category_of,
    singular,
)

_LONGEST_PHRASE = 12

_BREAK = re.compile(
    r"[|,;!?()]+|[.:](?=\s|\||$)"
    r"|\b(?P<link>with|for|that|which|because|since|so|but|by|near|if|when|while|or|as|to go|who)\b"
)


@dataclass
class Chunk:
    """A piece between breaks, its filler cut off; `link` is the word that led to it."""

    words: list[str]
    link: str = ""

    @property
    def text(self) -> str:
        return " ".join(spelled(word) for word in self.words)

    @property
    def things(self) -> list[str]:
        return [word for word in self.words if category_of(word)]

    @property
    def is_features(self) -> bool:
        return all(word.lower() in FEATURES for word in self.words)


@dataclass
class Phrase:
    """`thing` is the product in the person's words; `others` had no place in it."""

    thing: str = ""
    head: str = ""  # the word that names the thing, when it is a known one
    features: list[str] = field(default_factory=list)
    others: list[str] = field(default_factory=list)
    misspelt: list[tuple[str, str]] = field(default_factory=list)


def read_phrase(reading: Reading, filler: Iterable[str] = ()) -> Phrase:
    """Splits what is left into the thing, features said apart from it, and other words."""
    phrase = Phrase()
    chunks = list(_chunks(reading, FILLER.union(filler), phrase))
    main = next((chunk for chunk in chunks if chunk.things), None)
    main = main or next((chunk for chunk in chunks if not chunk.is_features), None)
    if main is not None and main.link in ("with", "that", "which", "because") and not main.things:
        main = None
    for chunk in chunks:
        if chunk is main:
            phrase.thing, phrase.head = chunk.text, head_of(chunk.words)
        elif chunk.is_features:
            phrase.features += [word.lower() for word in chunk.words]
        elif main is not None and _belongs(main, chunk):
            phrase.thing += f" {chunk.link} {chunk.text}"
            phrase.head = head_of(main.words)
        else:
            phrase.others.append(f"{chunk.link} {chunk.text}".strip())
    return phrase


def head_of(words: Iterable[str]) -> str:
    """The last word that names a thing, as one of it: `bike` of "mountain bikes"."""
    things = [word.lower() for word in words if category_of(word)]
    if not things:
        return ""
    return things[-1] if things[-1] in CATEGORY_OF else singular(things[-1])


def is_about_something(phrase: Phrase) -> bool:
    """Whether the thing is one we know; a word that we don't know may be anything."""
    return bool(phrase.head or maker_of(phrase.thing))


def spelled(word: str) -> str:
    lowered = word.lower()
    if lowered in SPELLING:
        return SPELLING[lowered]
    return lowered if category_of(word) or lowered in FEATURES else word


def _belongs(main: Chunk, chunk: Chunk) -> bool:
    """ "for iPhone 13" belongs to a case, not to a laptop."""
    accessory = any(
        word.lower() in ACCESSORIES for word in (*main.words, *map(singular, main.words))
    )
    return chunk.link == "for" and accessory and (bool(chunk.things) or bool(maker_of(chunk.text)))


def _chunks(reading: Reading, filler: frozenset[str], phrase: Phrase) -> Iterator[Chunk]:
    start, link = 0, ""
    for stop in (*_BREAK.finditer(reading.rest), None):
        end = stop.start() if stop else len(reading.rest)
        words = [match[0] for match in WORD.finditer(reading.said, start, end)]
        words = _trimmed(words, filler)[:_LONGEST_PHRASE]
        if words:
            yield Chunk([_corrected(word, phrase) for word in words], link)
            link = ""
        if stop:
            start = stop.end()
            link = stop["link"] or ("" if stop[0].strip(TAKEN + " ") else link)


def _trimmed(words: list[str], filler: frozenset[str]) -> list[str]:
    start, end = 0, len(words)
    while start < end and words[start].lower() in filler:
        start += 1
    while end > start and words[end - 1].lower() in filler:
        end -= 1
    return words[start:end]


def _corrected(word: str, phrase: Phrase) -> str:
    if len(phrase.misspelt) >= MOST_FUZZY_WORDS:
        return word
    meant = similar_thing(word.lower())
    if meant is None:
        return word
    phrase.misspelt.append((word, meant))
    return meant
