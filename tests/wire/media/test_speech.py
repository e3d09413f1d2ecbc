"""The packaged speech model, hearing a sentence that a machine spoke."""

from pathlib import Path

import pytest

from adapters.media.whisper import WhisperSpeechToText, joined_weights

CLIP = Path(__file__).with_name("keyboard.ogg").read_bytes()


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


async def test_hints_are_not_heard_in_silence(ears: WhisperSpeechToText) -> None:
    heard = await ears.transcribe(silence(2), ["Logitech keyboard", "Corsair"], lambda: None)
    assert "logitech" not in heard.text.lower()


def test_a_damaged_cache_is_made_anew(cache: Path) -> None:
    joined_weights(cache)
    (cache / "model.bin").write_bytes(b"half a file")
    assert joined_weights(cache) == cache
    assert (cache / "model.bin").stat().st_size == 145_217_607
    assert [path.name for path in cache.glob("model.bin?*")] == []


def silence(seconds: int) -> bytes:
    """A WAV file of 16-bit samples at 16 kHz."""
    length = seconds * 32_000
    header = (
        b"RIFF" + (36 + length).to_bytes(4, "little") + b"WAVEfmt " + (16).to_bytes(4, "little")
    )
    layout = bytes.fromhex("0100 0100 803e0000 007d0000 0200 1000")
    return header + layout + b"data" + length.to_bytes(4, "little") + bytes(length)
