"""What is remembered, put to use: wishes that were not said, and ties between offers."""

from talknshop.learning import SETTLED, price_of
from talknshop.memory import (
    Assumed,
    Kind,
    RecalledItem,
    Recollection,
    Taste,
    Wishes,
    about_matches,
    sort_of,
)
from talknshop.messages import say
from talknshop.model import Condition
from talknshop.requirement import RequirementSpec, WantedCondition

SIZE = "Size"

# How often something must have been said or chosen before it is taken for granted.
_TIMES = {Kind.SIZE: 1, Kind.CONDITION: 2, Kind.MARKETPLACE: 2, Kind.EXCLUDED_BRAND: SETTLED}
# A page shows the rest.
_MOST_SAID = 12
# JSON has no infinity.
_NO_LIMIT = 1e9
# From then on a brand weighs as much as it can.
_SURE = 3


def size_of(requirement: RequirementSpec) -> str:
    """A chat model may spell the attribute its own way."""
    named = (v for name, v in requirement.attributes.items() if name.casefold() == SIZE.casefold())
    return next(named, "")


def is_new_search(requirement: RequirementSpec, before: RequirementSpec | None) -> bool:
    """For another sort of thing than the one before: a refinement keeps what it was refined to."""
    return before is None or sort_of(requirement.product_type) != sort_of(before.product_type)


def filled_in(
    requirement: RequirementSpec, recollection: Recollection
) -> tuple[RequirementSpec, list[Assumed]]:
    """With what is not said and is known of the person; each is told."""
    sort, assumed, update = sort_of(requirement.product_type), list[Assumed](), dict[str, object]()
    for item in recollection.items:
        if not about_matches(item.about, sort) or item.times < _TIMES.get(item.kind, 100):
            continue
        change = _change(requirement, item)
        if change is None or (item.kind is Kind.SIZE and not item.about):
            continue
        field, value = change
        if field in update and field != "excluded_brands":
            continue
        if field == "excluded_brands":
            value = [*(update.get(field, requirement.excluded_brands)), *value]  # type: ignore[misc]
        update[field] = value
        text = say(requirement.language, f"assume_remembered_{item.kind}", value=_shown(item))
        assumed.append(Assumed(item_id=item.item_id, field=field, value=item.value, text=text))
    return requirement.model_copy(update=update), assumed


def _change(requirement: RequirementSpec, item: RecalledItem) -> tuple[str, object] | None:
    """The field and its new value; None where something was said about it."""
    match item.kind:
        case Kind.SIZE if not size_of(requirement):
            return "attributes", {**requirement.attributes, SIZE: item.value}
        case Kind.CONDITION if requirement.condition is None and not _rules_out_states(requirement):
            return "condition", WantedCondition(item.value)
        case Kind.MARKETPLACE if not requirement.marketplaces:
            return "marketplaces", [item.value]
        case Kind.EXCLUDED_BRAND if not _names_brand(requirement, item.value):
            return "excluded_brands", [item.value]
    return None


def _rules_out_states(requirement: RequirementSpec) -> bool:
    return bool(requirement.filters.keys() & {"condition", "excluded_conditions"})


def _names_brand(requirement: RequirementSpec, brand: str) -> bool:
    named = [*requirement.brand_preferences, *requirement.excluded_brands]
    return brand.casefold() in (name.casefold() for name in named) or (
        brand.casefold() in requirement.product_type.casefold().split()
    )


def _shown(item: RecalledItem) -> str:
    return item.value.replace("_", " ")


def dropped_from(assumed: list[Assumed], requirement: RequirementSpec) -> list[str]:
    """The ids of what was filled in before and is not in the requirement any more."""
    gone = []
    for entry in assumed:
        match entry.field:
            case "attributes":
                stands = size_of(requirement) == entry.value
            case "condition":
                stands = requirement.condition == entry.value
            case "marketplaces":
                stands = entry.value in requirement.marketplaces
            case _:
                stands = entry.value in requirement.excluded_brands
        if not stands:
            gone.append(entry.item_id)
    return gone


def taste_of(requirement: RequirementSpec, recollection: Recollection) -> Taste:
    """What decides between offers that are as good; nothing that the request itself decides."""
    sort = sort_of(requirement.product_type)
    items = [item for item in recollection.items if about_matches(item.about, sort)]
    asked = {brand.casefold() for brand in requirement.brand_preferences}
    brands = {
        item.value: min(item.times, _SURE) / _SURE
        for item in items
        if item.kind is Kind.BRAND and not asked
    }
    price, currency = _price(items) if requirement.price.max is None else (None, "USD")
    states = [i.value for i in items if i.kind is Kind.CONDITION and requirement.condition is None]
    return Taste(
        brands=brands,
        disliked=[item.value for item in items if item.kind is Kind.EXCLUDED_BRAND],
        price=price,
        currency=currency,
        conditions=[c for c in Condition if any(WantedCondition(s).accepts(c) for s in states)],
        marketplaces=[
            item.value
            for item in items
            if item.kind is Kind.MARKETPLACE and not requirement.marketplaces
        ],
        hidden=recollection.hidden,
    )


def wide_taste(recollection: Recollection) -> Taste:
    """Whatever sort of thing it was learned from."""
    brands = {
        i.value: min(i.times, _SURE) / _SURE for i in recollection.items if i.kind is Kind.BRAND
    }
    disliked = [i.value for i in recollection.items if i.kind is Kind.EXCLUDED_BRAND]
    return Taste(brands=brands, disliked=disliked, hidden=recollection.hidden)


def summary_of(recollection: Recollection, language: str) -> str:
    """What is remembered, as the answer to a person who asks."""
    if not recollection.enabled:
        return say(language, "memory_is_off")
    told = [
        say(language, f"known_{item.kind}", value=_shown(item))
        + (f" ({item.about})" if item.about else "")
        for item in recollection.items[:_MOST_SAID]
    ]
    return (
        say(language, "memory_holds", facts="; ".join(told))
        if told
        else say(language, "memory_is_empty")
    )


def _price(items: list[RecalledItem]) -> tuple[tuple[float, float] | None, str]:
    for item in items:
        if item.kind is Kind.PRICE:
            low, high, currency = price_of(item.value)
            return (float(low or 0), float(high) if high is not None else _NO_LIMIT), currency
    return None, "USD"


def wishes_said(
    requirement: RequirementSpec, before: RequirementSpec | None, assumed: list[Assumed]
) -> Wishes:
    """What the person asked for by this turn: not what stood before, not what was filled in."""
    old = before if before is not None and not is_new_search(requirement, before) else None
    filled = {entry.field for entry in assumed}

    def new(field: str) -> bool:
        return field not in filled and (
            old is None or getattr(old, field) != getattr(requirement, field)
        )

    size = size_of(requirement)
    return Wishes(
        brands=requirement.brand_preferences if new("brand_preferences") else [],
        excluded_brands=[
            brand
            for brand in requirement.excluded_brands
            if brand not in {entry.value for entry in assumed}
            and (old is None or brand not in old.excluded_brands)
        ],
        size=size if new("attributes") and (not old or size_of(old) != size) else "",
        price_max=requirement.price.max if new("price") else None,
        currency=requirement.price.currency,
        condition=requirement.condition.value
        if requirement.condition is not None and new("condition")
        else "",
        marketplaces=requirement.marketplaces if new("marketplaces") else [],
        keywords=requirement.keywords[:80] if old is None else "",
    )
