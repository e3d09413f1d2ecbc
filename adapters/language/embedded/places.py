"""Marketplaces in a text: "on ebay and amazon", "everywhere but craigslist"."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from adapters.language.embedded.text import Reading

_ALIASES = {
    "ebay": "ebay|e-bay|e bay",
    "amazon": r"amazon(?:\.com)?",
    "walmart": "walmart|wal-mart|wal mart",
    "bestbuy": r"best\s?buy",
    "craigslist": r"craig'?s\s?list|\bcl",
    "facebook": r"facebook(?:\s?marketplace)?|fb(?:\s?marketplace)?|marketplace",
    "poshmark": "poshmark|posh",
}

# Marketplaces that people name although nobody here may know them.
_STRANGERS = (
    "etsy|mercari|depop|aliexpress|alibaba|temu|shein|newegg|target|costco|offerup|vinted|kijiji"
    "|gumtree|shopify|wayfair|rakuten|stockx|goat|nextdoor|letgo|instagram|tiktok(?: shop)?"
)
_LEAD = r"(?:only |just |also )?(?:on|from|at|via|through|to|search|check|try|use|using|only|just)"
_ALL_BUT = (
    r"(?:(?:every(?:where|thing|one)|all(?: of them| marketplaces| sites)?|any(?:where|thing)?)\s+)?"
    r"(?:but|except(?: for| on)?|excluding|not(?: on| to)?|without|skip|leave out|drop|remove"
    r"|no(?:t)?|never)(?: on)?"
)
_EVERYWHERE = re.compile(
    r"\b(?:on |to |from |search )?(?:everywhere|all (?:the |of the )?(?:marketplaces|sites|platforms|places|stores)"
    r"|all of them)\b"
)
_STRANGE = re.compile(rf"\b(?:on|from|at|to)\s+(?:{_STRANGERS})\b")
# In these, what follows is a thing that the shop itself makes.
_OWN_PRODUCTS = r"(?!\s+(?:fire|echo|kindle|basics|gift|prime|alexa|portal))"


@dataclass(frozen=True)
class Places:
    """`named` is None when nothing was said; an empty list means everywhere."""

    named: list[str] | None
    unknown: list[str]


def take_places(reading: Reading, known: Sequence[str], bare: bool = False) -> Places:
    """The marketplaces said, by the names in `known`. `bare`: a name needs no "on" before it."""
    names = list(known) or list(_ALIASES)
    one = "|".join(f"(?:{_ALIASES.get(name, re.escape(name))})" for name in names)
    several = rf"(?:{one}){_OWN_PRODUCTS}(?:(?:\s*,\s*(?:and |or )?|\s+and\s+|\s+or\s+|\s*&\s*|\s*\+\s*)(?:on )?(?:{one}))*"
    unknown = [match[0].strip() for match in reading.take(_STRANGE)]
    excluded = _names(reading, re.compile(rf"\b{_ALL_BUT}\s+({several})\b"), one, names)
    if excluded:
        reading.takes(_EVERYWHERE)
        return Places([name for name in names if name not in excluded], unknown)
    lead = rf"(?:{_LEAD}\s+)?" if bare else rf"{_LEAD}\s+"
    named = _names(reading, re.compile(rf"\b{lead}({several})(?: only)?\b"), one, names)
    if named:
        return Places(named, unknown)
    return Places([] if reading.takes(_EVERYWHERE) else None, unknown)


def _names(reading: Reading, pattern: re.Pattern[str], one: str, names: Sequence[str]) -> list[str]:
    texts = [match[1] for match in reading.take(pattern)]
    found = [match[0] for text in texts for match in re.finditer(one, text)]
    by_text = {
        text: next(n for n in names if re.fullmatch(_ALIASES.get(n, re.escape(n)), text))
        for text in found
    }
    return list(dict.fromkeys(by_text[text] for text in found))
