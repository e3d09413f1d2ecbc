"""`talknshop understand`: one answer for each line, whatever the line is."""

import json

import pytest

from adapters.errors import Unavailable
from adapters.language.embedded import EmbeddedLanguage
from talknshop.cli.understand import answer_to, understand
from talknshop.understanding import Understanding, Utterance


class Away:
    """A language adapter that does not answer, or that is defective."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    async def understand(self, utterance: Utterance) -> Understanding:
        raise self._error


async def test_a_buyers_line_becomes_a_requirement():
    answer = await answer_to(
        EmbeddedLanguage(), '{"id": "a", "text": "find me a laptop under $1000"}'
    )
    assert answer["id"] == "a"
    assert answer["mode"] == "buyer"
    assert answer["spec"]["product_type"] == "laptop"
    assert answer["spec"]["price"] == {"min": None, "max": 1000.0, "currency": "USD"}
    assert "clarification" not in answer


async def test_what_is_missing_in_a_sellers_line_is_asked_for():
    answer = await answer_to(EmbeddedLanguage(), '{"id": 1, "text": "sell my iPhone 13"}')
    assert answer["mode"] == "seller"
    assert answer["spec"]["title"] == "iPhone 13"
    assert answer["clarification"]["field"] == "price"


async def test_the_previous_spec_is_built_upon():
    line = {"id": 1, "text": "under $500", "previous_spec": {"product_type": "laptop"}}
    answer = await answer_to(EmbeddedLanguage(), json.dumps(line))
    assert answer["spec"]["product_type"] == "laptop"
    assert answer["spec"]["price"]["max"] == 500


async def test_a_yes_to_a_draft_changes_nothing_in_it():
    draft = {"title": "Lamp", "price": 20, "condition": "good"}
    line = {"id": 1, "text": "yes", "previous_spec": draft}
    answer = await answer_to(EmbeddedLanguage(), json.dumps(line))
    assert answer["mode"] == "seller"
    assert answer["spec"]["title"] == "Lamp"


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("", id="empty"),
        pytest.param("find me a laptop", id="no JSON"),
        pytest.param("[1, 2]", id="no object"),
        pytest.param('{"id": 1e309, "text": "1e309 dollars"}', id="a number that is none"),
        pytest.param('{"id": 1, "text": 7}', id="text that is no text"),
        pytest.param('{"id": 1, "text": "a lamp", "mode": "both"}', id="no such mode"),
        pytest.param('{"id": 1, "text": "\\ud83d"}', id="half a surrogate pair"),
        pytest.param('{"id": 1, "text": "x", "previous_spec": 5}', id="a spec that is none"),
        pytest.param("[" * 100_000, id="too deep"),
        pytest.param(
            '{"text": "cheaper", "previous_spec": {"price": {"max": 1e309}, "sort": "odd"}}',
            id="fields that are not valid",
        ),
    ],
)
async def test_every_line_has_an_answer_that_is_json(line):
    answer = await answer_to(EmbeddedLanguage(), line)
    assert answer["mode"] in ("buyer", "seller", "neither")
    json.dumps(answer, allow_nan=False).encode()


async def test_what_could_not_be_used_is_said():
    line = {"id": 1, "text": "cheaper", "previous_spec": {"product_type": "tv", "rating_min": 9}}
    answer = await answer_to(EmbeddedLanguage(), json.dumps(line))
    assert answer["spec"]["product_type"] == "tv"
    assert any("rating_min" in problem for problem in answer["problems"])


@pytest.mark.parametrize("error", [Unavailable("away"), KeyError("defect")])
async def test_a_failure_costs_one_answer(error, capsys):
    answer = await answer_to(Away(error), '{"id": 3, "text": "a lamp"}')
    assert answer["id"] == 3
    assert answer["problems"]


async def test_lines_are_answered_in_order(tmp_path, capsys):
    source = tmp_path / "lines.jsonl"
    source.write_bytes(b'{"id": 1, "text": "a lamp"}\n\xff\n\n{"id": 2, "text": "hello"}\n')
    await understand(EmbeddedLanguage(), source)
    answers = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [answer["id"] for answer in answers] == [1, None, None, 2]
