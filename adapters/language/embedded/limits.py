"""A buyer's price limits: under two grand, between 50 and 80 bucks, around $500."""

from dataclasses import dataclass, field
from decimal import Decimal

from adapters.language.embedded.measures import price_of
from adapters.language.embedded.tokens import Found, Reading, Token
from talknshop.messages import say
from talknshop.money import format_price

# "Around" a price: this far to either side.
ABOUT = Decimal("0.15")

# Below this a number without a currency is an age, a count, a size: no price.
_LEAST_PLAIN = 5
_OLDEST_CHILD = 18
_OLDEST = 100
_OCCASIONS = frozenset(
    (
        "birthday",
        "anniversary",
        "party",
        "bday",
        "jubilee",
        "cumpleaños",
        "anniversaire",
        "geburtstag",
    )
)
_ALSO_IN_NAMES = frozenset(
    (
        "under",
        "over",
        "above",
        "below",
        "less than",
        "more than",
        "within",
        "beneath",
        "better than",
    )
)

_A = "{amount|num}"
_RANGES = (
    rf"{{between}} _ (?P<low>{_A}) _ {{to|and|max}} _ (?P<high>{_A}) (?:{{between_after}})?",
    rf"(?P<low>{_A}) {{to}} (?P<high>{_A}) _ {{of}}? _ {{between_after}}",
    rf"(?P<low>{_A}) {{to}} (?P<high>{_A})",
)
_MORE_AND_LESS = (
    rf"{{min}} _ (?P<low>{_A}) _ {{and|comma}}? _ (?:{{filler|and}})? _ {{max}} _ (?P<high>{_A})"
)
# "Not for more than 80", "I refuse to pay over 140".
_NOT_ABOVE = (
    rf"{{not}} _ (?:{{is|of|on|to|break|buy}})? _ {{min}} _ (?:{{of|is|about}})? _ (?P<high>{_A})"
)
_MAX = (
    rf"(?:{{max|field}} _ (?:{{of|colon|about|to|is|on}})? _)? {{max}} _ "
    rf"(?:{{of|colon|about|to|is|max|on}})? _ (?P<high>{_A}) (?:{{max_after}})?",
    rf"(?P<high>{_A}) _ (?:{{each}})? {{max_after}}",
)
_MIN = (
    rf"{{min}} _ (?:{{of|colon|is|min}})? _ (?P<low>{_A}) (?:{{min_after}})?",
    rf"(?:{{between}} _)? (?P<low>{_A}) {{min_after}}",
)
_ABOUT_IT = (
    rf"{{about}} _ (?P<about>{_A})",
    rf"(?P<about>{_A}) {{about_after}}",
)
_SET = rf"(?:{{instead|correct|price_cue|only}}) _ (?P<high>{_A})"


@dataclass
class Limits:
    """None where nothing was said."""

    low: Decimal | None = None
    high: Decimal | None = None
    currency: str | None = None
    assumptions: list[str] = field(default_factory=list)

    @property
    def said(self) -> bool:
        return self.low is not None or self.high is not None


def take_limits(reading: Reading, expected: bool = False) -> Limits:
    """What is said about the price. `expected`: a bare number is one."""
    limits = Limits()
    for pattern in _RANGES:
        for found in reading.find(pattern):
            if _is_range(reading, found, expected):
                _range(limits, found)
                reading.drop(found.start, found.end)
    for found in reading.take(_NOT_ABOVE):
        _set(limits, found.first("high"), "high")
    for found in reading.take(_MORE_AND_LESS):
        _set(limits, found.first("low"), "low")
        _set(limits, found.first("high"), "high")
    for end, patterns in (("high", _MAX), ("low", _MIN)):
        for pattern in patterns:
            for found in reading.find(pattern):
                token = found.first(end)
                if token is not None and _names_model(reading, found, token):
                    reading.drop(found.start + 1, found.end)
                elif token is not None and _may_be_price(reading, found, token):
                    _set(limits, token, end)
                    reading.drop(found.start, found.end)
    for pattern in _ABOUT_IT:
        for found in reading.find(pattern):
            token = found.first("about")
            if token is not None and ("money" in token or (token.value or 0) >= _LEAST_PLAIN):
                _about(limits, token, reading.language)
                reading.drop(found.start, found.end)
    _take_bare(limits, reading, expected)
    _name_what_limits_nothing(reading)
    if limits.low is not None and limits.high is not None and limits.low > limits.high:
        limits.low, limits.high = limits.high, limits.low
    return limits


def _names_model(reading: Reading, found: Found, token: Token) -> bool:
    """ "RTX 4070 or better"."""
    before = reading.tokens[found.start - 1] if found.start else None
    return (
        before is not None and "line" in before and "money" not in token.tags
        and found.tokens()[0] is token and len(found.tokens()) > 1
        and found.tokens()[-1].norm.startswith("or ")
    )  # fmt: skip


