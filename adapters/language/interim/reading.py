"""Reading a sentence piece by piece: what is recognised is taken out, what is left is the thing."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal

from rapidfuzz import fuzz, process

from adapters.language.interim.amounts import Amount, find_amounts, in_digits
from adapters.language.interim.vocabulary import (
    BRANDS,
    CATEGORIES,
    COLORS,
    FILLERS,
    LINES,
    SPELLINGS,
)

# Of words of five letters and more: below this, other words pass for brands.
SIMILAR = 85

_MAX = (
    r"(?:under|below|less than|cheaper than|up to|at most|no more than|not more than|not over|max"
    r"(?:imum)?(?: of)?|within|sub-?|<=?|budget (?:of|is)|my budget is|upto|for less than)"
)
_MIN = r"(?:over|above|more than|at least|min(?:imum)?(?: of)?|starting at|>=?|upwards of)"
_AROUND = r"(?:around|about|roughly|approximately|approx\.?|circa|~|near)"


@dataclass
class Text:
    """What is left of a sentence; `take` removes a match and remembers nothing else."""

    left: str

    def take(self, pattern: str) -> re.Match[str] | None:
        match = re.search(pattern, self.left, re.IGNORECASE)
        if match:
            self.cut(match.start(), match.end())
        return match

    def cut(self, start: int, end: int) -> None:
        self.left = f"{self.left[:start]} \x00 {self.left[end:]}"

    def words(self) -> list[str]:
        """The words that are left, in order, as they were written."""
        return re.findall(r"[\w][\w'+.\-/&]*", self.left.replace("\x00", " "))


@dataclass
class Prices:
    min: Decimal | None = None
    max: Decimal | None = None
    currency: str | None = None
    assumption: str = ""


@dataclass
class Brands:
    wanted: list[str] = field(default_factory=list)
    excluded: list[str] = field(default_factory=list)


def text_of(sentence: str) -> Text:
    return Text(in_digits(sentence[:2000]))


def take_prices(text: Text) -> Prices | None:
    """A range, a limit or a neighbourhood; None when no price is named."""
    amounts = find_amounts(text.left)
    for first, second in zip(amounts, amounts[1:], strict=False):
        between = text.left[first.end : second.start]
        before = text.left[: first.start]
        marked = first.marked or second.marked
        led = re.search(r"(?:between|from)\s*$", before, re.I)
        if re.fullmatch(r"\s*(?:-|–|to|and)\s*", between, re.I) and (marked or led):
            low, high = sorted((first.value, second.value))
            text.cut(led.start() if led else first.start, second.end)
            return Prices(low, high, first.currency or second.currency)
    found = None
    for amount in reversed(amounts):
        prices = _limit(text, amount)
        if prices is not None:
            found = _joined(prices, found)
    return found


def _limit(text: Text, amount: Amount) -> Prices | None:
    before = text.left[: amount.start]
    value, currency = amount.value, amount.currency
    kinds: tuple[tuple[str, Callable[[], Prices]], ...] = (
        (_MAX, lambda: Prices(max=value, currency=currency)),
        (_MIN, lambda: Prices(min=value, currency=currency)),
        (_AROUND, lambda: _around(value, currency)),
    )
    for words, prices in kinds:
        led = re.search(rf"{words}\s*$", before, re.I)
        if led:
            text.cut(led.start(), amount.end)
            return prices()
    after = re.match(
        r"\s*(?:or (?:less|under|below)|max(?:imum)?|tops|and under)\b", text.left[amount.end :], re.I
    )
    if after:
        text.cut(amount.start, amount.end + after.end())
        return Prices(max=value, currency=currency)
    if amount.marked:
        text.cut(amount.start, amount.end)
        return Prices(max=value, currency=currency, assumption=f"I took {value} as the most to pay.")
    return None


def _around(value: Decimal, currency: str | None) -> Prices:
    low, high = round(value * 8 / 10), round(value * 12 / 10)
    return Prices(
        Decimal(low), Decimal(high), currency, f"I took around {value} as {low} to {high}."
    )


def _joined(new: Prices, old: Prices | None) -> Prices:
    if old is None:
        return new
    return Prices(
        new.min if new.min is not None else old.min,
        new.max if new.max is not None else old.max,
        new.currency or old.currency,
        new.assumption or old.assumption,
    )


def take_price(text: Text, *, bare: bool = False) -> tuple[Decimal, str | None] | None:
    """One asking price. `bare`: a lone number is one too, as in the answer to "what price?"."""
    for amount in find_amounts(text.left):
        led = re.search(
            r"(?:asking|price(?: is| to| of)?|for|at|want|to)\s*$", text.left[: amount.start], re.I
        )
        obo = re.match(r"\s*(?:obo|or best offer|firm)", text.left[amount.end :], re.I)
        if amount.marked or bare or obo or (led and amount.value >= 5):
            start = led.start() if led and led[0].strip().lower() != "want" else amount.start
            text.cut(start, amount.end + (obo.end() if obo else 0))
            return amount.value, amount.currency
    return None


def take_marketplaces(text: Text, known: list[str], lead: str) -> list[str]:
    """The marketplaces named after `lead` ("on", "only", "everywhere but" …)."""
    spoken = {name: _spoken(name) for name in known}
    any_name = "|".join(spoken.values())
    if not any_name:
        return []
    match = text.take(
        rf"\b(?:{lead})\s+(?P<names>(?:{any_name})(?:\s*(?:,|and|or|&|\+)\s*(?:on\s+)?(?:{any_name}))*)\b"
    )
    if not match:
        return []
    return [name for name in known if re.search(rf"\b(?:{spoken[name]})\b", match["names"], re.I)]


def _spoken(name: str) -> str:
    return {
        "bestbuy": r"best\s?buy",
        "facebook": r"facebook(?: marketplace)?|fb(?: marketplace)?",
        "craigslist": r"craigs?\s?list",
    }.get(name, re.escape(name))


def take_brands(text: Text) -> Brands:
    """Brands wanted and not wanted; typos are forgiven, and the words are taken out."""
    brands = Brands()
    negated = r"\b(?:not|no|without|except|anything but|excluding|other than|avoid|but not|never)\s+"
    for key, brand in BRANDS.items():
        name = re.escape(key)
        if text.take(rf"{negated}(?:an?\s+|any\s+)?{name}\b(?:'s|s)?"):
            brands.excluded.append(brand)
        elif text.take(rf"(?<![\w-]){name}(?![\w-])"):
            brands.wanted.append(brand)
    for word in text.words():
        brand = similar_brand(word)
        if brand is None:
            continue
        is_negated = text.take(rf"{negated}(?:an?\s+|any\s+)?{re.escape(word)}\b")
        if is_negated or text.take(rf"(?<!\w){re.escape(word)}(?!\w)"):
            (brands.excluded if is_negated else brands.wanted).append(brand)
    return brands


def similar_brand(word: str) -> str | None:
    """The brand that a misspelt word of five letters or more means."""
    lower = word.lower()
    is_thing = any(re.fullmatch(rf"(?:{words})s?", lower) for _, words in CATEGORIES)
    if len(lower) < 5 or is_thing or lower in FILLERS or lower in COLORS or lower in LINES:
        return None
    match = process.extractOne(lower, BRANDS.keys(), scorer=fuzz.ratio, score_cutoff=SIMILAR)
    return BRANDS[match[0]] if match else None


def take_attributes(text: Text) -> dict[str, str]:
    """Storage, memory, screen, size and colour."""
    found: dict[str, str] = {}
    if match := text.take(r"\b(\d{1,3})\s?gb\s+(?:of\s+)?(?:ram|memory)\b"):
        found["ram"] = f"{match[1]}GB"
    if match := text.take(r"\b(\d{1,4})\s?(gb|tb)\b(?:\s+(?:of\s+)?(?:ssd|storage|hdd|disk))?"):
        found["storage"] = f"{match[1]}{match[2].upper()}"
    if match := text.take(r"\b(\d{1,3}(?:\.\d)?)\s?-?\s?(?:inch(?:es)?|\")(?!\w)"):
        found["screen"] = f"{match[1]} inch"
    if match := text.take(r"\bsize\s+(\d{1,2}(?:\.5)?|xxs|xs|s|m|l|xl|xxl)\b(?:\s+(?:men'?s|women'?s))?"):
        found["size"] = match[1].upper()
    for color in sorted(COLORS):
        if match := text.take(rf"(?:\bin\s+)?\b(?P<color>{color})\b"):
            found["color"] = match["color"].lower()
            break
    return found


def thing_of(text: Text) -> str:
    """The words that name the thing: what is left, without filler."""
    words = [word for word in text.words() if word.lower().strip("'") not in FILLERS]
    kept = [word for word in words if len(word) <= 40]
    return " ".join(kept[:8])


def spelled(title: str) -> str:
    """A title as a person would write it: known names in their own spelling."""
    words = [SPELLINGS.get(word.lower(), BRANDS.get(word.lower(), word)) for word in title.split()]
    text = " ".join(words)
    return text[:1].upper() + text[1:] if words and words[0].lower() not in SPELLINGS else text


def maker_of(title: str) -> str:
    """The brand that the title names or implies; empty when neither."""
    lower = title.lower()
    for line, brand in LINES.items():
        if re.search(rf"\b{line}", lower):
            return brand
    return next(
        (brand for key, brand in BRANDS.items() if re.search(rf"(?<!\w){re.escape(key)}(?!\w)", lower)),
        "",
    )
