"""Sounds and pictures made on the spot, for the tests of media and storage."""

import io
from typing import Any

import av
import numpy as np
from PIL import Image

# Container, codec and sample rate of each kind of recording that is taken.
RECORDINGS = {
    "audio/webm": ("webm", "libopus", 48_000),
    "audio/ogg": ("ogg", "libopus", 48_000),
    "audio/mp4": ("mp4", "aac", 44_100),
    "audio/wav": ("wav", "pcm_s16le", 16_000),
    "audio/mpeg": ("mp3", "libmp3lame", 44_100),
}
_OTHERS = {"audio/flac": ("flac", "flac", 44_100)}


def tone(content_type: str, seconds: float = 1.0, rate: int | None = None) -> bytes:
    """A 440 Hz tone."""
    container_format, codec, usual_rate = (RECORDINGS | _OTHERS)[content_type]
    rate = rate or usual_rate
    wave = (np.sin(2 * np.pi * 440 * np.arange(int(seconds * rate)) / rate) * 8000).astype("<i2")
    out = io.BytesIO()
    with av.open(out, "w", format=container_format) as container:
        stream = container.add_stream(codec, rate=rate, layout="mono")
        frame = av.AudioFrame.from_ndarray(wave.reshape(1, -1), format="s16", layout="mono")
        frame.sample_rate = rate
        to_codec = av.AudioResampler(
            format=stream.format.name, layout="mono", rate=rate, frame_size=stream.frame_size
        )
        for ready in [*to_codec.resample(frame), *to_codec.resample(None)]:
            container.mux(stream.encode(ready))
        container.mux(stream.encode(None))
    return out.getvalue()


def film() -> bytes:
    """Ten black frames with a second of sound."""
    out = io.BytesIO()
    with av.open(out, "w", format="mp4") as container:
        pictures = container.add_stream("mpeg4", rate=10)
        pictures.width, pictures.height, pictures.pix_fmt = 64, 48, "yuv420p"
        sounds = container.add_stream("aac", rate=44_100, layout="mono")
        for at in range(10):
            picture = av.VideoFrame.from_image(Image.new("RGB", (64, 48)))
            picture.pts = at
            container.mux(pictures.encode(picture))
        container.mux(pictures.encode(None))
        silence = np.zeros((1, 44_100), "<i2")
        frame = av.AudioFrame.from_ndarray(silence, format="s16", layout="mono")
        frame.sample_rate = 44_100
        container.mux(sounds.encode(frame))
        container.mux(sounds.encode(None))
    return out.getvalue()


def with_cover(mp3: bytes) -> bytes:
    """The same MP3 with a cover picture in an ID3v2.3 tag."""
    body = b"\0image/jpeg\0\x03\0" + photo()
    frame = b"APIC" + len(body).to_bytes(4, "big") + b"\0\0" + body
    size = bytes(len(frame) >> shift & 0x7F for shift in (21, 14, 7, 0))
    return b"ID3\x03\0\0" + size + frame + mp3


def photo(format_: str = "JPEG", size: tuple[int, int] = (64, 48), **options: Any) -> bytes:
    """Red on the left, blue on the right."""
    image = Image.new("RGB", size, "blue")
    image.paste("red", (0, 0, size[0] // 2, size[1]))
    out = io.BytesIO()
    image.save(out, format_, **options)
    return out.getvalue()
