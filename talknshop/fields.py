"""Names of fields and states, and what is wrong with a field, as people are told of them."""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from talknshop.jobs import ListingStatus
from talknshop.messages import Said, Sentence, catalogue, sentence


def field_said(name: str) -> Said:
    """In words where there are some for it, else as programs call it."""
    key = f"field_{name}"
    return sentence(key) if key in catalogue("en") else name


def status_said(status: ListingStatus) -> Sentence:
    return sentence(f"status_{status}")


def path_of(problem: Mapping[str, Any]) -> str:
    """Where one entry of a pydantic error is: "price", "photos.2"; "" for the whole."""
    return ".".join(str(part) for part in problem["loc"])


def first_problem(error: ValidationError) -> Sentence:
    """The first field that is wrong, and what would be right."""
    problem = error.errors()[0]
    return sentence("field_problem", field=field_said(path_of(problem)), rule=rule_said(problem))


def rule_said(problem: Mapping[str, Any]) -> Said:
    """What would be right, of one entry of a pydantic error; in its own words where we have none.

    https://docs.pydantic.dev/latest/errors/validation_errors/
    """
    key, about = f"wrong_{problem['type']}", problem.get("ctx", {})
    if key not in catalogue("en"):
        return str(problem["msg"])
    return sentence(key, **{name: str(value) for name, value in about.items()})
