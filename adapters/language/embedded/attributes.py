"""Colour, storage, memory and sizes of a thing."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from adapters.language.embedded.text import Reading
from adapters.language.embedded.vocabulary import COLOURS, SCREENS, category_of

_COLOUR = "|".join(sorted(COLOURS))
_SHADE = r"(?:dark |light |space |rose |sky |forest |matte |jet )?"
_COLOURS = re.compile(
    rf"\b(?:in (?:the )?(?:colou?r )?)?({_SHADE}(?:{_COLOUR}))(?![-\w])"
    rf"((?:\s*(?:,|or|and|/)\s*{_SHADE}(?:{_COLOUR})(?![-\w]))*)(?: (?:one|ones|colou?r(?:ed)?))?"
)
_NOT_COLOURS = re.compile(
    r"\b(?:not|no|any(?:thing)?(?: colou?r)? (?:but|except)|except|without|never|but not|other than)"
    rf" (?:in )?((?:{_COLOUR})(?: or (?:{_COLOUR}))*)(?: one| ones)?\b"
)
_MEMORY = re.compile(
    r"\b(\d{1,4})\s?gb?\s?(?:of\s)?(?:ram|memory|ddr\d)\b|\b(?:ram|memory)[: ](\d{1,4})\s?gb\b"
)
_STORAGE = re.compile(
    r"\b(\d{1,5}(?:\.\d)?)\s?-?(gb|tb|gigs?|gigabytes?|terabytes?)"
    r"(?:\s(?:of )?(?:storage|ssd|hdd|hard drive|nvme|disk|space))?\b"
)
_LENGTH = re.compile(
    r"(?<![\w.$])(\d{1,3}(?:\.\d{1,2})?)(?:\s?-?\s?(?:inch(?:es)?\b|\"|'')|\s?in\b(?= (?:tv|monitor|screen|laptop|display))|in\b)"
    r"(?:\s(?:screen|display))?"
)
_SIZE = re.compile(
    r"\b((?:men'?s|women'?s|kids'?|us|uk|eu)\s)?size\s(?:us |uk |eu )?(\d{1,2}(?:\.5)?|[xX]{0,3}[smlSML]\b|xxs)"
    r"((?:\s)(?:men'?s|women'?s|kids'?))?(?![\w.])"
)
_GARMENT_SIZE = re.compile(
    r"\b(?:size )?(extra (?:small|large)|small|medium|large|xs|xl|xxl|xxxl)\b(?! (?:format|screen))"
)
_WAIST = re.compile(r"\b(\d{2}x\d{2})\b")


@dataclass
class Attributes:
    values: dict[str, str] = field(default_factory=dict)
    excluded_colours: list[str] = field(default_factory=list)
    any_of_colours: list[str] = field(default_factory=list)


def take_attributes(reading: Reading) -> Attributes:
    """What is said about the thing's looks and measures; of two colours the corrected one."""
    found = Attributes()
    categories = {category_of(word[0]) for word in reading.words()}
    for name, value in _measures(reading, categories):
        found.values[name] = value
    for match in reading.take(_NOT_COLOURS):
        found.excluded_colours += match[1].split(" or ")
    for match in reading.take(_COLOURS):
        alternatives = re.findall(rf"{_SHADE}(?:{_COLOUR})", match[2])
        if alternatives:
            found.any_of_colours = [match[1], *alternatives]
        else:
            found.values["Color"] = match[1].replace("grey", "gray")
    return found


def _measures(reading: Reading, categories: set[str | None]) -> Iterator[tuple[str, str]]:
    for match in reading.take(_MEMORY):
        yield "Memory", f"{match[1] or match[2]}GB"
    for match in reading.take(_STORAGE):
        unit = "TB" if match[2].startswith("t") else "GB"
        is_memory = unit == "GB" and categories & {"laptops", "computers"} and float(match[1]) <= 64
        yield ("Memory" if is_memory else "Storage"), f"{match[1]}{unit}"
    for match in reading.take(_LENGTH):
        yield ("Screen Size" if categories & SCREENS else "Size"), f"{match[1]} inch"
    for match in reading.take(_SIZE):
        whose = (match[1] or match[3] or "").strip().capitalize()
        yield "Size", " ".join(part for part in (whose, match[2].upper()) if part)
    for match in reading.take(_WAIST) if "clothing" in categories else ():
        yield "Size", match[1]
    for match in reading.take(_GARMENT_SIZE) if "clothing" in categories else ():
        yield "Size", match[1].upper() if match[1].startswith("x") else match[1].title()
