"""A buyer's words as a RequirementSpec: a fresh one, or changes to the previous one."""

import re
from dataclasses import dataclass, field
from decimal import Decimal
from statistics import median

from adapters.language.embedded.attributes import Attributes, take_attributes
from adapters.language.embedded.brands import brands_in
from adapters.language.embedded.intents import asks_to_buy
from adapters.language.embedded.phrases import Phrase, head_of, is_about_something, read_phrase
from adapters.language.embedded.places import Places, take_places
from adapters.language.embedded.prices import Limits, take_limits
from adapters.language.embedded.text import Reading
from talknshop.model import Price
from talknshop.money import format_price
from talknshop.requirement import PriceRange, RequirementSpec, Sort, WantedCondition
from talknshop.understanding import Intent, Question, ShownProduct, Understanding, Utterance

CENT = Decimal("0.01")

_STARS = re.compile(
    r"(?:\b(?:at least|minimum|min|over|above|more than|rated(?: at least| above| over)?|rating(?: of| above| over)?"
    r"(?: at least)?|with)\s)*\b(?P<stars>[0-5](?:[.,]\d)?)\s?\+?[\s-]?stars?(?:\s(?:or (?:more|above|better|higher|up)"
    r"|and (?:up|above)|plus|rating|ratings|reviews|minimum))*"
    r"|\b(?:rated|rating|ratings)\s(?:(?:of|at least|above|over|is|minimum)\s)*(?P<rated>[0-5](?:[.,]\d)?)(?![\w.,]*\d)(?:\+| or (?:more|higher|above|better))?"
)
_WELL_RATED = re.compile(
    r"\b(?:well|highly)[ -](?:rated|reviewed)|\b(?:good|great) (?:reviews|ratings)"
)
_SORTS = (
    (Sort.PRICE_DESC, r"\bmost expensive(?: first)?|\bpriciest|\bhighest price(?: first)?|\bprice (?:high to low|descending)"),
    (Sort.PRICE_ASC, r"\b(?:sort(?:ed)? by (?:lowest )?price|cheapest(?: ones?)?(?: first)?|lowest price(?:s)?(?: first)?"
     r"|price (?:low to high|ascending)|most affordable|least expensive|by price)"),
    (Sort.RATING, r"\b(?:sort(?:ed)? by (?:rating|reviews)|(?:best|top|highest)[ -](?:rated|reviewed|rating|reviews)(?: ones?)?(?: first)?|by rating)"),
    (Sort.NEWEST, r"\b(?:sort(?:ed)? by (?:date|newest)|newest(?: ones?)?(?: listings?)?(?: first)?|latest(?: first)?|most recent(?: first)?)"),
)  # fmt: skip
_SORTING = [(sort, re.compile(pattern)) for sort, pattern in _SORTS]
_CHEAP = re.compile(r"\b(?:cheap|inexpensive|affordable|low[ -]cost|budget[ -]friendly)\b")

_CONDITION = {
    WantedCondition.REFURBISHED: r"refurb(?:s|ished|ed)?|renewed|reconditioned",
    WantedCondition.OPEN_BOX: r"open[ -]box|like[ -]new",
    WantedCondition.USED: r"used|second[ -]?hand|pre[ -]?owned|pre[ -]?loved",
    WantedCondition.NEW: r"(?:brand[ -])?new|sealed|unopened|unused",
}
_ANY_CONDITION_WORD = "|".join(f"(?:{words})" for words in _CONDITION.values())
_NOT_CONDITION = re.compile(
    r"\b(?:not?|without|never|nothing|no more|exclude|excluding|except|don't want(?: a| any)?|avoid)"
    rf"\s(?:a |any )?((?:{_ANY_CONDITION_WORD})(?:\s(?:or|and)\s(?:{_ANY_CONDITION_WORD}))*)(?: ones?| items?| stuff)?\b"
)
_EITHER_CONDITION = re.compile(
    rf"\b(?:{_ANY_CONDITION_WORD})\s?(?:or|/|and)\s?(?:{_ANY_CONDITION_WORD})\b"
    r"|\b(?:any|whatever) condition|\bcondition does(?:n't| not) matter|\bforget (?:about )?the condition"
)
_CONDITIONS = [
    (
        wanted,
        re.compile(rf"\b(?:in )?(?:{words})\b(?: condition| ones?)?(?! york| zealand| orleans)"),
    )
    for wanted, words in _CONDITION.items()
]

