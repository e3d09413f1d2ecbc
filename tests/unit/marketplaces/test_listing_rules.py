"""What each marketplace would refuse a listing for, and what it calls the thing."""

from decimal import Decimal
from typing import Any

import httpx
import pytest

from adapters.marketplaces.configuration import SandboxAccess
from adapters.marketplaces.craigslist.areas import Area, area_of
from adapters.marketplaces.kinds import GENERAL, KINDS, kind_of
from adapters.marketplaces.port import PostingMarketplace
from adapters.marketplaces.registry import load_marketplaces
from talknshop.jobs import ListingRequest
from talknshop.listing import ListingSpec, Location
from talknshop.listing_text import fit, with_fitted_text
from talknshop.messages import in_words
from talknshop.model import Condition

KEYS = {
    "ebay": {"client_id": "id", "client_secret": "s", "refresh_token": "r"},
    "craigslist": {"email": "dealer@example.com", "password": "p", "account_id": "14"},
    "facebook": {"access_token": "t", "catalog_id": "1"},
    "poshmark": {},
}
POSTING = load_marketplaces(httpx.AsyncClient(), SandboxAccess("http://127.0.0.1:1", KEYS)).posting


def listing(**changes: Any) -> ListingSpec:
    facts: dict[str, Any] = {
        "title": "Apple iPhone 13 128 GB",
        "price": Decimal(650),
        "condition": Condition.GOOD,
        "media_refs": ["photo-1"],
    }
    return ListingSpec(**{**facts, **changes})


def broken_fields(marketplace: PostingMarketplace, spec: ListingSpec) -> list[str]:
    return [problem.field for problem in marketplace.problems(spec)]


@pytest.mark.parametrize("name", ["ebay", "craigslist", "facebook", "poshmark"])
def test_an_ordinary_listing_has_no_problems(name: str) -> None:
    assert POSTING[name].problems(listing()) == []


@pytest.mark.parametrize(
    ("name", "changes", "field"),
    [
        ("ebay", {"title": "x" * 81}, "title"),
        ("ebay", {"media_refs": []}, "media_refs"),
        ("ebay", {"price": Decimal("0.50")}, "price"),
        ("ebay", {"currency": "EUR"}, "currency"),
        ("craigslist", {"title": "x" * 71}, "title"),
        ("craigslist", {"price": Decimal("9.99")}, "price"),
        ("facebook", {"condition": Condition.FOR_PARTS}, "condition"),
        ("facebook", {"media_refs": []}, "media_refs"),
        ("poshmark", {"price": Decimal(2)}, "price"),
        ("poshmark", {"price": Decimal("3.50")}, "price"),
        ("poshmark", {"description": "x" * 1501}, "description"),
        ("poshmark", {"media_refs": ["p"] * 17}, "media_refs"),
    ],
)
def test_each_broken_rule_names_its_field(name: str, changes: dict[str, Any], field: str) -> None:
    assert broken_fields(POSTING[name], listing(**changes)) == [field]


def test_all_broken_rules_come_at_once() -> None:
    spec = listing(title="x" * 201, price=None, condition=Condition.FOR_PARTS, media_refs=[])
    assert broken_fields(POSTING["facebook"], spec) == [
        "title",
        "price",
        "media_refs",
        "condition",
    ]


def test_craigslist_takes_a_listing_without_photos() -> None:
    assert POSTING["craigslist"].problems(listing(media_refs=[])) == []


def test_a_problem_is_a_sentence_that_says_what_would_be_right() -> None:
    (problem,) = POSTING["ebay"].problems(listing(title="x" * 90))
    assert problem.marketplace == "ebay"
    assert in_words(problem.rule, "en") == (
        "eBay takes titles of at most 80 characters; this one has 90."
    )
    assert in_words(problem.rule, "es") == (
        "eBay acepta títulos de hasta 80 caracteres; este tiene 90."
    )


