"""What the tests post, and the photos that belong to it."""

import io
from decimal import Decimal
from typing import Any

from PIL import Image

from adapters.marketplaces.port import Photo
from talknshop.jobs import ListingRequest
from talknshop.listing import ListingSpec
from talknshop.model import Condition


class Photos:
    """Photos that are at hand, and can be fetched from a URL."""

    def __init__(self) -> None:
        file = io.BytesIO()
        Image.new("RGB", (640, 480), "navy").save(file, "JPEG")
        self._data = file.getvalue()

    async def read(self, media_id: str) -> Photo:
        return Photo(self._data, "image/jpeg")

    def public_url(self, media_id: str) -> str:
        return f"https://photos.example/{media_id}.jpg"


PHOTOS = Photos()


def request_for(name: str, job_id: str = "job-1", **changes: Any) -> ListingRequest:
    facts: dict[str, Any] = {
        "title": "Apple iPhone 13 128 GB <blue> & clean",
        "description": "Battery 91 %.\nNo scratches ☺",
        "brand": "Apple",
        "price": Decimal(650),
        "condition": Condition.GOOD,
        "attributes": {"Storage": "128 GB"},
        "media_refs": ["photo-1", "photo-2"],
    }
    listing = ListingSpec(**{**facts, **changes})
    return ListingRequest(job_id=job_id, user_id="u", marketplace=name, listing=listing)
