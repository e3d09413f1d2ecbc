"""A photo with "find me this": what is searched for, and what is said about it."""

import pytest

from adapters.language.embedded.adapter import EmbeddedLanguage
from talknshop.media import ImageAttributes
from talknshop.understanding import Intent, Utterance

BARE = ImageAttributes(media_id="m", width=800, height=600)
PRINTED = BARE.model_copy(update={"text": ["Sony", "WH-1000XM5"]})
CODED = PRINTED.model_copy(update={"product": "Bose QuietComfort 45", "barcode": "4006381333931"})


@pytest.mark.parametrize(
    ("said", "photo", "searched", "source"),
    [
        pytest.param("find me this", PRINTED, "WH-1000XM5", "print", id="by print"),
        pytest.param("Find me this!", CODED, "QuietComfort", "barcode", id="barcode before print"),
        pytest.param("busca esto", CODED, "QuietComfort", "barcode", id="in Spanish"),
    ],
)
async def test_this_is_what_the_photo_says(
    said: str, photo: ImageAttributes, searched: str, source: str
) -> None:
    understood = await EmbeddedLanguage().understand(Utterance(text=said, images=[photo]))
    assert understood.intent is Intent.BUY
    assert understood.requirement is not None
    assert searched.lower() in understood.requirement.keywords.lower()
    assert source in understood.assumptions[0]


async def test_words_of_their_own_are_not_replaced_by_the_photo() -> None:
    said = "find me a red dress under $50"
    understood = await EmbeddedLanguage().understand(Utterance(text=said, images=[CODED]))
    assert understood.requirement is not None
    assert "bose" not in understood.requirement.keywords.lower()


async def test_a_photo_that_says_nothing_leaves_the_words_as_they_are() -> None:
    understood = await EmbeddedLanguage().understand(Utterance(text="find me this", images=[BARE]))
    assert understood.assumptions == []
