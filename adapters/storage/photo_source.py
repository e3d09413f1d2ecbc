"""One person's uploads as the photos of a listing."""

from datetime import UTC, datetime, timedelta

from adapters.errors import Rejected
from adapters.marketplaces.port import Photo
from adapters.storage.links import MediaLinks
from adapters.storage.media_store import MediaStore
from talknshop.messages import sentence


class StoredPhotos:
    """A marketplaces.port.PhotoSource. `lifetime`: how late a marketplace may still fetch."""

    def __init__(
        self,
        store: MediaStore,
        links: MediaLinks,
        user_id: str,
        lifetime: timedelta = timedelta(days=7),
    ) -> None:
        self._store = store
        self._links = links
        self._user_id = user_id
        self._lifetime = lifetime

    async def read(self, media_id: str) -> Photo:
        """Raises NotFound, and Rejected for a recording."""
        data, content_type = await self._store.read_and_keep(self._user_id, media_id)
        if not content_type.startswith("image/"):
            raise Rejected(sentence("upload_no_photo", id=media_id))
        return Photo(data=data, content_type=content_type)

    def public_url(self, media_id: str) -> str:
        expires_at = datetime.now(UTC) + self._lifetime
        return self._links.url(self._user_id, media_id, expires_at)
