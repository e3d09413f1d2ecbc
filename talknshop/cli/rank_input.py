"""Reads what `talknshop rank` is given: a query or spec, and products however sparse."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from pydantic import ValidationError

from adapters.language.port import Language
from adapters.marketplaces.wire import plain_text
from talknshop.model import Condition
from talknshop.offers import Offer
from talknshop.products import Availability
from talknshop.relevance import Text, Wish
from talknshop.requirement import RequirementSpec
from talknshop.understanding import Mode, Utterance
from talknshop.wishes import unknown_wishes

# By what names a product's facts come; the first one that is there counts.
_NAMES = {
    "id": ("id", "product_id", "asin", "sku", "item_id"),
    "title": ("title", "product_title", "name"),
    "brand": ("brand", "product_brand", "manufacturer"),
    "price": ("price", "sale_price", "current_price"),
    "rating": ("rating", "stars", "average_rating", "customer_rating"),
    "reviews": ("review_count", "reviews", "rating_count", "ratings_total", "num_reviews"),
    "text": ("description", "product_description", "bullet_points", "product_bullet_point",
             "features", "attributes", "category", "color", "product_color"),
}  # fmt: skip
# More of a description dilutes what it says first.
_TEXT_LENGTH = 1500
_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")

# What is said about a budget, a rating or an exclusion is no word to look for.
_AMOUNT = r"(?:[$€£¥]\s?)?\d[\d,.]*k?(?:\s?(?:dollars|bucks|usd|eur|euros?|pounds))?"
_SAID_OF_PRICE = re.compile(
    rf"\b(?:under|below|less than|up to|max(?:imum)?|at most|no more than|cheaper than|over|above"
    rf"|more than|at least|from|around|about|between)\s{_AMOUNT}(?:\s(?:and|to|-)\s{_AMOUNT})?"
    rf"|[$€£¥]\s?\d[\d,.]*(?:\s?-\s?[$€£¥]?\d[\d,.]*)?",
    re.IGNORECASE,
)
_SAID_OF_RATING = re.compile(
    r"\b(?:with\s)?(?:rated\s)?(?:at least\s|over\s|above\s)?\d(?:\.\d)?\+?\s?stars?(?:\sor more)?"
    r"|\brated\s\d(?:\.\d)?\+?",
    re.IGNORECASE,
)
_NOT = (
    r"\b(?:(?:but|any brand|anything)\s)?(?:not|no|non|without|except|excluding)\b\W*"
    r"(?:by\s|from\s)?"
)


@dataclass(frozen=True)
class Reading:
    """One line understood. `notes` say what could not be used, for people."""

    query: str
    wish: Wish
    requirement: RequirementSpec
    ids: list[Any]  # as they were given
    offers: list[Offer]
    notes: list[str]


async def read(line: Any, language: Language) -> Reading:
    """Raises ValueError when there is neither a query nor a spec, or no list of products."""
    given = line if isinstance(line, dict) else {}
    query = str(given.get("query") or "").strip()
    spec, products = given.get("spec"), given.get("products")
    if not isinstance(products, list) or not (query or spec):
        raise ValueError('it needs a "query" or a "spec", and a list of "products"')
    requirement, notes = _specified(spec) if spec else (await _understood(query, language), [])
    read_ones = [
        (_first(product, "id"), offer)
        for product in products
        if isinstance(product, dict)
        and (offer := _offer(product, requirement.price.currency)) is not None
    ]
    offers = [offer for _, offer in read_ones]
    if len(offers) < len(products):
        notes.append(f"left out, without an id or a title: {len(products) - len(offers)}")
    wish = Wish(_words_to_find(query, requirement), tuple(requirement.brand_preferences))
    return Reading(
        query=query or wish.text,
        wish=wish,
        requirement=requirement,
        ids=[key for key, _ in read_ones],
        offers=offers,
        notes=[*notes, *_unchecked(requirement, offers)],
    )


def _specified(spec: Any) -> tuple[RequirementSpec, list[str]]:
    """The spec without the fields that can't be read; they are named in the notes."""
    if not isinstance(spec, dict):
        raise ValueError("its spec is no JSON object")
    known = {name: value for name, value in spec.items() if name in RequirementSpec.model_fields}
    unused = [name for name in spec if name not in known]
    try:
        requirement = RequirementSpec.model_validate(known)
    except ValidationError as error:
        wrong = {str(problem["loc"][0]) for problem in error.errors()}
        unused += sorted(wrong)
        requirement = RequirementSpec.model_validate(
            {name: value for name, value in known.items() if name not in wrong}
        )
    return requirement, [f"not understood in the spec: {', '.join(unused)}"] if unused else []


