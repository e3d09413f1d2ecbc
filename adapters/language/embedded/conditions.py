"""The state of a thing: what a buyer asks for, what a seller says of it."""

from dataclasses import dataclass

from adapters.language.embedded.damage import take_damage
from adapters.language.embedded.tokens import Reading
from talknshop.model import Condition
from talknshop.requirement import WantedCondition

_ONES = "{wanted} (?:(?:{comma|or|and|not}){1,2} {wanted})*"
_NOT = rf"{{not}} _ (?P<states>{_ONES}) (?:{{one}})?"
_ITS_STATE = r"{fields} _ {forget|no_matter}"


@dataclass(frozen=True)
class Wanted:
    condition: WantedCondition | None = None
    any: bool = False
    excluded: tuple[WantedCondition, ...] = ()


def take_wanted(reading: Reading) -> Wanted:
    """What a buyer says about the state. To rule out used ones is to want new ones."""
    if reading.takes(r"(?:{forget|not})? _ (?:{wanted}) _ {no_matter|also}") and not reading.has(
        "{wanted}"
    ):
        return Wanted(any=True)
    for match in reading.find(r"{wanted} _ (?:{one} _)? (?:{is})? _ {ok_too}"):
        reading.drop(match.start, match.end)
        return Wanted(any=True)
    excluded = [
        state
        for match in reading.take(_NOT)
        for state in match.values("wanted", "states")
        if state != "any"
    ]
    if reading.takes(rf"{{forget}} _ {_ONES}"):
        return Wanted(any=True)
    states = list[str]()
    either = False
    for match in reading.find(_ONES):
        if _is_idle_new(reading, match.start, match.end):
            continue
        states += match.values("wanted")
        either = either or any("or" in token.tags for token in match.tokens())
        reading.drop(match.start, match.end)
    if "any" in states or (either and len(set(states)) > 1):
        return Wanted(any=True)
    if states:
        return Wanted(WantedCondition(states[-1]))
    ruled_out = tuple(WantedCondition(state) for state in dict.fromkeys(excluded))
    if WantedCondition.NEW in ruled_out:
        return Wanted(WantedCondition.USED)
    if WantedCondition.USED in ruled_out:
        return Wanted(WantedCondition.NEW)
    return Wanted(excluded=ruled_out)


def _is_idle_new(reading: Reading, start: int, end: int) -> bool:
    """ "My toaster died, I need a new one" says nothing about its state."""
    tokens = reading.tokens
    return (
        end - start == 1 and tokens[start].norm == "new" and start > 0 and end < len(tokens)
        and tokens[start - 1].norm == "a" and tokens[end].norm == "one"
    )  # fmt: skip


# What praise cannot make up for, the worst first.
_ORDER = (
    Condition.FOR_PARTS,
    Condition.FAIR,
    Condition.REFURBISHED,
    Condition.OPEN_BOX,
    Condition.LIKE_NEW,
    Condition.NEW,
    Condition.GOOD,
)
_SPOILED = frozenset({Condition.NEW, Condition.OPEN_BOX, Condition.LIKE_NEW, Condition.GOOD, None})

# The person's own judgement of the whole, where "works" says only that it works.
_PRAISED = frozenset((
    "good", "great", "decent", "nice", "condition", "shape", "excellent", "perfect", "mint",
))  # fmt: skip
_WORN = r"{part} _ (?:{is})? _ (?P<worn>{grade})"

# "Used two summers", "worn for 3 months".
USED_FOR = (
    r"{use} _ (?:{for|about|only|max})? _ (?:{u_year|u_month|u_week|season}|{num|small} {season})"
)
_USED_TIMES = r"{use} _ (?:{about|only|one})? _ (?P<count>{num|small}) {times}"
USED_ONCE = r"{use} _ (?:{one|only|filler})? _ {once}|{once} _ {use}"
_FEW_TIMES = 12


def take_grade(reading: Reading, known: bool = False) -> tuple[Condition | None, str, bool]:
    """The grade, the words about damage, which no praise hides, and whether it was graded in words.

    `known`: the thing was named before, so what is named here may be a part of it.
    """
    uses = _take_uses(reading)
    _mark_worn_parts(reading)
    notes, severe, spoken = take_damage(reading, known)
    praised = any(_PRAISED & set(t.norm.split()) for t in reading.tokens if "grade" in t)
    rest_is_fine = any(
        token.norm.startswith(("otherwise", "rest ")) and token.get("grade") != "fair"
        for token in reading.tokens
        if "grade" in token or "works" in token
    )
    opened = any(token.norm == "opened" for token in reading.tokens)
    spoken |= _take_spoken(reading) | uses
    if opened and Condition.NEW in spoken:
        spoken = spoken - {Condition.NEW} | {Condition.OPEN_BOX}
    found = next((grade for grade in _ORDER if grade in spoken), None)
    if severe and praised and found in (Condition.GOOD, Condition.LIKE_NEW):
        found = Condition.GOOD
    elif severe and found in _SPOILED:
        found = Condition.GOOD if rest_is_fine else Condition.FAIR
    elif notes and found in (None, Condition.LIKE_NEW, Condition.NEW):
        found = found if found is Condition.LIKE_NEW else Condition.GOOD
    return found, "; ".join(notes)[:1000], bool(spoken)


def _take_uses(reading: Reading) -> set[Condition]:
    """ "Worn twice", "used two seasons"."""
    spoken = set[Condition]()
    for match in reading.find(_USED_TIMES):
        token = match.first("count")
        count = token.value if token is not None and token.value is not None else 1
        if count <= _FEW_TIMES:
            reading.drop(match.start, match.end)
            spoken.add(Condition.LIKE_NEW)
    if reading.takes(USED_ONCE):
        spoken.add(Condition.LIKE_NEW)
    if reading.takes(USED_FOR):
        spoken.add(Condition.GOOD)
    return spoken


def _mark_worn_parts(reading: Reading) -> None:
    """ "The tip is worn" tells of a part, "well worn" of the whole."""
    for match in reading.find(_WORN):
        token = match.tokens("worn")[-1]
        if "worn" in token.norm.split() and token.get("grade") == "fair":
            token.tags = {"damage": "light"}
    for match in reading.find(r"(?P<needs>{}) _ {part|thing}"):
        token = match.tokens("needs")[0]
        if token.norm in ("needs", "need"):
            token.tags = {"damage": "severe"}
    reading.changed()


def _take_spoken(reading: Reading) -> set[Condition]:
    spoken = set[Condition]()
    _drop_new_parts(reading)
    for match in reading.find(r"(?:{not})? {grade}"):
        if len(match.tokens()) == 2 and match.tokens()[0] not in (None,):
            # "not used" praises, "not good" blames.
            state = Condition(match.tokens()[1].get("grade"))
            spoken.add(
                Condition.NEW
                if "used" in match.tokens()[1].norm
                else Condition.FAIR
                if state is Condition.GOOD
                else Condition.GOOD
            )
        else:
            spoken.add(Condition(match.tokens()[0].get("grade")))
        reading.drop(match.start, match.end)
    return spoken


def _drop_new_parts(reading: Reading) -> None:
    """ "Gas grill, new burners": what is new is a part."""
    for match in reading.find(r"{grade} _ {part}"):
        named = any(c in token.tags for token in reading.tokens[: match.start] for c in _NAMING)
        if match.tokens()[0].norm in ("new", "brand new") and named:
            reading.drop(match.start, match.end)


_NAMING = ("thing", "brand", "line")
