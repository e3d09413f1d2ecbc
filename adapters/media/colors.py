"""The colours of a picture, in the words that people shop with."""

from collections import Counter
from colorsys import rgb_to_hsv
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

_SAMPLE = (48, 48)
# The thing for sale is in the middle; what lies around it is somebody's table.
_MARGIN = 0.2
_LEAST_SHARE = 0.15
_MOST_WORDS = 3

# Upper ends of the hue circle's sectors, in degrees.
_HUES = (
    (15, "red"),
    (42, "orange"),
    (68, "yellow"),
    (165, "green"),
    (195, "turquoise"),
    (255, "blue"),
    (310, "purple"),
    (335, "pink"),
    (360, "red"),
)

_BROWN = (5, 42)  # dark orange


def dominant_colors(image: "Image") -> list[str]:
    """The most frequent first: colours of at least 15 % of the middle of an RGB picture."""
    middle = (
        image.width * _MARGIN,
        image.height * _MARGIN,
        image.width * (1 - _MARGIN),
        image.height * (1 - _MARGIN),
    )
    sample = image.resize(_SAMPLE, box=middle).tobytes()
    words = Counter(color_word(*sample[at : at + 3]) for at in range(0, len(sample), 3))
    least = _SAMPLE[0] * _SAMPLE[1] * _LEAST_SHARE
    return [word for word, count in words.most_common(_MOST_WORDS) if count >= least]


def color_word(red: int, green: int, blue: int) -> str:
    """The word for one sRGB colour of 0 to 255 each."""
    hue, saturation, value = rgb_to_hsv(red / 255, green / 255, blue / 255)
    if value < 0.2:
        return "black"
    if saturation < 0.13:
        return _without_hue(value)
    word = next(word for end, word in _HUES if hue * 360 <= end)
    if _BROWN[0] < hue * 360 <= _BROWN[1] and value < 0.65:
        return "brown"
    if word in ("orange", "yellow") and saturation < 0.4:
        return "beige"
    if word == "red" and saturation < 0.5 and value > 0.75:
        return "pink"
    return word


def _without_hue(value: float) -> str:
    if value > 0.85:
        return "white"
    return "gray" if value > 0.3 else "black"
