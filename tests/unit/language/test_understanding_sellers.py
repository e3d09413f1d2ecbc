"""What a seller's words come to: a draft with only the facts that were said."""

from decimal import Decimal

import pytest

from adapters.language.embedded.adapter import understand
from talknshop.listing import ListingSpec
from talknshop.model import Condition
from talknshop.understanding import Intent, Mode, Understanding, Utterance


def offer(text: str, draft: ListingSpec | None = None, **more: object) -> Understanding:
    understood = understand(Utterance.model_validate({"text": text, "listing": draft, **more}))
    assert understood.intent is Intent.SELL, understood
    return understood


def draft_of(text: str, draft: ListingSpec | None = None, **more: object) -> ListingSpec:
    listing = offer(text, draft, **more).listing
    assert listing is not None
    return listing


def test_a_whole_offer_in_one_sentence():
    listing = draft_of("sell my iphone 13 128gb blue, $650, good condition, free shipping")
    assert listing.title == "iPhone 13"
    assert listing.brand == "Apple"
    assert listing.price == 650
    assert listing.condition is Condition.GOOD
    assert listing.attributes == {"Storage": "128GB", "Color": "blue"}
    assert listing.shipping == "free shipping"
    assert listing.category == "phones"


@pytest.mark.parametrize(
    ("said", "condition", "notes"),
    [
        ("barely used", Condition.LIKE_NEW, ""),
        ("never opened", Condition.NEW, ""),
        ("not used", Condition.NEW, ""),
        ("well loved", Condition.FAIR, ""),
        ("cracked screen but works", Condition.FAIR, "cracked screen"),
        ("some scratches on the back", Condition.GOOD, "some scratches on the back"),
        ("no scratches", Condition.LIKE_NEW, ""),
        ("for parts, won't turn on", Condition.FOR_PARTS, "won't turn on"),
        ("works great", Condition.GOOD, ""),
        ("open box", Condition.OPEN_BOX, ""),
        ("refurbished", Condition.REFURBISHED, ""),
        ("hardly ever used", Condition.LIKE_NEW, ""),
    ],
)
def test_conditions_in_sellers_words(said, condition, notes):
    listing = draft_of(f"selling my camera, 90 dollars, {said}")
    assert listing.condition is condition
    assert listing.condition_notes == notes


@pytest.mark.parametrize(
    ("text", "price", "currency"),
    [
        ("sell my desk for eighty dollars", 80, "USD"),
        ("selling my desk, 80", 80, "USD"),
        ("my desk is for sale, asking £80 obo", 80, "GBP"),
        ("verkaufe Schreibtisch für 1.299,00 €", 1299, "EUR"),
        ("卖书桌，800块", 800, "CNY"),
        ("sell my desk for 80, no make that 90", 90, "USD"),
        ("sell my macbook pro 14, 1.2k", 1200, "USD"),
        ("selling iphone 12", None, "USD"),
        ("selling my 2017 macbook", None, "USD"),
    ],
)
def test_prices(text, price, currency):
    listing = draft_of(text)
    assert listing.price == price
    assert listing.currency == currency


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("selling golf clubs callaway full set", "Callaway golf clubs full set"),
        ("laptop for sale: hp pavilion, $300", "HP Pavilion laptop"),
        ("my guitar has to go, a yamaha f310, $70", "Yamaha F310 guitar"),
        ("selling my iphone 11, sorry iphone 12", "iPhone 12"),
        ("vendo mi bicicleta", "bike"),
        ("출 sell my lamp", "lamp"),
    ],
)
def test_titles(text, title):
    assert draft_of(text).title.lower() == title.lower()


DRAFT = ListingSpec(
    title="iPhone 12",
    brand="Apple",
    price=Decimal(300),
    condition=Condition.GOOD,
    attributes={"Color": "white"},
    target_marketplaces=["ebay", "craigslist"],
)


@pytest.mark.parametrize(
    ("text", "changes"),
    [
        ("change the price to 260", {"price": Decimal(260)}),
        ("knock 10% off", {"price": Decimal(270)}),
        ("drop it by 20", {"price": Decimal(280)}),
        ("it's black", {"attributes": {"Color": "black"}}),
        ("remove the color", {"attributes": {}}),
        ("not on craigslist", {"target_marketplaces": ["ebay"]}),
        ("forget craigslist, facebook instead", {"target_marketplaces": ["facebook"]}),
        ("everywhere", {"target_marketplaces": []}),
        ("quantity 3", {"quantity": 3}),
        ("it has a small scratch", {"condition_notes": "small scratch"}),
        ("it's like new actually", {"condition": Condition.LIKE_NEW}),
        ("sorry, iphone 12 mini", {"title": "iPhone 12 Mini"}),
        ('title should be "iPhone 12 bundle"', {"title": "iPhone 12 bundle"}),
    ],
)
def test_changes_of_a_draft_change_what_they_name(text, changes):
    changed = draft_of(text, DRAFT)
    expected = DRAFT.model_copy(update=changes)
    scored = {"description", "category"}
    assert changed.model_dump(exclude=scored) == expected.model_dump(exclude=scored)


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("yes", Intent.CONFIRM),
        ("looks good, post it", Intent.CONFIRM),
        ("sí, publícalo", Intent.CONFIRM),
        ("好的", Intent.CONFIRM),
        ("never mind, don't post it", Intent.DECLINE),
        ("nein danke", Intent.DECLINE),
    ],
)
def test_a_yes_and_a_no(text, intent):
    assert understand(Utterance(text=text, listing=DRAFT)).intent is intent


def test_what_is_missing_is_asked_for_one_thing_at_a_time_and_once():
    asked = offer("I want to sell something").question
    assert asked is not None
    assert asked.field == "title"
    draft = draft_of("sell my lamp")
    first = offer("sell my lamp").question
    assert first is not None
    assert first.field == "price"
    second = offer("450", draft).question
    assert second is not None
    assert second.field == "condition"
    assert offer("450", draft, asked=["price", "condition"]).question is None


def test_a_search_in_the_middle_of_a_draft_is_a_search():
    understood = understand(Utterance(text="wait, first find me a case", listing=DRAFT))
    assert understood.intent is Intent.BUY


def test_after_a_search_its_refinements_are_not_the_drafts():
    before = understand(Utterance(text="find me a case")).requirement
    understood = understand(
        Utterance(text="in black", listing=DRAFT, requirement=before, flow=Mode.BUYER)
    )
    assert understood.intent is Intent.BUY


def test_the_description_has_no_fact_that_was_not_said():
    listing = draft_of("sell my red kitchenaid mixer, 160, some scratches")
    assert listing.description == "KitchenAid mixer. Red. Good condition. Some scratches."


def test_the_description_follows_until_somebody_writes_it():
    listing = draft_of("sell my red mixer, 160, good condition")
    assert "Blue" in draft_of("it's blue", listing).description
    own = listing.model_copy(update={"description": "A family piece."})
    assert draft_of("it's blue", own).description == "A family piece."