async def _understood(query: str, language: Language) -> RequirementSpec:
    understanding = await language.understand(Utterance(text=query, mode=Mode.BUYER))
    return understanding.requirement or RequirementSpec(product_type=query[:200])


def _words_to_find(query: str, requirement: RequirementSpec) -> str:
    """The query as it was typed, without what the spec takes care of."""
    if not query:
        return requirement.keywords
    text = query
    if requirement.price.min is not None or requirement.price.max is not None:
        text = _SAID_OF_PRICE.sub(" ", text)
    if requirement.rating_min is not None:
        text = _SAID_OF_RATING.sub(" ", text)
    for brand in requirement.excluded_brands:
        text = re.sub(_NOT + re.escape(brand), " ", text, flags=re.IGNORECASE)
    return " ".join(text.split()) or requirement.keywords


def _offer(product: Mapping[str, Any], currency: str) -> Offer | None:
    """None without an id and a title."""
    key, title = _first(product, "id"), plain_text(str(_first(product, "title") or ""))
    if key is None or not title:
        return None
    found = [product[name] for name in _NAMES["text"] if product.get(name)]
    price = _first(product, "price")
    given = price.get("currency") if isinstance(price, Mapping) else product.get("currency")
    return Offer(
        text=Text(title, plain_text(str(_first(product, "brand") or "")), _flat(found)),
        price=_price(price),
        currency=str(given or currency).upper(),
        delivery_cost=Decimal(0) if product.get("free_shipping") is True else None,
        rating=_number(_first(product, "rating"), 5),
        review_count=int(_number(_first(product, "reviews"), 1e9) or 0) or None,
        condition=_condition(product.get("condition")),
        availability=Availability.OUT_OF_STOCK
        if product.get("in_stock") is False or product.get("availability") == "out_of_stock"
        else Availability.UNKNOWN,
        marketplace=str(product.get("marketplace") or ""),
        key=str(key),
    )


def _first(product: Mapping[str, Any], fact: str) -> Any:
    return next((product[n] for n in _NAMES[fact] if product.get(n) not in (None, "")), None)


def _flat(value: Any) -> str:
    if isinstance(value, Mapping):
        value = value.values()
    elif isinstance(value, str):
        return plain_text(value, _TEXT_LENGTH)
    elif not isinstance(value, Iterable):
        return str(value)
    return " ".join(_flat(part) for part in value)[:_TEXT_LENGTH]


def _price(value: Any) -> Decimal | None:
    if isinstance(value, Mapping):
        value = value.get("value", value.get("amount"))
    number = _NUMBER.search(str(value)) if value is not None else None
    if number is None or str(value).lstrip().startswith("-"):
        return None
    try:
        return Decimal(number[0].replace(",", ""))
    except InvalidOperation:
        return None


def _number(value: Any, most: float) -> float | None:
    number = _NUMBER.search(str(value)) if value is not None else None
    found = float(number[0].replace(",", "")) if number else None
    return found if found is not None and found <= most else None


def _condition(value: Any) -> Condition | None:
    name = str(value or "").strip().lower().replace(" ", "_").replace("-", "_")
    return Condition(name) if name in set(Condition) else Condition.GOOD if name == "used" else None


def _unchecked(requirement: RequirementSpec, offers: list[Offer]) -> list[str]:
    missing = Counter(name for offer in offers for name in unknown_wishes(requirement, offer))
    return [
        f"{name} could not be checked on {count} of {len(offers)} products"
        for name, count in missing.items()
    ]
