"""Brands in a text, those that are not wanted among them."""

from dataclasses import dataclass, field

from adapters.language.embedded.lexicon import fold, load, makers_of_words
from adapters.language.embedded.tokens import Reading, Token

_ONES = "{brand} (?:(?:{comma|and|or|not|by|filler}){0,3} {brand})*"
_NOT = rf"{{not}} _ (?:{{by|of|on|put_on|brand_cue|one|filler}} ){{0,2}} (?P<names>{_ONES})"
_WANTED = rf"(?:{{only|by|with}})? (?P<names>{_ONES}) (?:{{only}})?"
_MEANT_FOR = (
    r"(?:{thing|word|part}) _ {for} _ (?P<model>(?:{num} _)?{brand} "
    r"(?:{line|thing|num|model|word}){1,4})"
)
_ACCESSORY = (
    r"(?:{for_another}) _ {for} _ "
    r"(?P<model>(?:{brand|line|thing|num|model|word|feature|size}){1,6})"
)


@dataclass
class Brands:
    wanted: list[str] = field(default_factory=list)
    excluded: list[str] = field(default_factory=list)
    forgotten: list[str] = field(default_factory=list)
    added: bool = False  # "or Shark" joins those wanted before


def settle(reading: Reading) -> None:
    """A brand that is a word as well is one when it is capitalised, or near what it makes."""
    words = makers_of_words()
    for place, token in enumerate(reading.tokens):
        things = words.get(token.norm) if "brand" in token else None
        if things is not None and not _is_meant(reading, place, token, things):
            token.tags = {c: v for c, v in token.tags.items() if c != "brand"} or {
                "word": token.said
            }
    reading.changed()


def keep_models(reading: Reading) -> None:
    """In "battery for Dyson V8" the brand belongs to the name of the thing."""
    accessories = [*reading.find(_ACCESSORY), *reading.find(_MEANT_FOR)]
    for match in accessories:
        for token in match.tokens("model"):
            if "brand" in token.tags:
                token.tags = {"word": token.said}
            if "color" in token.tags:
                token.tags["word"] = token.said
        start, end = match.groups["model"]
        for place in range(match.start + 1, start):
            reading.tokens[place].tags = {"for": ""}
        for token in reading.tokens[start:end]:
            token.tags.setdefault("audience", "")
    reading.changed()


def take_brands(reading: Reading) -> Brands:
    found = Brands()
    for match in reading.take(_NOT):
        found.excluded += match.values("brand", "names")
    if reading.language in ("hi", "zh"):
        for match in reading.take(rf"(?P<names>{_ONES}) (?:{{by|filler}})? {{not|but_after}}"):
            found.excluded += match.values("brand", "names")
    for match in reading.find(_WANTED):
        before = reading.tokens[match.start - 1] if match.start else None
        joins = (
            before is not None
            and not before.taken
            and ("also" in before or "or" in before or "and" in before)
        )
        names = [
            token.get("brand")
            for token in match.tokens("names")
            if "brand" in token.tags and "thing" not in token.tags
        ]
        found.added = found.added or (joins and match.start <= 2)
        found.wanted += names
        for token in match.tokens():
            token.taken = "thing" not in token.tags
        reading.changed()
    # "Nintendo Switch" names its maker.
    found.wanted += [
        token.get("line")
        for token in reading.tokens
        if "line" in token and fold(token.get("line")) in token.norm.split()
    ]
    found.excluded = list(dict.fromkeys(found.excluded))
    found.wanted = [name for name in dict.fromkeys(found.wanted) if name not in found.excluded]
    return found


def brand_in(reading: Reading) -> str:
    return next(iter(reading.values("brand")), "")


def maker_of(name: str) -> str:
    """The brand whose product line is named: Apple for an iPhone."""
    words = [fold(word) for word in name.split()]
    english = load("en")
    for start in range(len(words)):
        for end in range(min(len(words), start + 4), start, -1):
            tags = english.get(tuple(words[start:end])) or english.inflected(
                tuple(words[start:end])
            )
            if tags and "line" in tags:
                return tags["line"]
    return ""


def _is_meant(reading: Reading, place: int, token: Token, things: tuple[str, ...]) -> bool:
    text_has_lower = any(other.said[:1].islower() for other in reading.tokens)
    if "capital" in token.tags and text_has_lower and (
        (place > 0 and not _starts(reading, place)) or _names_model(reading, place + 1)
    ):  # fmt: skip
        return True
    around = [*reading.tokens[:place], *reading.tokens[place + 1 :]]
    named = {fold(other.get("thing")) for other in around} | {other.norm for other in around}
    known = {fold(thing) for thing in things}
    return bool(known & named) or any(name.removesuffix("s") in known for name in named) or any(
        name.endswith(f" {thing}") for name in named for thing in known
    )  # fmt: skip


def _names_model(reading: Reading, place: int) -> bool:
    """ "Boss Katana 50": an unknown name behind it, capitalised as well."""
    follows = reading.tokens[place] if place < len(reading.tokens) else None
    return follows is not None and {"word", "capital"} <= follows.tags.keys()


def _starts(reading: Reading, place: int) -> bool:
    return "stop" in reading.tokens[place - 1].tags
