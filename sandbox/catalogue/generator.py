"""Makes the goods from the vocabulary; the same seed makes the same goods, to the last cent."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from sandbox.catalogue.goods import Offer, Product, Seller, State
from sandbox.catalogue.vocabulary import Line, Model, Variant, read_vocabulary

# Not the clock: what was listed when must not depend on the day of the run.
_NEWEST = datetime(2026, 11, 20, 12, tzinfo=UTC)
_CURRENT_YEAR = 2025

_EBAY_STATES = {
    State.NEW: 22,
    State.OPEN_BOX: 8,
    State.REFURBISHED: 14,
    State.LIKE_NEW: 14,
    State.GOOD: 30,
    State.FAIR: 9,
    State.FOR_PARTS: 3,
}
_WORTH = {  # of the price when new
    State.NEW: 0.95,
    State.OPEN_BOX: 0.84,
    State.REFURBISHED: 0.72,
    State.LIKE_NEW: 0.76,
    State.GOOD: 0.62,
    State.FAIR: 0.47,
    State.FOR_PARTS: 0.2,
}
_EBAY_NOTES = {
    State.NEW: ("New Sealed", "Brand New", "New in Box"),
    State.OPEN_BOX: ("Open Box", "Opened, Never Used"),
    State.REFURBISHED: ("Refurbished", "Certified Refurbished"),
    State.LIKE_NEW: ("Mint", "Excellent Condition", "Barely Used"),
    State.GOOD: ("Good Condition", "", "Works Great", "Tested"),
    State.FAIR: ("Fair, Scratches", "Well Loved", "Cosmetic Wear"),
    State.FOR_PARTS: ("For Parts", "Not Working, Read"),
}
_SELLER_WORDS = (
    ("nw", "blue", "second", "urban", "honest", "attic", "lake", "prime", "corner", "retro"),
    ("deals", "finds", "cycle", "trader", "outlet", "closet", "warehouse", "goods", "garage"),
)
_AMAZON = Seller("Amazon.com", "98", 1_000_000)
_WALMART = Seller("Walmart.com", "98", 1_000_000)
_BESTBUY = Seller("Best Buy", "98", 1_000_000)


def generate(seed: int) -> Iterator[tuple[Product, list[Offer]]]:
    """Each product with its offers; nearly all are on two marketplaces or more."""
    chance = random.Random(seed)  # noqa: S311
    sellers = _sellers(chance)
    for product in _products(read_vocabulary(), chance):
        yield (
            product,
            [
                *_on_ebay(product, sellers, chance),
                *_on_amazon(product, sellers, chance),
                *_on_walmart(product, sellers, chance),
                *_on_bestbuy(product, chance),
            ],
        )


def _products(lines: list[Line], chance: random.Random) -> Iterator[Product]:
    number = 0
    for line in lines:
        for model in line.models:
            for variant in line.variants:
                count = min(line.colours_per_variant, len(model.colours))
                for colour in chance.sample(model.colours, count):
                    number += 1
                    yield _product(number, line, model, variant, colour, chance)


def _product(
    number: int, line: Line, model: Model, variant: Variant, colour: str, chance: random.Random
) -> Product:
    price = _tidy(model.price * variant.factor * chance.uniform(0.98, 1.03))
    attributes = {**line.fixed, **model.attributes, **variant.attributes}
    if colour:
        attributes["Color"] = colour
    return Product(
        number=number,
        kind=line.kind,
        brand=model.brand,
        model=model.name,
        colour=colour,
        options=(*model.attributes.values(), *variant.attributes.values()),
        attributes=attributes,
        price=price,
        year=model.year or _CURRENT_YEAR,
        gtin=_gtin(number),
        mpn=f"{model.brand[:2].upper()}{chance.randrange(10**5, 10**6)}",
        rating=round(min(5.0, max(2.6, chance.gauss(4.35, 0.35))), 1),
        reviews=int(chance.paretovariate(0.7) * 6) % 30_000,
    )


def _on_ebay(product: Product, sellers: list[Seller], chance: random.Random) -> Iterator[Offer]:
    states = dict(_EBAY_STATES)
    if product.discontinued:
        states[State.NEW] = 5
    for state in chance.choices(list(states), list(states.values()), k=chance.randint(1, 2)):
        note = chance.choice(_EBAY_NOTES[state])
        price = _cents(_worth(product, state) * chance.uniform(0.9, 1.12))
        auction = state is not State.NEW and chance.random() < 0.06
        yield Offer(
            id=str(chance.randrange(10**11, 10**12)),
            marketplace="ebay",
            product=product,
            title=_cut(f"{product.title} {note}".strip(), 80),
            state=state,
            price=int(price * 0.4) if auction else price,
            regular_price=product.price,
            shipping=0 if chance.random() < 0.55 else _shipping(product, chance),
            stock=chance.randint(2, 25) if state is State.NEW else 1,
            seller=chance.choice(sellers),
            listed=_listed(chance),
            auction_bids=chance.randint(0, 18) if auction else None,
            best_offer=chance.random() < 0.4,
        )


def _on_amazon(product: Product, sellers: list[Seller], chance: random.Random) -> Iterator[Offer]:
    if chance.random() > 0.78:
        return
    state = State.REFURBISHED if product.discontinued else State.NEW
    renewed = " (Renewed)" if state is State.REFURBISHED else ""
    own = not renewed and chance.random() < 0.6
    factor = 0.74 if renewed else 1.0
    yield Offer(
        id="B0" + "".join(chance.choices("ABCDFGHJKLMNPQRSTVWXYZ0123456789", k=8)),
        marketplace="amazon",
        product=product,
        title=f"{_with_commas(product)}{renewed}",
        state=state,
        price=_tidy(product.price / 100 * factor * chance.uniform(0.9, 1.04)),
        regular_price=product.price,
        shipping=0 if own or chance.random() < 0.5 else _shipping(product, chance),
        stock=0 if chance.random() < 0.04 else chance.randint(1, 60),
        seller=_AMAZON if own else chance.choice(sellers),
        listed=_listed(chance),
    )


def _on_walmart(product: Product, sellers: list[Seller], chance: random.Random) -> Iterator[Offer]:
    if chance.random() > 0.68:
        return
    state = State.REFURBISHED if product.discontinued else State.NEW
    restored = "Restored " if state is State.REFURBISHED else ""
    own = not restored and chance.random() < 0.65
    factor = 0.7 if restored else 1.0
    yield Offer(
        id=str(chance.randrange(10**7, 6 * 10**9)),
        marketplace="walmart",
        product=product,
        title=f"{restored}{product.title}",
        state=state,
        price=_tidy(product.price / 100 * factor * chance.uniform(0.86, 1.03), cents=0.97),
        regular_price=product.price,
        shipping=0 if product.price >= 3500 else 699,
        stock=0 if chance.random() < 0.05 else chance.randint(1, 80),
        seller=_WALMART if own else chance.choice(sellers),
        listed=_listed(chance),
    )


def _on_bestbuy(product: Product, chance: random.Random) -> Iterator[Offer]:
    if product.kind.bestbuy is None or chance.random() > 0.8:
        return
    state = State.NEW
    if product.discontinued:
        state = chance.choice((State.REFURBISHED, State.GOOD))
    factor = {State.NEW: 1.0, State.REFURBISHED: 0.76, State.GOOD: 0.68}[state]
    label = {State.NEW: "", State.REFURBISHED: "Refurbished ", State.GOOD: "Pre-Owned "}[state]
    on_sale = chance.random() < 0.35
    regular = _tidy(product.price / 100 * factor)
    colour = f" - {product.colour}" if product.colour else ""
    yield Offer(
        id=str(chance.randrange(10**6, 10**7)),
        marketplace="bestbuy",
        product=product,
        title=f"{product.brand} - {label}{product.name}{colour}",
        state=state,
        price=_tidy(regular / 100 * chance.uniform(0.78, 0.94)) if on_sale else regular,
        regular_price=regular,
        shipping=0 if product.price >= 3500 else 599,
        stock=0 if chance.random() < 0.06 else chance.randint(1, 40),
        seller=_BESTBUY,
        listed=_listed(chance),
    )


def _sellers(chance: random.Random) -> list[Seller]:
    return [
        Seller(
            name=f"{first}_{second}{chance.randrange(100)}",
            feedback_percent=f"{chance.uniform(96.5, 100):.1f}",
            feedback_score=int(chance.paretovariate(0.6) * 40) % 90_000,
            postal_code=f"{chance.randrange(10_000, 99_000)}",
        )
        for first in _SELLER_WORDS[0]
        for second in _SELLER_WORDS[1]
    ]


def _with_commas(product: Product) -> str:
    details = [detail for detail in (*product.options, product.colour) if detail]
    return ", ".join([f"{product.brand} {product.called}", *details])


def _cut(text: str, length: int) -> str:
    """At the last space that leaves it short enough."""
    return text if len(text) <= length else text[: length + 1].rpartition(" ")[0]


def _worth(product: Product, state: State) -> float:
    """Dollars; a second-hand thing loses some more with each year since it was made."""
    age = max(0, _CURRENT_YEAR - product.year)
    return product.price / 100 * _WORTH[state] * (0.95**age)


def _shipping(product: Product, chance: random.Random) -> int:
    return _cents(chance.uniform(4.5, 9.5) + min(60.0, product.price / 100 * 0.02))


def _listed(chance: random.Random) -> datetime:
    return _NEWEST - timedelta(minutes=chance.randrange(90 * 24 * 60))


def _cents(dollars: float) -> int:
    return max(199, round(dollars * 100))


def _tidy(dollars: float, cents: float = 0.99) -> int:
    """A shop's price: 1 cent below a round number, rounder when dearer."""
    step = 1 if dollars < 60 else 5 if dollars < 300 else 10
    return _cents(max(1, round(dollars / step)) * step - 1 + cents)


def _gtin(number: int) -> str:
    """A UPC-A of 12 digits with a valid check digit."""
    digits = f"8{(number * 7_919_317) % 10**10:010d}"
    odd, even = sum(map(int, digits[::2])), sum(map(int, digits[1::2]))
    return f"{digits}{-(odd * 3 + even) % 10}"
