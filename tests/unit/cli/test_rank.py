"""`talknshop rank`: sparse products in, ids out, and a word on what was not usable."""

import json
from typing import Any

import pytest

from adapters.language.factory import build_language
from talknshop.cli.errors import CommandError
from talknshop.cli.rank import rank_lines, rank_reading
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
