"""Why an offer stands where it stands, in words that are true of it."""

import statistics
from collections.abc import Sequence

from talknshop.memory import NO_TASTE, Taste
from talknshop.messages import say
from talknshop.offers import Offer
from talknshop.relevance import Relevance, Wish
from talknshop.requirement import RequirementSpec, WantedCondition
from talknshop.wishes import listed, names_one_of

MOST_REASONS = 3
# Fewer reviews than this say little.
TELLING_REVIEWS = 20
# A share of the median price below which "less than most" is worth saying.
NOTABLY_CHEAP = 0.85


def reasons(
    requirement: RequirementSpec,
    wish: Wish,
    offer: Offer,
    relevance: Relevance,
    others: Sequence[Offer],
    also_at: int,
    taste: Taste = NO_TASTE,
) -> str:
    """The weightiest first. `others` are all the offers it was compared with, itself included."""
    language = requirement.language
    said = [
        _match(wish, relevance, language),
        say(language, f"why_{relevance.flaw}") if relevance.flaw else "",
        _asked(requirement, offer),
        _liked(offer, taste, language),
        _price(requirement, offer, others),
        _rating(offer, language),
        say(language, "why_free") if offer.delivery_cost == 0 else "",
        say(language, "why_cheapest_of", count=also_at + 1) if also_at else "",
        _condition(requirement, offer),
    ]
    separator = _SEPARATORS.get(language, ", ")
    text = separator.join([reason for reason in said if reason][:MOST_REASONS])
    return text[:1].upper() + text[1:]


_SEPARATORS = {"zh": "，"}


def _match(wish: Wish, relevance: Relevance, language: str) -> str:
    found, wanted = len(relevance.found), len(wish.words)
    if not wanted:
        return ""
    if found == wanted:
        return say(language, "why_all")
    if not found:
        return say(language, "why_similar")
    return say(language, "why_some", found=found, wanted=wanted)


def _asked(requirement: RequirementSpec, offer: Offer) -> str:
    """One of the colours asked for; or that it says nothing of what is not wanted."""
    language = requirement.language
    color = next((c for c in listed(requirement, "any_colors") if names_one_of([c], offer)), "")
    if color:
        return say(language, "why_color", color=color)
    without = listed(requirement, "excluded_features")
    return say(language, "why_without", feature=", ".join(without)) if without else ""


def _liked(offer: Offer, taste: Taste, language: str) -> str:
    liked = [brand for brand in taste.brands if names_one_of([brand], offer)]
    return say(language, "why_liked", brand=liked[0]) if liked else ""


def _price(requirement: RequirementSpec, offer: Offer, others: Sequence[Offer]) -> str:
    if offer.price is None:
        return ""
    language = requirement.language
    prices = [
        other.price
        for other in others
        if other.price is not None and other.currency == offer.currency
    ]
    if len(prices) > 1 and offer.price == min(prices):
        return say(language, "why_lowest")
    if len(prices) > 2 and float(offer.price) < float(statistics.median(prices)) * NOTABLY_CHEAP:
        return say(language, "why_cheap")
    return say(language, "why_budget") if requirement.price.max is not None else ""


def _rating(offer: Offer, language: str) -> str:
    is_telling = (offer.review_count or 0) >= TELLING_REVIEWS
    if offer.rating is None or offer.rating < 4 or not is_telling:
        return ""
    return say(language, "why_rated", rating=f"{offer.rating:g}", count=offer.review_count)


def _condition(requirement: RequirementSpec, offer: Offer) -> str:
    if requirement.condition not in (None, WantedCondition.NEW) and offer.condition:
        language = requirement.language
        state = say(language, f"condition_{offer.condition}")
        return say(language, "why_condition", condition=state)
    return ""
