"""What the media activities return: texts and attributes, never bytes."""

from typing import Literal

from pydantic import Field

from talknshop.model import MarketplaceName, Value
from talknshop.usage import Usage


class MediaRef(Value):
    """A stored upload. Its bytes are in the object store, under its owner."""

    media_id: str = Field(pattern=r"^[A-Za-z0-9._-]{1,64}$")
    media_type: Literal["image", "audio"]


class MediaRequest(Value):
    user_id: str
    media: MediaRef
    hints: list[str] = []  # words likely to be heard: products and brands of this conversation
    language: str = ""  # the person's, where it is known


class TranscriptionSegment(Value):
    start_s: float
    end_s: float
    text: str


class TranscriptionResult(Value):
    """`confidence` is 0 to 1."""

    text: str
    language: str = ""
    confidence: float = Field(ge=0, le=1)
    segments: list[TranscriptionSegment] = []


class CodeRequest(Value):
    """What is the thing with this GTIN-14? `deadline_ms` bounds all of it."""

    gtin: str = Field(pattern=r"^[0-9]{14}$")
    marketplaces: list[MarketplaceName]
    deadline_ms: int = 2000


# "unchecked": nobody knew it, but not everybody could be asked.
CodeStatus = Literal["known", "unknown", "unchecked"]


class NamedCode(Value):
    """What the marketplaces call the thing with a barcode, and which of them know it."""

    status: CodeStatus
    product: str = ""
    brand: str = ""
    known_to: list[MarketplaceName] = []


PhotoFlaw = Literal["dark", "blurred", "small"]


class ImageAttributes(Value):
    """What could be read from one photo; an empty field means: not recognised.

    `fingerprint`: 64 bits as hexadecimal digits, nearly the same for nearly the same picture.
    `product`: what the marketplaces call the thing with this barcode, `barcode_status` whether
    they know it; None until they were asked. `degraded`: a vision model was to look, and did not.
    `usage` is what it took.
    """

    media_id: str
    width: int
    height: int
    labels: list[str] = []
    objects: list[str] = []
    text: list[str] = []
    dominant_colors: list[str] = []
    barcode: str = ""
    brand: str = ""
    model: str = ""
    condition_hints: list[str] = []
    flaws: list[PhotoFlaw] = []
    fingerprint: str = ""
    product: str = ""
    barcode_status: CodeStatus | None = None
    degraded: bool = False
    usage: Usage = Usage()


class StoredMedia(Value):
    """An upload as it was stored. `size` is in bytes; sides of an image are in pixels."""

    media_id: str
    media_type: Literal["image", "audio"]
    content_type: str
    size: int
    width: int | None = None
    height: int | None = None
    duration_s: float | None = None
