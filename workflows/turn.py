"""One turn of a conversation: what a graph's nodes may do besides deciding."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from talknshop.commands import AnswerQuestion, PerformAction, SendMessage
from talknshop.events import EventData, WorkflowStage
from talknshop.listing import ListingSpec
from talknshop.media import MediaRef
from talknshop.memory import Assumed, Observation, Recollection, Seed
from talknshop.model import MarketplaceName
from talknshop.products import SearchOutcome
from talknshop.requirement import RequirementSpec
from talknshop.understanding import Mode, Question, ShownProduct
from talknshop.usage import Usage

Reply = SendMessage | AnswerQuestion | PerformAction


class Turn(Protocol):
    """Implemented by the conversation workflow."""

    @property
    def session_id(self) -> str: ...

    @property
    def user_id(self) -> str: ...

    @property
    def turn_id(self) -> str: ...

    @property
    def marketplaces(self) -> list[MarketplaceName]:
        """Those that can be searched."""

    @property
    def posting_marketplaces(self) -> list[MarketplaceName]: ...

    @property
    def search_deadline_ms(self) -> int:
        """How long one marketplace may take to answer."""

    @property
    def requirement(self) -> RequirementSpec | None: ...

    @property
    def listing(self) -> ListingSpec | None: ...

    @property
    def shown(self) -> list[ShownProduct]: ...

    @property
    def usage(self) -> Usage:
        """What this turn has asked of chat models until now."""

    def spend(self, usage: Usage) -> None:
        """Count what a step asked of chat models."""

    @property
    def language(self) -> str:
        """The one that the person spoke last."""

    @property
    def posted(self) -> list[str]:
        """The ids of the jobs that this conversation has heard of, the newest last."""

    @property
    def flow(self) -> Mode:
        """What the last turn was about."""

    def emit(self, data: EventData) -> None:
        """Append an event to the log."""

    def stage(self, stage: WorkflowStage, message: str, **details: Any) -> None:
        """Say what is being done: a progress event."""

    def searching(self, marketplaces: Sequence[MarketplaceName]) -> None:
        """Say that each of them is being asked."""

    def searched(self, outcome: SearchOutcome) -> None:
        """Say what one of them answered, once for each search."""

    async def ask(self, question: Question) -> Reply:
        """Put a question to the person and wait, for days if need be."""

    async def reply(self, stage: WorkflowStage, question: Question | None = None) -> Reply:
        """Wait for whatever the person says or does next; a question may be put besides."""

    def remember(
        self,
        *,
        requirement: RequirementSpec | None = None,
        listing: ListingSpec | None = None,
        shown: list[ShownProduct] | None = None,
        language: str | None = None,
        assumed: list[Assumed] | None = None,
    ) -> None:
        """Keep for the turns to come."""

    @property
    def assumed(self) -> list[Assumed]:
        """What of the requirement was filled in from memory."""

    @property
    def similar_to(self) -> Seed | None:
        """What "anything similar?" means here: what was opened last, or searched for."""

    async def recall(self) -> Recollection:
        """What may be used of the person; nothing when memory is off, or can't be asked."""

    def observe(self, observation: Observation) -> None:
        """Tell the person's account when the turn is over; its id is given here."""

    def forget_listing(self) -> None:
        """The draft is done with: posted, or given up."""


@dataclass(frozen=True)
class TurnContext:
    """What LangGraph hands to every node."""

    turn: Turn


def text_of(reply: Reply) -> str:
    """What the reply says in words; empty for an action."""
    match reply:
        case SendMessage():
            return reply.message
        case AnswerQuestion():
            return reply.answer
        case _:
            return ""


def media_of(reply: Reply) -> list[MediaRef]:
    return reply.media if isinstance(reply, SendMessage) else []


def requirement_of(reply: Reply) -> RequirementSpec | None:
    return reply.requirement if isinstance(reply, SendMessage) else None
