"""Language by rules: which reader an utterance is for, and answers made of facts alone."""

import re
from collections.abc import AsyncIterator

from adapters.language.embedded import intents, smalltalk
from adapters.language.embedded.buyer import CENT, read_wishes, understand_buyer
from adapters.language.embedded.damage import mark_faults
from adapters.language.embedded.facts import with_fact
from adapters.language.embedded.languages import language_of
from adapters.language.embedded.lexicon import fold
from adapters.language.embedded.measures import read
from adapters.language.embedded.remarks import (
    Remark,
    asks_for_recommendations,
    heeding,
    remark_in,
    told_text,
)
from adapters.language.embedded.seller import (
    question_for,
    read_offer,
    titled,
    understand_seller,
)
from adapters.language.embedded.shown import (
    compares,
    describes,
    named,
    plain_title,
    referred,
)
from adapters.language.embedded.splitting import clean
from adapters.language.embedded.tokens import Found, Reading, joined
from adapters.language.pointing import points_at_photo, shown_thing
from adapters.language.port import Piece
from talknshop.listing import ListingSpec
from talknshop.messages import say
from talknshop.requirement import PriceRange, RequirementSpec
from talknshop.understanding import (
    AnswerRequest,
    ComposedAnswer,
    Intent,
    Mode,
    ShownProduct,
    Understanding,
    Utterance,
)

MODEL = "embedded"

_SELLER_FIELDS = {*ListingSpec.model_fields, "postal_code", "targets"}
_UNREAD = 200  # characters of what was not understood are enough to recognise it by
_NAME_WORDS = 5


class EmbeddedLanguage:
    """Six languages, by rules; never fails, and says what it did not understand."""

    async def understand(self, utterance: Utterance) -> Understanding:
        if not points_at_photo(utterance):
            return understand(utterance)
        language = language_of(clean(utterance.text), utterance.language)
        name, sentences = shown_thing(utterance.images, language)
        if not name:
            return Understanding(
                intent=Intent.CHAT, reply=" ".join(sentences), model=MODEL, language=language
            )
        # Nothing of an earlier search or question is meant.
        named = utterance.model_copy(
            update={
                "text": f"find {name}",
                "mode": Mode.BUYER,
                "requirement": None,
                "listing": None,
                "question": None,
            }
        )
        found = understand(named, in_own_words=False)
        return found.model_copy(
            update={"assumptions": [*sentences, *found.assumptions], "language": language}
        )

    async def compose(self, request: AnswerRequest) -> AsyncIterator[Piece]:
        """The facts in their order, each once, word by word."""
        text = answer_from(request.facts)
        for piece in re.findall(r"\S+\s*", text):
            yield piece
        yield ComposedAnswer(text=text, model=MODEL)


def understand(utterance: Utterance, in_own_words: bool = True) -> Understanding:
    """A photo's words name a thing; they ask for nothing to be remembered or forgotten."""
    text = clean(utterance.text)
    language = language_of(text, utterance.language)
    turn = _Turn(utterance, text, language)
    return turn.understood(in_own_words)


def answer_from(facts: list[str]) -> str:
    sentences = dict.fromkeys(" ".join(fact.split()) for fact in facts)
    return " ".join(
        sentence if sentence[-1] in ".!?…。！？।" else f"{sentence}."
        for sentence in sentences
        if sentence
    )