def _name_what_limits_nothing(reading: Reading) -> None:
    """ "Less than" before a word is part of a name: "less than zero", "over 50 birthday"."""
    tokens = reading.tokens
    for place, token in enumerate(tokens[:-1]):
        if token.norm not in _ALSO_IN_NAMES or not ("max" in token or "min" in token):
            continue
        counted = tokens[place + 1]
        named = place + 2 if "num" in counted and not counted.taken else place + 1
        if named < len(tokens) and _names(tokens[named], counted=named > place + 1):
            for part in tokens[place:named]:
                part.tags = {"word": part.said}
    reading.changed()


def _names(token: Token, counted: bool) -> bool:
    if token.taken or any(c in token.tags for c in ("filler", "money", "amount")):
        return False
    return _is_occasion(token) if counted else any(c in token for c in ("word", "thing", "feature"))


def _is_occasion(token: Token) -> bool:
    return token.norm.split()[0] in _OCCASIONS


def _take_bare(limits: Limits, reading: Reading, expected: bool) -> None:
    """An amount that nothing was said about: the most that may be paid."""
    for pattern in (_SET, _A):
        for found in reading.find(pattern):
            token = found.tokens()[-1]
            place = found.end - 1
            if not ("money" in token or _is_bare_price(reading, place, expected, pattern == _SET)):
                continue
            reading.drop(found.start, found.end)
            if limits.said or (value := price_of(token)) is None:
                continue
            _set(limits, token, "high")
            if pattern != _SET:
                price = format_price(value, limits.currency or "USD")
                limits.assumptions.append(say(reading.language, "assume_max", price=price))


def _is_bare_price(reading: Reading, place: int, expected: bool, cued: bool) -> bool:
    """ "laptop 500" names a price, "iphone 13" a model."""
    token = reading.tokens[place]
    value = token.value or Decimal(0)
    if value < _LEAST_PLAIN or "size" in token.tags:
        return False
    if expected:
        return True
    before = reading.tokens[place - 1] if place else None
    after = reading.tokens[place + 1] if place + 1 < len(reading.tokens) else None
    is_last = after is None or after.taken or "comma" in after or "stop" in after
    if not is_last or 1950 <= value <= 2035:
        return False
    if before is None or before.taken:
        return cued or (before is not None and "brand" not in before.tags)
    return cued or "comma" in before or ("thing" in before and "line" not in before and value >= 20)


def _is_range(reading: Reading, found: Found, expected: bool) -> bool:
    low, high = found.first("low"), found.first("high")
    if low is None or high is None or low.value is None or high.value is None:
        return False
    if "money" in low or "money" in high or expected:
        return True
    cued = any("between" in t.tags or "between_after" in t.tags for t in found.tokens())
    return (cued or low.value >= 20) and high.value > low.value and high.value >= _LEAST_PLAIN


def _may_be_price(reading: Reading, found: Found, token: Token) -> bool:
    """ "kids under 12" says an age."""
    if "money" in token:
        return True
    before = reading.tokens[found.start - 1] if found.start else None
    after = next(iter(reading.tokens[found.end : found.end + 1]), None)
    is_age = (
        before is not None and "audience" in before and (token.value or 0) <= _OLDEST_CHILD
    ) or (after is not None and _is_occasion(after) and (token.value or 0) <= _OLDEST)
    return (token.value or 0) >= _LEAST_PLAIN and not is_age


def _range(limits: Limits, found: Found) -> None:
    low, high = found.first("low"), found.first("high")
    assert low is not None
    assert high is not None
    bottom, top = price_of(low), price_of(high)
    if bottom is None or top is None:
        return
    # "2 to 3k"
    if "money" in high and "money" not in low and bottom < 1000 <= top and bottom * 1000 <= top:
        bottom *= 1000
    limits.low, limits.high = min(bottom, top), max(bottom, top)
    limits.currency = high.get("currency") or low.get("currency") or limits.currency


def _about(limits: Limits, token: Token, language: str) -> None:
    value = price_of(token)
    if value is None:
        return
    limits.currency = token.get("currency") or limits.currency
    limits.low = (value * (1 - ABOUT)).quantize(Decimal("0.01"))
    limits.high = (value * (1 + ABOUT)).quantize(Decimal("0.01"))
    low, high, about = (
        format_price(price, limits.currency or "USD") for price in (limits.low, limits.high, value)
    )
    limits.assumptions.append(say(language, "assume_about", about=about, low=low, high=high))


def _set(limits: Limits, token: Token | None, end: str) -> None:
    value = price_of(token) if token is not None else None
    if token is not None and value is not None:
        setattr(limits, end, value)
        limits.currency = token.get("currency") or limits.currency
