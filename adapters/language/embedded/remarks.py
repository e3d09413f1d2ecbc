"""What a person says about being remembered: "I always wear 42", "forget me"."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from adapters.language.embedded.brands import settle
from adapters.language.embedded.lexicon import fold, split, table
from adapters.language.embedded.measures import read
from adapters.language.embedded.tokens import Reading
from talknshop.memory import Kind, Told, about_matches, sort_of
from talknshop.messages import say
from talknshop.recalling import SIZE
from talknshop.requirement import PriceRange, RequirementSpec, WantedCondition
from talknshop.understanding import Utterance

# More at once is no wish.
_MOST_TOLD = 8
_LETTER_SIZES = frozenset(("XS", "S", "M", "L", "XL", "XXL", "XXXL"))
_SHOE_SIZES = (34, 50)
# A number that nobody called a size is none above this.
_LARGEST_SIZE = 60
_FIELDS = {
    "size": Kind.SIZE,
    "brand": Kind.BRAND,
    "condition": Kind.CONDITION,
    "price": Kind.PRICE,
    "places": Kind.MARKETPLACE,
}
_WHOLE = {
    "forget_all": Told(do="forget"),
    "stop": Told(do="stop"),
    "start": Told(do="start"),
    "show": Told(do="show"),
}
_SIGNS = re.compile(r"(?:(?!(?<=\d)\.\d)[^\w'\u0900-\u097f])+")
_CLAUSES = re.compile(r"[,;!?，。！？；।]|\.(?!\d)")


@dataclass(frozen=True)
class Remark:
    """`rest` is what the text says besides."""

    told: list[Told]
    rest: str


def remark_in(text: str, language: str, utterance: Utterance) -> Remark | None:
    """What is to be remembered or forgotten; None when the text says nothing about that."""
    for concept, entry in _WHOLE.items():
        if _find(concept, _plain(text)):
            return Remark([entry], "")
    told, rest, absorbs = list[Told](), list[str](), False
    for clause in _CLAUSES.split(text):
        if absorbs and read(clause, language).is_all("(?:{brand|and|or|filler})+"):
            told += _never(clause, language)
            continue
        found = _told(_plain(clause), language, utterance)
        absorbs = any(entry.kind is Kind.EXCLUDED_BRAND for entry in found)
        told += found
        if not found and clause.strip():
            rest.append(clause.strip())
    said = ", ".join(rest)
    is_idle = not _pattern("polite").sub(" ", _plain(said)).strip()
    once = list({(entry.do, entry.kind, entry.value): entry for entry in told}.values())
    return Remark(once[:_MOST_TOLD], "" if is_idle else said) if told else None


def _told(plain: str, language: str, utterance: Utterance) -> list[Told]:
    if (found := _find("forget_mine", plain)) is not None:
        fields = read(plain[found.end() :], language).values("field")
        return [Told(do="forget", kind=_FIELDS[name]) for name in fields if name in _FIELDS]
    if (found := _find("never", plain)) is not None:
        return _never(plain[found.end() :], language)
    if (found := _find("always", plain)) is not None:
        return _always(plain[found.end() :], plain, language, utterance)
    return []


def _never(rest: str, language: str) -> list[Told]:
    brands = _reading(rest, language).values("brand")
    return [Told(do="remember", kind=Kind.EXCLUDED_BRAND, value=name) for name in brands[:3]]


def heeding(told: Sequence[Told], requirement: RequirementSpec) -> RequirementSpec:
    """The search that is under way, with what was told of it."""
    for entry in told:
        change = _change(entry, requirement)
        requirement = requirement.model_copy(update=change)
    return requirement


def _change(entry: Told, requirement: RequirementSpec) -> dict[str, object]:
    sort = sort_of(requirement.product_type)
    match entry.do, entry.kind:
        case "remember", Kind.EXCLUDED_BRAND:
            excluded = list(dict.fromkeys([*requirement.excluded_brands, entry.value]))
            wanted = [name for name in requirement.brand_preferences if name not in excluded]
            return {"excluded_brands": excluded, "brand_preferences": wanted}
        case "remember", Kind.SIZE if entry.about == sort:
            return {"attributes": {**requirement.attributes, SIZE: entry.value}}
        case "remember", Kind.CONDITION if about_matches(entry.about, sort):
            return {"condition": WantedCondition(entry.value)}
        case "remember", Kind.MARKETPLACE:
            return {"marketplaces": [entry.value]}
        case "forget", Kind.SIZE:
            return {"attributes": {n: v for n, v in requirement.attributes.items() if n != SIZE}}
        case "forget", Kind.BRAND:
            return {"brand_preferences": [], "excluded_brands": []}
        case "forget", Kind.CONDITION:
            return {"condition": None}
        case "forget", Kind.PRICE:
            return {"price": PriceRange()}
        case "forget", Kind.MARKETPLACE:
            return {"marketplaces": []}
        case _:
            return {}


def asks_for_recommendations(text: str) -> bool:
    """ "Anything similar?", and nothing else: whoever names a thing searches for it."""
    plain = _plain(text)
    found = _find("recommend", plain)
    if found is None:
        return False
    rest = f"{plain[: found.start()]} {plain[found.end() :]}"
    return not _pattern("polite").sub(" ", rest).strip()


def told_text(told: Sequence[Told], language: str) -> str:
    """That it is done, and what."""
    first = told[0]
    if first.do == "forget" and first.kind is None:
        return say(language, "memory_erased")
    if first.do == "stop":
        return say(language, "memory_stopped")
    if first.do == "start":
        return say(language, "memory_started")
    if first.do == "show":
        return ""
    facts = "; ".join(_fact(entry, language) for entry in told)
    return say(language, "memory_forgot" if first.do == "forget" else "memory_told", facts=facts)


def _fact(told: Told, language: str) -> str:
    assert told.kind is not None
    if not told.value:
        return say(language, f"memory_field_{told.kind}")
    about = f" ({told.about})" if told.about else ""
    value = told.value.replace("_", " ")
    return say(language, f"known_{told.kind}", value=value) + about


def _always(rest: str, whole: str, language: str, utterance: Utterance) -> list[Told]:
    reading = _reading(rest, language)
    thing = next(iter(_reading(whole, language).values("thing")), "")
    before = utterance.requirement.product_type if utterance.requirement else ""
    about = sort_of(thing or before)
    told = [
        Told(do="remember", kind=Kind.BRAND, value=name, about=sort_of(thing))
        for name in reading.values("brand")[:3]
    ]
    size = size_in(reading)
    if size:
        told.append(Told(do="remember", kind=Kind.SIZE, value=size, about=_sized(about, size)))
    states = [state for state in reading.values("wanted") if state != "any"]
    if states and not size:
        told.append(Told(do="remember", kind=Kind.CONDITION, value=states[0], about=sort_of(thing)))
    places = reading.values("place")
    if places and not told:
        told.append(Told(do="remember", kind=Kind.MARKETPLACE, value=places[0]))
    return told


def says_none(text: str) -> bool:
    """ "None", "nothing at all": the whole of an answer."""
    return _pattern("none").fullmatch(_plain(text)) is not None


def size_in(reading: Reading) -> str:
    """The first size said, however it is written."""
    for token in reading.tokens:
        if "size" in token.tags:
            return token.get("size")
        if token.value is not None and "money" not in token.tags and token.value <= _LARGEST_SIZE:
            return token.said.replace(",", ".")
    return ""


def _sized(about: str, size: str) -> str:
    """A size alone: letters are those of tops, 34 to 50 mostly those of shoes."""
    if about in ("shoes", "tops", "bottoms", "dresses", "rings", "gloves", "hats", "bikes"):
        return about
    return "tops" if size in _LETTER_SIZES else "shoes"


def _reading(text: str, language: str) -> Reading:
    reading = read(text, language)
    settle(reading)
    return reading


def _plain(text: str) -> str:
    return " ".join(_SIGNS.sub(" ", fold(text)).split())


def _find(concept: str, plain: str) -> re.Match[str] | None:
    # A look for plain words is many times quicker than the pattern, and most texts have none.
    if not any(phrase in plain for phrase in _phrases(concept)):
        return None
    return _pattern(concept).search(plain)


@cache
def _phrases(concept: str) -> tuple[str, ...]:
    return tuple({_plain(phrase) for phrase in split(table("remarks")[concept])} - {""})


@cache
def _pattern(concept: str) -> re.Pattern[str]:
    """Whole words; Chinese has no blanks between them."""
    longest_first = sorted(_phrases(concept), key=len, reverse=True)
    return re.compile("|".join(map(_whole_words, longest_first)))


_LETTERS = r"[\w\u0900-\u097f]"
_HAN = re.compile(r"[\u4e00-\u9fff]")


def _whole_words(phrase: str) -> str:
    escaped = re.escape(phrase)
    return escaped if _HAN.search(phrase) else rf"(?<!{_LETTERS}){escaped}(?!{_LETTERS})"
