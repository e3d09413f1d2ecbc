"""A listing's words: what is known, and what buyers will ask."""

import re

from hypothesis import given
from hypothesis import strategies as st

from talknshop.copywriting import composed, open_facts, without_copy
from talknshop.listing import ListingSpec
from talknshop.model import Condition

PHONE = ListingSpec(
    title="iPhone 13", category="phones", condition=Condition.GOOD, attributes={"Color": "blue"}
)


def test_a_description_says_only_what_is_known():
    assert composed(PHONE) == "iPhone 13. Blue. Good condition."
    assert composed(ListingSpec()) == ""


def test_buyers_ask_what_the_listing_does_not_say():
    assert open_facts(PHONE) == ["fact_storage", "fact_unlocked", "fact_damage"]
    said = PHONE.model_copy(
        update={
            "title": "iPhone 13 unlocked",
            "attributes": {"Color": "blue", "Storage": "128GB"},
            "condition_notes": "small scratch",
            "shipping": "free shipping",
        }
    )
    assert open_facts(said) == []


def test_what_was_stated_alone_has_no_copy_in_it():
    written = PHONE.model_copy(update={"description": composed(PHONE) + " From a quiet home."})
    assert without_copy(written).description == "From a quiet home."
    assert without_copy(written).category == ""


WORD = st.from_regex(r"[A-Za-z][A-Za-z0-9]{0,11}", fullmatch=True)
SAID = st.lists(WORD, max_size=6).map(" ".join)


@given(
    st.builds(
        ListingSpec,
        title=SAID,
        condition_notes=SAID,
        condition=st.none() | st.sampled_from(Condition),
        attributes=st.dictionaries(
            st.sampled_from(["Color", "Storage", "Size", "Carrier"]), SAID.filter(bool), max_size=4
        ),
    )
)
def test_no_word_of_a_description_comes_from_nowhere(listing: ListingSpec) -> None:
    known = [listing.title, listing.condition_notes]
    known += [*listing.attributes, *listing.attributes.values()]
    if listing.condition:
        known += [listing.condition.replace("_", " "), "condition or repair"]
    words = {word.casefold() for text in known for word in re.findall(r"\w+", text)}
    assert {word.casefold() for word in re.findall(r"\w+", composed(listing))} <= words
