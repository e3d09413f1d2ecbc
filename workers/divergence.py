"""Says in words where today's code would leave a history."""

import re
from collections.abc import Sequence

from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent

# The SDK's core wraps its sentence in a dump of the failure.
_SENTENCE = re.compile(r"\[TMPRL\d+\] Nondeterminism error: (?P<said>.*?)(?:\", source:|$)", re.S)
_EVENT_ID = re.compile(r"HistoryEvent\(id: (\d+)")
_ACTIVITY = re.compile(r"scheduled event '([^']+)'")


def in_words(failure: Exception, events: Sequence[HistoryEvent]) -> str:
    """The SDK's sentence, and the event it speaks of where it can be found in the history."""
    text = str(failure)
    found = _SENTENCE.search(text)
    said = found["said"].strip() if found else f"{type(failure).__name__}: {text}"
    event = _event_of(said, events)
    return f"{said}. History says: {_described(event)}." if event else said


def _event_of(said: str, events: Sequence[HistoryEvent]) -> HistoryEvent | None:
    if found := _EVENT_ID.search(said):
        number = int(found[1])
        return next((event for event in events if event.event_id == number), None)
    if found := _ACTIVITY.search(said):
        return next((event for event in events if _activity_of(event) == found[1]), None)
    return None


def _activity_of(event: HistoryEvent) -> str:
    return event.activity_task_scheduled_event_attributes.activity_type.name


def _described(event: HistoryEvent) -> str:
    """Number, kind, what it is about and when: enough to find it in the Web UI."""
    kind = EventType.Name(event.event_type).removeprefix("EVENT_TYPE_").replace("_", " ").lower()
    about = (
        _activity_of(event)
        or event.start_child_workflow_execution_initiated_event_attributes.workflow_id
        or event.marker_recorded_event_attributes.marker_name
        or event.timer_started_event_attributes.timer_id
    )
    at = event.event_time.ToDatetime().isoformat(sep=" ", timespec="seconds")
    return f"event {event.event_id}, {kind}{f' {about!r}' if about else ''}, at {at} UTC"
