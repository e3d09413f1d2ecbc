"""Words as a search compares them: one spelling for plurals, units, compounds and synonyms."""

import re
from functools import lru_cache

_WORD = re.compile(r"[^\W_]+(?:\.\d+)?")
# Written without spaces, so that pairs of signs stand in for words.
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+")
_INCHES = re.compile(r"(?<=\d)\s*(?:\"|”|″|''|-?\s?inch(?:es)?\b|-?\s?in(?:\.|,|$))")
_MODEL = re.compile(r"\b([a-z]{1,4})-(\d)")  # WH-1000XM5 is also written WH1000XM5
_MEASURE = re.compile(
    r"\b(\d+(?:\.\d+)?)[\s-]*"
    r"(inch|gb|tb|mb|mm|cm|ft|oz|lb|kg|ml|qt|quart|gal|gallon|mah|wh|hz|mp|pack|pk|pc|piece"
    r"|count|ct|watt|volt|k|w|v|l|g)s?\b"
)
_UNITS = {"quart": "qt", "gallon": "gal", "watt": "w", "volt": "v"} | dict.fromkeys(
    ("pk", "pc", "piece", "count", "ct"), "pack"
)
# Each line is one meaning; the first word stands for all.
_MEANINGS = """
sofa couch settee
tv television
laptop notebook
phone cellphone smartphone
shoe sneaker trainer
bike bicycle
refrigerator fridge
vacuum hoover
earbud earphone
gray grey
color colour
movie bluray
men mens man male
women womens woman ladies lady female
kid kids child children youth toddler
case cover
band strap
charger charging
bag backpack rucksack
sweater pullover jumper
pants trousers
stroller pram pushchair
flashlight torch
tire tyre
jewelry jewellery
perfume fragrance cologne
diaper nappy
headphone headset
playstation5 ps5
playstation4 ps4
knife knives
shelf shelves
""".strip().splitlines()
_SAME_AS = {word: line.split()[0] for line in _MEANINGS for word in line.split()[1:]}
_COMPOUNDS = {
    ("cell", "phone"): "phone",
    ("mobile", "phone"): "phone",
    ("smart", "phone"): "phone",
    ("note", "book"): "laptop",
    ("blu", "ray"): "movie",
    ("long", "sleeve"): "longsleeved",
    ("short", "sleeve"): "shortsleeved",
    ("pair", "of"): "",
}

# Said around a wish, but not of the thing.
_FILLERS = """
a an and any are as at be best brand buy by can cheap cheapest deal find for from get give good
great i in is it looking me my need new nice of on one or please sale show some something that the
this to top under want wanted which with without would you your
"""
FILLERS = frozenset(_FILLERS.split())


@lru_cache(maxsize=8192)
def words(text: str) -> tuple[str, ...]:
    """Lower-case, in order: "16 GB" is 16gb, '55"' is 55inch, couches are a sofa."""
    plain = _INCHES.sub("inch ", text.lower()).replace("’", "'").replace("'", "")
    plain = _MEASURE.sub(lambda m: f" {m[1]}{_UNITS.get(m[2], m[2])} ", _MODEL.sub(r"\1\2", plain))
    found: list[str] = []
    for word in _WORD.findall(plain):
        found += _pairs(word) if _UNSPACED.search(word) else [_one_spelling(word)]
    return tuple(_joined(found))


def _pairs(word: str) -> list[str]:
    return [word[i : i + 2] for i in range(max(1, len(word) - 1))]


def _one_spelling(word: str) -> str:
    single = _singular(word)
    return _SAME_AS.get(word) or _SAME_AS.get(single, single)


def _singular(word: str) -> str:
    if len(word) <= 3 or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies") and len(word) > 5:
        return f"{word[:-3]}y"
    if word.endswith(("ches", "shes", "sses", "xes")):
        return word[:-2]
    return word[:-1]


def _joined(found: list[str]) -> list[str]:
    result: list[str] = []
    for word in found:
        compound = _COMPOUNDS.get((result[-1], word)) if result else None
        if compound is not None:
            result.pop()
        result += [word] if compound is None else [compound] if compound else []
    return result


@lru_cache(maxsize=8192)
def has_digit(word: str) -> bool:
    return any(char.isdigit() for char in word)
