"""Whose photos a listing shows: nobody's but the seller's own."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

import structlog
from pydantic import ValidationError

from adapters.errors import AdapterError
from adapters.errors import Unavailable as StoreAway
from adapters.storage.media_store import MediaStore
from api.errors import Invalid, Unavailable
from talknshop.listing import ListingSpec
from talknshop.messages import together
from talknshop.model import UserId
from talknshop.photos import unknown_photo

log = structlog.get_logger()


class Photos:
    """Every method raises ApiError; a photo of somebody else is as good as unknown."""

    def __init__(self, media: MediaStore) -> None:
        self._media = media

    async def check(self, user_id: UserId, media_ids: Sequence[str]) -> None:
        """Raises Invalid that names each one which this person has not uploaded.

        While the store is away a listing is taken unchecked, and posting waits for its photos: they
        are read from their owner's folder only, so nobody else's can get in.
        """
        try:
            held = await asyncio.gather(
                *(self._media.holds_photo(user_id, media_id) for media_id in media_ids)
            )
        except StoreAway:
            log.warning("photos_unchecked", photos=len(media_ids))
            return
        except AdapterError as error:
            raise Unavailable("unavailable", error.said) from error
        unknown = [number for number, is_held in enumerate(held) if not is_held]
        if unknown:
            rules = {number: unknown_photo(media_ids[number]) for number in unknown}
            raise Invalid(
                "invalid_listing",
                together(*rules.values()),
                fields=[
                    {"field": f"media_refs.{number}", "rule": rule}
                    for number, rule in rules.items()
                ],
            )

    async def check_changes(self, user_id: UserId, changes: Mapping[str, Any]) -> None:
        """As `check`, of an edit. What is no list of ids is left to the workflow to refuse."""
        if "media_refs" not in changes:
            return
        try:
            wanted = ListingSpec().changed({"media_refs": changes["media_refs"]})
        except ValidationError:
            return
        await self.check(user_id, wanted.media_refs)
