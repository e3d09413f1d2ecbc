"""Recommendations: near to what was looked at, honest about why, never what is known already."""

from collections.abc import Sequence
from decimal import Decimal

from talknshop.memory import How, Seed, Taste
from talknshop.products import Availability, ProductResult
from talknshop.recommending import recommended

LOOKED = Seed(text="Sony WH-1000XM5 headphones", search="headphones", how=How.SELECTED)
SOUGHT = Seed(text="trail running shoes", search="trail running shoes", how=How.SAID)


def offer(product_id: str, title: str, **fields: object) -> ProductResult:
    given = {
        "product_id": product_id,
        "title": title,
        "price": Decimal(100),
        "currency": "USD",
        "marketplace": "ebay",
        "deep_link": f"https://example.com/{product_id}",
        "availability": Availability.IN_STOCK,
    }
    return ProductResult.model_validate(given | fields)


def shared_words(text: str, others: Sequence[str]) -> list[float]:
    """Stands in for embeddings: the share of words in common."""
    own = set(text.lower().split())
    return [len(own & set(o.lower().split())) / len(own | set(o.lower().split())) for o in others]


HEADPHONES = [
    offer("h1", "Sony WH-1000XM4 headphones"),
    offer("h2", "Bose headphones"),
    offer("h3", "garden hose"),
    offer("h4", "Sony headphones", availability=Availability.OUT_OF_STOCK),
]
SHOES = [offer("s1", "Brooks trail running shoes"), offer("s2", "Hoka trail shoes")]


def titles(seeds: list[Seed], found: list[list[ProductResult]], **options: object) -> list[str]:
    taste, excluded = options.get("taste", Taste()), options.get("excluded", [])
    assert isinstance(taste, Taste)
    assert isinstance(excluded, list)
    items = recommended(seeds, found, 8, shared_words, taste, excluded, "en")
    return [item.product.product_id for item in items]


def test_each_seed_has_its_turn_and_what_is_far_or_sold_is_left_out() -> None:
    assert titles([LOOKED, SOUGHT], [HEADPHONES, SHOES]) == ["h1", "s1", "s2"]


def test_what_the_person_knows_or_dismissed_is_not_recommended() -> None:
    assert titles([LOOKED], [HEADPHONES], excluded=["ebay/h1"]) == []
    assert titles([SOUGHT], [SHOES], taste=Taste(hidden=["ebay/s1"])) == ["s2"]


def test_the_reason_is_true_of_its_seed() -> None:
    items = recommended([LOOKED, SOUGHT], [HEADPHONES, SHOES], 8, shared_words, Taste(), [], "en")
    reasons = {item.product.product_id: item.reason for item in items}
    assert reasons["h1"] == "Because you looked at “Sony WH-1000XM5 headphones”."
    assert reasons["s1"] == "Because you searched for trail running shoes."


def test_of_two_as_near_the_brand_that_was_chosen_comes_first() -> None:
    pair = [offer("a", "Acme trail running shoes"), offer("z", "Zeta trail running shoes")]
    assert titles([SOUGHT], [pair]) == ["a", "z"]
    assert titles([SOUGHT], [pair], taste=Taste(brands={"Zeta": 1.0})) == ["z", "a"]


def test_one_offer_is_recommended_once() -> None:
    both = [offer("s1", "trail running shoes Sony headphones")]
    assert titles([SOUGHT, SOUGHT], [both, both]) == ["s1"]
