"""A text as tokens that stand for something; readers take what they understand."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

from adapters.language.embedded.grammar import grammar
from adapters.language.embedded.lexicon import Lexicon, Tags, fold, load, names_goods, real_words
from adapters.language.embedded.splitting import MAX_PIECES, Piece, pieces

# A turn's time is bounded: a text with more unknown words than this is no shopping list.
MAX_CORRECTIONS = 24

_SIGNS = {
    ",": "comma", ";": "comma", "+": "and", "&": "and", "/": "or",
    ".": "stop", "!": "stop", "?": "stop", "(": "stop", ")": "stop", ":": "colon",
    "-": "dash to", "~": "about to", '"': "quote",
}  # fmt: skip


@dataclass(slots=True)
class Token:
    """`tags` says what it stands for. `value` is a number's; `said` the person's own spelling."""

    said: str
    norm: str
    tags: Tags
    glued: bool = False
    value: Decimal | None = None
    meant: str = ""  # the known word that a misspelt one was taken for
    taken: bool = False

    def __contains__(self, concept: str) -> bool:
        return concept in self.tags and not self.taken

    def get(self, concept: str) -> str:
        return self.tags.get(concept, "")

    @property
    def shape(self) -> str:
        return "< taken >" if self.taken else f"< {' '.join(self.tags)} >"


@dataclass(frozen=True, slots=True)
class Found:
    """Where a pattern was found: `start` and `end` count tokens."""

    reading: "Reading"
    start: int
    end: int
    groups: dict[str, tuple[int, int]] = field(default_factory=dict)

    def tokens(self, group: str | None = None) -> list[Token]:
        """Those of a group, none when it took no part."""
        start, end = self.groups.get(group, (0, 0)) if group else (self.start, self.end)
        return self.reading.tokens[start:end]

    def first(self, group: str) -> Token | None:
        return next(iter(self.tokens(group)), None)

    def values(self, concept: str, group: str | None = None) -> list[str]:
        """What its tokens stand for, each once."""
        found = [token.get(concept) for token in self.tokens(group) if concept in token.tags]
        return list(dict.fromkeys(found))

    def said(self, group: str | None = None) -> str:
        return joined(self.tokens(group))


class Reading:
    """The tokens of one text. What is taken stands for nothing more, and ends what is beside."""

    def __init__(self, text: str, language: str) -> None:
        self.language = language
        self.lexicon = load(language)
        self.tokens = list(_tagged(list(pieces(text))[:MAX_PIECES], self.lexicon))
        self._shapes: tuple[str, list[int]] | None = None

    @classmethod
    def of(cls, tokens: Sequence[Token], like: "Reading") -> "Reading":
        """Some of a reading's tokens as a reading of their own."""
        part = cls.__new__(cls)
        part.language, part.lexicon, part._shapes = like.language, like.lexicon, None
        part.tokens = list(tokens)
        return part

    def changed(self) -> None:
        """To be told whenever tokens were changed from outside."""
        self._shapes = None

    def find(self, pattern: str) -> list[Found]:
        shapes, starts = self._shape()
        index = {start: number for number, start in enumerate(starts)}
        found = []
        for match in grammar(pattern).finditer(shapes):
            if match.start() == match.end():
                continue
            groups = {
                name: (index[span[0]], index[span[1]])
                for name in match.re.groupindex
                if (span := match.span(name))[0] >= 0
            }
            found.append(Found(self, index[match.start()], index[match.end()], groups))
        return found

    def has(self, pattern: str) -> bool:
        return grammar(pattern).search(self._shape()[0]) is not None

    def is_all(self, pattern: str) -> bool:
        return grammar(pattern).fullmatch(self._shape()[0]) is not None

    def take(self, pattern: str) -> Iterator[Found]:
        """Each place where the pattern is found; what is there is taken."""
        for found in self.find(pattern):
            yield found
            self.drop(found.start, found.end)

    def takes(self, pattern: str) -> bool:
        return bool(list(self.take(pattern)))

    def drop(self, start: int, end: int) -> None:
        for token in self.tokens[start:end]:
            token.taken = True
        self._shapes = None

    def values(self, concept: str) -> list[str]:
        return [token.get(concept) for token in self.tokens if concept in token]

    def _shape(self) -> tuple[str, list[int]]:
        if self._shapes is None:
            starts, length, shapes = [], 0, []
            for token in self.tokens:
                starts.append(length)
                shapes.append(token.shape)
                length += len(shapes[-1])
            self._shapes = ("".join(shapes), [*starts, length])
        return self._shapes


