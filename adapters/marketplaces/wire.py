"""Types for what vendors send: a value is clean, None, or a reason to drop the offer."""

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from html.parser import HTMLParser
from ipaddress import ip_address
from typing import Annotated, Any, TypeVar
from urllib.parse import SplitResult, urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)
from pydantic.alias_generators import to_camel

TITLE_LENGTH = 300  # what ProductResult takes
_MOST_ESCAPES = 4
_READ_AT_MOST = 5_000  # characters of a text; the rest is not even looked at
HIGHEST_PRICE = Decimal("10000000")


class Wire(BaseModel):
    """Part of a vendor's reply, in its camelCase. Fields that we do not use are ignored."""

    model_config = ConfigDict(
        alias_generator=to_camel, populate_by_name=True, extra="ignore", frozen=True
    )


T = TypeVar("T")


W = TypeVar("W", bound=Wire)


class Sieve:
    """Reads the offers of one reply, and counts what it had to drop or to clean.

    `home` are the vendor's configured base URLs; `domains` are where its links may lead besides.
    """

    def __init__(self, home: Collection[str], domains: Collection[str] = ()) -> None:
        self._home = {urlsplit(url).netloc for url in home}
        self._domains = domains
        self.dropped: Counter[str] = Counter()
        self.cleaned: Counter[str] = Counter()

    def read(
        self, raw_offers: Sequence[Any], model: type[W], normalise: Callable[[W], T]
    ) -> list[T]:
        """The offers without those that lack what they need; `dropped` says which field it was."""
        offers = []
        for raw in raw_offers:
            try:
                offers.append(normalise(model.model_validate(raw, context=self)))
            except ValidationError as error:
                where = error.errors()[0]["loc"]
                self.dropped[str(where[0]) if where else "offer"] += 1
        return offers

    def is_home(self, url: SplitResult) -> bool:
        return url.netloc in self._home

    def may_lead_to(self, url: SplitResult) -> bool:
        host = url.hostname or ""
        return self.is_home(url) or any(
            host == domain or host.endswith(f".{domain}") for domain in self._domains
        )


def plain_text(text: str, length: int = TITLE_LENGTH) -> str:
    """Without markup, entities, control characters or runs of spaces; at most `length` long."""
    text = text[:_READ_AT_MOST]
    for _ in range(_MOST_ESCAPES):
        if "<" not in text and "&" not in text:
            break
        reader = _TextReader()
        reader.feed(text)
        reader.close()
        # Markup may be written as entities, and those as entities again.
        before, text = text, "".join(reader.texts)
        if text == before:
            break
    visible = "".join(c if c.isprintable() else " " for c in text)
    words = " ".join(visible.split())
    return words if len(words) <= length else words[: length - 1].rstrip() + "…"


class _TextReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.texts: list[str] = []
        self._in_code = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._in_code = tag in ("script", "style")
        self.texts.append(" ")

    def handle_endtag(self, tag: str) -> None:
        self._in_code = False
        self.texts.append(" ")

    def handle_data(self, data: str) -> None:
        if not self._in_code:
            self.texts.append(data)


def _or_none(value: Any, validate: ValidatorFunctionWrapHandler, info: ValidationInfo) -> Any:
    try:
        return validate(value)
    except ValidationError:
        if value is not None:
            _count_cleaned(info)
        return None


def _count_cleaned(info: ValidationInfo) -> None:
    if isinstance(info.context, Sieve):
        info.context.cleaned[info.field_name or "offer"] += 1


def _as_text(value: Any) -> Any:
    """Some vendors send ids as numbers."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _clean(value: Any, info: ValidationInfo) -> Any:
    if not isinstance(value, str):
        return value
    clean = plain_text(value)
    if len(clean) != len(value) and clean != " ".join(value.split()):
        _count_cleaned(info)
    return clean


def _web_url(value: str, info: ValidationInfo) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("not a web address")
    is_home = isinstance(info.context, Sieve) and info.context.is_home(parts)
    if not is_home and _is_private(parts.hostname):
        raise ValueError("a private address")
    return value


def _page_url(value: str, info: ValidationInfo) -> str:
    _web_url(value, info)
    if isinstance(info.context, Sieve) and not info.context.may_lead_to(urlsplit(value)):
        raise ValueError("leads to another site")
    return value


def _is_private(host: str) -> bool:
    """Also of addresses in the many spellings that browsers take: 127.1, 0x7f.1, 2130706433."""
    try:
        return not ip_address(host).is_global
    except ValueError:
        last = host.rstrip(".").rpartition(".")[2]
        is_name = "." in host.rstrip(".") and not last[:1].isdigit()
        return not is_name or last in ("localhost", "local", "internal", "lan", "home", "arpa")


@cache
def _currencies() -> frozenset[str]:
    from babel.numbers import list_currencies  # 60 ms that a process without searches can save

    return frozenset(list_currencies())


def _known_currency(code: str) -> str:
    if code not in _currencies():
        raise ValueError(f"{code!r} is no ISO 4217 currency")
    return code


def _14(number: str) -> str:
    return number.zfill(14)


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal("0.01"), ROUND_HALF_UP)


# What an offer can do without: None when the vendor sent something else.
Maybe = Annotated[T | None, WrapValidator(_or_none)]

Identifier = Annotated[
    str, BeforeValidator(_as_text), StringConstraints(min_length=1, max_length=100)
]
Text = Annotated[str, BeforeValidator(_clean), Field(min_length=1)]
CurrencyCode = Annotated[str, AfterValidator(_known_currency)]
# A thing for sale at nothing, or for more than a house, is a placeholder or a mistake.
AskingPrice = Annotated[Decimal, Field(gt=0, le=HIGHEST_PRICE), AfterValidator(_cents)]
# A picture may be anywhere that is public; a link must lead to the marketplace.
WebUrl = Annotated[str, StringConstraints(max_length=4000), AfterValidator(_web_url)]
PageUrl = Annotated[str, StringConstraints(max_length=4000), AfterValidator(_page_url)]

ShippingCost = Annotated[Decimal, Field(ge=0, le=HIGHEST_PRICE), AfterValidator(_cents)]
# UPC, EAN and GTIN are one number with more or fewer zeros in front (GTIN-14).
Gtin = Annotated[
    str, BeforeValidator(_as_text), StringConstraints(pattern=r"^[0-9]{8,14}$"), AfterValidator(_14)
]
Rating = Annotated[float, Field(ge=0, le=5, allow_inf_nan=False)]
Count = Annotated[int, Field(ge=0)]


class Amount(Wire):
    """A price as eBay writes it: a decimal string and a currency."""

    value: AskingPrice
    currency: CurrencyCode
