"""Sentences that are put into words late: in whichever language, with nothing left out."""

import ast
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.errors import Rejected, Unavailable
from talknshop import listing_text
from talknshop.bulk import BulkStatus
from talknshop.errors import FailureCode
from talknshop.jobs import JobError, ListingStatus, MarketplaceJob, Needs
from talknshop.listing import ListingSpec
from talknshop.listing_text import Forbidden
from talknshop.messages import LANGUAGES, catalogue, in_words, sentence, together, worded

ROOT = Path(__file__).parents[3]
PACKAGES = ("talknshop", "adapters", "activities", "workflows", "api")
# Which argument of which function is a message's key.
KEYS = {"sentence": 0, "say": 1, "explained": 0, "_said": 0}


def _named() -> Iterator[tuple[str, str]]:
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if not isinstance(node, ast.Call):
                    continue
                called = getattr(node.func, "id", getattr(node.func, "attr", ""))
                place = KEYS.get(called)
                if place is None or len(node.args) <= place:
                    continue
                match node.args[place]:
                    case ast.Constant(value=str(key)) if key.isidentifier():
                        yield f"{path.relative_to(ROOT)}:{node.lineno}", key
                        if called == "explained":
                            yield f"{path.relative_to(ROOT)}:{node.lineno}", f"{key}_why"


def test_every_message_that_is_named_anywhere_exists() -> None:
    named = list(_named())
    assert len(named) > 200
    assert [(where, key) for where, key in named if key not in catalogue("en")] == []


def test_whatever_is_named_by_its_value_has_a_message() -> None:
    forbidden = [each for each in vars(listing_text).values() if isinstance(each, Forbidden)]
    assert forbidden
    keys = [
        *(f"failure_{code}" for code in FailureCode),
        *(f"status_{status}" for status in ListingStatus),
        *(f"bulk_is_{status}" for status in BulkStatus),
        *(f"field_{name}" for name in ListingSpec.model_fields),
        *(each.what for each in forbidden),
    ]
    assert [key for key in keys if key not in catalogue("en")] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_can_be_said(language: str) -> None:
    for key, message in catalogue(language).items():
        for text in message.values() if isinstance(message, dict) else [message]:
            fields = {name: "7" for _, name, _, _ in string.Formatter().parse(text) if name}
            assert text.format(**fields).strip(), key


def test_what_an_adapter_says_is_in_the_reader_s_language() -> None:
    refused = Rejected(sentence("fault_refused_why", vendor="eBay", why="No weapons."))
    assert str(refused) == "eBay refused the request: “No weapons.”"
    assert in_words(refused.said, "es") == "eBay ha rechazado la petición: «No weapons.»"


def test_plain_english_of_an_adapter_is_for_those_who_read_english() -> None:
    down = Unavailable("The flux capacitor is cold.")
    assert in_words(down.said, "en") == "The flux capacitor is cold."
    assert in_words(down.said, "de") == catalogue("de")["failure_unavailable"]


def test_a_view_is_put_into_words_through_and_through() -> None:
    gone = sentence("told_gone", marketplace="eBay")
    entry = MarketplaceJob(
        marketplace="ebay",
        needs=Needs(
            code=FailureCode.NOT_FOUND,
            message=together(gone, sentence("please_give", fields=[sentence("field_price"), "X"])),
            actions=["retry"],
        ),
        error=JobError(code=FailureCode.NOT_FOUND, message="An old history's own words."),
        warnings=[gone],
    )
    read_again = MarketplaceJob.model_validate_json(entry.model_dump_json())
    assert read_again == entry
    told = worded(read_again, "fr")
    assert told.needs is not None
    assert told.needs.message == "eBay ne l’affiche plus. Veuillez indiquer : prix, X."
    assert told.error is not None
    assert told.error.message == "An old history's own words."
    assert told.warnings == ["eBay ne l’affiche plus."]
    assert entry.warnings == [gone]
