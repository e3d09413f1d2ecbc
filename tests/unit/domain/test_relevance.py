"""What is asked for comes before what merely mentions it."""

from collections.abc import Sequence

import pytest

from talknshop.relevance import Text, Wish, relevances


@pytest.mark.parametrize(
    ("wish", "wanted", "less"),
    [
        ("iphone 13", "Apple iPhone 13 128GB Unlocked", "Case for iPhone 13, Clear"),
        ("iphone 13", "Apple iPhone 13 128GB Unlocked", "iPhone 13 Leather Wallet Case"),
        ("iphone 13", "Apple iPhone 13 128GB Unlocked", "Apple iPhone 12 128GB Unlocked"),
        ("iphone 13", "Apple iPhone 13 128GB Unlocked", "Apple iPhone 13 Pro 128GB Unlocked"),
        ("iphone 13 case", "Clear Cover Compatible with iPhone 13", "Apple iPhone 13 128GB"),
        ("laptop", "Acer Notebook with Carrying Bag", "Laptop Backpack with USB Port"),
        ("256gb ssd", "Samsung SSD 256 GB", "Samsung SSD 512 GB"),
        ("ps5", "PlayStation 5 Console", "PlayStation 4 Console"),
        ("red dress", "Red Party Dress", "Blue Party Dress"),
        ("women's boots", "Ladies Winter Boots", "Men's Winter Boots"),
        ("girls dress", "Toddler Dress", "Women's Dress"),
        ("humidifer", "Ultrasonic Humidifier", "Oil Diffuser"),
        ("air fryer", "Airfryer 4 qt", "Deep Fryer 4 qt"),
    ],
)
def test_the_thing_itself_is_more_relevant(wish: str, wanted: str, less: str) -> None:
    first, second = relevances(Wish(wish), [Text(wanted), Text(less)])
    assert first.score > second.score


def test_another_brand_than_the_named_one_is_less_relevant() -> None:
    sony = Text("WH-CH520 Headphones", "Sony")
    bose = Text("QuietComfort Headphones", "Bose")
    first, second = relevances(Wish("sony headphones"), [sony, bose])
    assert first.score > second.score


def test_one_of_several_brands_will_do() -> None:
    texts = [Text("Headphones", brand) for brand in ("Sony", "Bose", "Acme")]
    sony, bose, acme = relevances(Wish("headphones", ("Sony", "Bose")), texts)
    assert sony.score == bose.score > acme.score


def test_what_comes_along_makes_no_accessory() -> None:
    (buds,) = relevances(Wish("earbuds"), [Text("TOZO T6 Earbuds with Wireless Charging Case")])
    assert buds.flaw == ""


def test_meaning_decides_where_words_do_not() -> None:
    def near(text: str, others: Sequence[str]) -> list[float]:
        return [0.9 if "Sneaker" in other else 0.1 for other in others]

    texts = [Text("Garden Hose"), Text("Trail Sneaker")]
    hose, shoe = relevances(Wish("jogging footwear"), texts, near)
    assert shoe.score > hose.score


def test_without_a_wish_all_are_alike() -> None:
    scores = {r.score for r in relevances(Wish(""), [Text("A"), Text("B")])}
    assert len(scores) == 1
