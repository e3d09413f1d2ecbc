"""Reads what `talknshop rank` is given: a query or spec, and products however sparse."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from adapters.language.port import Language
from adapters.marketplaces.wire import plain_text
from talknshop.cli.rank_fields import amount, offer_in
from talknshop.offers import Offer
from talknshop.relevance import Wish
from talknshop.requirement import RequirementSpec
from talknshop.understanding import Mode, Utterance
from talknshop.wishes import unknown_wishes
from talknshop.wording import words

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


_NEGATED = re.compile(
    r"\b(?:without|not|sans|ohne|sin)\b\s(?P<what>[^,;.]*?)(?=[,;.]|\b(?:and|with|for|under)\b|$)",
    re.IGNORECASE,
)
_CURRENCY = re.compile(r"[$€£¥₹]|\b(?:usd|eur|gbp|jpy|inr|dollars?|bucks|euros?|pounds?)\b", re.I)
_QUERY_LENGTH = 1000
_SPEC_NAMES = {
    **dict.fromkeys(("maxprice", "pricemax", "budget", "pricelte"), "price.max"),
    **dict.fromkeys(("minprice", "pricemin", "pricegte"), "price.min"),
    **dict.fromkeys(("brand", "brands"), "brand_preferences"),
    **dict.fromkeys(("excludebrands", "excludedbrand", "notbrands"), "excluded_brands"),
    **dict.fromkeys(("category", "product"), "product_type"),
    **dict.fromkeys(("minrating", "ratingmin"), "rating_min"),
}


@dataclass(frozen=True)
class Reading:
    """One line understood. `notes` say what could not be used, for people. `denied` is what should
    not be in a title; a spec's own exclusions are its requirement's."""

    query: str
    wish: Wish
    requirement: RequirementSpec
    ids: list[Any]  # as they were given
    offers: list[Offer]
    notes: list[str]
    denied: tuple[str, ...] = ()


async def read(line: Any, language: Language) -> Reading:
    """Raises ValueError when there is neither a query nor a spec, or no list of products."""
    given = line if isinstance(line, dict) else {}
    query = plain_text(str(given.get("query") or ""), _QUERY_LENGTH)
    spec, products = given.get("spec"), given.get("products")
    if not isinstance(products, list) or not (query or spec):
        raise ValueError('it needs a "query" or a "spec", and a list of "products"')
    requirement, notes = _specified(spec) if spec else (await _understood(query, language), [])
    currency = requirement.price.currency
    read_ones = [
        found
        for product in products
        if isinstance(product, dict) and (found := offer_in(product, currency)) is not None
    ]
    offers = [offer for _, offer in read_ones]
    if not _names_currency(spec, query):
        requirement, note = _in_currency_of(offers, requirement)
        notes += note
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
        denied=_denied(query, requirement),
    )


def _specified(spec: Any) -> tuple[RequirementSpec, list[str]]:
    """The spec without the fields that can't be read; they are named in the notes."""
    if not isinstance(spec, dict):
        raise ValueError("its spec is no JSON object")
    spec = _in_our_words(spec)
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


def _in_our_words(spec: Mapping[str, Any]) -> dict[str, Any]:
    """Ends of the price and lists of brands, as others write them."""
    ours = dict(spec)
    for name in spec:
        ours_is = _SPEC_NAMES.get(re.sub(r"[\W_]", "", str(name).lower()))
        if ours_is and ours_is not in spec:
            ours[ours_is] = ours.pop(name)
    price = ours.get("price")
    bounds = dict(price) if isinstance(price, Mapping) else {"max": price}
    for end in ("min", "max"):
        if (given := ours.pop(f"price.{end}", None)) is not None:
            bounds[end] = given
        if isinstance(bounds.get(end), str):
            bounds[end] = amount(bounds[end])
    if any(value is not None for value in bounds.values()):
        ours["price"] = bounds
    for name in ("brand_preferences", "excluded_brands"):
        if isinstance(ours.get(name), str):
            ours[name] = [ours[name]]
    return {name: value for name, value in ours.items() if value is not None}


def _names_currency(spec: Any, query: str) -> bool:
    if spec:
        price = spec.get("price") if isinstance(spec, Mapping) else None
        return isinstance(price, Mapping) and "currency" in price
    return bool(_CURRENCY.search(query))


def _in_currency_of(
    offers: list[Offer], requirement: RequirementSpec
) -> tuple[RequirementSpec, list[str]]:
    """Who names no currency means that of the prices, when all are in another one."""
    price = requirement.price
    currencies = {offer.currency for offer in offers}
    if len(currencies) != 1 or price.currency in currencies or not (price.min or price.max):
        return requirement, []
    (currency,) = currencies
    changed = price.model_copy(update={"currency": currency})
    note = f"prices are taken to be in {currency}"
    return requirement.model_copy(update={"price": changed}), [note]


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


def _denied(query: str, requirement: RequirementSpec) -> tuple[str, ...]:
    """What comes after "without" or "not", unless the wish itself has it: "not too sweet"."""
    wanted = set(words(requirement.keywords))
    said = [found["what"].strip() for found in _NEGATED.finditer(query)]
    return tuple(what for what in said if what and not wanted & set(words(what)))


def _unchecked(requirement: RequirementSpec, offers: list[Offer]) -> list[str]:
    missing = Counter(name for offer in offers for name in unknown_wishes(requirement, offer))
    return [
        f"{name} could not be checked on {count} of {len(offers)} products"
        for name, count in missing.items()
    ]
