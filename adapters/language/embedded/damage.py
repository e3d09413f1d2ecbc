"""What a seller says is wrong with a thing: the whole clause, in the person's words."""

from adapters.language.embedded.tokens import Reading, Token, joined
from talknshop.model import Condition

_LONGEST_NOTE = 14
_DENIED = 2
_FEW = 3
_LEAST_PRICE = 5
# What ends a clause for certain, on both its sides.
_ENDS = (
    "comma", "stop", "colon", "contrast", "amount", "shipping", "negotiable", "firm", "sell_verb",
    "title_cue", "reason",
)  # fmt: skip
_NAMES_WHOLE = ("brand", "line", "sell", "sell_verb", "buy_verb", "mine", "u_gb", "u_tb", "model")
_CONTENT = ("part", "damage", "word", "thing", "num", "measure", "percent")
_ARTICLES = frozenset(("a", "an", "the", "un", "una", "une", "ein", "eine", "einen"))
_ARTICLES_LEFT = frozenset(("a", "an", "the", "le", "la", "el", "der", "die", "das", "it"))
_LEADS_ON = ("and", "on", "of", "with", "is", "for", "price_cue", "mine")
_DEGREES = frozenset(("bit", "quite", "very", "really", "pretty", "somewhat", "rather", "fairly"))
_SOFTER = frozenset(("small", "tiny", "minor", "slight", "hairline", "little"))


def take_damage(reading: Reading, known: bool = False) -> tuple[list[str], bool, set[Condition]]:
    """The clauses that tell of damage, whether it weighs heavily, and the grades in them.

    `known`: the whole was named before.
    """
    mark_faults(reading, known)
    notes, severe, grades = list[str](), False, set[Condition]()
    tokens = reading.tokens
    for place, token in enumerate(tokens):
        if "damage" not in token or token.taken or _judges_whole(tokens, place):
            continue
        denied = _denial_before(tokens, place)
        if denied is not None:
            reading.drop(denied, place + 1)
            continue
        start, end = _note_start(tokens, place, known), _note_end(tokens, place)
        span = tokens[start:end]
        if not any("part" in part.tags for part in span):
            grades |= {Condition.FOR_PARTS for t in span if t.get("grade") == "for_parts"}
        severe = severe or any(
            part.get("damage") == "severe" and not _softened(tokens, start, at)
            for at, part in enumerate(span, start)
            if "damage" in part.tags
        )
        note = _trimmed(span)
        if note:
            notes.append(note)
        reading.drop(start, end)
    return notes, severe, grades


def mark_faults(reading: Reading, known: bool = False) -> None:
    """Words that blame only in what is said of a part: "shutter sticks", "lock won't catch"."""
    for place, token in enumerate(reading.tokens):
        if token.taken or "damage" in token.tags:
            continue
        blames = "fault" in token.tags or "flaw" in token.tags or _lacks(reading.tokens, place)
        if not blames and not _denies_verb(reading.tokens, place) and not _is_dead(token):
            continue
        start = _clause_start(reading.tokens, place)
        before, follows = reading.tokens[start:place], reading.tokens[place + 1 : place + 2]
        alone = blames and all("filler" in t.tags for t in before) and not any(
            c in t.tags for t in follows for c in ("thing", "amount", "num")
        )  # fmt: skip
        if (alone and not _tells_of_people(before)) or _speaks_of_part(
            reading.tokens, start, place, known
        ):
            token.tags = {"damage": _weight(reading.tokens, place)}
        elif _is_dead(token) and token.norm.split()[0] in _DENIALS:
            # Of the whole, "won't turn on" grades it and is worth a note.
            token.tags = {"damage": "severe", "grade": "for_parts"}
    reading.changed()


def _weight(tokens: list[Token], place: int) -> str:
    """ "Needs a wash" weighs less than "needs a motor"."""
    cared = any(word in _CARE for t in tokens[place : place + 1 + _FEW] for word in t.norm.split())
    return "light" if "flaw" in tokens[place].tags or cared else "severe"


_CARE = frozenset((
    "clean", "cleaning", "wash", "washing", "polish", "polishing", "service", "servicing", "wipe",
    "sharpening", "dusting", "charging", "ironing", "scrub", "strings", "oil", "oiling", "hoover",
))  # fmt: skip


def _lacks(tokens: list[Token], place: int) -> bool:
    """ "Needs a polish", but not "needs gone", "needs a new home"."""
    following = tokens[place + 1 : place + 1 + _FEW]
    if place and tokens[place - 1].norm in _PEOPLE:
        return False
    return "lacks" in tokens[place].tags and bool(following) and not any(
        token.norm in _LEAVES or "sell" in token.tags or "buy" in token.tags for token in following
    )  # fmt: skip


