"""One language standing in for another that does not answer."""

from collections.abc import AsyncIterator

import structlog

from adapters.errors import AdapterError
from adapters.language.port import Language
from talknshop.understanding import AnswerRequest, ComposedAnswer, Understanding, Utterance

log = structlog.get_logger()


class FallbackLanguage:
    """What the second one says is marked as degraded."""

    def __init__(self, first: Language, second: Language) -> None:
        self._first = first
        self._second = second

    async def understand(self, utterance: Utterance) -> Understanding:
        try:
            return await self._first.understand(utterance)
        except AdapterError as error:
            log.warning("model_failed", code=error.code, reason=str(error))
        understood = await self._second.understand(utterance)
        return understood.model_copy(update={"degraded": True})

    async def compose(self, request: AnswerRequest) -> AsyncIterator[str | ComposedAnswer]:
        """Once a piece is out, a failure is raised: the caller starts the answer anew."""
        begun = False
        try:
            async for piece in self._first.compose(request):
                begun = True
                yield piece
        except AdapterError as error:
            log.warning("model_failed", code=error.code, reason=str(error), begun=begun)
            if begun:
                raise
        if begun:
            return
        async for piece in self._second.compose(request):
            if isinstance(piece, ComposedAnswer):
                piece = piece.model_copy(update={"degraded": True})
            yield piece
