"""Finds offers by words: an inverted index over products, the best matches first."""

import math
import re
from collections.abc import Callable, Iterable
from enum import Enum
from functools import lru_cache

from sandbox.catalogue.goods import Goods, Offer, Product

_TOKEN = re.compile(r"[a-z0-9]+(?:\.[0-9]+)?")
_MEASURE = re.compile(r"(\d+(?:\.\d+)?)[\s-]*(gb|tb|inch|inches|in|\"|mm|oz|qt|hz|w|v)(?=[^a-z]|$)")
_UNITS = {"inches": "inch", "in": "inch", '"': "inch"}
_STOP_WORDS = frozenset(
    re.findall(
        r"\w+",
        "a an and any are at best by buy cheap condition deal deals find for from good i in is it "
        "me my new of on or please refurbished sale show size some the to under used with",
    )
)
_SAME_AS = {
    "notebook": "laptop",
    "cellphone": "phone",
    "cell": "phone",
    "mobile": "phone",
    "smartphone": "phone",
    "television": "tv",
    "earphone": "earbud",
    "sneaker": "shoe",
    "trainer": "shoe",
    "bicycle": "bike",
    "couch": "sofa",
    "settee": "sofa",
    "fridge": "refrigerator",
    "hoover": "vacuum",
    "bluray": "movie",
    "grey": "gray",
    "colour": "color",
    "ps5": "playstation",
    "mens": "men",
    "womens": "women",
    "kids": "kid",
    "coat": "jacket",
    "espresso": "coffee",
    "pc": "computer",
    "novel": "book",
}

# Where a word stands says how much the product is about it.
_IN_NOUN, _IN_MODEL, _IN_BRAND, _IN_SYNONYM, _IN_ATTRIBUTES = 6.0, 5.0, 4.0, 4.0, 1.5


class Match(Enum):
    ALL = "every word must be found"
    MOST = "the kind of thing must be right; without one, a word in three may be missing"


class Catalogue:
    """The goods, searchable. Immutable once built."""

    def __init__(self, goods: Goods) -> None:
        self.products = goods.products
        self.offers = goods.offers
        self._by_id = {
            name: {offer.id: offer for offer in offers} for name, offers in goods.offers.items()
        }
        self._by_product: dict[str, dict[int, list[Offer]]] = {}
        for name, offers in goods.offers.items():
            of_product = self._by_product.setdefault(name, {})
            for offer in offers:
                of_product.setdefault(offer.product.number, []).append(offer)
        self._postings: dict[str, dict[int, float]] = {}
        self._kind_words: set[str] = set()
        self._words: dict[int, frozenset[str]] = {}
        for product in goods.products:
            self._add(product)

    def offer(self, marketplace: str, id: str) -> Offer | None:
        return self._by_id[marketplace].get(id)

    def words_of(self, product: Product) -> frozenset[str]:
        """Every word by which the product can be found, in its one spelling."""
        return self._words[product.number]

    def by_gtin(self, marketplace: str, gtin: str) -> list[Offer]:
        wanted = gtin.lstrip("0")
        return [o for o in self.offers[marketplace] if o.product.gtin.lstrip("0") == wanted]

    def search(
        self,
        marketplace: str,
        words: str,
        match: Match,
        keep: Callable[[Offer], bool] = lambda _: True,
    ) -> list[Offer]:
        """All matching offers, best first; with no words, all that are kept, popular ones first."""
        wanted = search_words(words)
        if words.strip() and not wanted:
            return []
        scores = self._scores(wanted, match) if wanted else dict.fromkeys(self._numbers(), 0.0)
        of_product = self._by_product[marketplace]
        found = [
            (score + _popularity(offer.product), offer)
            for number, score in scores.items()
            for offer in of_product.get(number, ())
            if keep(offer)
        ]
        found.sort(key=lambda pair: (-pair[0], pair[1].id))
        return [offer for _, offer in found]

    def _scores(self, wanted: list[str], match: Match) -> dict[int, float]:
        hits = [self._postings.get(token, {}) for token in wanted]
        candidates: set[int] = set().union(*hits)
        kinds = [hit for token, hit in zip(wanted, hits, strict=True) if token in self._kind_words]
        needed = len(wanted)
        if match is Match.MOST:
            needed = len(kinds) or math.ceil(len(wanted) * 2 / 3)
        scores: dict[int, float] = {}
        for number in candidates:
            found = [hit[number] for hit in hits if number in hit]
            if len(found) < needed or not all(number in hit for hit in kinds):
                continue
            # A long model name that was not asked for ("13 Pro Max") is a worse match for "13".
            length = len(tokens(self.products[number - 1].model))
            scores[number] = sum(found) - 0.4 * max(0, length - len(wanted)) + 3.0 * len(found)
        return scores

    def _numbers(self) -> Iterable[int]:
        return (product.number for product in self.products)

    def _add(self, product: Product) -> None:
        weights: dict[str, float] = {}

        def add(text: str, weight: float) -> None:
            for token in tokens(text):
                weights[token] = max(weight, weights.get(token, 0.0))

        add(" ".join(product.attributes.values()), _IN_ATTRIBUTES)
        add(" ".join(product.kind.also), _IN_SYNONYM)
        add(product.brand, _IN_BRAND)
        add(product.model, _IN_MODEL)
        add(product.kind.noun, _IN_NOUN)
        self._kind_words.update(tokens(product.kind.noun.split()[-1]))
        self._words[product.number] = frozenset(weights)
        for token, weight in weights.items():
            self._postings.setdefault(token, {})[product.number] = weight


@lru_cache(maxsize=8192)
def tokens(text: str) -> tuple[str, ...]:
    """Lower-case words in one spelling: singular, units joined ("16 GB" -> "16gb"), synonyms."""
    lowered = text.lower().replace("'", "").replace("&", " ").replace("“", '"')
    joined = _MEASURE.sub(lambda m: f"{m[1]}{_UNITS.get(m[2], m[2])} ", lowered)
    return tuple(_SAME_AS.get(word, word) for word in map(_singular, _TOKEN.findall(joined)))


def search_words(text: str) -> list[str]:
    """The tokens that tell something about what is wanted."""
    return [token for token in tokens(text) if token not in _STOP_WORDS]


def _singular(word: str) -> str:
    if len(word) <= 3 or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies") and len(word) > 5:
        return f"{word[:-3]}y"
    if word.endswith(("ches", "shes", "sses", "xes")):
        return word[:-2]
    return word[:-1]


def _popularity(product: Product) -> float:
    """0 to about 2: decides between equally good matches."""
    return math.log10(product.reviews + 1) * 0.3 + product.rating * 0.15
