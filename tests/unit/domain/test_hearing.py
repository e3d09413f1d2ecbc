"""What a speech model is told to expect."""

from decimal import Decimal

from talknshop.hearing import likely_words
from talknshop.listing import ListingSpec
from talknshop.requirement import RequirementSpec
from talknshop.understanding import ShownProduct


def shown(title: str) -> ShownProduct:
    return ShownProduct(product_id="1", marketplace="ebay", title=title, price=Decimal(1))


def test_names_that_were_spoken_of_come_once_and_the_nearest_last() -> None:
    long = "Sony WH-1000XM5 Wireless Noise Cancelling Headphones with thirty hours of battery"
    wish = RequirementSpec(product_type="headphones", brand_preferences=["Sony", "Bose"])
    draft = ListingSpec(title="iPhone 13", brand="Apple")
    assert likely_words([shown(long), shown(long)], wish, draft) == [
        "Sony WH-1000XM5 Wireless Noise Cancelling Headphones",
        "headphones",
        "Sony",
        "Bose",
        "Apple",
        "iPhone 13",
    ]


def test_of_many_only_the_last_fit() -> None:
    words = likely_words([shown(f"thing {n}") for n in range(40)], None, None)
    assert len(words) == 16
    assert words[-1] == "thing 39"
    assert likely_words([], None, None) == []
