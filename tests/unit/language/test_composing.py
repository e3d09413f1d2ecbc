"""An answer that begins anew is streamed as another attempt, from its first piece."""

from collections.abc import AsyncIterator

from temporalio.testing import ActivityEnvironment

from activities.understanding import UnderstandingActivities
from adapters.language.port import Piece, Restarted
from talknshop.understanding import AnswerRequest, ComposedAnswer, Understanding, Utterance

REQUEST = AnswerRequest(session_id="s", turn_id="t", kind="results")


class Scripted:
    def __init__(self, *pieces: Piece) -> None:
        self._pieces = pieces

    async def understand(self, utterance: Utterance) -> Understanding:
        raise NotImplementedError

    async def compose(self, request: AnswerRequest) -> AsyncIterator[Piece]:
        for piece in self._pieces:
            yield piece


class Written:
    """A live channel that keeps what was streamed."""

    def __init__(self) -> None:
        self.tokens: list[tuple[int, int, str]] = []

    async def hint(self, session_id: str) -> None: ...

    async def token(
        self, session_id: str, turn_id: str, attempt: int, index: int, text: str
    ) -> None:
        self.tokens.append((attempt, index, text))


async def test_what_is_void_is_followed_by_a_higher_attempt_from_index_zero() -> None:
    whole = ComposedAnswer(text="Ten laptops.")
    language = Scripted("I ", "found ", Restarted(), "Ten ", "laptops.", whole)
    live = Written()
    activities = UnderstandingActivities(language, live)
    assert await ActivityEnvironment().run(activities.compose_answer, REQUEST) == whole
    first, second = live.tokens[0][0], live.tokens[2][0]
    assert second > first
    assert live.tokens == [
        (first, 0, "I "),
        (first, 1, "found "),
        (second, 0, "Ten "),
        (second, 1, "laptops."),
    ]
