"""What a person sees of a listing that was posted, whichever marketplace it is on."""

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Posted:
    """`key` is the poster's own (SKU, retailer id, item id); `url` and `image` may be paths."""

    marketplace: str
    key: str
    listing_id: str
    title: str
    price: str
    status: str  # live, withdrawn, sold, pending …
    url: str
    image: str = ""
    description: str = ""
    condition: str = ""

    def as_json(self, base_url: str) -> dict[str, Any]:
        return {**asdict(self), "url": absolute(self.url, base_url)}


def absolute(url: str, base_url: str) -> str:
    return f"{base_url}{url}" if url.startswith("/") else url
