"""Whether a person buys, sells, agrees, declines or chats."""

from adapters.language.embedded.tokens import Reading

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
    return reading.has("(?:{sell_verb}|{sell})")


def praises(reading: Reading) -> bool:
    """ "Cracked corner but works, asking 200": only who sells speaks so of a thing."""
    speaks = any(
        "damage" in token or "negotiable" in token or token.norm.startswith("asking")
        or ("grade" in token and "wanted" not in token and token.get("grade") != "good")
        for token in reading.tokens
    )  # fmt: skip
    return speaks and not reading.has("{max|min|cheap|sort|well_rated|not}")


_LISTED = r"(?:{comma|stop|dash}) _ (?:{for|price_cue})? _ (?:{amount}|{num} (?:{negotiable|firm|each|comma|stop})|{num}$)"
_TOLD_BY_SELLERS = "{damage|negotiable|firm|shipping|zip_cue|works|seller_only}"
_LIMITED = "{max|min|between|about|cheap|cheaper|sort|well_rated|rated|stars|or|question|no_matter|buy_verb}"
# There one can sell and not search.
_POSTED_ON = ("craigslist", "facebook", "poshmark")
_USED_GRADES = ("like_new", "fair", "for_parts")


def lists_for_sale(reading: Reading) -> bool:
    """ "Yamaha P45, mint, $320": a list with a price in it, and a state that buyers ask for less."""
    if reading.has(_LIMITED):
        return False
    if reading.has("{amount|num} {each}"):
        return True
    return reading.has(_LISTED) and (
        reading.has(_TOLD_BY_SELLERS)
        or any(
            token.get("grade") in _USED_GRADES
            or token.norm.startswith("never ")
            or token.get("place") in _POSTED_ON
            for token in reading.tokens
        )
    )


def shows_own(reading: Reading) -> bool:
    """ "My iPhone 13, $650": whoever names a thing as theirs may be selling it."""
    return reading.has(_OWN)
