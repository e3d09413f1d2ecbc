"""How far an offer is what was asked for: 0 to 1, from its words and, if at hand, their meaning.

The words' part is the share of the wanted words that the offer has, the rare and the telling ones
weighing more. Then it is judged by what an offer should not be: an accessory of the thing, its
twin with another number, another brand, another colour.
"""

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from rapidfuzz.fuzz import ratio

from talknshop.wording import FILLERS, has_digit, words

# How near in meaning each text is to the first: cosines.
Similarity = Callable[[str, Sequence[str]], Sequence[float]]

WORDS_SHARE, MEANING_SHARE = 0.5, 0.5

# What is left of the relevance of an offer with that flaw.
ACCESSORY = 0.35
OTHER_NUMBER = 0.7
OTHER_VARIANT = 0.75
OTHER_BRAND = 0.7
OTHER_COLOUR = 0.85
OTHER_PEOPLE = 0.6

# Of the best score: what has less is something else.
NEAR_BEST = 0.6

_IN_TITLE, _IN_BRAND, _IN_BODY, _MISSPELT = 1.0, 1.0, 0.7, 0.8
_TELLING, _COLOURING = 1.5, 0.7

_ACCESSORIES = frozenset(
    words(
        "accessory adapter attachment backpack bag band bracket cable cap carrier case caster"
        " charger cleaning controller cord cover cushion decal dock earpad filter game grip guard"
        " headrest holder hub keycap lace lid manual mat mount organizer pad paper pillow pouch"
        " protector rack refill remote replacement seal shelf skin sleeve slipcover sock spare"
        " stand sticker strap tip tray toner ink cartridge tote wallet"
    )
)
# How many words an accessory's name stands after the name of the thing: "Switch Pro Controller".
_NEAR = 2
# Of one line of models: who asks for the plain one does not mean these.
_VARIANTS = frozenset(("pro", "max", "mini", "plus", "ultra", "lite", "se", "fe", "air", "junior"))
COLOURS = frozenset(
    words(
        "black white silver gray blue red green pink purple gold yellow orange brown beige navy"
        " teal turquoise cream ivory rose bronze copper graphite midnight starlight"
    )
)
# For whom a thing is made, and whom that suits besides.
_PEOPLE = {
    "men": {"men", "unisex"},
    "women": {"women", "unisex"},
    "boy": {"boy", "kid", "unisex"},
    "girl": {"girl", "kid", "unisex"},
    "kid": {"kid", "boy", "girl", "baby", "unisex"},
    "baby": {"baby", "kid", "unisex"},
}
# What comes after these is what the thing is meant for, or what comes along with it.
_MEANT_FOR = re.compile(
    r"\b(?:for|compatible with|fits?|works with|replacement for|designed for|pour|para|für)\b",
    re.IGNORECASE,
)
_ALONG_WITH = re.compile(
    r"\b(?:with|w/|includes?|including|plus|bundle)\b|[,(|\[+&]|\s[-–—]\s", re.IGNORECASE
)


@dataclass(frozen=True)
class Text:
    """An offer's words, as far as relevance looks at them."""

    title: str
    brand: str = ""
    body: str = ""  # attributes, description

    @property
    def said(self) -> str:
        """What is compared in meaning."""
        named = not self.brand or self.brand.casefold() in self.title.casefold()
        return self.title if named else f"{self.title} {self.brand}"

    @cached_property
    def title_words(self) -> tuple[str, ...]:
        return words(self.title)

    @cached_property
    def in_title(self) -> frozenset[str]:
        return _with_neighbours(self.title_words)

    @cached_property
    def in_brand(self) -> frozenset[str]:
        return _with_neighbours(words(self.brand))

    @cached_property
    def in_body(self) -> frozenset[str]:
        return _with_neighbours(words(self.body))

    @cached_property
    def all_words(self) -> frozenset[str]:
        return self.in_title | self.in_brand | self.in_body

    @cached_property
    def itself(self) -> tuple[str, ...]:
        """The title up to what the thing is meant for: "Case" of "Case for iPhone 13"."""
        return words(_MEANT_FOR.split(self.title, maxsplit=1)[0])

    @cached_property
    def name(self) -> tuple[str, ...]:
        """The title's first phrase, without what comes along."""
        start = _MEANT_FOR.split(self.title, maxsplit=1)[0]
        return words(_ALONG_WITH.split(start, maxsplit=1)[0]) or self.itself


