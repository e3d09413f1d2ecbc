"""How people really write: lists, forms, text-speak, names made of small words, corrections."""

from decimal import Decimal

import pytest

from adapters.language.embedded.adapter import understand
from adapters.language.embedded.splitting import clean
from talknshop.listing import ListingSpec
from talknshop.model import Condition
from talknshop.requirement import PriceRange, RequirementSpec
from talknshop.understanding import Intent, Mode, ShownProduct, Understanding, Utterance


def understood(text: str, **more: object) -> Understanding:
    return understand(Utterance.model_validate({"text": text, **more}))


def wish(text: str, **more: object) -> RequirementSpec:
    requirement = understood(text, **more).requirement
    assert requirement is not None
    return requirement


def draft(text: str, **more: object) -> ListingSpec:
    listing = understood(text, **more).listing
    assert listing is not None
    return listing


@pytest.mark.parametrize(
    ("text", "thing"),
    [
        ("over 50 birthday gift", "over 50 birthday gift"),
        ("new york poster", "new york poster"),
        ("less than zero book", "less than zero book"),
        ("under desk treadmill", "under desk treadmill"),
    ],
)
def test_small_words_in_a_name_limit_nothing(text, thing):
    requirement = wish(text)
    assert requirement.product_type.lower() == thing
    assert requirement.price == PriceRange()
    assert requirement.condition is None


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("a lamp, I refuse to pay over 140", None, 140),
        ("a lamp and not more than 80 dollars", None, 80),
        ("lamp, from 200 dollars up", 200, None),
        ("lamp 300ish", 255, 345),
    ],
)
def test_limits_in_other_words(text, low, high):
    price = wish(text).price
    assert (price.min, price.max) == (low, high)


@pytest.mark.parametrize(
    "text",
    [
        "Title: Acme Fan\nCondition: used\nPrice: 55",
        "fan heater / works / $30 / zip 97201",
        "fan heater, $25, good condition",
        "fan heater, used two winters, 40",
        "fan heater, like new, $30 cash or venmo",
        "fan heater, never used, 20",
    ],
)
def test_an_advert_needs_no_verb(text):
    assert understood(text).intent is Intent.SELL


@pytest.mark.parametrize(
    "text",
    ["fan heater under $30", "fan heater, used, budget 40", "red or blue fan heater, new, 30 max"],
)
def test_a_list_of_wishes_is_no_advert(text):
    assert understood(text).intent is Intent.BUY


@pytest.mark.parametrize(
    ("said", "condition", "notes"),
    [
        ("the tip is worn, works fine", Condition.GOOD, "tip is worn"),
        ("used maybe 5 times", Condition.LIKE_NEW, ""),
        ("worn one time", Condition.LIKE_NEW, ""),
        ("great shape but the handle is torn", Condition.GOOD, "handle is torn"),
        ("pretty worn", Condition.FAIR, ""),
        ("cuts like a dream", Condition.GOOD, ""),
        ("was $150 new, good condition", Condition.GOOD, ""),
    ],
)
def test_conditions_in_many_words(said, condition, notes):
    listing = draft(f"selling my mower, {said}, asking $70")
    assert listing.condition is condition
    assert listing.condition_notes == notes
    assert listing.price == 70


def test_text_speak_of_sellers():
    assert draft("selling my lamp 4 15, used").price == 15
    assert draft("selling my playstation 4 200 bucks, used").title == "PlayStation 4"


def test_a_number_goes_to_what_it_is_near():
    boots = RequirementSpec(product_type="boots", attributes={"Size": "8"})
    assert wish("make it 8.5", requirement=boots).attributes == {"Size": "8.5"}
    laptop = RequirementSpec(product_type="laptop", attributes={"Memory": "16GB"})
    assert wish("no make that 32", requirement=laptop).attributes == {"Memory": "32GB"}
    assert wish("make it 300", requirement=laptop).price.max == 300


def test_cheaper_never_raises_the_limit():
    before = RequirementSpec(product_type="helmet", price=PriceRange(max=Decimal(40)))
    dear = ShownProduct(product_id="1", marketplace="ebay", title="Helmet", price=Decimal(90))
    assert wish("cheaper", requirement=before, shown=[dear]).price.max == 40


def test_back_to_the_draft_after_a_search():
    answer = understood(
        "ok back to my bike, make it 140",
        listing=ListingSpec(title="bike", price=Decimal(150), condition=Condition.GOOD),
        requirement=RequirementSpec(product_type="helmet"),
        flow=Mode.BUYER,
    )
    assert answer.intent is Intent.SELL
    assert answer.listing is not None
    assert answer.listing.price == 140


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("undo that", "en"), ("deshaz eso", "es"), ("annule ça", "fr"),
        ("mach das rückgängig", "de"), ("पहले जैसा", "hi"), ("撤回", "zh"),
    ],
)  # fmt: skip
def test_what_is_to_be_undone_is_asked(text, language):
    answer = understood(text, requirement=RequirementSpec(product_type="laptop"), language=language)
    assert answer.intent is Intent.CHAT
    assert "“" in answer.reply or "«" in answer.reply or "„" in answer.reply


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("the second one, is it unlocked?", "Its title says “unlocked”."),
        ("the first one, is it unlocked?", "Its title does not say whether it is “unlocked”."),
    ],
)
def test_a_question_is_answered_from_the_title(text, answer):
    shown = [
        ShownProduct(product_id="1", marketplace="ebay", title="Pixel 7", price=Decimal(200)),
        ShownProduct(
            product_id="2", marketplace="ebay", title="Pixel 8 Unlocked", price=Decimal(300)
        ),
    ]
    assert answer in understood(text, shown=shown).reply


def test_what_is_said_over_and_over_is_read_once():
    assert clean("laptop " * 570) == "laptop"
    assert clean("find me " * 100 + "a lamp") == "find me a lamp"
