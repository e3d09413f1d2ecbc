"""Numbers with what they count: amounts of money, measures, stars."""

from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise

from adapters.language.embedded.numbers import SMALL, with_digits
from adapters.language.embedded.tokens import Reading, Token

# A number and these apart are something else: "size 40 L", "set of 4 "good" knives".
_GLUED = frozenset(('"', "l", "g", "m"))

LARGEST = Decimal(10_000_000)

# A price that nobody has named a currency for is in the currency of most who speak so.
HOME_CURRENCY = "USD"


def read(text: str, language: str) -> Reading:
    """The tokens of a text that was cleaned, numbers in words and amounts among them."""
    reading = Reading(with_digits(text, language), language)
    _combine(reading)
    return reading


def _combine(reading: Reading) -> None:
    """Makes one token of a number and its scale, currency or unit."""
    tokens, combined = reading.tokens, list[Token]()
    place = 0
    while place < len(tokens):
        length, token = _counted(tokens, place)
        combined.append(token)
        place += length
    reading.tokens = combined
    for before, token in pairwise(combined):
        # "PlayStation four"
        if "line" in before and "small" in token and token.norm in SMALL:
            token.said, token.value = str(SMALL[token.norm]), Decimal(SMALL[token.norm])
            token.tags = {"num": token.said}
    reading.changed()


def _counted(tokens: list[Token], place: int) -> tuple[int, Token]:
    sign = tokens[place]
    if "currency" in sign and _is_number(tokens, place + 1) and "num" not in sign:
        end, value, _ = _scaled(tokens, place + 1)
        # "US $300 CAD" names its currency twice: the later one is meant.
        if end < len(tokens) and "currency" in tokens[end] and len(tokens[end].said) > 1:
            sign, end = tokens[end], end + 1
        return end - place, _amount(tokens[place:end], value, sign.get("currency"))
    if not _is_number(tokens, place):
        return 1, sign
    end, value, scaled = _scaled(tokens, place)
    follower = tokens[end] if end < len(tokens) else None
    if follower is not None and "currency" in follower and not (
        end + 1 < len(tokens) and _is_number(tokens, end + 1) and not follower.glued
        and len(follower.said) == 1
    ):  # fmt: skip
        return end + 1 - place, _amount(tokens[place : end + 1], value, follower.get("currency"))
    counts = follower is not None and "unit" in follower and follower.get("unit") != "inch"
    if scaled and not counts:
        return end - place, _amount(tokens[place:end], value, "")
    unit_at = end + 1 if follower is not None and "dash" in follower else end
    unit = tokens[unit_at] if unit_at < len(tokens) else None
    if unit is not None and "unit" in unit and (unit.norm not in _GLUED or unit.glued):
        return unit_at + 1 - place, _measure(tokens[place : unit_at + 1], value, unit.get("unit"))
    return 1, tokens[place]


def _is_number(tokens: list[Token], place: int) -> bool:
    return place < len(tokens) and tokens[place].value is not None and "num" in tokens[place]


def _scaled(tokens: list[Token], place: int) -> tuple[int, Decimal, bool]:
    value, place, scaled = tokens[place].value or Decimal(0), place + 1, False
    while place < len(tokens) and "scale" in tokens[place]:
        value, place, scaled = value * Decimal(tokens[place].get("scale")), place + 1, True
    return place, value, scaled


def _amount(parts: list[Token], value: Decimal, currency: str) -> Token:
    tags = {"amount": "", "money": ""}
    if currency:
        tags["currency"] = currency
    return _joined(parts, tags, value)


def _measure(parts: list[Token], value: Decimal, unit: str) -> Token:
    if unit == "star":
        return _joined(parts, {"stars": ""}, value)
    return _joined(parts, {"measure": f"{value:f}", f"u_{unit.lower()}": "", "unit": unit}, value)


def _joined(parts: list[Token], tags: dict[str, str], value: Decimal) -> Token:
    said = "".join(
        part.said if number == 0 or part.glued else f" {part.said}"
        for number, part in enumerate(parts)
    )
    return Token(said, said.lower(), tags, parts[0].glued, value)


def price_of(token: Token) -> Decimal | None:
    """Its value to the cent; None for more than a price can be."""
    if token.value is None or token.value > LARGEST:
        return None
    return token.value.quantize(Decimal("0.01"))


def currencies(tokens: Iterator[Token] | list[Token]) -> list[str]:
    return [token.get("currency") for token in tokens if "currency" in token.tags]
