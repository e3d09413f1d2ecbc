"""A requirement in Best Buy's query language, which stands inside the URL's path."""

import re
from urllib.parse import quote

from talknshop.requirement import RequirementSpec, WantedCondition

# Best Buy's own words; its open-box offers live in another API.
CONDITIONS = {
    WantedCondition.NEW: "New",
    WantedCondition.REFURBISHED: "Refurbished",
    WantedCondition.USED: "Pre-Owned",
}


def query(requirement: RequirementSpec) -> str:
    """Percent-encoded, without the parentheses around it; empty when there are no words."""
    words = [f"search={word}" for word in _plain(requirement.keywords).split()]
    terms = [*words, *_terms(requirement)] if words else []
    return "&".join(quote(term, safe="=<>!(),.") for term in terms)


def _terms(requirement: RequirementSpec) -> list[str]:
    price, rating, wanted = requirement.price, requirement.rating_min, requirement.condition
    terms = []
    if price.min is not None:
        terms.append(f"salePrice>={price.min}")
    if price.max is not None:
        terms.append(f"salePrice<={price.max}")
    if rating is not None:
        terms.append(f"customerReviewAverage>={rating:g}")
    if wanted in CONDITIONS:
        terms.append(f"condition={CONDITIONS[wanted]}")
    brands = [plain for brand in requirement.brand_preferences if (plain := _plain(brand))]
    if len(brands) > 1:
        terms.append(f"manufacturer in({','.join(brands)})")
    excluded = [plain for brand in requirement.excluded_brands if (plain := _plain(brand))]
    return terms + [f"manufacturer!={brand}" for brand in excluded]


def _plain(text: str) -> str:
    """Without the signs that mean something in a query, or in a path."""
    return " ".join(re.sub(r"[&|=<>!*(),\"'/\\?#%;]", " ", text).split())
