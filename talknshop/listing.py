"""ListingSpec: what a seller offers, a draft until nothing is missing."""

import unicodedata
from typing import Any

from pydantic import Field

from talknshop.messages import Said
from talknshop.model import (
    MOST_ENTRIES,
    Attributes,
    Condition,
    Count,
    Currency,
    MarketplaceName,
    Price,
    Value,
)


class Location(Value):
    postal_code: str = Field("", max_length=12)
    country: str = Field("US", max_length=60)


class ListingSpec(Value):
    """A draft until `missing()` is empty. `media_refs` are media ids, the cover first."""

    title: str = Field("", max_length=300)
    description: str = Field("", max_length=8000)
    category: str = Field("", max_length=100)
    brand: str = Field("", max_length=100)
    price: Price | None = None
    currency: Currency = "USD"
    condition: Condition | None = None
    condition_notes: str = Field("", max_length=1000)
    quantity: Count = Field(1, le=10000)
    attributes: Attributes = {}
    media_refs: list[str] = Field([], max_length=24)
    location: Location = Location()
    target_marketplaces: list[MarketplaceName] = Field([], max_length=MOST_ENTRIES)
    shipping: str = Field("", max_length=4000)

    def missing(self) -> list[str]:
        """The fields that no marketplace can do without, in the order in which to ask for them."""
        empty = {
            "title": not _is_seen(self.title),
            "price": not self.price,
            "condition": self.condition is None,
        }
        return [name for name, is_empty in empty.items() if is_empty]

    def changed(self, changes: dict[str, Any]) -> "ListingSpec":
        """With some fields replaced. Raises ValidationError naming what is wrong."""
        return ListingSpec.model_validate({**self.model_dump(), **changes})


# Blanks that Unicode counts among letters and signs.
_BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")


def _is_seen(text: str) -> bool:
    """Whether there is a letter, a digit or a sign: zero-width characters are not seen."""
    return any(unicodedata.category(char)[0] in "LNS" and char not in _BLANK for char in text)


class ListingProblem(Value):
    """One rule that a marketplace would refuse the listing for."""

    marketplace: MarketplaceName
    field: str
    rule: Said  # a sentence: what would be right


class FittedListing(Value):
    """What one marketplace would get. None: the words as they were written."""

    marketplace: MarketplaceName
    title: str | None = None
    description: str | None = None
    category: str = ""  # what it files the thing under
    attributes: dict[str, str] = {}  # what it is told besides, by its names for it
    changes: list[Said] = []  # what is different, as sentences


class Comparable(Value):
    """An offer of the same thing by somebody else."""

    marketplace: MarketplaceName
    title: str
    price: Price
    link: str


class PriceAdvice(Value):
    """What `n` comparable offers ask: half of them lie between `low` and `high`."""

    low: Price
    median: Price
    high: Price
    currency: Currency
    n: int
    comparables: list[Comparable] = []  # the nearest to the median, at most five
    searched: list[MarketplaceName] = []  # those that answered in time


class AdviceRequest(Value):
    """`deadline_ms` bounds the whole look-up: a preview waits for it."""

    listing: ListingSpec
    marketplaces: list[MarketplaceName]
    deadline_ms: int
