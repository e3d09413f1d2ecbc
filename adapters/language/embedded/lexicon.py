"""The words of each language and what they stand for, read from the tables in lexicon/."""

import tomllib
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from importlib import resources
from typing import Any

from adapters.language.embedded.splitting import pieces

LANGUAGES = ("en", "es", "fr", "de", "hi", "zh")

Tags = dict[str, str]  # concept -> value

# Tables whose rows are concepts, and those whose rows are values of one concept.
_CONCEPTS = ("cues", "talk")
_VALUES = {
    "colors": "color",
    "wanted": "wanted",
    "grades": "grade",
    "damages": "damage",
    "sorts": "sort",
    "fields": "field",
    "sizes": "size",
    "ordinals": "ordinal",
    "scales": "scale",
    "number_words": "num",
    "currencies": "currency",
    "units": "unit",
    "shipping": "shipping",
    "across": "across",
    "places": "place",
    "aliases": "brand",
}
_WORD_LISTS = {
    "weak": "weak",
    "for_another": "for_another",
    "audiences": "audience",
    "strangers": "stranger",
    "names": "word",  # of books, places, bands: no word in them has its own meaning
}

# Other forms of a word (plural, gender, case) mean the same in these.
_INFLECTED = frozenset((
    "thing", "feature", "color", "wanted", "grade", "unit", "field", "audience", "weak", "line",
    "for_another", "damage", "place", "brand", "part", "currency",
))  # fmt: skip


