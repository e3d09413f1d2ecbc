"""The bounded log of a conversation's events."""

from datetime import datetime

from pydantic import BaseModel, TypeAdapter

from talknshop.events import EVENT_FOR, ConversationEvent, EventData

# Results are about 7 kB each; the whole log travels in the state of a continue-as-new.
MAX_EVENTS = 400
MAX_BYTES = 400_000

_EVENT: TypeAdapter[ConversationEvent] = TypeAdapter(ConversationEvent)


class EventLog(BaseModel):
    """Events with rising ids; the oldest are dropped when there are too many or too big ones."""

    session_id: str
    last_event_id: int = 0
    events: list[ConversationEvent] = []
    sizes: list[int] = []

    def append(self, turn_id: str, data: EventData, now: datetime) -> ConversationEvent:
        self.last_event_id += 1
        event = _EVENT.validate_python(
            {
                "type": EVENT_FOR[type(data)],
                "session_id": self.session_id,
                "event_id": self.last_event_id,
                "turn_id": turn_id,
                "timestamp": now,
                "data": data,
            }
        )
        self.events.append(event)
        self.sizes.append(len(event.model_dump_json()))
        while len(self.events) > MAX_EVENTS or sum(self.sizes) > MAX_BYTES:
            del self.events[0], self.sizes[0]
        return event

    @property
    def first_available(self) -> int:
        """The id of the oldest event still kept; one past the last when there is none."""
        return self.last_event_id - len(self.events) + 1

    def since(self, event_id: int, limit: int) -> list[ConversationEvent]:
        """At most `limit` events after `event_id`, oldest first."""
        start = max(0, event_id + 1 - self.first_available)
        return self.events[start : start + limit]
