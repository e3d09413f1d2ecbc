"""Uploads in an object store: checked, cleaned, and readable only by their owner."""

import asyncio
import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import obstore
from obstore.exceptions import BaseError, PermissionDeniedError, UnauthenticatedError
from obstore.store import from_url

from adapters.errors import AdapterError, NotFound, Rejected, Unauthorized, Unavailable
from adapters.media import audio, images
from adapters.media.memory import give_back
from adapters.media.sniffing import (
    PHOTO_FORMATS,
    SOUND_FORMATS,
    content_type_of,
    is_also_an_archive_or_document,
)
from talknshop.media import StoredMedia
from talknshop.messages import sentence

if TYPE_CHECKING:
    from obstore.store import ObjectStore, RetryConfig

MAX_BYTES = 15 * 1024 * 1024

# Each takes up to 220 MB for the largest photo allowed.
_CONCURRENT_CHECKS = 2
_THUMBNAIL = "-thumb"  # after a photo's path
_UPLOAD = re.compile(rf"[0-9a-f]{{32}}/[0-9a-f]{{32}}({_THUMBNAIL})?")
# Often enough for the shortest retention that the settings allow.
_KEPT_ANEW_AFTER = timedelta(days=20)
_MEDIA_ID = re.compile(r"[0-9a-f]{32}")
# The caller retries; obstore's own default would go on for three minutes.
_RETRIES: "RetryConfig" = {"max_retries": 2, "retry_timeout": timedelta(seconds=10)}


class MediaStore:
    """`url` as obstore names it: file:///folder, which is made, or s3://bucket/prefix.

    S3 takes its keys, region and endpoint from the usual AWS_ variables. Pillow and av are first
    imported by an upload, so that a process which only reads stays small.
    """

    def __init__(self, url: str) -> None:
        self._store = open_store(url)
        self._checks = asyncio.Semaphore(_CONCURRENT_CHECKS)

    async def put_upload(self, user_id: str, data: bytes) -> StoredMedia:
        """Check and keep an upload; the same bytes again are the same object.

        A photo becomes an upright JPEG of at most images.LONG_SIDE pixels without EXIF, with a
        thumbnail beside it. A recording is kept as it is. Raises Rejected, Unavailable or
        Unauthorized.
        """
        async with self._checks:
            checked = await asyncio.to_thread(_check, media_id_of(user_id, data), data)
        path = _path(user_id, checked.stored.media_id)
        try:
            if checked.thumbnail is not None:
                await obstore.put_async(self._store, path + _THUMBNAIL, checked.thumbnail)
            # Last: what can be read is whole.
            await obstore.put_async(self._store, path, checked.kept)
        except (BaseError, OSError) as error:
            raise store_failure(error) from error
        return checked.stored

    async def holds(self, user_id: str, media_id: str) -> bool:
        """Whether that person has such an upload. Raises Unavailable or Unauthorized."""
        if not _MEDIA_ID.fullmatch(media_id):
            return False
        return await self._is_there(_path(user_id, media_id))

    async def holds_photo(self, user_id: str, media_id: str) -> bool:
        """As `holds`; of a recording there is no thumbnail."""
        is_held = await self.holds(user_id, media_id)
        return is_held and await self._is_there(_path(user_id, media_id) + _THUMBNAIL)

    async def _is_there(self, path: str) -> bool:
        try:
            await obstore.head_async(self._store, path)
        except FileNotFoundError:
            return False
        except (BaseError, OSError) as error:
            raise store_failure(error) from error
        return True

    async def read(self, user_id: str, media_id: str) -> tuple[bytes, str]:
        """Bytes and content type. Raises NotFound for what is unknown or somebody else's."""
        return await self._read(user_id, media_id, "")

    async def read_thumbnail(self, user_id: str, media_id: str) -> tuple[bytes, str]:
        """As `read`, of a photo at most images.THUMB_SIDE long. A recording has none: NotFound."""
        return await self._read(user_id, media_id, _THUMBNAIL)

    async def _read(self, user_id: str, media_id: str, part: str) -> tuple[bytes, str]:
        if not _MEDIA_ID.fullmatch(media_id):
            raise NotFound(sentence("upload_unknown", id=media_id))
        try:
            found = await obstore.get_async(self._store, _path(user_id, media_id) + part)
            data = bytes(await found.bytes_async())
        except FileNotFoundError as error:
            raise NotFound(sentence("upload_unknown", id=media_id)) from error
        except (BaseError, OSError) as error:
            raise store_failure(error) from error
        content_type = content_type_of(data)
        if content_type is None:
            raise NotFound(sentence("upload_damaged", id=media_id))
        return data, content_type

    async def read_and_keep(self, user_id: str, media_id: str) -> tuple[bytes, str]:
        """As `read`, of what is in use: it will not expire for a whole retention from now."""
        data, content_type = await self._read(user_id, media_id, "")
        path = _path(user_id, media_id)
        try:
            found = await obstore.head_async(self._store, path)
            if datetime.now(UTC) - found["last_modified"] > _KEPT_ANEW_AFTER:
                small, _ = await self._read(user_id, media_id, _THUMBNAIL)
                await obstore.put_async(self._store, path + _THUMBNAIL, small)
                await obstore.put_async(self._store, path, data)
        except NotFound:  # a recording
            await obstore.put_async(self._store, path, data)
        except (BaseError, OSError) as error:
            raise store_failure(error) from error
        return data, content_type

    async def erase_older(self, than: datetime) -> int:
        """Everybody's uploads that were kept before an aware time; how many those were.

        Raises Unavailable or Unauthorized.
        """
        erased = 0
        try:
            async for page in obstore.list(self._store):
                old = [
                    entry["path"]
                    for entry in page
                    if entry["last_modified"] < than and _UPLOAD.fullmatch(entry["path"])
                ]
                if old:
                    await obstore.delete_async(self._store, old)
                erased += sum(not path.endswith(_THUMBNAIL) for path in old)
        except FileNotFoundError:  # somebody else erased it
            return erased
        except (BaseError, OSError) as error:
            raise store_failure(error) from error
        return erased

    async def delete(self, user_id: str, media_id: str) -> None:
        """Nothing happens when it is not there. Raises Unavailable or Unauthorized."""
        if not _MEDIA_ID.fullmatch(media_id):
            return
        path = _path(user_id, media_id)
        for part in (path, path + _THUMBNAIL):
            try:
                await obstore.delete_async(self._store, part)
            except FileNotFoundError:
                continue
            except (BaseError, OSError) as error:
                raise store_failure(error) from error


