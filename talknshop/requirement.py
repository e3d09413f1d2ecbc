"""RequirementSpec: what a buyer wants, in canonical form."""

from enum import StrEnum

from pydantic import Field, model_validator

from talknshop.model import (
    MOST_ENTRIES,
    Attributes,
    Condition,
    Currency,
    MarketplaceName,
    Price,
    Value,
)


class Sort(StrEnum):
    RELEVANCE = "relevance"
    PRICE_ASC = "price_asc"
    PRICE_DESC = "price_desc"
    RATING = "rating"
    NEWEST = "newest"


class WantedCondition(StrEnum):
    """What a buyer asks for: one word may stand for several conditions."""

    NEW = "new"
    USED = "used"
    REFURBISHED = "refurbished"
    OPEN_BOX = "open_box"

    def accepts(self, condition: Condition | None) -> bool:
        """Whether an offer in that condition will do; an unknown condition never does."""
        return condition in _ACCEPTED[self]


_ACCEPTED: dict[WantedCondition, frozenset[Condition]] = {
    WantedCondition.NEW: frozenset({Condition.NEW}),
    WantedCondition.USED: frozenset({Condition.LIKE_NEW, Condition.GOOD, Condition.FAIR}),
    WantedCondition.REFURBISHED: frozenset({Condition.REFURBISHED}),
    WantedCondition.OPEN_BOX: frozenset({Condition.OPEN_BOX, Condition.LIKE_NEW}),
}


class PriceRange(Value):
    """Both ends are included; either may be open."""

    min: Price | None = None
    max: Price | None = None
    currency: Currency = "USD"

    @model_validator(mode="after")
    def _in_order(self) -> "PriceRange":
        if self.min is not None and self.max is not None and self.min > self.max:
            raise ValueError(f"price.min {self.min} is above price.max {self.max}: swap them")
        return self


class RequirementSpec(Value):
    """Everything that was asked for. An empty list or None means: no wish."""

    product_type: str = Field("", max_length=200)
    attributes: Attributes = {}
    filters: Attributes = {}
    price: PriceRange = PriceRange()
    brand_preferences: list[str] = Field([], max_length=MOST_ENTRIES)
    excluded_brands: list[str] = Field([], max_length=MOST_ENTRIES)
    rating_min: float | None = Field(None, ge=0, le=5)
    condition: WantedCondition | None = None
    marketplaces: list[MarketplaceName] = Field([], max_length=MOST_ENTRIES)
    sort: Sort = Sort.RELEVANCE
    language: str = "en"

    @property
    def keywords(self) -> str:
        """The words to search with: brand (when there is just one), attributes, then the thing."""
        brand = self.brand_preferences if len(self.brand_preferences) == 1 else []
        words: list[str] = []
        for word in " ".join([*brand, *self.attributes.values(), self.product_type]).split():
            if word.lower() not in (seen.lower() for seen in words):
                words.append(word)
        return " ".join(words)
