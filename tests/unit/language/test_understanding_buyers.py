"""What a buyer's words come to: each case is a habit of speech, not a sentence to be known."""

from decimal import Decimal

import pytest

from adapters.language.embedded.adapter import understand
from talknshop.requirement import PriceRange, RequirementSpec, Sort, WantedCondition
from talknshop.understanding import Intent, ShownProduct, Utterance


def wish(text: str, before: RequirementSpec | None = None, **more: object) -> RequirementSpec:
    understood = understand(Utterance.model_validate({"text": text, "requirement": before, **more}))
    assert understood.intent is Intent.BUY, understood
    assert understood.requirement is not None
    return understood.requirement


@pytest.mark.parametrize(
    ("text", "low", "high", "currency"),
    [
        pytest.param("a kayak under $450", None, 450, "USD", id="under"),
        pytest.param("a kayak under two grand", None, 2000, "USD", id="number words"),
        pytest.param("fifty bucks max for a lamp", None, 50, "USD", id="bucks"),
        pytest.param("a lamp for six fifty tops", None, 650, "USD", id="spoken hundreds"),
        pytest.param("between 50 and 80 quid, a lamp", 50, 80, "GBP", id="between"),
        pytest.param("lamp 50-80 dollars", 50, 80, "USD", id="dash"),
        pytest.param("lamp, 2 to 3k", 2000, 3000, "USD", id="a scale for both ends"),
        pytest.param("more than 20 but less than 60 for a lamp", 20, 60, "USD", id="both limits"),
        pytest.param("sofa bis 1.299,00 €", None, 1299, "EUR", id="German figures"),
        pytest.param("canapé à 1 299,50 € maximum", None, Decimal("1299.5"), "EUR", id="French"),
        pytest.param("a lamp at least ¥30,000", 30000, None, "JPY", id="yen"),
        pytest.param("20000 रुपये से कम में फोन", None, 20000, "INR", id="Hindi"),
        pytest.param("两千五百元以下的自行车", None, 2500, "CNY", id="Chinese numbers"),
        pytest.param("a lamp around $100", 85, 115, "USD", id="around"),
        pytest.param("tv under 400, no make that 500", None, 500, "USD", id="corrected"),
    ],
)
def test_prices(text, low, high, currency):
    assert wish(text).price == PriceRange(min=low, max=high, currency=currency)


@pytest.mark.parametrize(
    "text",
    [
        "iphone 13",
        "rtx 4070 graphics card",
        "a toy for kids under 12",
        "sneakers size 10",
        "usb cable 6 ft",
        "galaxy s22 128gb",
        "a headset no older than 2 years",
    ],
)
def test_numbers_that_are_no_prices(text):
    assert wish(text).price == PriceRange()


@pytest.mark.parametrize(
    ("text", "wanted", "excluded"),
    [
        ("a samsnug tv", ["Samsung"], []),
        ("tv, not Samsung", [], ["Samsung"]),
        ("tv but no TCL or Hisense", [], ["TCL", "Hisense"]),
        ("a phone, anything except apple", [], ["Apple"]),
        ("bose or sony headphones", ["Bose", "Sony"], []),
        ("a televisor que no sea LG", [], ["LG"]),
        ("फोन लेकिन एप्पल नहीं", [], ["Apple"]),
        ("不要苹果的手机", [], ["Apple"]),
        ("sony headphones, actually no, bose", ["Bose"], []),
        ("a ring for my wife", [], []),
        ("a coach handbag", ["Coach"], []),
        ("replacement battery for dyson v8", [], []),
    ],
)
def test_brands(text, wanted, excluded):
    requirement = wish(text)
    assert requirement.brand_preferences == wanted
    assert requirement.excluded_brands == excluded


@pytest.mark.parametrize(
    ("text", "thing"),
    [
        ("find me a wireless mouse", "wireless mouse"),
        ("yoga mat extra thick", "yoga mat extra thick"),
        ("my old toaster died, i need a new one", "toaster"),
        ("a tent for four people", "4 person tent"),
        ("iphone 11, sorry, i meant 12 pro", "iPhone 12 Pro"),
        ("case for iphone 14 pro max", "case for iPhone 14 Pro Max"),
        ("un portátil", "laptop"),
        ("Kopfhörer", "headphones"),
        ("je cherche un vélo", "bike"),
        ("साइकिल चाहिए", "bike"),
        ("我要买耳机", "headphones"),
        ("something for my mum", ""),
    ],
)
def test_things(text, thing):
    assert wish(text).product_type == thing


@pytest.mark.parametrize(
    ("text", "attributes"),
    [
        ("laptop 16gb ram 512 gb ssd", {"Memory": "16GB", "Storage": "512GB"}),
        ("a black hoodie in XL", {"Color": "black", "Size": "XL"}),
        ('65" tv', {"Screen Size": "65 inch"}),
        ("levis 501 32x34", {"Size": "32x34"}),
        ("schwarze Jacke Größe L", {"Color": "black", "Size": "L"}),
        ("跑步鞋42码", {"Size": "42"}),
        ("queen size mattress", {"Size": "queen"}),
    ],
)
def test_attributes(text, attributes):
    assert wish(text).attributes == attributes


@pytest.mark.parametrize(
    ("text", "condition", "filters"),
    [
        ("used kayak", WantedCondition.USED, {}),
        ("kayak, brand new", WantedCondition.NEW, {}),
        ("kayak, not used", WantedCondition.NEW, {}),
        ("kayak, new or used", None, {}),
        ("iphone, no refurbs", None, {"excluded_conditions": "refurbished"}),
        ("coat, anything but red", None, {"excluded_colors": "red"}),
        ("vélo d'occasion", WantedCondition.USED, {}),
    ],
)
def test_conditions_and_exclusions(text, condition, filters):
    requirement = wish(text)
    assert requirement.condition is condition
    assert requirement.filters == filters


