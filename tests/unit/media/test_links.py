"""Signed links: exactly what was signed, until it expires."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from recordings import photo, tone

from adapters.errors import NotFound, Rejected
from adapters.storage.links import MediaLinks
from adapters.storage.media_store import MediaStore
from adapters.storage.photo_source import StoredPhotos

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
LINKS = MediaLinks("https://shop.example/", [b"k" * 32])
MEDIA_ID = "0123456789abcdef" * 2


def parts(url: str) -> tuple[str, str, int, str]:
    split = urlsplit(url)
    query = parse_qs(split.query)
    return query["u"][0], split.path.rsplit("/", 1)[1], int(query["e"][0]), query["s"][0]


def test_a_link_is_good_until_it_expires() -> None:
    url = LINKS.url("ann@x&y=1", MEDIA_ID, NOW + timedelta(hours=1))
    assert url.startswith(f"https://shop.example/api/v1/media/{MEDIA_ID}?u=ann%40x%26y%3D1&e=")
    user_id, media_id, e, s = parts(url)
    assert (user_id, media_id) == ("ann@x&y=1", MEDIA_ID)
    assert LINKS.verify(user_id, media_id, e, s, NOW + timedelta(hours=1))
    assert not LINKS.verify(user_id, media_id, e, s, NOW + timedelta(hours=1, seconds=1))


def test_no_part_of_a_link_can_be_changed() -> None:
    user_id, media_id, e, s = parts(LINKS.url("ann", MEDIA_ID, NOW))
    assert LINKS.verify(user_id, media_id, e, s, NOW)
    assert not LINKS.verify("bob", media_id, e, s, NOW)
    assert not LINKS.verify(user_id, "f" * 32, e, s, NOW)
    assert not LINKS.verify(user_id, media_id, e + 1, s, NOW)
    assert not LINKS.verify(user_id, media_id, e, s[:-1] + "x", NOW)
    assert not MediaLinks("https://shop.example", [b"other"]).verify(user_id, media_id, e, s, NOW)


@pytest.mark.parametrize("s", ["", "é", "\ud800", "0" * 64])
def test_a_nonsense_signature_is_just_wrong(s: str) -> None:
    assert not LINKS.verify("ann", MEDIA_ID, 2**62, s, NOW)


def test_parts_cannot_be_moved_from_one_field_to_the_next() -> None:
    _, _, e, s = parts(LINKS.url("a\n1:b", "c", NOW))
    assert not LINKS.verify("a", "b\n1:c", e, s, NOW)


async def test_a_listing_gets_its_owners_photos_and_no_recordings(tmp_path: Path) -> None:
    store = MediaStore(tmp_path.as_uri())
    picture = await store.put_upload("ann", photo())
    sound = await store.put_upload("ann", tone("audio/ogg"))
    photos = StoredPhotos(store, LINKS, "ann", lifetime=timedelta(hours=2))
    read = await photos.read(picture.media_id)
    assert (len(read.data), read.content_type) == (picture.size, "image/jpeg")
    with pytest.raises(Rejected, match="takes photos"):
        await photos.read(sound.media_id)
    with pytest.raises(NotFound):
        await StoredPhotos(store, LINKS, "bob").read(picture.media_id)


def test_a_public_url_can_be_verified_now_and_not_after_its_lifetime(tmp_path: Path) -> None:
    photos = StoredPhotos(MediaStore(tmp_path.as_uri()), LINKS, "ann", timedelta(hours=2))
    signed = parts(photos.public_url(MEDIA_ID))
    now = datetime.now(UTC)
    assert LINKS.verify(*signed, now)
    assert not LINKS.verify(*signed, now + timedelta(hours=2, seconds=1))
