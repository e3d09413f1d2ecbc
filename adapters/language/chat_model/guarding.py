"""What a model's words may not do, whoever talked it into it: link, price, tell its prompt."""

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal

from adapters.language.chat_model.prompting import ANSWER, UNDERSTAND

# Eight words in a row are not hit upon by chance.
_RUN = 8
# The endings of addresses that people write without a scheme.
_ENDINGS = frozenset(
    {"app", "biz", "cc", "cn", "co", "com", "de", "dev", "es", "eu", "fr", "in", "info", "io"}
    | {"link", "live", "ly", "me", "net", "org", "ru", "shop", "site", "store", "to", "top"}
    | {"uk", "us", "xyz"}
)
# Addresses are looked for word by word: one pattern for them all can take minutes on "a.a.a.a…".
_WORD = re.compile(r"[!-~]+")
_PUNCTUATION = ".,;:!?()[]<>\"'"
_TELEPHONE = re.compile(r"(?<!\d)(?:\+\d{1,3}[ .-]?)?\(?\d{3}\)?[ .-]\d{3,4}[ .-]\d{3,4}(?!\d)")
_HALF_CHARACTER = re.compile("[\ud800-\udfff]")
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
        if objection := self.basic_objection(text):
            return objection
        if self.without_contacts(text) != text:
            return "it holds an address or a telephone number that nobody gave"
        for match in _MONEY.finditer(text):
            if self._amounts.isdisjoint(_readings(match[1] or match[2])):
                return f"nobody gave the price {match[0].strip()}"
        return ""

    def basic_objection(self, text: str) -> str:
        """Why the text may not even stand in a spec: it tells a prompt, or can't be written."""
        if _HALF_CHARACTER.search(text):
            return "it holds half a character"
        if not self._secret.isdisjoint(_runs(text)):
            return "it repeats its instructions"
        return ""

    def without_contacts(self, text: str) -> str:
        """The text without addresses and telephone numbers that nobody gave."""
        text = _WORD.sub(lambda match: self._kept(match[0], _is_address(match[0])), text)
        return _TELEPHONE.sub(lambda match: self._kept(match[0], True), text)

    def _kept(self, word: str, is_contact: bool) -> str:
        return "" if is_contact and word.strip(_PUNCTUATION) not in self._given else word


def _is_address(word: str) -> bool:
    if "://" in word or word.lower().startswith("www."):
        return True
    name, at, host = word.rpartition("@")
    if at and name and "." in host.strip(_PUNCTUATION):
        return True
    hosts = re.split(r"[/:?#,;()\[\]<>\"'|=&]+", word.lower().strip(_PUNCTUATION))
    endings = [host.rpartition(".")[2] for host in hosts if "." in host.strip(".")]
    if not _ENDINGS.isdisjoint(endings):
        return True
    *_, ending = hosts[0].split(".")
    return "/" in word and "." in hosts[0] and len(ending) > 1 and ending.isalpha()


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
