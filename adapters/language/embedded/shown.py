"""References to what was shown: "the second one", "the Dell", "the cheapest of these"."""

import re
from collections.abc import Sequence

from talknshop.money import format_price
from talknshop.understanding import ShownProduct

_ORDINALS = {
    "first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4,
    "fifth": 5, "5th": 5, "sixth": 6, "6th": 6, "seventh": 7, "7th": 7, "eighth": 8, "8th": 8,
    "ninth": 9, "9th": 9, "tenth": 10, "10th": 10, "last": -1,
}  # fmt: skip
_NUMBER = re.compile(
    rf"\b(?:(?:the |that |this )?({'|'.join(_ORDINALS)})(?: (?:one|option|result|product|item|offer)|(?='s)|\s*$|(?= please| but| and))"
    r"|(?:number|option|no\.?|result|item|#)\s?(\d{1,2})\b)(?:'s)?",
    re.IGNORECASE,
)
_LIKE = re.compile(r"\b(?:like|similar to|same as|twin|more of)\b", re.IGNORECASE)


def referred(text: str, shown: Sequence[ShownProduct]) -> tuple[ShownProduct, re.Match[str]] | None:
    """The product that is meant by its place in the list, and where the text says so."""
    match = _NUMBER.search(text)
    if match is None or not shown:
        return None
    number = _ORDINALS[match[1].lower()] if match[1] else int(match[2])
    if not (number == -1 or 1 <= number <= len(shown)):
        return None
    return (shown[-1] if number == -1 else shown[number - 1]), match


def wants_similar(text: str) -> bool:
    return _LIKE.search(text) is not None


def describes(product: ShownProduct) -> str:
    """The answer about one shown product: only what was shown of it."""
    price = format_price(product.price, "USD")
    return (
        f"That is {product.title} for {price} on {product.marketplace}."
        " Open its card to see it there, or ask for something like it."
    )


def plain_title(title: str) -> str:
    """The few words of a title that name the thing."""
    words = re.split(r"\s[-|,(]|[,(|]", title)[0].split()
    return " ".join(words[:6])
