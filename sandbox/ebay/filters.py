"""The Browse API's filter: "price:[50..300],priceCurrency:USD,conditionIds:{1000|3000}"."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from sandbox.catalogue.goods import State
from sandbox.catalogue.where import (
    NOTHING,
    Where,
    all_of,
    any_of,
    between,
    is_true,
    none_of,
    one_of,
)
from sandbox.ebay.conditions import GROUPS, ID_OF_STATE, ID_OF_WORN_STATE, NAMES
from sandbox.prices import to_cents

_PART = re.compile(r"(\w+):(\[[^\]]*\]|\{[^}]*\}|[^,\[{]+)(?:,|$)")
_IS_OFFERED_AS = {
    "FIXED_PRICE": is_true("o.auction_bids IS NULL"),
    "AUCTION": is_true("o.auction_bids IS NOT NULL"),
    "BEST_OFFER": is_true("o.best_offer"),
}


@dataclass
class Filters:
    """`refused` holds what eBay would warn about: the search goes on without it."""

    price: tuple[int, int] | None = None  # cents, both included
    condition_ids: set[str] | None = None
    buying_options: set[str] = field(default_factory=lambda: {"FIXED_PRICE"})
    sellers: set[str] | None = None
    country: str | None = None
    refused: list[str] = field(default_factory=list)

    def where(self, worn: list[str]) -> Where:
        """`worn` names the kinds of goods whose conditions have ids of their own."""
        parts = [any_of(_IS_OFFERED_AS[option] for option in sorted(self.buying_options))]
        if self.price:
            parts.append(between("o.price", *self.price))
        if self.condition_ids is not None:
            states = one_of("o.state", _states(ID_OF_STATE, self.condition_ids))
            worn_states = one_of("o.state", _states(ID_OF_WORN_STATE, self.condition_ids))
            is_worn = one_of("p.kind", worn)
            parts.append(any_of([is_worn & worn_states, none_of(is_worn) & states]))
        if self.sellers:
            parts.append(one_of("o.seller", sorted(self.sellers)))
        if self.country not in (None, "US"):
            parts.append(NOTHING)
        return all_of(parts)


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
    if not options <= set(_IS_OFFERED_AS):
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


def _states(ids: dict[State, str], wanted: set[str]) -> list[str]:
    return [state.value for state, id in ids.items() if id in wanted]


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
