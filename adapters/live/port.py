"""What is fast and may be lost: wake-up hints, an answer's tokens, cached searches."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Protocol

from talknshop.products import SearchOutcome, SearchRequest


@dataclass(frozen=True)
class Token:
    """One piece of an answer. A retried activity starts again at index 0 with a higher attempt."""

    turn_id: str
    attempt: int
    index: int
    text: str


@dataclass(frozen=True)
class Nudge:
    """Something is new in a session: `turn_id` names the turn with new tokens, "" means the log."""

    session_id: str
    turn_id: str = ""


class LiveChannel(Protocol):
    """No method raises when the store behind it is away: what is lost here is lost on purpose."""

    async def hint(self, session_id: str) -> None:
        """Tell whoever watches the session that its log has grown."""

    async def token(
        self, session_id: str, turn_id: str, attempt: int, index: int, text: str
    ) -> None: ...


class LiveFeed(Protocol):
    """The watching side: one for each gateway process."""

    @property
    def connected(self) -> bool:
        """False while the store is away: then ask the log now and then."""

    async def watch(self, session_id: str) -> None: ...

    async def unwatch(self, session_id: str) -> None: ...

    def nudges(self) -> AsyncIterator[Nudge]:
        """News of the watched sessions, for as long as the process lives."""

    async def tokens(self, session_id: str, turn_id: str, after: str) -> tuple[list[Token], str]:
        """The turn's tokens after a position ("0" for all), and the new position."""


class SearchCache(Protocol):
    """Never raises; a miss is None."""

    async def get(self, request: SearchRequest) -> SearchOutcome | None: ...

    async def put(self, request: SearchRequest, outcome: SearchOutcome) -> None: ...
