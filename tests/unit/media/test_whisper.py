"""Speech to text, as far as no model is needed."""

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from recordings import tone

from adapters.errors import Rejected, Unsupported
from adapters.media import whisper
from adapters.media.whisper import WhisperSpeechToText


class SteppedModel:
    """A model that gives a segment each time it is allowed to."""

    def __init__(
        self, logprobs: list[float] | None = None, compressions: list[float] | None = None
    ) -> None:
        self.logprobs = logprobs or [-0.5, -0.5, -0.5]
        self.compressions = compressions or [1.0] * len(self.logprobs)
        self.asked = threading.Semaphore(0)
        self.allowed = threading.Semaphore(0)
        self.steps = 0

    def expecting(self, language: str) -> "SteppedModel":
        return self

    def transcribe(self, samples: Any, **options: Any) -> tuple[Iterator[Any], Any]:
        return self._segments(), None

    def _segments(self) -> Iterator[Any]:
        for at, (logprob, ratio) in enumerate(zip(self.logprobs, self.compressions, strict=True)):
            self.steps += 1
            self.asked.release()
            assert self.allowed.acquire(timeout=20)
            yield SimpleNamespace(
                text=f" part {at}",
                start=at,
                end=at + 1,
                avg_logprob=logprob,
                compression_ratio=ratio,
                language="en",
            )


class SteppedSpeechToText(WhisperSpeechToText):
    def __init__(self, model: SteppedModel) -> None:
        super().__init__(Path("unused"))
        self.model = model

    def _loaded(self) -> Any:
        return self.model


def test_a_cancelled_transcription_asks_for_no_further_segment() -> None:
    model = SteppedModel()

    async def cancel_in_the_first_segment() -> None:
        ears = SteppedSpeechToText(model)
        task = asyncio.create_task(ears.transcribe(tone("audio/wav"), [], lambda: None))
        assert await asyncio.to_thread(model.asked.acquire, timeout=20)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        model.allowed.release(3)

    asyncio.run(cancel_in_the_first_segment())  # returns when its threads have ended
    assert model.steps == 1


async def test_segments_make_one_text_with_a_confidence() -> None:
    model = SteppedModel()
    model.allowed.release(3)
    beats: list[int] = []
    heard = await SteppedSpeechToText(model).transcribe(
        tone("audio/wav"), [], lambda: beats.append(1)
    )
    assert heard.text == "part 0 part 1 part 2"
    assert heard.confidence == pytest.approx(0.6065, abs=1e-3)
    assert [segment.start_s for segment in heard.segments] == [0, 1, 2]
    assert beats


async def test_a_segment_that_is_only_guessed_is_left_out() -> None:
    model = SteppedModel(logprobs=[-0.2, -2.2, -0.4])
    model.allowed.release(3)
    heard = await SteppedSpeechToText(model).transcribe(tone("audio/wav"), [], lambda: None)
    assert heard.text == "part 0 part 2"


async def test_a_segment_that_goes_round_in_circles_is_left_out() -> None:
    model = SteppedModel(compressions=[1.2, 11.0, 1.2])
    model.allowed.release(3)
    heard = await SteppedSpeechToText(model).transcribe(tone("audio/wav"), [], lambda: None)
    assert heard.text == "part 0 part 2"


async def test_what_is_no_recording_is_refused_before_the_model_is_loaded() -> None:
    with pytest.raises(Rejected):
        await WhisperSpeechToText(Path("/nonexistent")).transcribe(b"words", [], lambda: None)


def test_wrong_weights_are_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(whisper, "_PARTS", whisper._PARTS[1:])
    with pytest.raises(Unsupported, match="install the locked packages again"):
        whisper.joined_weights(tmp_path)
    assert not (tmp_path / "model.bin").exists()


def test_only_languages_that_we_speak_are_heard() -> None:
    found = [[("<|la|>", 0.6), ("<|es|>", 0.3), ("<|en|>", 0.1)]]
    model = SimpleNamespace(detect_language=lambda encoded: found, is_multilingual=True)
    ours = whisper.OurLanguages(model)
    assert ours.detect_language("sound") == [[("<|es|>", 0.3), ("<|en|>", 0.1)]]
    assert ours.is_multilingual


@pytest.mark.parametrize(
    ("sure", "heard"), [(0.2, "<|fr|>"), (0.8, "<|en|>")], ids=["a guess", "clear"]
)
def test_what_could_be_any_language_is_heard_in_the_persons(sure: float, heard: str) -> None:
    found = [[("<|en|>", sure), ("<|fr|>", 0.1), ("<|es|>", 0.05)]]
    model = SimpleNamespace(detect_language=lambda encoded: found)
    assert whisper.OurLanguages(model, "fr").detect_language("sound")[0][0][0] == heard
    assert whisper.OurLanguages(model).detect_language("sound") == found
