"""What a marketplace could not filter by itself, filtered afterwards: one pure function."""

import re
from collections.abc import Collection, Sequence

from adapters.marketplaces.port import Found
from talknshop.products import ProductResult
from talknshop.requirement import RequirementSpec, Sort

OVERFETCH = 2


def page_size(
    requirement: RequirementSpec, delegated: Collection[str], limit: int, most: int
) -> int:
    """How many offers to ask for, so that about `limit` remain; `most` is the vendor's maximum."""
    filters = set(_wishes(requirement)) - set(delegated) - {"sort"}
    return max(1, min(limit * OVERFETCH if filters else limit, most))


def narrow(
    requirement: RequirementSpec,
    products: Sequence[ProductResult],
    *,
    delegated: Collection[str],
    limit: int,
    total_found: int,
    dropped: int = 0,
) -> Found:
    """The offers that meet every wish. `delegated`: the wishes that the vendor was asked to apply.

    Those are checked again: vendors ignore filters that they do not understand. An offer that does
    not say what a wish is about (its rating, its condition) does not meet it.
    """
    kept = [product for product in products if _meets(requirement, product)]
    if "sort" not in delegated:
        kept = _sorted(requirement.sort, kept)
    return Found(
        products=kept[:limit],
        total_found=max(total_found, len(kept)),
        dropped=dropped,
        applied_afterwards=tuple(w for w in _wishes(requirement) if w not in delegated),
    )


def _wishes(requirement: RequirementSpec) -> list[str]:
    stated = {
        "price": requirement.price.min is not None or requirement.price.max is not None,
        "condition": requirement.condition is not None,
        "rating_min": requirement.rating_min is not None,
        "excluded_brands": bool(requirement.excluded_brands),
        "sort": requirement.sort is not Sort.RELEVANCE,
    }
    return [name for name, is_stated in stated.items() if is_stated]


def _meets(requirement: RequirementSpec, product: ProductResult) -> bool:
    price = requirement.price
    priced = price.min is not None or price.max is not None
    return not (
        (priced and product.currency != price.currency)
        or (price.min is not None and product.price < price.min)
        or (price.max is not None and product.price > price.max)
        or (requirement.condition and not requirement.condition.accepts(product.condition))
        or (requirement.rating_min is not None and (product.rating or 0) < requirement.rating_min)
        or any(names(product, brand) for brand in requirement.excluded_brands)
    )


def names(product: ProductResult, brand: str) -> bool:
    """Whether the offer is, or mentions, that brand as whole words."""
    text = f"{product.attributes.get('brand', '')} | {product.title}"
    pattern = rf"(?<!\w){re.escape(brand.strip())}(?!\w)"
    return bool(brand.strip()) and re.search(pattern, text, re.IGNORECASE) is not None


def _sorted(sort: Sort, products: list[ProductResult]) -> list[ProductResult]:
    match sort:
        case Sort.PRICE_ASC:
            return sorted(products, key=lambda product: product.price)
        case Sort.PRICE_DESC:
            return sorted(products, key=lambda product: -product.price)
        case Sort.RATING:
            return sorted(products, key=lambda product: -(product.rating or 0))
        case _:
            return products
