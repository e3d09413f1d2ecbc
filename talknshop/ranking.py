"""Ranking what the marketplaces answered: pure functions over offers.

The score is a weighted sum of numbers from 0 to 1. All weights stand in WEIGHTS, and what they
mean in docs/search.md; what makes an offer relevant is relevance.py's.
"""

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from talknshop.folding import Folded, fold
from talknshop.memory import NO_TASTE, Taste, offer_key
from talknshop.model import Condition
from talknshop.offers import Offer, offer_of
from talknshop.products import Availability, ProductResult, Shortlist
from talknshop.reasons import reasons
from talknshop.relevance import Relevance, Similarity, Wish, relevances, tiers
from talknshop.requirement import RequirementSpec, Sort
from talknshop.wishes import broken_wishes, listed, names_one_of

# What is asked for outweighs all else; the others decide between offers that are as relevant.
WEIGHTS = {"relevance": 0.86, "price": 0.055, "rating": 0.05, "condition": 0.015, "delivery": 0.02}

# What is known of the person decides between offers that are as good: never against a wish.
TASTE = 0.02

# "Blue or green": one that says so comes before one that says nothing.
NAMED_COLOR = 0.06

# What each further offer from a marketplace already shown loses, so that one does not fill all.
REPEAT_PENALTY = 0.012

# A rating counts as much as this many reviews of average quality (a Bayesian mean).
PRIOR_RATING = 4.0
PRIOR_REVIEWS = 20

# Cheaper than this share of the median is more often a mistake, or a part, than a bargain.
TOO_CHEAP = 0.2

_CONDITIONS = {
    Condition.NEW: 1.0,
    Condition.OPEN_BOX: 0.9,
    Condition.LIKE_NEW: 0.85,
    Condition.REFURBISHED: 0.8,
    Condition.GOOD: 0.65,
    Condition.FAIR: 0.4,
}
_UNKNOWN_CONDITION = 0.7


@dataclass(frozen=True)
class Ranked:
    """`index` is the offer's place in what was given."""

    index: int
    score: float
    relevance: Relevance


def rank(
    requirement: RequirementSpec,
    products: Sequence[ProductResult],
    limit: int,
    similarity: Similarity | None = None,
    taste: Taste = NO_TASTE,
) -> Shortlist:
    """The best `limit` offers that meet every wish, each thing once, at its cheapest."""
    hidden = set(taste.hidden)
    allowed = [
        product
        for product in products
        if _may_be_shown(requirement, product)
        and offer_key(product.marketplace, product.product_id) not in hidden
    ]
    distinct = fold(allowed, similarity)
    offers = [offer_of(folded.best) for folded in distinct]
    wish = wish_of(requirement)
    ranked = order(requirement, wish, offers, similarity, taste)
    return Shortlist(
        products=[_shown(requirement, wish, r, distinct, offers, taste) for r in ranked[:limit]],
        left_out=len(products) - len(allowed),
        duplicates=len(allowed) - len(distinct),
    )


def _may_be_shown(requirement: RequirementSpec, product: ProductResult) -> bool:
    offer = offer_of(product)
    return offer.is_for_sale and not broken_wishes(requirement, offer)


def wish_of(requirement: RequirementSpec) -> Wish:
    return Wish(requirement.keywords, tuple(requirement.brand_preferences))


def _shown(
    requirement: RequirementSpec,
    wish: Wish,
    ranked: Ranked,
    distinct: Sequence[Folded],
    offers: Sequence[Offer],
    taste: Taste,
) -> ProductResult:
    folded = distinct[ranked.index]
    offer = offers[ranked.index]
    why = reasons(requirement, wish, offer, ranked.relevance, offers, len(folded.also_at), taste)
    return folded.best.model_copy(update={"also_at": folded.also_at, "why_ranked": why})


def order(
    requirement: RequirementSpec,
    wish: Wish,
    offers: Sequence[Offer],
    similarity: Similarity | None = None,
    taste: Taste = NO_TASTE,
) -> list[Ranked]:
    """All the offers, best first, or as the requirement wants them sorted."""
    found = relevances(wish, [offer.text for offer in offers], similarity)
    medians, colors = _medians(offers), listed(requirement, "any_colors")
    ranked = [
        Ranked(
            index,
            _score(offer, relevance, medians)
            + TASTE * liking(offer, taste)
            + (NAMED_COLOR if names_one_of(colors, offer) else 0),
            relevance,
        )
        for index, (offer, relevance) in enumerate(zip(offers, found, strict=True))
    ]
    ranked.sort(key=lambda r: (-r.score, offers[r.index].marketplace, offers[r.index].key))
    if requirement.sort in SORTED_BY:
        return _sorted(requirement.sort, ranked, offers)
    return _diversified(ranked, offers)


