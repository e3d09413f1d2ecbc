"""A text from which recognisers take what they understand, so that the rest can be judged."""

import re
import unicodedata
from collections.abc import Iterator

from text_to_num import alpha2digit

MAX_LENGTH = 4000

# Stands where something was taken: no pattern reads across it.
TAKEN = "|"

_SMALL = "one two three four five six seven eight nine".split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_TEENS = ("ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen").split()
_NUMBER_WORD = "|".join([*_SMALL, *_TEENS, *_TENS, "zero", "hundred", "thousand", "point"])
_RUN = re.compile(
    rf"\b(?:{_NUMBER_WORD})(?:(?:\s+(?:and\s+)?|-)(?:{_NUMBER_WORD})){{0,12}}\b", re.IGNORECASE
)
_COLLOQUIAL = re.compile(
    rf"\b({'|'.join([*_SMALL, *_TEENS])})\s+({'|'.join(_TENS)})(?:[\s-]+({'|'.join(_SMALL)}))?\b",
    re.IGNORECASE,
)
_COUNTED = re.compile(
    rf"\b(a couple(?: of)?|a few|a|{'|'.join(_SMALL)})\s+"
    r"(hundred|thousand|grand|k|bucks|dollars|euros|pounds|quid|stars?|inch(?:es)?)\b",
    re.IGNORECASE,
)
_COUNTS = {"a": 1, "a couple": 2, "a couple of": 2, "a few": 3} | {
    word: number for number, word in enumerate(_SMALL, start=1)
}
_QUOTES = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", TAKEN: ","})


class Reading:
    """`rest` is in lower case and as long as `said`: a place in one is a place in the other."""

    def __init__(self, text: str) -> None:
        self.said = with_digits(clean(text))
        self.rest = "".join(_lower(character) for character in self.said)

    def take(self, pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
        """Each match of the pattern in what is left; it is left no longer."""
        for match in list(pattern.finditer(self.rest)):
            self.drop(match.start(), match.end())
            yield match

    def takes(self, pattern: re.Pattern[str]) -> bool:
        return bool(list(self.take(pattern)))

    def drop(self, start: int, end: int) -> None:
        self.rest = self.rest[:start] + TAKEN * (end - start) + self.rest[end:]

    def words(self) -> Iterator[re.Match[str]]:
        """What is left, word by word."""
        return WORD.finditer(self.rest)


WORD = re.compile(r"[^\W_](?:[\w'&.+/-]*[\w+])?")


def clean(text: str) -> str:
    """Composed characters, straight quotes, single blanks; nothing invisible, no pictures."""
    composed = unicodedata.normalize("NFKC", text[:MAX_LENGTH]).translate(_QUOTES)
    visible = (_visible(character) for character in composed)
    return re.sub(r"\s+", " ", "".join(visible)).strip()[:MAX_LENGTH]


def with_digits(text: str) -> str:
    """Numbers in words become digits: "six fifty" 650, "a couple hundred" 200, "twelve" 12."""
    text = _COLLOQUIAL.sub(_colloquial, text)
    text = _RUN.sub(_number, text)
    return _COUNTED.sub(_counted, text)


def _visible(character: str) -> str:
    kind = unicodedata.category(character)
    if kind == "Cf":
        return ""
    return " " if kind in ("Cc", "Cs", "Co", "Cn", "So", "Sk") else character


def _lower(character: str) -> str:
    lower = character.lower()
    return lower if len(lower) == 1 else character


def _colloquial(match: re.Match[str]) -> str:
    hundreds, rest = match[1], " ".join(part for part in match.groups()[1:] if part)
    return str(_value(hundreds) * 100 + _value(rest))


def _value(words: str) -> int:
    lowered = words.lower()
    return _COUNTS.get(lowered) or int(alpha2digit(lowered, "en"))


def _counted(match: re.Match[str]) -> str:
    count, unit = _COUNTS[match[1].lower()], match[2]
    scale = {"hundred": 100, "thousand": 1000}.get(unit.lower())
    return str(count * scale) if scale else f"{count} {unit}"


def _number(match: re.Match[str]) -> str:
    """A small number alone stays a word: "the second one" counts nothing."""
    words = match[0]
    return words if words.lower() in (*_SMALL, "point") else alpha2digit(words, "en")
