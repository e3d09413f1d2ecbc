"""`talknshop rank`: sparse products in, ids out, and a word on what was not usable."""

import json
from decimal import Decimal
from typing import Any

import pytest

from adapters.language.factory import build_language
from talknshop.cli.errors import CommandError
from talknshop.cli.rank import rank_lines, rank_reading
from talknshop.cli.rank_fields import amount
from talknshop.cli.rank_input import read


async def ranked(line: dict[str, Any]) -> tuple[list[Any], list[str]]:
    answer = rank_reading(await read(line, build_language()))
    assert len(answer.ids) == len(answer.scores) == len(answer.reasons)
    return answer.ids, answer.notes


async def test_the_query_is_understood_and_kept() -> None:
    ids, _ = await ranked(
        {
            "query": "laptop under $500 not hp",
            "products": [
                {"id": 1, "title": "HP Laptop 15", "price": "$399.00"},
                {"id": 2, "title": "Acer Laptop 15", "price": 450},
                {"id": 3, "title": "Dell Laptop 15", "price": {"value": "900"}},
                {"id": 4, "title": "Laptop sleeve", "price": 12},
            ],
        }
    )
    assert ids == [2, 4]


async def test_a_spec_goes_before_the_query() -> None:
    line = {
        "query": "laptop",
        "spec": {"product_type": "laptop", "price": {"max": 500}, "rating_min": 4},
        "products": [
            {"asin": "a", "product_title": "Laptop", "price": 499, "stars": "4.5 out of 5"},
            {"asin": "b", "product_title": "Laptop", "price": 501, "stars": 5},
            {"asin": "c", "product_title": "Laptop", "price": 400, "stars": 3.9},
        ],
    }
    assert (await ranked(line))[0] == ["a"]


async def test_what_does_not_say_its_price_comes_after_what_does() -> None:
    line = {
        "query": "laptop under $500",
        "products": [{"id": "a", "title": "Laptop"}, {"id": "b", "title": "Laptop", "price": 450}],
    }
    ids, notes = await ranked(line)
    assert ids == ["b", "a"]
    assert notes == ["price could not be checked on 1 of 2 products"]


async def test_what_can_not_be_used_is_said() -> None:
    line = {
        "spec": {"product_type": "lamp", "sort": "sideways", "mood": "bright"},
        "products": [{"id": "a", "title": "Lamp"}, {"id": "b"}, "nonsense"],
    }
    ids, notes = await ranked(line)
    assert ids == ["a"]
    assert notes == [
        "not understood in the spec: mood, sort",
        "left out, without an id or a title: 2",
    ]


async def test_every_line_gets_an_answer(capsys: pytest.CaptureFixture[str]) -> None:
    good = json.dumps({"query": "lamp", "products": [{"id": "a", "title": "Desk lamp"}]})
    with pytest.raises(CommandError):
        await rank_lines(["nonsense\n", good, '{"query": "lamp"}', "[1]"])
    answers = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [answer["ids"] for answer in answers] == [[], ["a"], [], []]
    assert answers[1]["reasons"] == ["Matches everything you named"]


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        (12.5, "12.5"),
        (12, "12"),
        ("$1,299.00", "1299.00"),
        ("1.299,00 €", "1299.00"),
        ("1.299 €", "1299"),
        ("1.299", "1.299"),
        ("12,99", "12.99"),
        ("1,299", "1299"),
        ("1 299,50 kr", "1299.50"),
        ("1'299.50 CHF", "1299.50"),
        ("From $9.99 - $19.99", "9.99"),
        ("EUR 1.234.567", "1234567"),
        ("१२ ₹", "12"),
        (1e15, None),
        ({"value": "7.50", "currency": "USD"}, "7.50"),
        ({"amount": 7.5}, "7.5"),
        (1e5, "100000"),
        (-5, None),
        ("-5", None),
        ("free", None),
        ("", None),
        (None, None),
        (True, None),
        (float("nan"), None),
        (float("inf"), None),
        ("9" * 5000, None),
        ([5], None),
        ({}, None),
    ],
)
def test_amounts_are_read_as_people_write_them(written: Any, read_as: str | None) -> None:
    assert amount(written) == (None if read_as is None else Decimal(read_as))


