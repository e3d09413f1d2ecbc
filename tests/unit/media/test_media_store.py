"""Uploads: one object for the same bytes, and only for their owner."""

import asyncio
import io
import os
import time
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from recordings import RECORDINGS, photo, tone

from adapters.errors import NotFound, Rejected, Unavailable
from adapters.storage.media_store import MAX_BYTES, MediaStore, media_id_of
from tests.loading import loaded_by


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "uploads"


@pytest.fixture
def store(folder: Path) -> MediaStore:
    return MediaStore(folder.as_uri())


def objects(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


async def test_a_photo_comes_back_as_a_jpeg(store: MediaStore) -> None:
    stored = await store.put_upload("ann", photo("PNG", size=(60, 40)))
    assert (stored.media_type, stored.content_type) == ("image", "image/jpeg")
    assert (stored.width, stored.height, stored.duration_s) == (60, 40, None)
    data, content_type = await store.read("ann", stored.media_id)
    assert content_type == "image/jpeg"
    assert len(data) == stored.size


@pytest.mark.parametrize("content_type", RECORDINGS)
async def test_a_recording_comes_back_as_it_was(store: MediaStore, content_type: str) -> None:
    sound = tone(content_type)
    stored = await store.put_upload("ann", sound)
    assert (stored.media_type, stored.content_type) == ("audio", content_type)
    assert stored.duration_s == pytest.approx(1, abs=0.1)
    assert await store.read("ann", stored.media_id) == (sound, content_type)


@pytest.mark.parametrize(
    ("size", "small"), [((2400, 1200), (320, 160)), ((60, 40), (60, 40))], ids=["large", "small"]
)
async def test_a_photo_has_a_thumbnail(
    store: MediaStore, size: tuple[int, int], small: tuple[int, int]
) -> None:
    stored = await store.put_upload("ann", photo(size=size))
    data, content_type = await store.read_thumbnail("ann", stored.media_id)
    with Image.open(io.BytesIO(data)) as image:
        assert (image.format, image.size, dict(image.getexif())) == ("JPEG", small, {})
    assert content_type == "image/jpeg"
    with pytest.raises(NotFound):
        await store.read_thumbnail("bob", stored.media_id)


async def test_a_recording_has_no_thumbnail(store: MediaStore) -> None:
    stored = await store.put_upload("ann", tone("audio/webm"))
    with pytest.raises(NotFound):
        await store.read_thumbnail("ann", stored.media_id)


async def test_a_photo_is_held_by_its_owner_alone_and_a_recording_is_none(
    store: MediaStore,
) -> None:
    shown, said = [await store.put_upload("ann", data) for data in (photo(), tone("audio/webm"))]
    assert await store.holds_photo("ann", shown.media_id)
    assert not await store.holds_photo("bob", shown.media_id)
    assert not await store.holds_photo("ann", said.media_id)
    assert await store.holds("ann", said.media_id)
    assert not await store.holds_photo("ann", f"../{shown.media_id}")
    await store.delete("ann", shown.media_id)
    assert not await store.holds_photo("ann", shown.media_id)


async def test_what_is_deleted_leaves_nothing_behind(store: MediaStore, folder: Path) -> None:
    ids = [(await store.put_upload("ann", data)).media_id for data in (photo(), tone("audio/webm"))]
    for media_id in [*ids, ids[0]]:
        await store.delete("ann", media_id)
    assert objects(folder) == []


def aged(folder: Path, days: int) -> None:
    """As if everything had been kept so long ago."""
    for path in objects(folder):
        os.utime(path, (time.time() - days * 86_400,) * 2)


async def test_what_nobody_used_for_long_is_erased_and_the_rest_stays(
    store: MediaStore, folder: Path
) -> None:
    old = [await store.put_upload(name, photo()) for name in ("ann", "bob")]
    rows = folder / "0123456789abcdef0123456789abcdef" / "bulk" / "1" / "upload"
    rows.parent.mkdir(parents=True)
    rows.write_text("not an upload")
    aged(folder, 200)
    new = await store.put_upload("ann", tone("audio/webm"))
    assert await store.erase_older(datetime.now(UTC) - timedelta(days=180)) == 2
    assert not await store.holds("ann", old[0].media_id)
    assert await store.holds("ann", new.media_id)
    assert rows.exists()
    assert len(objects(folder)) == 2
    assert await store.erase_older(datetime.now(UTC) - timedelta(days=180)) == 0


@pytest.mark.parametrize("data", [photo(), tone("audio/webm")], ids=["photo", "recording"])
async def test_what_is_used_again_is_kept_anew(
    store: MediaStore, folder: Path, data: bytes
) -> None:
    stored = await store.put_upload("ann", data)
    aged(folder, 170)
    whole, _ = await store.read_and_keep("ann", stored.media_id)
    assert len(whole) == stored.size
    assert await store.erase_older(datetime.now(UTC) - timedelta(days=100)) == 0
    assert len(objects(folder)) == (2 if stored.media_type == "image" else 1)
    with pytest.raises(NotFound):
        await store.read_and_keep("bob", stored.media_id)


async def test_the_same_upload_twice_is_one_object(store: MediaStore, folder: Path) -> None:
    first = await store.put_upload("ann", photo())
    kept = objects(folder)
    assert await store.put_upload("ann", photo()) == first
    assert objects(folder) == kept


async def test_the_same_bytes_of_two_people_are_two_objects(
    store: MediaStore, folder: Path
) -> None:
    ann = await store.put_upload("ann", tone("audio/webm"))
    bob = await store.put_upload("bob", tone("audio/webm"))
    assert ann.media_id != bob.media_id
    assert len(objects(folder)) == 2


@pytest.mark.parametrize("other", ["bob", "Ann", "", "ann/", "."])
async def test_nobody_else_can_read_it(store: MediaStore, other: str) -> None:
    stored = await store.put_upload("ann", photo())
    with pytest.raises(NotFound):
        await store.read(other, stored.media_id)


async def test_a_user_called_dot_dot_stays_inside_the_folder(
    store: MediaStore, folder: Path
) -> None:
    stored = await store.put_upload("..", tone("audio/webm"))
    assert [path.name for path in objects(folder.parent)] == [stored.media_id]
    assert len(objects(folder)) == 1


@pytest.mark.parametrize("media_id", ["", "..", "../x", "0" * 31, "0" * 32, "A" * 32, "a\0b"])
async def test_an_unknown_id_is_not_found(store: MediaStore, media_id: str) -> None:
    with pytest.raises(NotFound):
        await store.read("ann", media_id)


def zipped_after(data: bytes, tmp_path: Path) -> bytes:
    path = tmp_path / "both"
    path.write_bytes(data)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("index.html", "<script>alert(1)</script>")
    return path.read_bytes()


@pytest.mark.parametrize(
    ("data", "remedy"),
    [
        (b"", "a photo or a recording"),
        (b"just some words", "photo \\(JPEG, PNG, WEBP\\)"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "photo \\(JPEG, PNG, WEBP\\)"),
        (b"\0\0\0\x18ftypheic" + bytes(100), "as JPEG"),
        (b"\0\0\0\x1cftypavif" + bytes(100), "as JPEG"),
        (photo()[:-60], "the whole file"),
        (photo() + bytes(MAX_BYTES), "at most 15 MB"),
        (b"ID3\x04\0\0%PDF-1.7" + bytes(100), "alone"),
    ],
    ids=["empty", "text", "svg", "heic", "avif", "cut", "16 MB", "pdf"],
)
async def test_a_bad_file_is_refused_with_what_would_be_right(
    store: MediaStore, folder: Path, data: bytes, remedy: str
) -> None:
    with pytest.raises(Rejected, match=remedy):
        await store.put_upload("ann", data)
    assert objects(folder) == []


@pytest.mark.parametrize("inner", [photo(), tone("audio/wav", 0.2)], ids=["photo", "recording"])
async def test_a_file_that_is_also_an_archive_is_refused(
    store: MediaStore, tmp_path: Path, inner: bytes
) -> None:
    with pytest.raises(Rejected, match="alone"):
        await store.put_upload("ann", zipped_after(inner, tmp_path))


async def test_a_phones_moving_photo_is_taken_without_its_film(store: MediaStore) -> None:
    stored = await store.put_upload("ann", photo() + tone("audio/mp4"))
    data, _ = await store.read("ann", stored.media_id)
    assert b"ftyp" not in data


def test_a_folder_that_went_away_is_said_to_be_unavailable(store: MediaStore, folder: Path) -> None:
    folder.rmdir()
    folder.write_text("a file now")
    with pytest.raises(Unavailable):
        asyncio.run(store.put_upload("ann", photo()))


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from([b"", b"\xff\xd8\xff", b"RIFF\0\0\0\0WAVE", b"OggS", b"ID3", b"\xff\xfb"]),
    st.binary(max_size=400),
)
async def test_arbitrary_bytes_are_refused_in_one_sentence(beginning: bytes, rest: bytes) -> None:
    store = MediaStore("memory:///")
    with pytest.raises(Rejected, match=r"^[A-Z].+please.*\.$|^[A-Z].+please"):
        await store.put_upload("ann", beginning + rest)


def test_the_id_depends_on_person_and_bytes() -> None:
    assert media_id_of("a", b"bc") != media_id_of("ab", b"c")


def test_a_process_that_only_reads_stays_small() -> None:
    script = (
        "import asyncio, tempfile, pathlib\n"
        "from adapters.media.photo import PhotoReader\n"
        "from adapters.media.whisper import WhisperSpeechToText\n"
        "from adapters.storage.media_store import MediaStore\n"
        "from adapters.storage.photo_source import StoredPhotos\n"
        "MediaStore(pathlib.Path(tempfile.mkdtemp()).as_uri())\n"
        "WhisperSpeechToText(pathlib.Path('unused')), PhotoReader()\n"
    )
    heavy = {"PIL", "av", "numpy", "faster_whisper", "ctranslate2", "zxingcpp"}
    assert loaded_by(script) & heavy == set()
