"""The protocol of a language adapter."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Protocol

from adapters.errors import Unintelligible
from talknshop.understanding import (
    AnswerRequest,
    ComposedAnswer,
    Understanding,
    Utterance,
)
from talknshop.usage import Usage


@dataclass(frozen=True)
class Restarted:
    """What came of the answer so far is void: it begins anew."""


Piece = str | Restarted | ComposedAnswer


class Unusable(Unintelligible):
    """The model answered, and `usage` was spent, but not with what was asked for."""

    def __init__(self, message: str, usage: Usage) -> None:
        super().__init__(message)
        self.usage = usage


class Language(Protocol):
    """Raises Unusable, or from adapters.errors: Throttled, Unavailable, Unauthorized, NotFound,
    Rejected.
    """

    async def understand(self, utterance: Utterance) -> Understanding:
        """What the person wants, as a whole new spec."""

    def compose(self, request: AnswerRequest) -> AsyncIterator[Piece]:
        """The answer's text piece by piece, and last the whole of it with its usage."""
