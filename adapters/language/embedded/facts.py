"""Answers to what buyers will ask: the person's own words become facts of the listing."""

from adapters.language.embedded import intents
from adapters.language.embedded.remarks import says_none, size_in
from adapters.language.embedded.tokens import Reading
from talknshop.copywriting import CARRIER, FACT_ATTRIBUTES, retold
from talknshop.listing import ListingSpec
from talknshop.messages import say

_LONGEST = 200
_UNITS = {"fact_storage": "GB", "fact_memory": "GB", "fact_screen": " inch"}
_BUSINESS = "{amount|price_cue|place|yes|sell_verb|buy_verb|reduce|title_cue|text_cue|shipping}"


def with_fact(field: str, text: str, reading: Reading, listing: ListingSpec) -> ListingSpec | None:
    """The listing with the fact that was asked for; None when the text says something else."""
    options = say(reading.language, f"{field}_options").split(", ") if field in _CHOICES else []
    if text.strip() in options:
        return _chosen(field, options.index(text.strip()), listing)
    if field == "fact_damage":
        return _worn(text, reading, listing)
    name = FACT_ATTRIBUTES.get(field)
    number = next((t for t in reading.tokens if "num" in t.tags and "measure" not in t.tags), None)
    if name == "Size":
        size = size_in(reading)
        return _with(listing, name, size) if size and len(reading.tokens) <= _FEW else None
    if name is not None and number is not None and field in _UNITS and len(reading.tokens) == 1:
        return _with(listing, name, f"{number.said}{_UNITS[field]}")
    return None


_CHOICES = ("fact_unlocked", "fact_shipping")
_FEW = 4


def _chosen(field: str, index: int, listing: ListingSpec) -> ListingSpec:
    if field == "fact_unlocked":
        return _with(listing, CARRIER, ("Unlocked", "Locked to a carrier")[index])
    return listing.model_copy(update={"shipping": ("will ship", "local pickup only")[index]})


def _worn(text: str, reading: Reading, listing: ListingSpec) -> ListingSpec | None:
    """ "None" adds nothing: that it has no wear is for the condition to say."""
    if says_none(text):
        return listing
    if reading.has(_BUSINESS) or intents.declines(reading):
        return None
    notes = text.strip()[:_LONGEST]
    return retold(listing, listing.model_copy(update={"condition_notes": notes}))


def _with(listing: ListingSpec, name: str, value: str) -> ListingSpec:
    attributes = {**listing.attributes, name: value}
    return retold(listing, listing.model_copy(update={"attributes": attributes}))
