"""What a model's words may not do, whoever talked it into it: link, price, tell its prompt."""

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal

from adapters.language.chat_model.prompting import ANSWER, UNDERSTAND

# Eight words in a row are not hit upon by chance.
_RUN = 8
_ENDINGS = (
    "app|biz|cc|cn|co|com|de|dev|es|eu|fr|in|info|io|link|live|ly|me|net|org|ru|shop|site|store"
    "|to|top|uk|us|xyz"
)
_CONTACT = re.compile(
    r"\b[a-z][a-z0-9+.-]*://\S*|\bwww\.\S+|\S+@[\w-]+\.\S+"
    rf"|\b[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:{_ENDINGS})\b(?:[/:]\S*)?"
    r"|\b[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}/\S*"
    r"|(?:\+\d{1,3}[ .-]?)?\(?\d{3}\)?[ .-]\d{3,4}[ .-]\d{3,4}\b",
    re.IGNORECASE,
)
# Thousands may be set apart by any of these, in one language or another.
_NUMBER = r"\d{1,3}(?:[.,'’ \u00a0\u202f]\d{3})+(?:[.,]\d{1,2})?(?!\d)|\d+(?:[.,]\d+)?"
_MONEY = re.compile(
    rf"[$€£¥₹]\s?({_NUMBER})"
    rf"|({_NUMBER})\s?(?:[$€£¥₹]|(?:USD|EUR|GBP|JPY|INR|dollars?|euros?|pounds?|bucks?)\b)",
    re.IGNORECASE,
)


class Guard:
    """Holds a model's words against what it was given: texts, and amounts of money."""

    def __init__(self, given: Iterable[str], amounts: set[Decimal]) -> None:
        self._given = "\n".join(given)
        self._amounts = amounts
        self._secret = _PROMPTS.difference(_runs(self._given))

    def objection(self, text: str) -> str:
        """Why the text may not be shown; empty when it may."""
        if self.reveals(text):
            return "it repeats its instructions"
        if self.without_contacts(text) != text:
            return "it holds an address or a telephone number that nobody gave"
        for match in _MONEY.finditer(text):
            if self._amounts.isdisjoint(_readings(match[1] or match[2])):
                return f"nobody gave the price {match[0].strip()}"
        return ""

    def reveals(self, text: str) -> bool:
        """Whether it repeats a run of words from a prompt."""
        return not self._secret.isdisjoint(_runs(text))

    def without_contacts(self, text: str) -> str:
        """The text without addresses and telephone numbers that nobody gave."""
        return _CONTACT.sub(lambda match: match[0] if match[0] in self._given else "", text)


def money_in(text: str) -> set[Decimal]:
    """Every amount of money that a text may name."""
    return {amount for match in _MONEY.finditer(text) for amount in _readings(match[1] or match[2])}


def numbers_in(text: str) -> set[Decimal]:
    """Every number that the digits of a text may mean, whether money or not."""
    found = re.findall(_NUMBER, text) + re.findall(r"\d+", text)
    return {amount for number in found for amount in _readings(number)}


def _readings(number: str) -> Iterator[Decimal]:
    """`1.299` is a thousand and more to some, and one and a bit to others."""
    parts = re.split(r"\D", number)
    yield Decimal("".join(parts))
    if len(parts) > 1:
        yield Decimal(f"{''.join(parts[:-1])}.{parts[-1]}")


def _runs(text: str) -> Iterator[str]:
    words = re.findall(r"\w+", text.lower())
    for start in range(len(words) - _RUN + 1):
        yield " ".join(words[start : start + _RUN])


_PROMPTS = frozenset(run for prompt in (UNDERSTAND, ANSWER) for run in _runs(prompt.text))