@pytest.mark.parametrize(
    ("text", "rating", "sort"),
    [
        ("mattress with at least 4 stars", 4, Sort.RELEVANCE),
        ("blender rated 4.5 or better", 4.5, Sort.RELEVANCE),
        ("well reviewed blender", 4, Sort.RELEVANCE),
        ("cheapest blender", None, Sort.PRICE_ASC),
        ("top rated blender", None, Sort.RATING),
        ("le vélo le moins cher", None, Sort.PRICE_ASC),
        ("至少4星的吸尘器", 4, Sort.RELEVANCE),
    ],
)
def test_ratings_and_orders(text, rating, sort):
    requirement = wish(text)
    assert requirement.rating_min == rating
    assert requirement.sort is sort


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("a drone on ebay and walmart", ["ebay", "walmart"]),
        ("a drone, everywhere but amazon", ["ebay", "walmart", "bestbuy"]),
        ("a drone, not from ebay", ["amazon", "walmart", "bestbuy"]),
        ("amazon echo dot", []),
        ("nur bei ebay eine Kamera", ["ebay"]),
    ],
)
def test_marketplaces(text, places):
    assert sorted(wish(text).marketplaces) == sorted(places)


def test_a_marketplace_of_this_installation_is_known_by_its_name():
    requirement = wish("a drone on bazaar", search_marketplaces=["bazaar", "ebay"])
    assert requirement.marketplaces == ["bazaar"]


BEFORE = RequirementSpec(
    product_type="laptop",
    price=PriceRange(max=Decimal(1000)),
    brand_preferences=["Dell"],
    attributes={"Color": "black"},
    condition=WantedCondition.USED,
    marketplaces=["ebay"],
)


@pytest.mark.parametrize(
    ("text", "changes"),
    [
        ("under 700 instead", {"price": PriceRange(max=Decimal(700))}),
        ("cheaper ones", {"sort": Sort.PRICE_ASC}),
        ("what about new?", {"condition": WantedCondition.NEW}),
        ("same in silver", {"attributes": {"Color": "silver"}}),
        ("forget the brand", {"brand_preferences": []}),
        ("any color is fine", {"attributes": {}}),
        ("drop dell", {"brand_preferences": []}),
        ("or lenovo", {"brand_preferences": ["Dell", "Lenovo"]}),
        ("what about hp?", {"brand_preferences": ["HP"]}),
        ("on walmart too", {"marketplaces": ["ebay", "walmart"]}),
        ("search everywhere", {"marketplaces": []}),
        ("price doesn't matter", {"price": PriceRange()}),
        ("gaming", {"product_type": "gaming laptop"}),
        ("Preis egal", {"price": PriceRange(), "language": "de"}),
    ],
)
def test_refinements_change_what_they_name(text, changes):
    assert wish(text, BEFORE) == BEFORE.model_copy(update=changes)


def test_another_kind_of_thing_starts_anew():
    assert wish("now find me a helmet", BEFORE) == RequirementSpec(product_type="helmet")


def test_a_thing_of_the_same_kind_keeps_the_wishes():
    before = RequirementSpec(product_type="mountain bike", price=PriceRange(max=Decimal(900)))
    requirement = wish("actually show me road bikes", before)
    assert requirement.product_type == "road bike"
    assert requirement.price.max == 900


def test_cheaper_means_cheaper_than_what_was_shown():
    shown = [
        ShownProduct(product_id=str(price), marketplace="ebay", title="Lamp", price=Decimal(price))
        for price in (20, 30, 40)
    ]
    before = RequirementSpec(product_type="lamp")
    assert wish("cheaper", before, shown=shown).price.max == Decimal("29.99")
    assert wish("much cheaper", before, shown=shown).price.max == Decimal("19.99")


def test_only_a_search_for_nothing_asks_and_never_twice():
    asks = understand(Utterance(text="I want to buy something under $50"))
    assert asks.question is not None
    assert asks.question.field == "product_type"
    again = understand(Utterance(text="I want to buy something", asked=["product_type"]))
    assert again.question is None
    assert understand(Utterance(text="a lamp")).question is None


def test_what_was_misspelt_assumed_or_not_understood_is_said():
    understood = understand(Utterance(text="wireles hedphones delivered by tuesday evening"))
    assert any("hedphones" in sentence for sentence in understood.assumptions)
    assert any("tuesday" in text for text in understood.not_understood)


@pytest.mark.parametrize(
    ("text", "product", "storage", "high"),
    [
        ("find iphone 14 pro 256 under 600", "iPhone 14 Pro", "256GB", 600),
        ("show me laptops with at least 512 storage, 900 max", "laptop", "512GB", 900),
        ("i need an rtx 4070 or better, 450 tops", "RTX 4070", None, 450),
        ("想买一台笔记本电脑，512G，3000元以内", "laptop", "512GB", 3000),
    ],
)
def test_numbers_of_models_and_gigabytes_are_no_prices(text, product, storage, high):
    requirement = wish(text)
    assert requirement.product_type == product
    assert requirement.attributes.get("Storage") == storage
    assert (requirement.price.min, requirement.price.max) == (None, high)


def test_a_firm_mattress_is_wished_for():
    assert wish("a queen mattress, firm, 500-800").price == PriceRange(
        min=Decimal(500), max=Decimal(800)
    )
