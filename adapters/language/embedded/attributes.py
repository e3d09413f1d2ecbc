"""Colour, storage, memory, sizes and other measures of a thing."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import pairwise

from adapters.language.embedded.lexicon import category_of
from adapters.language.embedded.numbers import small_number
from adapters.language.embedded.tokens import Found, Reading, Token

_COLORS = "{color} (?:(?:{comma|or|and|not}){1,2} (?:{filler|on|put_on})? {color})*"
_NOT_THAT_COLOR = r"{not} _ {one} (?P<colors>{color}) (?=(?:{comma|but})? _ {color})"
_NOT_COLORS = rf"{{not}} _ (?:{{on|put_on|by|of|is}})? _ (?P<colors>{_COLORS}) (?:{{one}})?"
_NOT_FEATURES = (
    r"{not} _ (?:{on|put_on|by|of|with})? (?P<features>{feature|thing} (?:{or|and} "
    r"{feature|thing})*)"
)
# "No chicken", "without a hood": what nobody knows, said alone at the end of a clause.
_NOT_WORDS = r"{lacking} _ (?P<word>{word|part}) (?:(?={comma|stop|and|or|on|max|taken})|$)"
_SIZES = (
    r"{size_cue} _ (?:{is|instead|colon|of|to})? _ (?P<size>{size}|{num}|{model})",
    r"(?P<size>{num}|{size}|{fraction}) {size_after}",
    r"(?P<size>{fraction}) {size_cue}",
    r"(?:{on|put_on|with|instead|same}) _ (?P<size>{size})",
    r"{worn_by} (?P<size>{size})",
    r"{worn_by} (?P<size>{num}) (?!{person|amount})",
)
# "3T" of a toddler, "42R" of a suit, "10C" of a child's shoe.
_LETTERED = re.compile(r"\d{1,2}(?:[.,]5)?(?:[trcy]|reg)", re.IGNORECASE)
_SIDES = re.compile(r"\d{1,2}x\d{1,2}", re.IGNORECASE)
_LARGEST_WORN = 60
_INCHES = frozenset(map(str, range(24, 47)))  # of a waist, or a leg
_GIGABYTES_OF_MEMORY = 64  # no laptop is sold with less storage, hardly one with more memory

_SCREENS = frozenset({"tvs", "computers", "laptops", "tablets", "phones", "cameras"})
_WORN = frozenset({"clothing", "shoes", "jewelry", "baby"})
_BEDS = ("twin", "full", "queen", "king", "one size")
_WORN_ALSO_WORDS = ("S", "M", "L")

_NAMES = {
    "cm": "Size", "mm": "Size", "m": "Length", "foot": "Length", "yard": "Length",
    "Hz": "Refresh Rate", "kg": "Weight", "lb": "Weight", "oz": "Capacity", "liter": "Capacity",
    "ml": "Capacity", "gallon": "Capacity", "quart": "Capacity", "cup": "Capacity", "W": "Power",
    "V": "Voltage", "mAh": "Battery Capacity", "MP": "Resolution", "MB": "Storage", "core": "Cores",
    "Ah": "Capacity", "psi": "Pressure", "rpm": "Speed", "BTU": "Cooling Capacity",
}  # fmt: skip
_LENGTHS = frozenset(("inch", "cm", "mm", "m", "foot", "yard"))
_TIGHT = frozenset({"Ah", "GB", "TB", "MB", "Hz", "W", "V", "mAh", "MP"})


@dataclass
class Attributes:
    values: dict[str, str] = field(default_factory=dict)
    excluded_colors: list[str] = field(default_factory=list)
    any_colors: list[str] = field(default_factory=list)
    excluded_features: list[str] = field(default_factory=list)
    features: list[str] = field(default_factory=list)  # measures that belong to the name

    @property
    def said(self) -> bool:
        return self != Attributes()


def take_attributes(reading: Reading, known_category: str = "") -> Attributes:
    """What is said about looks and measures. `known_category`: of the thing spoken of before."""
    found = Attributes()
    categories = {category_of(name) for name in reading.values("thing")} - {""} or {known_category}
    for name, value in _measures(reading, categories):
        found.values[name] = value
    _take_people(reading, found)
    _take_excluded(reading, found)
    for match in reading.take(_COLORS):
        colors = match.values("color")
        if len(colors) > 1 and any(token.said == "/" for token in match.tokens()):
            found.values["Color"] = "/".join(colors)
        elif len(colors) > 1 and any("or" in token.tags for token in match.tokens()):
            found.any_colors = colors
        elif len(colors) > 1:
            found.values["Color"] = " and ".join(colors)
        else:
            found.values["Color"] = colors[0]
    for name, value in _sizes(reading, categories):
        found.values[name] = value
    return found


def _take_excluded(reading: Reading, found: Attributes) -> None:
    for pattern in (_NOT_THAT_COLOR, _NOT_COLORS):
        for match in reading.take(pattern):
            found.excluded_colors += match.values("color", "colors")
    if reading.language == "hi":
        for match in reading.take(rf"(?P<colors>{_COLORS}) (?:{{field|filler}})? {{not}}"):
            found.excluded_colors += match.values("color", "colors")
    for match in reading.take(_NOT_FEATURES):
        tokens = [t for t in match.tokens("features") if "feature" in t.tags or "thing" in t.tags]
        found.excluded_features += [
            t.norm if reading.language == "en" else t.get("feature") or t.get("thing")
            for t in tokens
        ]
    for match in reading.find(_NOT_WORDS):
        word = match.first("word")
        if match.start > 0 and word is not None and word.said.isalpha():
            reading.drop(match.start, match.end)
            found.excluded_features.append(word.norm)


def _take_people(reading: Reading, found: Attributes) -> None:
    """ "For 4 people" is a tent's size, "3 seater" a sofa's."""
    pattern = r"(?:{for})? _ (?P<count>{num|small}) (?:{dash})? (?P<who>{person})"
    for match in reading.take(pattern):
        count, who = match.first("count"), match.first("who")
        assert count is not None
        assert who is not None
        number = count.said if "num" in count.tags else _written(count.norm, reading.language)
        seats = who.norm if who.norm in ("seater", "seat") else "person"
        found.features.append(f"{number} {seats}")
    for match in reading.take(r"{weak} {of} (?P<count>{num|small})"):
        found.features.append(match.said())


def _written(word: str, language: str) -> str:
    number = small_number(word, language)
    return word if number is None else str(number)


def _measures(reading: Reading, categories: set[str]) -> Iterator[tuple[str, str]]:
    for match in reading.take(
        r"(?P<much>{u_gb}) (?:{of})? {memory}|{memory} _ (?:{of|colon|is})? _ (?P<more>{u_gb})"
    ):
        token = match.first("much") or match.first("more")
        assert token is not None
        yield "Memory", _measure(token)
    for match in reading.take(r"(?P<much>{u_gb|u_tb}) (?:{of})? _ (?P<kind>{storage})?"):
        token = match.first("much")
        assert token is not None
        is_memory = (
            not match.tokens("kind")
            and "u_gb" in token.tags
            and bool(categories & {"laptops", "computers"})
            and (token.value or 0) <= _GIGABYTES_OF_MEMORY
        )
        yield ("Memory" if is_memory else "Storage"), _measure(token)
    yield from _bare_storage(reading, categories)
    for match in reading.take(r"{u_inch} (?:{part})? (?!{across})"):
        yield ("Screen Size" if categories & _SCREENS else "Size"), _measure(match.tokens()[0])
    for match in reading.find(r"{measure} (?P<across>{across})?"):
        token, across = match.tokens()[0], match.first("across")
        name = _NAMES.get(token.get("unit"))
        if across is not None and token.get("unit") in _LENGTHS:
            name = across.get("across")
        if name:
            reading.drop(match.start, match.end)
            yield name, _measure(token)
    yield from _bare_screen(reading)


_GIGABYTES = frozenset(("32", "64", "128", "256", "512"))


def _bare_storage(reading: Reading, categories: set[str]) -> Iterator[tuple[str, str]]:
    """ "iPhone 14 Pro 256", "512 storage": gigabytes that nobody needs to name."""
    for match in reading.find(r"(?P<much>{num}) (?P<kind>{storage})"):
        token = match.first("much")
        if token is not None and token.said in _GIGABYTES:
            reading.drop(match.start, match.end)
            yield "Storage", f"{token.said}GB"
    if not categories & _STORING:
        return
    for place, (before, token) in enumerate(pairwise(reading.tokens), 1):
        named = before.taken or any(c in before for c in _LEADS_TO_STORAGE)
        if named and "num" in token and token.said in _GIGABYTES:
            reading.drop(place, place + 1)
            yield "Storage", f"{token.said}GB"


_LEADS_TO_STORAGE = ("line", "num", "model", "thing", "word", "feature", "and")
_STORING = frozenset(("phones", "laptops", "tablets"))


def _bare_screen(reading: Reading) -> Iterator[tuple[str, str]]:
    """ "TV 55" has 55 inches."""
    for match in reading.find(r"{thing} (?P<size>{num})"):
        token = match.first("size")
        is_screen = category_of(match.tokens()[0].get("thing")) == "tvs"
        if token is not None and is_screen and 13 <= (token.value or 0) <= 110:
            reading.drop(match.end - 1, match.end)
            yield "Screen Size", f"{token.said} inch"


def _measure(token: Token) -> str:
    """ "128GB", "27 inch"."""
    value = token.value or Decimal(0)
    number, unit = f"{value.normalize():f}", token.get("unit")
    return f"{number}{unit}" if unit in _TIGHT else f"{number} {unit}"


def _sizes(reading: Reading, categories: set[str]) -> Iterator[tuple[str, str]]:
    for pattern in _SIZES:
        for match in reading.find(pattern):
            token = match.first("size")
            if token is None or not _may_be_size(match, token):
                continue
            reading.drop(
                match.groups["size"][0] if pattern in _SIZES[-2:] else match.start, match.end
            )
            yield (
                "Size",
                token.get("size") if "size" in token.tags else token.said.replace(",", "."),
            )
    for match in reading.find(r"{size}"):
        value = match.tokens()[0].get("size")
        is_bed = value in _BEDS and bool(categories & {"furniture", "home"})
        is_worn = bool(categories & _WORN) and value not in _BEDS
        if is_bed or is_worn or (value not in _BEDS and value not in _WORN_ALSO_WORDS):
            reading.drop(match.start, match.end)
            yield "Size", value
    if categories & {*_WORN, "home"} or categories == {""}:
        yield from _bare_sizes(reading, categories)


def _bare_sizes(reading: Reading, categories: set[str]) -> Iterator[tuple[str, str]]:
    """ "501 32x34", "women's boots 7"."""
    for match in reading.find(r"{model}"):
        # "Rug 8x10"
        if "home" in categories and _SIDES.fullmatch(match.said()):
            reading.drop(match.start, match.end)
            yield "Size", match.said()
    for match in reading.find(r"{model}"):
        said = match.tokens()[0].said.lower()
        first, _, second = said.partition("x")
        if (first in _INCHES and second in _INCHES) or (
            categories & _WORN and _LETTERED.fullmatch(said)
        ):
            reading.drop(match.start, match.end)
            yield "Size", said if second else match.tokens()[0].said
    if "shoes" in categories:
        for match in reading.find(r"(?:{thing|feature}) (?P<size>{num})"):
            token = match.first("size")
            value = token.value if token is not None else None
            if value is not None and (3 <= value <= 15 or 35 <= value <= 50):
                reading.drop(match.end - 1, match.end)
                yield "Size", match.tokens()[-1].said


def _may_be_size(match: Found, token: Token) -> bool:
    if "size" in token.tags:
        return True
    if "worn_by" in match.tokens()[0].tags and "size_cue" not in match.tokens()[0].tags:
        return 0 < (token.value or 0) <= _LARGEST_WORN
    if "model" in token.tags:
        return token.norm[0].isdigit()
    return (token.value or 0) <= 200
