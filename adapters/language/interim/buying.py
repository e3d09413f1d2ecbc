"""From a buyer's sentence to a RequirementSpec."""

import re
import statistics
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from adapters.language.interim.reading import (
    Text,
    take_attributes,
    take_brands,
    take_marketplaces,
    take_prices,
    text_of,
    thing_of,
)
from talknshop.requirement import PriceRange, RequirementSpec, Sort, WantedCondition
from talknshop.understanding import ShownProduct, Utterance

_SORTS = (
    (r"\b(?:cheapest|lowest price|low to high)(?:\s+(?:first|ones?))?\b", Sort.PRICE_ASC),
    (r"\bmost expensive(?: first)?\b|\bhigh to low\b", Sort.PRICE_DESC),
    (r"\b(?:best|top|highest)[- ]rated(?: first)?\b|\bbest reviews?\b", Sort.RATING),
    (r"\b(?:newest|latest)(?: first| ones?)?\b", Sort.NEWEST),
)
_CONDITIONS = (
    (r"\bopen[- ]box\b", WantedCondition.OPEN_BOX),
    (r"\b(?:refurbished|refurbs?|renewed)\b", WantedCondition.REFURBISHED),
    (r"\b(?:used|second[- ]?hand|pre[- ]?owned|pre[- ]?loved)\b", WantedCondition.USED),
    (r"\bbrand[- ]new\b|\bnew\b(?! balance| york| era)", WantedCondition.NEW),
)
_NO = r"\b(?:not|no|without|except|anything but|excluding|avoid|but not)\s+(?:any\s+|an?\s+)?"
_FORGET = r"\b(?:forget(?: about)?|never mind|ignore|drop|remove|any)\s+(?:the\s+)?"


@dataclass
class Wish:
    """What one sentence says: the thing, and the fields of the spec that it sets."""

    thing: str = ""
    fields: dict[str, Any] = field(default_factory=dict)
    attributes: dict[str, str] = field(default_factory=dict)
    filters: dict[str, str] = field(default_factory=dict)
    forgotten: set[str] = field(default_factory=set)
    assumptions: list[str] = field(default_factory=list)

    @property
    def says_something(self) -> bool:
        return bool(
            self.thing or self.fields or self.attributes or self.filters or self.forgotten
        )


def read_wish(utterance: Utterance) -> Wish:
    """Everything that the rules find in the sentence, corrections last."""
    sentence = re.split(r"\b(?:sorry,?\s+)?i mean[t]?\b,?", utterance.text, flags=re.I)[-1]
    text, wish = text_of(sentence), Wish()
    _take_undo(text, wish)
    _take_rating(text, wish)
    _take_cheaper(text, wish, utterance.shown)
    for pattern, sort in _SORTS:
        if text.take(pattern):
            wish.fields["sort"] = sort
            break
    prices = take_prices(text)
    if prices is not None:
        wish.fields["price"] = {"min": prices.min, "max": prices.max, "currency": prices.currency}
        if prices.assumption:
            wish.assumptions.append(prices.assumption)
    places = take_marketplaces(text, utterance.marketplaces, r"(?:only\s+)?(?:on|from|at)|only|search")
    if places:
        wish.fields["marketplaces"] = places
    _take_negations(text, wish)
    brands = take_brands(text)
    if brands.wanted:
        wish.fields["brand_preferences"] = brands.wanted
    if brands.excluded:
        wish.fields["excluded_brands"] = brands.excluded
    for pattern, condition in _CONDITIONS:
        if text.take(pattern):
            wish.fields["condition"] = condition
            break
    if text.take(r"\bfree (?:shipping|delivery)\b"):
        wish.filters["free_shipping"] = "true"
    wish.attributes = take_attributes(text)
    wish.thing = thing_of(text)
    return wish


def _take_undo(text: Text, wish: Wish) -> None:
    names = {
        "brand_preferences": r"brands?",
        "price": r"(?:price|budget)",
        "condition": r"condition",
        "rating_min": r"ratings?",
        "attributes": r"colou?rs?",
        "marketplaces": r"(?:marketplaces?|shops?)",
    }
    for name, words in names.items():
        if text.take(rf"{_FORGET}{words}\b"):
            wish.forgotten.add(name)


def _take_rating(text: Text, wish: Wish) -> None:
    match = text.take(
        r"(?:\b(?:at least|min(?:imum)?|over|above|rated|with)\s+)*\b([1-5](?:\.\d)?)\s?\+?\s?-?stars?"
        r"(?:\s+(?:or (?:more|better|higher|up)|and (?:up|above)|rating))?"
    )
    if match:
        wish.fields["rating_min"] = float(match[1])
    elif text.take(r"\b(?:highly|well)[- ]rated\b|\bgood reviews\b"):
        wish.fields["rating_min"] = 4.0
        wish.assumptions.append("I took highly rated as at least 4 stars.")


def _take_cheaper(text: Text, wish: Wish, shown: list[ShownProduct]) -> None:
    if not text.take(r"\b(?:something\s+)?(?:cheaper|less expensive|more affordable)\b(?! than)"):
        return
    if not shown:
        wish.fields["sort"] = Sort.PRICE_ASC
        return
    below = Decimal(int(statistics.median(product.price for product in shown)))
    wish.fields["price"] = {"min": None, "max": below, "currency": None}
    wish.assumptions.append(f"I took cheaper as at most {below}, the middle of what I showed you.")


def _take_negations(text: Text, wish: Wish) -> None:
    for pattern, condition in _CONDITIONS:
        if text.take(_NO + pattern.replace(r"\b(?:refurbished", r"(?:refurbished").lstrip(r"\b")):
            wish.filters["excluded_condition"] = condition.value
            return
    from adapters.language.interim.vocabulary import COLORS

    match = text.take(rf"{_NO}(?P<color>{'|'.join(sorted(COLORS))})\b")
    if match:
        wish.filters["excluded_words"] = match["color"].lower()


def merged(wish: Wish, base: RequirementSpec) -> RequirementSpec:
    """The spec with what the sentence says on top; what it takes back is gone."""
    blank = RequirementSpec()
    values = base.model_dump() | {name: getattr(blank, name) for name in wish.forgotten}
    fields = dict(wish.fields)
    price = fields.pop("price", None)
    if price is not None:
        values["price"] = _price(price, PriceRange.model_validate(values["price"]))
    for name in ("brand_preferences", "excluded_brands"):
        kept = values[name] if name == "excluded_brands" else []
        if name in fields:
            values[name] = list(dict.fromkeys([*kept, *fields.pop(name)]))
    excluded = {brand.lower() for brand in values["excluded_brands"]}
    values["brand_preferences"] = [
        brand for brand in values["brand_preferences"] if brand.lower() not in excluded
    ]
    values |= fields
    values["attributes"] = values["attributes"] | wish.attributes
    values["filters"] = values["filters"] | wish.filters
    if wish.thing:
        values["product_type"] = wish.thing
    return RequirementSpec.model_validate(values)


def _price(new: dict[str, Any], old: PriceRange) -> dict[str, Any]:
    low = new["min"] if new["min"] is not None else old.min
    high = new["max"] if new["max"] is not None else old.max
    if low is not None and high is not None and low > high:
        low, high = new["min"], new["max"]
    return {"min": low, "max": high, "currency": new["currency"] or old.currency}