def _with_neighbours(found: Sequence[str]) -> frozenset[str]:
    """The words, and each two neighbours as one: "air fryer" is also found as "airfryer"."""
    return frozenset(found) | {a + b for a, b in pairwise(found)}


@dataclass(frozen=True)
class Wish:
    """What is looked for, in words. `brands`: any of these will do."""

    text: str
    brands: tuple[str, ...] = ()

    @cached_property
    def words(self) -> tuple[str, ...]:
        found = words(self.text)
        return tuple(dict.fromkeys(w for w in found if w not in FILLERS)) or tuple(found)

    @cached_property
    def head(self) -> str:
        """The word that says what kind of thing it is: the last one before "for"."""
        itself = [w for w in Text(self.text).itself if w in self.words and not has_digit(w)]
        plain = [w for w in itself if w not in COLOURS]
        return (plain or itself or [""])[-1]

    @cached_property
    def is_accessory(self) -> bool:
        return any(word in _ACCESSORIES for word in self.words)


@dataclass(frozen=True)
class Relevance:
    """`score` is 0 to 1; `found` are the wanted words that the offer has."""

    score: float
    found: tuple[str, ...]
    flaw: str = ""


def relevances(
    wish: Wish, texts: Sequence[Text], similarity: Similarity | None = None
) -> list[Relevance]:
    """One for each text. Without a similarity the words alone decide."""
    if not wish.words:
        return [Relevance(0.5, ())] * len(texts)
    weights = _weights(wish, texts)
    known_brands = _brands_named(wish, texts)
    meanings = similarity(wish.text, [t.said for t in texts]) if similarity and texts else None
    result = []
    for index, text in enumerate(texts):
        hits = _hits(wish, text)
        score = sum(weights[w] * hit for w, hit in hits.items()) / sum(weights.values())
        if meanings is not None:
            meaning = min(1.0, max(0.0, (meanings[index] - 0.1) / 0.7))
            score = WORDS_SHARE * score + MEANING_SHARE * meaning
        left, flaw = _flaws(wish, text, known_brands)
        found = tuple(word for word, hit in hits.items() if hit > 0)
        result.append(Relevance(score * left, found, flaw))
    return result


def tiers(found: Sequence[Relevance]) -> list[int]:
    """For sorting by something else: 0 what was asked for, 1 its near relatives, 2 the rest.

    Without this, the cheapest "laptop" is a sticker for one.
    """
    best = max((r.score for r in found), default=0.0)
    return [_tier(r, best) for r in found]


def _tier(relevance: Relevance, best: float) -> int:
    if relevance.flaw == "accessory" or relevance.score < NEAR_BEST * best:
        return 2
    return 1 if relevance.flaw else 0


def _weights(wish: Wish, texts: Sequence[Text]) -> dict[str, float]:
    """Words that few of the offers have tell more; so do the kind of thing and its numbers."""
    weights = {}
    for word in wish.words:
        having = sum(1 for text in texts if word in text.all_words)
        rarity = math.log(1 + (len(texts) - having + 0.5) / (having + 0.5))
        weight = 0.6 + min(rarity, 3.0) / 3.0
        if word == wish.head or has_digit(word) or word in _ACCESSORIES:
            weight *= _TELLING
        elif word in COLOURS:
            weight *= _COLOURING
        weights[word] = weight
    return weights


def _hits(wish: Wish, text: Text) -> dict[str, float]:
    hits = {word: _hit(word, text) for word in wish.words}
    # "play station 5" is also found as "PlayStation 5" and as "PS5".
    for length in (2, 3):
        for start in range(len(wish.words) - length + 1):
            together = wish.words[start : start + length]
            if "".join(together) in text.all_words:
                hits |= dict.fromkeys(together, _IN_TITLE)
    return hits


