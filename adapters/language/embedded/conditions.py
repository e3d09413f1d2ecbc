"""The state of a thing: what a buyer asks for, what a seller says of it."""

from dataclasses import dataclass

from adapters.language.embedded.tokens import Reading, Token, joined
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
_FEW_TIMES = 12

_NOTE = (
    r"(?P<before>(?:{part|light|word|filler|is|on|num|person|thing|by|of|and}){0,4}?)"
    r"(?P<damage>{damage})"
    r"(?P<after>(?:{part|light|damage|on|put_on|filler|of|word|is|and|measure|percent|num|by}){0,6})"
)


def take_grade(reading: Reading) -> tuple[Condition | None, str]:
    """The grade and the words about damage, which no praise hides."""
    _mark_worn_parts(reading)
    notes, severe, spoken = _take_damage(reading)
    praised = any(_PRAISED & set(t.norm.split()) for t in reading.tokens if "grade" in t)
    rest_is_fine = any(
        token.norm.startswith(("otherwise", "rest ")) and token.get("grade") != "fair"
        for token in reading.tokens
        if "grade" in token or "works" in token
    )
    spoken |= _take_spoken(reading)
    found = next((grade for grade in _ORDER if grade in spoken), None)
    if severe and praised and found in (Condition.GOOD, Condition.LIKE_NEW):
        found = Condition.GOOD
    elif severe and found in _SPOILED:
        found = Condition.GOOD if rest_is_fine else Condition.FAIR
    elif notes and found in (None, Condition.LIKE_NEW, Condition.NEW):
        found = found if found is Condition.LIKE_NEW else Condition.GOOD
    return found, "; ".join(notes)[:1000]


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
    for match in reading.find(_USED_TIMES):
        token = match.first("count")
        count = token.value if token is not None and token.value is not None else 1
        if count <= _FEW_TIMES:
            reading.drop(match.start, match.end)
            spoken.add(Condition.LIKE_NEW)
    if reading.takes(USED_FOR):
        spoken.add(Condition.GOOD)
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


def _take_damage(reading: Reading) -> tuple[list[str], bool, set[Condition]]:
    """What is damaged, in the person's words, whether it weighs heavily, and the grades in it."""
    notes, severe, grades = list[str](), False, set[Condition]()
    for place, token in enumerate(reading.tokens):
        if "damage" not in token or token.taken or _judges_whole(reading.tokens, place):
            continue
        if place and "not" in reading.tokens[place - 1] and not reading.tokens[place - 1].taken:
            reading.drop(place - 1, place + 1)
            continue
        if _is_denied(reading.tokens, place):
            reading.drop(place - 1, place + 1)
            continue
        start, end = _note_around(reading.tokens, place)
        note = _trimmed(reading.tokens[start:end])
        span = reading.tokens[start:end]
        if not any("part" in part.tags for part in span):
            grades |= {Condition.FOR_PARTS for t in span if t.get("grade") == "for_parts"}
        severe = severe or any(
            part.get("damage") == "severe" and not _softened(reading.tokens, start, at)
            for at, part in enumerate(reading.tokens[start:end], start)
            if "damage" in part.tags
        )
        if note:
            notes.append(note)
        reading.drop(start, end)
    return notes, severe, grades


def _is_denied(tokens: list[Token], place: int) -> bool:
    """ "No drops or scratches"."""
    return (
        place > _DENIED and "or" in tokens[place - 1].tags
        and any("not" in token.tags for token in tokens[place - 1 - _DENIED : place - 1])
    )  # fmt: skip


def _judges_whole(tokens: list[Token], place: int) -> bool:
    """ "Pretty worn" is a judgement of the whole where no part is named."""
    around = [*tokens[max(0, place - 3) : place], *tokens[place + 1 : place + 3]]
    token = tokens[place]
    return token.get("grade") == "fair" and token.get("damage") == "light" and not any(
        "part" in token for token in around
    )  # fmt: skip


_DENIED = 2
_LINKS = frozenset(("is", "are", "has", "have", "está", "tiene", "est", "a", "ist", "hat", "है"))
_BEFORE = ("part", "light")
_AFTER = ("part", "damage", "percent", "measure", "num")
_LEADS = ("on", "put_on", "of", "by", "in")
_WHERE = frozenset((
    "down", "across", "along", "through", "near", "under", "inside", "behind", "around",
))  # fmt: skip


def _note_around(tokens: list[Token], place: int) -> tuple[int, int]:
    """The clause of a damage: "some scratches on the back", "screen is cracked"."""
    start, end = place, place + 1
    while start > 0 and place - start < 5 and not tokens[start - 1].taken:
        before = tokens[start - 1]
        if not (any(c in before for c in _BEFORE) or "is" in before):
            if "thing" in before and tokens[start].norm in _LINKS and "mine" not in before.tags:
                start -= 1
            break
        if any(c in before for c in ("comma", "stop")):
            break
        start -= 1
    while end < len(tokens) and end - place < 7 and not tokens[end].taken:
        after, later = tokens[end], tokens[end + 1 : end + 3]
        if any(
            c in after for c in ("comma", "stop", "currency", "amount", "price_cue")
        ) and not any(c in after for c in _LEADS):
            break
        if any(c in after for c in _AFTER) or ("light" in after and "num" not in after):
            end += 1
        elif (
            (any(c in after for c in _LEADS) or after.norm in _WHERE)
            and any(c in part for part in later for c in ("part", "word", "thing"))
            and not any(c in part for part in later[:1] for c in ("place", "amount"))
        ):
            end += 2 if len(later) < 2 or "filler" not in later[0] else 3
        elif "word" in after or (
            after.norm == "one" and end - place > 1 and "is" not in tokens[end - 1]
        ):
            end += 1
        else:
            break
    return start, min(end, len(tokens))


def _trimmed(tokens: list[Token]) -> str:
    """Without "it has a" before it."""
    kept = list(tokens)
    while (
        kept
        and not any(c in kept[0].tags for c in ("part", "damage", "word", "thing", "num"))
        and not (
            "light" in kept[0].tags
            and kept[0].norm
            not in ("a", "an", "the", "one", "un", "una", "une", "ein", "eine", "einen")
        )
    ):
        kept = kept[1:]
    while kept and not any(
        c in kept[-1].tags for c in ("part", "damage", "word", "thing", "num", "measure", "percent")
    ):
        kept = kept[:-1]
    return joined(kept)


def _softened(tokens: list[Token], start: int, place: int) -> bool:
    """ "A small crack" weighs less."""
    return any(
        token.norm in ("small", "tiny", "minor", "slight", "hairline", "little")
        for token in tokens[start:place]
    )
