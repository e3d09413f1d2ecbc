"""eBay's condition ids and what they mean here."""

from talknshop.model import Condition
from talknshop.requirement import WantedCondition

CONDITIONS: dict[str, Condition] = {
    "1000": Condition.NEW,
    "1500": Condition.OPEN_BOX,
    "1750": Condition.OPEN_BOX,
    "2000": Condition.REFURBISHED,
    "2010": Condition.REFURBISHED,
    "2020": Condition.REFURBISHED,
    "2030": Condition.REFURBISHED,
    "2500": Condition.REFURBISHED,
    "2750": Condition.LIKE_NEW,
    "2990": Condition.LIKE_NEW,
    "3000": Condition.GOOD,
    "3010": Condition.FAIR,
    "4000": Condition.GOOD,
    "5000": Condition.GOOD,
    "6000": Condition.FAIR,
    "7000": Condition.FOR_PARTS,
}

# Most categories know just one "Used" (id 3000, which the Sell API calls USED_EXCELLENT); how
# used a thing is goes into the condition description.
SELLING_ENUM: dict[Condition, str] = {
    Condition.NEW: "NEW",
    Condition.OPEN_BOX: "NEW_OTHER",
    Condition.REFURBISHED: "SELLER_REFURBISHED",
    Condition.LIKE_NEW: "USED_EXCELLENT",
    Condition.GOOD: "USED_EXCELLENT",
    Condition.FAIR: "USED_EXCELLENT",
    Condition.FOR_PARTS: "FOR_PARTS_OR_NOT_WORKING",
}


def ids_for(wanted: WantedCondition) -> list[str]:
    return [number for number, condition in CONDITIONS.items() if wanted.accepts(condition)]
