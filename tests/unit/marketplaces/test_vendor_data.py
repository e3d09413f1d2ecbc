"""Cleaning what vendors send, and dropping what can't be used."""

from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from adapters.marketplaces.wire import (
    TITLE_LENGTH,
    Amount,
    Identifier,
    Maybe,
    PageUrl,
    Rating,
    Sieve,
    Text,
    WebUrl,
    Wire,
    plain_text,
)


class Thing(Wire):
    thing_id: Identifier
    title: Text
    price: Amount
    image_url: Maybe[WebUrl] = None
    star_rating: Maybe[Rating] = None


GOOD: dict[str, Any] = {
    "thingId": 42,
    "title": "Lamp",
    "price": {"value": "12.50", "currency": "USD"},
    "imageUrl": "https://images.example/lamp.jpg",
    "starRating": 4.5,
}


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("Plain  title \n here", "Plain title here"),
        ("<b>Bold</b> <i>deal</i>", "Bold deal"),
        ("AT&amp;T phone", "AT&T phone"),
        ("AT&amp;amp;T phone", "AT&T phone"),
        ("&lt;b&gt;Lamp&lt;/b&gt;", "Lamp"),
        ("<script>alert(1)</script>Lamp", "Lamp"),
        ('<img src=x onerror="alert(1)">Lamp', "Lamp"),
        ('27" < 30" monitor, I <3 it', '27" < 30" monitor, I <3 it'),
        ("Null\x00 and\u202e bell\x07", "Null and bell"),
        ("   ", ""),
        ("<br>", ""),
    ],
)
def test_titles_become_plain_text(raw: str, clean: str) -> None:
    assert plain_text(raw) == clean


def test_a_title_of_a_megabyte_is_trimmed() -> None:
    title = plain_text("<b>word</b> " * 100_000)
    assert len(title) <= TITLE_LENGTH
    assert title.startswith("word word")
    assert title.endswith("…")


def test_a_good_offer_is_read_exactly() -> None:
    thing = Thing.model_validate(GOOD)
    assert (thing.thing_id, thing.price.value, thing.price.currency) == (
        "42",
        Decimal("12.50"),
        "USD",
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"thingId": None},
        {"thingId": ""},
        {"thingId": "x" * 101},
        {"title": ""},
        {"title": "<p></p>"},
        {"title": None},
        {"title": 7},
        {"price": None},
        {"price": {"value": "-1", "currency": "USD"}},
        {"price": {"value": "0.00", "currency": "USD"}},
        {"price": {"value": "99999999999", "currency": "USD"}},
        {"price": {"value": "NaN", "currency": "USD"}},
        {"price": {"value": "Infinity", "currency": "USD"}},
        {"price": {"value": "cheap", "currency": "USD"}},
        {"price": {"value": "1", "currency": "XQQ"}},
        {"price": {"value": "1", "currency": "dollars"}},
    ],
    ids=str,
)
def test_an_offer_with_unusable_data_is_dropped_and_the_others_stay(
    changes: dict[str, Any],
) -> None:
    sieve = Sieve(())
    things = sieve.read(
        [GOOD, {**GOOD, **changes}, "nonsense", None, GOOD], Thing, lambda thing: thing
    )
    assert [thing.title for thing in things] == ["Lamp", "Lamp"]
    assert sieve.dropped == {next(iter(changes)): 1, "offer": 2}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("imageUrl", "javascript:alert(1)"),
        ("imageUrl", "data:text/html,x"),
        ("imageUrl", "file:///etc/passwd"),
        ("imageUrl", "https://"),
        ("imageUrl", "https://[broken"),
        ("imageUrl", {"url": "https://x.example"}),
        ("imageUrl", "http://127.0.0.1/lamp.jpg"),
        ("imageUrl", "http://[::1]/lamp.jpg"),
        ("imageUrl", "http://169.254.169.254/latest/meta-data"),
        ("imageUrl", "http://10.0.0.7:8080/lamp.jpg"),
        ("imageUrl", "http://2130706433/lamp.jpg"),
        ("imageUrl", "http://0x7f.1/lamp.jpg"),
        ("imageUrl", "http://localhost/lamp.jpg"),
        ("imageUrl", "http://router.local/lamp.jpg"),
        ("starRating", 11),
        ("starRating", "many"),
        ("starRating", -1),
    ],
)
def test_an_unusable_extra_is_left_out_and_the_offer_stays(field: str, value: object) -> None:
    sieve = Sieve(())
    (thing,) = sieve.read([{**GOOD, field: value}], Thing, lambda thing: thing)
    assert sum(sieve.cleaned.values()) == 1
    assert (thing.image_url if field == "imageUrl" else thing.star_rating) is None


def test_prices_are_rounded_to_cents() -> None:
    assert Amount(value=Decimal("19.995"), currency="USD").value == Decimal("20.00")


def test_numbers_of_the_wrong_kind_are_refused() -> None:
    with pytest.raises(ValidationError):
        Thing.model_validate({**GOOD, "thingId": True})


class Page(Wire):
    url: Maybe[PageUrl] = None


@pytest.mark.parametrize(
    ("url", "is_kept"),
    [
        ("https://www.shop.example/1", True),
        ("https://shop.example/1", True),
        ("http://127.0.0.1:8900/1", True),
        ("https://shop.example.evil.example/1", False),
        ("https://notshop.example/1", False),
        ("http://127.0.0.1:22/1", False),
    ],
)
def test_links_lead_to_the_marketplace_or_nowhere(url: str, is_kept: bool) -> None:
    sieve = Sieve(["http://127.0.0.1:8900/api"], ["shop.example"])
    (page,) = sieve.read([{"url": url}], Page, lambda page: page)
    assert (page.url is not None) is is_kept


def test_what_was_cleaned_is_counted() -> None:
    sieve = Sieve(())
    sieve.read([{**GOOD, "title": "<b>Lamp</b>"}, {**GOOD, "title": " Lamp "}], Thing, id)
    assert sieve.cleaned == {"title": 1}
