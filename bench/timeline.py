"""One turn's events with their times, as the history has them: `python -m bench.timeline`.

`--svg FILE` draws them: what waited in a queue is pale, what was worked on is dark.
"""

import argparse
import asyncio
import tempfile
from pathlib import Path

from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent

from bench.figures import keep, show
from tests.running import running_stack

LABEL, PLOT, ROW = 130, 620, 18
MARKS = 10, 20, 50, 100, 200, 500  # milliseconds between two lines
_PREFIX = "EVENT_TYPE_"
# Until the account has been told what a turn taught, which goes on after its last words.
ASIDE_S = 1.0


async def measure() -> list[tuple[float, str, str]]:
    """Milliseconds since the message came, what happened, and of what."""
    with tempfile.TemporaryDirectory() as folder:
        async with running_stack(Path(folder)) as stack, stack.chat() as chat:
            client = await stack.temporal()
            conversation = client.get_workflow_handle(f"conversation/{chat.session['session_id']}")
            for text in ("find me a laptop under $900", "under $950", "under $980"):
                await chat.say(text)
                await chat.next("done")
            await asyncio.sleep(ASIDE_S)
            before = len((await conversation.fetch_history()).events)
            await chat.say("under $990")
            await chat.next("done")
            await asyncio.sleep(ASIDE_S)
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


def bars(events: list[tuple[float, str, str]]) -> list[tuple[str, float, float, float]]:
    """What, when it was scheduled, started and ended; markers are inside of workflow tasks.

    An activity's start is written when it ends, with its own time: so the order is not the file's.
    """
    found: list[tuple[str, float, float, float]] = []
    waiting: dict[str, list[float]] = {}
    started: dict[str, list[float]] = {}
    for at, kind, activity in events:
        name = activity or "workflow task"
        if not kind.startswith(("activity task", "workflow task")):
            continue
        if kind.endswith("scheduled"):
            waiting.setdefault(name, []).append(at)
        elif kind.endswith("started"):
            started.setdefault(name, []).append(at)
        elif kind.endswith("completed") and waiting.get(name) and started.get(name):
            found.append((name, waiting[name].pop(0), started[name].pop(0), at))
    return sorted(found, key=lambda bar: bar[1])


def drawn(rows: list[tuple[str, float, float, float]]) -> str:
    """As SVG."""
    end = max(ended for *_, ended in rows)
    scale, step = PLOT / end, next((each for each in MARKS if end / each <= 12), MARKS[-1])
    width, height = LABEL + PLOT + 40, (len(rows) + 1) * ROW
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}"'
        ' font-family="sans-serif" font-size="11">'
        f'<rect width="{width}" height="{height}" fill="white"/>'
    ]
    for mark in range(0, int(end) + 1, step):
        x = LABEL + mark * scale
        parts.append(f'<path d="M{x:.0f} 0V{height - ROW}" stroke="#ddd"/>')
        parts.append(f'<text x="{x:.0f}" y="{height - 5}" fill="#666">{mark} ms</text>')
    for number, (name, scheduled, start, ended) in enumerate(rows):
        y = number * ROW + 3
        colour = "#2f5d9b" if name == "workflow task" else "#c2703d"
        parts.append(f'<text x="4" y="{y + 10}">{name}</text>')
        for left, right, opacity in ((scheduled, start, 0.3), (start, ended, 1)):
            x, wide = LABEL + left * scale, max(1.0, (right - left) * scale)
            parts.append(
                f'<rect x="{x:.1f}" y="{y}" width="{wide:.1f}" height="12"'
                f' fill="{colour}" opacity="{opacity}"/>'
            )
        x = LABEL + ended * scale + 4
        parts.append(f'<text x="{x:.0f}" y="{y + 10}" fill="#666">{ended - start:.0f}</text>')
    return "\n".join([*parts, "</svg>\n"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--svg", type=Path, help="draw them into this file, too")
    arguments = parser.parse_args()
    events = asyncio.run(measure())
    keep("timeline", events)
    if arguments.svg:
        arguments.svg.write_text(drawn(bars(events)), encoding="utf-8")
    show("a turn", ("ms", "event", "activity"), ((f"{at:.1f}", e, a) for at, e, a in events))


if __name__ == "__main__":
    main()
