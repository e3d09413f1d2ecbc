"""Amounts of money in people's words: "two grand", "1.299,00 €", "$1.5k", "fifty bucks"."""

import re
from dataclasses import dataclass
from decimal import Decimal

from text_to_num import alpha2digit

LARGEST = Decimal(10_000_000)

_SIGNS = {
    "$": "USD",
    "us$": "USD",
    "usd": "USD",
    "dollar": "USD",
    "dollars": "USD",
    "€": "EUR",
    "eur": "EUR",
    "euro": "EUR",
    "euros": "EUR",
    "£": "GBP",
    "gbp": "GBP",
    "pound": "GBP",
    "pounds": "GBP",
    "¥": "JPY",
    "yen": "JPY",
    "jpy": "JPY",
}
_SLANG = (
    (r"\bgrand\b", "thousand"),
    (r"\bbucks?\b", "dollars"),
    (r"\bquid\b", "pounds"),
    (r"\ba couple (?:of )?hundred\b", "200"),
    (r"\bhalf a (?:grand|thousand)\b", "500"),
)
_SIGN = r"us\$|[$€£¥]|usd|eur|gbp|jpy"
_UNIT = r"dollars?|euros?|pounds?|yen|usd|eur|gbp|jpy|[$€£¥]"
# What follows a number that is no price.
_OTHER_UNITS = (
    r"(?:\s?-?\s?(?:inch|inches|in\b|gb|tb|mb|mp|hz|mm|cm|ml|oz|lbs?|kg|watts?|w\b|mah|gen|stars?|%"
    r"|years?|months?|\"|th\b|nd\b|rd\b|st\b|pcs|pieces|of them))"
)
AMOUNT = re.compile(
    rf"(?<![\w.,])(?P<sign>{_SIGN})?\s?"
    r"(?P<number>\d{1,3}(?:[.,]\d{3})+(?:[.,]\d{1,2})?|\d{1,9}(?:[.,]\d{1,2})?)"
    rf"\s?(?P<k>k\b)?(?P<unit>\s?(?:{_UNIT})(?!\w))?(?!\w)(?!{_OTHER_UNITS})",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Amount:
    """`marked`: it can only be money (a sign, a unit, or k)."""

    value: Decimal
    currency: str | None
    marked: bool
    start: int
    end: int


def in_digits(text: str) -> str:
    """Number words and money slang as digits and plain words."""
    for pattern, word in _SLANG:
        text = re.sub(pattern, word, text, flags=re.IGNORECASE)
    # text2num joins over punctuation and stumbles over very long words.
    if len(text) > 400 or not re.search(r"\b(?:hundred|thousand|ty|[a-z]+ty|ten|five)\b", text, re.I):
        return text
    digits: str = alpha2digit(text, "en")
    return digits


def find_amounts(text: str) -> list[Amount]:
    """Every number that may be money, in order."""
    amounts = []
    for match in AMOUNT.finditer(text):
        value = _number(match["number"], match["sign"], match["unit"])
        value *= 1000 if match["k"] else 1
        if not 0 < value <= LARGEST:
            continue
        word = (match["sign"] or match["unit"] or "").strip().lower()
        amounts.append(
            Amount(
                value.quantize(Decimal("0.01")) if value % 1 else Decimal(int(value)),
                _SIGNS.get(word),
                bool(word or match["k"]),
                match.start(),
                match.end(),
            )
        )
    return amounts


def _number(text: str, sign: str | None, unit: str | None) -> Decimal:
    """The last of two kinds of separator is the decimal one; three digits after a lone one are not."""
    comma, point = text.rfind(","), text.rfind(".")
    if comma >= 0 and point >= 0:
        thousands = "," if point > comma else "."
        return Decimal(text.replace(thousands, "").replace(",", "."))
    separator = "," if comma >= 0 else "."
    parts = text.split(separator)
    euro = "€" in f"{sign}{unit}" or "eur" in f"{sign}{unit}".lower()
    groups = len(parts) > 1 and all(len(part) == 3 for part in parts[1:])
    if groups and (separator == "," or euro or len(parts) > 2):
        return Decimal("".join(parts))
    return Decimal(text.replace(",", "."))
