"""Fits a listing's words to a marketplace's rules: shortens, leaves out, and invents nothing."""

import re
from dataclasses import dataclass

from talknshop.listing import FittedListing, ListingSpec
from talknshop.messages import Said, sentence
from talknshop.model import MarketplaceName


@dataclass(frozen=True)
class Forbidden:
    """What a marketplace does not want; `what` is the key of a message that names it.

    Of `only_signs` just the signs go from a description, not the sentence around them.
    """

    what: str
    pattern: re.Pattern[str]
    only_signs: bool = False


_HOST = r"(?:[a-z0-9-]+\.)+(?:com|net|org|io|co|shop|store|me|us|uk|de|ly)"
LINK = Forbidden(
    "words_link",
    re.compile(
        rf"(?:https?://|\bwww\.)\S*[\w/]|(?<![@\w.-]){_HOST}(?![\w-]|\.\w)(?:/\S*\w)?", re.I
    ),
)
EMAIL = Forbidden("words_email", re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"))
# With separators: a serial number or a part number is no telephone number.
PHONE = Forbidden(
    "words_telephone",
    re.compile(r"(?<![\w.-])(?:\+?1[ .-])?(?:\(\d{3}\) ?|\d{3}[ .-])\d{3}[ .-]\d{4}(?![\w-])"),
)
OTHER_PAYMENT = Forbidden(
    "words_other_payment",
    re.compile(
        r"\b(?:venmo|zelle|cash ?app|western union|moneygram|paypal friends(?: and | & )family"
        r"|wire transfer|bank transfer)\b",
        re.I,
    ),
)
TRADE = Forbidden("words_trade", re.compile(r"\b(?:will|can|open to) trades?\b", re.I))
SHOUTING = Forbidden(
    "words_shouting",
    re.compile(r"\bL@@K\b|(?<=[!?])[!?]+|[*~]{2,}|[★☆►◄✔✅🔥]+", re.I),
    only_signs=True,
)


@dataclass(frozen=True)
class TextRules:
    """Lengths are in characters. In a title only the words go, in a description the sentence."""

    title: int
    description: int
    forbidden: tuple[Forbidden, ...] = ()


_SENTENCE = re.compile(r"[^.!?\n]+(?:\.(?=\S)[^.!?\n]*)*[.!?]*[ \t]*|\n+|[.!?]+[ \t]*")
_DANGLING = re.compile(
    r"(?:[\s,;:&/+(\[–—-]|\b(?:and|or|with|for|in|of|the|a|an|to|by)$)+$", re.IGNORECASE
)


def fit(listing: ListingSpec, marketplace: MarketplaceName, rules: TextRules) -> FittedListing:
    """`title` and `description` stay None where they may stand as they were written."""
    title, description = listing.title, listing.description
    changes: list[Said] = []
    for forbidden in rules.forbidden:
        shorter = (_without_words(title, forbidden), _without_sentences(description, forbidden))
        if shorter != (title, description):
            title, description = shorter
            changes.append(sentence("fit_left_out", what=sentence(forbidden.what)))
    if len(title) > rules.title:
        title = _shortened(title, rules.title)
        changes.append(sentence("fit_title", length=len(title)))
    if len(description) > rules.description:
        description = _whole_sentences(description, rules.description)
        changes.append(sentence("fit_description", length=len(description)))
    return FittedListing(
        marketplace=marketplace,
        title=None if title == listing.title else title,
        description=None if description == listing.description else description,
        changes=changes,
    )


def with_fitted_text(listing: ListingSpec, fitted: FittedListing) -> ListingSpec:
    """The listing as that marketplace gets it."""
    words = {"title": fitted.title, "description": fitted.description}
    return listing.model_copy(
        update={name: text for name, text in words.items() if text is not None}
    )


def _without_words(title: str, forbidden: Forbidden) -> str:
    if not forbidden.pattern.search(title):
        return title
    return _DANGLING.sub("", " ".join(forbidden.pattern.sub(" ", title).split()))


def _without_sentences(description: str, forbidden: Forbidden) -> str:
    """Half a sentence would read as nonsense, or say something else; signs alone do not matter."""
    if not forbidden.pattern.search(description):
        return description
    if forbidden.only_signs:
        return forbidden.pattern.sub("", description)
    # A mark keeps what is forbidden in one piece: an address has dots in it.
    marked = forbidden.pattern.sub("\0", description)
    kept = [sentence for sentence in _SENTENCE.findall(marked) if "\0" not in sentence]
    return re.sub(r"\n{3,}", "\n\n", "".join(kept)).strip()


def _shortened(text: str, length: int) -> str:
    """Whole words, and none at the end that leads nowhere."""
    cut, following = text[:length], text[length : length + 1]
    if following and not following.isspace() and len(cut.split()) > 1:
        cut = cut.rstrip() if cut[-1:].isspace() else cut.rsplit(maxsplit=1)[0]
    return _DANGLING.sub("", cut) or cut.rstrip()


def _whole_sentences(description: str, length: int) -> str:
    kept = ""
    for each in _SENTENCE.findall(description):
        if len((kept + each).rstrip()) > length:
            break
        kept += each
    return kept.rstrip() or _shortened(description, length)
