"""From a filled-in form to an understanding, taking nothing on a stranger's word.

A photo, a title or a draft may hold text that talks a model into something. What the model may
decide is therefore bounded by the person's own words, as the rules read them.
"""

import json
import re
from dataclasses import dataclass
from decimal import Decimal

from pydantic import ValidationError

from adapters.language.chat_model.form import Attribute, Form, Offer, Wish
from adapters.language.chat_model.guarding import Guard, numbers_in
from adapters.language.port import Language
from talknshop.listing import ListingSpec
from talknshop.messages import say
from talknshop.model import MarketplaceName
from talknshop.requirement import RequirementSpec
from talknshop.understanding import Intent, Question, Understanding, Utterance

_MOST_REMARKS = 5
_LONGEST_FORM = 20_000  # a description has up to 8,000 characters


class Refused(Exception):  # noqa: N818 -- not an error of ours: the model may try again
    """The form can't be used; the message says why, for the model."""


@dataclass(frozen=True)
class _OwnWords:
    """What the rules read in the person's words, without any photo or title."""

    utterance: Utterance
    reading: Understanding

    @classmethod
    async def of(cls, utterance: Utterance, rules: Language) -> "_OwnWords":
        alone = utterance.model_copy(update={"images": [], "shown": []})
        return cls(utterance, await rules.understand(alone))

    def say(self, key: str) -> str:
        return say(self.reading.language or self.utterance.language, key)

    @property
    def marketplaces(self) -> set[MarketplaceName]:
        """Those that the words name or, as far as the rules can tell, mean."""
        squeezed = re.sub(r"[\W_]", "", self.utterance.text.casefold())
        named = {name for name in self.utterance.marketplaces if name.replace("_", "") in squeezed}
        read = self.reading
        return named.union(
            read.requirement.marketplaces if read.requirement else [],
            read.listing.target_marketplaces if read.listing else [],
        )


async def understood_from(parsed: object, utterance: Utterance, rules: Language) -> Understanding:
    """Raises Refused."""
    try:
        form = Form.model_validate(parsed)
        return _understanding(form, utterance, await _OwnWords.of(utterance, rules))
    except ValidationError as error:
        raise Refused(_problem_of(error)) from error


def _understanding(form: Form, utterance: Utterance, words: _OwnWords) -> Understanding:
    guard = Guard(_given(utterance), _amounts(form, words))
    everything = json.dumps(form.model_dump(), ensure_ascii=False)
    if len(everything) > _LONGEST_FORM:
        raise Refused("it is too long")
    if objection := guard.basic_objection(everything):
        raise Refused(objection)
    intent = Intent(form.intent)
    if intent in (Intent.CONFIRM, Intent.DECLINE):
        return _about_the_draft(intent, words)
    remarks = [*form.assumptions[:_MOST_REMARKS], *form.not_understood[:_MOST_REMARKS]]
    for text in (form.reply, form.question, *form.question_options, *remarks):
        if objection := guard.objection(text):
            raise Refused(objection)
    understanding = Understanding(
        intent=intent,
        question=_question(form, utterance),
        not_understood=form.not_understood[:_MOST_REMARKS],
        assumptions=form.assumptions[:_MOST_REMARKS],
    )
    match intent:
        case Intent.BUY:
            return _buying(form.wish or Wish(), understanding, guard, words)
        case Intent.SELL:
            return _selling(form.offer or Offer(), understanding, guard, words)
        case _:
            return understanding.model_copy(update={"reply": form.reply})


def _about_the_draft(intent: Intent, words: _OwnWords) -> Understanding:
    """Posting and giving up follow plain words of the person's, and no photo beside them."""
    if words.reading.intent is intent and not words.utterance.images:
        return Understanding(intent=intent)
    reply = words.say("not_confirmed" if intent is Intent.CONFIRM else "not_declined")
    return Understanding(intent=Intent.CHAT, reply=reply)


def _given(utterance: Utterance) -> list[str]:
    """Texts whose addresses may be repeated: the person's own, and what they let stand."""
    draft = utterance.listing
    return [utterance.text, *([draft.model_dump_json()] if draft else [])]


def _amounts(form: Form, words: _OwnWords) -> set[Decimal]:
    """Amounts that may be spoken of: said, shown, in a spec, or taken by the form itself."""
    utterance, draft = words.utterance, words.utterance.listing or ListingSpec()
    amounts: list[Decimal | None] = [product.price for product in utterance.shown]
    for requirement in (utterance.requirement, words.reading.requirement):
        amounts += [requirement.price.min, requirement.price.max] if requirement else []
    for listing in (draft, words.reading.listing):
        amounts += [listing.price] if listing else []
    if form.wish is not None:
        amounts += [_price(form.wish.price_min), _price(form.wish.price_max)]
    if form.offer is not None and _may_cost(form.offer, draft, words):
        amounts.append(_price(form.offer.price))
    return numbers_in(utterance.text).union(amount for amount in amounts if amount is not None)


