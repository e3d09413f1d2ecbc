"""What a line on the terminal means, given what waits for an answer."""

import pytest

from talknshop.cli.chat import understood
from talknshop.cli.client import Frame

QUESTION = Frame("clarification", {"question_id": "q3", "options": ["New", "Good"]})
PREVIEW = Frame("listing_preview", {"listing_spec": {}})


@pytest.mark.parametrize(
    ("line", "waiting", "meaning"),
    [
        pytest.param("a red bike", None, ("message", "a red bike"), id="nothing waits"),
        pytest.param("2", QUESTION, ("answer", "Good"), id="an option by its number"),
        pytest.param("3", QUESTION, ("answer", "3"), id="a number that is no option"),
        pytest.param("0", QUESTION, ("answer", "0"), id="options count from one"),
        pytest.param("mint", QUESTION, ("answer", "mint"), id="an answer in own words"),
        pytest.param("2", None, ("message", "2"), id="a number without a question"),
        pytest.param("Confirm", PREVIEW, ("confirm_listing", {}), id="confirm"),
        pytest.param("yes", None, ("message", "yes"), id="yes without a preview"),
        pytest.param(
            "edit price=600", PREVIEW, ("edit_listing", {"price": "600"}), id="edit a field"
        ),
        pytest.param(
            "edit title = My phone = new",
            PREVIEW,
            ("edit_listing", {"title": "My phone = new"}),
            id="a value with an equals sign",
        ),
        pytest.param(
            "make it cheaper", PREVIEW, ("message", "make it cheaper"), id="a change in own words"
        ),
    ],
)
def test_a_line_is_understood_by_what_waits(line, waiting, meaning):
    assert understood(line, waiting) == meaning
