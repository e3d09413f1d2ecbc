"""A listing's words: what is known, and what buyers will ask."""

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