def _hit(word: str, text: Text) -> float:
    if word in text.in_title:
        return _IN_TITLE
    if word in text.in_brand:
        return _IN_BRAND
    if word in text.in_body:
        return _IN_BODY
    if len(word) >= 5 and not has_digit(word):
        close = any(len(w) >= 4 and ratio(word, w, score_cutoff=85) for w in text.title_words)
        return _MISSPELT if close else 0.0
    return 0.0


def _brands_named(wish: Wish, texts: Sequence[Text]) -> frozenset[str]:
    """The brands that the wish names, among those that the offers are of."""
    named = {brand.casefold() for brand in wish.brands}
    for text in texts:
        brand = words(text.brand)
        if brand and all(word in wish.words for word in brand):
            named.add(text.brand.casefold())
    return frozenset(named)


def _flaws(wish: Wish, text: Text, brands: frozenset[str]) -> tuple[float, str]:
    left, flaw = 1.0, ""
    if _is_accessory(wish, text):
        left, flaw = left * ACCESSORY, "accessory"
    if _has_other_number(wish, text):
        left, flaw = left * OTHER_NUMBER, flaw or "number"
    if _is_other_variant(wish, text):
        left, flaw = left * OTHER_VARIANT, flaw or "number"
    if brands and text.brand and not _is_of(text, brands):
        left, flaw = left * OTHER_BRAND, flaw or "brand"
    colours = COLOURS & set(wish.words)
    if colours and not colours & text.all_words and COLOURS & text.in_title:
        left, flaw = left * OTHER_COLOUR, flaw or "colour"
    if _is_for_others(wish, text):
        left, flaw = left * OTHER_PEOPLE, flaw or "people"
    return left, flaw


def _is_accessory(wish: Wish, text: Text) -> bool:
    """An accessory of what is wanted, rather than the thing itself."""
    wanted = frozenset(wish.words)
    if wish.is_accessory and not wanted.isdisjoint(_ACCESSORIES & text.in_title):
        return False
    # Only what it is meant for was asked for: "Stand for iPad", wanted "ipad".
    itself = _with_neighbours(text.itself)
    if wish.head and wish.head not in itself and wish.head in text.in_title:
        return True
    return any(
        word in _ACCESSORIES and not wanted.isdisjoint(text.name[max(0, at - _NEAR) : at])
        for at, word in enumerate(text.name)
    )


def _is_other_variant(wish: Wish, text: Text) -> bool:
    """ "iPhone 13 Pro" where the plain one is wanted, "MacBook Pro" where it is the Air."""
    wanted = frozenset(wish.words)
    if wanted.isdisjoint(_VARIANTS) and not any(map(has_digit, wanted)):
        return False
    return any(
        word in _VARIANTS and word not in wanted and before in wanted
        for before, word in pairwise(text.title_words)
    )


def _has_other_number(wish: Wish, text: Text) -> bool:
    """ "iPhone 12" where 13 is wanted; "128GB" where 256GB is."""
    wanted, title = words(wish.text), text.title_words
    for before, word in zip(("", *wanted), wanted, strict=False):
        if not has_digit(word) or word in text.all_words:
            continue
        unit = word.lstrip("0123456789.")
        for previous, other in zip(("", *title), title, strict=False):
            if not has_digit(other):
                continue
            same_measure = unit and other.lstrip("0123456789.") == unit
            same_place = before and before == previous and before not in FILLERS
            if same_measure or same_place:
                return True
    return False


def _is_of(text: Text, brands: frozenset[str]) -> bool:
    brand = text.brand.casefold()
    return any(b == brand or b in brand or set(words(b)) <= text.in_title for b in brands)


def _is_for_others(wish: Wish, text: Text) -> bool:
    suited = [_PEOPLE[word] for word in wish.words if word in _PEOPLE]
    meant = text.in_title & (_PEOPLE.keys() | {"unisex"})
    return bool(suited and meant) and not any(meant & who for who in suited)
