"""The rules of marketplaces, to be checked before anything is sent."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from talknshop.listing import ListingProblem, ListingSpec
from talknshop.listing_text import Forbidden, TextRules


@dataclass(frozen=True)
class Limits:
    """What a marketplace takes. Prices are in US dollars."""

    vendor: str
    title: int
    description: int
    photos: int
    least_photos: int = 0
    least_price: Decimal = Decimal(1)
    highest_price: Decimal = Decimal(1_000_000)
    whole_dollars: bool = False
    highest_quantity: int = 10_000
    forbidden: tuple[Forbidden, ...] = ()

    @property
    def text(self) -> TextRules:
        return TextRules(self.title, self.description, self.forbidden)


Broken = tuple[str, str]  # field, and the sentence that says what would be right


def problems(
    marketplace: str, listing: ListingSpec, limits: Limits, extra: Iterable[Broken] = ()
) -> list[ListingProblem]:
    """Every rule that the listing breaks, each named once."""
    return [
        ListingProblem(marketplace=marketplace, field=field, rule=rule)
        for field, rule in [*_broken(listing, limits), *extra]
    ]


def _broken(listing: ListingSpec, limits: Limits) -> Sequence[Broken]:
    vendor, price, photos = limits.vendor, listing.price, len(listing.media_refs)
    title, description = len(listing.title.strip()), len(listing.description)
    checks = (
        (not title, "title", f"{vendor} needs a title."),
        (
            title > limits.title,
            "title",
            f"{vendor} takes titles of at most {limits.title} characters; this one has {title}.",
        ),
        (
            description > limits.description,
            "description",
            f"{vendor} takes descriptions of at most {limits.description} characters;"
            f" this one has {description}.",
        ),
        (price is None, "price", f"{vendor} needs a price."),
        (
            price is not None and not limits.least_price <= price <= limits.highest_price,
            "price",
            f"{vendor} takes prices from ${limits.least_price:,} to ${limits.highest_price:,}.",
        ),
        (
            limits.whole_dollars and price is not None and price != price.to_integral_value(),
            "price",
            f"{vendor} takes whole dollars only.",
        ),
        (listing.currency != "USD", "currency", f"{vendor} takes US dollars here."),
        (listing.condition is None, "condition", f"{vendor} needs to know the condition."),
        (
            photos < limits.least_photos,
            "media_refs",
            f"{vendor} needs at least one photo.",
        ),
        (photos > limits.photos, "media_refs", f"{vendor} takes at most {limits.photos} photos."),
        (
            listing.quantity > limits.highest_quantity,
            "quantity",
            f"{vendor} takes {limits.highest_quantity} of a thing in one listing.",
        ),
    )
    return [(field, rule) for is_broken, field, rule in checks if is_broken]
