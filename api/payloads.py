"""What a program sends as JSON of any shape: only what can be told further as JSON."""

import json
from collections.abc import Mapping
from functools import partial
from typing import Any

from pydantic import BaseModel, BeforeValidator

from api.errors import Invalid
from talknshop.messages import sentence


def exactly(model: type[BaseModel]) -> BeforeValidator:
    """For a body of which no field may be unknown, however deep: one that is written wrongly would
    be left out in silence. (Between our own processes unknown fields are ignored.)"""
    return BeforeValidator(partial(model.model_validate, extra="forbid"))


def check_changes(changes: Mapping[str, Any]) -> None:
    """Raises Invalid that names what is no JSON, or says that there is nothing to change."""
    if not changes:
        raise Invalid("invalid_listing", sentence("api_nothing_to_change"))
    check_payload(changes)


def check_payload(payload: Mapping[str, Any]) -> None:
    """Raises Invalid that names the first entry with a number that is none (Python reads NaN and
    Infinity, and too large ones) or with half a character, which nothing can write again."""
    for name, value in payload.items():
        try:
            json.dumps([name, value], ensure_ascii=False, allow_nan=False).encode()
        except UnicodeEncodeError:
            rule = sentence("wrong_string_unicode")
        except ValueError:
            rule = sentence("wrong_finite_number")
        else:
            continue
        shown = name.encode("ascii", "replace").decode()[:100]
        raise Invalid(
            "invalid_listing", sentence("api_fields"), fields=[{"field": shown, "rule": rule}]
        )