def _question(form: Form, utterance: Utterance) -> Question | None:
    fields = ListingSpec if form.intent == "sell" else RequirementSpec
    field = form.question_field
    if not form.question or field not in fields.model_fields or field in utterance.asked:
        return None
    return Question(question=form.question, field=field, options=form.question_options[:8])


def _buying(
    wish: Wish, understanding: Understanding, guard: Guard, words: _OwnWords
) -> Understanding:
    before, read = words.utterance.requirement, words.reading.requirement
    marketplaces, kept = _chosen(
        wish.marketplaces,
        before.marketplaces if before else [],
        read.marketplaces if read else None,
        words,
    )
    requirement = RequirementSpec.model_validate(
        {
            **wish.model_dump(exclude={"attributes", "price_min", "price_max", "currency"}),
            "product_type": guard.without_contacts(wish.product_type),
            "attributes": _attributes(wish.attributes, guard),
            "price": {
                "min": _price(wish.price_min),
                "max": _price(wish.price_max),
                "currency": wish.currency,
            },
            "condition": None if wish.condition == "any" else wish.condition,
            "marketplaces": marketplaces,
            "language": wish.language if re.fullmatch("[a-z]{2,3}", wish.language) else "en",
        }
    )
    assumptions = [*understanding.assumptions, *([words.say("marketplaces_kept")] if kept else [])]
    return understanding.model_copy(update={"requirement": requirement, "assumptions": assumptions})


def _selling(
    offer: Offer, understanding: Understanding, guard: Guard, words: _OwnWords
) -> Understanding:
    draft, read = words.utterance.listing or ListingSpec(), words.reading.listing
    targets, targets_kept = _chosen(
        offer.target_marketplaces,
        draft.target_marketplaces,
        read.target_marketplaces if read else None,
        words,
    )
    price = _price(offer.price)
    price_kept = not _may_cost(offer, draft, words)
    texts = ("title", "description", "category", "brand", "condition_notes", "shipping")
    listing = ListingSpec.model_validate(
        {
            **{name: guard.without_contacts(getattr(offer, name)) for name in texts},
            "price": draft.price if price_kept else price,
            "currency": draft.currency if price_kept else offer.currency,
            "condition": _condition(offer, draft, words),
            "quantity": offer.quantity,
            "attributes": _attributes(offer.attributes, guard),
            "location": {"postal_code": offer.postal_code, "country": offer.country},
            "media_refs": [] if _is_another(offer, draft, read) else draft.media_refs,
            "target_marketplaces": targets,
        }
    )
    remarks = [
        *([words.say("marketplaces_kept")] if targets_kept else []),
        *([words.say("price_kept")] if price_kept and price is not None else []),
    ]
    return understanding.model_copy(
        update={"listing": listing, "assumptions": [*understanding.assumptions, *remarks]}
    )


def _is_another(offer: Offer, draft: ListingSpec, read: ListingSpec | None) -> bool:
    """Something new is sold, by the rules' reading too: the draft's photos are not of it."""
    began_anew = read is not None and not read.media_refs and bool(draft.media_refs)
    return began_anew and offer.title != draft.title


def _chosen(
    wanted: list[str],
    before: list[MarketplaceName],
    read: list[MarketplaceName] | None,
    words: _OwnWords,
) -> tuple[list[MarketplaceName], bool]:
    """Those of the wanted that the person named now or before, and whether others were wanted.

    An empty list means all of them: only what the rules read leads from some to all.
    """
    allowed = words.marketplaces.union(before)
    chosen = list(dict.fromkeys(name for name in wanted if name in allowed))
    otherwise = before if read is None else read
    return chosen or otherwise, not set(wanted).issubset(allowed)


def _may_cost(offer: Offer, draft: ListingSpec, words: _OwnWords) -> bool:
    """Whether the person's words can have set this price; a photo never does."""
    price, currency = _price(offer.price), offer.currency
    if price is None:
        return draft.price is None
    if (price, currency) == (draft.price, draft.currency):
        return True
    read = words.reading.listing
    if read is not None and (price, currency) == (read.price, read.currency):
        return True
    said = numbers_in(words.utterance.text)
    # "Take fifty off" says a number too, but beside a photo only the plain amount counts.
    return price in said if words.utterance.images else bool(said)


def _condition(offer: Offer, draft: ListingSpec, words: _OwnWords) -> str | None:
    """A photo may suggest a condition where none was stated, but changes none that was."""
    read = words.reading.listing
    stated = read is not None and read.condition is not draft.condition
    if offer.condition == "unknown" or (draft.condition and words.utterance.images and not stated):
        return draft.condition
    return offer.condition


def _attributes(attributes: list[Attribute], guard: Guard) -> dict[str, str]:
    return {
        attribute.name: value
        for attribute in attributes
        if (value := guard.without_contacts(attribute.value).strip())
    }


def _price(amount: float | None) -> Decimal | None:
    return None if amount is None else Decimal(repr(amount))


def _problem_of(error: ValidationError) -> str:
    return "; ".join(
        f"{'.'.join(map(str, problem['loc']))}: {problem['msg']}" for problem in error.errors()[:5]
    )
