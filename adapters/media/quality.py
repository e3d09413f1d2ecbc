"""How good a photo is, and how alike two are: by its pixels alone."""

from typing import TYPE_CHECKING

from talknshop.media import PhotoFlaw

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray
    from PIL.Image import Image

# Measured on pictures of this size, so that the figures mean the same for every photo.
_SIDE = 512
# Variance of the Laplacian: a sharp picture of a plain thing has hundreds, one out of focus a few.
_LEAST_SHARPNESS = 25.0
# Mean brightness from 0 to 255, and what the brightest twentieth must reach: a black thing on a
# light table is no dark photo.
_LEAST_BRIGHTNESS = 45.0
_LEAST_LIGHT = 110.0
_LEAST_SIDE = 500


def flaws(image: "Image") -> list[PhotoFlaw]:
    """What a buyer would mind, the worst first."""
    import numpy as np

    grey = image.convert("L")
    grey.thumbnail((_SIDE, _SIDE))
    pixels = np.asarray(grey, dtype=np.float32)
    found: list[PhotoFlaw] = []
    if pixels.mean() < _LEAST_BRIGHTNESS and np.percentile(pixels, 95) < _LEAST_LIGHT:
        found.append("dark")
    elif _sharpness(pixels) < _LEAST_SHARPNESS:
        found.append("blurred")
    if min(image.size) < _LEAST_SIDE:
        found.append("small")
    return found


def fingerprint(image: "Image") -> str:
    """64 bits as hexadecimal digits, nearly the same for nearly the same picture."""
    import numpy as np

    small = np.asarray(image.convert("L").resize((9, 8)), dtype=np.int16)
    brighter = (small[:, 1:] > small[:, :-1]).flatten()
    return f"{sum(1 << index for index, bit in enumerate(brighter) if bit):016x}"


def _sharpness(grey: "NDArray[float32]") -> float:
    if min(grey.shape) < 3:
        return 0.0
    middle = grey[1:-1, 1:-1]
    edges = grey[:-2, 1:-1] + grey[2:, 1:-1] + grey[1:-1, :-2] + grey[1:-1, 2:] - 4 * middle
    return float(edges.var())
