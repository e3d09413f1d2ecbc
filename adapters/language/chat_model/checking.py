"""From a filled-in form to an understanding: nothing is taken that the person may not have said."""

from typing import Any

from pydantic import ValidationError

from adapters.language.chat_model.form import Form, Offer, Wish
from adapters.language.embedded import EmbeddedLanguage
from talknshop.listing import ListingSpec
from talknshop.model import MarketplaceName
from talknshop.requirement import RequirementSpec
from talknshop.understanding import Intent, Question, Understanding, Utterance

_RULES = EmbeddedLanguage()
_NOT_CONFIRMED = "Say “yes, post it”, or press Confirm, and I'll post it as shown."


async def checked(form: Form, utterance: Utterance) -> Understanding:
    """Raises ValidationError when a spec's own rules refuse what the form says."""
    intent = await _allowed(Intent(form.intent), utterance)
    if intent is not Intent(form.intent):
        return Understanding(intent=intent, reply=_NOT_CONFIRMED)
    question = (
        Question(
            question=form.question, field=form.question_field, options=form.question_options[:8]
        )
        if form.question and form.question_field not in utterance.asked
        else None
    )
    return Understanding(
        intent=intent,
        requirement=_requirement(form.wish or Wish(), utterance) if intent is Intent.BUY else None,
        listing=_listing(form.offer or Offer(), utterance) if intent is Intent.SELL else None,
        reply=form.reply if intent is Intent.CHAT else "",
        question=question,
        not_understood=form.not_understood,
        assumptions=form.assumptions,
    )


async def _allowed(intent: Intent, utterance: Utterance) -> Intent:
    """Posting and giving up follow the person's own words alone: the rules must read them so too.

    A model may have been talked into it by a photo or a title; rules can't be.
    """
    if intent not in (Intent.CONFIRM, Intent.DECLINE):
        return intent
    read = await _RULES.understand(utterance)
    return intent if read.intent is intent else Intent.CHAT


def _requirement(wish: Wish, utterance: Utterance) -> RequirementSpec:
    named = utterance.requirement.marketplaces if utterance.requirement else []
    return RequirementSpec.model_validate(
        {
            **wish.model_dump(exclude={"attributes", "price_min", "price_max", "currency"}),
            "attributes": {attribute.name: attribute.value for attribute in wish.attributes},
            "price": {
                "min": _price(wish.price_min),
                "max": _price(wish.price_max),
                "currency": wish.currency,
            },
            "condition": None if wish.condition == "any" else wish.condition,
            "marketplaces": _known(wish.marketplaces, utterance) or named,
        }
    )


def _listing(offer: Offer, utterance: Utterance) -> ListingSpec:
    draft = utterance.listing or ListingSpec()
    return ListingSpec.model_validate(
        {
            **offer.model_dump(exclude={"attributes", "postal_code", "country"}),
            "attributes": {attribute.name: attribute.value for attribute in offer.attributes},
            "price": _price(offer.price),
            "condition": None if offer.condition == "unknown" else offer.condition,
            "location": {"postal_code": offer.postal_code, "country": offer.country},
            "media_refs": draft.media_refs,
            "target_marketplaces": _known(offer.target_marketplaces, utterance)
            or draft.target_marketplaces,
        }
    )


def _known(names: list[str], utterance: Utterance) -> list[MarketplaceName]:
    return [name for name in names if name in utterance.marketplaces]


def _price(amount: float | None) -> Any:
    """As text, which is exact; the spec refuses what is not an amount."""
    return None if amount is None else repr(amount)


def problem_of(error: ValidationError) -> str:
    """What is wrong with a form, for the model that filled it in."""
    return "; ".join(
        f"{'.'.join(map(str, problem['loc']))}: {problem['msg']}" for problem in error.errors()[:5]
    )
