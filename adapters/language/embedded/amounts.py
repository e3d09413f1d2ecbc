"""Amounts of money as people write them: $1,299, 1.299,00 €, 1.5k, two grand, 80 bucks."""

import re
from decimal import Decimal

_SIGNS = r"us\s?\$|[$€£¥₹]|usd|eur|gbp|jpy|inr"
_WORDS = r"dollars?|bucks?|usd|euros?|eur|pounds?|quid|gbp|yen|jpy|rupees?|inr|[$€£¥₹]"

# A number before one of these measures something else than money.
_UNITS = (
    r"inch(?:es)?|\"|''|gb|tb|mb|hz|mm|cm|kg|lbs?|oz|ml|liters?|litres?|watts?|mp|megapixels?"
    r"|stars?|years?|yrs?|months?|weeks?|days?|hours?|hrs?|people|persons?|miles?|mah|ft|feet|foot"
    r"|qt|quarts?|cups?|pieces?|pcs|reviews?|ratings?|packs?|cores?|gen|percent|%|x\b|volts?"
)

CURRENCY_OF = {
    "$": "USD", "us$": "USD", "usd": "USD", "dollar": "USD", "buck": "USD",
    "€": "EUR", "eur": "EUR", "euro": "EUR",
    "£": "GBP", "gbp": "GBP", "pound": "GBP", "quid": "GBP",
    "¥": "JPY", "jpy": "JPY", "yen": "JPY",
    "₹": "INR", "inr": "INR", "rupee": "INR",
}  # fmt: skip

LARGEST = Decimal(10_000_000)


def amount(n: int = 1) -> str:
    """A pattern for one amount; its groups end in `n`, so that a range can hold two."""
    return (
        rf"(?<![\w.,])(?:(?P<sign{n}>{_SIGNS})\s?)?"
        rf"(?P<number{n}>(?>\d{{1,3}}(?:[.,']\d{{3}})+(?!\d)(?:[.,]\d{{1,2}})?"
        rf"|\d{{1,9}}(?:[.,]\d{{1,2}})?|\.\d{{1,2}}))"
        rf"(?:\s?(?P<scale{n}>k|grand|thousand)\b)?"
        rf"(?:\s?(?P<word{n}>{_WORDS})(?!\w))?(?!\w|[.,]\d)(?!\s?-?(?:{_UNITS})(?!\w))"
    )


def has_currency(match: re.Match[str], n: int = 1) -> bool:
    return bool(match[f"sign{n}"] or match[f"word{n}"] or match[f"scale{n}"])


def currency_in(match: re.Match[str], n: int = 1) -> str | None:
    """The ISO 4217 code that an amount names, if it names one."""
    name = (match[f"sign{n}"] or match[f"word{n}"] or "").replace(" ", "")
    return CURRENCY_OF.get(name) or CURRENCY_OF.get(name.removesuffix("s"))


def value_in(match: re.Match[str], n: int = 1) -> Decimal | None:
    """The amount, to the cent; None for more than a price can be."""
    value = _number(match[f"number{n}"])
    if match[f"scale{n}"]:
        value *= 1000
    return value.quantize(Decimal("0.01")) if value <= LARGEST else None


def _number(text: str) -> Decimal:
    """The last separator is a decimal one unless three digits follow it."""
    last = max(text.rfind("."), text.rfind(","))
    if last == -1 or len(text) - last == 4:
        return Decimal(re.sub(r"[.,']", "", text))
    whole = re.sub(r"[.,']", "", text[:last]) or "0"
    return Decimal(f"{whole}.{text[last + 1 :]}")
