"""Language by rules: which reader an utterance is for, and answers made of facts alone."""

import re
from collections.abc import AsyncIterator
from decimal import Decimal

from adapters.language.embedded import intents, smalltalk
from adapters.language.embedded.buyer import CENT, read_wishes, understand_buyer
from adapters.language.embedded.phrases import is_about_something
from adapters.language.embedded.seller import read_offer, understand_seller
from adapters.language.embedded.shown import describes, plain_title, referred, wants_similar
from adapters.language.embedded.text import Reading, clean
from talknshop.listing import ListingSpec
from talknshop.understanding import (
    AnswerRequest,
    ComposedAnswer,
    Intent,
    Mode,
    Understanding,
    Utterance,
)

MODEL = "embedded"

_SELLER_FIELDS = {*ListingSpec.model_fields, "postal_code", "targets"}
_CHEAPER = re.compile(r"\bcheaper\b|\bless expensive\b", re.IGNORECASE)
_SENTENCE_WORDS = re.compile(
    r"\b(?:is|are|am|was|were|do|does|did|will|would|can|could|has|have|who|why|when|how|what)\b",
    re.IGNORECASE,
)


class EmbeddedLanguage:
    """English only, by rules; never fails, and says what it did not understand."""

    async def understand(self, utterance: Utterance) -> Understanding:
        return understand(utterance)

    async def compose(self, request: AnswerRequest) -> AsyncIterator[str | ComposedAnswer]:
        """The facts in their order, each once, word by word."""
        text = answer_from(request.facts)
        for piece in re.findall(r"\S+\s*", text):
            yield piece
        yield ComposedAnswer(text=text, model=MODEL)


def understand(utterance: Utterance) -> Understanding:
    utterance = utterance.model_copy(
        update={"text": smalltalk.without_greeting(clean(utterance.text)) or clean(utterance.text)}
    )
    if not re.search(r"\w", utterance.text):
        return _wordless(utterance)
    if utterance.question is not None:
        answered = _answered(utterance)
        if answered is not None:
            return answered
    if utterance.listing is not None:
        return _about_draft(utterance)
    return _from_nothing(utterance)


def answer_from(facts: list[str]) -> str:
    sentences = dict.fromkeys(" ".join(fact.split()) for fact in facts)
    return " ".join(
        sentence if sentence[-1] in ".!?…" else f"{sentence}." for sentence in sentences if sentence
    )


def _chat(reply: str, not_understood: list[str] | None = None) -> Understanding:
    return Understanding(
        intent=Intent.CHAT, reply=reply, not_understood=not_understood or [], model=MODEL
    )


def _plain(intent: Intent) -> Understanding:
    return Understanding(intent=intent, model=MODEL)


def _wordless(utterance: Utterance) -> Understanding:
    """Only pictures, or nothing at all."""
    if utterance.images and utterance.mode is not Mode.BUYER:
        return understand_seller(utterance.model_copy(update={"text": ""}))
    return _chat(
        smalltalk.DRAFT_NOT_UNDERSTOOD if utterance.listing is not None else smalltalk.NOTHING_SAID
    )


def _answered(utterance: Utterance) -> Understanding | None:
    """The text as the pending question's answer; None when it is something else."""
    assert utterance.question is not None
    field, text = utterance.question.field, utterance.text
    if intents.declines(text) and not (field == "condition" and text.lower() == "good"):
        return None
    starts_anew = intents.says_buy(text) if utterance.listing is not None else False
    if utterance.listing is not None and field in _SELLER_FIELDS and not starts_anew:
        return understand_seller(utterance, field)
    if utterance.listing is None and not intents.asks_to_sell(text):
        return understand_buyer(utterance, field)
    return None