@pytest.mark.parametrize(
    "product",
    [
        {"product_uid": 7, "product_title": "Oak Bookcase"},
        {"productId": 7, "Product Name": "Oak Bookcase"},
        {"_id": 7, "NAME": "Oak Bookcase", "averageRating": {"rate": 4.5, "count": 12}},
        {"SKU": 7, "title": "<b>Oak</b> Bookcase", "reviews": [{"stars": 5}, {"stars": 1}]},
        {"isbn": 7, "label": "Oak Bookcase", "categories": [{"name": ["a", {"b": None}]}]},
        {"id": 7, "title": "Oak Bookcase", "description": {"deep": {"deeper": ["x" * 10_000]}}},
        {"id": 7, "title": "Oak Bookcase", "price": "call us", "rating": "n/a", "brand": ["Ikea"]},
        {"id": 7, "title": "Oak Bookcase 書架 \ud800\u0000", "condition": 3, "currency": 840},
    ],
)
async def test_products_are_read_whatever_their_fields_are_called(product: dict[str, Any]) -> None:
    ids, _ = await ranked({"query": "bookcase", "products": [product]})
    assert ids == [7]


@pytest.mark.parametrize(
    "spec",
    [
        {"product_type": "lamp", "max_price": 50},
        {"product_type": "lamp", "price": {"max": "$50"}},
        {"product_type": "lamp", "price": 50},
        {"category": "lamp", "budget": "50 dollars"},
        {"product_type": "lamp", "priceMax": 50.0, "category": "Lighting"},
    ],
)
async def test_a_budget_is_one_however_it_is_called(spec: dict[str, Any]) -> None:
    products = [
        {"id": "dear", "title": "Lamp", "price": "51"},
        {"id": "1.299,00", "title": "Lamp", "price": "1.299,00 €"},
        {"id": "fits", "title": "Lamp", "price": "49,99"},
    ]
    assert (await ranked({"spec": spec, "products": products}))[0] == ["fits"]


@pytest.mark.parametrize("name", ["excluded_brands", "excludeBrands"])
async def test_one_brand_is_excluded_without_a_list(name: str) -> None:
    products = [{"id": 1, "title": "HP Laptop"}, {"id": 2, "title": "Dell Laptop"}]
    line = {"spec": {"product_type": "laptop", name: "hp"}, "products": products}
    assert (await ranked(line))[0] == [2]


async def test_a_budget_without_a_currency_is_in_that_of_the_prices() -> None:
    products = [
        {"id": "fits", "title": "Lamp", "price": 40, "currency": "GBP"},
        {"id": "dear", "title": "Lamp", "price": 60, "currency": "gbp"},
    ]
    spec = {"product_type": "lamp", "price": {"max": 50}}
    ids, notes = await ranked({"spec": spec, "products": products})
    assert (ids, notes) == (["fits"], ["prices are taken to be in GBP"])
    spec["price"] = {"max": 50, "currency": "USD"}
    assert (await ranked({"spec": spec, "products": products}))[0] == []


@pytest.mark.parametrize(
    ("query", "wanted", "unwanted"),
    [
        ("baby formula without palm oil", "Infant Formula No Palm Oil", "Infant Formula"),
        ("baby formula without palm oil", "Formula for a Baby", "Palm Oil Soap"),
        ("torx screwdriver set not bits", "Torx Screwdriver Set", "Bit Set and Bits"),
        ("no sugar added peanut butter", "Peanut Butter No Sugar Added", "Peanut Butter Cups"),
    ],
)
async def test_what_is_denied_is_rather_not_shown(query: str, wanted: str, unwanted: str) -> None:
    products = [{"id": "no", "title": unwanted}, {"id": "yes", "title": wanted}]
    assert (await ranked({"query": query, "products": products}))[0][0] == "yes"


async def test_nothing_in_a_line_ends_the_others(capsys: pytest.CaptureFixture[str]) -> None:
    lines = [
        "[" * 100_000,
        '{"query": "lamp", "products": [{"id": "\\ud800", "title": "Desk lamp"}]}',
        '{"query": "\\ud800 lamp", "products": [{"id": NaN, "title": "Desk lamp"}]}',
        json.dumps({"query": "lamp " * 5000, "products": [{"id": 1, "title": "lamp " * 5000}]}),
        json.dumps({"query": "lamp", "spec": {"price": {"max": "lots"}}, "products": []}),
    ]
    with pytest.raises(CommandError):
        await rank_lines(lines)
    assert len(capsys.readouterr().out.splitlines()) == len(lines)
