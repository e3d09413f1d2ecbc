"""Whether a person buys, sells, agrees, declines or chats."""

from itertools import pairwise

from adapters.language.embedded.conditions import USED_FOR, USED_ONCE
from adapters.language.embedded.tokens import Reading, Token

# What agrees or declines is short; a longer text says something else.
_SHORT = 12

_SIDE = "{polite|comma|stop|yes|laughs|greet|thanks|filler}*"
_YES = rf"{_SIDE}{{yes}}{_SIDE}"
_NO = r"{polite|comma|stop|no|laughs|filler}*{no}{polite|comma|stop|no|thanks|filler|sell|one}*"
# "My limit", "my dad's birthday": theirs, but nothing to sell.
_OWN = r"^(?:{filler|greet|comma|polite}){0,3}{mine} (?!{max|field|kin})"


def confirms(reading: Reading) -> bool:
    return len(reading.tokens) <= _SHORT and reading.is_all(_YES)


def declines(reading: Reading) -> bool:
    return len(reading.tokens) <= _SHORT and reading.is_all(_NO)


def asks_to_buy(reading: Reading) -> bool:
    return reading.has("{buy}")


def says_buy(reading: Reading) -> bool:
    """A verb of buying, where "I want" would say nothing."""
    return reading.has("{buy_verb}")


def asks_to_sell(reading: Reading) -> bool:
    """The verb, and no question for somebody who sells."""
    return reading.has("(?:{sell_verb}|{sell})") or reading.has(_ASKED_FOR_OWN)


def praises(reading: Reading) -> bool:
    """ "Cracked corner but works, asking 200": only who sells speaks so of a thing."""
    speaks = any(
        _blames(token) or "negotiable" in token or token.norm.startswith("asking")
        or ("grade" in token and "wanted" not in token and _tells_of_use(token))
        for token in reading.tokens
    )  # fmt: skip
    return speaks and not reading.has("{max|min|cheap|sort|well_rated|not}")


def _blames(token: Token) -> bool:
    """ "No batteries" is what a buyer may ask for as well."""
    return "damage" in token and not token.norm.startswith(("no ", "without "))


# "Box of paperbacks, $25, good condition": clauses of a price and of a state alone make an advert.
_PRICE_ALONE = "(?:^|{comma|stop}) (?:{amount}|{num}) (?:{comma|stop}|$)"


def _grade_alone(reading: Reading) -> bool:
    return any(
        len(token.norm.split()) > 1 or "wanted" not in token
        for found in reading.find("(?:^|{comma|stop}) {grade} (?=(?:{comma|stop})|$)")
        for token in found.tokens()
        if "grade" in token
    )


def _tells_of_use(token: Token) -> bool:
    """ "Never worn", "used two seasons", "cracked": buyers ask for less."""
    if token.get("grade") == "good":
        return token.norm.startswith("used ") and len(token.norm.split()) > 2
    return token.get("grade") != "new" or token.norm.startswith(
        ("never ", "not ", "still ", "tags ")
    )


_LISTED = (
    r"(?:{comma|stop|dash}) _ (?:{for|price_cue})? _ (?:{amount}|{num} "
    r"(?:{negotiable|firm|each|comma|stop})|{num}$)"
)
_TOLD_BY_SELLERS = (
    "(?:{damage|negotiable|firm|shipping|works|seller_only}|{zip_cue} _ {num|model}|{u_mile} {on})"
)
_LIMITED = "{max|min|cheap|cheaper|sort|well_rated|rated|stars|question|no_matter|buy_verb}"
_EITHER = (
    "{about} _ {amount|num}|{between} _ {amount|num} _ {to|and}|{amount|num} {to} {amount|num}|"
    "{brand|color|line|thing|size|word} _ {or} _ "
    "{brand|color|line|thing|size|word}"
)
# What a form has: "Title: Keurig K-Elite. Condition: used. Price: 55".
_FORM = "{title_cue} {colon}|{of_price|price_cue} {colon}"
_STATED = "{of_condition|of_size|of_color|title_cue|brand_cue|of_brand|quantity_cue} {colon}"
# "Speakers, walnut, boxed, £220": what it is, clause by clause, and the price as one of them.
_PRICED_CLAUSE = "(?:^|{comma|stop}) (?:{amount}) (?:{comma|stop}|$)"
_NUMBERED_CLAUSE = "(?:{comma|stop}) (?:{amount}|{num}) (?:{stop})?$"
_SIGNS = ("comma", "stop")
_STATED_OF_IT = ("part", "thing", "word", "model", "brand", "line")
_STATES = frozenset(("is", "are", "was", "has", "est", "sont", "está", "ist", "sind", "hat", "है"))
# "Looking to get 450 for my keyboard".
_ASKED_FOR_OWN = "{price_cue} _ {amount|num} {for} _ {mine} (?!{kin})"
# There one can sell and not search.
_POSTED_ON = ("craigslist", "facebook", "poshmark")
_USED_GRADES = ("like_new", "fair", "for_parts")


def lists_for_sale(reading: Reading) -> bool:
    """ "Yamaha P45, mint, $320": a list with a price, and a state that buyers ask for less."""
    if reading.has(_LIMITED) or reading.has(_EITHER):
        return False
    if _describes(reading):
        return True
    if reading.has("{amount|num} {each}") or (reading.has(_FORM) and reading.has(_STATED)):
        return True
    if reading.has(USED_FOR) or (reading.has("{amount}") and reading.has(USED_ONCE)):
        return True
    if reading.has(_PRICE_ALONE) and _grade_alone(reading):
        return True
    priced = reading.has(_LISTED) or reading.has("{amount|num}$")
    if priced and any(
        token.get("grade") in _USED_GRADES
        or ("grade" in token and "wanted" not in token and _tells_of_use(token))
        or token.norm.startswith("never ")
        or token.get("place") in _POSTED_ON
        for token in reading.tokens
    ):
        return True
    return (priced or reading.has("{amount}")) and reading.has(_TOLD_BY_SELLERS)


def _describes(reading: Reading) -> bool:
    """A description in several clauses, or a statement about a part, and a price alone."""
    if reading.has(r"{buy} _ (?!{amount|num})"):
        return False
    signs = sum(any(c in token for c in _SIGNS) for token in reading.tokens[:-1])
    if reading.has(_PRICED_CLAUSE) and signs > 1:
        return True
    return (reading.has(_PRICED_CLAUSE) or reading.has(_NUMBERED_CLAUSE)) and any(
        token.norm in _STATES and any(c in before for c in _STATED_OF_IT)
        for before, token in pairwise(reading.tokens)
    )


def bargains(reading: Reading) -> bool:
    """ "$350 for it, open to offers": whoever buys sets no price."""
    if reading.has(_EITHER) or reading.has("{max}"):
        return False
    return reading.has("{negotiable}|{amount|num} _ {firm}|{firm}$") or reading.has(
        "(?:{amount}|{price_cue} {num}) {for} {one} (?!{thing|word})"
    )


_FOR_WHOM = "(?:{for|by|of|to|is|one|mine|kin|weak|filler|break|polite|comma|stop})+"


def tells_for_whom(reading: Reading) -> bool:
    """ "It's for my mom", and nothing else."""
    if len(reading.tokens) > _SHORT or reading.has("{thing|color|size|audience|buy}"):
        return False
    return reading.has("{for} _ (?:{mine} _)? {kin}|{mine} {kin} _ {for}") and reading.is_all(
        _FOR_WHOM
    )


def shows_own(reading: Reading) -> bool:
    """ "My iPhone 13, $650": whoever names a thing as theirs may be selling it."""
    return reading.has(_OWN)
