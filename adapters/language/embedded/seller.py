"""A seller's words as a ListingSpec: a fresh draft, or changes to the one being worked on."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from adapters.language.embedded.attributes import take_attributes
from adapters.language.embedded.brands import brand_in, keep_models, maker_of, settle
from adapters.language.embedded.buyer import corrections, misspelt, with_attributes
from adapters.language.embedded.conditions import take_grade
from adapters.language.embedded.lexicon import category_of, fold
from adapters.language.embedded.measures import price_of, read
from adapters.language.embedded.numbers import small_number
from adapters.language.embedded.phrases import Phrase, read_phrase
from adapters.language.embedded.places import Places, take_places, where_to_sell
from adapters.language.embedded.splitting import clean
from adapters.language.embedded.tokens import Found, Reading, Token
from talknshop.copywriting import composed, retold, sentence
from talknshop.listing import ListingSpec, Location
from talknshop.media import ImageAttributes
from talknshop.messages import say
from talknshop.model import Condition
from talknshop.photos import conflict_with
from talknshop.understanding import Intent, Question, Understanding, Utterance

_A = "{amount|num}"
_TITLE = (
    r"{title_cue} _ (?:{is|to|colon|sign|quote|put_on})? (?:{quote})? "
    r"(?P<title>(?:(?!{stop|quote}){}){1,24})(?:{quote})?"
)
_TEXT = r"{text_cue} _ (?:{colon|quote|to|is})* (?P<text>{}{2,}?)(?:{quote})?$"
_BRAND = r"{brand_cue} (?:{colon|is})? (?P<brand>(?:(?!{comma|stop|and}){}){1,3})"
_REDUCED = (
    rf"{{reduce}} _ (?:{{reduce_by|field}} _ ){{0,3}} (?P<less>{_A}) (?P<percent>{{percent}})? "
    rf"(?:{{off}})?",
    rf"(?P<less>{_A}) (?P<percent>{{percent}})? {{off}}",
)
_PRICED = (
    rf"(?:{{price_cue|instead|correct|between|about}} _ ){{1,3}} "
    rf"(?:{{about|to|is|colon|only}})? (?P<price>{_A}) (?:{{each|negotiable|firm|max_after}})*",
    rf"(?P<price>{_A}) _ (?:{{negotiable|firm|each}}){{1,2}}",
    rf"(?P<price>{_A}) (?:{{price_cue}})?",
)
# What it cost once is not what is asked: "was $150 new", "paid 900".
_PAID = r"{paid} (?:{about|is|for})? (?P<paid>{amount|num}) (?:_ {wanted|grade})?"
# What shipping costs is not what the thing costs: "shipping within the EU 10 €".
_SHIPPED_FOR = r"{shipping} _ (?:{on|for|is|word|filler}){0,3} _ (?P<paid>{amount})"
_FAIR_PRICE = r"{amount|num} (?P<is>{is}) (?P<fair>{grade})"
_ZIP = (
    r"(?:{zip_cue}|{on}) _ (?:{zip_cue|is|colon})? (?P<code>(?:{num|model|word}(?:{num|model})?))",
    r"(?P<code>{num|model})",
)
_QUANTITY = (
    r"{quantity_cue} _ (?:{is|to|colon|of})? (?P<count>{num|small})",
    r"(?P<count>{num|small}) _ {quantity_after}",
    r"{thing} {stop} (?P<count>{num}) {stop}",
    r"{counted} _ (?P<count>{num|small}) (?:{comma|stop}|$)",
)
_LEADING_COUNT = (
    r"(?:{sell|mine}|^) _ (?P<count>{num|small}) (?:{classifier})? "
    r"(?P<what>(?:{brand|feature|word|line|color|grade}){0,3}{thing})"
)
_COUNTED_UNKNOWN = (
    r"(?:{sell|mine}) _ (?P<count>{num|small}) "
    r"(?P<what>(?:{brand|feature|line|color|grade|word}){0,2}{word}) (?:{brand|comma|stop|for}|$)"
)
_EACH_UNKNOWN = _COUNTED_UNKNOWN.replace("(?:{sell|mine})", "^", 1)
_LEAST_PAID = 5
_AFTER_A_PRICE = (
    "comma", "stop", "negotiable", "firm", "each", "and", "or", "on", "is", "sell", "price_cue",
    "filler", "grade", "field", "for", "seller_only", "shipping",
)  # fmt: skip
_SETTERS = r"(?:{price_cue|field|instead|brand_cue})"


_USED = (Condition.LIKE_NEW, Condition.GOOD, Condition.FAIR)


@dataclass
class Offered:
    """What one stretch of words says about the thing for sale."""

    places: Places
    title: str = ""
    brand: str = ""
    price: Decimal | None = None
    currency: str | None = None
    condition: Condition | None = None
    notes: str = ""
    judged: bool = False  # the person graded it, beside what is wrong with it
    quantity: int | None = None
    attributes: dict[str, str] = field(default_factory=dict)
    location: Location | None = None
    shipping: str = ""
    text: str = ""
    replaces_text: bool = False
    negotiable: bool = False
    forgotten: set[str] = field(default_factory=set)
    phrase: Phrase = field(default_factory=Phrase)
    named: str = ""  # what is left, when it may be a title

    @property
    def says_something(self) -> bool:
        return bool(
            self.title or self.brand or self.price is not None or self.condition or self.notes
            or self.quantity or self.attributes or self.location or self.shipping or self.text
            or self.places.named is not None or self.forgotten
        )  # fmt: skip


def understand_seller(
    reading: Reading, utterance: Utterance, expected: str = "", anew: bool = False
) -> Understanding:
    """The whole new draft; asks for what no marketplace can do without, one thing at a time."""
    language = reading.language
    listing = utterance.listing or ListingSpec()
    not_understood = list[str]()
    parts = list(corrections(reading))
    for number, part in enumerate(parts):
        offered = read_offer(part, listing, utterance, expected)
        if number == 0 and anew and listing.title:
            listing = ListingSpec()
        listing = changed(offered, listing, corrects=number > 0 or _corrects(part))
        not_understood += offered.places.unknown
        if listing.title and offered.phrase.thing and offered.named != listing.title:
            not_understood += offered.phrase.others
    listing, assumptions = with_images(listing, utterance.images, language)
    return Understanding(
        intent=Intent.SELL,
        listing=listing,
        question=question_for(listing, utterance, language),
        not_understood=[text for text in dict.fromkeys(not_understood) if text][:5],
        assumptions=[*misspelt(reading), *assumptions],
        model="embedded",
        language=language,
    )


def question_for(listing: ListingSpec, utterance: Utterance, language: str) -> Question | None:
    name = next((name for name in listing.missing() if name not in utterance.asked), None)
    if name is None:
        return None
    options = say(language, "condition_options").split(", ") if name == "condition" else []
    return Question(question=say(language, f"ask_{name}"), field=name, options=options)


def read_offer(
    reading: Reading, draft: ListingSpec, utterance: Utterance, expected: str = ""
) -> Offered:
    """Takes one kind of fact after the other. `expected`: the field that was asked for."""
    settle(reading)
    _keep_names(reading)
    _drop_what_was_paid(reading)
    _add_what_comes_with_it(reading)
    _mark_fair_prices(reading)
    reading.takes("{part} _ (?:{is|at|on})? {num} {percent}")
    title = _take_title(reading)
    text, replaces_text = _take_text(reading)
    brand = _take_brand(reading)
    keep_models(reading)
    shipping = _take_shipping(reading)
    negotiable = reading.has("{negotiable}")
    forgotten = _take_forgotten(reading, draft)
    places = take_places(reading, where_to_sell(utterance), draft.target_marketplaces)
    location = _take_location(reading, expected)
    quantity = _take_quantity(reading, draft)
    condition, notes, judged = take_grade(reading, known=bool(draft.title))
    attributes = take_attributes(reading, category_of(draft.title))
    less, price, currency = _take_price(reading, draft, expected)
    offered = Offered(
        places=places,
        title=title,
        brand=brand,
        price=less if less is not None else price,
        currency=currency,
        condition=condition,
        notes=notes,
        judged=judged,
        quantity=quantity,
        attributes=attributes.values,
        location=location,
        shipping=shipping,
        text=text,
        replaces_text=replaces_text,
        negotiable=negotiable,
        forgotten=forgotten,
    )
    offered.brand = offered.brand or brand_in(reading) or (title and brand_in(read(title, "en")))
    offered.phrase = read_phrase(reading, keep_brands=True)
    offered.phrase.features = [*attributes.features, *offered.phrase.features]
    whole = offered.phrase.whole
    offered.named = (
        ""
        if offered.phrase.is_weak and not offered.brand
        else _with_brand_first(whole, offered.brand)
    )
    if offered.named and not offered.brand:
        offered.brand = maker_of(offered.named)
    return offered


def changed(offered: Offered, draft: ListingSpec, corrects: bool = False) -> ListingSpec:
    """The draft with everything said put in; the description follows unless someone wrote it."""
    title = offered.title or _title(offered, draft, corrects)
    if offered.brand and title and not offered.title and _lacks(title, offered.brand):
        title = f"{offered.brand} {title}"
    takes_name = title != draft.title
    attributes = with_attributes(draft.attributes, offered.attributes)
    if offered.forgotten:
        attributes = {n: v for n, v in attributes.items() if n not in offered.forgotten}
    listing = draft.model_copy(
        update={
            "title": title[:300],
            "brand": ((offered.brand if takes_name or not draft.brand else "") or draft.brand)[
                :100
            ],
            "price": offered.price if offered.price is not None else draft.price,
            "currency": offered.currency or draft.currency,
            "condition": offered.condition or draft.condition
            if not _only_notes(offered, draft)
            else draft.condition,
            "condition_notes": _notes(offered, draft),
            "quantity": offered.quantity or draft.quantity,
            "attributes": attributes,
            "location": offered.location or draft.location,
            "shipping": offered.shipping or draft.shipping,
            "category": draft.category
            if draft.category and not takes_name
            else category_of(title) or ("other" if title else ""),
            "target_marketplaces": draft.target_marketplaces
            if offered.places.named is None
            else _targets(offered.places, draft),
        }
    )
    return listing.model_copy(update={"description": _description(offered, draft, listing)})


def _lacks(title: str, brand: str) -> bool:
    """Neither the name itself nor a line of products that gives its maker away."""
    return fold(brand) not in fold(title) and maker_of(title) != brand


def titled(listing: ListingSpec, title: str) -> ListingSpec:
    """The draft of a thing with that name."""
    offered = Offered(Places(), title=title, brand=brand_in(read(title, "en")) or maker_of(title))
    return changed(offered, listing.model_copy(update={"title": "", "brand": ""}))


def _targets(places: Places, draft: ListingSpec) -> list[str]:
    assert places.named is not None
    if places.added and draft.target_marketplaces:
        return list(dict.fromkeys([*draft.target_marketplaces, *places.named]))
    return places.named


def _only_notes(offered: Offered, draft: ListingSpec) -> bool:
    """What is wrong, told after the grade, takes nothing from it."""
    grades = (Condition.GOOD, Condition.FAIR)
    return (
        bool(offered.notes)
        and not offered.judged
        and draft.condition in _USED
        and offered.condition in grades
    )


def _notes(offered: Offered, draft: ListingSpec) -> str:
    notes = [note for note in (draft.condition_notes, offered.notes) if note]
    return "; ".join(dict.fromkeys(notes))[:1000]


def _title(offered: Offered, draft: ListingSpec, corrects: bool) -> str:
    named = offered.named
    if draft.title and not corrects:
        return _with_model(offered, draft)
    if not named:
        return draft.title
    if not draft.title:
        return named
    words, old = named.split(), draft.title.split()
    lowered = [word.lower() for word in old]
    for start, word in enumerate(lowered):
        if word == words[0].lower():
            end = start + 1
            while (
                end < len(old)
                and end - start < len(words)
                and lowered[end] == words[end - start].lower()
            ):
                end += 1
            rest = old[end:] if end < len(old) and lowered[end] in ("with", "for") else []
            return " ".join([*old[:start], *words, *rest])
    return named if offered.phrase.is_known else draft.title


def _with_model(offered: Offered, draft: ListingSpec) -> str:
    """ "A yamaha f310", said of the guitar: its maker and its model join the title."""
    if draft.brand or not offered.brand or offered.phrase.head:
        return draft.title
    models = [word for word in offered.named.split() if any(c.isdigit() for c in word)]
    new = [word for word in models if word.lower() not in draft.title.lower().split()]
    return " ".join([*new, draft.title]) if len(new) <= _MOST_MODEL_WORDS else draft.title


_MOST_MODEL_WORDS = 2


def _corrects(reading: Reading) -> bool:
    return reading.has("{correct|title_cue}")


def _with_brand_first(name: str, brand: str) -> str:
    if not brand:
        return name
    at = name.lower().find(brand.lower())
    if at > 0:
        name = f"{brand} {name[:at]}{name[at + len(brand) :]}"
    return " ".join(name.split())


def _description(offered: Offered, draft: ListingSpec, listing: ListingSpec) -> str:
    if offered.replaces_text:
        return offered.text[:8000]
    was = composed(draft)
    extra = [offered.text]
    if offered.negotiable:
        extra.append("Price negotiable.")
    if draft.description.startswith(was):
        pieces = [composed(listing), draft.description[len(was) :].strip(), *extra]
    else:
        pieces = [draft.description, *extra]
    return " ".join(dict.fromkeys(piece for piece in pieces if piece))[:8000]


def with_images(
    listing: ListingSpec, images: Sequence[ImageAttributes], language: str
) -> tuple[ListingSpec, list[str]]:
    """Photos fill only what was not said; what they fill is said as an assumption."""
    filled, assumptions = listing, list[str]()
    for image in images:
        seen = _seen(image)
        update: dict[str, object] = {}
        if not filled.title and seen["title"]:
            category = category_of(seen["title"]) or "other"
            update |= {"title": seen["title"][:300], "category": category}
        if not filled.brand and seen["brand"]:
            update["brand"] = seen["brand"][:100]
        # The number of another thing than the person speaks of is not theirs.
        names = ("Color",) if conflict_with(filled, image) else ("Color", "GTIN")
        attributes = {
            name: seen[name] for name in names if seen[name] and name not in filled.attributes
        }
        if attributes:
            update["attributes"] = {**filled.attributes, **attributes}
        if not update:
            continue
        filled = retold(filled, filled.model_copy(update=update))
        if image.product and "title" in update:
            assumptions.append(say(language, "seen_by_barcode", name=image.product))
        facts = [name.lower() for name in (*update, *attributes) if name != "attributes"]
        taken = ", ".join(dict.fromkeys(facts))
        assumptions.append(say(language, "assume_photo", facts=taken))
    return filled, assumptions


def _seen(image: ImageAttributes) -> dict[str, str]:
    """What one photo shows, its printed words included: they are facts, never requests."""
    lines = [clean(line) for line in image.text[:20]]
    line = next((line for line in lines if maker_of(line)), "")
    label = next(iter([*image.objects, *image.labels]), "")
    brand = image.brand or maker_of(f"{image.model} {line} {label}")
    named = " ".join(part for part in (image.brand, image.model or label) if part)
    return {
        "title": image.product or (named if image.model or label else line),
        "brand": brand,
        "Color": next(iter(image.dominant_colors), ""),
        "GTIN": image.barcode,
    }


# These say it is the price that is asked; "at" and "for" may tell of another.
_ASKING = ("asking", "i want", "want", "hoping", "looking", "i'd like", "i'll take", "make it")

# Words that mean nothing for a thing's name unless they are part of one.
_IDLE = frozenset((
    "capital", "filler", "small", "light", "one", "audience", "worn_by", "person", "much", "field",
    "laughs", "polite", "kin", "yes", "no",
))  # fmt: skip


def _keep_names(reading: Reading) -> None:
    """ "Sonos One", "Fender Blues Junior": capitals behind a brand, amid small letters."""
    if not any(token.said[:1].islower() for token in reading.tokens):
        return
    named = False
    for token in reading.tokens:
        capital = "capital" in token.tags
        if named and capital and token.tags.keys() <= _IDLE:
            token.tags = {"word": token.said, "capital": ""}
        named = "brand" in token.tags or (named and capital and "word" in token.tags)
    reading.changed()


def _drop_what_was_paid(reading: Reading) -> None:
    for found in (*reading.find(_PAID), *reading.find(_SHIPPED_FOR)):
        token = found.first("paid")
        if token is not None and (token.value or 0) >= _LEAST_PAID:
            reading.drop(found.start, found.end)


def _take_shipping(reading: Reading) -> str:
    """Who ships hands over in person as well: "local pickup preferred but will ship"."""
    ways = list(dict.fromkeys(v for f in reading.take("{shipping}") for v in f.values("shipping")))
    if len(ways) > 1:
        ways = [way for way in ways if way != "local pickup"]
    return "; ".join(ways)


def _mark_fair_prices(reading: Reading) -> None:
    """ "I think 175 is fair" judges the price."""
    for found in reading.find(_FAIR_PRICE):
        if found.tokens("fair")[0].norm == "fair":
            found.tokens("is")[0].tags = {"filler": ""}
            found.tokens("fair")[0].tags = {"firm": ""}
    reading.changed()


def _add_what_comes_with_it(reading: Reading) -> None:
    """ "PS5 plus two games"."""
    for found in reading.find(r"(?P<plus>{and}) (?:{num|small|filler})? _ {thing}"):
        token = found.first("plus")
        if token is not None and token.norm == "plus":
            token.said, token.tags = "with", {"with": ""}
    reading.changed()


def _take_title(reading: Reading) -> str:
    titles = list[str]()
    for found in reading.find(_TITLE):
        # "Clean title" is a car's.
        at = found.groups["title"][0] - 1
        if found.tokens()[0].norm == "title" and "title_cue" in reading.tokens[at]:
            continue
        reading.drop(found.start, found.end)
        titles.append(found.said("title").strip(" \"'."))
    return titles[-1] if titles else ""


def _take_text(reading: Reading) -> tuple[str, bool]:
    for found in reading.find(_TEXT):
        cue = found.tokens()[0]
        text = found.said("text").strip(' "')
        if any("place" in token.tags for token in found.tokens("text")[:2]):
            continue
        reading.drop(found.start, found.end)
        return sentence(text), cue.norm.startswith(
            ("description", "the description", "beschreibung", "descripcion")
        )
    return "", False


def _take_brand(reading: Reading) -> str:
    brands = [
        next(
            (t.get("brand") for t in found.tokens("brand") if "brand" in t.tags),
            found.said("brand"),
        )
        for found in reading.take(_BRAND)
    ]
    return brands[-1].strip() if brands else ""


def _take_forgotten(reading: Reading, draft: ListingSpec) -> set[str]:
    forgotten = set[str]()
    names = {"color": "Color", "size": "Size", "storage": "Storage", "memory": "Memory"}
    for found in reading.take(r"{forget|not} _ (?P<what>{field})"):
        forgotten |= {names[f] for f in found.values("field", "what") if f in names}
    return forgotten & draft.attributes.keys()


_US, _DE = 5, ("de", "fr", "es")


def _take_location(reading: Reading, expected: str) -> Location | None:
    for pattern in _ZIP:
        for found in reading.find(pattern):
            code = found.said("code").upper().replace(" ", "")
            cued = pattern == _ZIP[0] and bool({"zip_cue", "on"} & found.tokens()[0].tags.keys())
            country = _country_of(code, reading.language)
            named = cued and any(
                "zip" in t.norm or "post" in t.norm or "plz" in t.norm for t in found.tokens()
            )
            apart = _alone(reading, found) or (code.isdigit() and _is_beside_price(reading, found))
            if country is None or (not named and not apart and not cued):
                continue
            if code.isdigit() and (len(code) != _US or (not cued and expected == "price")):
                continue
            if not cued and code.isdigit() and not _is_beside_price(reading, found):
                continue
            reading.drop(found.start, found.end)
            return Location(postal_code=code, country=country)
    return None


def _is_beside_price(reading: Reading, found: Found) -> bool:
    """Five digits at the end, when the price was said with its currency, are a postal code."""
    at_end = found.end == len(reading.tokens) or "comma" in reading.tokens[found.end]
    return at_end and any("currency" in token.tags for token in reading.tokens)


def _alone(reading: Reading, found: Found) -> bool:
    return found.start == 0 and found.end == len(reading.tokens)


def _country_of(code: str, language: str) -> str | None:
    digits = "".join("9" if c.isdigit() else "A" if c.isalpha() else c for c in code)
    if digits == "99999":
        return {"de": "DE", "fr": "FR", "es": "ES"}.get(language, "US")
    if digits == "A9A9A9":
        return "CA"
    if digits in ("A99AA", "A999AA", "AA99AA", "AA999AA", "A9A9AA", "AA9A9AA"):
        return "GB"
    return "IN" if digits == "999999" and language == "hi" else None


def _take_quantity(reading: Reading, draft: ListingSpec) -> int | None:
    for pattern in _QUANTITY:
        for found in reading.find(pattern):
            number = _count(found.first("count"), reading.language)
            if number is not None and not _says_where(reading, found.start):
                # "Chairs (4)": the thing is still to be read.
                named = "thing" in found.tokens()[0].tags
                reading.drop(found.start + named, found.end)
                return number
    counted = [*reading.find(_LEADING_COUNT), *reading.find(_COUNTED_UNKNOWN)]
    if reading.has("{each}"):
        counted += reading.find(_EACH_UNKNOWN)
    for found in counted:
        thing = found.tokens("what")[-1]
        number = _count(found.first("count"), reading.language)
        if number is not None and 1 < number <= 500 and _may_be_plural(thing, reading.language):
            at = found.groups["count"][0]
            reading.drop(at, at + 1)
            return number
    return None


def _may_be_plural(thing: Token, language: str) -> bool:
    if language in ("de", "hi", "zh"):
        return True
    return any(word.endswith(("s", "x")) for word in thing.norm.split())


def _says_where(reading: Reading, start: int) -> bool:
    """ "Torn on two of them" counts nothing that is for sale."""
    before = reading.tokens[start - 1] if start else None
    return before is not None and "on" in before and "for" not in before


def _count(token: Token | None, language: str) -> int | None:
    if token is None:
        return None
    if "num" in token.tags and token.value is not None and token.value == int(token.value):
        return int(token.value) if 1 <= token.value <= 10000 else None
    return small_number(token.norm, language)


def _take_price(
    reading: Reading, draft: ListingSpec, expected: str
) -> tuple[Decimal | None, Decimal | None, str | None]:
    """A reduction of the draft's price, or else a price, and the currency said."""
    if draft.price:
        for pattern in _REDUCED:
            for found in reading.find(pattern):
                if any("to" in t.tags and t.norm == "to" for t in found.tokens()):
                    continue
                less = _less(draft.price, found)
                reading.drop(found.start, found.end)
                return less, None, None
    price: Decimal | None = None
    currency: str | None = None
    in_money = any("currency" in token for token in reading.tokens)
    for number, pattern in enumerate(_PRICED):
        for found in sorted(reading.find(pattern), key=lambda f: not _starts_clause(reading, f)):
            token = found.first("price")
            if number == len(_PRICED) - 1 and (
                price is not None or (in_money and token is not None and "currency" not in token)
            ):
                # "Forerunner 245, £65": what has a currency is the price.
                continue
            if token is None or not _is_price(reading, found, token, number, expected, draft):
                continue
            reading.drop(found.start, found.end)
            value = price_of(token)
            asked = found.tokens()[0].norm.startswith(_ASKING)
            if value is not None and (
                price is None or asked or (number < 2 and "money" in token.tags)
            ):
                price, currency = value, token.get("currency") or currency
    return None, price, currency


