"""Whatever is written: an answer that helps, a valid spec, a bounded amount of work."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.language.embedded.adapter import understand
from adapters.language.embedded.measures import read
from adapters.language.embedded.splitting import MAX_PIECES, clean
from talknshop.listing import ListingSpec
from talknshop.messages import LANGUAGES
from talknshop.model import Condition
from talknshop.requirement import RequirementSpec
from talknshop.understanding import Intent, Question, Understanding, Utterance

HOSTILE = {
    "one word 4,000 characters long": "a" * 4000,
    "one word many times": "laptop " * 600,
    "numbers only": "9" * 4000,
    "a number that is none": "laptop under 1e309",
    "a number that is none, with a sign": "vendo lámpara 1e309 €, son 1e309",
    "a number that is none, in Hindi": "लैंप बेचना है 1e309 रुपये",
    "a number that is none, in Chinese": "卖台灯1e309元,一共1e309个",
    "words that all differ": " ".join(f"w{n}" for n in range(900))[:4000],
    "a huge number": "laptop under 99999999999999999999999",
    "emoji only": "😂🎮💵" * 200,
    "mixed scripts": "laptop лаптоп حاسوب 笔记本 लैपटॉप under $500",
    "right to left": "\u202eoverride \u202d لابتوب رخيص",
    "zero width": "l\u200ba\u200bp\u200bt\u200bo\u200bp",
    "control characters": "laptop\x00\x01\x1b[31m under $5",
    "combining marks": "l\u0301\u0302\u0303\u0304aptop" * 50,
    "half a surrogate pair": "laptop \ud83d",
    "quotes": "'\"`´“”„" * 300,
    "markup": "<script>alert(1)</script> laptop",
    "brackets": "((((((((((" * 300,
    "signs of grammar": "{max} < thing > {num}| taken |" * 40,
    "and without end": "red or blue or " * 250,
    "prices without end": "under $5 or over $7 " * 180,
    "places without end": "not on ebay and not on amazon " * 120,
    "not without end": "not " * 1000,
    "units without end": "5gb 5tb 5kg " * 300,
    "numbers of another script": "लैपटॉप ५०००० रुपये तक",
}
LISTING = ListingSpec(title="Lamp", condition=Condition.GOOD)
DRAFTS = st.sampled_from([None, LISTING, LISTING.model_copy(update={"price": 20})])
REQUIREMENTS = st.sampled_from([None, RequirementSpec(product_type="lamp")])
QUESTIONS = st.sampled_from(
    [None, *(Question(question="?", field=name) for name in ("price", "title", "product_type"))]
)
_WORDS = """
laptop iphone 13 not no without under over between and or $500 50 € 1.299,00 € two grand samsung
apple ebay craigslist everywhere but red black used new like cracked screen size 10 16gb ram sell my
find me actually sorry i meant forget the brand any color cheaper 4 stars for kids with case , . ? !
- 二手 手机 फोन से कम unter Euro moins de pas
"""
WORDS = st.sampled_from(_WORDS.split())


def is_an_answer(understood: Understanding) -> bool:
    """It says or asks something, or is a spec that travels."""
    if understood.intent in (Intent.CONFIRM, Intent.DECLINE):
        return True
    spec = understood.requirement if understood.intent is Intent.BUY else understood.listing
    if understood.intent is Intent.CHAT:
        return bool(understood.reply)
    assert spec is not None
    type(spec).model_validate(json.loads(spec.model_dump_json()))
    return True


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("listing", [None, LISTING], ids=["no draft", "a draft"])
def test_hostile_texts_have_an_answer(text, listing):
    assert is_an_answer(understand(Utterance(text=text, listing=listing)))


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_work_on_a_text_is_bounded(text, language):
    assert len(read(clean(text), language).tokens) <= MAX_PIECES


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(max_size=300), DRAFTS, REQUIREMENTS, QUESTIONS)
def test_any_text_has_an_answer(text, listing, requirement, question):
    utterance = Utterance(text=text, listing=listing, requirement=requirement, question=question)
    assert is_an_answer(understand(utterance))


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(WORDS, max_size=25), DRAFTS, REQUIREMENTS, QUESTIONS)
def test_words_in_any_order_have_an_answer(words, listing, requirement, question):
    utterance = Utterance(
        text=" ".join(words), listing=listing, requirement=requirement, question=question
    )
    assert is_an_answer(understand(utterance))


def test_hidden_characters_change_nothing():
    plain = understand(Utterance(text="laptop under $500"))
    hidden = understand(Utterance(text="lap\u200btop\u00ad under\u2060 $5\ufeff00"))
    assert plain.requirement == hidden.requirement


def test_digits_of_another_script_count():
    understood = understand(Utterance(text="लैपटॉप ५०००० रुपये तक"))
    assert understood.requirement is not None
    assert understood.requirement.price.max == 50000
