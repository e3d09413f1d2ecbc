"""A product of somebody else's data as an Offer: however its fields are called and written."""

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from adapters.marketplaces.wire import plain_text
from talknshop.model import Condition
from talknshop.offers import Offer
from talknshop.products import Availability
from talknshop.relevance import Text

# By what names a product's facts come, without case and separators: the first that is there counts.
_NAMES = {
    "id": "id productid asin sku itemid productuid uid docid code gtin ean upc isbn",
    "title": "title producttitle name productname itemname itemtitle label",
    "brand": "brand productbrand brandname brands manufacturer maker",
    "price": "price saleprice currentprice finalprice offerprice sellingprice priceusd priceamount"
    " amount listprice regularprice cost",
    "currency": "currency pricecurrency currencycode",
    "rating": "rating stars averagerating avgrating customerrating ratingvalue ratingsaverage"
    " starrating reviewaverage",
    "reviews": "reviewcount reviewscount reviews ratingcount ratingscount ratingstotal numreviews"
    " numratings numberofreviews numberofratings",
    "condition": "condition itemcondition state",
    "stock": "instock available availability",
    "delivery": "freeshipping freedelivery",
    "marketplace": "marketplace source store",
}
_FIELDS = {fact: tuple(names.split()) for fact, names in _NAMES.items()}
_BODY = (
    *("description", "productdescription", "shortdescription", "longdescription"),
    *("bulletpoints", "productbulletpoint", "features", "productfeatures"),
    *("attributes", "specs", "specifications", "author", "tags", "keywords"),
    *("category", "categories", "categoryname", "categoryhierarchy", "productclass", "producttype"),
    *("color", "colour", "productcolor", "size", "material", "style"),
)
# More of a description dilutes what it says first.
_TEXT_LENGTH = 1500
_DEEPEST = 20

_NUMBER = re.compile(r"\d[\d.,'’  \u202f]*")
_MOST = Decimal(10**12)

_CONDITIONS = (
    (r"for parts|not working|defect|broken|salvage", Condition.FOR_PARTS),
    (r"refurb|renewed|restored|reconditioned", Condition.REFURBISHED),
    (r"open.?box|opened|new other|without tags", Condition.OPEN_BOX),
    (r"like new|mint|excellent", Condition.LIKE_NEW),
    (r"\b(?:good|used|pre.?owned|second.?hand)\b", Condition.GOOD),
    (r"fair|acceptable|worn", Condition.FAIR),
    (r"\bnew\b|nwt", Condition.NEW),
)


def offer_in(product: Mapping[str, Any], currency: str) -> tuple[Any, Offer] | None:
    """The id as it was given, and the offer; None without an id and a title.

    `currency` is for prices that name none.
    """
    facts = {re.sub(r"[\W_]", "", str(name).lower()): value for name, value in product.items()}
    key, title = _first(facts, "id"), plain_text(str(_first(facts, "title") or ""))
    if key is None or not title:
        return None
    price, rating = _first(facts, "price"), _first(facts, "rating")
    given = price.get("currency") if isinstance(price, Mapping) else _first(facts, "currency")
    offer = Offer(
        text=Text(
            title,
            plain_text(_flat(_first(facts, "brand"))),
            _flat([facts[name] for name in _BODY if facts.get(name)]),
        ),
        price=amount(price),
        currency=str(given or currency).upper(),
        delivery_cost=Decimal(0) if _first(facts, "delivery") is True else None,
        rating=_rating(rating),
        review_count=_reviews(_first(facts, "reviews"), rating),
        condition=_condition(_first(facts, "condition")),
        availability=_availability(_first(facts, "stock")),
        marketplace=str(_first(facts, "marketplace") or ""),
        key=str(key),
    )
    return key, offer


def amount(value: Any) -> Decimal | None:
    """Of `12.5`, "$1,299.00", "1.299,00 €", "12,99" or {"value": …}; None of what is no amount."""
    if isinstance(value, Mapping):
        parts = (value.get(name) for name in ("value", "amount", "price", "current", "average"))
        value = next((part for part in parts if part is not None), None)
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        return None
    text = str(value).strip()
    if isinstance(value, float) and "e" in text:
        text = f"{value:f}"
    number = _NUMBER.search(text)
    if number is None or re.match(r"[-−–]", text):
        return None
    found = Decimal(_plain_number(number[0], text))
    return found if found <= _MOST else None


def _plain_number(written: str, text: str) -> str:
    """Without separators of thousands, and with a point before the fraction."""
    digits = re.sub(r"[^\d.,]", "", written).rstrip(".,")
    comma, point = digits.rfind(","), digits.rfind(".")
    if comma >= 0 and point >= 0:
        decimal = "," if comma > point else "."
    elif comma >= 0:
        decimal = "" if re.fullmatch(r"\d{1,3}(?:,\d{3})+", digits) else ","
    else:
        # "1.299 €" is as people write it who write the sign behind.
        grouped = re.fullmatch(r"\d{1,3}(?:\.\d{3})+", digits)
        is_behind = bool(re.search(r"\d\s?(?:€|eur)", text, re.IGNORECASE))
        decimal = "" if grouped and (is_behind or digits.count(".") > 1) else "."
    whole, _, fraction = digits.rpartition(decimal) if decimal in digits and decimal else (
        digits, "", ""
    )  # fmt: skip
    return f"{re.sub(r'[.,]', '', whole) or '0'}.{fraction or '0'}"


def _first(facts: Mapping[str, Any], fact: str) -> Any:
    return next((facts[n] for n in _FIELDS[fact] if facts.get(n) not in (None, "")), None)


def _flat(value: Any, depth: int = 0) -> str:
    if value is None or depth > _DEEPEST:
        return ""
    if isinstance(value, str):
        return plain_text(value, _TEXT_LENGTH)
    if isinstance(value, Mapping):
        value = value.values()
    elif not isinstance(value, Iterable):
        return str(value)[:_TEXT_LENGTH]
    return " ".join(filter(None, (_flat(part, depth + 1) for part in value)))[:_TEXT_LENGTH]


def _rating(value: Any) -> float | None:
    """Of five stars; one on another scale is not known."""
    if isinstance(value, Mapping):
        value = value.get("rate", value)
    found = amount(value)
    return float(found) if found is not None and 0 < found <= 5 else None


def _reviews(value: Any, rating: Any) -> int | None:
    if value is None and isinstance(rating, Mapping):
        value = rating.get("count")
    if isinstance(value, list):
        return len(value) or None
    found = amount(value)
    return int(found) or None if found is not None and found <= 10**9 else None


def _condition(value: Any) -> Condition | None:
    text = str(value or "").lower().replace("_", " ")
    return next((condition for pattern, condition in _CONDITIONS if re.search(pattern, text)), None)


def _availability(value: Any) -> Availability:
    text = re.sub(r"[\W_]", "", str(value)).lower()
    is_gone = value is False or text in ("outofstock", "soldout", "unavailable", "false", "no")
    return Availability.OUT_OF_STOCK if is_gone else Availability.UNKNOWN
