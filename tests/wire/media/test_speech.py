"""The packaged speech model, hearing a sentence that a machine spoke."""

import io
import random
import wave
from array import array
from pathlib import Path

import pytest

from adapters.media.whisper import WhisperSpeechToText, joined_weights

CLIP = Path(__file__).with_name("keyboard.ogg").read_bytes()
HINTS = ["Logitech keyboard", "Corsair", "iPhone 13"]


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("whisper")


@pytest.fixture(scope="module")
def ears(cache: Path) -> WhisperSpeechToText:
    return WhisperSpeechToText(cache)


async def test_the_spoken_words_come_back(ears: WhisperSpeechToText) -> None:
    beats: list[int] = []
    heard = await ears.transcribe(CLIP, ["keyboard", "mouse"], lambda: beats.append(1))
    assert "looking for a wireless keyboard" in heard.text.lower()
    assert "50" in heard.text or "fifty" in heard.text.lower()
    assert heard.language == "en"
    assert 0.4 < heard.confidence <= 1
    assert heard.segments[0].end_s > heard.segments[0].start_s
    assert beats


@pytest.mark.parametrize("loudness", [0, 5_700], ids=["silence", "noise"])
async def test_hints_are_not_heard_where_nobody_speaks(
    ears: WhisperSpeechToText, loudness: int
) -> None:
    heard = await ears.transcribe(noise(2, loudness), HINTS, no_beat)
    assert (heard.text, heard.language, heard.confidence) == ("", "", 0)


def test_a_damaged_cache_is_made_anew(cache: Path) -> None:
    joined_weights(cache)
    (cache / "model.bin").write_bytes(b"half a file")
    assert joined_weights(cache) == cache
    assert (cache / "model.bin").stat().st_size == 145_217_607
    assert [path.name for path in cache.glob("model.bin?*")] == []


def noise(seconds: int, loudness: int) -> bytes:
    """A WAV file of 16-bit samples at 16 kHz, the same each time."""
    chance = random.Random(7)
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setparams((1, 2, 16_000, 0, "NONE", ""))
        samples = array("h", (chance.randint(-loudness, loudness) for _ in range(seconds * 16_000)))
        file.writeframes(samples.tobytes())
    return out.getvalue()


def no_beat() -> None:
    pass