def joined(tokens: Iterable[Token]) -> str:
    """The words as they were said."""
    text = "".join(token.said if token.glued else f" {token.said}" for token in tokens)
    return text.strip()


def number_in(text: str) -> Decimal:
    """The last separator is a decimal one unless three digits follow it."""
    last = max(text.rfind("."), text.rfind(","))
    if last == -1 or len(text) - last == 4:
        return Decimal(re.sub(r"[.,' ]", "", text))
    return Decimal(f"{re.sub(r'[.,. ]', '', text[:last]) or '0'}.{text[last + 1 :]}")


def _tagged(parts: list[Piece], lexicon: Lexicon) -> Iterator[Token]:
    norms = [fold(part.text) for part in parts]
    place, corrections, is_brand = 0, 0, False
    while place < len(parts):
        length, tags = _longest_phrase(norms, place, lexicon)
        part = parts[place]
        after_brand, is_brand = is_brand, tags is not None and "brand" in tags
        if tags is None and part.kind == "word":
            if "-" in part.text and not any(c.isdigit() for c in part.text):
                inner = list(_apart(part))
                parts[place : place + 1] = inner
                norms[place : place + 1] = [fold(piece.text) for piece in inner]
                if len(inner) > 1:
                    continue
            corrections += 1
            meant = _meant(norms[place], lexicon) if corrections <= MAX_CORRECTIONS else None
            if meant is not None and not _may_mean(parts, place, meant, lexicon.language):
                meant = None
            if meant is not None and after_brand and not _may_follow_brand(norms[place]):
                meant = None
            if meant is not None:
                norms[place] = meant
                length, tags = _longest_phrase(norms, place, lexicon)
                span = slice(place, place + length)
                yield _token(parts[span], tags or {"word": ""}, " ".join(norms[span]), meant)
                place += length
                continue
        span = slice(place, place + length)
        yield _token(parts[span], tags or _own_tags(part), " ".join(norms[span]))
        place += length


def _may_mean(parts: list[Piece], place: int, meant: str, language: str) -> bool:
    """A capital amid small letters is a name: "Alhambra" is no "alfombra".

    In another language, a small unknown word is hardly a brand: "fendu" is no "Fendi".
    """
    tags = (load("en").get((meant,)) or {}).keys()
    capital = parts[place].text[:1].isupper()
    if language != "en" and not capital and tags and tags <= {"brand", "line"}:
        return False
    if not capital or language == "de" or place == 0 or parts[place - 1].kind == "sign":
        return True
    if parts[place - 1].text[:1].isupper() and _may_be_name(parts[place - 1], language):
        return bool(tags & {"brand", "line"})
    words = [part for part in parts if part.kind == "word"]
    mostly_small = sum(part.text[:1].islower() for part in words) * 2 > len(words)
    return not mostly_small or bool(tags & {"brand", "line"})


def _may_be_name(part: Piece, language: str) -> bool:
    """A brand, or a word that nobody knows."""
    word = (fold(part.text),)
    tags = load(language).get(word) or load(language).inflected(word)
    return not tags or "brand" in tags


