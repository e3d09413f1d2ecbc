"""Understanding what a person said, and writing the answer."""

from temporalio import activity

from activities.failures import typed_failures
from activities.heartbeats import heartbeating
from adapters.language.port import Language
from adapters.live.port import LiveChannel
from talknshop.understanding import AnswerRequest, ComposedAnswer, Understanding, Utterance


class UnderstandingActivities:
    def __init__(self, language: Language, live: LiveChannel) -> None:
        self._language = language
        self._live = live

    @activity.defn
    async def understand(self, utterance: Utterance) -> Understanding:
        """What the person wants, as a whole new spec."""
        with typed_failures():
            async with heartbeating():
                return await self._language.understand(utterance)

    @activity.defn
    async def compose_answer(self, request: AnswerRequest) -> ComposedAnswer:
        """Writes the answer, streaming it to whoever watches; a retry streams anew."""
        attempt = activity.info().attempt
        written = ""
        with typed_failures():
            async with heartbeating():
                index = 0
                async for piece in self._language.compose(request):
                    if isinstance(piece, ComposedAnswer):
                        return piece
                    written += piece
                    await self._live.token(
                        request.session_id, request.turn_id, attempt, index, piece
                    )
                    index += 1
        return ComposedAnswer(text=written)