_NEGATED = re.compile(
    r"(?:\b(?:not?|non|without|except|excluding|exclude|avoid|but not|hate|never|skip|nothing (?:from|by)"
    r"|any(?:thing|one)? (?:but|except)|anything other than|other than|besides|don't (?:want|like)|"
    r"do not want|isn't|is not|neither|nor|apart from)(?: an?| any| from| by| the)?[\s-]+)$"
)
_JOINED = re.compile(r"[|\s,]*(?:and|or|nor|,|/|&)?[|\s,]*$")
_FORGET = {
    "brand": r"(?:forget|drop|ignore|remove)(?: about)? (?:the )?brands?|any brand|brand (?:does(?:n't| not) matter|is not important)|no brand preference|all brands",
    "price": r"(?:forget|drop|ignore|remove)(?: about)? (?:the )?(?:price|budget|limit)(?: limit)?|(?:any|whatever) price|(?:price|money|budget) (?:does(?:n't| not) matter|is no object|is not important)|no (?:budget|price limit|limit)|money no object",
    "color": r"(?:forget|drop|ignore|remove)(?: about)? (?:the )?colou?rs?|any colou?r|colou?r does(?:n't| not) matter|all colou?rs",
    "rating": r"(?:forget|drop|ignore|remove)(?: about)? (?:the )?(?:ratings?|reviews|stars)|any rating",
    "size": r"(?:forget|drop|ignore|remove)(?: about)? (?:the )?sizes?|any size",
}  # fmt: skip
_FORGETTING = {name: re.compile(rf"\b(?:{pattern})") for name, pattern in _FORGET.items()}

_CHEAPER = re.compile(
    r"\b(?:(?P<much>much |a lot |way |far )?(?:some(?:thing|what) |a bit |a little |any |anything )?(?:cheaper|less expensive|more affordable)"
    r"(?: ones?| options?)?|too expensive|too pricey|too much(?: money)?|lower (?:the )?price)\b"
)
_PRICIER = re.compile(
    r"\b(?:more expensive|pricier|higher[ -]end|more premium|fancier|better quality)(?: ones?)?\b"
)
_ADDING = re.compile(r"^\W*(?:and |or |also |plus |add |include )|\balso\b")


@dataclass
class Wishes:
    """What one utterance says, before it is merged with what was wanted already."""

    limits: Limits
    places: Places
    attributes: Attributes
    phrase: Phrase = field(default_factory=Phrase)
    brands: list[str] = field(default_factory=list)
    excluded: list[str] = field(default_factory=list)
    condition: WantedCondition | None = None
    any_condition: bool = False
    rating_min: float | None = None
    sort: Sort | None = None
    forgotten: set[str] = field(default_factory=set)
    cheaper: bool = False
    much_cheaper: bool = False
    pricier: bool = False
    adding: bool = False
    assumptions: list[str] = field(default_factory=list)

    @property
    def refines(self) -> bool:
        """Whether anything is said that narrows or widens a search."""
        return bool(
            self.limits.said or self.places.named is not None or self.attributes != Attributes()
            or self.brands or self.excluded or self.condition or self.any_condition
            or self.rating_min is not None or self.sort or self.forgotten or self.cheaper
            or self.pricier or self.phrase.features
        )  # fmt: skip


def understand_buyer(utterance: Utterance, expected: str = "") -> Understanding:
    """The whole new spec; asks only when nothing says what to search for."""
    reading = Reading(utterance.text)
    wishes = read_wishes(reading, utterance, expected)
    requirement = merged(wishes, utterance, asks_to_buy(reading.said))
    question = None
    if not requirement.keywords and "product_type" not in utterance.asked:
        question = Question(
            question="What would you like to buy?",
            field="product_type",
            options=["Laptop", "Phone", "Headphones", "TV"],
        )
    return Understanding(
        intent=Intent.BUY,
        requirement=requirement,
        question=question,
        not_understood=[*wishes.places.unknown, *wishes.phrase.others],
        assumptions=wishes.assumptions,
        model="embedded",
    )


