"""Reads a person's own goods: JSON lines, one product with its offers each."""

import hashlib
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from sandbox.catalogue.catalogue import Catalogue
from sandbox.catalogue.goods import Kind, Offer, Product, Seller, State

MARKETPLACES = ("ebay", "amazon", "walmart", "bestbuy")

Text = Annotated[str, StringConstraints(strip_whitespace=True, max_length=300)]
Dollars = Annotated[Decimal, Field(gt=0, le=Decimal(10_000_000), decimal_places=2)]


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ImportedOffer(_Entry):
    """Without a price of its own, the product's; without an id, one that is always the same."""

    marketplace: Literal["ebay", "amazon", "walmart", "bestbuy"]
    id: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9]{1,20}$")] | None = None
    title: Text | None = None
    price: Dollars | None = None
    shipping: Annotated[Decimal, Field(ge=0, le=Decimal(100_000), decimal_places=2)] = Decimal(0)
    condition: State = State.NEW
    stock: Annotated[int, Field(ge=0, le=10**6)] = 10
    seller: Text = "imported"
    feedback_percent: Annotated[float, Field(ge=0, le=100)] = 99.0
    feedback_score: Annotated[int, Field(ge=0)] = 100


class ImportedProduct(_Entry):
    """Without offers, it is sold new on every marketplace at its price."""

    title: Annotated[Text, Field(min_length=1)]
    price: Dollars
    brand: Text = ""
    category: Text = "Item"
    color: Text = ""
    attributes: dict[Text, Text] = {}
    gtin: Annotated[str, StringConstraints(pattern=r"^[0-9]{8,14}$")] | None = None
    mpn: Text = ""
    year: Annotated[int, Field(ge=1800, le=2100)] = 2025
    rating: Annotated[float, Field(ge=0, le=5)] = 0.0
    reviews: Annotated[int, Field(ge=0)] = 0
    image: Annotated[str, StringConstraints(pattern=r"^https?://\S+$", max_length=2000)] = ""
    offers: Annotated[list[ImportedOffer], Field(min_length=1)] = [
        ImportedOffer(marketplace=name) for name in MARKETPLACES
    ]


def read_goods(
    lines: Iterable[str], catalogue: Catalogue, first_number: int
) -> Iterator[tuple[Product, list[Offer]]]:
    """A line that was imported before makes the same offers again. Raises BadLineError."""
    number = first_number
    for place, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            entry = ImportedProduct.model_validate_json(line)
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(map(str, first["loc"])) or "the line"
            raise BadLineError(f"line {place}: {where}: {first['msg']}") from error
        product = _product(entry, number, _kind(entry.category, catalogue))
        yield product, [_offer(entry, offer, product) for offer in entry.offers]
        number += 1


class BadLineError(ValueError):
    """The message names the line, the field and what is wrong with it."""


def _product(entry: ImportedProduct, number: int, kind: Kind) -> Product:
    attributes = {**entry.attributes, **({"Color": entry.color} if entry.color else {})}
    return Product(
        number=number,
        kind=kind,
        brand=entry.brand,
        model=entry.title,
        colour=entry.color,
        options=(),
        attributes=attributes,
        price=int(entry.price * 100),
        year=entry.year,
        gtin=entry.gtin or "",
        mpn=entry.mpn,
        rating=entry.rating,
        reviews=entry.reviews,
    )


def _offer(entry: ImportedProduct, offer: ImportedOffer, product: Product) -> Offer:
    price = int((offer.price or entry.price) * 100)
    return Offer(
        id=offer.id or _id(entry, offer),
        marketplace=offer.marketplace,
        product=product,
        title=offer.title or entry.title,
        state=offer.condition,
        price=price,
        regular_price=max(price, product.price),
        shipping=int(offer.shipping * 100),
        stock=offer.stock,
        seller=Seller(offer.seller, f"{offer.feedback_percent:.1f}", offer.feedback_score),
        listed=datetime.now(UTC),
        image=entry.image,
    )


def _id(entry: ImportedProduct, offer: ImportedOffer) -> str:
    """Looks like one of the marketplace's own, and is the same for the same thing and seller."""
    facts = (entry.gtin or entry.title, entry.color, offer.seller, offer.condition.value)
    digest = hashlib.sha256("\n".join((offer.marketplace, *facts)).encode()).digest()
    value = int.from_bytes(digest[:8])
    match offer.marketplace:
        case "amazon":
            return f"B1{value % 16**8:08X}"
        case "ebay":
            return str(10**11 + value % (9 * 10**11))
        case "walmart":
            return str(6 * 10**9 + value % 10**9)
        case _:
            return str(10**7 + value % (9 * 10**7))


def _kind(category: str, catalogue: Catalogue) -> Kind:
    """One of the known kinds by its name or noun, else one of its own."""
    wanted = category.lower()
    for kind in catalogue.kinds.values():
        if wanted in (kind.name, kind.noun.lower(), kind.ebay[1].lower()):
            return kind
    slug = re.sub(r"[^a-z0-9]+", "_", wanted).strip("_") or "item"
    return Kind(
        name=f"imported_{slug}",
        noun=category,
        in_title="",
        also=(),
        department="imported",
        drawing="disc",
        ebay=("88433", category),
        walmart=("0", f"Home Page/{category}"),
        bestbuy=("cat00000", category),
        amazon_index="All",
        worn=False,
    )