class _Turn:
    """One utterance, and the questions that decide who reads it."""

    def __init__(self, utterance: Utterance, text: str, language: str) -> None:
        self.utterance, self.text, self.language = utterance, text, language
        self.listing = utterance.listing
        self.mode = utterance.mode

    def reading(self, text: str | None = None) -> Reading:
        """A fresh one: readers take what they read."""
        return read(self.text if text is None else text, self.language)

    def understood(self, in_own_words: bool = True) -> Understanding:
        if not re.search(r"\w", self.text):
            return self._wordless()
        reading = self.reading()
        if reading.has("{injection}"):
            return self._chat(say(self.language, "injection"), unread=True)
        if not in_own_words:
            return self._of_business(reading)
        if reading.is_all("(?:{undo}|{polite|comma|stop|filler})+") and reading.has("{undo}"):
            return self._undone()
        if asks_for_recommendations(self.text):
            return self._plain(Intent.RECOMMEND)
        remark = remark_in(self.text, self.language, self.utterance)
        return self._of_business(reading) if remark is None else self._remarked(remark)

    def _undone(self) -> Understanding:
        """Which of the wishes is meant, the person knows best."""
        return self._chat(say(self.language, "undo_what"))

    def _remarked(self, remark: Remark) -> Understanding:
        """To be remembered, and heeded at once by the search that it came with."""
        done = told_text(remark.told, self.language)
        requirement = self.utterance.requirement
        if remark.rest:
            rest = _Turn(self.utterance, remark.rest, self.language)
            understood = rest._of_business(rest.reading())
            if understood.intent is Intent.BUY and understood.requirement is not None:
                heeded = heeding(remark.told, understood.requirement)
                return understood.model_copy(
                    update={"requirement": heeded, "reply": done, "told": remark.told}
                )
        elif requirement is not None and self.listing is None:
            heeded = heeding(remark.told, requirement)
            if heeded != requirement:
                heeded = heeded.model_copy(update={"language": self.language})
                return self._plain(Intent.BUY).model_copy(
                    update={"requirement": heeded, "reply": done, "told": remark.told}
                )
        return self._chat(done).model_copy(update={"told": remark.told})

    def _of_business(self, reading: Reading) -> Understanding:
        if self.utterance.question is not None:
            answered = self._answered(reading)
            if answered is not None:
                return answered
        return (
            self._about_draft(reading) if self.listing is not None else self._from_nothing(reading)
        )

    # Replies.

    def _chat(self, reply: str, unread: bool = False) -> Understanding:
        return Understanding(
            intent=Intent.CHAT,
            reply=reply,
            not_understood=[self.text[:_UNREAD]] if unread and self.text else [],
            model=MODEL,
            language=self.language,
        )

    def _plain(self, intent: Intent) -> Understanding:
        return Understanding(intent=intent, model=MODEL, language=self.language)

    def _wordless(self) -> Understanding:
        """Only pictures, or nothing at all."""
        if self.utterance.images and self.mode is not Mode.BUYER:
            return understand_seller(self.reading(""), self.utterance)
        key = "draft_not_understood" if self.listing is not None else "nothing_said"
        return self._chat(say(self.language, key))

    def _buy(self, expected: str = "", **changes: object) -> Understanding:
        utterance = self.utterance.model_copy(update=changes)
        text = str(changes.get("text", self.text))
        return understand_buyer(self.reading(text), utterance, expected)

    def _sell(self, expected: str = "", anew: bool = False) -> Understanding:
        return understand_seller(self.reading(), self.utterance, expected, anew)

    # An answer to a question.

    def _answered(self, reading: Reading) -> Understanding | None:
        """The text as the pending question's answer; None when it is something else."""
        assert self.utterance.question is not None
        field = self.utterance.question.field
        if self.listing is not None and field.startswith("fact_"):
            told = with_fact(field, self.text, reading, self.listing)
            if told is not None:
                return self._plain(Intent.SELL).model_copy(update={"listing": told})
        if intents.declines(reading) and not reading.has("{grade|dont_know}"):
            return None
        if self.listing is not None and field in _SELLER_FIELDS:
            if intents.says_buy(reading) and not intents.asks_to_sell(reading):
                return None
            if smalltalk.reply_to(reading) and not reading.has("{grade|amount|num|thing|brand}"):
                return None
            return self._sell(field)
        if self.listing is None and not intents.asks_to_sell(reading):
            if smalltalk.reply_to(reading) is not None:
                return None
            return self._buy(field)
        return None

    # A draft is being worked on.

    def _about_draft(self, reading: Reading) -> Understanding:
        """A yes, a no, a change, or the other kind of business."""
        assert self.listing is not None
        sells = intents.asks_to_sell(reading)
        if intents.declines(reading) and not reading.has("{grade}"):
            return self._plain(Intent.DECLINE)
        if intents.confirms(reading) and not self.utterance.images and not self._grades(reading):
            return self._plain(Intent.CONFIRM)
        if reading.has("{how_much}"):
            return self._worth()
        buys = intents.says_buy(reading) or (self.mode is Mode.BUYER)
        if buys and not sells:
            return self._buy()
        if self._continues_search(reading, sells):
            return self._from_nothing(reading)
        expected = next(iter(self.listing.missing()), "")
        offered = read_offer(self.reading(), self.listing, self.utterance, expected)
        anew = sells and bool(offered.named) and self._is_other(offered.named)
        if (
            offered.says_something
            or self.utterance.images
            or sells
            or self._names_title(offered.named)
        ):
            return self._sell(expected, anew)
        reply = smalltalk.reply_to(reading)
        if reply is not None:
            return self._chat(reply)
        return self._chat(say(self.language, "draft_not_understood"), unread=True)

    def _grades(self, reading: Reading) -> bool:
        """ "Good" answers what condition it is in, when that is what is missing."""
        assert self.listing is not None
        return self.listing.condition is None and reading.has("{grade}")

    def _names_title(self, name: str) -> bool:
        assert self.listing is not None
        return bool(name) and not self.listing.title

    def _is_other(self, name: str) -> bool:
        assert self.listing is not None
        known = set(self.listing.title.lower().split())
        return not known & set(name.lower().split())

    def _continues_search(self, reading: Reading, sells: bool) -> bool:
        """The last turn was about buying, and nothing here is about the draft."""
        return (
            self.utterance.flow is Mode.BUYER
            and self.utterance.requirement is not None
            and not sells
            and not self._names_draft(reading)
        )

    def _names_draft(self, reading: Reading) -> bool:
        """ "OK, back to my bike": theirs, and called as in the title."""
        assert self.listing is not None
        known = set(fold(self.listing.title).split())
        return any(
            known & {word for token in found.tokens("what") for word in token.norm.split()}
            for found in reading.find("{mine} _ (?P<what>{thing|brand|line|word|model}{1,3})")
        )

    def _worth(self) -> Understanding:
        """What to ask for it, nobody here knows; what others ask, the preview tells."""
        assert self.listing is not None
        return Understanding(
            intent=Intent.SELL,
            listing=self.listing,
            question=question_for(self.listing, self.utterance, self.language),
            assumptions=[say(self.language, "worth")],
            model=MODEL,
            language=self.language,
        )

    # Nothing is pending.

    def _from_nothing(self, reading: Reading) -> Understanding:
        """No draft and no pending question: what kind of business is this?"""
        about = self._about_shown(reading)
        if about is not None:
            return about
        if self.utterance.requirement is not None and intents.tells_for_whom(reading):
            return self._kept_for(reading)
        sells, buys = intents.asks_to_sell(reading), intents.says_buy(reading)
        reply = smalltalk.reply_to(reading)
        if not sells and (intents.confirms(reading) or intents.declines(reading)):
            return self._chat(reply or say(self.language, "nothing_pending"))
        if reply is not None:
            return self._chat(reply)
        if sells and not (buys and self._buys_first(reading)):
            return self._sell()
        if self.mode is Mode.SELLER and not buys:
            return self._sell()
        if self.mode is Mode.AUTO and self.utterance.requirement is None and self._offers_own():
            return self._sell()
        if intents.asks_to_buy(reading) and self._is_about_something(reading):
            return self._buy()
        if self.mode is Mode.BUYER:
            return self._buy()
        return self._perhaps_buying(reading)

    def _kept_for(self, reading: Reading) -> Understanding:
        """Who it is for changes no search, and is no reason to end one."""
        who = " ".join(found.said() for found in reading.find("(?:{mine})? {kin}"))
        noted = say(self.language, "assume_recipient", who=who)
        assert self.utterance.requirement is not None
        kept = self.utterance.requirement.model_copy(update={"language": self.language})
        return self._plain(Intent.BUY).model_copy(
            update={"requirement": kept, "assumptions": [noted]}
        )

    def _buys_first(self, reading: Reading) -> bool:
        verbs = reading.find("{buy_verb|sell_verb|sell}")
        return (
            bool(verbs)
            and "buy_verb" in verbs[0].tokens()[0].tags
            and "sell_verb" not in verbs[0].tokens()[0].tags
        )

    def _is_about_something(self, reading: Reading) -> bool:
        """ "I want to go home" buys nothing."""
        return reading.has(
            "{thing|weak|brand|line|word|model|amount|color|wanted|feature|sort|cheaper|place|for_another|measure|buy_verb}"
        )

    def _offers_own(self) -> bool:
        """ "my iPhone 13, $650, good condition" sells, though no verb says so."""
        reading = self.reading()
        if reading.has("{amount}|{num}(?:{comma|stop|shipping|negotiable|firm}|$)"):
            mark_faults(reading)
        tells = (
            intents.shows_own(reading)
            or intents.praises(reading)
            or intents.lists_for_sale(reading)
        )
        bargains = intents.bargains(reading) and not intents.says_buy(reading)
        if not bargains and (not tells or reading.has(r"{buy} _ (?!{amount|num|filler})")):
            return False
        if reading.has("{amount|num} _ {max_after}"):
            return False
        offered = read_offer(self.reading(), ListingSpec(), self.utterance)
        return bool(
            (offered.named or offered.title) and (offered.price is not None or offered.condition)
        )

    def _perhaps_buying(self, reading: Reading) -> Understanding:
        """No verb: a wish, or the name of a thing, is a search; a sentence about nothing is not."""
        wishes = read_wishes(self.reading(), self.utterance, before=self.utterance.requirement)
        known = wishes.phrase.is_known or bool(wishes.brands.wanted) or wishes.phrase.is_weak
        if known or (wishes.refines and self.utterance.requirement is not None):
            return self._buy()
        if wishes.refines and wishes.phrase.thing:
            return self._buy()
        if self.utterance.requirement is not None and wishes.phrase.additions:
            return self._buy()
        thing = wishes.phrase.thing
        if thing and self._may_name(reading, thing):
            understood = self._buy()
            guess = say(self.language, "assume_guess", thing=thing)
            return understood.model_copy(update={"assumptions": [*understood.assumptions, guess]})
        if wishes.refines and not reading.has("{question|off_topic}"):
            return self._buy()
        if self.utterance.requirement is not None and reading.has("{instead|same|also|measure}"):
            understood = self._buy()
            return understood.model_copy(update={"not_understood": [self.text[:_UNREAD]]})
        return self._chat(say(self.language, "not_understood"), unread=True)

    def _may_name(self, reading: Reading, thing: str) -> bool:
        """Few words that can be spoken, and no sentence around them."""
        words = thing.split()
        unknown = [token for token in reading.tokens if "word" in token.tags]
        return (
            len(words) <= _NAME_WORDS
            and not reading.has("{question|break|is}")
            and all(smalltalk.can_be_said(token.said) for token in unknown)
            and sum(character.isalpha() for character in thing) >= 3
        )

    # What was shown.

    def _about_shown(self, reading: Reading) -> Understanding | None:
        """ "The second one" means what was shown: something like it, cheaper than it, or itself."""
        shown = self.utterance.shown
        places = referred(reading, shown)
        if not places:
            return self._about_named(reading, shown)
        products = [product for product, _ in places]
        if len(products) > 1 or reading.has("{compare}"):
            others = [p for p in named(reading, shown) if p not in products]
            both = [*products, *others][:2]
            if len(both) == 2:
                return self._chat(compares(both[0], both[1], self.language))
        product, place = places[0]
        if intents.asks_to_sell(reading):
            return self._sell_like(reading, product, place)
        if reading.has("{similar|same|cheaper}"):
            return self._similar(reading, product)
        return self._chat(describes(product, self.language, _asked_of_it(reading)))

    def _about_named(self, reading: Reading, shown: list[ShownProduct]) -> Understanding | None:
        """A question that names products shown: a comparison, or one that their cards answer."""
        if not shown or not reading.has("{compare|details}"):
            return None
        products = named(reading, shown)
        if (
            reading.has("{compare}")
            and len(products) < 2
            and len(shown) >= 2
            and not reading.has("{thing|brand|line|word}")
        ):
            products = shown[:2]
        if len(products) >= 2:
            return self._chat(compares(products[0], products[1], self.language))
        if not products:
            return None
        return self._chat(describes(products[0], self.language, _asked_of_it(reading)))

    def _sell_like(self, reading: Reading, product: ShownProduct, place: Found) -> Understanding:
        """A stranger wrote the title: it becomes the draft's, and says nothing else."""
        rest = [*reading.tokens[: place.start], *reading.tokens[place.end :]]
        utterance = self.utterance.model_copy(update={"listing": ListingSpec()})
        understood = understand_seller(self.reading(joined(rest)), utterance)
        assert understood.listing is not None
        listing = titled(understood.listing, plain_title(product.title))
        return understood.model_copy(
            update={
                "listing": listing,
                "question": question_for(listing, self.utterance, self.language),
            }
        )

    def _similar(self, reading: Reading, product: ShownProduct) -> Understanding:
        """A stranger wrote the title: it says what the thing is, and no other wish."""
        wishes = read_wishes(read(plain_title(product.title), "en"), Utterance(text=""))
        price = PriceRange(currency=product.currency)
        if reading.has("{cheaper}") and product.price > CENT:
            price = price.model_copy(update={"max": product.price - CENT})
        requirement = RequirementSpec(
            product_type=wishes.phrase.whole[:200],
            brand_preferences=wishes.brands.wanted,
            attributes=wishes.attributes.values,
            price=price,
            language=self.language,
        )
        return Understanding(
            intent=Intent.BUY, requirement=requirement, model=MODEL, language=self.language
        )


def _asked_of_it(reading: Reading) -> list[str]:
    """ "Is it unlocked?": the features, colours and measures in a question."""
    if not reading.has("{question}") and all(token.said not in "?？" for token in reading.tokens):
        return []
    return [
        token.get("feature") or token.get("color") or token.said
        for token in reading.tokens
        if any(c in token for c in ("feature", "color", "measure"))
    ]