def read_wishes(reading: Reading, utterance: Utterance, expected: str = "") -> Wishes:
    """Takes one kind of wish after the other; what could be read two ways is taken first."""
    adding = _ADDING.search(reading.rest) is not None
    forgotten = {name for name, pattern in _FORGETTING.items() if reading.takes(pattern)}
    rating_min, assumptions = _take_rating(reading)
    brands, excluded, misspelt = _take_brands(reading)
    assumptions += misspelt
    attributes = take_attributes(reading)
    limits = take_limits(reading, expected == "price")
    cheaper = list(reading.take(_CHEAPER))
    sort = _take_sort(reading)
    if sort is None and reading.takes(_CHEAP):
        sort = Sort.PRICE_ASC
        assumptions.append("You said cheap, so the lowest prices come first.")
    any_condition, condition, ruled_out = _take_condition(reading)
    wishes = Wishes(
        limits=limits,
        places=take_places(reading, utterance.marketplaces, expected == "marketplaces"),
        attributes=attributes,
        brands=brands,
        excluded=excluded,
        condition=condition,
        any_condition=any_condition,
        rating_min=rating_min,
        sort=sort,
        forgotten=forgotten,
        cheaper=bool(cheaper),
        much_cheaper=any(match["much"] for match in cheaper),
        pricier=reading.takes(_PRICIER),
        adding=adding,
        assumptions=[*assumptions, *limits.assumptions, *ruled_out],
    )
    wishes.phrase = read_phrase(reading)
    wishes.assumptions += [f"I read “{said}” as {meant}." for said, meant in wishes.phrase.misspelt]
    return wishes


def merged(wishes: Wishes, utterance: Utterance, anew: bool) -> RequirementSpec:
    """The previous spec with the wishes merged in; a new thing starts from nothing."""
    old = utterance.requirement
    if old is None or _is_other_thing(wishes.phrase, old, anew):
        old = RequirementSpec()
        thing = " ".join([*wishes.phrase.features, wishes.phrase.thing]).strip()
    else:
        thing = _refined_thing(wishes.phrase, old)
    price = _price(wishes, old, utterance.shown)
    return old.model_copy(
        update={
            "product_type": thing[:200].strip(),
            "attributes": _attributes(wishes, old),
            "filters": _filters(wishes, old),
            "price": price,
            "brand_preferences": _brands(wishes, old),
            "excluded_brands": [
                brand
                for brand in dict.fromkeys([*old.excluded_brands, *wishes.excluded])
                if brand not in wishes.brands
            ],
            "rating_min": None
            if "rating" in wishes.forgotten
            else wishes.rating_min
            if wishes.rating_min is not None
            else old.rating_min,
            "condition": None if wishes.any_condition else wishes.condition or old.condition,
            "marketplaces": old.marketplaces
            if wishes.places.named is None
            else wishes.places.named,
            "sort": wishes.sort or old.sort,
        }
    )


def _is_other_thing(phrase: Phrase, old: RequirementSpec, anew: bool) -> bool:
    """A known thing of another kind, or anything asked for in full."""
    if not phrase.thing:
        return False
    if not is_about_something(phrase):
        return anew or not old.product_type
    same = phrase.head == head_of(old.product_type.split())
    return anew or not same


def _refined_thing(phrase: Phrase, old: RequirementSpec) -> str:
    known = old.product_type.lower().split()
    if is_about_something(phrase):
        return " ".join([*phrase.features, phrase.thing])
    new = [word for word in (*phrase.features, *phrase.thing.split()) if word.lower() not in known]
    return " ".join([*new, old.product_type])


def _attributes(wishes: Wishes, old: RequirementSpec) -> dict[str, str]:
    attributes = {**old.attributes, **wishes.attributes.values}
    dropped = {
        name
        for name, forgotten in (("Color", "color"), ("Size", "size"), ("Screen Size", "size"))
        if forgotten in wishes.forgotten
    }
    if wishes.attributes.any_of_colours:
        dropped.add("Color")
        colours = " or ".join(wishes.attributes.any_of_colours)
        wishes.assumptions.append(f"Either of {colours} will do, so I searched in every colour.")
    if attributes.get("Color") in wishes.attributes.excluded_colours:
        dropped.add("Color")
    return {name: value for name, value in attributes.items() if name not in dropped}


def _filters(wishes: Wishes, old: RequirementSpec) -> dict[str, str]:
    if not wishes.attributes.excluded_colours:
        return old.filters
    colours = ", ".join(wishes.attributes.excluded_colours)
    wishes.assumptions.append(
        f"Marketplaces cannot leave out a colour, so {colours} ones may still be among them."
    )
    return {**old.filters, "excluded_colors": colours}


def _brands(wishes: Wishes, old: RequirementSpec) -> list[str]:
    kept = [] if "brand" in wishes.forgotten or (wishes.brands and not wishes.adding) else [
        brand for brand in old.brand_preferences if brand not in wishes.excluded
    ]  # fmt: skip
    return list(dict.fromkeys([*kept, *wishes.brands]))


