"""Brands in a text, misspelt ones too."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz, process

from adapters.language.embedded.text import Reading
from adapters.language.embedded.vocabulary import (
    BRAND_ALIASES,
    BRANDS,
    CATEGORY_OF,
    COLOURS,
    FEATURES,
    FILLER,
    LINES,
    WORDS_TOO,
    category_of,
    singular,
)

# Measured: below 85, "bosch" becomes Bose and "song" Sony; at 85 "samsnug" is still Samsung.
SIMILAR = 85

# Longer texts are not shopping lists: their words are compared as they are.
MOST_FUZZY_WORDS = 60

_NAMES = {brand.lower(): brand for brand in BRANDS} | BRAND_ALIASES
_ONE_WORD = [name for name in _NAMES if re.fullmatch(r"[a-z]{4,}", name) and name not in WORDS_TOO]
_EXACT = re.compile(
    rf"(?<![\w-])({'|'.join(re.escape(name) for name in sorted(_NAMES, key=len, reverse=True))})"
    r"(?:'s|s)?(?![\w-])"
)
_THINGS = [word for word in CATEGORY_OF if len(word) > 4]
_KNOWN = {*CATEGORY_OF, *COLOURS, *FEATURES, *FILLER, *LINES}


@dataclass(frozen=True)
class Brand:
    name: str
    start: int
    end: int
    misspelt: bool = False


def brands_in(reading: Reading) -> Iterator[Brand]:
    """Every brand in what is left, in order."""
    found = [
        Brand(_NAMES[match[1]], match.start(), match.end())
        for match in _EXACT.finditer(reading.rest)
        if _is_meant(reading, match)
    ]
    taken = {place for brand in found for place in range(brand.start, brand.end)}
    for number, word in enumerate(reading.words()):
        if number == MOST_FUZZY_WORDS:
            break
        name = None if word.start() in taken else _similar(word[0])
        if name:
            found.append(Brand(name, word.start(), word.end(), misspelt=True))
    return iter(sorted(found, key=lambda brand: brand.start))


def maker_of(text: str) -> str:
    """The brand whose product line is named: Apple for an iPhone."""
    for word in re.findall(r"[\w-]+", text.lower()):
        if maker := LINES.get(word) or LINES.get(singular(word)):
            return maker
    return ""


@lru_cache(maxsize=4096)
def similar_thing(word: str) -> str | None:
    """The thing that a misspelt word means: `headphnes` headphones."""
    if len(word) < 5 or word in _KNOWN or category_of(word) or not word.isalpha():
        return None
    match = process.extractOne(word, _THINGS, scorer=fuzz.ratio, score_cutoff=SIMILAR)
    return match[0] if match else None


@lru_cache(maxsize=4096)
def _similar(word: str) -> str | None:
    if len(word) < 4 or word in _KNOWN or category_of(word) or not word.isalpha():
        return None
    match = process.extractOne(word, _ONE_WORD, scorer=fuzz.ratio, score_cutoff=SIMILAR)
    return _NAMES[match[0]] if match else None


def _is_meant(reading: Reading, match: re.Match[str]) -> bool:
    """A brand that is a word as well needs a capital, or a thing that it makes beside it."""
    things = WORDS_TOO.get(match[1])
    if things is None:
        return True
    capital = reading.said[match.start()].isupper() and match.start() > 0
    after = re.findall(r"[\w-]+", reading.rest[match.end() :])[:3]
    return capital or any(word in things or singular(word) in things for word in after)
