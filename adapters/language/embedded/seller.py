"""A seller's words as a ListingSpec: a fresh draft, or changes to the one being worked on."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from adapters.language.embedded.amounts import amount, currency_in, has_currency, value_in
from adapters.language.embedded.attributes import take_attributes
from adapters.language.embedded.brands import brands_in, maker_of
from adapters.language.embedded.conditions import take_condition
from adapters.language.embedded.intents import asks_to_sell
from adapters.language.embedded.phrases import Phrase, head_of, is_about_something, read_phrase
from adapters.language.embedded.places import Places, take_places
from adapters.language.embedded.text import Reading
from adapters.language.embedded.vocabulary import category_of
from talknshop.listing import ListingSpec, Location
from talknshop.media import ImageAttributes
from talknshop.model import Condition
from talknshop.understanding import Intent, Question, Understanding, Utterance

_SELLER_FILLER = (
    "sell selling list listing post posting put mine asking ask old for sale up rid anymore more"
    " longer used use don't doesn't want have has comes come includes included including good"
    " great condition firm obo ono negotiable each price is it's it crosspost advertise offload"
).split()

_TITLE = re.compile(
    r"(?:\b(?:the |its |set |change |make |update |edit )*title (?:should be|to be|to|is|:|=)+|\b(?:call it|rename (?:it )?(?:to )?|retitle (?:it )?(?:to )?|title:))\s*[\"']?(?P<title>[^\"|\n]+?)[\"']?\s*(?:[.!]?$|(?=[.;!] )|(?=, (?:and|the|price)))"
)
_ADD_TEXT = re.compile(
    r"\b(?:(?:add|mention|say|note|include|write|state)(?: (?:also|in|to) (?:the )?(?:description|listing))?(?: that)?|(?:the )?description(?: should (?:be|say)| to| is|:)+)\s*:?\s*(?P<text>[^|\n]{3,}?)(?: (?:in|to) the description)?\s*$"
)
_REPLACES = re.compile(r"\bdescription(?: should be| to|:| is)")
_NOT_TEXT = re.compile(r"^(?:on |to )?(?:ebay|craigslist|facebook|poshmark|amazon|walmart)\b")

_REDUCED = re.compile(
    rf"\b(?:knock|take|drop|lower|reduce|cut|decrease)(?: (?:it|the price|price|another))?(?: (?:off|down))?(?: by)?\s(?:(?P<percent>\d{{1,2}})\s?(?:%|percent)|{amount(1)})(?: off)?(?: the price)?"
)
_TO = re.compile(r"\bto\s*$")
_PRICE_WORDS = (
    r"(?:(?:change|set|make|lower|raise|increase|drop|reduce|update|edit)(?: the| my)?(?: price| it| that| asking price)?(?: to| at|:)|(?:the |my |asking )?price(?: should be| to| is|:| of| at)?|asking(?: for| price)?(?: is)?|for|at|i want|want|make it|i'd like"
    r"|looking (?:for|to get)|get|priced at|hoping for|actually|no wait|=)"
)
_PRICED = re.compile(
    rf"\b{_PRICE_WORDS}\s*(?:about |around |only |just )?{amount(1)}(?:\s?(?:obo|ono|or best offer|firm|negotiable|each|a ?piece))?"
)
_MONEY = re.compile(rf"{amount(1)}(?:\s?(?:obo|ono|or best offer|firm|negotiable|each|a ?piece))?")
_OBO = re.compile(rf"{amount(1)}\s?(?:obo|ono|or best offer|firm|negotiable)")

_QUANTITY = re.compile(
    r"\b(?:(?:quantity|qty|count)(?: is| of| to|:)?\s?(\d{1,4})|(\d{1,4})\s?x\s(?=[a-z])|x\s?(\d{1,4})\b|i have (\d{1,4}) of (?:them|these)|(\d{1,4}) (?:available|units|in stock|of (?:them|these))"
    r"|(?:sell(?:ing)?|list|post)(?: my| these| our)? (\d{1,2}|two|three|four|five|six|seven|eight|nine) (?=(?:[\w-]+ ){0,3}[\w-]+s\b))"
)
_COUNT_WORDS = dict(
    zip("two three four five six seven eight nine".split(), range(2, 10), strict=True)
)

_US = r"\d{5}(?:-\d{4})?"
_CA = r"[a-z]\d[a-z]\s?\d[a-z]\d"
_GB = r"[a-z]{1,2}\d[a-z\d]?\s?\d[a-z]{2}"
_POSTAL = re.compile(
    rf"\b(?:(?:zip|postal|post)\s?(?:code)?(?: is|:)?|located (?:in|at)|pick(?:ed)?[ -]?up (?:in|at|from|only in)?|in|near|from|ship(?:s|ping)? from|based in|local(?:ly)?(?: in)?)\s+(?P<code>{_US}|{_CA}|{_GB})\b"
    rf"|(?:^|(?<=[,;.|] ))(?P<bare>{_CA}|{_GB}|\d{{5}}(?:-\d{{4}})?)(?=\s*(?:[,;.|]|$))"
)
_SHIPPING = re.compile(
    r"\b(?:local )?pick[ -]?up only\b|\blocal pick[ -]?up\b|\bfree shipping\b|\b(?:i )?(?:will|can) ship(?: it| anywhere| nationwide)?\b|\bshipping (?:included|available|extra|not included)\b|\bno shipping\b|\bbuyer pays shipping\b"
)
_BRAND = re.compile(
    r"\bbrand (?:is|should be|to|:)\s*(?P<brand>[\w&' -]{2,40}?)(?=\s*(?:[,.;|]|$))"
)
_SAYS_NOTHING = re.compile(
    r"^(?:i don'?t know|idk|not sure|no idea|skip|whatever|any|none|no|n/a|pass|dunno)\W*$",
    re.IGNORECASE,
)

_TITLES = {
    Condition.NEW: "New",
    Condition.OPEN_BOX: "Open box",
    Condition.REFURBISHED: "Refurbished",
    Condition.LIKE_NEW: "Like new",
    Condition.GOOD: "Good condition",
    Condition.FAIR: "Fair condition",
    Condition.FOR_PARTS: "For parts or repair",
}
QUESTIONS = {
    "title": Question(question="What are you selling?", field="title"),
    "price": Question(question="What price do you want for it?", field="price"),
    "condition": Question(
        question="What condition is it in?",
        field="condition",
        options=["New", "Like new", "Good", "Fair", "For parts"],
    ),
}


@dataclass
class Offered:
    """What one utterance says about the thing for sale."""

    places: Places
    title: str = ""
    brand: str = ""
    price: Decimal | None = None
    currency: str | None = None
    condition: Condition | None = None
    notes: str = ""
    quantity: int | None = None
    attributes: dict[str, str] = field(default_factory=dict)
    location: Location | None = None
    shipping: str = ""
    text: str = ""
    replaces_text: bool = False
    phrase: Phrase = field(default_factory=Phrase)
    assumptions: list[str] = field(default_factory=list)

    @property
    def says_something(self) -> bool:
        return bool(
            self.title or self.brand or self.price is not None or self.condition or self.notes
            or self.quantity or self.attributes or self.location or self.shipping or self.text
            or self.places.named is not None
        )  # fmt: skip


def understand_seller(utterance: Utterance, expected: str = "") -> Understanding:
    """The whole new draft; asks for what no marketplace can do without, one thing at a time."""
    offered = read_offer(utterance, expected)
    draft = _draft(offered, utterance)
    listing, assumptions = with_images(changed(offered, draft, utterance), utterance.images)
    question = next(
        (QUESTIONS[name] for name in listing.missing() if name not in utterance.asked), None
    )
    return Understanding(
        intent=Intent.SELL,
        listing=listing,
        question=question,
        not_understood=offered.places.unknown,
        assumptions=[*offered.assumptions, *assumptions],
        model="embedded",
    )


def read_offer(utterance: Utterance, expected: str = "") -> Offered:
    """Takes one kind of fact after the other. `expected`: the field that was asked for."""
    if _SAYS_NOTHING.match(utterance.text):
        return Offered(Places(None, []))
    reading = Reading(utterance.text)
    draft = utterance.listing or ListingSpec()
    title = _take_title(reading)
    text, replaces_text = _take_text(reading)
    brand = _take_brand(reading)
    location = _take_location(reading, expected)
    quantity = _take_quantity(reading)
    reduced, price, currency = _take_price(reading, draft, expected)
    attributes = take_attributes(reading).values
    places = take_places(reading, utterance.marketplaces, utterance.listing is not None)
    shipping = "; ".join(
        reading.said[match.start() : match.end()] for match in reading.take(_SHIPPING)
    )
    condition, notes = take_condition(reading)
    offered = Offered(
        places=places,
        title=title,
        brand=brand,
        price=reduced if reduced is not None else price,
        currency=currency,
        condition=condition,
        notes=notes,
        quantity=quantity,
        attributes=attributes,
        location=location,
        shipping=shipping,
        text=text,
        replaces_text=replaces_text,
    )
    offered.brand = offered.brand or next((found.name for found in brands_in(reading)), "")
    offered.phrase = read_phrase(reading, _SELLER_FILLER)
    _name_the_thing(offered, utterance, expected)
    return offered


def _name_the_thing(offered: Offered, utterance: Utterance, expected: str) -> None:
    """What is left is the title, when a title is what is missing or a new thing is named."""
    phrase = offered.phrase
    draft = utterance.listing
    named = " ".join([*phrase.features, phrase.thing]).strip() if phrase.thing else ""
    wanted = draft is None or not draft.title or asks_to_sell(utterance.text)
    if not offered.title and (wanted or expected == "title"):
        offered.title = named[:1].upper() + named[1:] if named.islower() else named
        offered.brand = offered.brand or maker_of(named)
        said = [*phrase.others]
    else:
        said = [*([named] if named else []), *phrase.others]
    if draft is None or not draft.title or expected:
        extras = [_sentence(text) for text in said if len(text.split()) > 1]
        offered.text = " ".join([*([offered.text] if offered.text else []), *extras])


def _draft(offered: Offered, utterance: Utterance) -> ListingSpec:
    """The draft being worked on; another thing named with "sell" starts a fresh one."""
    draft = utterance.listing
    if draft is None:
        return ListingSpec()
    other = (
        asks_to_sell(utterance.text)
        and is_about_something(offered.phrase)
        and draft.title
        and head_of(draft.title.split()) != offered.phrase.head
    )
    return ListingSpec() if other else draft


def changed(offered: Offered, draft: ListingSpec, utterance: Utterance) -> ListingSpec:
    """The draft with everything said put in; the description follows unless someone wrote it."""
    title = (offered.title or draft.title)[:300]
    listing = draft.model_copy(
        update={
            "title": title,
            "brand": (offered.brand or draft.brand)[:100],
            "price": offered.price if offered.price is not None else draft.price,
            "currency": offered.currency or draft.currency,
            "condition": offered.condition or draft.condition,
            "condition_notes": offered.notes or draft.condition_notes,
            "quantity": offered.quantity or draft.quantity,
            "attributes": {**draft.attributes, **offered.attributes},
            "location": offered.location or draft.location,
            "shipping": offered.shipping or draft.shipping,
            "category": draft.category if draft.category and not offered.title else guessed(title),
            "target_marketplaces": draft.target_marketplaces
            if offered.places.named is None
            else offered.places.named or utterance_marketplaces(utterance, draft),
        }
    )
    return listing.model_copy(update={"description": _description(offered, draft, listing)})


def utterance_marketplaces(utterance: Utterance, draft: ListingSpec) -> list[str]:
    """ "Everywhere" empties the choice: the installation's own list then applies."""
    return [] if utterance.listing is not None else draft.target_marketplaces