def _sorted(sort: Sort, ranked: Sequence[Ranked], offers: Sequence[Offer]) -> list[Ranked]:
    """What was asked for first; each tier in the order that is wanted."""
    tier_of = tiers([r.relevance for r in ranked])
    worth = SORTED_BY[sort]
    places = sorted(
        range(len(ranked)), key=lambda at: (tier_of[at], worth(offers[ranked[at].index]))
    )
    return [ranked[at] for at in places]


def _score(offer: Offer, relevance: Relevance, medians: dict[str, float]) -> float:
    parts = {
        "relevance": relevance.score,
        "price": _price(offer, medians),
        "rating": _rating(offer),
        "condition": _CONDITIONS.get(offer.condition, _UNKNOWN_CONDITION)
        if offer.condition
        else _UNKNOWN_CONDITION,
        "delivery": _delivery(offer),
    }
    return sum(WEIGHTS[name] * part for name, part in parts.items())


def _medians(offers: Sequence[Offer]) -> dict[str, float]:
    """By currency: prices in different ones are not compared."""
    totals: dict[str, list[float]] = {}
    for offer in offers:
        if offer.total is not None:
            totals.setdefault(offer.currency, []).append(offer.total)
    return {currency: statistics.median(found) for currency, found in totals.items()}


def _price(offer: Offer, medians: dict[str, float]) -> float:
    """One half at the median, towards 1 below it and 0 above; absurdly cheap is no merit."""
    median = medians.get(offer.currency)
    if offer.total is None or not median:
        return 0.5
    ratio = offer.total / median
    return 0.3 if ratio < TOO_CHEAP else 1 / (1 + ratio * ratio)


def liking(offer: Offer, taste: Taste) -> float:
    """From -1 to 1: how far it is what the person mostly chooses; 0 where nothing is known."""
    brand = max(
        (weight for name, weight in taste.brands.items() if names_one_of([name], offer)), default=0
    )
    if names_one_of(taste.disliked, offer):
        brand = -1
    price = 0.0
    if taste.price and offer.price is not None and offer.currency == taste.currency:
        low, high = taste.price
        price = 1.0 if low <= offer.price <= high else -0.5
    state = 1.0 if offer.condition in taste.conditions else 0.0
    place = 1.0 if offer.marketplace in taste.marketplaces else 0.0
    return 0.5 * brand + 0.25 * price + 0.15 * state + 0.1 * place


def _rating(offer: Offer) -> float:
    reviews = offer.review_count or 0
    rating = PRIOR_RATING if offer.rating is None else offer.rating
    mean = (rating * reviews + PRIOR_RATING * PRIOR_REVIEWS) / (reviews + PRIOR_REVIEWS)
    return mean / 5


def _delivery(offer: Offer) -> float:
    in_stock = {Availability.IN_STOCK: 0.5, Availability.LIMITED: 0.4}.get(offer.availability, 0.3)
    return in_stock + (0.2 if offer.delivery_cost is None else 0.0 if offer.delivery_cost else 0.5)


# What comes first is what is lowest here; the marketplaces' own orders would put anything there
# that has the words. Newest first is theirs alone: offers have no date.
SORTED_BY: dict[Sort, Callable[[Offer], Decimal | float]] = {
    Sort.PRICE_ASC: lambda offer: offer.price or Decimal("Infinity"),
    Sort.PRICE_DESC: lambda offer: -(offer.price or Decimal(0)),
    Sort.RATING: lambda offer: -_rating(offer),
}


def _diversified(ranked: list[Ranked], offers: Sequence[Offer]) -> list[Ranked]:
    """Greedy: the best next offer, each marketplace paying for what it already has."""
    queues: dict[str, list[Ranked]] = {}
    for entry in reversed(ranked):
        queues.setdefault(offers[entry.index].marketplace, []).append(entry)
    shown = dict.fromkeys(queues, 0)
    chosen = []
    while queues:
        name = max(queues, key=lambda n: (queues[n][-1].score - REPEAT_PENALTY * shown[n], n))
        chosen.append(queues[name].pop())
        shown[name] += 1
        if not queues[name]:
            del queues[name]
    return chosen
