"""Why an offer stands where it stands, in words that are true of it."""

import statistics
from collections.abc import Sequence

from talknshop.memory import NO_TASTE, Taste
from talknshop.offers import Offer
from talknshop.relevance import Relevance, Wish
from talknshop.requirement import RequirementSpec, WantedCondition
from talknshop.wishes import names_one_of

MOST_REASONS = 3
# Fewer reviews than this say little.
TELLING_REVIEWS = 20
# A share of the median price below which "less than most" is worth saying.
NOTABLY_CHEAP = 0.85

_FLAWS = {
    "accessory": "looks like an accessory of it",
    "number": "another model or size",
    "brand": "another brand",
    "colour": "another colour",
    "people": "made for others",
}


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
    said = [
        _match(wish, relevance),
        _FLAWS.get(relevance.flaw, ""),
        _liked(offer, taste),
        _price(requirement, offer, others),
        _rating(offer),
        "free delivery" if offer.delivery_cost == 0 else "",
        f"cheapest of {also_at + 1} offers for it" if also_at else "",
        _condition(requirement, offer),
    ]
    text = ", ".join([reason for reason in said if reason][:MOST_REASONS])
    return text[:1].upper() + text[1:]


def _match(wish: Wish, relevance: Relevance) -> str:
    found, wanted = len(relevance.found), len(wish.words)
    if not wanted:
        return ""
    if found == wanted:
        return "matches everything you named"
    return f"matches {found} of {wanted} words you named" if found else "similar to it"


def _liked(offer: Offer, taste: Taste) -> str:
    liked = [brand for brand in taste.brands if names_one_of([brand], offer)]
    return f"{liked[0]}, as you chose before" if liked else ""


def _price(requirement: RequirementSpec, offer: Offer, others: Sequence[Offer]) -> str:
    if offer.price is None:
        return ""
    prices = [
        other.price
        for other in others
        if other.price is not None and other.currency == offer.currency
    ]
    if len(prices) > 1 and offer.price == min(prices):
        return "the lowest price found"
    if len(prices) > 2 and float(offer.price) < float(statistics.median(prices)) * NOTABLY_CHEAP:
        return "costs less than most found"
    return "within your budget" if requirement.price.max is not None else ""


def _rating(offer: Offer) -> str:
    is_telling = (offer.review_count or 0) >= TELLING_REVIEWS
    if offer.rating is None or offer.rating < 4 or not is_telling:
        return ""
    return f"rated {offer.rating:g} by {offer.review_count} buyers"


def _condition(requirement: RequirementSpec, offer: Offer) -> str:
    if requirement.condition not in (None, WantedCondition.NEW) and offer.condition:
        return f"in the condition you asked for ({offer.condition.value.replace('_', ' ')})"
    return ""