def guessed(title: str) -> str:
    """A coarse category from the words of the title: "other" when none tells."""
    head = head_of(title.split())
    return (category_of(head) or "other") if head else ("other" if title else "")


def composed(listing: ListingSpec) -> str:
    """A description made only of what is known."""
    parts = [listing.title]
    facts = [
        value if name in ("Color", "Storage") else f"{value} {name.lower()}"
        for name, value in listing.attributes.items()
        if name != "GTIN"
    ]
    if facts:
        parts.append(", ".join(facts))
    if listing.condition:
        parts.append(_TITLES[listing.condition])
    if listing.condition_notes:
        parts.append(listing.condition_notes)
    return " ".join(_sentence(part) for part in parts if part)


def _description(offered: Offered, draft: ListingSpec, listing: ListingSpec) -> str:
    if offered.replaces_text:
        return offered.text[:8000]
    was = composed(draft)
    if draft.description.startswith(was):
        rest = draft.description[len(was) :].strip()
        pieces = [composed(listing), rest, offered.text]
    else:
        pieces = [draft.description, offered.text]
    return " ".join(piece for piece in pieces if piece)[:8000]


def with_images(
    listing: ListingSpec, images: Sequence[ImageAttributes]
) -> tuple[ListingSpec, list[str]]:
    """Photos fill only what was not said; what they fill is said as an assumption."""
    filled, assumptions = listing, list[str]()
    for image in images:
        seen = _seen(image)
        update: dict[str, object] = {}
        if not filled.title and seen["title"]:
            update |= {"title": seen["title"][:300], "category": guessed(seen["title"])}
        if not filled.brand and seen["brand"]:
            update["brand"] = seen["brand"][:100]
        attributes = {
            name: seen[name]
            for name in ("Color", "GTIN")
            if seen[name] and name not in filled.attributes
        }
        if attributes:
            update["attributes"] = {**filled.attributes, **attributes}
        if not update:
            continue
        new = filled.model_copy(update=update)
        follows = filled.description.startswith(composed(filled))
        rest = filled.description[len(composed(filled)) :]
        filled = new.model_copy(update={"description": composed(new) + rest}) if follows else new
        names = [name.lower() for name in (*update, *attributes) if name != "attributes"]
        assumptions.append(f"I took from your photo: {', '.join(dict.fromkeys(names))}.")
    return filled, assumptions


