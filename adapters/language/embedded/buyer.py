"""A buyer's words as a RequirementSpec: a fresh one, or changes to the previous one."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from statistics import median

from adapters.language.embedded.attributes import Attributes, take_attributes
from adapters.language.embedded.brands import Brands, keep_models, settle, take_brands
from adapters.language.embedded.conditions import Wanted, take_wanted
from adapters.language.embedded.lexicon import category_of
from adapters.language.embedded.limits import Limits, take_limits
from adapters.language.embedded.phrases import Phrase, read_phrase, word_of
from adapters.language.embedded.places import Places, take_places, where_to_buy
from adapters.language.embedded.tokens import Reading, Token
from talknshop.messages import say
from talknshop.model import Price
from talknshop.money import format_price
from talknshop.requirement import PriceRange, RequirementSpec, Sort, WantedCondition
from talknshop.understanding import Intent, Question, ShownProduct, Understanding, Utterance

CENT = Decimal("0.01")

_NEAR_SIZE = 4
_GIGABYTES = frozenset(map(Decimal, (4, 8, 12, 16, 24, 32, 64, 128, 256, 512, 1000, 1024)))

# What "well rated" means.
WELL_RATED = 4.0

_STARS = (
    r"(?:{min|rated|with|on|max}|_){0,3} (?P<stars>{stars}) (?:{min_after|rated|min}){0,2}",
    r"{rated} (?:{min|about|with|of|is|colon}|_){0,3} (?P<stars>{num}) (?:{min_after})?",
    r"{min} _ (?P<stars>{num}) _ {rated|field}",
    r"(?P<stars>{num}) {min_after} _ {rated|unit}",
)
_FORGET = (
    r"{forget} _ (?P<what>{field}(?:{and|comma} _ {field})*)",
    r"{any} _ (?P<what>{field})",
    r"(?P<what>{field}) _ {no_matter|forget|any}",
    r"{no_matter} _ (?P<what>{field})",
    r"{not} _ (?P<what>{field}) (?:{field})?",
)
_FORGET_VALUE = r"{forget} _ (?P<what>{brand|color|size|stars|feature|sort})(?: _ {field})?"


@dataclass
class Wishes:
    """What one stretch of words says, before it is merged with what was wanted already."""

    limits: Limits
    places: Places
    attributes: Attributes
    brands: Brands
    wanted: Wanted
    phrase: Phrase = field(default_factory=Phrase)
    rating_min: float | None = None
    sort: Sort | None = None
    forgotten: set[str] = field(default_factory=set)
    without: list[Token] = field(default_factory=list)  # single values to be forgotten
    cheaper: bool = False
    much_cheaper: bool = False
    pricier: bool = False
    anew: bool = False
    follows_up: bool = False  # "actually", "instead", "same": about what was wanted before
    assumptions: list[str] = field(default_factory=list)

    @property
    def refines(self) -> bool:
        """Whether anything is said that narrows or widens a search."""
        return bool(
            self.limits.said or self.places.named is not None or self.attributes.said
            or self.brands.wanted or self.brands.excluded or self.wanted != Wanted()
            or self.rating_min is not None or self.sort or self.forgotten or self.without
            or self.cheaper or self.pricier or self.phrase.features or self.anew
        )  # fmt: skip


def understand_buyer(
    reading: Reading, utterance: Utterance, expected: str = "", assumptions: Sequence[str] = ()
) -> Understanding:
    """The whole new spec; asks only when nothing says what to search for."""
    language = reading.language
    requirement, said = utterance.requirement, list(assumptions)
    not_understood = list[str]()
    parts = list(corrections(reading))
    for number, part in enumerate(parts):
        wishes = read_wishes(part, utterance, expected, requirement)
        wishes.follows_up = wishes.follows_up or number > 0
        requirement = merged(wishes, requirement, utterance.shown, language, corrects=number > 0)
        said += wishes.assumptions
        not_understood += [*wishes.places.unknown, *wishes.phrase.others]
    assert requirement is not None
    requirement = requirement.model_copy(update={"language": language})
    question = None
    if not requirement.product_type and "product_type" not in utterance.asked:
        question = Question(
            question=say(language, "ask_product_type"),
            field="product_type",
            options=say(language, "product_type_options").split(", "),
        )
    return Understanding(
        intent=Intent.BUY,
        requirement=requirement,
        question=question,
        not_understood=[text for text in dict.fromkeys(not_understood) if text][:5],
        assumptions=list(dict.fromkeys([*misspelt(reading), *said])),
        model="embedded",
        language=language,
    )


def corrections(reading: Reading) -> Iterator[Reading]:
    """The text cut where it corrects itself: "a red bike, no wait, blue"."""
    start = 0
    for found in reading.find(r"(?:{correct}(?:{comma|stop})?)+"):
        if (
            found.start > 0
            and found.end < len(reading.tokens)
            and _names(reading.tokens[start : found.start])
        ):
            yield Reading.of(reading.tokens[start : found.start], reading)
            start = found.start
    yield Reading.of(reading.tokens[start:], reading)


def _names(tokens: Sequence[Token]) -> bool:
    telling = (
        "thing",
        "line",
        "brand",
        "color",
        "amount",
        "num",
        "measure",
        "word",
        "wanted",
        "size",
        "feature",
        "weak",
    )
    return any(concept in token for token in tokens for concept in telling)


def misspelt(reading: Reading) -> list[str]:
    """How words that name things were read, where they were misspelt."""
    return [
        say(
            reading.language,
            "assume_misspelt",
            said=token.said,
            meant=token.get("brand") or token.norm,
        )
        for token in reading.tokens
        if token.meant and any(c in token.tags for c in ("thing", "brand", "line", "feature"))
    ]


def read_wishes(
    reading: Reading,
    utterance: Utterance,
    expected: str = "",
    before: RequirementSpec | None = None,
) -> Wishes:
    """Takes one kind of wish after the other; what could be read two ways is taken first."""
    language = reading.language
    follows_up = reading.has("{instead|correct|same|also}")
    anew = reading.takes("{again}")
    settle(reading)
    keep_models(reading)
    rating_min, assumptions = _take_rating(reading)
    places = take_places(
        reading,
        where_to_buy(utterance),
        before.marketplaces if before is not None else (),
    )
    without = [token for found in reading.take(_FORGET_VALUE) for token in found.tokens("what")]
    without += [
        token
        for found in reading.take("{brand} _ (?:{is})? _ {ok_too}")
        for token in found.tokens()
        if before is not None and token.get("brand") in before.excluded_brands
    ]
    wanted = take_wanted(reading)
    forgotten = set[str]()
    for pattern in _FORGET:
        for found in reading.take(pattern):
            forgotten |= set(found.values("field", "what"))
    brands = take_brands(reading)
    known_category = category_of(before.product_type) if before is not None else ""
    attributes = take_attributes(reading, known_category)
    _take_other_size(reading, before, attributes)
    limits = take_limits(reading, expected == "price")
    cheaper = list(reading.take(r"(?P<much>{much})? _ {cheaper}"))
    sort = _take_sort(reading)
    if sort is None and not cheaper and reading.takes("{cheap}"):
        sort = Sort.PRICE_ASC
        assumptions.append(say(language, "assume_cheap"))
    wishes = Wishes(
        limits=limits,
        places=places,
        attributes=attributes,
        brands=brands,
        wanted=wanted,
        rating_min=rating_min,
        sort=sort,
        forgotten=forgotten,
        without=without,
        cheaper=bool(cheaper),
        much_cheaper=any(found.tokens("much") for found in cheaper),
        pricier=reading.takes("{pricier}"),
        anew=anew,
        follows_up=follows_up,
        assumptions=[*assumptions, *limits.assumptions],
    )
    wishes.phrase = read_phrase(reading)
    wishes.phrase.features = [*attributes.features, *wishes.phrase.features]
    return wishes


def _take_other_size(
    reading: Reading, before: RequirementSpec | None, attributes: Attributes
) -> None:
    """ "Make it 8.5" of shoes in size 8, "make that 32" of 16GB: where no price was said before."""
    if before is None or before.price.max is not None or attributes.values:
        return
    for found in reading.find(r"{instead|correct} (?:{comma})? _ (?P<size>{num})"):
        token = found.first("size")
        if token is None or token.value is None:
            continue
        for name, value in reversed(before.attributes.items()):
            known = re.match(r"(\d+(?:\.\d+)?)( ?[A-Za-z]*)$", value)
            if known is not None and _is_like(name, Decimal(known[1]), token.value):
                reading.drop(found.start, found.end)
                attributes.values[name] = token.said.replace(",", ".") + known[2]
                return


def _is_like(name: str, known: Decimal, value: Decimal) -> bool:
    if _same_name(name, "Memory") or _same_name(name, "Storage"):
        return value in _GIGABYTES
    return name.casefold().endswith("size") and abs(value - known) <= _NEAR_SIZE


def merged(
    wishes: Wishes,
    before: RequirementSpec | None,
    shown: Sequence[ShownProduct],
    language: str,
    corrects: bool = False,
) -> RequirementSpec:
    """The previous spec with the wishes merged in; a new thing starts from nothing."""
    if before is None or wishes.anew or _is_other_thing(wishes, before):
        old = RequirementSpec()
    else:
        old = before
    return old.model_copy(
        update={
            "product_type": _thing(wishes, old)[:200].strip(),
            "attributes": _attributes(wishes, old),
            "filters": _filters(wishes, old, language),
            "price": _price(wishes, old, shown, language),
            "brand_preferences": _wanted_brands(wishes, old, corrects),
            "excluded_brands": _excluded_brands(wishes, old),
            "rating_min": _rating(wishes, old),
            "condition": _condition(wishes, old),
            "marketplaces": _marketplaces(wishes, old),
            "sort": _sort(wishes, old),
        }
    )


def _is_other_thing(wishes: Wishes, old: RequirementSpec) -> bool:
    """A thing of another kind, or a whole new request, starts from nothing."""
    phrase = wishes.phrase
    if not phrase.thing or phrase.is_weak or not old.product_type:
        return False
    if not phrase.is_known or _overlap(phrase.thing, old.product_type) is not None:
        return False
    same_kind = phrase.category and phrase.category == category_of(old.product_type)
    return not (same_kind or wishes.follows_up)


def _thing(wishes: Wishes, old: RequirementSpec) -> str:
    phrase = wishes.phrase
    thing = "" if phrase.is_weak and not wishes.brands.wanted else phrase.thing
    without = {token.norm for token in wishes.without if "feature" in token.tags}
    kept = " ".join(word for word in old.product_type.split() if word.lower() not in without)
    if not kept or (thing and phrase.is_known and _overlap(thing, kept) is None):
        return phrase.whole if thing else " ".join(phrase.features)
    if thing and (place := _overlap(thing, kept)) is not None:
        start, end = place
        words = kept.split()
        kept = " ".join([*words[:start], *thing.split(), *_rest(words[end:], thing)])
    elif thing and not phrase.is_known and (wishes.limits.said or wishes.places.named):
        phrase.others.append(thing)
    elif thing and not phrase.is_known:
        kept = f"{thing} {kept}" if not any(c.isdigit() for c in thing) else f"{kept} {thing}"
    return " ".join([*_new(phrase.features, kept), kept, *phrase.additions.split()])


def _new(features: Sequence[str], name: str) -> list[str]:
    known = name.lower().split()
    return [feature for feature in features if not set(feature.lower().split()) <= set(known)]


def _rest(words: list[str], thing: str) -> list[str]:
    """What followed the replaced part of a name: kept when it only adds to it."""
    if words and words[0].lower() in ("with", "for"):
        return words
    return [] if any(c.isdigit() for c in thing) else words


def _overlap(new: str, old: str) -> tuple[int, int] | None:
    """Where in the old name the new one begins anew: "13 pro" at the 13 of "iPhone 13"."""
    words, others = new.lower().split(), old.lower().split()
    for place, word in enumerate(others):
        if word == words[0]:
            length = 1
            while (
                place + length < len(others)
                and length < len(words)
                and others[place + length] == words[length]
            ):
                length += 1
            return place, place + length
    head = words[-1]
    for place, word in enumerate(others):
        if (
            word.removesuffix("s") == head.removesuffix("s")
            and len(word) > 2
            and not word.isdigit()
        ):
            return 0, place + 1
    if words[0].isdigit():
        # A model's number takes the place of another: "12 pro" of "iphone 11".
        numbers = [place for place, word in enumerate(others) if word.isdigit()]
        return (numbers[0], len(others)) if numbers else None
    return None


def _attributes(wishes: Wishes, old: RequirementSpec) -> dict[str, str]:
    attributes = with_attributes(old.attributes, wishes.attributes.values)
    fields = {
        "Color": "color", "Size": "size", "Screen Size": "size", "Storage": "storage",
        "Memory": "memory",
    }  # fmt: skip
    color = next((n for n in attributes if _same_name(n, "Color")), "Color")
    dropped = {
        n
        for n in attributes
        for name, of in fields.items()
        if _same_name(n, name) and of in wishes.forgotten
    }
    dropped -= {n for n in dropped for name in wishes.attributes.values if _same_name(n, name)}
    if wishes.attributes.any_colors or attributes.get(color) in wishes.attributes.excluded_colors:
        dropped.add(color)
    for token in wishes.without:
        if token.get("color") == attributes.get(color) and "color" in token.tags:
            dropped.add(color)
        if "size" in token.tags:
            dropped.add("Size")
    return {name: value for name, value in attributes.items() if name not in dropped}


def with_attributes(known: dict[str, str], said: dict[str, str]) -> dict[str, str]:
    """What is said takes the place of what is known, however its name was written there."""
    merged = dict(known)
    for name, value in said.items():
        merged[next((other for other in known if _same_name(other, name)), name)] = value
    return merged


def _same_name(one: str, other: str) -> bool:
    return one.replace("_", " ").casefold() == other.replace("_", " ").casefold()


def _filters(wishes: Wishes, old: RequirementSpec, language: str) -> dict[str, str]:
    filters, said = dict(old.filters), wishes.attributes
    if "color" in wishes.forgotten:
        filters.pop("excluded_colors", None)
        filters.pop("any_colors", None)
    if "Color" in said.values:
        filters.pop("any_colors", None)
    if wishes.wanted.any or wishes.wanted.condition or "condition" in wishes.forgotten:
        filters.pop("excluded_conditions", None)
    for name, values in (
        ("excluded_colors", said.excluded_colors),
        ("any_colors", said.any_colors),
        ("excluded_features", said.excluded_features),
        ("excluded_conditions", [str(state) for state in wishes.wanted.excluded]),
    ):
        if values:
            filters[name] = ",".join(dict.fromkeys(values))
    if said.any_colors:
        colors = ", ".join(said.any_colors)
        wishes.assumptions.append(say(language, "assume_any_color", colors=colors))
    return filters


def _wanted_brands(wishes: Wishes, old: RequirementSpec, corrects: bool) -> list[str]:
    new = wishes.brands
    dropped = {*new.excluded, *(token.get("brand") for token in wishes.without)}
    keeps = "brand" not in wishes.forgotten and (
        not new.wanted or (new.added and not corrects)
        or set(new.wanted) <= set(old.brand_preferences)
    )  # fmt: skip
    kept = old.brand_preferences if keeps else []
    return [b for b in dict.fromkeys([*kept, *new.wanted]) if b not in dropped]


def _excluded_brands(wishes: Wishes, old: RequirementSpec) -> list[str]:
    kept = [] if "brand" in wishes.forgotten else old.excluded_brands
    dropped = {*wishes.brands.wanted, *(token.get("brand") for token in wishes.without)}
    return [b for b in dict.fromkeys([*kept, *wishes.brands.excluded]) if b not in dropped]


def _rating(wishes: Wishes, old: RequirementSpec) -> float | None:
    if wishes.rating_min is not None:
        return wishes.rating_min
    forgets = "rating" in wishes.forgotten or any("stars" in t.tags for t in wishes.without)
    return None if forgets else old.rating_min


def _condition(wishes: Wishes, old: RequirementSpec) -> WantedCondition | None:
    if wishes.wanted.any or "condition" in wishes.forgotten:
        return None
    return wishes.wanted.condition or old.condition


def _marketplaces(wishes: Wishes, old: RequirementSpec) -> list[str]:
    places = wishes.places
    if places.named is None:
        return [] if "places" in wishes.forgotten else old.marketplaces
    if places.added and old.marketplaces:
        return list(dict.fromkeys([*old.marketplaces, *places.named]))
    return places.named


def _sort(wishes: Wishes, old: RequirementSpec) -> Sort:
    if "sort" in wishes.forgotten:
        return Sort.RELEVANCE
    return wishes.sort or old.sort


def _price(
    wishes: Wishes, old: RequirementSpec, shown: Sequence[ShownProduct], language: str
) -> PriceRange:
    limits = wishes.limits
    low, high, currency = old.price.min, old.price.max, limits.currency or old.price.currency
    if "price" in wishes.forgotten:
        low = high = None
        currency = limits.currency or "USD"
    if limits.said:
        if limits.currency and limits.currency != old.price.currency:
            low = high = None
        low, high = _narrowed(low, high, limits)
    elif wishes.cheaper:
        low, high = _cheaper(wishes, low, high, currency, shown, language)
    elif wishes.pricier and shown:
        low = median(product.price for product in shown)
        high = high if high is not None and high > low else None
        price = format_price(low, currency)
        wishes.assumptions.append(say(language, "assume_pricier", price=price))
    return PriceRange(min=low, max=high, currency=currency)


def _narrowed(
    low: Price | None, high: Price | None, limits: Limits
) -> tuple[Price | None, Price | None]:
    """A new end replaces the old one, and the other end too where they would cross."""
    if limits.low is not None and limits.high is not None:
        return limits.low, limits.high
    if limits.high is not None:
        return (low if low is not None and low <= limits.high else None), limits.high
    assert limits.low is not None
    return limits.low, (high if high is not None and high >= limits.low else None)


def _cheaper(
    wishes: Wishes,
    low: Price | None,
    high: Price | None,
    currency: str,
    shown: Sequence[ShownProduct],
    language: str,
) -> tuple[Price | None, Price | None]:
    """Under the middle of what was shown, or under the lowest of it for "much cheaper"."""
    prices = [product.price for product in shown]
    if not prices:
        wishes.sort = wishes.sort or Sort.PRICE_ASC
        wishes.assumptions.append(say(language, "assume_cheaper_sort"))
        return low, high
    limit = min(prices) if wishes.much_cheaper else Decimal(median(prices))
    new = max(CENT, (limit - CENT).quantize(CENT))
    if high is not None and new >= high:
        limit = min(prices)
        new = max(CENT, limit - CENT)
    if high is not None and new >= high:
        wishes.sort = wishes.sort or Sort.PRICE_ASC
        wishes.assumptions.append(say(language, "assume_cheaper_sort"))
        return low, high
    wishes.assumptions.append(say(language, "assume_cheaper", price=format_price(limit, currency)))
    return (low if low is not None and low <= new else None), new


def _take_rating(reading: Reading) -> tuple[float | None, list[str]]:
    found_stars = list[float]()
    for pattern in _STARS:
        for found in reading.find(pattern):
            token = found.first("stars")
            if token is not None and token.value is not None and token.value <= 5:
                found_stars.append(float(token.value))
                reading.drop(found.start, found.end)
    if found_stars:
        return found_stars[-1], []
    if reading.takes("{well_rated}"):
        return WELL_RATED, [say(reading.language, "assume_well_rated", stars=f"{WELL_RATED:g}")]
    return None, []


def _take_sort(reading: Reading) -> Sort | None:
    reading.takes("{not} _ {sort}")
    sorts = [found.values("sort")[0] for found in reading.take("(?:{sort})")]
    return Sort(sorts[0]) if sorts else None


def thing_named(reading: Reading) -> str:
    """The first thing, for a question about what was shown."""
    return next(
        (word_of(token, reading.language) for token in reading.tokens if "thing" in token), ""
    )
