"""What each rule does to a listing's words: less of them, and never others."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talknshop.listing import ListingSpec
from talknshop.listing_text import (
    EMAIL,
    LINK,
    OTHER_PAYMENT,
    PHONE,
    SHOUTING,
    TRADE,
    Forbidden,
    TextRules,
    fit,
    with_fitted_text,
)
from talknshop.messages import sentence as sentence_of

ALL = (LINK, EMAIL, PHONE, OTHER_PAYMENT, TRADE, SHOUTING)
RULES = TextRules(title=40, description=120, forbidden=ALL)


def fitted(title: str = "Oak shelf", description: str = "") -> ListingSpec:
    listing = ListingSpec(title=title, description=description)
    return with_fitted_text(listing, fit(listing, "ebay", RULES))


def test_words_that_fit_stay_as_they_were_written() -> None:
    written = ListingSpec(title="Oak  shelf, 3 boards", description="Solid.\n\nSize 7.5 x 3 ft")
    found = fit(written, "ebay", RULES)
    assert (found.title, found.description, found.changes) == (None, None, [])


@pytest.mark.parametrize(
    ("written", "left"),
    [
        ("Trek road bike with a carbon frame and new gears", "Trek road bike with a carbon frame"),
        (
            "Trek road bike with a carbon fork, alloy bars",
            "Trek road bike with a carbon fork, alloy",
        ),
        ("Oak shelf, five boards, with all brackets, new", "Oak shelf, five boards, with all"),
        ("x" * 50, "x" * 40),
        ("自行車" * 20, ("自行車" * 20)[:40]),
    ],
    ids=[
        "no loose and",
        "a word that just fits",
        "no loose comma",
        "one endless word",
        "a script without spaces",
    ],
)
def test_a_long_title_ends_with_a_whole_word(written: str, left: str) -> None:
    assert fitted(title=written).title == left


@pytest.mark.parametrize(
    ("sentence", "what"),
    [
        ("More at https://shop.example/x?y=1.", LINK),
        ("See oakshelves.com for pictures.", LINK),
        ("Write to jo.smith@mail.example now!", EMAIL),
        ("Call (206) 555-0143 any time.", PHONE),
        ("Text 206-555-0143", PHONE),
        ("Pay with Venmo or Zelle.", OTHER_PAYMENT),
        ("Will trade for a guitar.", TRADE),
    ],
)
def test_a_sentence_with_what_is_forbidden_is_left_out_whole(
    sentence: str, what: Forbidden
) -> None:
    listing = ListingSpec(title="Oak shelf", description=f"Solid oak, 7.5 ft. {sentence} Clean.")
    found = fit(listing, "ebay", RULES)
    if sentence == "Text 206-555-0143":
        assert found.description == "Solid oak, 7.5 ft."  # no mark tells where it would end
    else:
        assert found.description == "Solid oak, 7.5 ft. Clean."
    assert sentence_of("fit_left_out", what=sentence_of(what.what)) in found.changes


@pytest.mark.parametrize(
    "harmless",
    [
        "IMEI 356938035643809, part 206-5550143",
        "Model A1.2.com-port adapter 12.5 in",
        "Fits 2.5 in. and 3.5 in. drives",
        "No trades, cash only",
        "Really great!",
        "Serial 5551234567",
    ],
)
def test_what_only_looks_like_it_stays(harmless: str) -> None:
    assert fitted(description=harmless).description == harmless


def test_signs_that_shout_go_without_their_sentence() -> None:
    shelf = fitted(title="L@@K!! Oak shelf ★★", description="Great shelf!!! Buy it ** now **.")
    assert shelf.title == "! Oak shelf" or shelf.title == "Oak shelf"
    assert shelf.description == "Great shelf! Buy it  now ."


def test_a_long_description_ends_with_a_whole_sentence() -> None:
    short = "A" * 60 + ". " + "B" * 50 + ". " + "C" * 50 + "."
    assert fitted(description=short).description == "A" * 60 + ". " + "B" * 50 + "."


@given(st.text(max_size=300), st.text(max_size=400))
def test_nothing_is_invented_and_every_length_holds(title: str, description: str) -> None:
    shelf = fitted(title, description)
    assert len(shelf.title) <= RULES.title
    assert len(shelf.description) <= RULES.description
    for written, left in ((title, shelf.title), (description, shelf.description)):
        remaining = iter(re.sub(r"\s", "", written))
        assert all(character in remaining for character in re.sub(r"\s", "", left))
    assert fitted(shelf.title, shelf.description) == shelf