class Lexicon:
    """What phrases stand for in one language; English goods are known in every one."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._phrases: dict[tuple[str, ...], Tags] = defaultdict(dict)
        self._longest: dict[str, int] = {}
        self._own: set[tuple[tuple[str, ...], str]] = set()
        if language != "en":
            self._add_content_of(load("en"))
        self._add_goods(table("goods"), said=language == "en")
        self._add_language(table(language))
        # What a slip may be taken for: no word that is only a part of somebody's name.
        self.words = frozenset(
            word
            for phrase, tags in self._phrases.items()
            for word in phrase
            if (len(phrase) == 1 or not tags.keys() <= _NAMES) and not tags.keys() <= _BLAMES
        )

    def longest(self, first: str) -> int:
        """How many pieces the longest phrase that begins with this one has."""
        firsts = [first, *(forms(self.language, first) if self.language in _HEAD_FIRST else ())]
        return max(self._longest.get(form, 1) for form in firsts)

    def get(self, phrase: tuple[str, ...]) -> Tags | None:
        return self._phrases.get(phrase)

    def inflected(self, phrase: tuple[str, ...]) -> Tags | None:
        """What the phrase stands for when its last word is a form of one that is known.

        Where the head stands first, its first word: "sillas de oficina".
        """
        known = [(*phrase[:-1], form) for form in forms(self.language, phrase[-1])]
        if len(phrase) > 1 and self.language in _HEAD_FIRST:
            known += [(form, *phrase[1:]) for form in forms(self.language, phrase[0])]
        for form_of_it in known:
            form, tags = form_of_it[-1], self._phrases.get(form_of_it)
            kept = {name: value for name, value in (tags or {}).items() if name in _INFLECTED}
            if form in makers_of_words():
                kept.pop("brand", None)  # "a few rings on the top"
            if self.language == "en":
                kept.pop("color", None)  # "blues" are music
            if kept:
                return kept
        return self._possessive(phrase) if phrase[-1].endswith("'s") else None

    def _possessive(self, phrase: tuple[str, ...]) -> Tags | None:
        """ "The paint's come off" speaks of a part."""
        tags = self._phrases.get((*phrase[:-1], phrase[-1].removesuffix("'s")), {})
        return {"part": "", "is": ""} if "part" in tags else None

    def _add_language(self, rows: dict[str, Any]) -> None:
        for name in _CONCEPTS:
            for concept, phrases in rows[name].items():
                self._add(phrases, concept)
        self._add(rows["filler"]["words"], "filler")
        self._add(rows["filler"]["breaks"], "break")
        self._add(rows["storage"]["words"], "storage")
        self._add(rows["storage"]["memory"], "memory")
        for name, concept in _VALUES.items():
            for value, phrases in rows.get(name, {}).items():
                plain = value.replace("_", " ") if concept in _WRITTEN_OUT else value
                self._add(phrases, concept, plain)
                if concept == "field":
                    self._add(phrases, f"of_{value}")
        for name, concept in _WORD_LISTS.items():
            self._add(rows.get(name, {}).get("words", ""), concept)
        for verb in split(rows["running"]["verbs"]):
            for how in split(rows["running"]["how"]):
                blank = "" if self.language == "zh" else " "
                self._add(f"{verb}{blank}{how}", "grade", "good")
                self._add(f"{verb}{blank}{how}", "works")
        for word in split(rows.get("numbers", {}).get("small", "")):
            self._add(word, "small")
        for concept in ("thing", "feature"):
            for value, phrases in rows.get(f"{concept}s", {}).items():
                self._add(phrases, concept, value)

    def _add_goods(self, goods: dict[str, Any], said: bool) -> None:
        for category, phrases in goods["things"].items():
            self._add(phrases, "thing")
            self._add(phrases, "category", category)
        self._add(goods["features"]["words"], "feature")
        for name, concept in _WORD_LISTS.items():
            if name in goods and (said or name in ("strangers", "names")):
                self._add(goods[name]["words"], concept)
        for name in split(goods["brands"]["names"]):
            self._add(name, "brand", name)
        for name in ("aliases", "places"):
            for value, phrases in goods[name].items():
                self._add(phrases, _VALUES[name], value)
        for maker, phrases in goods["lines"].items():
            self._add(phrases, "line", maker)

    def _add_content_of(self, english: "Lexicon") -> None:
        """English things, colours and measures are understood amid any language."""
        kept = {
            "color",
            "wanted",
            "grade",
            "unit",
            "size",
            "currency",
            "storage",
            "memory",
            "damage",
        }
        for phrase, tags in english._phrases.items():
            content = {name: value for name, value in tags.items() if name in kept}
            if content and (
                len(phrase[0]) > 2
                or self.language in ("hi", "zh")
                or {"unit", "size"} & content.keys()
            ):
                self._phrases[phrase].update(content)
                self._longest[phrase[0]] = max(self._longest.get(phrase[0], 1), len(phrase))

    def _add(self, phrases: str, concept: str, value: str | None = None) -> None:
        for phrase, words in _cut(phrases):
            known = self._phrases[words]
            if concept in _OWN_LANGUAGE_WINS and value is not None:
                if (words, concept) not in self._own:
                    known.pop(concept, None)
                self._own.add((words, concept))
            known.setdefault(concept, phrase if value is None else value)
            self._longest[words[0]] = max(self._longest.get(words[0], 1), len(words))


_HEAD_FIRST = ("es", "fr")

# What blames only beside a part: an unknown word is no slip of these.
_BLAMES = frozenset(("fault", "flaw", "innocent", "denies", "lacks", "contrast"))

_NAMES = frozenset(("brand", "line", "word", "place", "stranger"))

# Values that are read by people; those of the others are codes.
_WRITTEN_OUT = frozenset({"color", "size", "shipping"})

# ¥ is yen to an English speaker and yuan to a Chinese one; an armoire is a wardrobe in French.
_OWN_LANGUAGE_WINS = frozenset({"currency", "unit", "thing", "feature"})


@cache
def load(language: str) -> Lexicon:
    return Lexicon(language)


@cache
def spoken_in() -> dict[str, tuple[str, ...]]:
    """The languages that have a word; goods and figures, which every language shares, left out."""
    languages: dict[str, set[str]] = defaultdict(set)
    for language in LANGUAGES:
        texts = [text for rows in table(language).values() for text in rows.values()]
        if language == "en":
            goods = table("goods")
            texts += [*goods["things"].values(), goods["features"]["words"]]
        for text in texts:
            for _, words in _cut(text):
                for word in words:
                    if len(word) > 1 and word[0].isalpha():
                        languages[word].add(language)
    return {word: tuple(sorted(known)) for word, known in languages.items()}


def names_goods(word: str) -> bool:
    tags = load("en").get((word,))
    return tags is not None and bool({"thing", "feature", "brand", "line"} & tags.keys())


@cache
def makers_of_words() -> dict[str, tuple[str, ...]]:
    """Brands that are words as well, with the things that tell that the brand is meant."""
    return {
        fold(name): tuple(split(things)) for name, things in table("goods")["words_too"].items()
    }


@cache
def real_words() -> frozenset[str]:
    """English words that are one or two slips from a word above, and are right as they stand."""
    source = resources.files("adapters.language.embedded") / "lexicon" / "real_words.txt"
    return frozenset(source.read_text(encoding="utf-8").split())


@cache
def spelling() -> dict[str, str]:
    return {word.lower(): word for word in split(table("goods")["spelling"]["words"])}


_LONGEST_THING = 4


def category_of(thing: str) -> str:
    """The category of a thing named in English, "" for one that is not known."""
    words = tuple(fold(piece.text) for piece in pieces(thing))
    english = load("en")
    for end in range(len(words), 0, -1):
        for start in range(max(0, end - _LONGEST_THING), end):
            tags = english.get(words[start:end]) or english.inflected(words[start:end])
            if tags and "category" in tags:
                return tags["category"]
    return ""


@cache
def _cut(phrases: str) -> list[tuple[str, tuple[str, ...]]]:
    cut = ((phrase, tuple(fold(p.text) for p in pieces(phrase))) for phrase in split(phrases))
    return [(phrase, words) for phrase, words in cut if words]


def split(phrases: str) -> Iterator[str]:
    return (phrase for phrase in (part.strip() for part in phrases.split(",")) if phrase)


@cache
def fold(text: str) -> str:
    """Without case and accents. Devanagari keeps its virama (combining class 9), not its nukta."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    kept = "".join(c for c in decomposed if unicodedata.combining(c) in (0, 9))
    return unicodedata.normalize("NFC", kept)


