"""The log numbers its events without gaps, and stays bounded."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from talknshop.events import DoneData
from workflows.event_log import MAX_BYTES, MAX_EVENTS, EventLog

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def log_of(count: int, text: str = "ok") -> EventLog:
    log = EventLog(session_id="s")
    for _ in range(count):
        log.append("t1", DoneData(message=text), NOW)
    return log


@given(st.integers(0, MAX_EVENTS + 50), st.integers(0, MAX_EVENTS + 60), st.integers(1, 100))
def test_since_gives_what_is_kept_after_an_id_in_order(count: int, after: int, limit: int) -> None:
    log = log_of(count)
    kept = range(max(1, count - MAX_EVENTS + 1), count + 1)
    expected = [number for number in kept if number > after][:limit]
    assert [event.event_id for event in log.since(after, limit)] == expected


def test_big_events_push_out_old_ones_so_that_the_state_stays_small() -> None:
    log = log_of(20, "x" * (MAX_BYTES // 10))
    assert sum(log.sizes) <= MAX_BYTES
    assert log.last_event_id == 20
    assert log.first_available == 20 - len(log.events) + 1


def test_the_log_survives_the_journey_into_the_next_run() -> None:
    log = log_of(3)
    again = EventLog.model_validate_json(log.model_dump_json())
    again.append("t2", DoneData(message="more"), NOW)
    assert [event.event_id for event in again.events] == [1, 2, 3, 4]
