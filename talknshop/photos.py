"""What photos say: advice to a seller, and the name of a thing by its barcode."""

from collections.abc import Sequence

from talknshop.media import ImageAttributes, PhotoFlaw
from talknshop.products import ProductResult

# Of 64 bits: a photo taken twice differs in a few, two photos of different things in some thirty.
_ALIKE_WITHIN = 4

_ADVICE: dict[PhotoFlaw, str] = {
    "dark": "Photo {number} is dark: with more light, more people will look.",
    "blurred": "Photo {number} is blurred: a sharp one sells better.",
    "small": "Photo {number} is small: marketplaces want at least 500 pixels on each side.",
}


def photo_advice(order: Sequence[str], photos: Sequence[ImageAttributes]) -> list[str]:
    """One sentence for each flaw, by the photos' numbers in the listing: `order` is media ids."""
    known = {photo.media_id: photo for photo in photos}
    shown = [(number, known[id_]) for number, id_ in enumerate(order, start=1) if id_ in known]
    advice = [
        _ADVICE[flaw].format(number=number) for number, photo in shown for flaw in photo.flaws
    ]
    for index, (number, photo) in enumerate(shown):
        twin = next((first for first, other in shown[:index] if _alike(photo, other)), None)
        if twin is not None:
            advice.append(f"Photos {twin} and {number} look the same: one of them is enough.")
    return advice


def _alike(photo: ImageAttributes, other: ImageAttributes) -> bool:
    if not photo.fingerprint or not other.fingerprint:
        return False
    differing = int(photo.fingerprint, 16) ^ int(other.fingerprint, 16)
    return differing.bit_count() <= _ALIKE_WITHIN


def named_by_gtin(barcode: str, offers: Sequence[ProductResult]) -> str:
    """The shortest title among the offers with exactly this number; empty when there is none."""
    wanted = barcode.lstrip("0")
    titles = [offer.title for offer in offers if _gtin(offer) == wanted]
    return min(titles, key=len, default="")


def _gtin(offer: ProductResult) -> str:
    return offer.attributes.get("gtin", "").lstrip("0")