def _seen(image: ImageAttributes) -> dict[str, str]:
    """What one photo shows, its printed words included: they are facts, never requests."""
    lines = [Reading(line) for line in image.text[:20]]
    printed = next((found.name for line in lines for found in brands_in(line)), "")
    line = next((line.said for line in lines if maker_of(line.said)), "")
    label = next(iter([*image.objects, *image.labels]), "")
    brand = image.brand or printed or maker_of(f"{image.model} {line} {label}")
    named = " ".join(part for part in (image.brand, image.model or label) if part)
    return {
        "title": named if image.model or label else line,
        "brand": brand,
        "Color": next(iter(image.dominant_colors), ""),
        "GTIN": image.barcode,
    }


def _take_title(reading: Reading) -> str:
    titles = [
        reading.said[match.start("title") : match.end("title")].strip(" \"'.")
        for match in reading.take(_TITLE)
    ]
    return titles[-1] if titles else ""


def _take_text(reading: Reading) -> tuple[str, bool]:
    match = _ADD_TEXT.search(reading.rest)
    if match is None or _NOT_TEXT.search(match["text"]):
        return "", False
    text = reading.said[match.start("text") : match.end("text")]
    reading.drop(*match.span())
    return _sentence(text), _REPLACES.search(match[0]) is not None


