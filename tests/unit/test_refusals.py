"""A refusal is never much longer than what was refused, and takes no more work."""

import json
from typing import Any

import pytest
from pydantic import ValidationError
from temporalio.client import WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError

from api.errors import fields_of, refusal
from api.frames import FRAME, MAX_FRAME_BYTES
from talknshop.listing import ListingSpec
from talknshop.messages import worded
from talknshop.requirement import RequirementSpec

MANY = [1] * 30_000
TABLE = {str(number): [] for number in range(5000)}


@pytest.mark.parametrize(
    "fields",
    [
        {"media": MANY},
        {"media": [{}] * 10},
        {"requirement": {"brand_preferences": MANY}},
        {"requirement": {"excluded_brands": MANY}},
        {"requirement": {"marketplaces": MANY}},
        {"requirement": {"attributes": TABLE}},
        {"requirement": {"filters": TABLE}},
    ],
)
def test_a_frame_full_of_mistakes_gets_a_short_answer(fields: dict[str, Any]) -> None:
    frame = {"type": "message", "message": "hi", **fields}
    assert len(json.dumps(frame)) < 2 * MAX_FRAME_BYTES
    with pytest.raises(ValidationError) as refused:
        FRAME.validate_python(frame)
    assert refused.value.error_count() <= 20
    assert len(json.dumps(worded(fields_of(refused.value), "en"))) < 4000


@pytest.mark.parametrize("model", [RequirementSpec, ListingSpec])
def test_no_list_or_table_of_a_spec_is_looked_through_when_it_is_too_long(model: type[Any]) -> None:
    for name in model.model_fields:
        for value in (MANY, TABLE):
            assert _mistakes(model, {"title": "x", name: value}) <= 20, name


def _mistakes(model: type[Any], value: dict[str, Any]) -> int:
    try:
        model.model_validate(value)
    except ValidationError as error:
        return error.error_count()
    return 0


def test_an_update_that_a_restart_lost_is_to_be_sent_again() -> None:
    lost = ApplicationError("rejected because it wasn't processed", type="UnprocessedUpdate")
    assert refusal(WorkflowUpdateFailedError(lost)).retryable
    said = ApplicationError("Say something.", type="empty_message")
    assert not refusal(WorkflowUpdateFailedError(said)).retryable
