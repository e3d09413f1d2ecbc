"""Preferences: learned, bounded, corrected, erased, and put to use."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from talknshop.learning import MOST_ITEMS, all_erased, changed, entered, erased, learned
from talknshop.memory import (
    How,
    Kind,
    Memory,
    NewItem,
    Observation,
    Recollection,
    SeenProduct,
    Told,
    Wishes,
    recollection_of,
    seeds_of,
    sort_of,
)
from talknshop.model import Condition
from talknshop.recalling import (
    dropped_from,
    filled_in,
    is_new_search,
    summary_of,
    taste_of,
    wishes_said,
)
from talknshop.requirement import PriceRange, RequirementSpec, WantedCondition

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def said(about: str = "shoes", because: str = "", **wishes: Any) -> Observation:
    return Observation(about=about, because=because, wishes=Wishes(**wishes))


def did(how: Any, about: str = "laptop", **product: Any) -> Observation:
    seen = {
        "marketplace": "ebay",
        "product_id": "1",
        "title": "Dell XPS 13",
        "price": Decimal(500),
        "currency": "USD",
        "brand": "Dell",
        "condition": Condition.GOOD,
        "found_by": "laptop",
    }
    return Observation(about=about, how=how, product=SeenProduct.model_validate(seen | product))


def after(*seen: Observation, memory: Memory | None = None) -> Memory:
    memory = memory or Memory()
    for number, observation in enumerate(seen):
        memory = learned(memory, observation, NOW + timedelta(minutes=number))
    return memory


def values(memory: Memory, kind: Kind) -> list[str]:
    return sorted(item.value for item in memory.items if item.kind is kind)


def test_a_size_is_kept_with_its_reason_and_its_date() -> None:
    memory = after(said(size="42", because="running shoes size 42"))
    (item,) = memory.items
    assert (item.kind, item.about, item.value) == (Kind.SIZE, "shoes", "42")
    assert (item.reason, item.because) == (How.SAID, "running shoes size 42")
    assert item.first_at == item.last_at == NOW


def test_the_next_search_for_shoes_assumes_the_size_and_says_so() -> None:
    known = recollection_of(after(said(size="42")))
    filled, assumed = filled_in(RequirementSpec(product_type="winter boots"), known)
    assert filled.attributes == {"Size": "42"}
    (entry,) = assumed
    assert entry.field == "attributes"
    assert entry.text == "I assumed size 42, as last time."


@pytest.mark.parametrize("thing", ["t-shirt", "laptop", "ring"])
def test_a_shoe_size_is_no_size_of_anything_else(thing: str) -> None:
    known = recollection_of(after(said(size="42")))
    assert filled_in(RequirementSpec(product_type=thing), known)[1] == []


def test_what_is_said_is_never_overruled() -> None:
    known = recollection_of(
        after(said(size="42"), *[said(condition="used", marketplaces=["ebay"])] * 2)
    )
    wanted = RequirementSpec(
        product_type="boots",
        attributes={"Size": "44"},
        condition=WantedCondition.NEW,
        marketplaces=["amazon"],
    )
    assert filled_in(wanted, known) == (wanted, [])


def test_a_condition_is_taken_for_granted_only_from_the_second_time() -> None:
    once, twice = (
        after(said("laptop", condition="used")),
        after(*[said("laptop", condition="used")] * 2),
    )
    laptop = RequirementSpec(product_type="laptop")
    assert filled_in(laptop, recollection_of(once))[0].condition is None
    assert filled_in(laptop, recollection_of(twice))[0].condition is WantedCondition.USED


def test_never_show_me_a_brand_is_kept_at_once_and_for_everything() -> None:
    told = Told(do="remember", kind=Kind.EXCLUDED_BRAND, value="Samsung")
    known = recollection_of(after(Observation(told=[told])))
    tv, assumed = filled_in(RequirementSpec(product_type="tv"), known)
    assert tv.excluded_brands == ["Samsung"]
    assert "Samsung" in assumed[0].text
    asked = RequirementSpec(product_type="phone", brand_preferences=["Samsung"])
    assert filled_in(asked, known)[0].excluded_brands == []


def test_a_brand_left_out_once_is_not_left_out_for_ever() -> None:
    known = recollection_of(after(said("laptop", excluded_brands=["HP"])))
    assert filled_in(RequirementSpec(product_type="laptop"), known)[1] == []


def test_a_brand_is_liked_or_left_out_not_both() -> None:
    never = Told(do="remember", kind=Kind.EXCLUDED_BRAND, value="Sony")
    always = Told(do="remember", kind=Kind.BRAND, value="Sony")
    memory = after(Observation(told=[always]), Observation(told=[never]))
    assert (values(memory, Kind.BRAND), values(memory, Kind.EXCLUDED_BRAND)) == ([], ["Sony"])


def test_choosing_teaches_brand_price_and_condition_and_dismissing_takes_back() -> None:
    memory = after(did(How.SELECTED), did(How.SELECTED, product_id="2", price=Decimal(800)))
    assert values(memory, Kind.BRAND) == ["Dell"]
    assert values(memory, Kind.PRICE) == ["500-800 USD"]
    assert values(memory, Kind.CONDITION) == ["used"]
    memory = after(*[did(How.DISMISSED, product_id=str(n)) for n in (3, 4)], memory=memory)
    assert values(memory, Kind.BRAND) == []
    assert len(recollection_of(memory).hidden) == 2


def test_taste_decides_nothing_that_the_request_decides() -> None:
    known = recollection_of(after(did(How.BOUGHT)))
    open_wish = taste_of(RequirementSpec(product_type="laptop"), known)
    assert open_wish.brands["Dell"] > 0
    assert open_wish.price == (500, 500)
    decided = RequirementSpec(
        product_type="laptop", brand_preferences=["HP"], price=PriceRange(max=Decimal(300))
    )
    assert (taste_of(decided, known).brands, taste_of(decided, known).price) == ({}, None)


def test_another_size_once_is_perhaps_for_somebody_else() -> None:
    memory = after(said(size="42"), said(size="42"), said(size="36"))
    assert values(memory, Kind.SIZE) == ["42"]
    assert values(after(said(size="36"), memory=memory), Kind.SIZE) == ["36"]


def test_what_is_told_stands_whatever_is_searched_for() -> None:
    told = Told(do="remember", kind=Kind.SIZE, about="shoes", value="42")
    memory = after(Observation(told=[told]), said(size="36"), said(size="36"))
    assert values(memory, Kind.SIZE) == ["42"]


def test_what_is_dropped_is_forgotten() -> None:
    memory = after(said(size="42"))
    filled, assumed = filled_in(RequirementSpec(product_type="boots"), recollection_of(memory))
    without = filled.model_copy(update={"attributes": {}})
    dropped = dropped_from(assumed, without)
    assert dropped == [memory.items[0].item_id]
    assert after(Observation(dropped=dropped), memory=memory).items == []
    assert dropped_from(assumed, filled) == []


def test_switched_off_nothing_is_learned_or_used_and_all_is_kept() -> None:
    memory = after(said(size="42")).model_copy(update={"enabled": False})
    assert after(said("tops", size="M"), did(How.BOUGHT), memory=memory) == memory
    assert recollection_of(memory) == Recollection(enabled=False)
    on = after(Observation(told=[Told(do="start")]), memory=memory)
    assert values(on, Kind.SIZE) == ["42"]


def test_forget_forgets_one_thing_or_all() -> None:
    memory = after(said(size="42"), said("laptop", brands=["Dell"]), did(How.SELECTED))
    size = Told(do="forget", kind=Kind.SIZE)
    assert values(after(Observation(told=[size]), memory=memory), Kind.SIZE) == []
    assert after(Observation(told=[Told(do="forget")]), memory=memory) == Memory()
    assert all_erased(memory) == Memory()


def test_by_hand_items_are_entered_corrected_and_erased() -> None:
    memory, item = entered(Memory(), NewItem(kind=Kind.SIZE, about="Shoes", value="42"), NOW)
    assert (item.about, item.reason) == ("shoes", How.ENTERED)
    result = changed(memory, item.item_id, "43", NOW)
    assert result is not None
    memory, item = result
    assert values(memory, Kind.SIZE) == ["43"]
    assert erased(memory, item.item_id).items == []
    assert changed(memory, "size-00000000", "1", NOW) is None


@pytest.mark.parametrize(
    ("kind", "value"),
    [(Kind.CONDITION, "shiny"), (Kind.PRICE, "cheap"), (Kind.PRICE, "-"), (Kind.MARKETPLACE, "!")],
)
def test_what_can_not_be_is_refused(kind: Kind, value: str) -> None:
    with pytest.raises(ValueError, match="is no"):
        entered(Memory(), NewItem(kind=kind, value=value), NOW)


def test_a_memory_stays_small_and_keeps_what_was_told() -> None:
    told = Told(do="remember", kind=Kind.SIZE, about="shoes", value="42")
    memory = after(Observation(told=[told]))
    memory = after(
        *[said(f"thing{n}", brands=[f"B{n}"], keywords=f"thing {n}") for n in range(200)],
        *[did(How.SELECTED, product_id=str(n), title="x" * 300) for n in range(200)],
        memory=memory,
    )
    assert len(memory.items) == MOST_ITEMS
    assert values(memory, Kind.SIZE) == ["42"]
    assert len(memory.model_dump_json()) < 40_000
    assert len(recollection_of(memory).model_dump_json()) < 15_000


def test_a_refinement_is_learned_from_once() -> None:
    first = RequirementSpec(product_type="boots", attributes={"Size": "42"})
    cheaper = first.model_copy(update={"price": PriceRange(max=Decimal(80))})
    assert wishes_said(first, None, []).size == "42"
    again = wishes_said(cheaper, first, [])
    assert (again.size, again.price_max, again.keywords) == ("", Decimal(80), "")


def test_what_was_filled_in_is_not_learned_as_said() -> None:
    known = recollection_of(after(said(size="42")))
    filled, assumed = filled_in(RequirementSpec(product_type="boots"), known)
    cheaper = filled.model_copy(update={"price": PriceRange(max=Decimal(80))})
    assert wishes_said(cheaper, filled, assumed).size == ""


@pytest.mark.parametrize(
    ("thing", "sort"),
    [
        ("wireless headphones", "headphone"),
        ("running shoes", "shoes"),
        ("Nike sneakers", "shoes"),
        ("t-shirt", "tops"),
        ("iPhone 13", "iphone"),
        ("", ""),
    ],
)
def test_sorts_of_things(thing: str, sort: str) -> None:
    assert sort_of(thing) == sort


def test_a_new_search_is_one_for_another_sort_of_thing() -> None:
    shoes = RequirementSpec(product_type="running shoes")
    assert not is_new_search(RequirementSpec(product_type="sneakers"), shoes)
    assert is_new_search(RequirementSpec(product_type="laptop"), shoes)


def test_the_likes_of_what_is_owned_are_not_recommended() -> None:
    memory = after(
        said("laptop", keywords="laptop"),
        said("headphone", keywords="headphones"),
        did(How.SELECTED, about="headphone", found_by="headphones", title="Sony XM5"),
        did(How.BOUGHT, product_id="9"),
    )
    assert [(seed.text, seed.how) for seed in seeds_of(memory)] == [("Sony XM5", How.SELECTED)]


@pytest.mark.parametrize("language", ["en", "es", "fr", "de", "hi", "zh"])
def test_what_is_known_is_told_in_the_person_s_language(language: str) -> None:
    known = recollection_of(after(said(size="42"), said("laptop", brands=["Dell"])))
    told = summary_of(known, language)
    assert "42" in told
    assert "Dell" in told
