"""Ranking what the marketplaces answered: pure functions over offers.

The score is a weighted sum of four numbers from 0 to 1; the weights stand in WEIGHTS alone.
"""

import math
import re
import statistics
from collections.abc import Sequence
from decimal import Decimal

from talknshop.model import Condition
from talknshop.products import Availability, ProductResult, Shortlist
from talknshop.requirement import RequirementSpec, Sort

WEIGHTS = {"relevance": 0.55, "price": 0.2, "rating": 0.15, "readiness": 0.1}

# What each further offer from a marketplace already shown loses, so that one does not fill all.
REPEAT_PENALTY = 0.015

# A rating counts as much as this many reviews of average quality (a Bayesian mean).
PRIOR_RATING = 4.0
PRIOR_REVIEWS = 20

_WORD = re.compile(r"[a-z0-9]+(?:[.\-][0-9]+)?")


def rank(requirement: RequirementSpec, products: Sequence[ProductResult], limit: int) -> Shortlist:
    """The best `limit` offers that meet every wish, each thing once, at its cheapest."""
    allowed = [product for product in products if meets(requirement, product)]
    distinct = _fold(allowed)
    scored = _scores(requirement, distinct)
    ordered = (
        _diversify(scored) if requirement.sort is Sort.RELEVANCE else _sorted(requirement, scored)
    )
    shortlist = [product for _, product in ordered][:limit]
    cheapest = min((product.price for product in distinct), default=None)
    return Shortlist(
        products=[
            product.model_copy(update={"why_ranked": _why(requirement, product, cheapest)})
            for product in shortlist
        ],
        left_out=len(products) - len(allowed),
        duplicates=len(allowed) - len(distinct),
    )


def meets(requirement: RequirementSpec, product: ProductResult) -> bool:
    """Whether an offer breaks none of the wishes that can be checked on it."""
    price, wanted = product.price, requirement.price
    words = set(_words(product.title)) | set(_words(product.attributes.get("brand", "")))
    return (
        price > 0
        and product.availability is not Availability.OUT_OF_STOCK
        and (wanted.min is None or price >= wanted.min)
        and (wanted.max is None or price <= wanted.max)
        and ((wanted.max is None and wanted.min is None) or product.currency == wanted.currency)
        and (requirement.condition is None or requirement.condition.accepts(product.condition))
        and (requirement.rating_min is None or (product.rating or 0) >= requirement.rating_min)
        and not any(set(_words(brand)) <= words for brand in requirement.excluded_brands)
        and (product.condition is not Condition.FOR_PARTS)
    )


def _fold(products: Sequence[ProductResult]) -> list[ProductResult]:
    """One offer for each thing on sale in one condition: the cheapest, delivery included."""
    best: dict[tuple[str, str], ProductResult] = {}
    for product in products:
        identity = product.attributes.get("gtin") or " ".join(sorted(_words(product.title)))
        key = (identity, product.condition or "")
        other = best.get(key)
        if other is None or _total(product) < _total(other):
            best[key] = product
    return list(best.values())


def _scores(
    requirement: RequirementSpec, products: Sequence[ProductResult]
) -> list[tuple[float, ProductResult]]:
    if not products:
        return []
    rarity = _rarity(products)
    median = statistics.median(float(_total(product)) for product in products)
    scored = [
        (
            WEIGHTS["relevance"] * _relevance(requirement, product, rarity)
            + WEIGHTS["price"] * _price_score(float(_total(product)), median)
            + WEIGHTS["rating"] * _rating_score(product)
            + WEIGHTS["readiness"] * _readiness(product),
            product,
        )
        for product in products
    ]
    return sorted(scored, key=lambda pair: (-pair[0], pair[1].marketplace, pair[1].product_id))