def _longest_phrase(norms: list[str], place: int, lexicon: Lexicon) -> tuple[int, Tags | None]:
    for length in range(min(lexicon.longest(norms[place]), len(norms) - place), 0, -1):
        phrase = tuple(norms[place : place + length])
        tags = lexicon.get(phrase) or lexicon.inflected(phrase)
        if tags:
            return length, tags
    tags = lexicon.inflected((norms[place],))
    return 1, tags


def _token(parts: Sequence[Piece], tags: Tags, norm: str, meant: str = "") -> Token:
    said = "".join(
        part.text if part.glued or number == 0 else f" {part.text}"
        for number, part in enumerate(parts)
    )
    token = Token(said, norm, dict(tags), parts[0].glued, meant=meant)
    if len(parts) == 1 and parts[0].kind == "number":
        token.tags["num"] = said
        token.value = number_in(said)
    elif "num" in tags:
        token.value = Decimal(tags["num"])
    if said[:1].isupper():
        token.tags["capital"] = ""
    return token


def _own_tags(part: Piece) -> Tags:
    if part.kind == "number":
        return {"num": part.text}
    if part.kind == "sign":
        return dict.fromkeys(_SIGNS.get(part.text, "sign").split(), part.text)
    if part.kind == "fraction":
        return {"word": part.text, "model": "", "fraction": part.text}
    return {"word": part.text} | ({"model": ""} if any(c.isdigit() for c in part.text) else {})


def _apart(part: Piece) -> Iterator[Piece]:
    """The words of a compound that is not known as one."""
    start = part.start
    for number, word in enumerate(re.split("-", part.text)):
        if word:
            yield Piece(word, "word", start, start + len(word), number == 0 and part.glued)
        start += len(word) + 1


_SHORT_NAME = 4


def _may_follow_brand(norm: str) -> bool:
    """A short word after a brand may be a name of its own: "HTC Vive" is no vise."""
    return len(norm) > _SHORT_NAME or not any(letter in "aeiouy" for letter in norm)


def _meant(norm: str, lexicon: Lexicon) -> str | None:
    return _closest(norm, lexicon.language)


@lru_cache(maxsize=8192)
def _closest(norm: str, language: str) -> str | None:
    """The known word that a misspelt one is one slip from, two for a long word."""
    if len(norm) < 4 or not norm.isascii() or not norm.isalpha() or norm in real_words():
        return None
    slips = 1 if len(norm) < 8 else 2
    words = _vocabulary(language, norm[0], len(norm), slips)
    matches = process.extract(norm, words, scorer=OSA.distance, score_cutoff=slips, limit=5)
    # Of words that are as near, one that names goods: "chargr" is no "charge".
    match = min(matches, key=lambda m: (m[1], not names_goods(m[0])), default=None)
    if match is None:
        others = _vocabulary(language, "", len(norm), 1) if len(norm) > 4 else ()
        match = process.extractOne(norm, others, scorer=OSA.distance, score_cutoff=1)
        # A brand keeps its first letter: "Vango" is no slip of "Mango".
        if match is not None and _is_only_brand(match[0]):
            match = None
    return match[0] if match and not _is_another_name(norm, match[0]) else None


def _is_only_brand(word: str) -> bool:
    return (load("en").get((word,)) or {}).keys() <= {"brand", "line"}


def _is_another_name(norm: str, meant: str) -> bool:
    """ "Boes" and "dysn" are slips; "Torx" with another letter than "Toro" is a name of its own."""
    tags = load("en").get((meant,)) or {}
    return (
        len(norm) <= _SHORT_NAME and len(norm) == len(meant) and sorted(norm) != sorted(meant)
        and "brand" in tags and "thing" not in tags
    )  # fmt: skip


@lru_cache(maxsize=1024)
def _vocabulary(language: str, first: str, length: int, slips: int) -> tuple[str, ...]:
    return tuple(
        sorted(
            word
            for word in load(language).words
            if len(word) > 3 and word.isalpha() and abs(len(word) - length) <= slips
            and word.startswith(first)
        )
    )  # fmt: skip
