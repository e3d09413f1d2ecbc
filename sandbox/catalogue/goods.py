"""Kinds, products and offers: what the generator makes and the marketplaces show."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum


class State(Enum):
    """The condition of an offered thing, in no marketplace's words."""

    NEW = "new"
    OPEN_BOX = "open box"
    REFURBISHED = "refurbished"
    LIKE_NEW = "like new"
    GOOD = "good"
    FAIR = "fair"
    FOR_PARTS = "for parts"


@dataclass(frozen=True)
class Kind:
    """A category. The ids are the marketplaces' own for it."""

    name: str
    noun: str
    in_title: str  # what a title calls it after the model; often the noun
    also: tuple[str, ...]  # other words for it
    department: str
    drawing: str
    ebay: tuple[str, str]  # category id, name
    walmart: tuple[str, str]  # category node, path
    bestbuy: tuple[str, str] | None  # category id, name; None: not sold there
    amazon_index: str
    worn: bool  # second-hand copies are called pre-owned, not used


@dataclass(frozen=True, slots=True)
class Product:
    """One variant of one model, in one colour. Prices are cents."""

    number: int
    kind: Kind
    brand: str
    model: str
    colour: str
    options: tuple[str, ...]  # what tells variants apart, as a title says it: "128GB", "Men's 10"
    attributes: dict[str, str]
    price: int
    year: int
    gtin: str
    mpn: str
    rating: float
    reviews: int

    @property
    def discontinued(self) -> bool:
        """Not made any more: sold used or refurbished."""
        return self.year <= 2022

    @property
    def called(self) -> str:
        """The model and what kind of thing it is: "Barista Express Espresso Coffee Maker"."""
        word = self.kind.in_title
        return self.model if word in self.model else f"{self.model} {word}"

    @property
    def name(self) -> str:
        return " ".join([self.called, *self.options])

    @property
    def title(self) -> str:
        return f"{self.brand} {self.name} {self.colour}".rstrip()

    @property
    def slug(self) -> str:
        return f"p{self.number:05d}"

    @property
    def description(self) -> str:
        details = ", ".join(f"{name} {value}" for name, value in self.attributes.items())
        return f"{self.kind.noun} by {self.brand}: {self.model}. {details}."


@dataclass(frozen=True, slots=True)
class Seller:
    name: str
    feedback_percent: str
    feedback_score: int
    postal_code: str = "98101"


@dataclass(frozen=True, slots=True)
class Offer:
    """Somebody sells a product on one marketplace. Prices are cents; `shipping` 0 is free."""

    id: str
    marketplace: str
    product: Product
    title: str
    state: State
    price: int
    regular_price: int
    shipping: int
    stock: int
    seller: Seller
    listed: datetime
    auction_bids: int | None = None  # None: fixed price
    best_offer: bool = False
    image: str = ""  # a URL; empty: the drawing of the product
