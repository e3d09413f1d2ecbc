"""What a person reads of a conversation's frames."""

import io
from typing import Any

import pytest
from rich.console import Console

from talknshop.cli.client import Frame
from talknshop.cli.render import Transcript


def shown(*frames: Frame) -> str:
    output = io.StringIO()
    transcript = Transcript(Console(file=output, width=100))
    for frame in frames:
        transcript.show(frame)
    return output.getvalue()


def token(text: str, attempt: int = 1) -> Frame:
    return Frame("token", {"token": text, "index": 0, "attempt": attempt})


def done(message: str, **data: Any) -> Frame:
    return Frame("done", {"message": message, **data})


def job(*states: tuple[str, str], link: str = "") -> Frame:
    listings = [
        {"marketplace": name, "status": state, "confirmation_link": link} for name, state in states
    ]
    data = {"job_id": "j1", "title": "Bike", "status": "processing", "marketplace_jobs": listings}
    return Frame("job", data)


def test_an_answer_that_was_streamed_is_not_printed_again():
    assert shown(token("Ten "), token("bikes."), done("Ten bikes.")) == "Ten bikes.\n"


def test_an_answer_whose_tokens_were_lost_is_printed_whole():
    assert shown(token("Ten "), done("Ten bikes.")) == "Ten \nTen bikes.\n"


def test_an_answer_that_is_written_anew_starts_on_a_new_line():
    text = shown(token("Ten b"), token("Ten ", 2), token("bikes.", 2), done("Ten bikes."))
    assert text == "Ten b\nTen bikes.\n"


def test_what_comes_from_a_marketplace_is_text_and_never_markup():
    text = shown(Frame("error", {"error": {"message": "[red]sold[/red] [link=http://x]"}}))
    assert text == "[red]sold[/red] [link=http://x]\n"


def test_a_question_shows_its_options_by_number():
    data = {
        "question_id": "q1",
        "question": "Which state?",
        "field": "x",
        "options": ["New", "Old"],
    }
    text = shown(Frame("clarification", data))
    assert text == "Which state?\n  1. New\n  2. Old\n"


def test_a_job_is_one_line_while_it_moves_and_a_table_when_it_rests():
    moving = shown(job(("ebay", "live"), ("facebook", "posting")))
    assert moving == "… eBay live, Facebook Marketplace posting\n"
    link = "http://127.0.0.1:8090/craigslist/" + "x" * 120
    resting = shown(job(("craigslist", "live"), link=link))
    assert "x" * 120 in resting.replace("\n", "").replace(" ", "")


def test_a_model_that_was_away_is_said():
    assert "language model was away" in shown(done("Ten bikes.", degraded=True))


@pytest.mark.parametrize("kind", ["connected", "pong", "something_newer"])
def test_frames_that_say_nothing_to_a_person_are_silent(kind):
    assert shown(Frame(kind, {})) == ""
