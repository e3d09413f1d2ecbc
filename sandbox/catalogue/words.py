"""Words as the search compares them: in one spelling, without those that tell nothing."""

import re
from functools import lru_cache

_TOKEN = re.compile(r"[a-z0-9]+(?:\.[0-9]+)?")
_MEASURE = re.compile(r"(\d+(?:\.\d+)?)[\s-]*(gb|tb|inch|inches|in|\"|mm|oz|qt|hz|w|v)(?=[^a-z]|$)")
_UNITS = {"inches": "inch", "in": "inch", '"': "inch"}
_STOP_WORDS = frozenset(
    re.findall(
        r"\w+",
        "a an and any are at best by buy cheap condition deal deals find for from good i in is it "
        "me my new of on or please refurbished sale show size some the to under used with",
    )
)
_SAME_AS = {
    "notebook": "laptop",
    "cellphone": "phone",
    "cell": "phone",
    "mobile": "phone",
    "smartphone": "phone",
    "television": "tv",
    "earphone": "earbud",
    "sneaker": "shoe",
    "trainer": "shoe",
    "bicycle": "bike",
    "couch": "sofa",
    "settee": "sofa",
    "fridge": "refrigerator",
    "hoover": "vacuum",
    "bluray": "movie",
    "grey": "gray",
    "colour": "color",
    "ps5": "playstation",
    "mens": "men",
    "womens": "women",
    "kids": "kid",
    "coat": "jacket",
    "espresso": "coffee",
    "pc": "computer",
    "novel": "book",
}


@lru_cache(maxsize=8192)
def tokens(text: str) -> tuple[str, ...]:
    """Lower-case words in one spelling: singular, units joined ("16 GB" -> "16gb"), synonyms."""
    lowered = text.lower().replace("'", "").replace("&", " ").replace("“", '"')
    joined = _MEASURE.sub(lambda m: f"{m[1]}{_UNITS.get(m[2], m[2])} ", lowered)
    return tuple(_SAME_AS.get(word, word) for word in map(_singular, _TOKEN.findall(joined)))


def search_words(text: str) -> list[str]:
    """The tokens that tell something about what is wanted, each once."""
    return list(dict.fromkeys(token for token in tokens(text) if token not in _STOP_WORDS))


def _singular(word: str) -> str:
    if len(word) <= 3 or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies") and len(word) > 5:
        return f"{word[:-3]}y"
    if word.endswith(("ches", "shes", "sses", "xes")):
        return word[:-2]
    return word[:-1]
