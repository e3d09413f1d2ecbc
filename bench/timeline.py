"""One turn's events with their times, as the history has them: `python -m bench.timeline`."""

import asyncio
import tempfile
from pathlib import Path

from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent

from bench.figures import keep, show
from tests.running import running_stack

_PREFIX = "EVENT_TYPE_"


async def measure() -> list[tuple[float, str, str]]:
    """Milliseconds since the message came, what happened, and of what."""
    with tempfile.TemporaryDirectory() as folder:
        async with running_stack(Path(folder)) as stack, stack.chat() as chat:
            client = await stack.temporal()
            conversation = client.get_workflow_handle(f"conversation/{chat.session['session_id']}")
            for text in ("find me a laptop under $900", "under $950", "under $980"):
                await chat.say(text)
                await chat.next("done")
            before = len((await conversation.fetch_history()).events)
            await chat.say("under $990")
            await chat.next("done")
            events = (await conversation.fetch_history()).events[before:]
    summaries = {
        event.event_id: event.activity_task_scheduled_event_attributes.activity_type.name
        for event in events
        if event.HasField("activity_task_scheduled_event_attributes")
    }
    first = events[0].event_time.ToNanoseconds()
    return [
        (
            (event.event_time.ToNanoseconds() - first) / 1e6,
            EventType.Name(event.event_type).removeprefix(_PREFIX).replace("_", " ").lower(),
            _of(event, summaries),
        )
        for event in events
    ]


def _of(event: HistoryEvent, activities: dict[int, str]) -> str:
    """The activity that the event is about, if any."""
    if event.event_id in activities:
        return activities[event.event_id]
    for kind in ("started", "completed", "failed"):
        field = f"activity_task_{kind}_event_attributes"
        if event.HasField(field):  # type: ignore[arg-type]
            return activities.get(getattr(event, field).scheduled_event_id, "")
    return ""


def main() -> None:
    events = asyncio.run(measure())
    keep("timeline", events)
    show("a turn", ("ms", "event", "activity"), ((f"{at:.1f}", e, a) for at, e, a in events))


if __name__ == "__main__":
    main()