def open_store(url: str) -> "ObjectStore":
    if url.startswith("file:"):
        return from_url(url, mkdir=True)
    return from_url(url, retry_config=_RETRIES)


def media_id_of(user_id: str, data: bytes) -> str:
    """The same for the same bytes of the same person."""
    return hashlib.sha256(user_id.encode() + b"\0" + data).hexdigest()[:32]


def folder_of(user_id: str) -> str:
    """Hashed: a user id may be "..", and folders on some disks do not tell "A" from "a"."""
    return hashlib.sha256(user_id.encode()).hexdigest()[:32]


def _path(user_id: str, media_id: str) -> str:
    return f"{folder_of(user_id)}/{media_id}"


@dataclass(frozen=True)
class _Checked:
    stored: StoredMedia
    kept: bytes
    thumbnail: bytes | None = None


def _check(media_id: str, data: bytes) -> _Checked:
    if not data:
        raise Rejected(sentence("file_empty"))
    if len(data) > MAX_BYTES:
        raise Rejected(sentence("file_too_large", most=MAX_BYTES >> 20))
    content_type = content_type_of(data)
    if content_type is None:
        raise Rejected(sentence("file_unknown", photos=PHOTO_FORMATS, sounds=SOUND_FORMATS))
    if content_type == "image/heic":
        raise Rejected(sentence("photo_heic"))
    if is_also_an_archive_or_document(data):
        raise Rejected(sentence("file_two_things"))
    if content_type.startswith("image/"):
        return _checked_image(media_id, data)
    return _checked_recording(media_id, data, content_type)


def _checked_image(media_id: str, data: bytes) -> _Checked:
    image = images.open_image(data)
    kept = images.to_jpeg(image)
    stored = StoredMedia(
        media_id=media_id,
        media_type="image",
        content_type="image/jpeg",
        size=len(kept),
        width=image.width,
        height=image.height,
    )
    thumbnail = images.to_thumbnail(image)
    del image
    give_back()
    return _Checked(stored, kept, thumbnail)


def _checked_recording(media_id: str, data: bytes, content_type: str) -> _Checked:
    stored = StoredMedia(
        media_id=media_id,
        media_type="audio",
        content_type=content_type,
        size=len(data),
        duration_s=round(audio.duration_s(data), 3),
    )
    return _Checked(stored, data)


def store_failure(error: Exception) -> AdapterError:
    if isinstance(error, PermissionDeniedError | UnauthenticatedError | PermissionError):
        return Unauthorized(sentence("store_keys"))
    return Unavailable(sentence("store_away"))
