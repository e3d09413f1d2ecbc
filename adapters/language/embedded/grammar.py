"""Patterns over what words stand for: `{max} {amount}` reads "under $50" in every language.

`{a|b}` is one token that stands for a or b, `_` any filler words, `=word` one token of that very
word; the rest is a regular expression over tokens.
"""

import re
from functools import cache

_TOKEN = re.compile(r"\{(?P<concepts>(?:[a-z=][^}]*)?)\}|\b_\b")


@cache
def grammar(pattern: str) -> re.Pattern[str]:
    return re.compile(_TOKEN.sub(_compiled, re.sub(r"\s+", "", pattern)))


def described(concepts: object) -> str:
    """One token as the patterns see it."""
    return f"< {' '.join(map(str, concepts))} >" if concepts else "< >"  # type: ignore[call-overload]


def _compiled(match: re.Match[str]) -> str:
    concepts = match["concepts"]
    if concepts is None:
        return r"(?:<(?=[^<>]* filler )[^<>]*>){0,3}?"
    if not concepts:
        return "(?:<[^<>]*>)"
    return rf"(?:<[^<>]* (?:{concepts}) [^<>]*>)"
