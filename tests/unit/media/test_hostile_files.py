"""Files made to hurt: each gets a sentence, and the next good one is still read."""

import struct
import zlib
from pathlib import Path

import pytest
from recordings import photo

from adapters.errors import Rejected
from adapters.media.photo import PhotoReader
from adapters.storage.media_store import MediaStore


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png_of(width: int, height: int, pixels: bytes) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
    )


def jpeg_claiming(width: int, height: int) -> bytes:
    """A small JPEG whose frame header names another size."""
    data = bytearray(photo(size=(64, 64)))
    at = data.index(b"\xff\xc0") + 5
    data[at : at + 4] = struct.pack(">HH", height, width)
    return bytes(data)


def with_archive(data: bytes) -> bytes:
    end_of_archive = b"PK\x05\x06" + bytes(18)
    return data + end_of_archive


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + bytes(64)

HOSTILE = [
    pytest.param(b"", id="0 bytes"),
    pytest.param(b"\xff\xd8\xff", id="only a beginning"),
    pytest.param(photo()[:400], id="truncated JPEG"),
    pytest.param(png_of(30_000, 30_000, zlib.compress(bytes(1_000_000), 9)), id="PNG bomb"),
    pytest.param(png_of(14_000, 14_286, zlib.compress(bytes(1000))), id="200 MP PNG"),
    pytest.param(jpeg_claiming(20_000, 10_000), id="200 MP JPEG"),
    pytest.param(SVG, id="SVG with a script"),
    pytest.param(HEIC, id="HEIC"),
    pytest.param(with_archive(photo()), id="JPEG and ZIP at once"),
    pytest.param(b"MZ" + bytes(200), id="a program called photo.jpg"),
    pytest.param(b"<!doctype html><script>alert(1)</script>", id="a page called photo.png"),
    pytest.param(b"RIFF\xff\xff\xff\xffWEBPVP8 " + bytes(32), id="WEBP of nothing"),
    pytest.param(b"#EXTM3U\nfile:///etc/passwd\n", id="a playlist called note.mp3"),
    pytest.param(b"\x1a\x45\xdf\xa3" + b"webm" * 20, id="WEBM of nothing"),
]

# Its models are loaded once.
READER = PhotoReader()


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.fixture
def store(tmp_path: Path) -> MediaStore:
    return MediaStore(f"file://{tmp_path}/media")


@pytest.mark.parametrize("data", HOSTILE)
async def test_a_hostile_upload_gets_a_sentence_and_nothing_is_kept(
    store: MediaStore, data: bytes, tmp_path: Path
) -> None:
    with pytest.raises(Rejected) as refused:
        await store.put_upload("me", data)
    assert str(refused.value).endswith((".", "again.", ")."))
    assert not files_in(tmp_path)
    kept = await store.put_upload("me", photo())
    assert kept.media_type == "image"


@pytest.mark.parametrize("data", [case for case in HOSTILE if case.id != "JPEG and ZIP at once"])
async def test_a_hostile_file_in_the_store_does_not_hurt_the_reader(data: bytes) -> None:
    with pytest.raises(Rejected):
        await READER.read_image("m", data, lambda: None)
    assert (await READER.read_image("m", photo(), lambda: None)).width > 0
