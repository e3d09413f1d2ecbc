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
    ("said", "condition", "notes"),
    [
        ("one of the hinges sticks", Condition.FAIR, "one of the hinges sticks"),
        ("the shutter won't fire", Condition.FAIR, "shutter won't fire"),
        ("strap is torn, lens gets foggy", Condition.FAIR, "strap is torn; lens gets foggy"),
        ("the paint's come off in places", Condition.FAIR, "paint's come off in places"),
        ("grip is grubby but works", Condition.GOOD, "grip is grubby"),
        (
            "two dials stick and there's a dent",
            Condition.FAIR,
            "two dials stick; dent",
        ),
        ("could do with a polish", Condition.GOOD, "could do with a polish"),
        ("opened the box but never used it", Condition.OPEN_BOX, ""),
        ("no big dents", None, ""),
        ("the strap isn't included", None, ""),
        ("you can have it if you need it", None, ""),
    ],
)
def test_what_is_wrong_is_noted_in_whole_clauses(said, condition, notes):
    listing = draft_of(f"selling my camera, 90 dollars, {said}")
    assert (listing.condition, listing.condition_notes) == (condition, notes)
    assert listing.title == "camera"


@pytest.mark.parametrize(
    ("text", "notes"),
    [
        ("vendo mi guitarra, tiene un golpe en el cuerpo, 280 €", "golpe en el cuerpo"),
        ("vends mon vélo, la chaîne saute, 80 euros", "chaîne saute"),
        ("vends lave-linge, fait du bruit à l'essorage, 70 €", "fait du bruit à l'essorage"),
        ("vendo bicicleta estática, el sensor de pulso no va, 90€", "sensor de pulso no va"),
        ("Verkaufe Waschmaschine, schleudert nicht mehr, 30 Euro", "schleudert nicht mehr"),
        ("Verkaufe Kinderwagen, ein Rad quietscht, 130 Euro", "Rad quietscht"),
        ("मेरी साइकिल बेचनी है, सीट फटी है, 1800 रुपये", "सीट फटी"),
        ("卖戴森吸尘器，电池不耐用了，600元", "电池不耐用了"),
    ],
)
def test_what_is_wrong_is_read_in_every_language(text, notes):
    assert notes in draft_of(text).condition_notes


def test_what_is_wrong_takes_nothing_from_the_grade_told_before():
    draft = ListingSpec(title="violin", condition=Condition.GOOD)
    listing = draft_of("oh, the bow is missing", draft)
    assert (listing.condition, listing.condition_notes) == (Condition.GOOD, "bow is missing")


@pytest.mark.parametrize(
    "text",
    [
        "rug from West Elm, tassels came off one side, $50",
        "Kaffeemaschine, tropft etwas, 25 Euro, soll weg",
        "anyone want a standing mirror? 25 dollars",
    ],
)
def test_who_tells_what_is_wrong_and_a_price_sells(text):
    assert draft_of(text).price


@pytest.mark.parametrize(
    "text", ["a 50 ft garden hose that doesn't kink", "18v impact driver no batteries needed"]
)
def test_who_wishes_that_something_be_right_buys(text):
    assert understand(Utterance(text=text)).intent is Intent.BUY


@pytest.mark.parametrize(
    ("text", "price", "title"),
    [
        ("Garmin Forerunner 245, strap is torn, £65", 65, "Garmin Forerunner 245"),
        ("want 95 for my casserole, new these go for 280", 95, "casserole"),
        ("selling a marble vanity. They retail at 600, I'm asking 300.", 300, "marble vanity"),
        ("looking to get 450 for my Roland FP-30 keyboard", 450, "Roland FP-30 keyboard"),
        ("selling a helmet, 120€, shipping within Europe 10€", 120, "helmet"),
        ("Trek Vinzo 7, mint, rides well, 160", 160, "Trek Vinzo 7"),
        ("Tent, Vango 4 man, one pole snapped. 35 quid ono", 35, "Vango 4 person tent"),
        ("my nan's old rotary phone, the cord is cut, 20 dollars", 20, "rotary phone"),
    ],
)
def test_which_number_is_the_price_and_which_the_name(text, price, title):
    listing = draft_of(text)
    assert (listing.price, listing.title) == (price, title)


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("2 x Sonos One speakers, white, £140 for the two", "Sonos One speaker"),
        (
            "guitarra Alhambra con funda, pequeño golpe atrás, 250 euros",
            "guitar Alhambra with case",
        ),
        ("my daughters prom dress only worn one night paid 300 want 100", "prom dress"),
        (
            "Leather jacket. Schott Perfecto 618. Zip sticks. Asking 250.",
            "Schott Perfecto 618 leather jacket",
        ),
        ("lit bébé blanc, un barreau fendu, 40 €", "crib"),
        ("Kids are off to uni so the table tennis table has to go. £60.", "table tennis table"),
        ("I'd like to sell my violin. The bow has no hair left. 85 dollars.", "violin"),
    ],
)
def test_the_name_has_the_names_in_it_and_nothing_of_the_story(text, title):
    assert draft_of(text).title == title


@pytest.mark.parametrize("said", ["only wore it twice", "worn a couple of times", "flown once"])
def test_what_was_used_a_few_times_is_like_new(said):
    assert draft_of(f"selling a drone, 90 dollars, {said}").condition is Condition.LIKE_NEW


@pytest.mark.parametrize(
    ("text", "quantity"),
    [
        ("snow tires, used, 45 a piece, got 4 of em", 4),
        ("Four dining chairs for sale. Seat covers are torn on two of them. $15 apiece.", 4),
        ("卖两把椅子，宜家的，每把50元", 2),
        ("zwei Lautsprecher zu verkaufen, je 45 Euro, wie neu", 2),
        ("चार कुर्सियाँ बेचनी हैं, 500 रुपये प्रति कुर्सी", 4),
    ],
)
def test_how_many_there_are(text, quantity):
    assert draft_of(text).quantity == quantity


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


def test_maker_and_model_told_later_join_the_title():
    draft = draft_of("a yamaha f310", draft_of("i want to sell my guitar"))
    assert (draft.title, draft.brand) == ("Yamaha f310 guitar", "Yamaha")


def test_a_part_that_failed_is_a_note_and_not_the_end_of_the_whole():
    draft = draft_of("works but the light is dead", draft_of("selling my old fridge"))
    assert (draft.condition, draft.condition_notes) == (Condition.FAIR, "light is dead")
