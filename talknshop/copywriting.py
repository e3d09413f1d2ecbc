"""A listing's description, made only of what is known of the thing."""

from talknshop.listing import ListingSpec
from talknshop.model import Condition

_CONDITIONS = {
    Condition.NEW: "New",
    Condition.OPEN_BOX: "Open box",
    Condition.REFURBISHED: "Refurbished",
    Condition.LIKE_NEW: "Like new",
    Condition.GOOD: "Good condition",
    Condition.FAIR: "Fair condition",
    Condition.FOR_PARTS: "For parts or repair",
}
_SELF_EXPLAINING = ("Color", "Storage", "Carrier")
_NO_FACT_FOR_BUYERS = ("GTIN",)

_MOST_FACTS = 3  # more would not be read
_WORN = {"Size": "fact_size", "Color": "fact_color"}
CARRIER = "Carrier"
# The attribute that answers a question about a fact.
FACT_ATTRIBUTES = {
    "fact_storage": "Storage",
    "fact_memory": "Memory",
    "fact_size": "Size",
    "fact_color": "Color",
    "fact_screen": "Screen Size",
    "fact_unlocked": CARRIER,
}
_ASKED = {
    "phones": {"Storage": "fact_storage", "Color": "fact_color"},
    "tablets": {"Storage": "fact_storage"},
    "laptops": {"Memory": "fact_memory", "Storage": "fact_storage"},
    "computers": {"Memory": "fact_memory"},
    "tvs": {"Screen Size": "fact_screen"},
    "clothing": _WORN,
    "shoes": _WORN,
}


def composed(listing: ListingSpec) -> str:
    """Title, attributes, condition and its notes, each as a sentence; nothing else."""
    facts = [
        value if name in _SELF_EXPLAINING else f"{value} {name.lower()}"
        for name, value in listing.attributes.items()
        if name not in _NO_FACT_FOR_BUYERS
    ]
    parts = [
        listing.title,
        ", ".join(facts),
        _CONDITIONS[listing.condition] if listing.condition else "",
        listing.condition_notes,
    ]
    return " ".join(sentence(part) for part in parts if part)


def retold(was: ListingSpec, new: ListingSpec) -> ListingSpec:
    """`new` with its own facts in the description, where that of `was` was made of facts."""
    if not was.description.startswith(composed(was)):
        return new
    rest = was.description[len(composed(was)) :]
    return new.model_copy(update={"description": composed(new) + rest})


def open_facts(listing: ListingSpec) -> list[str]:
    """What buyers of such a thing ask and the listing does not say: keys of messages."""
    asked = _ASKED.get(listing.category, {})
    facts = [key for name, key in asked.items() if name not in listing.attributes]
    says_carrier = CARRIER in listing.attributes or "unlocked" in listing.title.lower()
    if listing.category == "phones" and not says_carrier:
        facts.append("fact_unlocked")
    if listing.condition in (Condition.GOOD, Condition.FAIR) and not listing.condition_notes:
        facts.append("fact_damage")
    if not listing.shipping:
        facts.append("fact_shipping")
    return facts[:_MOST_FACTS]


def without_copy(listing: ListingSpec) -> ListingSpec:
    """What was stated alone: without the category and the sentences that follow from it."""
    rest = listing.description.removeprefix(composed(listing)).strip()
    return listing.model_copy(update={"description": rest, "category": ""})


def sentence(text: str) -> str:
    """The words as a sentence: begun large, ended by a stop."""
    text = text.strip(" ,;-")
    if text.partition(" ")[0].islower():  # names such as iPhone stay as they are
        text = text[:1].upper() + text[1:]
    return text if not text or text[-1] in ".!?" else f"{text}."
