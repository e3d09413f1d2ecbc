"""Lines of the log: ids that lead on, no secrets, no variables."""

import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from opentelemetry.sdk.trace import TracerProvider

from api.frames import MessageFrame
from api.metrics import Metrics
from api.observing import Observer
from talknshop.logs import configure_logs


@pytest.fixture
def lines(capsys: pytest.CaptureFixture[str]) -> Iterator["Lines"]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield Lines(capsys)
    structlog.reset_defaults()
    root.handlers[:] = handlers
    root.setLevel(level)


class Lines:
    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def begin(self) -> None:
        """In the test itself: pytest changes the handlers between a fixture and its test."""
        configure_logs("info", "json", role="tests")

    def told(self) -> dict[str, Any]:
        (line,) = self._capsys.readouterr().out.splitlines()
        parsed: dict[str, Any] = json.loads(line)
        return parsed


def test_a_line_of_ours_and_one_of_a_library_look_alike(lines: Lines) -> None:
    lines.begin()
    structlog.get_logger().info("mine", number=1)
    ours = lines.told()
    logging.getLogger("library").warning("theirs %s", "too")
    theirs = lines.told()
    assert (ours["event"], ours["level"], ours["role"], ours["number"]) == (
        *("mine", "info", "tests"),
        1,
    )
    assert (theirs["event"], theirs["level"], theirs["role"]) == ("theirs too", "warning", "tests")
    assert theirs["logger"] == "library"


def test_a_line_in_a_span_names_its_trace(lines: Lines) -> None:
    lines.begin()
    tracer = TracerProvider().get_tracer("tests")
    with tracer.start_as_current_span("working") as span:
        structlog.get_logger().info("within")
    told = lines.told()
    assert told["trace_id"] == f"{span.get_span_context().trace_id:032x}"
    assert told["span_id"] == f"{span.get_span_context().span_id:016x}"


@pytest.mark.parametrize(
    ("workflow_id", "name", "value"),
    [
        ("conversation/s1", "session_id", "s1"),
        ("job/j1", "job_id", "j1"),
        ("listing/j1/ebay", "job_id", "j1"),
        ("bulk/b1", "bulk_id", "b1"),
    ],
)
def test_a_workflows_line_names_what_it_is_of(
    lines: Lines, workflow_id: str, name: str, value: str
) -> None:
    lines.begin()
    extra = {"temporal_workflow": {"workflow_id": workflow_id, "workflow_type": "W", "run_id": "r"}}
    logging.getLogger("temporalio.workflow").warning("turn failed", extra=extra)
    told = lines.told()
    assert told[name] == value
    assert told["workflow_id"] == workflow_id


def test_secrets_and_variables_stay_out(lines: Lines) -> None:
    lines.begin()
    words = "find me a velociraptor"
    try:
        raise ValueError("no")
    except ValueError:
        structlog.get_logger().exception(
            "failed", access_token="abc", api_key="def", session_key="ghi"
        )
    told = lines.told()
    assert told["exception"][0]["exc_type"] == "ValueError"
    for secret in ("abc", "def", "ghi", words):
        assert secret not in json.dumps(told)


@pytest.mark.parametrize("asked_for", [False, True])
def test_what_people_write_is_told_only_when_asked_for(lines: Lines, asked_for: bool) -> None:
    lines.begin()
    frame = MessageFrame(type="message", message="a velociraptor", message_id="m1")
    with Observer(Metrics(), tells_messages=asked_for).frame(frame, "s1"):
        pass
    told = lines.told()
    assert (told["event"], told["message_id"], told["outcome"]) == ("frame", "m1", "done")
    assert told.get("text") == ("a velociraptor" if asked_for else None)
