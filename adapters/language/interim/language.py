"""The embedded Language: decides what a sentence is about, then reads it by rules."""

import re
from collections.abc import AsyncIterator

from pydantic import ValidationError

from adapters.language.interim.buying import Wish, merged, read_wish
from adapters.language.interim.selling import (
    completed,
    next_question,
    read_listing,
    wants_to_sell,
)
from talknshop.requirement import RequirementSpec
from talknshop.understanding import (
    AnswerRequest,
    ComposedAnswer,
    Intent,
    Mode,
    Question,
    Understanding,
    Utterance,
)

NAME = "embedded"

_BUY = re.compile(
    r"\b(?:find|search|buy|buying|looking for|look for|shopping for|show me|i(?:'d| would)? (?:want|need|like)"
    r"(?! to sell)|get me|recommend|where can i get)\b",
    re.IGNORECASE,
)
_YES = re.compile(
    r"^\W*(?:yes|yep|yeah|yup|ok(?:ay)?|sure|confirm(?:ed)?|perfect|great|go ahead|do it|looks good"
    r"|looks great|post it|publish(?: it)?|list it|sounds good|ship it|lgtm|good|all good)\b"
    r"(?:[\s,.!]*(?:please|thanks|thank you|post it|publish it|go ahead|looks good|do it|it|now))*\W*$",
    re.IGNORECASE,
)
_NO = re.compile(
    r"^\W*(?:no|nope|cancel|stop|never ?mind|forget (?:it|that)|don'?t(?: post(?: it)?)?|discard)\b"
    r"(?:[\s,.!]*(?:thanks|thank you|cancel|forget it|never ?mind|don'?t post it|stop|it|that))*\W*$",
    re.IGNORECASE,
)
_SMALL_TALK = (
    (
        r"^\W*(?:hi|hello|hey|good (?:morning|evening|afternoon)|yo|hiya)\b[\s\w]{0,12}\W*$",
        "Hello! Tell me what you are looking for, or what you want to sell.",
    ),
    (
        r"^\W*(?:thanks|thank you|thx|cheers|great, thanks)\b.{0,30}$",
        "You're welcome. Anything else to find or to sell?",
    ),
    (r"^\W*(?:bye|goodbye|see you|good night)\b.{0,20}$", "Goodbye! Your conversation stays here."),
    (
        r"\bwhat can you do\b|\bhow does (?:this|it) work\b|^\W*help\W*$|\bwho are you\b",
        "I search eBay, Amazon, Walmart and Best Buy for you, and post what you sell on eBay,"
        " Craigslist, Facebook and Poshmark. Try “find me a laptop under $1000”, or “sell my iPhone"
        " 13, $650, good condition” with a photo.",
    ),
    (
        r"\b(?:weather|joke|president|capital of|meaning of life|how are you|football|recipe|poem)\b",
        "That is not what I am good at. I can find things to buy, or sell things for you.",
    ),
)
_LOST = (
    "I did not understand that. Tell me what to find, for example “headphones under $100”, or what"
    " you want to sell."
)
_WHAT = Question(
    question="What would you like to find?",
    field="product_type",
    options=["A laptop", "A phone", "Headphones", "Running shoes"],
)


class EmbeddedLanguage:
    """Rules, on this machine: quick, honest about what it did not understand."""

    async def understand(self, utterance: Utterance) -> Understanding:
        return understand(utterance)

    async def compose(self, request: AnswerRequest) -> AsyncIterator[str | ComposedAnswer]:
        """The facts, one after the other, word by word."""
        text = " ".join(fact.strip() for fact in request.facts if fact.strip())
        for piece in re.findall(r"\S+\s*", text):
            yield piece
        yield ComposedAnswer(text=text, model=NAME)


def understand(utterance: Utterance) -> Understanding:
    """Small talk and plain yes or no first; then selling or buying, whichever it is about."""
    text = utterance.text.strip()
    asked = utterance.question.field if utterance.question else ""
    if utterance.listing is not None and not asked:
        if _YES.match(text):
            return _said(Intent.CONFIRM)
        if _NO.match(text):
            return _said(Intent.DECLINE)
    for pattern, reply in _SMALL_TALK:
        if re.search(pattern, text, re.IGNORECASE):
            return _said(Intent.CHAT, reply)
    if _is_selling(utterance, asked):
        return _selling(utterance)
    return _buying(utterance)


def _is_selling(utterance: Utterance, asked: str) -> bool:
    if utterance.mode is not Mode.AUTO:
        return utterance.mode is Mode.SELLER
    if wants_to_sell(utterance.text):
        return True
    if _BUY.search(utterance.text):
        return False
    return asked in ("title", "price", "condition") or (
        utterance.listing is not None and bool(read_listing(utterance))
    )


def _selling(utterance: Utterance) -> Understanding:
    found = read_listing(utterance)
    asked = utterance.question.field if utterance.question else ""
    fresh = bool(found.get("title")) and asked != "title" and wants_to_sell(utterance.text)
    not_understood = [] if found or utterance.images else [utterance.text[:100]]
    try:
        listing = completed(found, utterance.listing, utterance.images, fresh)
    except ValidationError as error:
        field = str(error.errors()[0]["loc"][0])
        listing = completed({}, utterance.listing, utterance.images, fresh=False)
        not_understood = [field]
    return Understanding(
        intent=Intent.SELL,
        listing=listing,
        question=next_question(listing, utterance.asked),
        not_understood=not_understood,
        model=NAME,
    )


def _buying(utterance: Utterance) -> Understanding:
    wish = read_wish(utterance)
    previous = utterance.requirement
    if not wish.says_something:
        if _BUY.search(utterance.text) or utterance.mode is Mode.BUYER:
            return _search_for(wish, RequirementSpec(), utterance)
        return _said(Intent.CHAT, _LOST)
    answers = utterance.question is not None
    refines = previous is not None and (not wish.thing or answers)
    base = previous if previous is not None and refines else RequirementSpec()
    return _search_for(wish, base, utterance)


def _search_for(wish: Wish, base: RequirementSpec, utterance: Utterance) -> Understanding:
    try:
        requirement, not_understood = merged(wish, base), []
    except ValidationError:
        requirement, not_understood = base, [utterance.text[:100]]
    needs_thing = not requirement.keywords and "product_type" not in utterance.asked
    return Understanding(
        intent=Intent.BUY,
        requirement=requirement,
        question=_WHAT if needs_thing else None,
        assumptions=wish.assumptions,
        not_understood=not_understood,
        model=NAME,
    )


def _said(intent: Intent, reply: str = "") -> Understanding:
    return Understanding(intent=intent, reply=reply, model=NAME)
