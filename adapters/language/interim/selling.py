"""From a seller's sentence to a ListingSpec."""

import re
from typing import Any

from adapters.language.interim.reading import (
    Text,
    maker_of,
    spelled,
    take_attributes,
    take_marketplaces,
    take_price,
    text_of,
    thing_of,
)
from adapters.language.interim.vocabulary import CATEGORIES, CONDITIONS, NOTES
from talknshop.listing import ListingSpec
from talknshop.media import ImageAttributes
from talknshop.model import Condition
from talknshop.understanding import Question, Utterance

_SELL = re.compile(
    r"\b(?:(?:want|like|trying|need|help me|going)?\s*(?:to\s+)?sell(?:ing)?\b(?!ers?)|for sale"
    r"|get rid of|list(?:ing)?\s+(?:my|this|a|an)\b|post\s+(?:my|this|an?)\s+(?:ad|listing)?)",
    re.IGNORECASE,
)
_QUESTIONS = {
    "title": Question(question="What are you selling?", field="title"),
    "price": Question(question="What price do you want for it?", field="price"),
    "condition": Question(
        question="What condition is it in?",
        field="condition",
        options=["New", "Like new", "Good", "Fair", "For parts"],
    ),
}


def wants_to_sell(text: str) -> bool:
    return _SELL.search(text) is not None


def read_listing(utterance: Utterance) -> dict[str, Any]:
    """The ListingSpec fields that the sentence sets; empty when it sets none."""
    field = utterance.question.field if utterance.question else ""
    draft = utterance.listing
    starts_anew = draft is None or (wants_to_sell(utterance.text) and field != "title")
    text = text_of(_SELL.sub(" ", utterance.text))
    found: dict[str, Any] = {}
    _take_texts(text, found)
    _take_targets(text, found, utterance.marketplaces)
    if match := text.take(r"\b(?:zip(?: code)?|postal code)?\s*(?<![$€£\d])(\d{5})(?![\d.,])(?:-\d{4})?\b"):
        found["location"] = {"postal_code": match[1]}
    if match := text.take(r"\b(?:quantity\s*:?\s*|x\s?)(\d{1,4})\b|\b(\d{1,4}|two|three) of them\b"):
        words = {"two": 2, "three": 3}
        said = match[1] or match[2]
        found["quantity"] = max(1, words.get(said.lower(), 0) or int(said))
    bare = field == "price" or bool(re.search(r"\bprice\b", text.left, re.I))
    price = take_price(text, bare=bare)
    if price is not None:
        found["price"] = price[0]
        if price[1]:
            found["currency"] = price[1]
    _take_condition(text, found)
    attributes = take_attributes(text)
    if attributes:
        found["attributes"] = attributes
    if "title" not in found and (starts_anew or field == "title"):
        thing = re.sub(r"^(?:my|our|this)\s+", "", thing_of(text), flags=re.I)
        if thing:
            extra = [attributes[key] for key in ("storage", "color") if key in attributes]
            found["title"] = spelled(" ".join([thing, *extra]))
    return found


def _take_texts(text: Text, found: dict[str, Any]) -> None:
    for name in ("title", "description"):
        match = text.take(
            rf"\b(?:change|set|make)?\s*(?:the\s+)?{name}\s*(?:should be|to|is|:|=)\s*[\"“]?(.+?)[\"”]?$"
        )
        if match:
            found[name] = match[1].strip()[:200] if name == "title" else match[1].strip()


def _take_targets(text: Text, found: dict[str, Any], known: list[str]) -> None:
    posting = [name for name in known if name not in ("amazon", "walmart", "bestbuy")]
    but = r"(?:everywhere|anywhere|all(?: of them)?)?\s*(?:but|except|not)(?:\s+on)?"
    left_out = take_marketplaces(text, posting, but)
    if left_out:
        found["target_marketplaces"] = [name for name in posting if name not in left_out]
        return
    named = take_marketplaces(text, posting, r"only(?: on| to)?|just(?: on)?|on|to")
    if named:
        found["target_marketplaces"] = named


def _take_condition(text: Text, found: dict[str, Any]) -> None:
    notes = re.findall(NOTES, text.left, re.IGNORECASE)
    for pattern, condition in CONDITIONS:
        match = text.take(
            rf"(?:\b(?:in|it'?s|is|condition:?)\s+)*\b(?:{pattern})\b(?:\s+(?:condition|shape))?"
        )
        if match:
            found["condition"] = condition
            break
    text.take(r"\b(?:condition|shape)\b")
    if notes:
        found["condition_notes"] = ", ".join(dict.fromkeys(note.lower() for note in notes))


def completed(
    found: dict[str, Any], draft: ListingSpec | None, images: list[ImageAttributes], fresh: bool
) -> ListingSpec:
    """The draft with what was said on top; what follows from it is filled in, nothing invented."""
    base = ListingSpec() if draft is None or fresh else draft
    values = base.model_dump()
    values["attributes"] = values["attributes"] | found.pop("attributes", {})
    values |= found
    barcode = next((image.barcode for image in images if image.barcode), "")
    if barcode and "gtin" not in values["attributes"]:
        values["attributes"]["gtin"] = barcode
    title = values["title"]
    values["brand"] = values["brand"] or maker_of(title)
    values["category"] = values["category"] or _category(title)
    if not values["description"] or values["description"] == _description(base):
        values["description"] = _description(ListingSpec.model_validate(values))
    return ListingSpec.model_validate(values)


def _category(title: str) -> str:
    return next(
        (name for name, words in CATEGORIES if re.search(words, title, re.IGNORECASE)),
        "other" if title else "",
    )


_CONDITION_WORDS = {
    Condition.NEW: "New",
    Condition.OPEN_BOX: "Opened, not used",
    Condition.REFURBISHED: "Refurbished",
    Condition.LIKE_NEW: "Like new",
    Condition.GOOD: "In good condition",
    Condition.FAIR: "In fair condition",
    Condition.FOR_PARTS: "For parts or not working",
}


def _description(listing: ListingSpec) -> str:
    """Only what was said or seen, in sentences."""
    if not listing.title:
        return ""
    parts = [f"{listing.title}."]
    if listing.condition is not None:
        notes = f" ({listing.condition_notes})" if listing.condition_notes else ""
        parts.append(f"{_CONDITION_WORDS[listing.condition]}{notes}.")
    for name in ("storage", "ram", "screen", "size", "color"):
        if name in listing.attributes:
            parts.append(f"{name.capitalize()}: {listing.attributes[name]}.")
    return " ".join(parts)


def next_question(listing: ListingSpec, asked: list[str]) -> Question | None:
    """The first thing missing that was not asked for yet."""
    return next((_QUESTIONS[name] for name in listing.missing() if name not in asked), None)
