"""Understanding what a person said, and writing the answer."""

from temporalio import activity

from activities.failures import typed_failures
from activities.heartbeats import heartbeating
from adapters.language.embedded.orders import read_order
from adapters.language.port import Language, Restarted
from adapters.live.port import LiveChannel
from adapters.metrics import count_language_step
from talknshop.understanding import AnswerRequest, ComposedAnswer, Understanding, Utterance

# More often than this no answer begins anew within one attempt of the activity.
_BEGINNINGS = 100


class UnderstandingActivities:
    def __init__(self, language: Language, live: LiveChannel) -> None:
        self._language = language
        self._live = live

    @activity.defn
    async def understand(self, utterance: Utterance) -> Understanding:
        """What the person wants, as a whole new spec."""
        order = read_order(utterance)
        if order is not None:
            return order
        with typed_failures():
            async with heartbeating():
                understood = await self._language.understand(utterance)
        count_language_step("understand", understood.usage, degraded=understood.degraded)
        return understood

    @activity.defn
    async def compose_answer(self, request: AnswerRequest) -> ComposedAnswer:
        """Writes the answer, streaming it to whoever watches; a retry streams anew."""
        attempt, index = activity.info().attempt * _BEGINNINGS, 0
        with typed_failures():
            async with heartbeating():
                async for piece in self._language.compose(request):
                    match piece:
                        case ComposedAnswer():
                            count_language_step("compose", piece.usage, degraded=piece.degraded)
                            return piece
                        case Restarted():
                            attempt, index = attempt + 1, 0
                        case str():
                            await self._live.token(
                                request.session_id, request.turn_id, attempt, index, piece
                            )
                            index += 1
        raise AssertionError("an answer ends with the whole of it")