def _about_draft(utterance: Utterance) -> Understanding:
    """A yes, a no, a change, or the other kind of business."""
    text = utterance.text
    if intents.declines(text):
        return _plain(Intent.DECLINE)
    if intents.confirms(text) and not utterance.images:
        return _plain(Intent.CONFIRM)
    if intents.says_buy(text) and not intents.asks_to_sell(text):
        return understand_buyer(utterance)
    if utterance.mode is Mode.BUYER and not intents.asks_to_sell(text):
        return understand_buyer(utterance)
    offered = read_offer(utterance)
    if offered.says_something or utterance.images or intents.asks_to_sell(text):
        return understand_seller(utterance)
    reply = smalltalk.reply_to(text)
    return _chat(smalltalk.DRAFT_NOT_UNDERSTOOD, None if reply else [text[:200]])


def _from_nothing(utterance: Utterance) -> Understanding:
    """No draft and no pending question: what kind of business is this?"""
    text = utterance.text
    about = _about_shown(utterance)
    if about is not None:
        return about
    sells = intents.asks_to_sell(text)
    if not sells and (intents.confirms(text) or intents.declines(text)):
        reply = smalltalk.reply_to(text)
        return _chat(reply or smalltalk.NOTHING_PENDING)
    reply = smalltalk.reply_to(text)
    if reply is not None:
        return _chat(reply)
    if not smalltalk.is_english(text):
        return _chat(smalltalk.ENGLISH_ONLY, [text[:200]])
    if sells or (utterance.mode is Mode.SELLER and not intents.says_buy(text)):
        return understand_seller(utterance)
    if utterance.mode is Mode.AUTO and _offers_own(utterance):
        return understand_seller(utterance)
    if utterance.mode is Mode.BUYER or intents.asks_to_buy(text):
        return understand_buyer(utterance)
    return _perhaps_buying(utterance)


def _offers_own(utterance: Utterance) -> bool:
    """ "my iPhone 13, $650, good condition" sells, though no verb says so."""
    if not intents.shows_own(utterance.text):
        return False
    offered = read_offer(utterance)
    return bool(offered.title and (offered.price is not None or offered.condition))


def _perhaps_buying(utterance: Utterance) -> Understanding:
    """No verb: a wish, or the name of a thing, is a search; a sentence about nothing is not."""
    wishes = read_wishes(Reading(utterance.text), utterance)
    phrase = wishes.phrase
    known = is_about_something(phrase) or bool(wishes.brands)
    if known or (wishes.refines and (utterance.requirement is not None or phrase.thing)):
        return understand_buyer(utterance)
    if phrase.thing and len(phrase.thing.split()) <= 4 and _is_name(utterance.text):
        understood = understand_buyer(utterance)
        guess = f"I took “{phrase.thing}” as what you want to buy."
        return understood.model_copy(update={"assumptions": [*understood.assumptions, guess]})
    if wishes.refines:
        return understand_buyer(utterance)
    return _chat(smalltalk.NOT_UNDERSTOOD, [utterance.text[:200]])


def _is_name(text: str) -> bool:
    """Whether it may name a thing: words that can be spoken, and no sentence."""
    words = re.findall(r"[^\W\d_]{2,}", text.lower())
    return (
        bool(words)
        and not _SENTENCE_WORDS.search(text)
        and all(
            re.search(r"[aeiouyà-ÿ]", word)
            and not re.search(r"[bcdfghjklmnpqrstvwxz]{5}|(.)\1\1", word)
            and len(word) <= 20
            for word in words
        )
    )


def _about_shown(utterance: Utterance) -> Understanding | None:
    """ "The second one" means what was shown: something like it, cheaper than it, or itself."""
    found = referred(utterance.text, utterance.shown)
    if found is None:
        return None
    product, match = found
    title = plain_title(product.title)
    if intents.asks_to_sell(utterance.text):
        text = f"{utterance.text[: match.start()]} {title} {utterance.text[match.end() :]}"
        return understand_seller(utterance.model_copy(update={"text": text}))
    cheaper = _CHEAPER.search(utterance.text)
    if wants_similar(utterance.text) or cheaper:
        return _similar(utterance, product.price, title, bool(cheaper))
    return _chat(describes(product))


def _similar(utterance: Utterance, price: Decimal, title: str, cheaper: bool) -> Understanding:
    text = f"find {title}"
    if cheaper and price > CENT:
        text += f" under ${price - CENT}"
    return understand_buyer(utterance.model_copy(update={"text": text, "requirement": None}))