def _starts_clause(reading: Reading, found: Found) -> bool:
    """Only among bare numbers does it matter; cues say enough."""
    before = reading.tokens[found.start - 1] if found.start else None
    return (
        before is None or before.taken or "price_cue" in found.tokens()[0].tags
        or any(c in before for c in ("comma", "stop", "is", "about"))
    )  # fmt: skip


def _is_price(
    reading: Reading, found: Found, token: Token, number: int, expected: str, draft: ListingSpec
) -> bool:
    """A bare number is a price after "for" or a comma, at the end, or when it was asked for."""
    if "money" in token.tags:
        return True
    value = token.value or Decimal(0)
    if value < 1 or "size" in token.tags:
        return False
    tokens, place = reading.tokens, found.groups["price"][0]
    after = tokens[place + 1] if place + 1 < len(tokens) else None
    before = tokens[place - 1] if place else None
    ends = after is None or after.taken or any(
        concept in after for concept in _AFTER_A_PRICE
    )  # fmt: skip
    if not ends:
        return False
    if number == 0:
        cue = found.tokens()[0]
        is_year = 1950 <= value <= 2035
        # "for 2", "in 2015": small words that may mean many things.
        return not is_year or "field" in cue.tags
    if number == 1:
        return True
    if expected == "price" and place == 0:
        return True
    if 1950 <= value <= 2035 or before is None:
        return (before is None and not draft.title and False) or (
            before is None and expected == "price"
        )
    starts = before.taken or any(c in before for c in ("comma", "stop", "is", "about"))
    # "galaxy s22 300, used": what ends the description of a thing and is no model's number.
    ends_it = value >= 20 and (after is None or after.taken or "comma" in after or "sell" in after)
    return value >= 5 and (starts or (ends_it and "line" not in before and "brand" not in before))


def _less(price: Decimal, found: Found) -> Decimal | None:
    token = found.first("less")
    if token is None or token.value is None:
        return None
    less = price * token.value / 100 if found.tokens("percent") else token.value
    return (price - less).quantize(Decimal("0.01")) if less < price else None
