"""Prompts have versions, and an installation without a chat model pays nothing for them."""

import hashlib

import pytest

from adapters.language.chat_model.prompting import ANSWER, UNDERSTAND, Prompt, what_was_said
from talknshop.commands import MAX_MESSAGE_LENGTH
from talknshop.listing import ListingSpec
from talknshop.media import ImageAttributes
from talknshop.model import MOST_ENTRIES
from talknshop.requirement import RequirementSpec
from talknshop.understanding import ShownProduct, Utterance
from tests.loading import loaded_by

# Some 30,000 tokens, nearly all of them print on ten photos: a quarter of what a model can hold.
MOST_CHARACTERS = 120_000


@pytest.mark.parametrize(
    ("prompt", "version", "digest"),
    [(UNDERSTAND, 1, "d4c9175ca01a"), (ANSWER, 1, "562fddaf3c02")],
    ids=lambda value: getattr(value, "name", None),
)
def test_a_changed_prompt_has_a_new_version(prompt: Prompt, version: int, digest: str) -> None:
    """After a change: raise the version in the file, and note it here with its digest."""
    assert hashlib.sha256(prompt.text.encode()).hexdigest()[:12] == digest
    assert prompt.version == version


def test_without_a_chat_model_nothing_of_langchain_is_loaded() -> None:
    code = (
        "from workers.language import language_of, make_room_for_models;"
        "from talknshop.settings import LanguageSettings;"
        "language_of(LanguageSettings()); make_room_for_models(LanguageSettings())"
    )
    loaded = loaded_by(code)
    assert [name for name in loaded if name.startswith(("langchain", "boto", "openai"))] == []


def test_what_a_model_is_told_is_the_specs_and_no_transcript_so_it_has_an_end() -> None:
    """Of a conversation, however long: the wish, the draft, what is shown, and the last words."""
    many = [f"brand {number}" for number in range(MOST_ENTRIES)]
    photo = ImageAttributes(
        media_id="0" * 32, width=1, height=1, text=["printed " * 100] * 500, labels=["lamp"] * 5
    )
    shown = ShownProduct(product_id="p" * 100, marketplace="ebay", title="long " * 60, price="9.99")
    utterance = Utterance(
        text="x" * MAX_MESSAGE_LENGTH,
        requirement=RequirementSpec(
            product_type="t" * 200,
            attributes=dict.fromkeys(many, "value"),
            brand_preferences=many,
            excluded_brands=many,
        ),
        listing=ListingSpec(title="t" * 300, description="d" * 8000, condition_notes="c" * 1000),
        shown=[shown] * 20,
        images=[photo] * 10,
    )
    assert len(what_was_said(utterance).text) < MOST_CHARACTERS
