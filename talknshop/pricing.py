"""Price advice: what others ask for the same thing in a like condition."""

import re
import statistics
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

from talknshop.listing import Comparable, ListingSpec, PriceAdvice
from talknshop.model import Condition
from talknshop.products import ProductResult
from talknshop.requirement import RequirementSpec, WantedCondition

# Of fewer offers nothing can be said.
LEAST_COMPARABLES = 3
SHOWN = 5
# An offer this many times cheaper or dearer than the middle one is something else.
OUTLIER = 3

_WORD = re.compile(r"[a-z0-9]+")
# A word that makes another model of it, or a thing that only goes with it, unless the seller's own
# title has it.
_TELLING = frozenset(
    _WORD.findall(
        "pro max mini plus ultra lite air se xl fe case cover skin protector charger cable adapter"
        " strap band stand mount manual replacement compatible for parts broken cracked locked box"
        " empty only bundle lot dummy poster sticker"
    )
)
_ALIKE = {
    Condition.NEW: WantedCondition.NEW,
    Condition.OPEN_BOX: WantedCondition.OPEN_BOX,
    Condition.REFURBISHED: WantedCondition.REFURBISHED,
    Condition.LIKE_NEW: WantedCondition.USED,
    Condition.GOOD: WantedCondition.USED,
    Condition.FAIR: WantedCondition.USED,
}


def comparables_wanted(listing: ListingSpec) -> RequirementSpec | None:
    """The search that finds comparable offers; None when nothing would be comparable."""
    condition = _ALIKE.get(listing.condition) if listing.condition else None
    if condition is None or not _words(listing.title):
        return None
    return RequirementSpec(product_type=listing.title.strip()[:200], condition=condition)


def price_advice(listing: ListingSpec, offers: Iterable[ProductResult]) -> PriceAdvice | None:
    """The middle half of what comparable offers ask, without delivery; None for fewer than three.

    Comparable: every word of the seller's title, no word that makes it another model, a like
    condition and the same currency.
    """
    alike = {(offer.marketplace, offer.product_id): offer for offer in _alike(listing, offers)}
    found = _without_outliers(list(alike.values()))
    if len(found) < LEAST_COMPARABLES:
        return None
    low, median, high = statistics.quantiles(
        (offer.price for offer in found), n=4, method="inclusive"
    )
    nearest = sorted(found, key=lambda offer: (abs(offer.price - median), offer.deep_link))
    return PriceAdvice(
        low=_cents(low),
        median=_cents(median),
        high=_cents(high),
        currency=listing.currency,
        n=len(found),
        comparables=[
            Comparable(
                marketplace=offer.marketplace,
                title=offer.title,
                price=offer.price,
                link=offer.deep_link,
            )
            for offer in nearest[:SHOWN]
        ],
    )


def _alike(listing: ListingSpec, offers: Iterable[ProductResult]) -> Iterable[ProductResult]:
    own = set(_words(listing.title))
    wanted = _ALIKE.get(listing.condition) if listing.condition else None
    for offer in offers:
        words = set(_words(offer.title))
        if (
            own
            and own <= words
            and not (words - own) & _TELLING
            and wanted is not None
            and wanted.accepts(offer.condition)
            and offer.currency == listing.currency
            and offer.price > 0
        ):
            yield offer


def _without_outliers(offers: list[ProductResult]) -> list[ProductResult]:
    if not offers:
        return []
    middle = statistics.median(offer.price for offer in offers)
    return [offer for offer in offers if middle / OUTLIER <= offer.price <= middle * OUTLIER]


def _words(title: str) -> list[str]:
    return _WORD.findall(title.lower())


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal("0.01"), ROUND_HALF_UP)