@pytest.mark.parametrize(
    ("category", "title", "ebay", "craigslist"),
    [
        ("", "Apple iPhone 13 128 GB", "9355", "mo"),
        ("laptops", "X1 Carbon", "177", "sy"),
        ("Cell Phones", "Galaxy S22", "9355", "mo"),
        ("", "iPhone 13 case", "9394", "el"),
        ("", "Trek mountain bike", "177831", "bi"),
        ("curiosities", "Strange object", GENERAL.ebay, "fo"),
    ],
)
def test_the_kind_of_thing_is_guessed(
    category: str, title: str, ebay: str, craigslist: str
) -> None:
    kind = kind_of(listing(category=category, title=title))
    assert (kind.ebay, kind.craigslist) == (ebay, craigslist)


def test_no_word_stands_for_two_kinds() -> None:
    words = [word for kind in KINDS for word in kind.words.split()]
    assert sorted(set(words)) == sorted(words)


def test_a_postal_code_gives_the_craigslist_area() -> None:
    assert area_of("94110", None) == Area("sfo", "sfc")
    assert area_of("73301", None) is None
    assert area_of("73301", Area("aus", None)) == Area("aus", None)


def test_without_a_place_craigslist_asks_for_one(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {**KEYS["craigslist"]}.items():
        monkeypatch.setenv(f"TALKNSHOP_CRAIGSLIST_{name.upper()}", value)
    craigslist = load_marketplaces(httpx.AsyncClient(), None).posting["craigslist"]
    assert broken_fields(craigslist, listing()) == ["location"]
    somewhere = listing(location=Location(postal_code="94110"))
    assert broken_fields(craigslist, somewhere) == []
    unknown = listing(location=Location(postal_code="73301"))
    assert broken_fields(craigslist, unknown) == ["location"]


def test_poshmark_prepares_what_a_person_posts() -> None:
    spec = listing(attributes={"color": "blue"}, brand="Apple", media_refs=["a", "b"])
    request = ListingRequest(job_id="j", user_id="u", marketplace="poshmark", listing=spec)
    handoff = POSTING["poshmark"].handoff(request)
    fields = {field.label: field.value for field in handoff.fields}
    assert fields["Title"] == "Apple iPhone 13 128 GB"
    assert (fields["Listing price"], fields["Size"], fields["Color"]) == ("650", "OS", "blue")
    assert handoff.photos == ["a", "b"]
    assert handoff.checklist
    assert handoff.url == "http://127.0.0.1:1/poshmark/create-listing"


@pytest.mark.parametrize("name", ["ebay", "craigslist", "facebook", "poshmark"])
def test_words_fitted_to_a_marketplace_break_none_of_its_rules(name: str) -> None:
    marketplace = POSTING[name]
    spec = listing(
        title="Apple iPhone 13 128 GB, unlocked, midnight " * 6,
        description="Mail me at seller@mail.example. It works well!!! " * 160,
    )
    assert {"title", "description"} & {problem.field for problem in marketplace.problems(spec)}
    fitted = fit(spec, name, marketplace.text)
    assert fitted.changes
    assert marketplace.problems(with_fitted_text(spec, fitted)) == []


def test_each_marketplace_says_what_it_files_a_thing_under() -> None:
    categories = {name: marketplace.category(listing()) for name, marketplace in POSTING.items()}
    assert categories == {
        "ebay": "Phones (9355)",
        "craigslist": "Phones (mod)",
        "facebook": "Phones (267)",
        "poshmark": "",
    }


def test_each_marketplace_says_what_it_is_told_besides_the_words() -> None:
    said = {"Storage": "128 GB", "Color": "blue", "GTIN": "0194252707043"}
    spec = listing(brand="Apple", attributes=said)
    told = {name: marketplace.attributes(spec) for name, marketplace in POSTING.items()}
    assert told == {
        "ebay": {"Brand": "Apple", "Storage": "128 GB", "Color": "blue"},
        "craigslist": said,
        "facebook": {"brand": "Apple"},
        "poshmark": {"Size": "OS", "Brand": "Apple", "Color": "blue"},
    }


def test_nothing_is_told_that_nobody_said() -> None:
    spec = listing(brand="", attributes={})
    told = {name: marketplace.attributes(spec) for name, marketplace in POSTING.items()}
    assert told == {"ebay": {}, "craigslist": {}, "facebook": {}, "poshmark": {"Size": "OS"}}