def _belongs_to_wish(tokens: list[Token], place: int) -> bool:
    """ "A hose that doesn't kink" is wished for."""
    return place > 0 and tokens[place - 1].norm in ("that", "which", "que", "qui", "das", "der")


_PEOPLE = frozenset(
    ("you", "i", "we", "u", "he", "she", "people", "buyers", "ich", "wir", "je", "nous", "yo")
)
# What a thing needs that nothing is wrong with.
_LEAVES = frozenset(("gone", "go", "home", "sold", "space", "room", "money", "picked", "shift"))


_DENIALS = frozenset((
    "won't", "wont", "doesn't", "doesnt", "does", "no", "not", "ne", "n", "geht", "startet",
))  # fmt: skip


def _tells_of_people(tokens: list[Token]) -> bool:
    """ "I lost my job"."""
    return any(t.norm in _PEOPLE or "kin" in t.tags or "mine" in t.tags for t in tokens)


def _speaks_of_part(tokens: list[Token], start: int, place: int, known: bool) -> bool:
    """A part before it in its clause; what else has a name is one once the whole was named."""
    before = tokens[start:place]
    if any("part" in token.tags for token in before):
        return True
    names = any(c in token.tags for token in before for c in ("brand", "line", "sell"))
    if names or _tells_of_people(before) or not (known or _is_named(tokens[:start])):
        return False
    return any(
        "word" in token.tags or "feature" in token.tags or _stands_for_part(token)
        for token in before
    )


def _is_dead(token: Token) -> bool:
    """ "No funciona" tells of a part's end where a part stands before it."""
    return token.get("grade") == "for_parts" and not token.norm.startswith(("for ", "as", "para "))


def _stands_for_part(token: Token) -> bool:
    return "thing" in token.tags and "mine" not in token.tags


def _denies_verb(tokens: list[Token], place: int) -> bool:
    """ "Won't stay shut", "hält nicht mehr": something that it should do, it does not."""
    token = tokens[place]
    if "denies" not in token.tags or _belongs_to_wish(tokens, place):
        return False
    around = tokens[max(0, place - 2) : place] + tokens[place + 1 : place + 3]
    return not any("innocent" in other.tags or "damage" in other.tags for other in around)


def _denial_before(tokens: list[Token], place: int) -> int | None:
    """Where the denial of a damage begins: "no big scratches", "no drops or scratches"."""
    at = place
    while at > 0 and place - at < _FEW and not tokens[at - 1].taken:
        at -= 1
        if "not" in tokens[at].tags or "lacking" in tokens[at].tags:
            return at
        if not any(c in tokens[at].tags for c in ("light", "filler")):
            break
    is_listed = place > _DENIED and "or" in tokens[place - 1].tags and any(
        "not" in token.tags for token in tokens[place - 1 - _DENIED : place - 1]
    )  # fmt: skip
    return place - 1 if is_listed else None


def _judges_whole(tokens: list[Token], place: int) -> bool:
    """ "Pretty worn" is a judgement of the whole where no part is named."""
    around = [*tokens[max(0, place - 3) : place], *tokens[place + 1 : place + 3]]
    token = tokens[place]
    return token.get("grade") == "fair" and token.get("damage") == "light" and not any(
        "part" in token for token in around
    )  # fmt: skip


def _clause_start(tokens: list[Token], place: int) -> int:
    start = place
    while start > 0 and place - start < _LONGEST_NOTE and not _ends(tokens, start - 1):
        start -= 1
    return start


def _note_start(tokens: list[Token], place: int, known: bool) -> int:
    """The clause from its start, or what is said of a part where the clause names the whole."""
    start = _clause_start(tokens, place)
    for at in range(place - 1, start - 1, -1):
        token = tokens[at]
        names = any(concept in token.tags for concept in _NAMES_WHOLE)
        if names or ("thing" in token.tags and _names_whole(tokens, at, place, known)):
            return _after_whole(tokens, at + 1, place)
        if "damage" not in token.tags and ("grade" in token or "works" in token):
            return at + 1
    return start


def _names_whole(tokens: list[Token], at: int, place: int, known: bool) -> bool:
    """The first thing named is what is sold; a later one may be a part: "one chair wobbles"."""
    if not known and not _is_named(tokens[:at]):
        return "part" not in tokens[at].tags or at + 1 == place
    return False


