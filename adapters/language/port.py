"""The protocol of a language adapter."""

from collections.abc import AsyncIterator
from typing import Protocol

from talknshop.understanding import AnswerRequest, ComposedAnswer, Understanding, Utterance


class Language(Protocol):
    """Raises adapters.errors: Throttled, Unavailable, Unauthorized, Unintelligible."""

    async def understand(self, utterance: Utterance) -> Understanding:
        """What the person wants, as a whole new spec."""

    def compose(self, request: AnswerRequest) -> AsyncIterator[str | ComposedAnswer]:
        """The answer's text piece by piece, and last the whole of it with its usage."""