def _price(wishes: Wishes, old: RequirementSpec, shown: list[ShownProduct]) -> PriceRange:
    limits = wishes.limits
    low, high, currency = old.price.min, old.price.max, limits.currency or old.price.currency
    if "price" in wishes.forgotten:
        low = high = None
    if limits.said:
        if currency != old.price.currency:
            low = high = None
        low, high = _narrowed(low, high, limits)
    elif wishes.cheaper:
        low, high = _cheaper(wishes, low, high, currency, shown)
    elif wishes.pricier and shown:
        low = median(product.price for product in shown)
        high = high if high is not None and high > low else None
        wishes.assumptions.append(f"I took that to mean {format_price(low, currency)} or more.")
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
    shown: list[ShownProduct],
) -> tuple[Price | None, Price | None]:
    """Just under the middle of what was shown, or under the lowest of it for "much cheaper"."""
    prices = [product.price for product in shown]
    if prices:
        limit = min(prices) if wishes.much_cheaper else Decimal(median(prices))
        new = max(CENT, (limit - CENT).quantize(CENT))
        if high is not None and new >= high:
            new = max(CENT, min(prices) - CENT)
        what = "the lowest price" if wishes.much_cheaper else "the middle of the prices"
        wishes.assumptions.append(
            f"I took cheaper to mean under {format_price(limit, currency)},"
            f" {what} that you have just seen."
        )
    elif high is not None:
        new = max(CENT, (high * Decimal("0.8")).quantize(CENT))
        wishes.assumptions.append(f"I took cheaper to mean at most {format_price(new, currency)}.")
    else:
        wishes.sort = wishes.sort or Sort.PRICE_ASC
        wishes.assumptions.append("I took cheaper to mean the lowest prices first.")
        return low, high
    return (low if low is not None and low <= new else None), new


def _take_rating(reading: Reading) -> tuple[float | None, list[str]]:
    stars = [float((m["stars"] or m["rated"]).replace(",", ".")) for m in reading.take(_STARS)]
    if stars:
        return min(stars[-1], 5.0), []
    if reading.takes(_WELL_RATED):
        return 4.0, ["I took well rated to mean at least 4 stars."]
    return None, []


def _take_sort(reading: Reading) -> Sort | None:
    found = [sort for sort, pattern in _SORTING if reading.takes(pattern)]
    return found[0] if found else None


def _take_brands(reading: Reading) -> tuple[list[str], list[str], list[str]]:
    """Brands wanted, brands not wanted, and how misspelt ones were read."""
    wanted, excluded, assumptions = list[str](), list[str](), list[str]()
    negative, end = False, -1
    for brand in brands_in(reading):
        before = reading.rest[: brand.start]
        negation = _NEGATED.search(before)
        joined = end >= 0 and _JOINED.fullmatch(before[end:]) is not None
        negative = negation is not None or (negative and joined)
        if negation:
            reading.drop(*negation.span())
        (excluded if negative else wanted).append(brand.name)
        if brand.misspelt:
            said = reading.said[brand.start : brand.end]
            assumptions.append(f"I read “{said}” as {brand.name}.")
        reading.drop(brand.start, brand.end)
        if joined:
            reading.drop(end, brand.start)
        end = brand.end
    return list(dict.fromkeys(wanted)), list(dict.fromkeys(excluded)), assumptions


def _take_condition(reading: Reading) -> tuple[bool, WantedCondition | None, list[str]]:
    """Whether any will do, the one wanted, and what a ruled-out one was taken to mean."""
    ruled_out = [
        wanted
        for match in reading.take(_NOT_CONDITION)
        for wanted, words in _CONDITION.items()
        if re.search(rf"\b(?:{words})\b", match[1])
    ]
    if reading.takes(_EITHER_CONDITION):
        return True, None, []
    found = [wanted for wanted, pattern in _CONDITIONS if reading.takes(pattern)]
    if found or not ruled_out:
        return False, (found[0] if found else None), []
    if WantedCondition.NEW in ruled_out:
        return False, WantedCondition.USED, ["You ruled out new, so I searched for used ones."]
    names = " and ".join(wanted.replace("_", " ") for wanted in dict.fromkeys(ruled_out))
    return False, WantedCondition.NEW, [f"You ruled out {names}, so I searched for new ones only."]
