"""A photo with "find me this": what is searched for, and what is said about it."""

from decimal import Decimal

import pytest

from adapters.language.embedded.adapter import EmbeddedLanguage
from talknshop.listing import ListingSpec
from talknshop.media import ImageAttributes
from talknshop.requirement import PriceRange, RequirementSpec
from talknshop.understanding import Intent, Mode, Utterance

BARE = ImageAttributes(media_id="m", width=800, height=600)
PRINTED = BARE.model_copy(update={"text": ["Sony", "WH-1000XM5"]})
CODED = PRINTED.model_copy(update={"product": "Bose QuietComfort 45", "barcode": "4006381333931"})


@pytest.mark.parametrize(
    ("said", "photo", "searched", "source"),
    [
        pytest.param("find me this", PRINTED, "WH-1000XM5", "print", id="by print"),
        pytest.param("Find me this!", CODED, "QuietComfort", "barcode", id="barcode before print"),
        pytest.param("busca esto", CODED, "QuietComfort", "código de barras", id="in Spanish"),
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


LAST = RequirementSpec(product_type="kettle", price=PriceRange(max=Decimal(50)))
UNKNOWN = BARE.model_copy(update={"barcode": "4006381333931", "barcode_status": "unknown"})
UNCHECKED = UNKNOWN.model_copy(update={"barcode_status": "unchecked"})


@pytest.mark.parametrize(
    ("said", "photo", "reply"),
    [
        pytest.param("find me this", BARE, "I can't tell from your photo", id="nothing seen"),
        pytest.param(
            "find me this", UNKNOWN, "No marketplace knows the barcode 4006381333931", id="unknown"
        ),
        pytest.param(
            "find me this", UNCHECKED, "could not look up the barcode 4006381333931", id="unchecked"
        ),
        pytest.param("busca esto", UNKNOWN, "Ninguna tienda conoce", id="in Spanish"),
        pytest.param("", UNKNOWN, "No marketplace knows", id="without a word"),
    ],
)
async def test_a_photo_that_names_nothing_is_asked_about_and_the_last_search_is_not_repeated(
    said: str, photo: ImageAttributes, reply: str
) -> None:
    utterance = Utterance(text=said, mode=Mode.BUYER, images=[photo], requirement=LAST)
    understood = await EmbeddedLanguage().understand(utterance)
    assert (understood.intent, understood.requirement) == (Intent.CHAT, None)
    assert reply in understood.reply


async def test_what_a_photo_names_is_searched_for_without_the_last_searchs_wishes() -> None:
    utterance = Utterance(text="find me this", images=[CODED], requirement=LAST)
    understood = await EmbeddedLanguage().understand(utterance)
    assert understood.requirement is not None
    assert "kettle" not in understood.requirement.keywords.lower()
    assert understood.requirement.price.max is None


async def test_print_stands_in_for_a_barcode_that_nobody_knows_and_both_are_said() -> None:
    photo = UNKNOWN.model_copy(update={"text": ["Sony", "WH-1000XM5"]})
    understood = await EmbeddedLanguage().understand(Utterance(text="find me this", images=[photo]))
    assert understood.intent is Intent.BUY
    assert "print" in understood.assumptions[0]
    assert "knows the barcode 4006381333931" in understood.assumptions[1]


async def test_what_a_vision_model_saw_comes_before_print() -> None:
    photo = PRINTED.model_copy(update={"brand": "Sony", "model": "WH-1000XM4"})
    understood = await EmbeddedLanguage().understand(Utterance(text="find me this", images=[photo]))
    assert "vision model" in understood.assumptions[0]
    assert understood.requirement is not None
    assert "xm4" in understood.requirement.keywords.lower()


async def test_this_one_beside_a_draft_is_another_photo_of_it() -> None:
    draft = ListingSpec(title="iPhone 13", price=Decimal(300))
    understood = await EmbeddedLanguage().understand(
        Utterance(text="this one", images=[UNKNOWN], listing=draft)
    )
    assert understood.intent is Intent.SELL
