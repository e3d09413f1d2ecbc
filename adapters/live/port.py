"""What is fast and may be lost: wake-up hints, an answer's tokens, cached searches."""

from collections.abc import AsyncIterator, Awaitable, Callable
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
    """Something is new in a session: tokens of the turn, or else the log.

    `event_id`: up to where the log has grown; 0 where that is not known.
    """

    session_id: str
    turn_id: str = ""
    event_id: int = 0


class LiveChannel(Protocol):
    """No method raises when the store behind it is away: what is lost here is lost on purpose."""

    async def hint(self, session_id: str, event_id: int) -> None:
        """Tell whoever watches the session that its log has grown up to this event."""

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


Search = Callable[[], Awaitable[SearchOutcome]]


class SearchCache(Protocol):
    """Never raises by itself; what `search` raises goes to everybody who waits for it."""

    async def find(self, request: SearchRequest, search: Search) -> SearchOutcome:
        """The outcome that is kept, else that of `search`, which runs once however many ask.

        `kept` on the outcome says whether `kept` would find it again.
        """

    async def kept(self, request: SearchRequest) -> SearchOutcome | None:
        """The outcome of an earlier `find`; None when it is gone."""
