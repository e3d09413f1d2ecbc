"""Which of a requirement's wishes an offer breaks: one rule for all who leave offers out."""

import re
from collections.abc import Sequence

from talknshop.offers import Offer
from talknshop.relevance import COLOURS
from talknshop.requirement import RequirementSpec, WantedCondition
from talknshop.wording import words

# What makes "leather" no leather when it stands before it, and after it.
_DENYING = frozenset(words("no non not without faux fake vegan imitation artificial free"))
_FREE = frozenset(words("free less look style effect alternative"))


def broken_wishes(requirement: RequirementSpec, offer: Offer) -> list[str]:
    """The names of the RequirementSpec fields that the offer does not meet.

    An offer that does not say what a wish is about (its rating, its condition) does not meet it.
    """
    return [*_broken(requirement, offer), *unknown_wishes(requirement, offer)]


def unknown_wishes(requirement: RequirementSpec, offer: Offer) -> list[str]:
    """The names of the fields that can't be checked, since the offer does not say."""
    unknown = {
        "price": _has_price_range(requirement) and offer.price is None,
        "condition": requirement.condition is not None and offer.condition is None,
        "rating_min": requirement.rating_min is not None and offer.rating is None,
    }
    return [name for name, is_unknown in unknown.items() if is_unknown]


def _broken(requirement: RequirementSpec, offer: Offer) -> list[str]:
    price, wanted = offer.price, requirement.price
    condition, rating = requirement.condition, requirement.rating_min
    broken = {
        "price": price is not None
        and _has_price_range(requirement)
        and (
            offer.currency != wanted.currency
            or (wanted.min is not None and price < wanted.min)
            or (wanted.max is not None and price > wanted.max)
        ),
        "condition": condition is not None
        and offer.condition is not None
        and not condition.accepts(offer.condition),
        "rating_min": rating is not None and offer.rating is not None and offer.rating < rating,
        "excluded_brands": names_one_of(requirement.excluded_brands, offer),
        "filters": _is_ruled_out(requirement, offer),
    }
    return [name for name, is_broken in broken.items() if is_broken]


def _is_ruled_out(requirement: RequirementSpec, offer: Offer) -> bool:
    """ "No refurbs", "anything but red": as far as the offer tells."""
    return (
        any(
            state in set(WantedCondition) and WantedCondition(state).accepts(offer.condition)
            for state in listed(requirement, "excluded_conditions")
        )
        or names_one_of(listed(requirement, "excluded_colors"), offer)
        or has_one_of(listed(requirement, "excluded_features"), offer)
        or is_of_another_color(listed(requirement, "any_colors"), offer)
    )


def listed(requirement: RequirementSpec, name: str) -> list[str]:
    """The values of a filter."""
    return [value for value in requirement.filters.get(name, "").split(",") if value]


def has_one_of(features: Sequence[str], offer: Offer) -> bool:
    """Whether it says that it has one: "leather", but not "faux leather" or "leather-free"."""
    text = words(f"{offer.text.title} | {offer.text.body}")
    for feature in features:
        wanted = words(feature)
        for start in range(len(text) - len(wanted) + 1):
            end = start + len(wanted)
            before, after = text[max(0, start - 1) : start], text[end : end + 1]
            is_denied = _DENYING & {*before} or _FREE & {*after}
            if wanted and text[start:end] == wanted and not is_denied:
                return True
    return False


def is_of_another_color(colors: Sequence[str], offer: Offer) -> bool:
    """Whether it names colours and none of those; one that names none may be of any."""
    if not colors or names_one_of(colors, offer):
        return False
    return bool(COLOURS & set(offer.text.title_words))


def _has_price_range(requirement: RequirementSpec) -> bool:
    return requirement.price.min is not None or requirement.price.max is not None


def names_one_of(brands: Sequence[str], offer: Offer) -> bool:
    """Whether the offer is of, or mentions, one of the brands as whole words."""
    text = f"{offer.text.brand} | {offer.text.title}"
    return any(
        re.search(rf"(?<!\w){re.escape(name.strip())}(?!\w)", text, re.IGNORECASE)
        for name in brands
        if name.strip()
    )
