"""What a marketplace could not filter by itself, filtered afterwards: one pure function."""

from collections.abc import Collection, Sequence

from adapters.marketplaces.port import Found
from talknshop.offers import offer_of
from talknshop.products import ProductResult
from talknshop.ranking import SORTED_BY, order, wish_of
from talknshop.requirement import RequirementSpec, Sort
from talknshop.wishes import broken_wishes

OVERFETCH = 2
# So many of the best matches are sorted by price or rating.
POOL = 100

# No marketplace here filters by these.
FILTERS = ("excluded_conditions", "excluded_colors", "excluded_features", "any_colors")


def page_size(
    requirement: RequirementSpec, delegated: Collection[str], limit: int, most: int
) -> int:
    """How many offers to ask for, so that about `limit` remain; `most` is the vendor's maximum."""
    if sorts_itself(requirement, delegated):
        return max(1, min(max(POOL, limit), most))
    filters = set(_wishes(requirement)) - set(delegated)
    return max(1, min(limit * OVERFETCH if filters else limit, most))


def sorts_itself(requirement: RequirementSpec, delegated: Collection[str]) -> bool:
    """Whether the best matches are asked for, and sorted afterwards.

    A marketplace that sorts by price begins with whatever has the words: stickers for laptops.
    """
    return requirement.sort in SORTED_BY and "sort" not in delegated


def delegated_sort(requirement: RequirementSpec) -> set[str]:
    """The one order that is left to marketplaces: offers have no date to sort them by."""
    return {"sort"} if requirement.sort is Sort.NEWEST else set()


def narrow(
    requirement: RequirementSpec,
    products: Sequence[ProductResult],
    *,
    delegated: Collection[str],
    limit: int,
    total_found: int,
) -> Found:
    """The offers that meet every wish. `delegated`: the wishes that the vendor was asked to apply.

    Those are checked again: vendors ignore filters that they do not understand. An offer that does
    not say what a wish is about (its rating, its condition) does not meet it.
    """
    kept = [p for p in products if not broken_wishes(requirement, offer_of(p))]
    if sorts_itself(requirement, delegated):
        offers = [offer_of(product) for product in kept]
        kept = [kept[r.index] for r in order(requirement, wish_of(requirement), offers)]
    return Found(
        products=kept[:limit],
        total_found=max(total_found, len(kept)),
        applied_afterwards=tuple(w for w in _wishes(requirement) if w not in delegated),
    )


def _wishes(requirement: RequirementSpec) -> list[str]:
    stated = {
        "price": requirement.price.min is not None or requirement.price.max is not None,
        "condition": requirement.condition is not None,
        "rating_min": requirement.rating_min is not None,
        "excluded_brands": bool(requirement.excluded_brands),
        **{name: name in requirement.filters for name in FILTERS},
        "sort": requirement.sort is not Sort.RELEVANCE,
    }
    return [name for name, is_stated in stated.items() if is_stated]
