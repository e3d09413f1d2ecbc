"""Understanding and writing without a chat model: milliseconds, beside the conversation itself.

As local activities they cost one event of a turn's history each, and no way through the server.
"""

from temporalio import activity

from adapters.language.embedded.orders import read_order
from adapters.language.port import Language
from adapters.metrics import count_language_step
from talknshop.understanding import AnswerRequest, ComposedAnswer, Understanding, Utterance


class InstantLanguageActivities:
    """`language` is None where a chat model is configured: then every answer is None, but to orders
    about what is up, which no model is asked about."""

    def __init__(self, language: Language | None) -> None:
        self._language = language

    @activity.defn
    async def understand_at_once(self, utterance: Utterance) -> Understanding | None:
        """What the person wants; None: ask `understand`."""
        order = read_order(utterance)
        if order is not None:
            return order
        if self._language is None:
            return None
        understood = await self._language.understand(utterance)
        count_language_step("understand", understood.usage, degraded=understood.degraded)
        return understood

    @activity.defn
    async def compose_at_once(self, request: AnswerRequest) -> ComposedAnswer | None:
        """The whole answer, too soon there to be worth streaming; None: ask `compose_answer`."""
        if self._language is None:
            return None
        async for piece in self._language.compose(request):
            if isinstance(piece, ComposedAnswer):
                count_language_step("compose", piece.usage, degraded=piece.degraded)
                return piece
        raise AssertionError("an answer ends with the whole of it")
