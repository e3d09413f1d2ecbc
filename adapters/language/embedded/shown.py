"""References to what was shown: "the second one", "the Dell", "compare the first two"."""

from collections.abc import Sequence
from decimal import Decimal

from adapters.language.embedded.lexicon import fold
from adapters.language.embedded.numbers import SMALL
from adapters.language.embedded.tokens import Found, Reading
from talknshop.messages import say
from talknshop.money import format_price
from talknshop.understanding import ShownProduct

_PLACES = (
    r"{ordinal} (?:{one|refer|thing|weak}|$|(?=[^<]*<[^>]* (?:stop|comma|and|or|dash|sign"
    r"|question|but|filler|taken) ))",
    r"{refer} _ (?P<number>{num|small})",
)
_FEW_FEATURES = 3


def referred(reading: Reading, shown: Sequence[ShownProduct]) -> list[tuple[ShownProduct, Found]]:
    """The products meant by their place or their name, with where the text says so."""
    if not shown:
        return []
    found = list[tuple[ShownProduct, Found]]()
    for pattern in _PLACES:
        for match in reading.find(pattern):
            product = _at(_number(match), shown)
            if product is not None:
                found.append((product, match))
    return sorted(found, key=lambda pair: pair[1].start)


def named(reading: Reading, shown: Sequence[ShownProduct]) -> list[ShownProduct]:
    """Those whose title has the brands or models that the text names, when they tell one apart."""
    words = {
        token.norm
        for token in reading.tokens
        if any(c in token.tags for c in ("brand", "line", "model", "word", "num", "color"))
        and len(token.norm) > 1
    }
    meant = list[ShownProduct]()
    for word in sorted(words):
        having = [product for product in shown if word in fold(product.title).split()]
        if len(having) == 1 and having[0] not in meant:
            meant.append(having[0])
    return meant


def _number(match: Found) -> int:
    ordinal = next((t.get("ordinal") for t in match.tokens() if "ordinal" in t.tags), "")
    if ordinal:
        return int(ordinal)
    token = match.first("number")
    if token is None:
        return 0
    return int(token.value) if token.value is not None else SMALL.get(token.norm, 0)


def _at(number: int, shown: Sequence[ShownProduct]) -> ShownProduct | None:
    if number == -1:
        return shown[-1]
    return shown[number - 1] if 1 <= number <= len(shown) else None


def describes(product: ShownProduct, language: str, asked: Sequence[str] = ()) -> str:
    """The answer about one shown product: only what was shown of it. `asked` are features."""
    text = say(
        language,
        "shown_product",
        title=product.title,
        price=format_price(product.price, product.currency),
        marketplace=product.marketplace,
    )
    title = fold(product.title)
    answers = [
        say(language, "title_says" if fold(words) in title else "title_is_silent", words=words)
        for words in dict.fromkeys(asked)
    ]
    return " ".join([text, *answers[:_FEW_FEATURES], say(language, "open_its_card")])


def compares(one: ShownProduct, other: ShownProduct, language: str) -> str:
    """Two products side by side: prices, ratings and conditions as far as they were shown."""
    parts = [_facts(one, language), _facts(other, language)]
    if one.currency == other.currency and one.price != other.price:
        cheaper, dearer = sorted((one, other), key=lambda product: product.price)
        difference = format_price(Decimal(dearer.price - cheaper.price), one.currency)
        parts.append(
            say(language, "cheaper_by", title=plain_title(cheaper.title), difference=difference)
        )
    return " ".join(parts)


def _facts(product: ShownProduct, language: str) -> str:
    facts = [format_price(product.price, product.currency), product.marketplace]
    if product.rating is not None:
        facts.append(f"{product.rating:g} ★")
    if product.condition is not None:
        facts.append(say(language, f"condition_{product.condition}"))
    return f"{product.title}: {', '.join(facts)}."


def plain_title(title: str) -> str:
    """The few words of a title that name the thing."""
    for sign in ("|", "(", ",", " - "):
        title = title.split(sign)[0]
    return " ".join(title.split()[:6])
