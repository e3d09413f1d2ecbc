"""What buyers will ask, answered in the person's words; nothing is posted by an answer."""

from typing import Any

import pytest

from adapters.language.embedded import EmbeddedLanguage
from talknshop.listing import ListingSpec
from talknshop.model import Condition
from talknshop.understanding import Intent, Mode, Question, Understanding, Utterance

PHONE = ListingSpec(
    title="iPhone 13", category="phones", brand="Apple", price=650, condition=Condition.GOOD,
    description="iPhone 13. Good condition.",
)  # fmt: skip


async def answered(field: str, text: str) -> Understanding:
    question = Question(question="?", field=field, required=False)
    return await EmbeddedLanguage().understand(
        Utterance(text=text, listing=PHONE, question=question, flow=Mode.SELLER)
    )


@pytest.mark.parametrize(
    ("field", "text", "changes"),
    [
        ("fact_storage", "128", {"attributes": {"Storage": "128GB"}}),
        ("fact_storage", "it has 256 gb", {"attributes": {"Storage": "256GB"}}),
        ("fact_size", "42", {"attributes": {"Size": "42"}}),
        ("fact_color", "blue", {"attributes": {"Color": "blue"}}),
        ("fact_unlocked", "Unlocked", {"attributes": {"Carrier": "Unlocked"}}),
        (
            "fact_damage",
            "small scratch on the back",
            {"condition_notes": "small scratch on the back"},
        ),
        ("fact_damage", "none", {}),
        ("fact_damage", "no", {}),
        ("fact_shipping", "Pickup only", {"shipping": "local pickup only"}),
    ],
)
async def test_an_answer_becomes_a_fact(field: str, text: str, changes: dict[str, Any]) -> None:
    understanding = await answered(field, text)
    assert understanding.intent is Intent.SELL
    assert understanding.listing is not None
    told = understanding.listing.model_dump(exclude={"description"})
    assert told == PHONE.model_copy(update=changes).model_dump(exclude={"description"})
    for change in changes.values():
        for value in change.values() if isinstance(change, dict) else []:
            assert value.lower() in understanding.listing.description.lower()


@pytest.mark.parametrize("field", ["fact_storage", "fact_damage", "fact_unlocked"])
async def test_something_else_may_be_said_instead(field: str) -> None:
    assert (await answered(field, "post it")).intent is Intent.CONFIRM
    cheaper = await answered(field, "change the price to 600")
    assert cheaper.listing is not None
    assert (cheaper.listing.price, cheaper.listing.condition_notes) == (600, "")
    assert (await answered(field, "cancel")).intent is Intent.DECLINE