def _relevance(
    requirement: RequirementSpec, product: ProductResult, rarity: dict[str, float]
) -> float:
    """The share of the wanted words, the rare ones weighing more, that the offer has."""
    wanted = _words(requirement.keywords)
    if not wanted:
        return 0.5
    text = " ".join([product.title, *product.attributes.values()])
    have = set(_words(text))
    weights = {word: rarity.get(word, 1.0) for word in wanted}
    return sum(weight for word, weight in weights.items() if word in have) / sum(weights.values())


def _rarity(products: Sequence[ProductResult]) -> dict[str, float]:
    counts: dict[str, int] = {}
    for product in products:
        for word in set(_words(product.title)):
            counts[word] = counts.get(word, 0) + 1
    return {word: 1 + math.log(len(products) / count) for word, count in counts.items()}


def _price_score(price: float, median: float) -> float:
    """1 for free, one half at the median, towards 0 above it; absurdly cheap is no merit."""
    ratio = price / median if median else 1
    return 0.3 if ratio < 0.2 else 1 / (1 + ratio)


def _rating_score(product: ProductResult) -> float:
    reviews = product.review_count or 0
    rating = product.rating if product.rating is not None else PRIOR_RATING
    return (rating * reviews + PRIOR_RATING * PRIOR_REVIEWS) / ((reviews + PRIOR_REVIEWS) * 5)


def _readiness(product: ProductResult) -> float:
    in_stock = {Availability.IN_STOCK: 0.5, Availability.LIMITED: 0.4}.get(
        product.availability, 0.2
    )
    return in_stock + (0.5 if product.shipping_info.free else 0.2)


def _diversify(scored: list[tuple[float, ProductResult]]) -> list[tuple[float, ProductResult]]:
    """Greedy: the best next offer, each marketplace paying for what it already has."""
    rest, chosen, shown = list(scored), [], dict[str, int]()
    while rest:
        index = max(
            range(len(rest)),
            key=lambda i: rest[i][0] - REPEAT_PENALTY * shown.get(rest[i][1].marketplace, 0),
        )
        pair = rest.pop(index)
        shown[pair[1].marketplace] = shown.get(pair[1].marketplace, 0) + 1
        chosen.append(pair)
    return chosen


def _sorted(
    requirement: RequirementSpec, scored: list[tuple[float, ProductResult]]
) -> list[tuple[float, ProductResult]]:
    if requirement.sort is Sort.PRICE_ASC:
        return sorted(scored, key=lambda pair: pair[1].price)
    if requirement.sort is Sort.PRICE_DESC:
        return sorted(scored, key=lambda pair: pair[1].price, reverse=True)
    if requirement.sort is Sort.RATING:
        return sorted(scored, key=lambda pair: _rating_score(pair[1]), reverse=True)
    return scored


def _why(requirement: RequirementSpec, product: ProductResult, cheapest: Decimal | None) -> str:
    """Words that are true of this offer, the weightiest first."""
    have = set(_words(" ".join([product.title, *product.attributes.values()])))
    wanted = _words(requirement.keywords)
    missing = [word for word in wanted if word not in have]
    reasons = []
    if wanted and not missing:
        reasons.append("matches everything you named")
    elif wanted and len(missing) < len(wanted):
        reasons.append(f"matches {len(wanted) - len(missing)} of {len(wanted)} words you named")
    if cheapest is not None and product.price == cheapest:
        reasons.append("the lowest price found")
    elif requirement.price.max is not None:
        reasons.append("within your budget")
    if (
        product.rating is not None
        and (product.review_count or 0) >= PRIOR_REVIEWS
        and product.rating >= 4
    ):
        reasons.append(f"rated {product.rating:g} by {product.review_count} buyers")
    if product.shipping_info.free:
        reasons.append("free delivery")
    return ", ".join(reasons[:3]).capitalize()


def _total(product: ProductResult) -> Decimal:
    return product.price + (product.shipping_info.cost or Decimal(0))


def _words(text: str) -> list[str]:
    return [_singular(word) for word in _WORD.findall(text.lower())]


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word
