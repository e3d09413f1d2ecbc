"""Several languages, each standing in for the ones before it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable
from dataclasses import dataclass, field
from typing import TypeVar

import structlog

from adapters.errors import AdapterError, NotFound, Rejected, Unauthorized, Unavailable
from adapters.language.breaker import Breaker
from adapters.language.port import Language, Piece, Restarted, Unusable
from adapters.metrics import MODEL_FAILURES
from talknshop.messages import say
from talknshop.understanding import (
    AnswerRequest,
    ComposedAnswer,
    Understanding,
    Utterance,
)
from talknshop.usage import Usage

log = structlog.get_logger()

T = TypeVar("T")

# The step has a minute in all; the last one in the chain answers at once.
PATIENCE_S = 45.0


@dataclass
class _Link:
    name: str
    language: Language
    breaker: Breaker = field(default_factory=Breaker)

    def failed(self, error: AdapterError, *, begun: bool = False) -> None:
        """Keys and models that are not accepted need an operator: that is an error in the log.

        What one person's words brought about must not take the model from everybody else.
        """
        for_long = isinstance(error, NotFound | Unauthorized)
        if isinstance(error, Unusable | Rejected):
            self.breaker.succeeded()
        else:
            self.breaker.failed(for_long=for_long)
        MODEL_FAILURES.labels(self.name, error.code).inc()
        record = log.error if for_long or isinstance(error, Rejected) else log.warning
        record("model_failed", model=self.name, code=error.code, reason=str(error), begun=begun)


class LanguageChain:
    """Never fails while the last one, which needs nobody, does not; it is said when it stood in."""

    def __init__(self, models: list[tuple[str, Language]], last: Language) -> None:
        self._links = [_Link(name, language) for name, language in models]
        self._last = last

    async def understand(self, utterance: Utterance) -> Understanding:
        deadline = asyncio.get_running_loop().time() + PATIENCE_S
        spent = Usage()
        for link in self._links:
            if not link.breaker.lets_through():
                continue
            try:
                understood = await _by(deadline, link.language.understand(utterance))
            except AdapterError as error:
                link.failed(error)
                spent += _spent(error)
            else:
                link.breaker.succeeded()
                return understood.model_copy(update={"usage": spent + understood.usage})
        understood = await self._last.understand(utterance)
        return understood.model_copy(
            update={
                "degraded": True,
                "usage": spent,
                "assumptions": [
                    *understood.assumptions,
                    _degraded(understood.language or utterance.language),
                ],
            }
        )

    async def compose(self, request: AnswerRequest) -> AsyncIterator[Piece]:
        """Once a piece is out, the next one starts the answer anew."""
        deadline = asyncio.get_running_loop().time() + PATIENCE_S
        spent = Usage()
        for link in self._links:
            if not link.breaker.lets_through():
                continue
            begun = False
            try:
                async for piece in _before(deadline, link.language.compose(request)):
                    begun = True
                    yield _with(piece, spent)
            except AdapterError as error:
                link.failed(error, begun=begun)
                spent += _spent(error)
            else:
                link.breaker.succeeded()
                return
            if begun:
                yield Restarted()
        plain = request.model_copy(update={"facts": [*request.facts, _degraded(request.language)]})
        async for piece in self._last.compose(plain):
            yield _with(piece, spent, degraded=True)


def _degraded(language: str) -> str:
    return say(language, "degraded")


async def _by(deadline: float, step: Awaitable[T]) -> T:
    try:
        async with asyncio.timeout_at(deadline):
            return await step
    except TimeoutError as error:
        raise Unavailable("the models took too long") from error


async def _before(deadline: float, pieces: AsyncIterator[Piece]) -> AsyncIterator[Piece]:
    while (piece := await _by(deadline, anext(pieces, None))) is not None:
        yield piece


def _spent(error: AdapterError) -> Usage:
    return error.usage if isinstance(error, Unusable) else Usage()


def _with(piece: Piece, spent: Usage, *, degraded: bool = False) -> Piece:
    """The whole answer also bears what was spent before in vain."""
    if not isinstance(piece, ComposedAnswer):
        return piece
    return piece.model_copy(
        update={"usage": spent + piece.usage, "degraded": degraded or piece.degraded}
    )
