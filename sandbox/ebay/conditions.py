"""eBay's condition ids, their names in search results, and their names when selling."""

from sandbox.catalogue.goods import State

ID_OF_STATE = {
    State.NEW: "1000",
    State.OPEN_BOX: "1500",
    State.REFURBISHED: "2500",
    State.LIKE_NEW: "2750",
    State.GOOD: "3000",
    State.FAIR: "6000",
    State.FOR_PARTS: "7000",
}
# Clothes and shoes have grades of their own.
ID_OF_WORN_STATE = {**ID_OF_STATE, State.LIKE_NEW: "2990", State.FAIR: "3010"}


def id_of(state: State, worn: bool) -> str:
    return (ID_OF_WORN_STATE if worn else ID_OF_STATE)[state]


NAMES = {
    "1000": "New",
    "1500": "Open box",
    "1750": "New with defects",
    "2000": "Certified - Refurbished",
    "2010": "Excellent - Refurbished",
    "2020": "Very Good - Refurbished",
    "2030": "Good - Refurbished",
    "2500": "Seller refurbished",
    "2750": "Like New",
    "2990": "Pre-owned - Excellent",
    "3000": "Used",
    "3010": "Pre-owned - Fair",
    "4000": "Very Good",
    "5000": "Good",
    "6000": "Acceptable",
    "7000": "For parts or not working",
}

ID_OF_ENUM = {
    "NEW": "1000",
    "NEW_OTHER": "1500",
    "NEW_WITH_DEFECTS": "1750",
    "CERTIFIED_REFURBISHED": "2000",
    "EXCELLENT_REFURBISHED": "2010",
    "VERY_GOOD_REFURBISHED": "2020",
    "GOOD_REFURBISHED": "2030",
    "SELLER_REFURBISHED": "2500",
    "LIKE_NEW": "2750",
    "PRE_OWNED_EXCELLENT": "2990",
    "USED_EXCELLENT": "3000",
    "PRE_OWNED_FAIR": "3010",
    "USED_VERY_GOOD": "4000",
    "USED_GOOD": "5000",
    "USED_ACCEPTABLE": "6000",
    "FOR_PARTS_OR_NOT_WORKING": "7000",
}

# How the search's coarse `conditions` filter groups the ids; 2000 to 2500 are in neither for sure,
# and eBay's own site shows them under used.
GROUPS = {
    "NEW": {id for id in NAMES if id < "2000"},
    "USED": {id for id in NAMES if "2000" <= id < "7000"},
    "UNSPECIFIED": set[str](),
}