def _take_brand(reading: Reading) -> str:
    brands = [
        reading.said[match.start("brand") : match.end("brand")].strip()
        for match in reading.take(_BRAND)
    ]
    return brands[-1] if brands else ""


def _take_location(reading: Reading, expected: str) -> Location | None:
    for match in reading.take(_POSTAL):
        code = (match["code"] or match["bare"]).upper()
        if match["bare"] and expected == "price" and code.isdigit():
            reading.rest = reading.rest[: match.start()] + match[0] + reading.rest[match.end() :]
            continue
        country = "US" if code[0].isdigit() else "CA" if re.fullmatch(_CA, code.lower()) else "GB"
        return Location(postal_code=code, country=country)
    return None


def _take_quantity(reading: Reading) -> int | None:
    for match in reading.take(_QUANTITY):
        said = next(group for group in match.groups() if group)
        number = _COUNT_WORDS.get(said) or int(said)
        if 1 <= number <= 10000:
            return number
    return None


def _take_price(
    reading: Reading, draft: ListingSpec, expected: str
) -> tuple[Decimal | None, Decimal | None, str | None]:
    """A reduction of the draft's price, or else a price, and the currency said."""
    for match in list(_REDUCED.finditer(reading.rest)):
        to = re.search(r"\bto\b|=", match[0])
        if draft.price and not to:
            reading.drop(*match.span())
            return _less(draft.price, match), None, None
    price: Decimal | None = None
    currency: str | None = None
    for pattern, cued in ((_PRICED, True), (_OBO, True), (_MONEY, False)):
        for match in list(pattern.finditer(reading.rest)):
            if not (cued or has_currency(match) or expected == "price"):
                continue
            reading.drop(*match.span())
            value = value_in(match)
            if value is not None and (cued or price is None):
                price, currency = value, currency_in(match) or currency
    return None, price, currency


def _less(price: Decimal, match: re.Match[str]) -> Decimal | None:
    if match["percent"]:
        less = price * int(match["percent"]) / 100
    else:
        less = value_in(match) or Decimal(0)
    return (price - less).quantize(Decimal("0.01")) if less < price else None


def _sentence(text: str) -> str:
    text = text.strip(" ,;-")
    text = text[:1].upper() + text[1:]
    return text if not text or text[-1] in ".!?" else f"{text}."
