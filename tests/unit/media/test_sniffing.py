"""A file's type comes from its bytes."""

import pytest
from recordings import RECORDINGS, photo, tone

from adapters.media.sniffing import content_type_of, is_also_an_archive_or_document


@pytest.mark.parametrize("content_type", RECORDINGS)
def test_a_recording_is_known_by_its_bytes(content_type: str) -> None:
    assert content_type_of(tone(content_type, 0.1)) == content_type


@pytest.mark.parametrize("name", ["JPEG", "PNG", "WEBP"])
def test_a_photo_is_known_by_its_bytes(name: str) -> None:
    assert content_type_of(photo(name)) == f"image/{name.lower()}"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"GIF89a",
        b"RIFF\x04\0\0\0AVI ",
        b"\x1a\x45\xdf\xa3\x42\x82\x88matroska",
        b"#EXTM3U\nhttp://192.0.2.1/a.ts",
        b"\xff\xf1\x50\x80",  # AAC in ADTS
    ],
    ids=["empty", "one byte", "svg", "gif", "avi", "matroska", "playlist", "adts"],
)
def test_anything_else_is_nothing_we_know(data: bytes) -> None:
    assert content_type_of(data) is None


def test_an_iphone_still_is_heic_and_its_voice_memo_is_mp4() -> None:
    assert content_type_of(b"\0\0\0\x18ftypheic\0\0\0\0") == "image/heic"
    assert content_type_of(b"\0\0\0\x18ftypM4A \0\0\0\0") == "audio/mp4"


def test_four_bytes_that_look_like_an_archives_end_do_not_make_a_photo_an_archive() -> None:
    assert not is_also_an_archive_or_document(photo() + b"PK\x05\x06" + bytes(40))