def _is_named(tokens: list[Token]) -> bool:
    return any(c in token.tags for token in tokens for c in ("thing", "brand", "line"))


def _after_whole(tokens: list[Token], start: int, place: int) -> int:
    """Behind "my brown couch with": only what tells of a part belongs to the note."""
    at = place
    while at > start and any(c in tokens[at - 1] for c in ("part", "light", "is")):
        at -= 1
    return at


def _note_end(tokens: list[Token], place: int) -> int:
    end = place + 1
    while end < len(tokens) and end - place < _LONGEST_NOTE and not _ends(tokens, end):
        token = tokens[end]
        if "damage" not in token and ("grade" in token or "works" in token):
            break
        if "price_cue" in token and _is_number(tokens, end + 1):
            break
        if "and" in token and (_begins_anew(tokens, end + 1) or not _goes_on(tokens, end + 1)):
            break
        end += 1
    return end


def _is_number(tokens: list[Token], at: int) -> bool:
    return at < len(tokens) and ("num" in tokens[at].tags or "amount" in tokens[at].tags)


def _begins_anew(tokens: list[Token], at: int) -> bool:
    """ "And there's a dent": a note of its own."""
    return at < len(tokens) and tokens[at].norm in _STARTS


_STARTS = frozenset((
    "there's", "theres", "there is", "there are", "it has", "it's", "its", "has", "has a", "hay",
    "tiene", "il y a", "elle a", "il a", "es gibt", "es hat",
))  # fmt: skip


def _goes_on(tokens: list[Token], start: int) -> bool:
    """ "Scratched and dented", "on the lid and the base": still about the damage."""
    end = start
    while end < len(tokens) and not _ends(tokens, end):
        end += 1
    rest = tokens[start:end]
    if any("damage" in token for token in rest):
        return True
    praises = any("grade" in token or "works" in token for token in rest)
    return len(rest) <= _FEW and any("part" in token for token in rest) and not praises


def _ends(tokens: list[Token], at: int) -> bool:
    token = tokens[at]
    if token.taken or any(concept in token.tags for concept in _ENDS):
        return True
    return ("dash" in token.tags and not token.glued) or _may_be_price(tokens, at)


def _may_be_price(tokens: list[Token], at: int) -> bool:
    """ "One has drift 150": a number that ends the clause, and counts nothing."""
    follows = tokens[at + 1] if at + 1 < len(tokens) else None
    ends = follows is None or follows.taken or any(
        c in follows.tags for c in ("comma", "stop", "negotiable", "firm", "shipping")
    )  # fmt: skip
    return "num" in tokens[at].tags and ends and (tokens[at].value or 0) >= _LEAST_PRICE


def _trimmed(tokens: list[Token]) -> str:
    """Without "it has a" before it."""
    kept = list(tokens)
    while kept and not (_begins(kept[0]) or (len(kept) > 1 and "of" in kept[1].tags)):
        kept = kept[1:]
    return _without_end(kept)


def _trimmed_elsewhere(tokens: list[Token]) -> str:
    """In other languages what is idle in English may be the verb: "hace ruido", "le falta"."""
    kept = list(tokens)
    while kept and _leads(kept[0]) and not (len(kept) > 1 and kept[1].norm in _A_BIT):
        kept = kept[1:]
    return _without_end(kept)


_A_BIT = frozenset(("poco", "peu", "bisschen", "wenig", "pelin"))


def _leads(token: Token) -> bool:
    if any(c in token.tags for c in ("damage", "part", "thing", "word")):
        return False
    return token.norm in _ARTICLES or any(
        c in token.tags for c in ("is", "and", "with", "contrast", "polite", "mine", "one")
    )


def _without_end(tokens: list[Token]) -> str:
    """Without the small words that led to what was left out."""
    kept = list(tokens)
    while (
        kept
        and not any(c in kept[-1].tags for c in _CONTENT)
        and (kept[-1].norm in _ARTICLES_LEFT or any(c in kept[-1].tags for c in _LEADS_ON))
    ):
        kept = kept[:-1]
    return joined(kept)


def _begins(token: Token) -> bool:
    if any(c in token.tags for c in _CONTENT) or token.norm in _DEGREES:
        return True
    if "\u4e00" <= token.said[0] <= "\u9fff":
        return not any(c in token.tags for c in ("is", "with", "and"))
    return "light" in token.tags and token.norm not in _ARTICLES


def _softened(tokens: list[Token], start: int, place: int) -> bool:
    """ "A small crack" weighs less."""
    return any(token.norm in _SOFTER for token in tokens[start:place])
