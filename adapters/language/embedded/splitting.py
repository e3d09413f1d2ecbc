"""Cutting a text into words, numbers and signs, in every script alike."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

# Longer texts are no wishes: what comes after this is not read.
MAX_LENGTH = 4000
MAX_PIECES = 400

_DEVANAGARI = "\u0900-\u0963\u0966-\u097f"
_HAN = "\u3400-\u4dbf\u4e00-\u9fff"
_LETTER = rf"[^\W\d_{_HAN}]"
_PIECE = re.compile(
    rf"""
    (?P<tyre>\d{{3}}/\d{{2}}\s?z?r\s?\d{{2}}(?!\d))                            # 205/55 R16
  | (?P<fraction>\d{{1,2}}/\d{{1,2}}(?![\d/]))                           # 3/4
  | (?P<number>(?>
        \d{{1,3}}(?:[.,']\d{{3}})+(?!\d)(?:[.,]\d{{1,2}}(?!\d))?   # 1.299,00
      | \d{{1,3}}(?:\ \d{{3}})+(?=[.,]\d\d(?!\d)|\ ?[€$£₹])(?:[.,]\d\d)?  # 1 299,99 €
      | \d+[.,]\d{{1,2}}(?![\d])
      | \d+
    ))(?![^\W\d_{_HAN}])
  | (?P<height>\d'\d{{1,2}}(?!\d)"?)                                  # 6'2"
  | (?P<mixed>\d[\d.,]*{_LETTER}[^\W{_HAN}]*(?:-[^\W{_HAN}]*\d[^\W{_HAN}]*)*)  # 128gb, 32x34, 2nd
  | (?P<hindi>[{_DEVANAGARI}]+)
  | (?P<han>[{_HAN}])
  | (?P<elided>(?:[dljmtscn]|qu|jusqu|lorsqu)')(?=[aeiouyhàâéèêëîïôûù])   # l'écran
  | (?P<word>{_LETTER}[^\W{_HAN}]*(?:['&.+-](?=[^\W_])[^\W{_HAN}]*)*\+?)
  | (?P<sign>\S)
    """,
    re.VERBOSE | re.IGNORECASE,
)
_MEASURED = re.compile(rf"(\d+(?:[.,]\d+)*)({_LETTER}+)", re.IGNORECASE)
# "W33 L32" is the 33x32 of others.
_WAIST_AND_LEG = re.compile(r"\bW(\d{2})[ /]{0,3}L(\d{2})\b", re.IGNORECASE)
_LINES = re.compile(r"(?<=[^\s.,;:!?])[ \t]{0,9}[\r\n]{1,9}\s{0,9}(?:[-*•·]\s{1,9})?(?=\S)")
_BULLETS = re.compile(r"(?<=\S)\s{1,9}[/|•·](?=\s)")
_OVER_AND_OVER = re.compile(r"(?<!\S)((?:\S{1,40}\s+){0,2}?\S{1,40})(?:\s+\1(?!\S)){3,}")
_QUOTES = str.maketrans(
    {
        "’": "'", "‘": "'", "´": "'", "`": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"',
        "⁄": "/", "″": '"', "′": "'", "–": "-", "—": "-", "−": "-", "‑": "-",
        "⭐": " stars ", "★": " stars ", "،": ",", "।": ".",
    }
)  # fmt: skip


# Full-width commas stand for one of ours and its blank: "128G，1500" is no number.
_WIDE = str.maketrans({"，": ", ", "、": ", "})


@dataclass(frozen=True, slots=True)
class Piece:
    """A word, a number or a sign. `glued`: no blank stands before it."""

    text: str
    kind: str
    start: int
    end: int
    glued: bool

    @property
    def is_word(self) -> bool:
        return self.kind in ("word", "hindi", "han", "mixed", "elided", "tyre", "fraction")


def clean(text: str) -> str:
    """Composed characters, straight quotes, single blanks; nothing invisible, no pictures.

    Lines and bullets end a clause, and a word said over and over is said once.
    """
    composed = unicodedata.normalize("NFKC", text[:MAX_LENGTH].translate(_WIDE))
    composed = composed.translate(_QUOTES)
    composed = _LINES.sub(". ", composed)
    composed = _BULLETS.sub(", ", composed)
    composed = _OVER_AND_OVER.sub(r"\1", composed)
    composed = _WAIST_AND_LEG.sub(r"\1x\2", composed)
    visible = "".join(_visible(character) for character in composed)
    return re.sub(r"\s+", " ", visible).strip()[:MAX_LENGTH]


def pieces(text: str) -> Iterator[Piece]:
    """In order. A measure written as one ("128gb") is a number and a word."""
    end = 0
    for match in _PIECE.finditer(text):
        glued = match.start() == end and match.start() > 0
        end = match.end()
        measured = _MEASURED.fullmatch(match[0]) if match.lastgroup == "mixed" else None
        if measured and _may_be_measure(measured[2]):
            middle = match.start() + len(measured[1])
            yield Piece(measured[1], "number", match.start(), middle, glued)
            yield Piece(measured[2], "word", middle, end, True)
        else:
            yield Piece(match[0], match.lastgroup or "sign", match.start(), end, glued)


_MEASURES = frozenset((
    "gb", "tb", "mb", "go", "to", "in", "inch", "inches", "cm", "mm", "m", "ft", "kg", "kgs",
    "lb", "lbs", "oz", "g", "l", "ml", "w", "v", "mp", "mah", "hz", "k", "mil", "grand", "usd",
    "eur", "gbp", "cad", "aud", "chf", "inr", "cny", "jpy", "rs", "star", "stars", "yr", "yrs",
    "qt", "gal", "bucks", "euros", "euro", "dollars", "zoll", "pulgadas", "pouces", "gigs",
    "gig", "km", "mi", "tsd", "pcs", "pack", "quid", "yen", "yuan", "rmb", "stk", "hrs", "mph",
))  # fmt: skip


def _may_be_measure(suffix: str) -> bool:
    return suffix.lower() in _MEASURES


def _visible(character: str) -> str:
    kind = unicodedata.category(character)
    if kind == "Cf":
        return ""
    if kind == "Nd" and not character.isascii():
        return str(unicodedata.digit(character))
    return " " if kind in ("Cc", "Cs", "Co", "Cn", "So", "Sk") else character
