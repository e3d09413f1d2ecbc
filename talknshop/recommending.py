"""What a person may also like: offers near in meaning to what they looked at or for."""

from collections.abc import Sequence, Set
from itertools import chain, zip_longest

from talknshop.folding import fold
from talknshop.memory import How, Seed, Taste, offer_key
from talknshop.messages import say
from talknshop.offers import offer_of
from talknshop.products import ProductResult, Recommendation
from talknshop.ranking import TASTE, liking
from talknshop.relevance import Similarity

# Less than this is another kind of thing, which nobody would understand the reason for.
LEAST_SIMILARITY = 0.35
# This near it is the same thing again.
SAME = 0.97


def recommended(
    seeds: Sequence[Seed],
    found: Sequence[Sequence[ProductResult]],
    limit: int,
    similarity: Similarity,
    taste: Taste,
    excluded: Sequence[str],
    language: str,
) -> list[Recommendation]:
    """For each seed in turn its next best offer; `found` are the offers to each seed."""
    known = {*excluded, *taste.hidden}
    queues = [
        [(seed, product) for product in _best(seed, products, known, similarity, taste)]
        for seed, products in zip(seeds, found, strict=True)
    ]
    chosen = dict[str, Recommendation]()
    for pair in chain.from_iterable(zip_longest(*queues)):
        if pair is not None:
            seed, product = pair
            recommendation = Recommendation(product=product, reason=_reason(seed, language))
            chosen.setdefault(_key(product), recommendation)
    return list(chosen.values())[:limit]


def _best(
    seed: Seed,
    products: Sequence[ProductResult],
    known: Set[str],
    similarity: Similarity,
    taste: Taste,
) -> list[ProductResult]:
    """Each thing once, nearest first; taste decides between those as near."""
    offered = [p for p in products if offer_of(p).is_for_sale and _key(p) not in known]
    distinct = [folded.best for folded in fold(offered, similarity)]
    nearness = similarity(seed.text, [offer_of(product).text.said for product in distinct])
    scored = [
        (near + TASTE * liking(offer_of(product), taste), _key(product), product)
        for near, product in zip(nearness, distinct, strict=True)
        if LEAST_SIMILARITY <= near < SAME
    ]
    return [product for _, _, product in sorted(scored, key=lambda s: (-s[0], s[1]))]


def _key(product: ProductResult) -> str:
    return offer_key(product.marketplace, product.product_id)


def _reason(seed: Seed, language: str) -> str:
    key = "because_looked_at" if seed.how is How.SELECTED else "because_looked_for"
    return say(language, key, what=seed.text)
