"""Learning preferences: a memory and something that the person did make the next memory."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal, InvalidOperation

from talknshop.memory import (
    How,
    Kind,
    LookedAt,
    LookedFor,
    Memory,
    NewItem,
    Observation,
    Remembered,
    SeenProduct,
    Told,
    Wishes,
    item_id_of,
)
from talknshop.messages import Sentence, in_words, sentence
from talknshop.model import Condition
from talknshop.requirement import WantedCondition

MOST_ITEMS = 60
MOST_LOOKED_AT = 40
MOST_LOOKED_FOR = 20
MOST_TIMES = 9  # more says nothing new, and would take as many refusals to forget

# What is told or entered counts as if it had been said this often.
SETTLED = 3
_STEPS = {How.SAID: 1, How.SELECTED: 1, How.BOUGHT: 2, How.DISMISSED: -1}
# The weightier reason stays with an item.
_WEIGHT = {how: -place for place, how in enumerate(How)}

_PRICE = re.compile(
    r"^(?P<low>\d{1,8}(?:\.\d{1,2})?)?\s*-\s*(?P<high>\d{1,8}(?:\.\d{1,2})?)?\s*(?P<currency>[A-Z]{3})?$"
)


def learned(memory: Memory, seen: Observation, now: datetime) -> Memory:
    """The memory after it. While memory is off only what the person tells to do is done."""
    for told in seen.told:
        memory = _obeyed(memory, told, seen, now)
    if not memory.enabled:
        return memory
    for item_id in seen.dropped:
        memory = _weakened(memory, item_id)
    if seen.wishes is not None:
        memory = _with_wishes(memory, seen.wishes, seen, now)
    if seen.product is not None:
        memory = _with_product(memory, seen.product, seen, now)
    return memory


def entered(memory: Memory, new: NewItem, now: datetime) -> tuple[Memory, Remembered]:
    """With what the person entered by hand. Raises ValueError that says what would be right."""
    value = checked_value(new.kind, new.value)
    item = _new(new.kind, new.about.casefold(), value, How.ENTERED, "", now)
    item = item.model_copy(update={"times": SETTLED})
    return _kept(memory, [item, *(i for i in memory.items if i.item_id != item.item_id)]), item


def changed(
    memory: Memory, item_id: str, value: str, now: datetime
) -> tuple[Memory, Remembered] | None:
    """With one item corrected by hand; None when there is no such item. Raises ValueError."""
    old = next((item for item in memory.items if item.item_id == item_id), None)
    if old is None:
        return None
    rest = erased(memory, item_id)
    return entered(rest, NewItem(kind=old.kind, about=old.about, value=value), now)


def erased(memory: Memory, item_id: str) -> Memory:
    return memory.model_copy(update={"items": [i for i in memory.items if i.item_id != item_id]})


def all_erased(memory: Memory) -> Memory:
    """Nothing is left but whether it may learn again."""
    return Memory(enabled=memory.enabled)


class Unusable(ValueError):  # noqa: N818 -- the person may say it otherwise
    """No value of that kind; `said` tells the person what would be one."""

    def __init__(self, said: Sentence) -> None:
        super().__init__(in_words(said, "en"))
        self.said = said


def checked_value(kind: Kind, value: str) -> str:
    """In canonical form. Raises Unusable."""
    match kind:
        case Kind.CONDITION:
            state = value.casefold().replace(" ", "_")
            if state not in set(WantedCondition):
                raise Unusable(
                    sentence("item_none_of", value=value, known=", ".join(WantedCondition))
                )
            return state
        case Kind.MARKETPLACE:
            name = re.sub(r"[^a-z0-9_]", "", value.casefold())
            if not 2 <= len(name) <= 32:
                raise Unusable(sentence("item_no_marketplace", value=value))
            return name
        case Kind.PRICE:
            low, high, currency = price_of(value)
            return price_text(low, high, currency)
        case _:
            return " ".join(value.split())[:60]


def price_of(value: str) -> tuple[Decimal | None, Decimal | None, str]:
    """Of "200-900 USD": either end may be missing. Raises Unusable."""
    match = _PRICE.match(value.strip().upper())
    if match is None or not (match["low"] or match["high"]):
        raise Unusable(sentence("item_no_prices", value=value))
    try:
        low, high = (Decimal(match[end]) if match[end] else None for end in ("low", "high"))
    except InvalidOperation as error:
        raise Unusable(sentence("item_no_prices", value=value)) from error
    if low is not None and high is not None and low > high:
        low, high = high, low
    return low, high, match["currency"] or "USD"


def price_text(low: Decimal | None, high: Decimal | None, currency: str) -> str:
    ends = ("" if end is None else f"{end.normalize():f}" for end in (low, high))
    return f"{'-'.join(ends)} {currency}"


def _obeyed(memory: Memory, told: Told, seen: Observation, now: datetime) -> Memory:
    match told.do:
        case "stop" | "start":
            return memory.model_copy(update={"enabled": told.do == "start"})
        case "forget" if told.kind is None:
            return all_erased(memory)
        case "forget":
            kept = [item for item in memory.items if not _is_meant(item, told)]
            return memory.model_copy(update={"items": kept})
        case "remember" if memory.enabled and told.kind is not None:
            item = _new(told.kind, told.about, told.value, How.TOLD, seen.because, now)
            item = item.model_copy(update={"times": SETTLED})
            others = [i for i in memory.items if i.item_id != item.item_id]
            return _kept(memory, [item, *_without_opposite(others, item)])
        case _:
            return memory


def _is_meant(item: Remembered, told: Told) -> bool:
    return (
        item.kind is told.kind
        and told.about in ("", item.about)
        and told.value.casefold() in ("", item.value.casefold())
    )


def _without_opposite(items: Sequence[Remembered], new: Remembered) -> list[Remembered]:
    """A brand is liked or left out, not both."""
    opposite = {Kind.BRAND: Kind.EXCLUDED_BRAND, Kind.EXCLUDED_BRAND: Kind.BRAND}.get(new.kind)
    return [
        item
        for item in items
        if not (item.kind is opposite and item.value.casefold() == new.value.casefold())
    ]


def _with_wishes(memory: Memory, wishes: Wishes, seen: Observation, now: datetime) -> Memory:
    for kind, value in _said(wishes):
        about = "" if kind is Kind.MARKETPLACE else seen.about
        memory = _counted(memory, kind, about, value, seen, now)
    if wishes.keywords:
        memory = _looked_for(memory, wishes.keywords[:80], now)
    return memory


def _said(wishes: Wishes) -> Iterator[tuple[Kind, str]]:
    yield from ((Kind.BRAND, brand) for brand in wishes.brands[:3])
    yield from ((Kind.EXCLUDED_BRAND, brand) for brand in wishes.excluded_brands[:3])
    if wishes.size:
        yield Kind.SIZE, wishes.size
    if wishes.price_max is not None:
        yield Kind.PRICE, price_text(None, wishes.price_max, wishes.currency)
    if wishes.condition:
        yield Kind.CONDITION, wishes.condition
    # Two and more are a search spread wide: no preference for either.
    if len(wishes.marketplaces) == 1:
        yield Kind.MARKETPLACE, wishes.marketplaces[0]


def _with_product(memory: Memory, product: SeenProduct, seen: Observation, now: datetime) -> Memory:
    assert seen.how is not How.SAID
    entry = LookedAt(
        marketplace=product.marketplace,
        product_id=product.product_id[:100],
        title=product.title[:120],
        how=seen.how,
        found_by=product.found_by[:80],
        at=now,
    )
    others = [old for old in memory.looked_at if old.key != entry.key]
    memory = memory.model_copy(update={"looked_at": [entry, *others][:MOST_LOOKED_AT]})
    seen = seen.model_copy(update={"because": product.title[:120]})
    if product.brand:
        memory = _counted(memory, Kind.BRAND, seen.about, product.brand, seen, now)
    if seen.how is How.DISMISSED:
        return memory
    price = price_text(product.price, product.price, product.currency)
    memory = _counted(memory, Kind.PRICE, seen.about, price, seen, now)
    wanted = next((w for w in WantedCondition if w.accepts(product.condition)), None)
    if wanted is not None and product.condition is not Condition.NEW:
        memory = _counted(memory, Kind.CONDITION, seen.about, wanted.value, seen, now)
    if seen.how is How.BOUGHT:
        memory = _counted(memory, Kind.MARKETPLACE, "", product.marketplace, seen, now)
    return memory


def _counted(
    memory: Memory, kind: Kind, about: str, value: str, seen: Observation, now: datetime
) -> Memory:
    """One more, or for what is dismissed one less, of that preference."""
    value = value[:60]
    item_id = item_id_of(kind, about, value)
    old = next((item for item in memory.items if item.item_id == item_id), None)
    step = _STEPS[seen.how]
    if old is None and step < 0:
        return memory
    if old is None:
        item = _new(kind, about, value, seen.how, seen.because, now)
        item = item.model_copy(update={"times": step})
    else:
        item = _again(old, value, step, seen, now)
    others = [entry for entry in memory.items if entry.item_id != item_id]
    if item.times <= 0:
        return memory.model_copy(update={"items": others})
    return _kept(memory, [item, *others])


def _again(old: Remembered, value: str, step: int, seen: Observation, now: datetime) -> Remembered:
    is_settled = old.reason in (How.TOLD, How.ENTERED)
    if old.kind is Kind.PRICE and not is_settled:
        value = _widened(old.value, value, seen.how)
    elif old.value.casefold() != value.casefold():
        # Another size than before: once may be for somebody else, what was told stands.
        if is_settled or old.times > 1:
            return old.model_copy(update={"times": old.times - (0 if is_settled else 1)})
        return _new(old.kind, old.about, value, seen.how, seen.because, now)
    if is_settled:
        return old.model_copy(update={"last_at": now})
    reason = max(old.reason, seen.how, key=lambda how: _WEIGHT[how]) if step > 0 else old.reason
    return old.model_copy(
        update={
            "value": value,
            "times": min(old.times + step, MOST_TIMES),
            "reason": reason,
            "because": seen.because if step > 0 else old.because,
            "last_at": now,
        }
    )


def _widened(old: str, new: str, how: How) -> str:
    """Prices of what was chosen widen the range; a limit that is said replaces its end."""
    low, high, currency = price_of(old)
    new_low, new_high, new_currency = price_of(new)
    if new_currency != currency:
        return new
    if how is How.SAID:
        return price_text(low if low and new_high and low <= new_high else None, new_high, currency)
    lows = [end for end in (low, new_low) if end is not None]
    highs = [end for end in (high, new_high) if end is not None]
    return price_text(min(lows, default=None), max(highs, default=None), currency)


def _weakened(memory: Memory, item_id: str) -> Memory:
    """Filled in and not wanted: less sure of it; what was told only the person takes back."""
    items = []
    for item in memory.items:
        if item.item_id == item_id and item.reason not in (How.TOLD, How.ENTERED):
            item = item.model_copy(update={"times": item.times - 1})
        if item.times > 0:
            items.append(item)
    return memory.model_copy(update={"items": items})


def _looked_for(memory: Memory, keywords: str, now: datetime) -> Memory:
    old = next((e for e in memory.looked_for if e.words.casefold() == keywords.casefold()), None)
    entry = LookedFor(words=keywords, times=old.times + 1 if old else 1, at=now)
    others = [other for other in memory.looked_for if other is not old]
    return memory.model_copy(update={"looked_for": [entry, *others][:MOST_LOOKED_FOR]})


def _new(kind: Kind, about: str, value: str, how: How, because: str, now: datetime) -> Remembered:
    return Remembered(
        item_id=item_id_of(kind, about[:40], value),
        kind=kind,
        about=about[:40],
        value=value[:60],
        reason=how,
        because=because[:120],
        first_at=now,
        last_at=now,
    )


def _kept(memory: Memory, items: Sequence[Remembered]) -> Memory:
    """At most so many: what was told stays longest, then what was met last."""

    def importance(item: Remembered) -> tuple[bool, datetime]:
        return item.reason in (How.TOLD, How.ENTERED), item.last_at

    kept = sorted(items, key=importance, reverse=True)[:MOST_ITEMS]
    return memory.model_copy(update={"items": kept})
