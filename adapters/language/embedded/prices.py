"""A buyer's price limits: under two grand, between 50 and 80 bucks, around $500."""

import re
from dataclasses import dataclass, field
from decimal import Decimal

from adapters.language.embedded.amounts import amount, currency_in, has_currency, value_in
from adapters.language.embedded.text import Reading
from talknshop.money import format_price

# "Around" a price: this far to either side.
ABOUT = Decimal("0.15")

_BUT = r"(?:(?:actually|no wait|wait|sorry|i mean|make (?:it|that)|instead|rather|change (?:it )?to)[ ,]+)?"
_MAX = (
    r"(?:(?:strictly |preferably |but |keep (?:it )?)?(?:under|below|less than|no more than|not more than|at most|up to"
    r"|cheaper than|within|beneath|not over|not above|no higher than|sub|<=?|lower than)"
    r"|max(?:imum)?(?: of| price| is| price is)?|(?:my |the |a )?(?:budget|limit|price limit)(?: is| of|:)?"
    r"(?: about| around| up to| under| max)?|(?:i )?(?:can |could |want to )?(?:spend|pay|afford)(?: up to| about| at most)?)"
)
_MIN = (
    r"(?:over|above|more than|at least|no less than|not less than|starting (?:at|from)|min(?:imum)?(?: of| price)?"
    r"|upwards of|from|>=?|higher than)"
)
_ABOUT = (
    r"(?:around|about|approximately|approx|roughly|circa|~|close to|somewhere around|near|in the)"
)

_BETWEEN = re.compile(
    rf"\b(?:between|from|in the range(?: of)?|price(?:d)?(?: range)?)\s*{amount(1)}\s*(?:and|to|-|or)\s*{amount(2)}"
)
_SPAN = re.compile(rf"{amount(1)}\s*(?:to|-|–)\s*{amount(2)}")
_LIMITS = re.compile(
    rf"{_BUT}(?:\b(?P<max>{_MAX})|(?<!\w)(?P<min>{_MIN})|(?<!\w)(?P<about>{_ABOUT}))[\s-]*(?:just )?{amount(1)}"
    rf"(?P<after>\s?(?:or (?:less|under|below|cheaper)|max(?:imum)?|tops|at most))?"
)
_AFTER = re.compile(
    rf"{amount(1)}\s?(?:(?P<max>or (?:less|under|below|cheaper)|max(?:imum)?\b|tops|at most|budget|limit)"
    r"|(?P<min>or (?:more|over|above|up)|and (?:up|above|over)|\+|minimum|min\b))"
)
_CORRECTED = re.compile(
    rf"\b(?:actually|no wait|wait no|wait|sorry|i mean|i meant|make (?:it|that)|rather|no)[ ,]+(?:make (?:it|that) )?{amount(1)}"
)
_BARE = re.compile(rf"(?:\b(?:for|at|costs?|priced at)\s+)?{amount(1)}(?:\s(?:range|each))?")


@dataclass
class Limits:
    """None where nothing was said. `words` holds an assumption for each reading that is one."""

    low: Decimal | None = None
    high: Decimal | None = None
    currency: str | None = None
    assumptions: list[str] = field(default_factory=list)

    @property
    def said(self) -> bool:
        return self.low is not None or self.high is not None


def take_limits(reading: Reading, expected: bool = False) -> Limits:
    """What the buyer says about the price. `expected`: a bare number is one."""
    limits = Limits()
    for match in reading.take(_BETWEEN):
        _span(limits, match)
    for match in list(_SPAN.finditer(reading.rest)):
        if has_currency(match, 1) or has_currency(match, 2) or expected:
            reading.drop(*match.span())
            _span(limits, match)
    for match in reading.take(_LIMITS):
        _limit(limits, match)
    for match in reading.take(_AFTER):
        _set(limits, match, "high" if match["max"] else "low")
    for match in list(_CORRECTED.finditer(reading.rest)):
        if limits.said or has_currency(match) or expected:
            reading.drop(*match.span())
            _set(limits, match, "high")
    for match in list(_BARE.finditer(reading.rest)):
        if has_currency(match) or expected:
            reading.drop(*match.span())
            _bare(limits, match)
    if limits.low is not None and limits.high is not None and limits.low > limits.high:
        limits.low, limits.high = limits.high, limits.low
    return limits


def _span(limits: Limits, match: re.Match[str]) -> None:
    low, high = value_in(match, 1), value_in(match, 2)
    if low is None or high is None:
        return
    if match["scale2"] and not match["scale1"] and low < high and low < 1000 <= high:
        low *= 1000
    limits.low, limits.high = min(low, high), max(low, high)
    limits.currency = currency_in(match, 2) or currency_in(match, 1) or limits.currency


def _limit(limits: Limits, match: re.Match[str]) -> None:
    if match["max"] or match["after"]:
        _set(limits, match, "high")
    elif match["min"]:
        _set(limits, match, "low")
    elif (value := value_in(match)) is not None:
        limits.currency = currency_in(match) or limits.currency
        limits.low = (value * (1 - ABOUT)).quantize(Decimal("0.01"))
        limits.high = (value * (1 + ABOUT)).quantize(Decimal("0.01"))
        low, high, about = (
            format_price(price, limits.currency or "USD")
            for price in (limits.low, limits.high, value)
        )
        limits.assumptions.append(f"I took around {about} to mean {low} to {high}.")


def _set(limits: Limits, match: re.Match[str], end: str) -> None:
    value = value_in(match)
    if value is not None:
        setattr(limits, end, value)
        limits.currency = currency_in(match) or limits.currency


def _bare(limits: Limits, match: re.Match[str]) -> None:
    if limits.said or (value := value_in(match)) is None:
        return
    _set(limits, match, "high")
    price = format_price(value, limits.currency or "USD")
    limits.assumptions.append(f"I took {price} as the most you want to pay.")
