"""The Browse API's filter: "price:[50..300],priceCurrency:USD,conditionIds:{1000|3000}"."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from sandbox.ebay.conditions import GROUPS, NAMES
from sandbox.prices import to_cents

_PART = re.compile(r"(\w+):(\[[^\]]*\]|\{[^}]*\}|[^,\[{]+)(?:,|$)")
_BUYING_OPTIONS = {"FIXED_PRICE", "AUCTION", "BEST_OFFER"}


@dataclass
class Filters:
    """`refused` holds what eBay would warn about: the search goes on without it."""

    price: tuple[int, int] | None = None  # cents, both included
    condition_ids: set[str] | None = None
    buying_options: set[str] = field(default_factory=lambda: {"FIXED_PRICE"})
    sellers: set[str] | None = None
    country: str | None = None
    refused: list[str] = field(default_factory=list)


def parse_filters(text: str) -> Filters:
    filters = Filters()
    position = 0
    values: dict[str, str] = {}
    while position < len(text):
        part = _PART.match(text, position)
        if part is None:
            filters.refused.append(text[position:])
            break
        values[part[1]] = part[2].strip()
        position = part.end()
    for name, value in values.items():
        read = _READERS.get(name)
        if read is None or not read(filters, value, values):
            filters.refused.append(f"{name}:{value}")
    return filters


def _price(filters: Filters, value: str, values: dict[str, str]) -> bool:
    if values.get("priceCurrency") != "USD":
        return False
    match = re.fullmatch(r"\[([\d.]*?)(?:\.\.([\d.]*))?\]", value)
    if match is None:
        return False
    low = to_cents(match[1]) if match[1] else 0
    high = to_cents(match[2]) if match[2] else 10**12
    if low is None or high is None:
        return False
    filters.price = (low, high)
    return True


def _condition_ids(filters: Filters, value: str, _: dict[str, str]) -> bool:
    ids = _names(value)
    filters.condition_ids = (filters.condition_ids or set()) | ids
    return ids <= set(NAMES)


def _conditions(filters: Filters, value: str, _: dict[str, str]) -> bool:
    names = _names(value)
    if not names <= set(GROUPS):
        return False
    filters.condition_ids = (filters.condition_ids or set()).union(*(GROUPS[n] for n in names))
    return True


def _buying_options(filters: Filters, value: str, _: dict[str, str]) -> bool:
    options = _names(value)
    if not options <= _BUYING_OPTIONS:
        return False
    filters.buying_options = options
    return True


def _sellers(filters: Filters, value: str, _: dict[str, str]) -> bool:
    filters.sellers = _names(value)
    return True


def _item_location(filters: Filters, value: str, _: dict[str, str]) -> bool:
    filters.country = value
    return True


def _taken(_: Filters, __: str, ___: dict[str, str]) -> bool:
    """Needs nothing: every seller here ships to everywhere."""
    return True


def _names(value: str) -> set[str]:
    return {name.strip() for name in value.strip("{}").split("|")}


_READERS: dict[str, Callable[[Filters, str, dict[str, str]], bool]] = {
    "price": _price,
    "priceCurrency": lambda _, value, __: value == "USD",
    "conditionIds": _condition_ids,
    "conditions": _conditions,
    "buyingOptions": _buying_options,
    "sellers": _sellers,
    "itemLocationCountry": _item_location,
    "deliveryCountry": _taken,
    "deliveryPostalCode": _taken,
    "returnsAccepted": _taken,
    "maxDeliveryCost": _taken,
    "pickupCountry": _taken,
    "pickupPostalCode": _taken,
    "pickupRadius": _taken,
    "pickupRadiusUnit": _taken,
}