def forms(language: str, word: str) -> Iterator[str]:
    """The words that this one may be a plural, feminine or inflected form of."""
    if language == "hi":
        yield from _hindi_forms(word)
    if len(word) < 3 or not word.isascii():
        return
    if len(word) == 3:
        # "TVs", "PCs"
        if word.endswith("s"):
            yield word[:-1]
        return
    if language == "de":
        for ending in ("em", "en", "er", "es", "e", "n", "s"):
            if word.endswith(ending) and len(word) - len(ending) >= 3:
                yield word.removesuffix(ending)
                yield word.removesuffix(ending) + "e"
    if word.endswith("ies"):
        yield word[:-3] + "y"
    if word.endswith(("ses", "xes", "ches", "shes")):
        yield word[:-2]
    if word.endswith("s") and not word.endswith("ss"):
        yield word[:-1]
        if language == "es":
            yield word.removesuffix("es")
            yield word[:-2] + "o"
    if language == "fr" and word.endswith(("e", "es")):
        yield word.removesuffix("s").removesuffix("e")
    if language == "fr" and word.endswith("x"):
        yield word[:-1]
    if language == "es" and word.endswith("a"):
        yield word[:-1] + "o"


def _hindi_forms(word: str) -> Iterator[str]:
    """ "कुर्सियाँ" is several "कुर्सी"."""
    for ending, singular in _HINDI_ENDINGS.items():
        if word.endswith(ending) and len(word) - len(ending) > 1:
            yield word.removesuffix(ending) + singular


_HINDI_ENDINGS = {"ियाँ": "ी", "ियां": "ी", "ियों": "ी", "ें": "", "ों": "", "े": "ा"}


@cache
def table(name: str) -> dict[str, Any]:
    source = resources.files("adapters.language.embedded") / "lexicon" / f"{name}.toml"
    return tomllib.loads(source.read_text(encoding="utf-8"))
