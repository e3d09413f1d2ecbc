"""One thing from its many offers: the cheapest stands for all, the others are "also at"."""

from collections.abc import Sequence
from dataclasses import dataclass

from talknshop.products import AlsoAt, ProductResult
from talknshop.relevance import Similarity
from talknshop.wording import has_digit, words

# Titles of one thing on two marketplaces are this near in meaning; of two sizes of it as well,
# which is why numbers must be equal besides.
SAME_MEANING = 0.9
# Without a similarity: the share of words that two titles have in common.
SAME_WORDS = 0.8

# Said of an offer rather than of the thing.
_NOTES = frozenset(
    words(
        "new brand sealed box open opened never used refurbished certified renewed restored mint"
        " excellent condition barely good works great tested fair scratches pre owned unlocked"
        " with free fast shipping"
    )
)


@dataclass(frozen=True)
class Folded:
    best: ProductResult
    also_at: list[AlsoAt]


@dataclass(frozen=True)
class _Identity:
    """What must agree before two titles are even compared."""

    condition: str
    currency: str
    numbers: frozenset[str]
    said: frozenset[str]
    brand: str
    gtin: str
    title: str


def fold(products: Sequence[ProductResult], similarity: Similarity | None = None) -> list[Folded]:
    """In the order of the first offer of each thing. Used and new ones are two things."""
    groups: list[list[tuple[_Identity, ProductResult]]] = []
    places: dict[object, list[int]] = {}
    for product in products:
        identity = _identity(product)
        index = _group_of(identity, groups, places, similarity)
        if index is None:
            index = len(groups)
            groups.append([])
        groups[index].append((identity, product))
        for key in _keys(identity):
            if index not in places.setdefault(key, []):
                places[key].append(index)
    return [_folded([product for _, product in group]) for group in groups]


def total(product: ProductResult) -> float:
    """The price with delivery, as far as its cost is known."""
    return float(product.price + (product.shipping_info.cost or 0))


def _identity(product: ProductResult) -> _Identity:
    said = words(product.title)
    brand = product.attributes.get("brand", "")
    return _Identity(
        condition=product.condition or "",
        currency=product.currency,
        numbers=frozenset(word for word in said if has_digit(word)),
        said=frozenset(said) - _NOTES - set(words(brand)),
        brand=brand.casefold(),
        gtin=product.attributes.get("gtin", "").lstrip("0"),
        title=product.title,
    )


def _keys(identity: _Identity) -> list[object]:
    """Only offers that share a key can be one thing, so that not all pairs are compared."""
    same = (identity.condition, identity.currency)
    keys: list[object] = [(*same, identity.numbers)]
    return [*keys, (*same, identity.gtin)] if identity.gtin else keys


def _group_of(
    identity: _Identity,
    groups: list[list[tuple[_Identity, ProductResult]]],
    places: dict[object, list[int]],
    similarity: Similarity | None,
) -> int | None:
    for key in reversed(_keys(identity)):
        for index in places.get(key, []):
            if all(_same(identity, other, similarity) for other, _ in groups[index]):
                return index
    return None


def _same(one: _Identity, other: _Identity, similarity: Similarity | None) -> bool:
    if one.gtin and other.gtin:
        return one.gtin == other.gtin
    if one.numbers != other.numbers:
        return False
    if one.brand and other.brand and one.brand != other.brand:
        return False
    if one.said == other.said:
        return True
    share = len(one.said & other.said) / max(1, len(one.said | other.said))
    if similarity is None:
        return share >= SAME_WORDS
    # Two colours of one thing are near in meaning too: half of the words must be the same.
    return share >= 0.5 and similarity(one.title, [other.title])[0] >= SAME_MEANING


def _folded(products: list[ProductResult]) -> Folded:
    best, *others = sorted(products, key=lambda p: (total(p), p.marketplace, p.product_id))
    return Folded(
        best,
        [
            AlsoAt(
                marketplace=product.marketplace,
                product_id=product.product_id,
                price=product.price,
                currency=product.currency,
                deep_link=product.deep_link,
                shipping_cost=product.shipping_info.cost,
                seller_name=product.seller_name,
            )
            for product in others
        ],
    )
