"""Recordings: decoded within limits, whatever the bytes say."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from recordings import RECORDINGS, film, tone, with_cover

from adapters.errors import Rejected
from adapters.media import audio
from adapters.media.sniffing import content_type_of


@pytest.mark.parametrize("content_type", RECORDINGS)
def test_every_kind_of_recording_has_its_length(content_type: str) -> None:
    assert audio.duration_s(tone(content_type, 2)) == pytest.approx(2, abs=0.1)


@pytest.mark.parametrize("content_type", RECORDINGS)
def test_speech_is_heard_at_the_same_pitch_from_every_kind(content_type: str) -> None:
    samples = audio.speech_samples(tone(content_type, 2))
    loudest = np.argmax(np.abs(np.fft.rfft(samples))) * audio.SPEECH_RATE / len(samples)
    assert loudest == pytest.approx(440, abs=2)
    assert 0.1 < np.abs(samples).max() < 0.5


def test_a_text_chunk_that_claims_gigabytes_is_not_believed() -> None:
    wav = tone("audio/wav")
    assert b"LIST\x1a\0\0\0" in wav
    with pytest.raises(Rejected, match="This recording is damaged"):
        audio.duration_s(wav.replace(b"LIST\x1a\0\0\0", b"LIST\x1a\0\0\xff"))


@pytest.mark.parametrize("size", [0, 0xFFFF_FFFF], ids=["zero", "unknown"])
def test_a_wav_that_was_written_while_it_was_recorded_is_taken(size: int) -> None:
    head, samples = tone("audio/wav").split(b"data", 1)
    streamed = head + b"data" + size.to_bytes(4, "little") + samples[4:]
    assert audio.duration_s(streamed) == pytest.approx(1, abs=0.01)


def test_a_cover_picture_does_not_make_a_song_a_film() -> None:
    assert audio.duration_s(with_cover(tone("audio/mpeg"))) == pytest.approx(1, abs=0.1)


def test_two_minutes_are_taken_and_a_second_more_is_not() -> None:
    assert audio.duration_s(tone("audio/wav", 119.9, rate=8_000)) == pytest.approx(119.9)
    with pytest.raises(Rejected, match="at most 2 minutes"):
        audio.duration_s(tone("audio/wav", 121, rate=8_000))


@pytest.mark.parametrize("listen", [audio.duration_s, audio.speech_samples])
def test_ten_minutes_are_refused_before_all_of_them_are_decoded(
    listen: Callable[[bytes], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    decoded = 0.0

    def counted(data: bytes, frames: Any = audio._frames) -> Iterator[Any]:
        nonlocal decoded
        for frame in frames(data):
            decoded += frame.samples / frame.sample_rate
            yield frame

    monkeypatch.setattr(audio, "_frames", counted)
    with pytest.raises(Rejected, match="at most 2 minutes"):
        listen(tone("audio/wav", 600, rate=8_000))
    assert decoded == pytest.approx(audio.MAX_DURATION_S, abs=1)


@pytest.mark.parametrize(
    ("data", "remedy"),
    [
        (tone("audio/mp4")[:400], "once more"),
        (tone("audio/webm")[:60], "once more"),
        (tone("audio/wav")[:44], "no sound|once more"),
        (tone("audio/wav", rate=2_000), "8 to 48 kHz"),
        (b"ID3" + b"<html>" * 100, "once more"),
        (b"OggS" + b"#EXTM3U\nfile:///etc/passwd", "once more"),
        (b"ID3\x03\0\0\0\0\0\0" + tone("audio/flac"), "once more"),
        (film(), "the sound alone"),
        (b"ffconcat version 1.0\nfile /etc/passwd", "WEBM, OGG"),
        (b"", "WEBM, OGG"),
    ],
    ids=[
        "cut mp4",
        "cut webm",
        "empty wav",
        "2 kHz",
        "html",
        "playlist",
        "FLAC behind an MP3 tag",
        "film",
        "ffconcat",
        "empty",
    ],
)
def test_a_bad_recording_is_refused_with_what_would_be_right(data: bytes, remedy: str) -> None:
    with pytest.raises(Rejected, match=remedy):
        audio.duration_s(data)


SAMPLES = [tone(content_type, 0.2) for content_type in RECORDINGS]


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(SAMPLES),
    st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), max_size=12),
    st.floats(0, 1),
)
def test_damage_anywhere_is_a_length_or_a_refusal_and_never_a_crash(
    sample: bytes, changes: list[tuple[float, int]], kept: float
) -> None:
    damaged = bytearray(sample)
    for at, value in changes:
        damaged[int(at * len(damaged))] = value
    data = bytes(damaged[: round(len(damaged) * kept)])
    try:
        seconds = audio.duration_s(data)
    except Rejected:
        return
    assert 0 < seconds <= audio.MAX_DURATION_S
    assert content_type_of(data) in RECORDINGS
    assert len(audio.speech_samples(data)) <= audio.MAX_DURATION_S * audio.SPEECH_RATE + 1
